//! Builds the one module that the editor takes of CodeMirror, from the packages that its lock file pins.

use crate::project;
use crate::steps::{kilobytes, step};
use anyhow::{Context, Result};
use xshell::{Shell, cmd};

/// Where the module lies, with what it is built from.
const FOLDER: &str = "static/vendor/codemirror";

/// What the module is built from.
const SOURCES: [&str; 3] = ["package.json", "package-lock.json", "entry.mjs"];

/// The module.
const MODULE: &str = "codemirror.js";

/// Builds it anew. The same lock file gives the same bytes.
///
/// # Errors
/// When there is no npm, or a package cannot be had or is not the one that was locked.
pub(crate) fn build(sh: &Shell) -> Result<()> {
    let folder = project::root().join(FOLDER);
    // Packages are unpacked there, since everything below static/ becomes part of the program.
    let work = project::target().join("vendor").join("codemirror");
    sh.create_dir(&work)?;
    for file in SOURCES {
        sh.copy_file(folder.join(file), &work)?;
    }
    let _there = sh.push_dir(&work);
    step("get the packages", || {
        let ci = cmd!(sh, "npm ci --ignore-scripts --no-audit --no-fund");
        ci.run().context("npm, which comes with Node.js 20 or newer, gets the packages")
    })?;
    step("build the module", || {
        let options = ["--bundle", "--format=esm", "--minify", "--legal-comments=none"];
        let out = format!("--outfile={MODULE}");
        Ok(cmd!(sh, "node_modules/.bin/esbuild entry.mjs {options...} {out}").run()?)
    })?;
    sh.copy_file(work.join(MODULE), &folder)?;
    let bytes = sh.read_binary_file(folder.join(MODULE))?;
    println!("    {FOLDER}/{MODULE}: {}", kilobytes(bytes.len()));
    println!("    versions have changed? Then mend the table in static/VENDORED.md");
    Ok(())
}
