//! What is wrong with a file of the content folder, and where.

use std::fmt;

/// One finding, for the person who writes the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// File, relative to the content folder: `tcp/tw-recycle.en.md`.
    pub file: String,
    /// Line in the file, from 1; 0 when the whole file is meant.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; the page is as its author meant it.
    Warning,
    /// Something on the page, or the page itself, cannot be shown.
    Error,
}

impl Diagnostic {
    /// Something that cannot be shown.
    pub fn error(file: &str, line: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Error, file: file.to_string(), line, message: message.into() }
    }

    /// Something worth knowing.
    pub fn warning(file: &str, line: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, file: file.to_string(), line, message: message.into() }
    }

    /// File and line, as editors and terminals make links of them.
    pub fn place(&self) -> String {
        match self.line {
            0 => self.file.clone(),
            line => format!("{}:{line}", self.file),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{}: {severity}: {}", self.place(), self.message)
    }
}
