//! Programs that come from the system's package manager: installs what is missing when it may.

use anyhow::{Result, bail};
use std::path::Path;
use xshell::{Shell, cmd};

/// A package of Debian and the file that shows it is there.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: &'static str,
    /// A file that it brings, or that another source of the same thing would.
    pub(crate) file: &'static str,
}

/// Installs those of `packages` that are missing.
///
/// # Errors
/// When they cannot be installed from here: the message has the one line to run.
pub(crate) fn need(sh: &Shell, packages: &[Package]) -> Result<()> {
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    let install = format!("apt-get install --yes --no-install-recommends {}", missing.join(" "));
    if !may_install(sh) {
        bail!("{} missing. Run:\n\n    sudo sh -c 'apt-get update && {install}'\n", are(&missing));
    }
    println!("    {} missing, installing: {install}", are(&missing));
    let apt = |sh: &Shell, args: &[&str]| -> Result<()> {
        Ok(cmd!(sh, "apt-get {args...}").env("DEBIAN_FRONTEND", "noninteractive").stdin("").quiet().run()?)
    };
    apt(sh, &["update", "--quiet=2"])?;
    let mut args = vec!["install", "--yes", "--quiet=2", "--no-install-recommends"];
    args.extend(&missing);
    apt(sh, &args)
}

fn missing(packages: &[Package]) -> Vec<&'static str> {
    packages.iter().filter(|package| !present(package)).map(|package| package.name).collect()
}

fn present(package: &Package) -> bool {
    Path::new(package.file).exists()
}

/// Only root installs, and only where there is apt-get: nobody is asked for a password in the middle of a run.
fn may_install(sh: &Shell) -> bool {
    Path::new("/usr/bin/apt-get").exists() && cmd!(sh, "id -u").quiet().read().is_ok_and(|id| id == "0")
}

fn are(names: &[&str]) -> String {
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}
