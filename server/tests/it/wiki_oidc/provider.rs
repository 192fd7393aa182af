//! A real OpenID provider: the npm package `oidc-provider`, run by Node.js.

use super::browser;
use crate::app::PUBLIC_URL;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock};

/// What the provider calls the site, and what the site proves itself with.
pub(super) const CLIENT: (&str, &str) = ("casebook", "a secret, & more: 100%");

/// What it is made of.
const FILES: [&str; 4] = [".npmrc", "package.json", "package-lock.json", "provider.mjs"];

/// A running provider. It ends when it is dropped, and when the tests end, which are its standard input.
pub(super) struct Provider {
    process: Mutex<Child>,
    pub(super) issuer: String,
}

impl Provider {
    /// The one that tests share.
    pub(super) fn shared() -> Arc<Provider> {
        static SHARED: OnceLock<Arc<Provider>> = OnceLock::new();
        SHARED.get_or_init(Provider::start).clone()
    }

    /// One of a test's own.
    pub(super) fn start() -> Arc<Provider> {
        let (id, secret) = CLIENT;
        let redirect = format!("{PUBLIC_URL}/-/oidc/callback");
        let mut process = Command::new("node")
            .args(["provider.mjs", id, secret, &redirect])
            .current_dir(folder())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| missing(&format!("node: {error}")));
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let issuer = line.trim().to_string();
        if !issuer.starts_with("http://127.0.0.1:") {
            missing(&format!("the provider did not start: {line:?}"));
        }
        Arc::new(Provider { process: Mutex::new(process), issuer })
    }

    /// Makes somebody known, or changes what is known of them.
    pub(super) fn know(&self, subject: &str, claims: &Value) {
        let body = claims.to_string();
        let answer = browser::call("PUT", &format!("{}/people/{subject}", self.issuer), &[], &body);
        assert_eq!(answer.status, 204);
    }

    /// Ends it.
    pub(super) fn stop(&self) {
        let mut process = self.process.lock().unwrap();
        // It may have been ended before.
        let _ = process.kill();
        let _ = process.wait();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where the provider lies with its packages, which are fetched when they are not those of the lock file.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("oidc-provider");
        // Written last: as long as it is another, the packages are not all there.
        let stamp = folder.join("fetched");
        let lock = fs::read(from.join("package-lock.json")).unwrap();
        let has_packages = fs::read(&stamp).is_ok_and(|fetched| fetched == lock);
        fs::create_dir_all(&folder).unwrap();
        for file in FILES {
            fs::copy(from.join(file), folder.join(file)).unwrap();
        }
        if !has_packages {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(&folder);
            match npm.stdin(Stdio::null()).output() {
                Ok(done) if done.status.success() => fs::write(stamp, lock).unwrap(),
                Ok(done) => missing(&format!("npm ci: {}", String::from_utf8_lossy(&done.stderr))),
                Err(error) => missing(&format!("npm: {error}")),
            }
        }
        folder
    })
}

fn missing(why: &str) -> ! {
    panic!(
        "{why}\n\nThe tests of OpenID Connect sign in with a provider that needs Node.js 20 or newer, and npm to fetch it \
         once. On Debian or Ubuntu, run:\n\n    sudo apt-get install --yes nodejs npm\n"
    );
}
