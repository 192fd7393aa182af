//! The content folder on disk: read into memory at one go, and watched.

pub mod watch;

use crate::content::path::{self, Kind, PagePath};
use crate::content::picture;
use crate::content::site::Attachment;
use crate::diagnostic::{Diagnostic, Severity};
use sim_wasm::text::Lang;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A page longer than this is a mistake, and would hold up everyone else's.
const LONGEST_PAGE: u64 = 1 << 20;

/// A file longer than this is nothing to look at in a page, and is read into memory for each reader.
const LONGEST_ATTACHMENT: u64 = 64 << 20;

/// Folders nested deeper than this are a loop.
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
    let mut snapshot = Snapshot::default();
    snapshot.folder(&root, &root, "", 0);
    snapshot.pages.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(snapshot)
}

impl Snapshot {
    fn folder(&mut self, root: &Path, folder: &Path, prefix: &str, depth: usize) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.pass_over(prefix, &format!("cannot be read: {error}")),
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                self.pass_over(
                    &format!("{prefix}{}", name.display()),
                    "the file's name is no UTF-8, so it cannot have an address; rename it",
                );
                continue;
            };
            if name.starts_with('.') || name.ends_with('~') {
                continue;
            }
            let file = format!("{prefix}{name}");
            if name.contains('\\') || name.chars().any(char::is_control) {
                self.pass_over(&file.escape_debug().to_string(), "odd characters in the name; rename it");
                continue;
            }
            // Following the link here and comparing with the root refuses links that lead out of the folder.
            let location = match entry.path().canonicalize() {
                Ok(location) if location.starts_with(root) => location,
                Ok(_) => {
                    self.pass_over(&file, "the link leads out of the content folder; copy the file instead");
                    continue;
                }
                Err(error) => {
                    self.pass_over(&file, &format!("cannot be read: {error}"));
                    continue;
                }
            };
            if location.is_dir() {
                if depth == DEEPEST {
                    self.pass_over(&file, "folders are nested too deep here, or a link leads back up");
                } else {
                    self.folder(root, &location, &format!("{file}/"), depth + 1);
                }
            } else if location.is_file() {
                self.file(file, location);
            }
        }
    }

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
    if !matches!(extension.as_str(), "png" | "gif" | "jpg" | "jpeg" | "webp") {
        return None;
    }
    let mut head = Vec::with_capacity(picture::HEAD);
    File::open(location).ok()?.take(picture::HEAD as u64).read_to_end(&mut head).ok()?;
    picture::size(&head)
}
