//! The names by which tests find a lab on a page: the only thing here that knows its markup.

/// A lab with its form; what it shows may be folded away.
pub(crate) const FIGURE: &str = "figure.lab";

/// The form of a lab.
pub(crate) const FORM: &str = "form.lab-form";

/// What a run of a lab shows.
pub(crate) const RESULT: &str = ".lab-result";

/// A page with a lab alone.
pub(crate) const LAB: &str = "/en/labs/paws";

/// An article with labs in it.
pub(crate) const ARTICLE: &str = "/en/tcp/tw-recycle";
