//! The files that are brought in: of a folder or of a zip.

use super::report::Finding;
use anyhow::{Context as _, bail};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// More files than this are no site.
const MOST_FILES: usize = 100_000;

/// The longest file that a page may have beside it.
const LONGEST_FILE: u64 = 64 << 20;

/// A zip that unpacks to more than this is not unpacked.
const LARGEST_ZIP: u64 = 4 << 30;

const DEEPEST: usize = 32;

/// Folders that hold programs or what a generator made.
const PASSED_OVER: &[&str] = &["node_modules"];

/// The files of a source by their path, with `/` between segments.
#[derive(Debug)]
pub(super) struct Source {
    files: BTreeMap<String, Place>,
    zip: Option<RefCell<ZipArchive<BufReader<File>>>>,
    /// What was passed over, and why.
    pub(super) findings: Vec<Finding>,
}

#[derive(Debug)]
enum Place {
    Disk(PathBuf),
    Zip(usize),
    #[cfg(test)]
    Memory(Vec<u8>),
}

impl Source {
    /// Lists a folder or a zip. What lies in `content`, where pages are written to, is no part of it.
    ///
    /// # Errors
    /// When it cannot be read, or is a zip that would unpack to too much.
    pub(super) fn open(path: &Path, content: &Path) -> anyhow::Result<Source> {
        let mut source = Source { files: BTreeMap::new(), zip: None, findings: Vec::new() };
        let root = path.canonicalize().with_context(|| format!("cannot read `{}`", path.display()))?;
        if root.is_dir() {
            let content = content.canonicalize().ok().filter(|content| *content != root);
            source.folder(&root, &root, "", content.as_deref(), 0)?;
        } else {
            let file = File::open(&root).with_context(|| format!("cannot read `{}`", path.display()))?;
            let zip = ZipArchive::new(BufReader::new(file)).with_context(|| {
                format!("`{}` is neither a folder nor a zip that can be read", path.display())
            })?;
            source.zip(zip)?;
        }
        Ok(source)
    }

    fn folder(
        &mut self,
        root: &Path,
        folder: &Path,
        prefix: &str,
        content: Option<&Path>,
        depth: usize,
    ) -> anyhow::Result<()> {
        let mut entries = fs::read_dir(folder)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let file = format!("{prefix}{}", name.display());
                self.note(&file, "the file's name is no UTF-8, so it is left out; rename it");
                continue;
            };
            if name.starts_with('.') || PASSED_OVER.contains(&name) {
                continue;
            }
            let file = format!("{prefix}{name}");
            let location = match entry.path().canonicalize() {
                Ok(location) if location.starts_with(root) => location,
                Ok(_) => {
                    self.note(&file, "a link that leads out of the source; it is left out");
                    continue;
                }
                Err(error) => {
                    self.note(&file, &format!("cannot be read: {error}"));
                    continue;
                }
            };
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if location.is_dir() && is_link {
                self.note(&file, "a link to a folder; the folder is taken under its own name");
            } else if location.is_dir() && Some(location.as_path()) == content {
                continue;
            } else if location.is_dir() && depth < DEEPEST {
                self.folder(root, &location, &format!("{file}/"), content, depth + 1)?;
            } else if location.is_file() {
                self.add(file, location.metadata().map_or(0, |it| it.len()), Place::Disk(location))?;
            }
        }
        Ok(())
    }

    fn zip(&mut self, mut zip: ZipArchive<BufReader<File>>) -> anyhow::Result<()> {
        if zip.len() > MOST_FILES {
            bail!("the zip has {} entries, and {MOST_FILES} is the limit", zip.len());
        }
        let mut total = 0_u64;
        for number in 0..zip.len() {
            let entry = zip.by_index_raw(number).context("the zip is damaged")?;
            let name = match String::from_utf8(entry.name_raw().to_vec()) {
                Ok(name) => name,
                Err(error) => {
                    let shown = String::from_utf8_lossy(error.as_bytes()).into_owned();
                    self.note(&shown, "the entry's name is no UTF-8, so it is left out");
                    continue;
                }
            };
            let (is_dir, is_link, encrypted, size) =
                (entry.is_dir() || name.ends_with('/'), entry.is_symlink(), entry.encrypted(), entry.size());
            drop(entry);
            let Some(file) = inside(&name) else {
                self.note(
                    &name.escape_debug().to_string(),
                    "the entry's name leads out of the zip; it is left out",
                );
                continue;
            };
            let hidden = file
                .split('/')
                .any(|it| it.starts_with('.') || it == "__MACOSX" || PASSED_OVER.contains(&it));
            if is_dir || hidden {
                continue;
            }
            if is_link || encrypted {
                let what = if is_link { "a symbolic link" } else { "an encrypted entry" };
                self.note(&file, &format!("{what}; it is left out"));
                continue;
            }
            total = total.saturating_add(size);
            if total > LARGEST_ZIP {
                bail!("the zip unpacks to more than {} GiB, which is the limit", LARGEST_ZIP >> 30);
            }
            self.add(file, size, Place::Zip(number))?;
        }
        self.zip = Some(RefCell::new(zip));
        Ok(())
    }

    fn add(&mut self, file: String, size: u64, place: Place) -> anyhow::Result<()> {
        if file.contains('\\') || file.chars().any(char::is_control) {
            self.note(&file.escape_debug().to_string(), "odd characters in the name; it is left out");
        } else if size > LONGEST_FILE {
            self.note(&file, "is longer than 64 MiB, which is more than the site serves; it is left out");
        } else if self.files.len() == MOST_FILES {
            bail!(
                "the source has more than {MOST_FILES} files, which is the limit; name a folder further down"
            );
        } else if self.files.insert(file.clone(), place).is_some() {
            self.note(&file, "is in the zip twice; the last one counts");
        }
        Ok(())
    }

    fn note(&mut self, file: &str, message: &str) {
        self.findings.push(Finding::note(file, 0, message));
    }

    /// Every file, in order.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Whether there is such a file.
    pub(super) fn contains(&self, file: &str) -> bool {
        self.files.contains_key(file)
    }

    /// Whether there is such a folder.
    pub(super) fn has_folder(&self, folder: &str) -> bool {
        let inside = format!("{folder}/");
        folder.is_empty()
            || self.files.range(inside.clone()..).next().is_some_and(|(file, _)| file.starts_with(&inside))
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// When it cannot be read, or unpacks to more than its entry says.
    pub(super) fn read(&self, file: &str) -> anyhow::Result<Vec<u8>> {
        let cannot = || format!("cannot read `{file}`");
        match self.files.get(file).with_context(cannot)? {
            Place::Disk(location) => fs::read(location).with_context(cannot),
            Place::Zip(number) => {
                let zip = self.zip.as_ref().with_context(cannot)?;
                let mut zip = zip.borrow_mut();
                let entry = zip.by_index(*number).with_context(cannot)?;
                let size = entry.size();
                let mut bytes = Vec::new();
                entry.take(size + 1).read_to_end(&mut bytes).with_context(cannot)?;
                if bytes.len() as u64 > size {
                    bail!("`{file}` unpacks to more than the zip says");
                }
                Ok(bytes)
            }
            #[cfg(test)]
            Place::Memory(bytes) => Ok(bytes.clone()),
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// As a finding: why there is none.
    pub(super) fn text(&self, file: &str) -> Result<String, Finding> {
        let bytes =
            self.read(file).map_err(|error| Finding::note(file, 0, format!("{error:#}; it is left out")))?;
        String::from_utf8(bytes).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..valid].iter().filter(|byte| **byte == b'\n').count();
            let message =
                "is no UTF-8 from this line on (GBK?), and is left out; save it as UTF-8 and import again";
            Finding::note(file, line, message)
        })
    }

    /// A source of these files.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Source {
        let files =
            files.iter().map(|(file, text)| (file.to_string(), Place::Memory(text.as_bytes().to_vec())));
        Source { files: files.collect(), zip: None, findings: Vec::new() }
    }
}

/// The path of an entry within its zip; none when it is absolute or leads out.
fn inside(name: &str) -> Option<String> {
    let name = name.replace('\\', "/");
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive || name.split('/').any(|segment| segment == "..") {
        return None;
    }
    let segments: Vec<&str> = name.split('/').filter(|segment| !matches!(*segment, "" | ".")).collect();
    (!segments.is_empty()).then(|| segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    #[test]
    fn names_in_a_zip_stay_in_it() {
        for (name, wanted) in [
            ("a/b.md", Some("a/b.md")),
            ("./a//b.md", Some("a/b.md")),
            ("a\\b.md", Some("a/b.md")),
            ("../b.md", None),
            ("a/../../b.md", None),
            ("/etc/passwd", None),
            ("C:\\b.md", None),
            ("", None),
        ] {
            assert_eq!(inside(name).as_deref(), wanted, "{name}");
        }
    }

    #[test]
    fn a_zip_is_read_without_what_could_harm() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.zip");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        let options = SimpleFileOptions::default();
        for name in ["site/a.md", "../evil.md", "site/.git/config", "site/图.png"] {
            zip.start_file(name, options).unwrap();
            zip.write_all(name.as_bytes()).unwrap();
        }
        zip.add_symlink("site/link.md", "/etc/passwd", options).unwrap();
        zip.finish().unwrap();
        let source = Source::open(&path, Path::new("/nowhere")).unwrap();
        assert_eq!(source.files().collect::<Vec<_>>(), ["site/a.md", "site/图.png"]);
        assert_eq!(source.text("site/a.md").unwrap(), "site/a.md");
        assert_eq!(source.findings.len(), 2, "{:?}", source.findings);
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out_of_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("site");
        fs::create_dir_all(root.join("content")).unwrap();
        fs::write(root.join("a.md"), "a").unwrap();
        fs::write(root.join("content/b.md"), "b").unwrap();
        fs::write(folder.path().join("secret.md"), "s").unwrap();
        std::os::unix::fs::symlink(folder.path().join("secret.md"), root.join("link.md")).unwrap();
        let source = Source::open(&root, &root.join("content")).unwrap();
        assert_eq!(source.files().collect::<Vec<_>>(), ["a.md"]);
        assert_eq!(source.findings[0].file, "link.md");
    }
}
