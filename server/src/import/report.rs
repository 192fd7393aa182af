//! What an import did, for the person who started it.

use serde::Serialize;

/// Everything that is said at the end.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Each page: where it comes from and where it stands now.
    pub pages: Vec<Moved>,
    /// Each file beside pages.
    pub files: Vec<Moved>,
    /// What the author should know, by file and line of the source.
    pub findings: Vec<Finding>,
}

/// A file that was brought in.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// File of the source.
    pub from: String,
    /// File relative to the content folder.
    pub to: String,
    /// What came of it.
    pub state: State,
}

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is written.
    New,
    /// It was there already, byte for byte.
    Unchanged,
    /// Another file is there, and was left.
    Conflict,
}

/// Something to know.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// File of the source.
    pub file: String,
    /// Line in it, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// What it is about.
    pub kind: Kind,
    /// What is the matter, and what came of it.
    pub message: String,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A link that leads nowhere.
    Link,
    /// A picture that is not there.
    Image,
    /// Anything else.
    Note,
}

impl Finding {
    /// A remark.
    pub(super) fn note(file: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { file: file.to_string(), line, kind: Kind::Note, message: message.into() }
    }

    /// A tag that stays: one that names a post or a file which is not there is a link that leads nowhere.
    pub(super) fn tag(file: &str, line: usize, message: String) -> Finding {
        let kind = if message.starts_with("there is no ") { Kind::Link } else { Kind::Note };
        Finding { file: file.to_string(), line, kind, message }
    }

    fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}", self.file),
        }
    }
}

impl Report {
    /// As text: pages, files, conflicts, findings, counts.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for moved in self.pages.iter().chain(&self.files) {
            let note = match moved.state {
                State::New => "",
                State::Unchanged => " (unchanged)",
                State::Conflict => " (conflict)",
            };
            out += &format!("{} → {}{note}\n", moved.from, moved.to);
        }
        let conflicts = || self.moved().filter(|moved| moved.state == State::Conflict);
        section(
            &mut out,
            "Conflicts",
            conflicts().map(|moved| {
                format!(
                    "{}: is there already with other content, and stays; {} is not imported",
                    moved.to, moved.from
                )
            }),
        );
        for (kind, title) in [
            (Kind::Link, "Links that lead nowhere"),
            (Kind::Image, "Pictures that are not there"),
            (Kind::Note, "Notes"),
        ] {
            let found = self.findings.iter().filter(|finding| finding.kind == kind);
            section(
                &mut out,
                title,
                found.map(|finding| format!("{}: {}", finding.place(), finding.message)),
            );
        }
        if !out.is_empty() {
            out.push('\n');
        }
        out + &self.counts()
    }

    /// As JSON.
    ///
    /// # Errors
    /// Never for what a report holds.
    pub fn json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    fn moved(&self) -> impl Iterator<Item = &Moved> {
        self.pages.iter().chain(&self.files)
    }

    fn counts(&self) -> String {
        let states = |moved: &[Moved]| {
            let count = |state| moved.iter().filter(|one| one.state == state).count();
            format!(
                "{} new, {} unchanged, {}",
                count(State::New),
                count(State::Unchanged),
                counted(count(State::Conflict), "conflict")
            )
        };
        let count = |kind| self.findings.iter().filter(|finding| finding.kind == kind).count();
        format!(
            "{}: {}\n{}: {}\n{}, {}, {}\n",
            counted(self.pages.len(), "page"),
            states(&self.pages),
            counted(self.files.len(), "file"),
            states(&self.files),
            counted(count(Kind::Link), "unresolved link"),
            counted(count(Kind::Image), "unresolved image"),
            counted(count(Kind::Note), "note"),
        )
    }

    /// Puts findings in their order and leaves out what is said twice.
    pub(super) fn sort(&mut self) {
        self.findings.sort();
        self.findings.dedup();
    }
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        *out += &format!("\n{title}:\n{}\n", lines.join("\n"));
    }
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
