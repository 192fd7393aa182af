//! The stamp of the built modules: hashes of everything they were built from and of their files. The same on every machine.
//!
//! It is text as `sha256sum` writes it, so that a difference can be read.

use super::{TARGET, files};
use crate::project::{self, toml_table};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use xshell::{Shell, cmd};

/// Its name, beside the module.
pub(crate) const FILE: &str = "STAMP";

/// The stamp of these modules in `package`, built from `sources`.
pub(crate) fn text(sources: &str, modules: &[String], package: &Path) -> Result<String> {
    let mut stamp = format!("{sources}  sources\n");
    for file in modules.iter().flat_map(|module| files(module)) {
        let path = package.join(&file);
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        writeln!(stamp, "{}  {file}", hash(&bytes))?;
    }
    Ok(stamp)
}

/// The hash of all that decides what the module does: the crates, the profile, the versions and features of what it
/// depends on. The compiler is not in it: any one gives the same behaviour, which the browser tests show.
pub(crate) fn sources(sh: &Shell) -> Result<String> {
    let mut all = Sha256::new();
    let mut add = |name: &str, content: &str| {
        // Lengths keep the end of one file from passing for the beginning of the next.
        all.update(format!("{name} {}\n", content.len()));
        all.update(content);
    };
    for package in ["sim-wasm", "search"] {
        for path in project::files(package)?.iter().filter(|path| is_source(path)) {
            add(path, &project::read(path)?);
        }
    }
    let manifest = project::read("Cargo.toml")?;
    for table in ["profile.release", "profile.wasm", "profile.wasm-long"] {
        add(table, &toml_table(&manifest, table));
    }
    add("dependencies", &dependencies(sh)?);
    Ok(hex(&all.finalize()))
}

fn is_source(path: &str) -> bool {
    let tests = ["/tests/", "/examples/", "/benches/", "/tests.rs", "_tests.rs", ".md"];
    !tests.iter().any(|part| path.contains(part))
}

/// What the module is linked from: a line `name vVERSION features` for each crate, as Cargo.lock fixes them.
fn dependencies(sh: &Shell) -> Result<String> {
    let tree = cmd!(sh, "cargo tree --locked --package sim-wasm --package search --target {TARGET}")
        .args(["--edges", "normal,build", "--prefix", "none", "--no-dedupe", "--format", "{p}|{f}"])
        .quiet()
        .read()
        .context("cannot list the dependencies of the modules")?;
    Ok(tree.lines().filter_map(dependency).collect::<BTreeSet<String>>().into_iter().collect())
}

/// One line of `cargo tree`; without folders, which differ from machine to machine.
fn dependency(line: &str) -> Option<String> {
    let (package, features) = line.split_once('|')?;
    let mut words = package.split(' ');
    Some(format!("{} {} {features}\n", words.next()?, words.next()?))
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_has_no_folder() {
        let line = "sim-wasm v0.1.0 (/home/someone/casebook/sim-wasm)|default";
        assert_eq!(dependency(line).as_deref(), Some("sim-wasm v0.1.0 default\n"));
        assert_eq!(
            dependency("serde_derive v1.0.2 (proc-macro)|").as_deref(),
            Some("serde_derive v1.0.2 \n")
        );
    }

    #[test]
    fn tests_are_no_sources() {
        assert!(is_source("sim-wasm/src/lib.rs"));
        assert!(is_source("sim-wasm/Cargo.toml"));
        assert!(!is_source("sim-wasm/src/kernel/tests.rs"));
        assert!(!is_source("sim-wasm/tests/it/main.rs"));
    }
}
