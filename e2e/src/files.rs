//! Folders served as they are, on loopback: a page of no site, to load a WebAssembly module from.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;

/// A server of folders. It runs as long as the program: it holds nothing that would have to be given back.
pub struct Files {
    address: SocketAddr,
}

impl Files {
    /// Serves each folder under its name. `/` is an empty page.
    pub fn serve(folders: &[(&'static str, PathBuf)]) -> Files {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
        let address = listener.local_addr().expect("a listener has an address");
        let folders = folders.to_vec();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // A browser that went away is none of our business.
                let _ = answer(stream, &folders);
            }
        });
        Files { address }
    }

    /// The address of a file, from its path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn answer(mut stream: TcpStream, folders: &[(&'static str, PathBuf)]) -> std::io::Result<()> {
    let mut head = BufReader::new(stream.try_clone()?).lines();
    let first = head.next().transpose()?.unwrap_or_default();
    // The rest must be read, or closing the connection would reset it.
    for line in head {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).unwrap_or("/");
    let (status, kind, body) = match content(path, folders) {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", Vec::new()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)
}

fn content(path: &str, folders: &[(&'static str, PathBuf)]) -> Option<(&'static str, Vec<u8>)> {
    if path == "/" {
        return Some((
            "text/html",
            b"<!doctype html><title>Files</title><link rel=icon href=data:,>".to_vec(),
        ));
    }
    let (folder, file) = path.strip_prefix('/')?.split_once('/')?;
    let (_, folder) = folders.iter().find(|(name, _)| *name == folder)?;
    let kind = if file.ends_with(".wasm") { "application/wasm" } else { "text/javascript" };
    Some((kind, std::fs::read(folder.join(file)).ok()?))
}
