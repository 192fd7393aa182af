//! Which paths a file may have: such that mean the same to git, to the file system and in an address, and stay in the folder.

use crate::error::Error;

/// In bytes.
const LONGEST: usize = 1024;
const DEEPEST: usize = 16;

/// Whether a file of this path may be written.
///
/// # Errors
/// [`Error::Path`] when not.
pub(crate) fn check(file: &str) -> Result<(), Error> {
    match fault(file) {
        Some(why) => Err(Error::Path { file: file.to_string(), why }),
        None => Ok(()),
    }
}

fn fault(file: &str) -> Option<&'static str> {
    if file.is_empty() || file.starts_with('/') {
        return Some("a path is relative to the folder and not empty");
    }
    if file.len() > LONGEST {
        return Some("longer than 1024 bytes");
    }
    if file.contains('\\') || file.chars().any(char::is_control) {
        return Some("no backslashes and control characters in a path");
    }
    if file.split('/').count() > DEEPEST {
        return Some("more than 16 folders deep");
    }
    file.split('/').find_map(|segment| match segment {
        "" | "." | ".." => Some("an empty, `.` or `..` segment"),
        _ if segment.len() > 255 => Some("a segment longer than 255 bytes"),
        _ if is_gits(segment) => Some("names that begin with `.git` are git's"),
        _ => None,
    })
}

fn is_gits(segment: &str) -> bool {
    segment.get(..4).is_some_and(|it| it.eq_ignore_ascii_case(".git"))
}

/// Whether an editor or a system left the file, and the site does not show it either: hidden ones and backup copies. What
/// tells git about the folder is no such file.
pub(crate) fn is_scratch(file: &str) -> bool {
    let told = |it: &str| matches!(it, ".gitignore" | ".gitattributes");
    file.split('/').any(|segment| (segment.starts_with('.') && !told(segment)) || segment.ends_with('~'))
}
