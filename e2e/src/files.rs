//! Folders served as they are, on loopback, as any server of files does it: a folder is its `index.html`, and its address
//! ends with a slash.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// A server of folders. It runs as long as the program: it holds nothing that would have to be given back.
pub struct Files {
    address: SocketAddr,
    /// Whether requests are answered.
    open: Arc<AtomicBool>,
}

/// What is answered.
struct Answer {
    status: &'static str,
    kind: &'static str,
    location: Option<String>,
    body: Vec<u8>,
}

impl Files {
    /// Serves each folder under its name, one without a name at the root; without one, `/` is an empty page.
    pub fn serve(folders: &[(&'static str, PathBuf)]) -> Files {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        let address = listener.local_addr().expect("a listener has an address");
        let folders: Arc<[_]> = folders.into();
        let open = Arc::new(AtomicBool::new(true));
        let is_open = open.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folders, is_open) = (folders.clone(), is_open.clone());
                // Browsers open connections that they may need later, and leave them silent.
                thread::spawn(move || {
                    // A browser that went away is none of our business.
                    let _ = answer(stream, &folders, &is_open);
                });
            }
        });
        Files { address, open }
    }

    /// From now on, every connection is closed without an answer.
    pub fn stop(&self) {
        self.open.store(false, Ordering::SeqCst);
    }

    /// The address of a file, from its path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn answer(
    mut stream: TcpStream,
    folders: &[(&'static str, PathBuf)],
    is_open: &AtomicBool,
) -> std::io::Result<()> {
    let mut head = BufReader::new(stream.try_clone()?).lines();
    let first = head.next().transpose()?.unwrap_or_default();
    // The rest must be read, or closing the connection would reset it.
    for line in head {
        if line?.is_empty() {
            break;
        }
    }
    // Connections may have been opened before.
    if !is_open.load(Ordering::SeqCst) {
        return Ok(());
    }
    let target = first.split(' ').nth(1).unwrap_or("/");
    let Answer { status, kind, location, body } = content(target, folders);
    let location = location.map_or(String::new(), |to| format!("Location: {to}\r\n"));
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{location}Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

fn content(target: &str, folders: &[(&'static str, PathBuf)]) -> Answer {
    let (path, query) = target.split_at(target.find('?').unwrap_or(target.len()));
    let below = |name: &str| match name {
        "" => path.strip_prefix('/'),
        _ => path.strip_prefix('/')?.strip_prefix(name)?.strip_prefix('/'),
    };
    let found = folders.iter().find_map(|(name, folder)| Some((folder, decode(below(name)?))));
    let Some((folder, file)) = found else {
        let page = b"<!doctype html><title>Files</title><link rel=icon href=data:,>".to_vec();
        let (status, body) = if path == "/" { ("200 OK", page) } else { ("404 Not Found", Vec::new()) };
        return Answer { status, kind: "text/html", location: None, body };
    };
    let place = folder.join(&file);
    if place.is_dir() && !path.ends_with('/') {
        let location = Some(format!("{path}/{query}"));
        return Answer { status: "301 Moved Permanently", kind: "text/plain", location, body: Vec::new() };
    }
    let place = if place.is_dir() { place.join("index.html") } else { place };
    match std::fs::read(&place) {
        Ok(body) => Answer { status: "200 OK", kind: kind(&place), location: None, body },
        Err(_) => {
            let body = std::fs::read(folder.join("404.html")).unwrap_or_default();
            Answer { status: "404 Not Found", kind: "text/html", location: None, body }
        }
    }
}

/// The text that a percent-encoded path stands for.
fn decode(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code =
            after.get(..2).and_then(|code| u8::from_str_radix(std::str::from_utf8(code).ok()?, 16).ok());
        let code = code.filter(|_| *first == b'%');
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "xml" => "application/xml",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{content, decode};
    use std::fs;

    #[test]
    fn paths_are_decoded() {
        for (path, wanted) in [("a/b.c", "a/b.c"), ("%E7%BD%91", "网"), ("100%", "100%"), ("%zz%", "%zz%")] {
            assert_eq!(decode(path), wanted);
        }
    }

    #[test]
    fn folders_are_their_index() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("a")).expect("a folder can be made");
        fs::write(folder.path().join("a/index.html"), "in a").expect("a file can be written");
        fs::write(folder.path().join("404.html"), "nothing").expect("a file can be written");
        let folders = [("notes", folder.path().to_path_buf())];
        for (target, status, location, body) in [
            ("/notes/a/?x=1", "200 OK", None, "in a"),
            ("/notes/a?x=1", "301 Moved Permanently", Some("/notes/a/?x=1"), ""),
            ("/notes/b", "404 Not Found", None, "nothing"),
            ("/b", "404 Not Found", None, ""),
        ] {
            let answer = content(target, &folders);
            assert_eq!((answer.status, answer.location.as_deref()), (status, location), "{target}");
            assert_eq!(String::from_utf8_lossy(&answer.body), body, "{target}");
        }
    }
}
