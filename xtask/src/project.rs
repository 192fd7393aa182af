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

/// The lines of one table of a manifest, without comments.
pub(crate) fn toml_table(manifest: &str, name: &str) -> String {
    let head = format!("[{name}]");
    let body = manifest.lines().skip_while(|line| line.trim() != head).skip(1);
    let lines = body.take_while(|line| !line.starts_with('['));
    lines
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_ends_where_the_next_begins() {
        let manifest =
            "[profile.wasm]\nlto = \"fat\"\n\n# size\nopt-level = \"s\"\n[profile.dev]\ndebug = 1\n";
        assert_eq!(toml_table(manifest, "profile.wasm"), "lto = \"fat\"\nopt-level = \"s\"\n");
        assert_eq!(toml_table(manifest, "profile.none"), "");
    }
}
