//! The files that rules look at, and where in them something is wrong.

use crate::project;
use anyhow::Result;
use std::fmt;

/// Folders that hold what people write here.
const FOLDERS: [&str; 7] = ["server", "sim-wasm", "xtask", "e2e", "content", "static", "docs"];

/// A file of the repository.
pub(super) struct File {
    /// Path from the root.
    pub(super) path: String,
    /// Its text; empty for a file that is none.
    pub(super) text: String,
}

/// All files that rules look at.
pub(super) struct Tree {
    files: Vec<File>,
}

impl Tree {
    /// Reads them.
    pub(super) fn read() -> Result<Tree> {
        let mut files = Vec::new();
        for folder in FOLDERS {
            for path in project::files(folder)? {
                let text = if is_text(&path) { project::read(&path)? } else { String::new() };
                files.push(File { path, text });
            }
        }
        Ok(Tree { files })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Those below `folder` (all, when it is empty) whose names end with `ends`.
    pub(super) fn below(&self, folder: &str, ends: &str) -> impl Iterator<Item = &File> {
        self.files.iter().filter(move |file| file.is_below(folder) && file.path.ends_with(ends))
    }

    /// The file at `path`.
    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File { path: path.to_string(), text: text.to_string() };
        Tree { files: files.iter().map(file).collect() }
    }
}

fn is_text(path: &str) -> bool {
    [".rs", ".toml", ".md", ".html", ".xml", ".svg", ".css", ".js"].iter().any(|end| path.ends_with(end))
}

impl File {
    /// Whether it is `folder` itself or below it.
    pub(super) fn is_below(&self, folder: &str) -> bool {
        match self.path.strip_prefix(folder) {
            Some(rest) => folder.is_empty() || rest.is_empty() || rest.starts_with('/'),
            None => false,
        }
    }

    /// Its lines with their numbers.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The lines of a Rust file that end up in the product: no comments, no tests.
    pub(super) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = ["/tests/", "/tests.rs", "_tests.rs"].iter().any(|part| self.path.contains(part));
        let end =
            if tests { 0 } else { self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len()) };
        let code = self.text[..end].lines().enumerate();
        code.map(|(index, line)| (index + 1, line.split("//").next().unwrap_or(line)))
    }

    /// A finding in this file.
    pub(super) fn finding(&self, line: usize, problem: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, problem: problem.into() }
    }
}

/// A place where a rule does not hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    path: String,
    line: usize,
    problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.problem)
    }
}
