//! Where things are.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The repository: the folder above this crate.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A text file of the repository, with the line endings it has in the repository whatever the checkout made of them.
pub(crate) fn read(path: &str) -> Result<String> {
    let text = std::fs::read_to_string(root().join(path)).with_context(|| format!("cannot read {path}"))?;
    Ok(text.replace("\r\n", "\n"))
}

/// Every file below `folder`, as sorted paths from the root with `/` between the parts.
/// Hidden files and editors' backups are none of the project's. A folder that does not exist is empty.
pub(crate) fn files(folder: &str) -> Result<Vec<String>> {
    let mut found = Vec::new();
    walk(folder, &mut found)?;
    found.sort();
    Ok(found)
}

fn walk(folder: &str, found: &mut Vec<String>) -> Result<()> {
    let dir = root().join(folder);
    if !dir.is_dir() {
        return Ok(());
    }
    for entry in dir.read_dir().with_context(|| format!("cannot list {folder}"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
