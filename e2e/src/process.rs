//! Programs that end with their test, whether it passes or panics.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program that listens on an address of its own.
pub struct Process {
    command: Command,
    child: Child,
    /// What it answers with 200 when it is ready.
    path: String,
    /// Where it listens.
    pub address: SocketAddr,
    log: PathBuf,
}

impl Process {
    /// Starts a program; `arguments` adds to the command what tells it to listen on the given address.
    /// Returns when it answers `GET path` with 200. What it prints is kept in `log`, for when it does not.
    pub fn start(
        program: &str,
        arguments: impl Fn(&mut Command, SocketAddr),
        path: &str,
        log: PathBuf,
    ) -> Process {
        let address = free_address();
        let output = File::create(&log).expect("a log can be written");
        let mut command = Command::new(program);
        arguments(&mut command, address);
        command.stdin(Stdio::null()).stdout(output.try_clone().expect("a file can be shared")).stderr(output);
        let child = spawn(&mut command);
        let mut process = Process { command, child, path: path.to_string(), address, log };
        process.wait_until_it_answers();
        process
    }

    /// Ends it, as when a machine loses its power.
    pub fn stop(&mut self) {
        self.child.kill().expect("a child can be ended");
        self.child.wait().expect("a child that was ended ends");
    }

    /// Starts it again on the same address.
    pub fn start_again(&mut self) {
        self.child = spawn(&mut self.command);
        self.wait_until_it_answers();
    }

    fn wait_until_it_answers(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while status(self.address, &self.path) != Some(200) {
            let ended = self.child.try_wait().expect("a child can be asked");
            if ended.is_some() || Instant::now() > deadline {
                let (command, output) = (&self.command, self.output());
                panic!("{command:?} does not answer on {}: {ended:?}\n{output}", self.address);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it has printed.
    pub fn output(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(command: &mut Command) -> Child {
    command.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"))
}

/// An address that was free a moment ago.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    listener.local_addr().expect("a listener has an address")
}

/// The status of an answer; none while nobody listens.
fn status(address: SocketAddr, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").ok()?;
    let mut head = [0; 12];
    stream.read_exact(&mut head).ok()?;
    std::str::from_utf8(&head).ok()?.strip_prefix("HTTP/1.1 ")?.parse().ok()
}
