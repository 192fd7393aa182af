//! Bringing pages in that another generator of sites was fed with.
//!
//! - `source`: the files, of a folder or a zip
//! - `hexo`, `jekyll`, `mdbook`, `obsidian`, `plain`: each knows the conventions of one generator, and makes drafts; what is
//!   markdown only for it (`hexo_tags`, `liquid`) becomes markdown of ours
//! - `draft`: a page before its links are rewritten, and the site that it is from
//! - `names`, `permalink`, `anchors`: names here, addresses and anchors there
//! - `refs`, `links`, `rewrite`: where a text refers to something, what that means, what it has to be here
//! - `text`: a text that is changed in places and knows its lines
//! - `front`, `head`, `dates`, `page`, `tags`: heads read and written, tags of template languages
//! - [`report`]: what is said at the end

mod anchors;
mod dates;
mod draft;
mod front;
mod head;
mod hexo;
mod hexo_tags;
mod jekyll;
mod links;
mod liquid;
mod mdbook;
mod names;
mod obsidian;
mod page;
mod permalink;
mod plain;
mod plan;
mod refs;
pub mod report;
mod rewrite;
mod source;
mod tags;
mod text;

use anyhow::{Context as _, bail};
use jiff::civil::Date;
use report::{Report, State};
use sim_wasm::text::Lang;
use source::Source;
use std::fs;
use std::io::Write;
use std::path::Path;

/// The generator that a site was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generator {
    /// Hexo.
    Hexo,
    /// Jekyll.
    Jekyll,
    /// mdBook.
    MdBook,
    /// Obsidian.
    Obsidian,
    /// None: markdown by itself, or our own.
    Markdown,
}

/// What is to be done.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What the source was made for.
    pub generator: Generator,
    /// A folder or a zip.
    pub source: &'a Path,
    /// The content folder.
    pub content: &'a Path,
    /// The folder in it that the pages go to; empty for itself.
    pub into: &'a str,
    /// The language of all pages, when it is not to be told from each.
    pub lang: Option<Lang>,
    /// Nothing is written.
    pub dry_run: bool,
    /// Dates more than a year later are no dates.
    pub today: Date,
}

/// Reads the source and writes its pages.
///
/// # Errors
/// When the source cannot be read, has no pages, or something cannot be written.
pub fn run(request: Request<'_>) -> anyhow::Result<Report> {
    let source = Source::open(request.source, request.content)?;
    let mut site = match request.generator {
        Generator::Hexo => hexo::read(&source, request.lang, request.today),
        Generator::Jekyll => jekyll::read(&source, request.lang, request.today),
        Generator::MdBook => mdbook::read(&source, request.lang),
        Generator::Obsidian => obsidian::read(&source, request.lang),
        Generator::Markdown => plain::read(&source, request.lang),
    };
    if site.drafts.is_empty() {
        let first =
            site.findings.first().map_or(String::new(), |it| format!(" ({}: {})", it.file, it.message));
        bail!("`{}` has no pages to import{first}", request.source.display());
    }
    let mut report = Report { findings: std::mem::take(&mut site.findings), ..Report::default() };
    report.findings.extend(source.findings.iter().cloned());
    let plan = plan::plan(&source, site, request.into, &mut report);
    for page in plan.pages {
        let state = put(&request, &page.to, page.text.as_bytes())?;
        report.pages.push(report::Moved { from: page.from, to: page.to, state });
    }
    for (from, to) in plan.files {
        let bytes = source.read(&from)?;
        let state = put(&request, &to, &bytes)?;
        report.files.push(report::Moved { from, to, state });
    }
    report.sort();
    Ok(report)
}

/// Writes a file, unless there is one.
fn put(request: &Request<'_>, file: &str, bytes: &[u8]) -> anyhow::Result<State> {
    let place = request.content.join(file);
    let cannot = || format!("cannot write `{}`", place.display());
    match fs::read(&place) {
        Ok(there) if there == bytes => return Ok(State::Unchanged),
        Ok(_) => return Ok(State::Conflict),
        Err(_) if place.symlink_metadata().is_ok() => return Ok(State::Conflict),
        // A folder above may be a file.
        Err(_) if place.ancestors().skip(1).any(Path::is_file) => return Ok(State::Conflict),
        Err(_) => {}
    }
    if request.dry_run {
        return Ok(State::New);
    }
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).with_context(cannot)?;
    }
    // Never half of a page: it appears under its name when it is whole.
    let mut part =
        tempfile::NamedTempFile::new_in(place.parent().unwrap_or(request.content)).with_context(cannot)?;
    part.write_all(bytes).with_context(cannot)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        part.as_file().set_permissions(fs::Permissions::from_mode(0o644)).with_context(cannot)?;
    }
    match part.persist_noclobber(&place) {
        Ok(_) => Ok(State::New),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Ok(State::Conflict),
        Err(error) => Err(error.error).with_context(cannot),
    }
}

/// A folder of the content folder, as `--into` names it.
///
/// # Errors
/// Why it cannot be one.
pub fn folder(text: &str) -> Result<String, String> {
    let segments: Vec<&str> =
        text.split('/').filter(|segment| !segment.is_empty() && *segment != ".").collect();
    for segment in &segments {
        let odd = segment.chars().any(|c| c.is_control() || c == '\\');
        if segment.starts_with('.') || segment.ends_with('~') || odd {
            return Err(format!(
                "`{text}` is no folder of pages; write its path within the content folder, such as blog"
            ));
        }
    }
    let path = segments.join("/");
    match crate::content::path::PagePath::new(path.as_str()).reserved() {
        Some(name) => Err(format!("`{name}` is an address of the site itself; choose another folder")),
        None => Ok(path),
    }
}
