//! How long a save takes in a folder of many pages: `cargo run -p store --release --example save_at_scale -- 10000 500`.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // a program to be looked at

use std::fs;
use std::time::{Duration, Instant};
use store::{Author, Save, Saved, Store};

fn main() {
    let mut args = std::env::args().skip(1).map(|it| it.parse::<usize>().unwrap());
    let (pages, saves) = (args.next().unwrap_or(10_000), args.next().unwrap_or(500));
    let folder = std::env::temp_dir().join(format!("save-at-scale-{}", std::process::id()));
    let name = |i: usize| format!("{:02}/page-{i}.en.md", i % 50);
    for i in 0..pages {
        let path = folder.join(name(i));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("---\ntitle: Page {i}\n---\n{}", "Some text of a page.\n".repeat(150)))
            .unwrap();
    }
    let since = Instant::now();
    let store = Store::open(&folder).unwrap();
    println!("{pages} pages, first opened: {:.1?}", since.elapsed());
    let since = Instant::now();
    let store = Store::open(&folder).map(|_| store).unwrap();
    println!("opened again: {:.1?}", since.elapsed());
    let mut times: Vec<Duration> = (0..saves).map(|i| save(&store, &name(i * 7919 % pages), i)).collect();
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!("{saves} saves: p50 {:.1?}, p95 {:.1?}, longest {:.1?}", at(50), at(95), at(100));
    let since = Instant::now();
    let log = store.log(store::Scope::File(&name(0)), None, 50).unwrap();
    println!("history of a page ({} entries): {:.1?}", log.len(), since.elapsed());
    let since = Instant::now();
    let removed = store.removed(50).unwrap();
    println!("removed files ({}): {:.1?}", removed.len(), since.elapsed());
    fs::remove_dir_all(folder).unwrap();
}

/// What a person's edit costs: what an editor starts from, and the save.
fn save(store: &Store, file: &str, i: usize) -> Duration {
    let since = Instant::now();
    let start = store.start(file).unwrap();
    let mut text = start.text.unwrap();
    text.extend_from_slice(format!("Edit {i}.\n").as_bytes());
    let author = Author::new("Ann", "ann@example.org");
    let save = Save {
        file: file.to_string(),
        base: Some(start.revision),
        text,
        author,
        message: "Edit".to_string(),
    };
    assert!(matches!(store.save(&save).unwrap(), Saved::Committed { .. }));
    since.elapsed()
}
