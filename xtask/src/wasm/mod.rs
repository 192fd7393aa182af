//! Builds `sim-wasm` as the module that pages load: compile, bind, stamp.
//!
//! - [`toolchain`]: who can compile for WebAssembly on this machine
//! - [`stamp`]: what the module was built from

pub(crate) mod stamp;
mod toolchain;

pub(crate) use toolchain::Choice;

use crate::steps::{kilobytes, step};
use crate::{check, project};
use anyhow::{Context, Result, anyhow};
use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;
use xshell::Shell;

/// Where the committed module lives.
pub(crate) const PACKAGE: &str = "static/sim";

/// The files of the module.
pub(crate) const FILES: [&str; 2] = ["sim_wasm.js", "sim_wasm_bg.wasm"];

/// The target that browsers run.
const TARGET: &str = "wasm32-unknown-unknown";

/// Builds the module into `out`, with its stamp.
pub(crate) fn build(sh: &Shell, out: &Path, choice: Choice) -> Result<()> {
    let toolchain = step("find a toolchain for WebAssembly", || toolchain::find(sh, choice))?;
    // Taken before compiling: an edit made meanwhile must not pass for built.
    let sources = stamp::sources(sh)?;
    // A directory of its own: neither waits for a build of the server, nor spoils its cache.
    let target = project::target().join("wasm");
    step(&format!("compile sim-wasm with {toolchain}"), || toolchain.compile(sh, &target))?;
    let compiled = target.join(TARGET).join("wasm/sim_wasm.wasm");
    step("generate the bindings", || bind(&compiled, out))?;
    sh.write_file(out.join(stamp::FILE), stamp::text(&sources, out)?)?;
    for file in FILES {
        let bytes = sh.read_binary_file(out.join(file))?;
        let packed = check::brotli_size(&bytes)?;
        println!("    {file}: {}, {} after brotli", kilobytes(bytes.len()), kilobytes(packed));
    }
    println!("    written to {}", out.strip_prefix(project::root()).unwrap_or(out).display());
    Ok(())
}

fn bind(compiled: &Path, out: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(out)
        .map_err(advise)
        .with_context(|| format!("cannot bind {}", compiled.display()))
}

/// Puts the way out before a failure that everybody meets once.
fn advise(error: anyhow::Error) -> anyhow::Error {
    if format!("{error:#}").contains("cannot import from modules (`env`)") {
        return anyhow!(
            "{error:#}\n\nSomething in sim-wasm or below it asks the system for what a browser does not have: the \
             time (std::time), random numbers, files, threads. Look for a new dependency or a new use of std; \
             a lab takes time and randomness from its parameters"
        );
    }
    error
}
