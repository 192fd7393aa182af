//! A backup that is made while people save, restored on an empty machine.

use crate::command_line::{casebook, run};
use crate::postgres;
use crate::wiki::TestWiki;
use crate::wiki_servers::{Server, call, git, page, token};
use casebook::wiki::{Settings, backups};
use database::{Clock, Database, May, Role, Rule, Who};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// All rows of a database, but for when something was last used, and how far the history was told: both go on meanwhile.
async fn rows(url: &str) -> Vec<String> {
    let database = Database::open(url).await.unwrap();
    let mut out = Vec::new();
    database.export(&mut out).await.unwrap();
    database.close().await;
    let mut rows: Vec<String> = String::from_utf8(out)
        .unwrap()
        .lines()
        .skip(1)
        .map(|line| {
            let mut row: serde_json::Value = serde_json::from_str(line).unwrap();
            row["row"].as_object_mut().unwrap().remove("last_used");
            if row["row"]["name"] == "followed" {
                row["row"]["value"] = "a commit".into();
            }
            row.to_string()
        })
        .collect();
    rows.sort();
    rows
}

/// The files of a commit with their contents.
fn files(folder: &Path, at: &str) -> BTreeMap<String, String> {
    git(folder, &["ls-tree", "-r", at])
        .lines()
        .map(|line| {
            let (object, name) = line.split_once('\t').unwrap();
            (name.to_string(), object.split(' ').nth(2).unwrap().to_string())
        })
        .collect()
}

fn succeeds(folder: &Path, args: &[&str]) -> String {
    let out = run(folder, args);
    assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// Fills a wiki, backs it up while saves go on, and restores it elsewhere, into another kind of database if so asked.
async fn backed_up_and_restored(into_postgres: bool) {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (here, there) = (here.path(), there.path());
    fs::create_dir_all(here.join("content/tcp")).unwrap();
    fs::create_dir(here.join("data")).unwrap();
    fs::write(here.join("content/tcp/syn.en.md"), page("SYN", "![p](p.svg)")).unwrap();
    fs::write(here.join("content/tcp/p.svg"), "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    let url = format!("sqlite:{}", here.join("data/casebook.sqlite").display());
    let token = token(&url).await;
    let database = Database::open(&url).await.unwrap();
    let rule = Rule { folder: "ops".to_string(), who: Who::Writers, may: May::Write };
    database.set_rule(&rule).await.unwrap();
    database.redirect("/en/old", "/en/tcp/syn").await.unwrap();
    database.close().await;

    let server = Server::start(here, &[]);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let (address, token, stop) = (&server.address, &token, &stop);
        scope.spawn(move || {
            for n in 0.. {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let at = format!("/api/v1/pages/en/busy-{n}");
                let text = page("Busy", &format!("number {n}"));
                assert_eq!(call(address, token, "PUT", &at, &json!({ "text": text })).unwrap().0, 201);
            }
        });
        thread::sleep(std::time::Duration::from_millis(300));
        succeeds(here, &["backup", "wiki.tar.zst"]);
        stop.store(true, Ordering::Relaxed);
    });
    drop(server);

    let restored = if into_postgres { Some(postgres::new_database().await) } else { None };
    let backup = here.join("wiki.tar.zst");
    let mut args = vec!["restore", backup.to_str().unwrap()];
    args.extend(restored.iter().flat_map(|url| ["--database-url", url.as_str()]));
    succeeds(there, &args);
    let content = there.join("content");
    git(&content, &["fsck", "--strict", "--full"]);
    assert_eq!(git(&content, &["status", "--porcelain"]), "");
    let head = git(&content, &["rev-parse", "HEAD"]);
    let head = head.trim();
    // Saves went on after the moment of the backup: what it has is what was there at its commit.
    assert_eq!(files(&content, head), files(&here.join("content"), head));
    assert!(files(&content, head).contains_key("busy-0.en.md"));
    let there_url = format!("sqlite:{}", there.join("data/casebook.sqlite").display());
    assert_eq!(rows(restored.as_deref().unwrap_or(&there_url)).await, rows(&url).await);

    // What is there is not written over.
    let again = run(there, &args);
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("is not empty"));

    let mut options = Vec::new();
    options.extend(restored.iter().flat_map(|url| ["--database-url", url.as_str()]));
    let server = Server::start(there, &options);
    let shown = call(&server.address, &token, "GET", "/api/v1/pages/en/tcp/syn", &json!(null)).unwrap();
    assert_eq!((shown.0, &shown.1["text"]), (200, &json!(page("SYN", "![p](p.svg)"))));
}

#[tokio::test]
async fn a_backup_restores_on_an_empty_machine() {
    backed_up_and_restored(false).await;
}

#[tokio::test]
async fn a_backup_moves_a_site_to_postgresql() {
    backed_up_and_restored(true).await;
}

#[test]
fn what_is_no_backup_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("x.tar.zst"), "not a backup").unwrap();
    for (args, says) in [
        (["restore", "none.tar.zst"], "cannot read `none.tar.zst`"),
        (["restore", "x.tar.zst"], "`x.tar.zst` is no backup, or damaged"),
        (["backup", "none/x.tar.zst"], "cannot write into `none`"),
    ] {
        let out = casebook(folder).args(args).output().unwrap();
        assert_eq!(out.status.code(), Some(1), "{args:?}");
        let error = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(error.contains(says), "{args:?}: {error}");
    }
    assert!(!folder.join("content").exists());
}

#[tokio::test]
async fn a_backup_is_made_each_day_and_the_newest_are_kept() {
    const DAY: i64 = 24 * 60 * 60;
    let folder = tempfile::tempdir().unwrap();
    let of = folder.path().join("backups");
    let settings =
        Settings { backups: Some(backups::Settings { folder: of.clone(), keep: 2 }), ..Settings::default() };
    let clock = Clock::standing(1_796_000_000);
    let wiki = TestWiki::set_up(&[("a.en.md", "---\ntitle: A\n---\nText.\n")], settings, clock.clone()).await;
    wiki.user("ann", Role::Writer).await;
    let names = || {
        let mut names: Vec<String> =
            fs::read_dir(&of).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let first = backups::turn(wiki.wiki()).await.unwrap().unwrap();
    for other in ["notes.txt", "casebook-2020-01-01.tar.zst", "casebook-2020-01-01-000000.tar.zst.part"] {
        fs::write(of.join(other), "not ours").unwrap();
    }
    clock.advance(DAY - 1);
    assert_eq!(backups::turn(wiki.wiki()).await.unwrap(), None, "it is not a day old");
    clock.advance(1);
    let second = backups::turn(wiki.wiki()).await.unwrap().unwrap();
    assert!(first.exists() && second.exists());
    clock.advance(3 * DAY);
    let third = backups::turn(wiki.wiki()).await.unwrap().unwrap();
    let kept = [&second, &third].map(|it| it.file_name().unwrap().to_str().unwrap());
    let others = ["casebook-2020-01-01-000000.tar.zst.part", "casebook-2020-01-01.tar.zst"];
    assert_eq!(names(), [&others[..], &kept[..], &["notes.txt"][..]].concat());

    let there = folder.path().join("there");
    fs::create_dir(&there).unwrap();
    succeeds(&there, &["restore", third.to_str().unwrap()]);
    assert_eq!(fs::read_to_string(there.join("content/a.en.md")).unwrap(), wiki.file("a.en.md"));
    let users = run(&there, &["user", "list"]);
    assert!(String::from_utf8_lossy(&users.stdout).contains("ann"));
}

#[tokio::test]
async fn a_folder_for_backups_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let settings = Settings {
        backups: Some(backups::Settings { folder: file.join("backups"), keep: 2 }),
        ..Settings::default()
    };
    let wiki = TestWiki::set_up(&[], settings, Clock::system()).await;
    let error = format!("{:#}", backups::turn(wiki.wiki()).await.unwrap_err());
    assert!(error.contains("cannot make the folder") && error.contains("file/backups"), "{error}");
}
