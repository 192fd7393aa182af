//! `casebook check`: everything that is wrong with the content folder, by file and line.

use super::{Failure, print};
use crate::assets::Assets;
use crate::config::{Config, Options};
use crate::diagnostic::Severity;
use crate::edition::{Edition, Frame, Parsed};
use crate::folder;
use anyhow::Context as _;

pub(super) fn run(options: Options) -> Result<(), Failure> {
    let config = Config::new(options)?;
    let snapshot = folder::read(&config.content)
        .with_context(|| format!("cannot read the content folder `{}`", config.content.display()))?;
    let public_url = config.public_url.unwrap_or_else(|| format!("http://{}", config.listen));
    let frame = Frame { public_url: public_url.into(), wiki: false, exported: false };
    let edition = Edition::new(&Parsed::new(snapshot), &|_| true, Assets::embedded(), frame, None)?;

    let mut out: String = edition.diagnostics.iter().map(|found| format!("{found}\n")).collect();
    let count = |severity| edition.diagnostics.iter().filter(|found| found.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let pages = edition.site.pages().count() + edition.site.broken.len();
    out += &format!(
        "{}, {}, {}\n",
        counted(pages, "page"),
        counted(errors, "error"),
        counted(warnings, "warning")
    );
    print(&out)?;
    if errors > 0 { Err(Failure::Findings) } else { Ok(()) }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
