//! `casebook import`: bringing pages in that another generator of sites was fed with.

use super::{Failure, ListFormat, language, print};
use crate::config::{Config, Options};
use crate::import::{self, Generator, Request};
use clap::{Args, ValueEnum};
use sim_wasm::text::Lang;
use std::io::Write;
use std::path::PathBuf;

/// Bring in pages that another generator of sites was fed with
///
/// Pages are written into the content folder (--content) in our own format, with their pictures and the other files that they
/// link to. Every old address becomes an alias, headings keep their old anchors, links between pages are rewritten. Nothing is
/// ever overwritten: a file that is there with other content is named as a conflict and stays. The same import can be run
/// again.
///
/// The report names each page and file, and by file and line of the source every link that leads nowhere, every picture that is
/// not there, and all that has no counterpart here. The exit status is 0 when the pages are written, whatever the report
/// says of them.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Import {
    /// What the pages were written for
    #[arg(value_enum)]
    generator: GeneratorName,
    /// The site's folder, or a zip of it
    source: PathBuf,
    /// The folder within the content folder that the pages go to [default: the content folder itself]
    #[arg(long, value_name = "PATH", value_parser = import::folder, env = "CASEBOOK_INTO")]
    into: Option<String>,
    /// The language of all pages [default: what each says of itself, in its head, its name or its text]
    #[arg(long, value_parser = language, value_name = "en|zh", env = "CASEBOOK_LANG")]
    lang: Option<Lang>,
    /// Write nothing; print the report that the import would
    #[arg(long)]
    dry_run: bool,
    /// How to print the report
    #[arg(long, value_enum, default_value = "text", env = "CASEBOOK_FORMAT")]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GeneratorName {
    /// Hexo: the site, its `source` folder, or a folder of posts
    Hexo,
    /// Jekyll: the site, or a folder of posts
    Jekyll,
    /// mdBook: the folder of `book.toml`
    Mdbook,
    /// Obsidian: a vault
    Obsidian,
    /// Any folder of markdown; pages in our own format come through byte for byte
    Markdown,
}

impl Import {
    /// Brings it in.
    pub(super) fn run(self, options: Options) -> Result<(), Failure> {
        let config = Config::new(options)?;
        let generator = match self.generator {
            GeneratorName::Hexo => Generator::Hexo,
            GeneratorName::Jekyll => Generator::Jekyll,
            GeneratorName::Mdbook => Generator::MdBook,
            GeneratorName::Obsidian => Generator::Obsidian,
            GeneratorName::Markdown => Generator::Markdown,
        };
        let report = import::run(Request {
            generator,
            source: &self.source,
            content: &config.content,
            into: self.into.as_deref().unwrap_or_default(),
            lang: self.lang,
            dry_run: self.dry_run,
            today: jiff::Zoned::now().date(),
        })?;
        match self.format {
            ListFormat::Text => print(&report.text())?,
            ListFormat::Json => print(&report.json()?)?,
        }
        if self.dry_run {
            // The report is the same; that nothing was written is said beside it.
            let _ = writeln!(std::io::stderr(), "a dry run: nothing was written");
        }
        Ok(())
    }
}
