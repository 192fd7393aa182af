//! Reading a password: never from the command line's arguments, which everybody on the machine can see.

use super::Failure;
use anyhow::Context as _;
use std::io::{self, BufRead, IsTerminal, Write};
use std::process::{Command, Stdio};

/// The longest line that is read.
const LONGEST: u64 = 64 * 1024;

/// The first line of standard input.
pub(super) fn from_stdin() -> Result<String, Failure> {
    line()
}

/// Asks twice on the terminal, without showing what is typed.
pub(super) fn from_terminal() -> Result<String, Failure> {
    if !io::stdin().is_terminal() {
        let message = "standard input is no terminal; give the password there with --password-stdin";
        return Err(Failure::Usage(message.to_string()));
    }
    let quiet = Quiet::new()?;
    let (first, second) = (ask("New password: ")?, ask("The same again: ")?);
    drop(quiet);
    match first == second {
        true => Ok(first),
        false => {
            Err(Failure::Usage("the two passwords are not the same; nothing has been changed".to_string()))
        }
    }
}

fn ask(prompt: &str) -> Result<String, Failure> {
    let mut out = io::stderr().lock();
    out.write_all(prompt.as_bytes())?;
    out.flush()?;
    let given = line();
    out.write_all(b"\n")?;
    given
}

fn line() -> Result<String, Failure> {
    let mut line = String::new();
    io::Read::take(io::stdin().lock(), LONGEST).read_line(&mut line).context("cannot read the password")?;
    let password = line.strip_suffix('\n').unwrap_or(&line);
    Ok(password.strip_suffix('\r').unwrap_or(password).to_string())
}

/// A terminal that does not show what is typed, until this is dropped.
struct Quiet;

impl Quiet {
    fn new() -> Result<Quiet, Failure> {
        match stty("-echo") {
            Ok(true) => Ok(Quiet),
            _ => {
                let message = "this terminal cannot hide a password; use --password-stdin";
                Err(Failure::Usage(message.to_string()))
            }
        }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // There is nothing better to try when that fails.
        let _ = stty("echo");
    }
}

fn stty(setting: &str) -> io::Result<bool> {
    let mut stty = Command::new("stty");
    let done =
        stty.arg(setting).stdin(Stdio::inherit()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    Ok(done.success())
}
