//! Which part of the server may use which: the direction that keeps the rooms apart.

use std::fs;
use std::path::Path;

/// Folder, and what its files may not name.
const RULES: &[(&str, &[&str])] = &[
    (
        "content",
        &["std::fs", "tokio", "axum", "crate::http", "crate::edition", "crate::pages", "crate::folder"],
    ),
    (
        "markdown",
        &["std::fs", "tokio", "axum", "crate::http", "crate::edition", "crate::pages", "crate::folder"],
    ),
    ("assets", &["tokio", "axum", "crate::http", "crate::edition", "crate::pages"]),
    ("folder", &["tokio", "axum", "crate::http", "crate::edition", "crate::pages"]),
    ("pages", &["std::fs", "tokio", "axum", "crate::http", "crate::edition", "crate::app"]),
    ("edition", &["std::fs", "tokio", "axum", "crate::http", "crate::app"]),
    ("http", &["crate::cli", "crate::config"]),
];

fn walk(folder: &Path, visit: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        match entry.path() {
            path if path.is_dir() => walk(&path, visit),
            path => visit(&path),
        }
    }
}

#[test]
fn dependencies_point_one_way() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (folder, banned) in RULES {
        walk(&source.join(folder), &mut |file| {
            let text = fs::read_to_string(file).unwrap();
            for name in *banned {
                assert!(!text.contains(name), "{} names {name}", file.display());
            }
        });
    }
}

/// Markup that askama does not escape is made by the renderer and the labs alone.
#[test]
fn markup_passes_unescaped_in_few_places() {
    let mut places = Vec::new();
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    walk(&templates, &mut |file| {
        let text = fs::read_to_string(file).unwrap();
        for line in text.lines().filter(|line| line.contains("|safe") || line.contains("| safe")) {
            places.push(format!("{}: {}", file.file_name().unwrap().display(), line.trim()));
        }
    });
    assert!(
        places.iter().all(|place| place.contains("body|safe") || place.contains("figure|safe")),
        "{places:#?}"
    );
    assert_eq!(places.len(), 7, "{places:#?}");
}
