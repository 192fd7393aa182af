//! The content folder on disk: read into memory at one go, and watched.

pub mod watch;

use crate::content::path::{self, Kind, PagePath};
use crate::content::picture;
use crate::content::site::Attachment;
use crate::diagnostic::{Diagnostic, Severity};
use sim_wasm::text::Lang;
use std::collections::{BTreeMap, HashSet, VecDeque};
use std::fs::{self, DirEntry, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A page longer than this is a mistake, and would hold up everyone else's.
const LONGEST_PAGE: u64 = 1 << 20;

/// A file longer than this is nothing to look at in a page, and is read into memory for each reader.
const LONGEST_ATTACHMENT: u64 = 64 << 20;

/// Folders nested deeper than this are a mistake, and their addresses nothing to type.
const DEEPEST: usize = 16;

/// The folder as it was at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Its pages, by file name.
    pub pages: Vec<SourceFile>,
    /// Its other files, by path relative to the folder.
    pub attachments: BTreeMap<String, Attachment>,
    /// What was passed over, and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// The file of a page.
#[derive(Debug)]
pub struct SourceFile {
    /// Path relative to the folder, with `/` between segments.
    pub file: String,
    /// Where the page stands.
    pub path: PagePath,
    /// Its language.
    pub lang: Lang,
    /// It describes its folder.
    pub is_index: bool,
    /// Its text, or why there is none.
    pub text: Result<String, Diagnostic>,
}

/// Reads the folder.
///
/// # Errors
/// When the folder itself cannot be read. A file in it that cannot be is a diagnostic.
pub fn read(root: &Path) -> io::Result<Snapshot> {
    let root = root.canonicalize()?;
    fs::read_dir(&root)?;
    let mut walk =
        Walk { root: &root, seen: HashSet::new(), links: VecDeque::new(), found: Snapshot::default() };
    walk.folder(&root, "", 0);
    while let Some(link) = walk.links.pop_front() {
        walk.link(link);
    }
    let mut snapshot = walk.found;
    snapshot.pages.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(snapshot)
}

/// A file of the folder as it is now.
#[derive(Debug)]
pub enum Now {
    /// A page.
    Page(SourceFile),
    /// Any other file.
    Attachment(Attachment),
}

/// Reads one file by its path relative to the folder; none when there is no such file that [`read`] would have found.
pub fn read_one(root: &Path, file: &str) -> Option<Now> {
    let root = root.canonicalize().ok()?;
    let location = root.join(file).canonicalize().ok()?;
    if !location.starts_with(&root) || !location.is_file() {
        return None;
    }
    let mut found = Snapshot::default();
    found.file(file.to_string(), location);
    let page = found.pages.pop().map(Now::Page);
    page.or_else(|| found.attachments.pop_first().map(|(_, attachment)| Now::Attachment(attachment)))
}

/// Reads an attachment as it is now. It may have become a link that leads out of the folder since it was found.
///
/// # Errors
/// When it has, or when it cannot be read.
pub fn read_attachment(root: &Path, location: &Path) -> io::Result<Vec<u8>> {
    if !location.canonicalize()?.starts_with(root.canonicalize()?) {
        return Err(io::ErrorKind::NotFound.into());
    }
    fs::read(location)
}

/// A walk through the folder. It reads no folder twice: links that lead to each other would keep it going for ever, and
/// a few folders with two links each would make it exponentially long. Links to folders wait until all folders proper
/// have been read, so that each folder is found under its own name first.
struct Walk<'a> {
    root: &'a Path,
    seen: HashSet<PathBuf>,
    links: VecDeque<Link>,
    found: Snapshot,
}

/// A link to a folder.
struct Link {
    /// Its path relative to the content folder.
    file: String,
    /// The folder that it lies in.
    from: PathBuf,
    /// The folder that it leads to.
    to: PathBuf,
    depth: usize,
}

impl Walk<'_> {
    fn folder(&mut self, folder: &Path, prefix: &str, depth: usize) {
        if !self.seen.insert(folder.to_path_buf()) {
            return;
        }
        let mut entries: Vec<DirEntry> = match fs::read_dir(folder) {
            Ok(entries) => entries.flatten().collect(),
            Err(error) => return self.found.pass_over(prefix, &format!("cannot be read: {error}")),
        };
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            self.entry(&entry, folder, prefix, depth);
        }
    }

    fn entry(&mut self, entry: &DirEntry, folder: &Path, prefix: &str, depth: usize) {
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return self.found.pass_over(
                &format!("{prefix}{}", name.display()),
                "the file's name is no UTF-8, so it cannot have an address; rename it",
            );
        };
        if name.starts_with('.') || name.ends_with('~') {
            return;
        }
        let file = format!("{prefix}{name}");
        if name.contains('\\') || name.chars().any(char::is_control) {
            let file = file.escape_debug().to_string();
            return self.found.pass_over(&file, "odd characters in the name; rename it");
        }
        // Following the link here and comparing with the root refuses links that lead out of the folder.
        let location = match entry.path().canonicalize() {
            Ok(location) if location.starts_with(self.root) => location,
            Ok(_) => {
                let why = "the link leads out of the content folder; copy the file instead";
                return self.found.pass_over(&file, why);
            }
            Err(error) => return self.found.pass_over(&file, &format!("cannot be read: {error}")),
        };
        if location.is_file() {
            return self.found.file(file, location);
        }
        if !location.is_dir() {
            return;
        }
        if depth == DEEPEST {
            self.found
                .pass_over(&file, &format!("folders are nested more than {DEEPEST} deep here; move it up"));
        } else if entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
            self.links.push_back(Link { file, from: folder.to_path_buf(), to: location, depth });
        } else {
            self.folder(&location, &format!("{file}/"), depth + 1);
        }
    }

    fn link(&mut self, Link { file, from, to, depth }: Link) {
        if from.starts_with(&to) {
            self.found.pass_over(&file, "the link leads back up; remove it");
        } else if self.seen.contains(&to) {
            self.found.pass_over(
                &file,
                "the link leads to a folder that is read already; give its pages `aliases` instead",
            );
        } else {
            self.folder(&to, &format!("{file}/"), depth + 1);
        }
    }
}

impl Snapshot {
    fn file(&mut self, file: String, location: PathBuf) {
        match path::classify(&file) {
            Kind::Page { path, lang, is_index } => {
                let text = read_page(&location).map_err(|(line, message)| Diagnostic {
                    severity: Severity::Error,
                    file: file.clone(),
                    line,
                    message,
                });
                self.pages.push(SourceFile { file, path, lang, is_index, text });
            }
            Kind::Attachment if location.metadata().is_ok_and(|it| it.len() > LONGEST_ATTACHMENT) => {
                self.pass_over(&file, "files longer than 64 MiB are not served; put it elsewhere");
            }
            Kind::Attachment => {
                let size = picture_size(&location);
                self.attachments.insert(file, Attachment { location, size });
            }
        }
    }

    fn pass_over(&mut self, file: &str, why: &str) {
        self.diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            file: file.to_string(),
            line: 0,
            message: why.to_string(),
        });
    }
}

fn read_page(location: &Path) -> Result<String, (usize, String)> {
    let cannot = |error: io::Error| (0, format!("cannot be read: {error}"));
    let mut bytes = Vec::new();
    File::open(location).map_err(cannot)?.take(LONGEST_PAGE + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > LONGEST_PAGE {
        return Err((0, "the page is longer than 1 MiB; split it".to_string()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count();
        (line, "the file is no UTF-8 from this line on; save it as UTF-8".to_string())
    })
}

fn picture_size(location: &Path) -> Option<(u32, u32)> {
    let extension = location.extension()?.to_str()?.to_ascii_lowercase();
    if !matches!(extension.as_str(), "png" | "gif" | "jpg" | "jpeg" | "webp" | "svg") {
        return None;
    }
    let mut head = Vec::with_capacity(picture::HEAD);
    File::open(location).ok()?.take(picture::HEAD as u64).read_to_end(&mut head).ok()?;
    picture::size(&head)
}
