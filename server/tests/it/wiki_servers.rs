//! Real servers: killed while people save, and two of them on one repository and one database.

use crate::command_line::casebook;
use crate::postgres;
use database::tokens::Scope;
use database::{Database, NewUser, Role};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often the server is killed.
const KILLS: usize = 12;

/// How many pages are saved over two servers.
const SAVES: usize = 1000;

/// A server process. It is killed when it is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(folder: &Path, arguments: &[&str]) -> Server {
        let mut process = casebook(folder)
            .args(["serve", "--wiki", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("http://").unwrap_or_else(|| panic!("it did not start: {line:?}"));
        Server { address: address.to_string(), process }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Ends it as a power cut would.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have been killed before.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A request with a token; none when the server was gone before it answered.
pub(crate) fn call(
    address: &str,
    token: &str,
    method: &str,
    path: &str,
    body: &Value,
) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let body = body.to_string();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\ncontent-type: \
         application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let status = answer.split(' ').nth(1)?.parse().ok()?;
    let body = answer.split_once("\r\n\r\n")?.1;
    Some((status, serde_json::from_str(body).unwrap_or_default()))
}

pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let out = Command::new("git").arg("-C").arg(folder).args(args).output().unwrap();
    assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

/// A writer's token, in a database that no server has opened yet.
pub(crate) async fn token(url: &str) -> String {
    let database = Database::open(url).await.unwrap();
    let new = NewUser { name: "bot".into(), display: "bot".into(), email: None, role: Role::Writer };
    let user = database.create_user(&new).await.unwrap();
    let scopes = BTreeSet::from([Scope::Read, Scope::Write]);
    database.create_token(&user.id, "test", &scopes, None).await.unwrap().1
}

pub(crate) fn page(title: &str, text: &str) -> String {
    format!("---\ntitle: {title}\n---\n{text}\n")
}

#[tokio::test]
async fn what_was_acknowledged_survives_being_killed() {
    let folder = tempfile::tempdir().unwrap();
    let content = folder.path().join("content");
    fs::create_dir_all(folder.path().join("data")).unwrap();
    fs::create_dir(&content).unwrap();
    fs::write(content.join("shared.en.md"), page("Shared", "first")).unwrap();
    let token = token(&format!("sqlite:{}", folder.path().join("data/casebook.sqlite").display())).await;
    // By page: the last text that was acknowledged. By commit: all that were.
    let (texts, revisions) = (Mutex::new(BTreeMap::new()), Mutex::new(BTreeSet::new()));
    for round in 0..KILLS {
        let mut server = Server::start(folder.path(), &[]);
        let (address, stop) = (server.address.clone(), AtomicBool::new(false));
        thread::scope(|scope| {
            for writer in 0..3 {
                let (address, token, stop) = (address.clone(), &token, &stop);
                let (texts, revisions) = (&texts, &revisions);
                scope.spawn(move || {
                    for n in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        let name = format!("page-{round}-{writer}-{n}");
                        let text = page(&name, &format!("written in round {round}"));
                        let at = format!("/api/v1/pages/en/{name}");
                        let Some((status, saved)) =
                            call(&address, token, "PUT", &at, &json!({ "text": text }))
                        else {
                            return;
                        };
                        assert_eq!(status, 201, "{saved}");
                        revisions.lock().unwrap().insert(saved["revision"].as_str().unwrap().to_string());
                        texts.lock().unwrap().insert(format!("{name}.en.md"), text);
                    }
                });
            }
            // Some rounds end early, some late in the work of a save.
            thread::sleep(Duration::from_millis(120 + 97 * round as u64 % 400));
            server.kill();
            stop.store(true, Ordering::Relaxed);
        });
        git(&content, &["fsck", "--strict", "--full"]);
    }
    let server = Server::start(folder.path(), &[]);
    let (texts, revisions) = (texts.into_inner().unwrap(), revisions.into_inner().unwrap());
    assert!(revisions.len() > KILLS, "only {} saves were acknowledged", revisions.len());
    let history: BTreeSet<String> =
        git(&content, &["rev-list", "HEAD"]).lines().map(str::to_string).collect();
    assert!(revisions.is_subset(&history));
    for (file, text) in &texts {
        assert_eq!(fs::read_to_string(content.join(file)).unwrap(), *text, "{file}");
        let at = format!("/api/v1/pages/en/{}", file.strip_suffix(".en.md").unwrap());
        let (status, shown) = call(&server.address, &token, "GET", &at, &Value::Null).unwrap();
        assert_eq!((status, &shown["text"]), (200, &json!(text)), "{file}");
    }
    assert_eq!(git(&content, &["status", "--porcelain"]), "");
}

/// A server's folder: its clone of the shared repository, and its settings.
fn replica(folder: &Path, name: &str) -> PathBuf {
    let own = folder.join(name);
    fs::create_dir_all(own.join("content")).unwrap();
    git(&own.join("content"), &["init", "--quiet", "--initial-branch=main"]);
    own
}

#[tokio::test]
async fn two_servers_share_a_repository_and_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let remote = folder.path().join("remote.git");
    fs::create_dir(&remote).unwrap();
    git(&remote, &["init", "--quiet", "--bare", "--initial-branch=main"]);
    let database = postgres::new_database().await;
    let token = token(&database).await;
    let url = remote.to_str().unwrap();
    let folders = ["a", "b"].map(|name| replica(folder.path(), name));
    // One of them reaches the database over TCP and TLS, as from another machine.
    let databases = [database.clone(), postgres::protected(&database, postgres::AUTHORITIES[0])];
    let start = |(own, database): (&PathBuf, &String)| {
        Server::start(own, &["--database-url", database, "--remote", url])
    };
    let servers: Vec<Server> = folders.iter().zip(&databases).map(start).collect();
    let saved = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for (writer, server) in servers.iter().cycle().take(4).enumerate() {
            let (token, saved) = (&token, &saved);
            scope.spawn(move || {
                for n in 0..SAVES / 4 {
                    let name = format!("w{writer}/page-{n}");
                    let text = page(&name, "text");
                    let at = format!("/api/v1/pages/en/{name}");
                    let (status, answer) = loop {
                        let answer =
                            call(&server.address, token, "PUT", &at, &json!({ "text": text })).unwrap();
                        // The remote was taken by others for too long: the client is told, and tries again.
                        if ![503, 507].contains(&answer.0) {
                            break answer;
                        }
                    };
                    assert!([200, 201].contains(&status), "{status} {answer}");
                    saved.lock().unwrap().insert(format!("{name}.en.md"), text);
                }
            });
        }
    });
    let saved = saved.into_inner().unwrap();
    assert_eq!(saved.len(), SAVES);
    git(&remote, &["fsck", "--strict"]);
    let there = git(&remote, &["ls-tree", "-r", "--name-only", "main"]);
    let there: BTreeSet<&str> = there.lines().collect();
    for file in saved.keys() {
        assert!(there.contains(file.as_str()), "{file}");
    }
    // Each learns of what the other has within seconds.
    let tip = git(&remote, &["rev-parse", "main"]);
    for own in &folders {
        let same = (0..300).any(|_| {
            thread::sleep(Duration::from_millis(100));
            git(&own.join("content"), &["rev-parse", "HEAD"]) == tip
        });
        assert!(same, "{} does not follow", own.display());
    }
    for (file, text) in saved.iter().step_by(50) {
        for server in &servers {
            let at = format!("/api/v1/pages/en/{}", file.strip_suffix(".en.md").unwrap());
            let (status, shown) = call(&server.address, &token, "GET", &at, &Value::Null).unwrap();
            assert_eq!((status, &shown["text"]), (200, &json!(text)), "{file}");
        }
    }
}

#[test]
fn a_wiki_starts_in_an_empty_folder() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    let (status, _) = call(&server.address, "none", "GET", "/api/v1/pages", &Value::Null).unwrap();
    assert_eq!(status, 401, "a token that is none is refused");
    assert!(
        folder.path().join("content/.git").is_dir() && folder.path().join("data/casebook.sqlite").is_file()
    );
    // Whoever can read it can take over accounts.
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(folder.path().join("data/casebook.sqlite")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}
