//! What it takes to run a wiki: one program, a small machine, and no network. Linux tells, under `/proc`.

use crate::command_line::casebook;
use crate::wiki_servers::Server;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// How many pages the wiki of the memory test has.
const PAGES: usize = 500;

/// What the server may have in memory with that many pages, in MB, after each was served. The bar of 64 MB is for the
/// release build with Brotli, which a person measures (CONTRIBUTING.md): the build of the tests has code of another size,
/// and compresses nothing ahead. It had 59 MB when this was written. What the bound finds is growth by half, such as a
/// second edition that nobody lets go of, and not the difference between two machines.
const MOST_MB: u64 = 96;

/// What goes on by itself in a wiki wakes every five seconds. Whatever it does at first is done by then.
const FIRST_ROUND: Duration = Duration::from_secs(6);

/// Status line and headers of an answer.
fn head(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    String::from_utf8(answer[..end].to_vec()).unwrap()
}

fn resident_mb(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let kib: u64 = line.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    kib * 1024 / 1_000_000
}

/// The TCP sockets that a process holds: local address, remote address and state, as `/proc/net/tcp` has them.
fn sockets(process: u32) -> Vec<[String; 3]> {
    let mut inodes = Vec::new();
    for descriptor in fs::read_dir(format!("/proc/{process}/fd")).unwrap().flatten() {
        // One that was closed meanwhile leads nowhere.
        let Ok(to) = fs::read_link(descriptor.path()) else { continue };
        let to = to.to_string_lossy().into_owned();
        inodes.extend(to.strip_prefix("socket:[").map(|rest| rest.trim_end_matches(']').to_string()));
    }
    let mut found = Vec::new();
    for table in ["tcp", "tcp6"] {
        let table = fs::read_to_string(format!("/proc/{process}/net/{table}")).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if inodes.iter().any(|inode| inode == fields[9]) {
                found.push([1, 2, 3].map(|at| fields[at].to_string()));
            }
        }
    }
    found
}

/// A counter of `/proc/net/snmp`: the first line of a protocol has the names, the second the values.
fn counter(snmp: &str, protocol: &str, name: &str) -> u64 {
    let lines: Vec<&str> = snmp.lines().filter(|line| line.starts_with(&format!("{protocol}:"))).collect();
    let at = lines[0].split_whitespace().position(|field| field == name).unwrap();
    lines[1].split_whitespace().nth(at).unwrap().parse().unwrap()
}

/// What tells of somebody who wants to talk to others, in a namespace that leads nowhere: every way out is refused for
/// want of a route, also that to a name server, and counted.
const ATTEMPTS: [(&str, &str); 4] =
    [("Tcp", "ActiveOpens"), ("Ip", "OutNoRoutes"), ("Ip", "OutRequests"), ("Udp", "OutDatagrams")];

/// A program in a network of its own that has nothing in it, not even the way to itself.
fn alone(program: &Command) -> Command {
    let mut unshare = Command::new("unshare");
    unshare.args(["--user", "--map-root-user", "--net", "--"]).arg(program.get_program());
    unshare.args(program.get_args());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => unshare.env(name, value),
            None => unshare.env_remove(name),
        };
    }
    if let Some(folder) = program.get_current_dir() {
        unshare.current_dir(folder);
    }
    unshare
}

/// A process that ends with the test.
struct Ends(Child);

impl Drop for Ends {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn an_empty_folder_is_enough() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &[]);
    for (path, status) in
        [("/en/", "200"), ("/zh/", "200"), ("/readyz", "200"), ("/-/login", "200"), ("/en/x", "404")]
    {
        let head = head(&server.address, path);
        assert_eq!(head.split(' ').nth(1), Some(status), "{path}: {head}");
    }
    for made in ["content/.git", "data/casebook.sqlite"] {
        assert!(folder.path().join(made).exists(), "{made}");
    }
    let (_, port) = server.address.rsplit_once(':').unwrap();
    let local = format!("0100007F:{:04X}", port.parse::<u16>().unwrap());
    // Connections of those who asked may still be there; they are to the port that listens.
    let sockets = sockets(server.id());
    assert!(sockets.iter().any(|[at, _, state]| *at == local && state == "0A"), "{sockets:?}");
    assert!(sockets.iter().all(|[at, ..]| *at == local), "it listens or talks elsewhere: {sockets:?}");
}

#[test]
fn nothing_is_asked_of_the_network() {
    let control = "git ls-remote git://192.0.2.1/x >/dev/null 2>&1; cat /proc/net/snmp";
    let mut shell = Command::new("sh");
    shell.args(["-c", control]);
    let said = alone(&shell).output().unwrap();
    let counted = String::from_utf8(said.stdout).unwrap();
    assert!(said.status.success(), "`unshare` is not permitted: {}", String::from_utf8_lossy(&said.stderr));
    let attempts = ATTEMPTS.map(|(protocol, name)| counter(&counted, protocol, name));
    assert!(attempts.iter().sum::<u64>() > 0, "an attempt is not counted here: {counted}");

    let folder = tempfile::tempdir().unwrap();
    let mut command = casebook(folder.path());
    command.args(["serve", "--wiki", "--listen", "127.0.0.1:0"]);
    let mut server = Ends(alone(&command).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut banner = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut banner).unwrap();
    assert!(banner.starts_with("http://127.0.0.1:"), "it does not start without a network: {banner:?}");
    thread::sleep(FIRST_ROUND);
    assert!(server.0.try_wait().unwrap().is_none(), "it has ended");
    let process = server.0.id();
    let own = |process: &str| fs::read_link(format!("/proc/{process}/ns/net")).unwrap();
    assert_ne!(own(&process.to_string()), own("self"), "the counters are not the server's own");
    let counted = fs::read_to_string(format!("/proc/{process}/net/snmp")).unwrap();
    for (protocol, name) in ATTEMPTS {
        assert_eq!(counter(&counted, protocol, name), 0, "{protocol} {name}: {counted}");
    }
    let sockets = sockets(process);
    assert!(
        matches!(&sockets[..], [[_, _, state]] if state == "0A"),
        "more than a port to listen on: {sockets:?}"
    );
}

/// Pages as teams have them: some thousand characters with headings, a table, code and links to each other.
fn write_pages(content: &Path) {
    for page in 0..PAGES {
        let mut text = format!(
            "---\ntitle: Case {page}\ndate: 2026-01-{:02}\ntags: [t{}]\n---\n",
            page % 28 + 1,
            page % 40
        );
        for part in 0..6 {
            write!(
                text,
                "## Part {part}\n\nSegment {part} of case {page} is dropped, and the peer sends it again after {} ms; \
                 see [the next case](c{}.md). 报文被丢弃后，对端会重传。 The counter says which of the queues was full, and \
                 how long it stayed so.\n\n| counter | before | after |\n|---|---|---|\n| TcpExtListenDrops | {page} | \
                 {part} |\n\n```console\n$ nstat -az TcpExtListenDrops\nTcpExtListenDrops {page} 0.0\n```\n\n",
                part * 200,
                (page + part + 1) % PAGES
            )
            .unwrap();
        }
        let folder = content.join(format!("f{}", page % 20));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("c{page}.en.md")), text).unwrap();
    }
}

#[test]
fn hundreds_of_pages_fit_into_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    write_pages(&folder.path().join("content"));
    let server = Server::start(folder.path(), &[]);
    let started = resident_mb(server.id());
    for page in 0..PAGES {
        let head = head(&server.address, &format!("/en/f{}/c{page}", page % 20));
        assert!(head.starts_with("HTTP/1.1 200"), "{page}: {head}");
    }
    let resident = resident_mb(server.id());
    println!(
        "resident with {PAGES} pages: {started} MB after the start, {resident} MB after each was served"
    );
    assert!(resident > 0 && resident < MOST_MB, "{resident} MB are resident; {MOST_MB} MB are the bar");
}
