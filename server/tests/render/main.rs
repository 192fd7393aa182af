//! Markdown in, HTML and diagnostics out: every `.md` file here stands beside the `.html` it becomes and, when there is
//! something wrong with it, the `.diag`. `UPDATE_EXPECT=1 cargo test --test render` writes them anew.

mod attacks;
mod labs;
mod prefixes;
mod site;

use casebook::markdown::{Rendered, Source, render};
use expect_test::expect_file;
use sim_wasm::text::Lang;
use site::Site;
use std::path::Path;

#[test]
fn pages() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/render");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    files.sort();
    assert!(files.len() > 20);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        let lang = if name.ends_with(".zh.md") { Lang::Zh } else { Lang::En };
        let rendered = render(Source { file: name, lang, text: &text, first_line: 1 }, &Site);
        expect_file![file.with_extension("html")].assert_eq(&labs::without_results(&rendered.html, lang));
        let diag = file.with_extension("diag");
        let found = about(&rendered);
        if found.is_empty() {
            assert!(!diag.exists(), "{}: nothing is wrong any more", diag.display());
        } else {
            expect_file![diag].assert_eq(&found);
        }
    }
}

/// What is not in the HTML: the diagnostics.
fn about(rendered: &Rendered) -> String {
    rendered.diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect()
}

fn en(text: &str) -> Rendered {
    render(Source { file: "x.en.md", lang: Lang::En, text, first_line: 1 }, &Site)
}

#[test]
fn the_table_of_contents_has_levels_two_and_three() {
    let toc = en("## What is `PAWS`?\n\n### Twice\n\n### Twice\n\n#### Deep\n").toc;
    let lines: Vec<_> = toc.iter().map(|h| format!("{} {} {}", h.level, h.id, h.text)).collect();
    assert_eq!(lines, ["2 what-is-paws What is PAWS?", "3 twice Twice", "3 twice-2 Twice"]);
}

#[test]
fn plain_text_is_the_running_text() {
    let text = "## Title\n\nOne **two**\n`three`[^1] &amp; [four](b.md).\n\n```c\nint x;\n```\n\n- five\n- six\n\n[^1]: note\n";
    assert_eq!(en(text).plain, "One two three & four. five six");
}

#[test]
fn lines_of_diagnostics_are_those_of_the_file() {
    let source = Source { file: "x.en.md", lang: Lang::En, text: "a\r\n\r\n[[none]]\r\n", first_line: 8 };
    assert_eq!(render(source, &Site).diagnostics[0].line, 10);
}

#[test]
fn a_page_beyond_the_limit_says_so() {
    let rendered = en(&"中 text\n\n".repeat(150_000));
    assert!(rendered.diagnostics[0].message.starts_with("the page ends here"));
}

#[test]
fn nesting_without_end_is_cut() {
    for text in
        [">".repeat(20_000) + " x", "- ".repeat(20_000) + "x", "<div>\n\n".repeat(5000), "*a ".repeat(20_000)]
    {
        let html = en(&text).html;
        assert!(html.matches("<blockquote>").count() < 60 && html.matches("<div>").count() < 60);
    }
}
