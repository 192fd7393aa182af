//! Programs that come from the system's package manager: installs what is missing when it may.

use anyhow::{Result, bail};
use std::path::Path;
use xshell::{Shell, cmd};

/// Something that must be on the machine.
pub(crate) struct Package {
    /// Debian's name of the package that brings it.
    pub(crate) name: &'static str,
    /// What shows that it is there, wherever it came from.
    pub(crate) sign: Sign,
}

/// What shows that something is installed.
pub(crate) enum Sign {
    /// A program on the path.
    Program(&'static str),
    /// A file.
    File(&'static str),
    /// A font for a language.
    Font(&'static str),
}

/// Installs those of `packages` that are missing.
///
/// # Errors
/// When they cannot be installed from here: the message has the one line to run.
pub(crate) fn need(sh: &Shell, packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> =
        packages.iter().filter(|package| !present(sh, &package.sign)).map(|package| package.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    let install = format!("apt-get install --yes --no-install-recommends {names}");
    if may_install(sh) {
        println!("    missing: {names}; installing them with: {install}");
        if apt_get(sh, &["update", "--quiet=2"]).is_ok()
            && apt_get(
                sh,
                &[&["install", "--yes", "--quiet=2", "--no-install-recommends"], &missing[..]].concat(),
            )
            .is_ok()
        {
            return Ok(());
        }
    }
    bail!("missing: {names}. On Debian or Ubuntu, run:\n\n    sudo sh -c 'apt-get update && {install}'\n")
}

/// Are all of them installed?
pub(crate) fn all_present(sh: &Shell, packages: &[Package]) -> bool {
    packages.iter().all(|package| present(sh, &package.sign))
}

fn present(sh: &Shell, sign: &Sign) -> bool {
    match sign {
        Sign::Program(name) => {
            let path = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
        }
        Sign::File(path) => Path::new(path).exists(),
        Sign::Font(lang) => {
            let pattern = format!(":lang={lang}");
            cmd!(sh, "fc-list {pattern}").quiet().ignore_stderr().read().is_ok_and(|fonts| !fonts.is_empty())
        }
    }
}

/// Only root installs, and only where there is apt-get: nobody is asked for a password in the middle of a run.
fn may_install(sh: &Shell) -> bool {
    present(sh, &Sign::Program("apt-get")) && cmd!(sh, "id -u").quiet().read().is_ok_and(|id| id == "0")
}

fn apt_get(sh: &Shell, args: &[&str]) -> Result<()> {
    Ok(cmd!(sh, "apt-get {args...}").env("DEBIAN_FRONTEND", "noninteractive").stdin("").quiet().run()?)
}
