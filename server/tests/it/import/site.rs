//! What an import is held to: the fixtures, the expectations beside them, and the program's run on them.

use crate::app::TestApp;
use crate::command_line::run;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Output;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Files by their path relative to a folder, with `/` between segments.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// The folder of the fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/import")
}

/// `expected/<site>.txt`: lines below `[section]` heads; `#` begins a comment when a space follows.
#[derive(Debug)]
pub(crate) struct Expected(BTreeMap<String, Vec<String>>);

impl Expected {
    /// Reads the expectations of a site.
    pub(crate) fn of(site: &str) -> Expected {
        let file = fixtures().join("expected").join(format!("{site}.txt"));
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut sections: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut at = String::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with("# ")) {
            match line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                Some(name) => at = name.to_string(),
                None => sections.entry(at.clone()).or_default().push(line.trim_end().to_string()),
            }
        }
        Expected(sections)
    }

    /// The lines of a section; none when it is not there.
    pub(crate) fn lines(&self, section: &str) -> &[String] {
        self.0.get(section).map(Vec::as_slice).unwrap_or_default()
    }

    /// The lines `left SEPARATOR right` of a section.
    pub(crate) fn pairs<'a>(
        &'a self,
        section: &str,
        separator: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let no_pair = move |line: &String| panic!("no `{separator}` in `{line}`");
        self.lines(section)
            .iter()
            .map(move |line| line.split_once(separator).unwrap_or_else(|| no_pair(line)))
    }

    /// The right sides of those lines, by their left side, in the order given.
    pub(crate) fn groups<'a>(&'a self, section: &str, separator: &'a str) -> BTreeMap<&'a str, Vec<&'a str>> {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (left, right) in self.pairs(section, separator) {
            groups.entry(left).or_default().push(right);
        }
        groups
    }

    /// The words of the command line: the generator, then options.
    pub(crate) fn arguments(&self) -> Vec<&str> {
        self.lines("arguments").iter().flat_map(|line| line.split(' ')).collect()
    }
}

/// A content folder that something is imported into.
pub(crate) struct Import {
    folder: TempDir,
}

impl Import {
    /// An empty content folder.
    pub(crate) fn new() -> Import {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("content")).unwrap();
        Import { folder }
    }

    /// Where the content is.
    pub(crate) fn content(&self) -> PathBuf {
        self.folder.path().join("content")
    }

    /// The folder around it, in which the program runs.
    pub(crate) fn around(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a file beside the content folder.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.around().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// `casebook import GENERATOR SRC …`
    pub(crate) fn run(&self, source: &Path, arguments: &[&str]) -> Report {
        let source = source.to_str().unwrap();
        let mut all = vec!["import", arguments[0], source, "--content", "content"];
        all.extend(&arguments[1..]);
        Report::new(&run(self.around(), &all))
    }

    /// Every file of the content folder.
    pub(crate) fn files(&self) -> Files {
        files(&self.content())
    }

    /// The site that serves it.
    pub(crate) fn serve(self) -> TestApp {
        TestApp::of(self.folder, "content")
    }
}

/// What the program said.
#[derive(Debug)]
pub(crate) struct Report {
    /// The exit status.
    pub(crate) status: Option<i32>,
    /// Everything it said, on both streams.
    pub(crate) text: String,
}

impl Report {
    fn new(output: &Output) -> Report {
        let text = format!(
            "{}{}",
            String::from_utf8(output.stdout.clone()).unwrap(),
            String::from_utf8(output.stderr.clone()).unwrap()
        );
        assert!(!text.contains("panicked"), "{text}");
        Report { status: output.status.code(), text }
    }

    /// What the report lists of the source, by `file:line`, or `file` where the whole of it is meant.
    pub(crate) fn places(&self) -> BTreeMap<&str, Vec<&str>> {
        const TITLES: [&str; 3] = ["Links that lead nowhere:", "Pictures that are not there:", "Notes:"];
        let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut listed = false;
        for line in self.text.lines() {
            if line.is_empty() || TITLES.contains(&line) {
                listed = !line.is_empty();
            } else if listed {
                let (place, message) = line.split_once(": ").unwrap_or_else(|| panic!("{line}"));
                places.entry(place).or_default().push(message);
            }
        }
        places
    }

    /// The places alone.
    pub(crate) fn named(&self) -> BTreeSet<&str> {
        self.places().into_keys().collect()
    }
}

/// Every file below a folder.
pub(crate) fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    walk(folder, "", &mut found);
    found
}

fn walk(folder: &Path, prefix: &str, found: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        assert!(!entry.file_type().unwrap().is_symlink(), "{name} is a link");
        match entry.file_type().unwrap().is_dir() {
            true => walk(&entry.path(), &format!("{name}/"), found),
            false => _ = found.insert(name, fs::read(entry.path()).unwrap()),
        }
    }
}

/// A zip of these files, each name with something before it.
pub(crate) fn zip_of(files: &Files, prefix: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(format!("{prefix}{name}"), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Where an old address could be asked for: as it is, percent-encoded in either case of the digits, and for a
/// folder's without the slash and with `index.html`.
pub(crate) fn spellings(address: &str) -> BTreeSet<String> {
    let mut forms = vec![address.to_string()];
    if let Some(folder) = address.strip_suffix('/').filter(|folder| !folder.is_empty()) {
        forms.push(folder.to_string());
        forms.push(format!("{folder}/index.html"));
    }
    let encoded = |form: &str, keep: fn(u8) -> bool, lower: bool| {
        form.bytes()
            .map(|byte| match (keep(byte), lower) {
                (true, _) => char::from(byte).to_string(),
                (false, true) => format!("%{byte:02x}"),
                (false, false) => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~+?=".contains(&byte);
    forms
        .iter()
        .flat_map(|form| {
            // A request line cannot hold a space; everything else may stand in it as it is.
            let raw = form.replace(' ', "%20");
            [raw, encoded(form, plain, false), encoded(form, plain, true)]
        })
        .collect()
}
