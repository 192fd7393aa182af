//! A PostgreSQL server for the tests: started once by the test program, in a folder of its own and reached by its
//! socket there. It ends with the program, however that ends, because a shell waits at the other end of a pipe for it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, PgConnection};

const SUPERUSER: &str = "casebook";

/// The folder of the socket, the port, and the shell that holds the server: when this process is gone, so is the pipe to it.
static SERVER: OnceLock<(PathBuf, u16, Child)> = OnceLock::new();

/// The URL of a new, empty database.
pub(crate) async fn new_database() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut server = PgConnection::connect(&url("postgres")).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut server).await.unwrap();
    url(&name)
}

/// The URL of a database of the server, which may not be there.
pub(crate) fn url(name: &str) -> String {
    let (folder, port, _) = SERVER.get_or_init(start);
    format!("postgres://{SUPERUSER}@localhost:{port}/{name}?host={}", folder.display())
}

/// The same database over TCP and TLS, where the server's certificate is checked with one of [`AUTHORITIES`].
pub(crate) fn protected(url: &str, authority: &str) -> String {
    let (address, folder) = url.split_once("?host=").unwrap();
    format!("{address}?sslmode=verify-full&sslrootcert={folder}/{authority}.pem")
}

fn start() -> (PathBuf, u16, Child) {
    let programs = programs();
    let folder = tempfile::Builder::new().prefix("casebook-pg").tempdir().unwrap().keep();
    let account = account();
    if let Some((uid, gid)) = account {
        chown(&folder, Some(uid), Some(gid)).unwrap();
    }
    let command = |program: &Path| {
        let mut command = Command::new(program);
        command.current_dir(&folder).stdin(Stdio::null());
        if let Some((uid, gid)) = account {
            command.uid(uid).gid(gid);
        }
        command
    };
    let initdb = command(&programs.join("initdb"))
        .args(["-D", "data", "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync", "--no-instructions"])
        .output()
        .unwrap();
    assert!(initdb.status.success(), "initdb: {}", String::from_utf8_lossy(&initdb.stderr));
    certify(&command);
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let tls = "-c ssl=on -c ssl_cert_file=../server.pem -c ssl_key_file=../server.key";
    let settings = format!(
        "-c listen_addresses=127.0.0.1 -c port={port} {tls} -c fsync=off -c max_connections=200 -c autovacuum=off"
    );
    let script = format!(
        "'{}' -D data -k '{}' {settings} >log 2>&1 & cat >/dev/null; kill -QUIT $!; wait; rm -rf '{}'",
        programs.join("postgres").display(),
        folder.display(),
        folder.display(),
    );
    let shell = command(Path::new("/bin/sh"))
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .unwrap();
    let is_ready = || {
        let mut ask = command(&programs.join("pg_isready"));
        ask.arg("-q")
            .arg("-h")
            .arg(&folder)
            .args(["-p", &port.to_string(), "-d", "postgres", "-U", SUPERUSER])
            .status()
            .unwrap()
            .success()
    };
    let ready = (0..600).any(|_| {
        sleep(Duration::from_millis(100));
        is_ready()
    });
    let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
    assert!(ready, "PostgreSQL does not start: {}", log());
    (folder, port, shell)
}

/// Who signs certificates: the server's is of the first.
pub(crate) const AUTHORITIES: [&str; 2] = ["ours", "another"];

/// Makes the authorities and the server's certificate.
fn certify(command: &dyn Fn(&Path) -> Command) {
    let openssl = |arguments: &str| {
        let done = command(Path::new("openssl")).args(arguments.split(' ')).output().unwrap();
        assert!(done.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&done.stderr));
    };
    for name in AUTHORITIES {
        openssl(&format!(
            "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={name} -keyout {name}.key -out {name}.pem"
        ));
    }
    let signed =
        "-CA ours.pem -CAkey ours.key -addext subjectAltName=DNS:localhost -addext basicConstraints=CA:FALSE";
    openssl(&format!(
        "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost {signed} -keyout server.key -out server.pem"
    ));
}

/// The folder of the newest PostgreSQL's programs.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let versions = versions.map(|entry| entry.unwrap().path().join("bin"));
    versions
        .filter(|bin| bin.join("initdb").exists())
        .max()
        .expect("install PostgreSQL's server to run the tests")
}

/// Whom the server runs as, user and group, when this process is root's: PostgreSQL refuses to be.
fn account() -> Option<(u32, u32)> {
    let root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !root {
        return None;
    }
    let passwd = fs::read_to_string("/etc/passwd").unwrap();
    let ids = |name: &str| {
        let line = passwd.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    Some(ids("postgres").or_else(|| ids("nobody")).expect("an account `postgres` or `nobody`"))
}
