//! Zips that want to write elsewhere, or more than there is room for.

use super::site::{Files, Import, files, zip_of};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A zip of one good page and another entry.
fn with(add: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("good.md", SimpleFileOptions::default()).unwrap();
    zip.write_all(b"Good.\n").unwrap();
    add(&mut zip);
    zip.finish().unwrap().into_inner()
}

/// The zip with the bytes of a name exchanged for others of the same length: no library writes such names.
fn renamed(zip: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut zip = zip.to_vec();
    let mut found = 0;
    for at in 0..=zip.len() - from.len() {
        if zip[at..].starts_with(from) {
            zip[at..at + to.len()].copy_from_slice(to);
            found += 1;
        }
    }
    assert_eq!(found, 2, "once before the entry, once in the directory");
    zip
}

#[test]
fn entries_that_lead_out_are_left_out() {
    let evil = |name: &str| {
        let stand_in = "x".repeat(name.len());
        let zip = with(|zip| {
            zip.start_file(&stand_in, SimpleFileOptions::default()).unwrap();
            zip.write_all(b"Evil.\n").unwrap();
        });
        renamed(&zip, stand_in.as_bytes(), name.as_bytes())
    };
    let link =
        with(|zip| zip.add_symlink("link.md", "../../secret.md", SimpleFileOptions::default()).unwrap());
    let outside = tempfile::tempdir().unwrap();
    let absolute = outside.path().join("evil.md");
    let absolute = absolute.to_str().unwrap();
    for (name, zip) in [
        ("../evil.md", evil("../evil.md")),
        ("a/../../evil.md", evil("a/../../evil.md")),
        ("..\\evil.md", evil("..\\evil.md")),
        ("C:\\evil.md", evil("C:\\evil.md")),
        (absolute, evil(absolute)),
        ("link.md", link),
    ] {
        let import = Import::new();
        import.put("secret.md", b"A secret.\n");
        let source = import.put("zips/site.zip", &zip);
        let around = || {
            let mut around = files(import.around());
            around.retain(|file, _| !file.starts_with("content/"));
            around
        };
        let before = around();
        for options in [&["markdown", "--dry-run"][..], &["markdown"]] {
            let report = import.run(&source, options);
            assert_eq!(report.status, Some(0), "{name}: {}", report.text);
            let named = report.text.lines().any(|line| {
                (line.contains("evil.md") || line.contains("link.md")) && line.contains("left out")
            });
            assert!(named, "{name}: {}", report.text);
            assert_eq!(around(), before, "{name}");
            assert_eq!(files(outside.path()), Files::new(), "{name}");
        }
        assert_eq!(import.files().into_keys().collect::<Vec<_>>(), ["good.en.md"], "{name}");
    }
}

/// Of two entries with one name the last counts, and it is said.
#[test]
fn a_name_that_is_there_twice_is_named() {
    let zip = with(|zip| {
        zip.start_file("xxgood.md", SimpleFileOptions::default()).unwrap();
        zip.write_all(b"Another.\n").unwrap();
    });
    let zip = renamed(&zip, b"xxgood.md", b"./good.md");
    let import = Import::new();
    let source = import.put("site.zip", &zip);
    let report = import.run(&source, &["markdown"]);
    let written = import.files();
    assert!(report.text.contains("good.md: is in the zip twice"), "{}", report.text);
    assert_eq!(written.keys().collect::<Vec<_>>(), ["good.en.md"]);
    // As unpacking would have it.
    assert!(String::from_utf8_lossy(&written["good.en.md"]).contains("Another."), "{}", report.text);
}

/// What a packer adds of its own is no part of the site.
#[test]
fn rubbish_of_packers_is_left_out() {
    let files = Files::from([
        ("a.md".to_string(), b"A\n".to_vec()),
        (".DS_Store".to_string(), b"x".to_vec()),
        ("__MACOSX/._a.md".to_string(), b"\x00\x05\x16\x07".to_vec()),
    ]);
    let import = Import::new();
    let source = import.put("site.zip", &zip_of(&files, ""));
    let report = import.run(&source, &["markdown"]);
    assert_eq!(report.status, Some(0), "{}", report.text);
    assert_eq!(import.files().into_keys().collect::<Vec<_>>(), ["a.en.md"], "{}", report.text);
}
