//! `casebook import`: sites of other generators, what is written of them, and that what led to them still does.

mod languages;
mod permalinks;
mod references;
mod round_trip;
mod site;
mod usage;
mod zips;

use crate::app::TestApp;
use casebook::content::front_matter;
use percent_encoding::percent_decode_str;
use site::{Expected, Import, Report, files, fixtures, spellings, zip_of};
use std::collections::BTreeSet;
use std::fs;

/// Every site that there is a fixture for.
const SITES: [&str; 6] = ["hexo", "jekyll", "mdbook", "obsidian", "plain", "own"];

/// A site, brought in.
fn imported(name: &str) -> (Expected, Import, Report) {
    let expected = Expected::of(name);
    let import = Import::new();
    let report = import.run(&fixtures().join(name), &expected.arguments());
    assert_eq!(report.status, Some(0), "{name}: {}", report.text);
    (expected, import, report)
}

/// A redirect, and that it needs one step.
async fn target(app: &TestApp, address: &str) -> String {
    let answer = app.get(address).await;
    assert_eq!(answer.status, 301, "{address}");
    let to = answer.header("location").to_string();
    assert_eq!(app.get(&to).await.status, 200, "{address} leads to {to}");
    to
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// The files that are written, and no others; attachments are the bytes of the file they come from.
#[test]
fn files_are_written() {
    for name in SITES {
        let (expected, import, report) = imported(name);
        let source = files(&fixtures().join(name));
        let written = import.files();
        let names: BTreeSet<&str> = written.keys().map(String::as_str).collect();
        let wanted: BTreeSet<&str> = expected.lines("pages").iter().map(String::as_str).collect();
        let attachments: Vec<(&str, &str)> = expected.pairs("attachments", " = ").collect();
        let wanted = &wanted | &attachments.iter().map(|(file, _)| *file).collect();
        assert_eq!(names, wanted, "{name}: {}", report.text);
        for (file, from) in attachments {
            assert!(written[file] == source[from], "{name}: {file} is not {from}");
        }
    }
}

/// Head and body of the pages that are kept whole among the expectations.
#[test]
fn pages_read_as_they_should() {
    for name in SITES {
        let (_, import, _) = imported(name);
        let written = import.files();
        let folder = fixtures().join("expected").join(name);
        let wanted = if folder.is_dir() { files(&folder) } else { Default::default() };
        for (file, text) in wanted {
            let text = String::from_utf8(text).unwrap();
            let found = String::from_utf8(written[&file].clone()).unwrap();
            let (wanted, _) = front_matter::parse(&file, &text).unwrap();
            let (found, warnings) = front_matter::parse(&file, &found).unwrap();
            let body = |text: &str| text.trim_matches('\n').to_string();
            assert_eq!(body(found.body), body(wanted.body), "{name}: {file}");
            assert_eq!(warnings, [], "{name}: {file}");
            let (mut found, mut wanted) = (found.front_matter, wanted.front_matter);
            // Aliases are asked of the site itself.
            found.aliases.clear();
            wanted.aliases.clear();
            assert_eq!(found, wanted, "{name}: {file}");
        }
    }
}

/// What cannot be resolved or translated is named with its file and line, and nothing else is.
#[test]
fn reports_name_file_and_line() {
    for name in SITES {
        let (expected, _, report) = imported(name);
        let places = report.places();
        let wanted: BTreeSet<&str> = expected.pairs("report", ": ").map(|(place, _)| place).collect();
        assert_eq!(report.named(), wanted, "{name}: {}", report.text);
        for (place, says) in expected.pairs("report", ": ") {
            let said = places[place].join("\n");
            assert!(said.contains(says), "{name}: {place}: {says} is not in\n{said}");
        }
    }
}

/// Every old address, in each of its spellings, leads to the page in one step.
#[tokio::test]
async fn old_addresses_are_answered() {
    for name in SITES {
        let (expected, import, _) = imported(name);
        let app = import.serve();
        for (old, new) in expected.pairs("addresses", " -> ") {
            for address in spellings(old) {
                assert_eq!(decoded(&target(&app, &address).await), new, "{name}: {address}");
            }
        }
    }
}

/// Every old anchor is an id of the page.
#[tokio::test]
async fn old_anchors_are_there() {
    for name in SITES {
        let (expected, import, _) = imported(name);
        let app = import.serve();
        for (page, anchors) in expected.groups("anchors", " #") {
            let ids = app.get(&encoded(page)).await.attributes("main [id]", "id");
            for anchor in anchors {
                assert!(ids.iter().any(|id| id == anchor), "{name}: {page}#{anchor} is not among {ids:?}");
            }
        }
    }
}

/// The pictures of each page are the files that they were.
#[tokio::test]
async fn pictures_are_the_same_files() {
    for name in SITES {
        let (expected, import, _) = imported(name);
        let app = import.serve();
        for (page, sources) in expected.groups("pictures", " = ") {
            let shown = app.get(&encoded(page)).await.attributes(".prose img", "src");
            assert_eq!(shown.len(), sources.len(), "{name}: {page} shows {shown:?}");
            for (src, source) in shown.iter().zip(sources) {
                let wanted = fs::read(fixtures().join(name).join(source)).unwrap();
                let answer = app.get(src).await;
                assert!(
                    answer.status == 200 && answer.body == wanted,
                    "{name}: {page}: {src} is not {source}"
                );
            }
        }
    }
}

/// The links of each page lead where they led.
#[tokio::test]
async fn links_lead_where_they_led() {
    for name in SITES {
        let (expected, import, _) = imported(name);
        let app = import.serve();
        for (page, links) in expected.groups("links", " -> ") {
            let found = app.get(&encoded(page)).await.attributes(".prose :is(p, td, li) > a", "href");
            let found: Vec<String> = found.iter().map(|href| decoded(href)).collect();
            assert_eq!(found, links, "{name}: {page}");
        }
    }
}

/// `casebook check` finds nothing wrong with what was imported but what had led nowhere before.
#[test]
fn imported_pages_pass_the_check() {
    for name in SITES {
        let (expected, import, _) = imported(name);
        let output = crate::command_line::run(import.around(), &["check", "--content", "content"]);
        let out = String::from_utf8(output.stdout).unwrap();
        let mut errors: Vec<&str> = out.lines().filter(|line| line.contains(": error: ")).collect();
        for (file, says) in expected.pairs("check", ": ") {
            let found = errors.iter().position(|line| line.starts_with(file) && line.contains(says));
            errors.remove(found.unwrap_or_else(|| panic!("{name}: {file}: {says} is not in\n{out}")));
        }
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    }
}

/// A dry run says the same and writes nothing; a second run has nothing to do.
#[test]
fn a_dry_run_and_a_second_run_change_nothing() {
    for name in SITES {
        let expected = Expected::of(name);
        let source = fixtures().join(name);
        let import = Import::new();
        let mut dry = expected.arguments();
        dry.push("--dry-run");
        let dry = import.run(&source, &dry);
        assert_eq!(import.files().len(), 0, "{name}");
        assert_eq!(fs::read_dir(import.content()).unwrap().count(), 0, "{name}: folders were made");

        let first = import.run(&source, &expected.arguments());
        assert_eq!(dry.status, first.status, "{name}");
        assert_eq!(dry.places(), first.places(), "{name}");
        let before = import.files();
        let times = |import: &Import| -> Vec<_> {
            let written = before.keys().map(|file| import.content().join(file));
            written.map(|file| file.metadata().unwrap().modified().unwrap()).collect()
        };
        let written = times(&import);

        let second = import.run(&source, &expected.arguments());
        assert_eq!(second.status, Some(0), "{name}: {}", second.text);
        assert!(second.text.contains("unchanged"), "{name}: {}", second.text);
        assert_eq!(second.places(), first.places(), "{name}");
        assert!(import.files() == before && times(&import) == written, "{name}: something was written");
    }
}

/// A zip of a site is the site. A folder around everything is part of the names, unless a generator's settings are in it.
#[test]
fn a_zip_is_as_good_as_a_folder() {
    for name in SITES {
        let (expected, folder, report) = imported(name);
        let source = files(&fixtures().join(name));
        let has_settings = ["hexo", "jekyll", "mdbook"].contains(&name);
        for prefix in if has_settings { &["", "site-main/"][..] } else { &[""] } {
            let import = Import::new();
            let zip = import.put("site.zip", &zip_of(&source, prefix));
            let from_zip = import.run(&zip, &expected.arguments());
            assert_eq!(from_zip.status, Some(0), "{name} {prefix}: {}", from_zip.text);
            assert!(import.files() == folder.files(), "{name} {prefix}: {}", from_zip.text);
            let lines = |report: &Report| report.places().into_values().flatten().count();
            assert_eq!(lines(&from_zip), lines(&report), "{name} {prefix}: {}", from_zip.text);
        }
    }
}

fn encoded(address: &str) -> String {
    casebook::address::path(address)
}
