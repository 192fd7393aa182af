//! Builds the modules that pages load, one for each lab of `sim-wasm` and one for the search: compile, bind, stamp.
//!
//! - [`toolchain`]: who can compile for WebAssembly on this machine
//! - [`stamp`]: what the modules were built from

pub(crate) mod stamp;
mod toolchain;

pub(crate) use toolchain::Choice;
use toolchain::Toolchain;

use crate::steps::{kilobytes, step};
use crate::{check, project};
use anyhow::{Context, Result, anyhow};
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use wasm_bindgen_cli_support::Bindgen;
use xshell::Shell;

/// Where the committed modules live.
pub(crate) const PACKAGE: &str = "static/sim";

/// The target that browsers run.
const TARGET: &str = "wasm32-unknown-unknown";

/// The labs, by the features of `sim-wasm` that are on by default. A page loads the modules of the labs on it, so that
/// none waits for the code of the others.
pub(crate) fn labs() -> Result<Vec<String>> {
    let features = project::toml_table(&project::read("sim-wasm/Cargo.toml")?, "features");
    let default = features.split_once("default = [").and_then(|(_, rest)| rest.split_once(']'));
    let (names, _) = default.context("sim-wasm/Cargo.toml has no default features")?;
    Ok(names.split('"').skip(1).step_by(2).map(str::to_string).collect())
}

/// The module of the search, which an exported site asks in place of a server.
pub(crate) const SEARCH: &str = "search";

/// Every module: the labs, and the search.
pub(crate) fn modules() -> Result<Vec<String>> {
    let mut modules = labs()?;
    modules.push(SEARCH.to_string());
    Ok(modules)
}

/// Does a lab take its runs piece by piece, because they are long? Then speed counts beside size.
fn has_long_runs(lab: &str) -> Result<bool> {
    let features = project::toml_table(&project::read("sim-wasm/Cargo.toml")?, "features");
    let own = features.lines().find(|line| line.starts_with(&format!("{lab} =")));
    Ok(own.is_some_and(|line| line.contains("\"long-runs\"")))
}

/// The files of a module: bindings and code.
pub(crate) fn files(lab: &str) -> [String; 2] {
    [format!("{lab}.js"), format!("{lab}_bg.wasm")]
}

/// Builds all modules into `out`, with their stamp.
pub(crate) fn build(sh: &Shell, out: &Path, choice: Choice) -> Result<()> {
    let toolchain = step("find a toolchain for WebAssembly", || toolchain::find(sh, choice))?;
    // Taken before compiling: an edit made meanwhile must not pass for built.
    let sources = stamp::sources(sh)?;
    let modules = modules()?;
    // What takes longest first, for all to end together.
    let (mut queue, long): (Vec<&String>, Vec<&String>) =
        modules.iter().rev().partition(|lab| !has_long_runs(lab).unwrap_or(false));
    queue.extend(long);
    let queue = Mutex::new(queue);
    let next = || queue.lock().ok()?.pop();
    thread::scope(|scope| {
        let (toolchain, next) = (&toolchain, &next);
        let worker = |n| scope.spawn(move || build_each(n, toolchain, out, next));
        let workers: Vec<_> = (0..at_once()).map(worker).collect();
        let results = workers.into_iter().map(|worker| worker.join());
        results
            .into_iter()
            .try_for_each(|result| result.unwrap_or_else(|_| Err(anyhow!("a build ended early"))))
    })?;
    sh.write_file(out.join(stamp::FILE), stamp::text(&sources, &modules, out)?)?;
    println!("    written to {}", out.strip_prefix(project::root()).unwrap_or(out).display());
    Ok(())
}

/// Modules that are compiled at the same time: each is a single unit, which one core compiles.
fn at_once() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get().min(4))
}

/// Builds one module after the other, as they are handed out.
fn build_each<'a>(
    n: usize,
    toolchain: &Toolchain,
    out: &Path,
    next: &impl Fn() -> Option<&'a String>,
) -> Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(project::root());
    // Directories of their own: none waits for another or for a build of the server, nor spoils its cache.
    let target = project::target().join("wasm").join(n.to_string());
    while let Some(lab) = next() {
        step(&format!("build the module of {lab} with {toolchain}"), || {
            bind(&toolchain.compile(&sh, &target, lab, has_long_runs(lab)?)?, out, lab)
        })?;
        for file in files(lab) {
            let bytes = sh.read_binary_file(out.join(&file))?;
            let packed = check::brotli_size(&bytes)?;
            println!("    {file}: {}, {} after brotli", kilobytes(bytes.len()), kilobytes(packed));
        }
    }
    Ok(())
}

fn bind(compiled: &Path, out: &Path, lab: &str) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(compiled)
        .out_name(lab)
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
