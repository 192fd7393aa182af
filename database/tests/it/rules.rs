//! Permissions: the table of what holds, properties of random rules, and their storage.

use database::{May, Reader, Refusal, Role, Rule, Rules, Who};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

use crate::{Site, assert_refused, on_both};

on_both! { rules_are_stored_in_one_spelling }

fn rule(folder: &str, who: Who, may: May) -> Rule {
    Rule { folder: folder.to_string(), who, may }
}

const ANONYMOUS: Reader<'_> = None;
const READER: Reader<'_> = Some(("rita", Role::Reader));
const WRITER: Reader<'_> = Some(("will", Role::Writer));
const ADMINISTRATOR: Reader<'_> = Some(("ada", Role::Administrator));
const READERS: [Reader<'_>; 4] = [ANONYMOUS, READER, WRITER, ADMINISTRATOR];

#[test]
fn without_rules_the_site_decides() {
    use May::{Nothing, Read, Write};
    for (public, wanted) in [(true, [Read, Read, Write, Write]), (false, [Nothing, Read, Write, Write])] {
        let rules = Rules::new(public, []);
        for path in ["", "a", "a/b"] {
            assert_eq!(READERS.map(|reader| rules.may(reader, path)), wanted, "{public} {path}");
        }
    }
}

#[test]
fn the_nearest_folder_with_a_rule_decides() {
    use May::{Nothing, Read, Write};
    let user = |id: &str| Who::User(id.to_string());
    let rules = Rules::new(
        true,
        [
            rule("tcp", Who::SignedIn, Read),
            rule("/tcp//secret/", user("will"), Read),
            rule("tcp/secret/open", Who::Anyone, Write),
            rule("team", Who::Writers, Read),
            rule("team", user("rita"), Write),
            rule("closed", Who::Anyone, Nothing),
            rule("closed", Who::Writers, Write),
        ],
    );
    for (path, wanted) in [
        ("", [Read, Read, Write, Write]),
        ("udp", [Read, Read, Write, Write]),
        ("tcp", [Nothing, Read, Read, Write]),
        ("tcp/paws", [Nothing, Read, Read, Write]),
        ("/tcp/paws/", [Nothing, Read, Read, Write]),
        // Not below the folder, only spelled alike.
        ("tcp2", [Read, Read, Write, Write]),
        ("tcp/secret", [Nothing, Nothing, Read, Write]),
        ("tcp/secret/deep/down", [Nothing, Nothing, Read, Write]),
        ("tcp/secrets", [Nothing, Read, Read, Write]),
        // Only a rule that names them lets readers write, and nobody writes without a name.
        ("tcp/secret/open/page", [Read, Read, Write, Write]),
        ("team/page", [Nothing, Write, Read, Write]),
        ("closed/page", [Nothing, Nothing, Write, Write]),
    ] {
        assert_eq!(READERS.map(|reader| rules.may(reader, path)), wanted, "{path}");
    }
}

#[test]
fn a_rule_for_the_root_is_for_the_whole_site() {
    let rules = Rules::new(true, [rule("", Who::SignedIn, May::Write), rule("open", Who::Anyone, May::Read)]);
    for (path, wanted) in [
        ("", [May::Nothing, May::Read, May::Write, May::Write]),
        ("x/y", [May::Nothing, May::Read, May::Write, May::Write]),
        ("open/y", [May::Read, May::Read, May::Read, May::Write]),
    ] {
        assert_eq!(READERS.map(|reader| rules.may(reader, path)), wanted, "{path}");
    }
}

/// Every path of at most four segments out of three that begin alike: deeper than any random rule.
fn every_path() -> Vec<String> {
    let mut paths = vec![String::new()];
    let mut last = paths.clone();
    for _ in 0..4 {
        let deeper = last.iter().flat_map(|path| {
            ["a", "a-", "ab"]
                .map(|segment| if path.is_empty() { segment.into() } else { format!("{path}/{segment}") })
        });
        last = deeper.collect();
        paths.extend(last.iter().cloned());
    }
    paths
}

fn random_rules(random: &mut StdRng, paths: &[String]) -> Vec<Rule> {
    let folders: Vec<&String> = paths.iter().filter(|path| path.split('/').count() <= 3).collect();
    let who = [Who::Anyone, Who::SignedIn, Who::Writers, Who::User("rita".into()), Who::User("will".into())];
    (0..random.random_range(0..8))
        .map(|_| {
            let may = May::ALL.choose(random).unwrap();
            rule(folders.choose(random).unwrap(), who.choose(random).unwrap().clone(), *may)
        })
        .collect()
}

/// What the documentation says, word for word: every rule is looked at for every question.
fn may_by_the_book(public: bool, rules: &[Rule], reader: Reader<'_>, path: &str) -> May {
    let role = reader.map(|(_, role)| role);
    if role == Some(Role::Administrator) {
        return May::Write;
    }
    let covers =
        |folder: &str| folder.is_empty() || path == folder || path.starts_with(&format!("{folder}/"));
    let Some(nearest) =
        rules.iter().map(|rule| &rule.folder).filter(|folder| covers(folder)).max_by_key(|f| f.len())
    else {
        return match role {
            Some(Role::Reader) => May::Read,
            Some(_) => May::Write,
            None => {
                if public {
                    May::Read
                } else {
                    May::Nothing
                }
            }
        };
    };
    let mut most = May::Nothing;
    for (at, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.folder == *nearest) {
        let replaced =
            rules[at + 1..].iter().any(|later| (&later.folder, &later.who) == (&rule.folder, &rule.who));
        let named = reader.is_some_and(|(id, _)| rule.who == Who::User(id.to_string()));
        let fits = named
            || rule.who == Who::Anyone
            || (rule.who == Who::SignedIn && role.is_some())
            || (rule.who == Who::Writers && role == Some(Role::Writer));
        if fits && !replaced {
            let may_write = named || role == Some(Role::Writer);
            most = most.max(if may_write { rule.may } else { rule.may.min(May::Read) });
        }
    }
    most
}

#[test]
fn random_rules_are_what_the_documentation_says() {
    let paths = every_path();
    let mut random = StdRng::seed_from_u64(1);
    for _ in 0..300 {
        let public = random.random();
        let list = random_rules(&mut random, &paths);
        let rules = Rules::new(public, list.clone());
        for reader in READERS {
            for path in &paths {
                assert_eq!(
                    rules.may(reader, path),
                    may_by_the_book(public, &list, reader, path),
                    "{path} for {reader:?} by {public} {list:?}"
                );
            }
        }
    }
}

#[test]
fn a_view_shows_what_may_be_read_and_is_equal_when_that_is() {
    let paths = every_path();
    let mut random = StdRng::seed_from_u64(2);
    let mut seen = Vec::new();
    let (mut same, mut different) = (0, 0);
    for _ in 0..60 {
        let rules = Rules::new(random.random(), random_rules(&mut random, &paths));
        for reader in READERS {
            let view = rules.hidden(reader);
            let readable: Vec<bool> =
                paths.iter().map(|path| rules.may(reader, path) != May::Nothing).collect();
            let shown: Vec<bool> = paths.iter().map(|path| view.shows(path)).collect();
            assert_eq!(shown, readable, "{reader:?} {rules:?}");
            assert_eq!(view.shows_all(), readable.iter().all(|readable| *readable));
            for (other, others) in &seen {
                assert_eq!(view == *other, readable == *others, "{view:?} {other:?}");
                if readable == *others { same += 1 } else { different += 1 }
            }
            seen.push((view, readable));
        }
    }
    assert!(same > 100 && different > 100, "{same} {different}");
}

async fn rules_are_stored_in_one_spelling(site: Site) {
    let db = &site.db;
    for (folder, who, may) in [
        ("/tcp/secret/", Who::Anyone, May::Nothing),
        ("tcp//secret", Who::Anyone, May::Read),
        ("tcp/secret", Who::User("id".into()), May::Write),
        ("", Who::SignedIn, May::Read),
        ("网络", Who::Writers, May::Write),
    ] {
        db.set_rule(&rule(folder, who, may)).await.unwrap();
    }
    let stored = [
        rule("", Who::SignedIn, May::Read),
        rule("tcp/secret", Who::Anyone, May::Read),
        rule("tcp/secret", Who::User("id".into()), May::Write),
        rule("网络", Who::Writers, May::Write),
    ];
    assert_eq!(db.rules().await.unwrap(), stored);
    assert_eq!(site.replica().await.permissions(true).await.unwrap(), Rules::new(true, stored));
    assert!(db.remove_rule("/tcp/secret", &Who::Anyone).await.unwrap());
    assert!(!db.remove_rule("/tcp/secret", &Who::Anyone).await.unwrap());
    assert_eq!(db.rules().await.unwrap().len(), 3);
    assert_refused!(
        db.set_rule(&rule(&"x".repeat(1025), Who::Anyone, May::Read)).await,
        Refusal::TooLong { most: 1024 }
    );
    for who in [Who::Anyone, Who::SignedIn, Who::Writers, Who::User("id".into())] {
        assert_eq!(Who::parse(&who.to_string()), Some(who));
    }
    for strange in ["", "user:", "all"] {
        assert_eq!(Who::parse(strange), None);
    }
}
