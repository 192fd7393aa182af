//! `casebook check` finds what is wrong, by file and line.

use std::fs;
use std::path::Path;
use std::process::Command;

fn check(files: &[(&str, &str)]) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    run(folder.path())
}

fn run(content: &Path) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casebook"));
    let output = command.arg("check").arg("--content").arg(content).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_sound_site() {
    let (status, out) = check(&[
        ("a.en.md", "---\ntitle: A\n---\n[there](b.md#part) [abs](/en/b) [lab](/en/labs/paws?seed=1)\n"),
        ("a.zh.md", "---\ntitle: A\n---\n正文\n"),
        ("b.en.md", "---\ntitle: B\n---\n## Part\n\nText\n"),
    ]);
    assert!(out.contains("b.en.md: warning: has no Chinese version: b.zh.md"), "{out}");
    assert!(out.ends_with("3 pages, 0 errors, 1 warning\n"), "{out}");
    assert_eq!(status, Some(0));
}

#[test]
fn every_kind_of_mistake() {
    let (status, out) = check(&[
        (
            "a.en.md",
            "---\ntitle: A\naliases: [/en/b]\n---\n\n[nowhere](none.md)\n\n[abs](/en/none)\n\n[no anchor](b.md#none)\n\n\
             ```lab paws\nconections: 3\n```\n\n```lab pawz\n```\n\n```lab paws\npreset: none\n```\n\n\
             ![picture](/img/none.png)\n",
        ),
        ("b.en.md", "---\ntitle: B\n---\nText\n"),
        ("c.en.md", "---\ntitle: C\ndate: soon\n---\nText\n"),
        ("tags.en.md", "Text\n"),
    ]);
    assert_eq!(status, Some(1), "{out}");
    for found in [
        "a.en.md:3: error: ",
        "a.en.md:6: error: ",
        "a.en.md:8: error: ",
        "a.en.md:10: error: ",
        "a.en.md:13: error: ",
        "a.en.md:16: error: ",
        "a.en.md:20: error: ",
        "a.en.md:23: error: the picture `/img/none.png` is not there",
        "c.en.md:3: error: ",
        "tags.en.md: error: ",
    ] {
        assert!(out.contains(found), "{found} is not in\n{out}");
    }
    let lines: Vec<&str> = out.lines().collect();
    assert!(
        lines.iter().position(|line| line.starts_with("a.en"))
            < lines.iter().position(|line| line.starts_with("c.en"))
    );
}

/// What its author meant as markup and readers see as text.
#[test]
fn slips_are_warnings_with_a_line() {
    let (status, out) = check(&[(
        "a.en.md",
        "---\ntitle: A\n---\nText[^nope].\n\nThe mean is $\\frac{a}{b}.\n\n> [!TIP] Title\n> Text.\n\nIt costs $5, or \\[^5].\n",
    )]);
    assert_eq!(status, Some(0), "{out}");
    for found in ["a.en.md:4: warning: ", "a.en.md:6: warning: ", "a.en.md:8: warning: "] {
        assert!(out.contains(found), "{found} is not in\n{out}");
    }
    assert!(out.ends_with("1 page, 0 errors, 4 warnings\n"), "{out}");
}

/// The articles that come with the program.
#[test]
fn our_own_articles() {
    let (status, out) = run(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../content"));
    assert_eq!(status, Some(0), "{out}");
}
