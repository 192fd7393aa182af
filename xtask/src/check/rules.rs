//! The house rules: one table, a small function each.

use super::tree::{Finding, Tree};
use super::words::{self, DETERMINISM, INLINE, LAYERS};

/// A rule of this repository.
pub(super) struct Rule {
    /// The rule in one sentence.
    pub(super) says: &'static str,
    /// Finds where it does not hold.
    pub(super) check: fn(&Tree) -> Vec<Finding>,
}

/// All of them.
pub(super) const RULES: &[Rule] = &[
    Rule { says: "a Rust file begins with a `//!` line that says its job", check: job_line },
    Rule { says: "a Rust file has 700 lines at most, or a reason in LONG", check: length },
    Rule { says: "each layer knows only what is below it", check: |tree| words::find(LAYERS, tree) },
    Rule { says: "a lab depends on its parameters alone", check: |tree| words::find(DETERMINISM, tree) },
    Rule { says: "no inline script or style", check: |tree| words::find(INLINE, tree) },
    Rule { says: "`|safe` stands only where TRUSTED says why", check: trusted },
    Rule { says: "pages load nothing from another site", check: own_resources },
    Rule { says: "every page has its translation", check: translated },
    Rule { says: "files made elsewhere are listed with version and licence", check: vendored },
];

const MAX_LINES: usize = 700;

/// Long Rust files and why each is clearer whole.
const LONG: &[(&str, &str)] =
    &[("sim-wasm/src/kernel/changes.rs", "one table: a row and a sentence for each change")];

/// Templates that may print HTML as it is, the expression, and who made that HTML safe.
const TRUSTED: &[(&str, &str, &str)] = &[
    ("server/templates/pages/article.html", "body", MARKDOWN),
    ("server/templates/pages/folder.html", "body", MARKDOWN),
    ("server/templates/pages/home.html", "body", MARKDOWN),
    ("server/templates/wiki/comments.html", "body", MARKDOWN),
    (
        "server/templates/pages/lab.html",
        "figure",
        "made by sim_wasm::view from typed values, text escaped there",
    ),
    ("server/templates/wiki/edit.html", "body", MARKDOWN),
    ("server/templates/wiki/revision.html", "body", MARKDOWN),
];

const MARKDOWN: &str = "made by server/src/markdown, which sanitises what an author wrote";

fn job_line(tree: &Tree) -> Vec<Finding> {
    let missing = tree.below("", ".rs").filter(|file| !file.text.starts_with("//!"));
    missing.map(|file| file.finding(1, "the file does not say what it is for")).collect()
}

fn length(tree: &Tree) -> Vec<Finding> {
    let excused = |path: &str| LONG.iter().any(|(long, _)| *long == path);
    let long =
        tree.below("", ".rs").filter(|file| file.text.lines().count() > MAX_LINES && !excused(&file.path));
    long.map(|file| file.finding(MAX_LINES, "too long: split it where its parts have names")).collect()
}

fn trusted(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.below("server/templates", "") {
        for (number, line) in file.lines() {
            for expression in line.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
                let compact = expression.replace([' ', '-', '~'], "");
                let Some(value) = compact.strip_suffix("|safe") else { continue };
                if !TRUSTED.iter().any(|(path, trusted, _)| *path == file.path && *trusted == value) {
                    findings.push(file.finding(number, format!("`{value}|safe`: who made this HTML safe?")));
                }
            }
        }
    }
    findings
}

fn own_resources(tree: &Tree) -> Vec<Finding> {
    let css = tree.below("static/css", ".css").map(|file| (file, &["url(", "@import"][..]));
    let js =
        tree.below("static/js", ".js").map(|file| (file, &["import", "fetch(", "new URL(", "src ="][..]));
    let html = tree
        .below("server/templates", ".html")
        .map(|file| (file, &[" src=", "<link", " srcset=", "<iframe"][..]));
    let mut findings = Vec::new();
    for (file, loaders) in css.chain(js).chain(html) {
        for (number, line) in file.lines() {
            let elsewhere = line.contains("//")
                && ["http://", "https://", "\"//", "'//", "(//"].iter().any(|start| line.contains(start));
            // These links name a page without loading it.
            let named = ["rel=\"canonical\"", "rel=\"alternate\"", "rel=\"license\""]
                .iter()
                .any(|rel| line.contains(rel));
            if elsewhere && !named && loaders.iter().any(|loader| line.contains(loader)) {
                findings
                    .push(file.finding(number, "loads something from another site: vendor it under static/"));
            }
        }
    }
    findings
}

fn translated(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (here, there) in [(".en.md", ".zh.md"), (".zh.md", ".en.md")] {
        for file in tree.below("content", here) {
            let other = file.path.replace(here, there);
            if tree.file(&other).is_none() {
                findings.push(file.finding(1, format!("{other} is missing")));
            }
        }
    }
    findings
}

fn vendored(tree: &Tree) -> Vec<Finding> {
    let list = tree.file("static/VENDORED.md").map_or("", |file| &file.text);
    let folders = ["static/fonts", "static/vendor"];
    let files = folders.iter().flat_map(|folder| tree.below(folder, ""));
    let unlisted = files.filter(|file| !list.contains(file.path.trim_start_matches("static/")));
    unlisted
        .map(|file| file.finding(1, "not listed in static/VENDORED.md with version and licence"))
        .collect()
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
