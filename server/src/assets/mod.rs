//! The files of the site's design: style sheets, scripts, fonts and the simulators as WebAssembly.
//!
//! Each is served under a name that holds a hash of its content and may be kept for ever; references between them
//! are rewritten to those names.

mod rewrite;

use crate::document::{self, Cache, Document, Effort};
use crate::mime;
use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::{fs, io};

/// The static folder as the program was built with it, packed by `build.rs`.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/static.tar.zst"));

/// All files of the design.
#[derive(Debug, Default)]
pub struct Assets {
    /// `css/site.css` → `css/site-1a2b3c4d.css`
    names: BTreeMap<String, String>,
    /// By hashed name.
    documents: HashMap<String, Arc<Document>>,
}

impl Assets {
    /// Those built into the program.
    pub fn embedded() -> Arc<Assets> {
        static ASSETS: LazyLock<Arc<Assets>> = LazyLock::new(|| {
            // What this very program was built with can be read: a test does.
            Arc::new(Assets::new(unpack(EMBEDDED).unwrap_or_default()))
        });
        ASSETS.clone()
    }

    /// Those in a folder.
    ///
    /// # Errors
    /// When the folder or a file in it cannot be read.
    pub fn read(folder: &Path) -> io::Result<Assets> {
        let mut files = BTreeMap::new();
        read_folder(folder, "", &mut files)?;
        Ok(Assets::new(files))
    }

    fn new(files: BTreeMap<String, Vec<u8>>) -> Assets {
        let mut assets = Assets::default();
        for name in files.keys() {
            assets.add(name, &files, &mut Vec::new());
        }
        assets
    }

    /// Adds a file after those it refers to, since their names become part of it. Returns its hashed name; none when
    /// there is no such file or it refers back to itself.
    fn add<'a>(
        &mut self,
        name: &'a str,
        files: &'a BTreeMap<String, Vec<u8>>,
        under_way: &mut Vec<&'a str>,
    ) -> Option<String> {
        if let Some(done) = self.names.get(name) {
            return Some(done.clone());
        }
        let (name, bytes) = files.get_key_value(name)?;
        if under_way.contains(&name.as_str()) {
            return None;
        }
        under_way.push(name);
        let mut body = bytes.clone();
        if let Some(references) = rewrite::references(name, bytes) {
            let mut text = String::new();
            let mut from = 0;
            for reference in references {
                let target = files.get_key_value(&reference.target).map(|(target, _)| target.as_str());
                let Some(hashed) = target.and_then(|target| self.add(target, files, under_way)) else {
                    continue;
                };
                let source = String::from_utf8_lossy(&bytes[from..reference.file_name.start]);
                text.push_str(&source);
                text.push_str(hashed.rsplit('/').next().unwrap_or_default());
                from = reference.file_name.end;
            }
            text.push_str(&String::from_utf8_lossy(&bytes[from..]));
            body = text.into_bytes();
        }
        under_way.pop();

        let media = mime::of_asset(name);
        let hashed = hashed_name(name, &document::hash(&body)[..8]);
        let effort = if media.compressible { Effort::Best } else { Effort::None };
        let document = Document::new(media.content_type, body).cache(Cache::Immutable).effort(effort);
        self.names.insert(name.clone(), hashed.clone());
        self.documents.insert(hashed.clone(), Arc::new(document));
        Some(hashed)
    }

    /// The address of the file called `name` in the source folder; none when there is no such file.
    pub fn address(&self, name: &str) -> Option<String> {
        self.names.get(name).map(|hashed| format!("/static/{hashed}"))
    }

    /// Every file with its hashed name, by name.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Arc<Document>)> {
        self.names.values().filter_map(|hashed| Some((hashed.as_str(), self.documents.get(hashed)?)))
    }

    /// The file called `name` in the source folder.
    pub fn named(&self, name: &str) -> Option<&Arc<Document>> {
        self.documents.get(self.names.get(name)?)
    }

    /// The file with this hashed name.
    pub fn get(&self, hashed: &str) -> Option<&Arc<Document>> {
        self.documents.get(hashed)
    }
}

/// `css/site.css` as `css/site-1a2b3c4d.css`
fn hashed_name(name: &str, hash: &str) -> String {
    let (folder, file) = name.rsplit_once('/').map_or(("", name), |(folder, file)| (folder, file));
    let slash = if folder.is_empty() { "" } else { "/" };
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("{folder}{slash}{stem}-{hash}.{extension}"),
        None => format!("{folder}{slash}{file}-{hash}"),
    }
}

/// Licences, notes and the stamp of the simulators lie beside the files that are served.
fn is_served(name: &str) -> bool {
    const KINDS: [&str; 6] = [".css", ".js", ".wasm", ".woff2", ".svg", ".png"];
    !name.starts_with('.') && KINDS.iter().any(|kind| name.ends_with(kind))
}

/// The files of a packed folder.
fn unpack(packed: &[u8]) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    for entry in tar::Archive::new(zstd::Decoder::new(packed)?).entries()? {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        if is_served(&name) {
            let mut body = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or_default());
            entry.read_to_end(&mut body)?;
            files.insert(name, body);
        }
    }
    Ok(files)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        if entry.path().is_dir() {
            read_folder(&entry.path(), &format!("{path}/"), files)?;
        } else if is_served(&name) {
            files.insert(path, fs::read(entry.path())?);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{EMBEDDED, read_folder, unpack};
    use std::collections::BTreeMap;
    use std::path::Path;

    #[test]
    fn the_program_has_the_files_of_the_folder() {
        let mut wanted = BTreeMap::new();
        read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../static"), "", &mut wanted).unwrap();
        let packed = unpack(EMBEDDED).unwrap();
        assert!(packed == wanted && wanted.contains_key("css/site.css"));
    }
}
