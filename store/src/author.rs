//! Who a commit is by.

use git2::Signature;

/// The author of a commit: a name and an address, clean enough for a commit's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    name: String,
    email: String,
}

impl Author {
    /// What cannot stand in a commit's header is left out: `<`, `>` and control characters. A name of nothing else becomes
    /// "somebody", and such an address "nobody@localhost": git has no commits without.
    pub fn new(name: &str, email: &str) -> Author {
        let clean = |text: &str| {
            text.chars().filter(|it| !it.is_control() && !['<', '>'].contains(it)).collect::<String>()
        };
        // git takes these away from both ends, and refuses a name that has nothing left.
        let crud = |it: char| it.is_whitespace() || ".,:;\"\\'".contains(it);
        let name = clean(name).trim_matches(crud).to_string();
        let email = clean(email).split_whitespace().collect::<String>().trim_matches(crud).to_string();
        let or = |text: String, other: &str| if text.is_empty() { other.to_string() } else { text };
        Author { name: or(name, "somebody"), email: or(email, "nobody@localhost") }
    }

    /// Whoever changed a file in the folder without git.
    pub(crate) fn folder() -> Author {
        Author::new("folder", "folder@localhost")
    }

    /// Whoever merges when nobody is there.
    pub(crate) fn store() -> Author {
        Author::new("Casebook", "casebook@localhost")
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address.
    pub fn email(&self) -> &str {
        &self.email
    }

    pub(crate) fn sign(&self) -> Result<Signature<'static>, git2::Error> {
        Signature::now(&self.name, &self.email)
    }
}
