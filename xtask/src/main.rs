//! Repository tasks: `cargo xtask wasm | vendor | check | test | bench`.
//!
//! - [`wasm`]: builds the module that pages load, and its stamp
//! - [`vendor`]: builds what the editor takes of CodeMirror
//! - [`check`]: the house rules and the size budgets
//! - [`test`]: everything that must hold on the main branch
//! - [`bench`]: how fast the server and the labs are
//! - [`packages`]: what must be installed on the machine
//! - [`steps`]: what is being done and how long it took
#![allow(clippy::print_stdout)] // a program that reports to the terminal

mod bench;
mod check;
mod packages;
mod project;
mod steps;
mod test;
mod vendor;
mod wasm;

use anyhow::Result;
use flags::{Xtask, XtaskCmd};
use std::process::ExitCode;
use xshell::Shell;

/// The command line.
mod flags {
    #![allow(missing_docs, unreachable_pub)] // structs that the macro writes

    use crate::wasm::Choice;
    use std::path::PathBuf;

    xflags::xflags! {
        /// Tasks of this repository. Run them as `cargo xtask <task>`.
        cmd xtask {
            /// Build the WebAssembly module into static/sim and stamp it.
            cmd wasm {
                /// Write the module here instead, and leave static/sim alone.
                optional --out out: PathBuf
                /// `auto` (default), `active` or `debian`: which toolchain compiles it.
                optional --toolchain toolchain: Choice
            }
            /// Build the module of CodeMirror in static/vendor from the packages that its lock file pins.
            cmd vendor {}
            /// House rules, stamp of the WebAssembly module, size budgets. Compiles nothing.
            cmd check {}
            /// Everything: formatting, lints, house rules, tests, content, WebAssembly, browser.
            cmd test {}
            /// Requests per second, latency, memory, start time; time of a save among ten thousand pages; time of a lab run;
            /// segments per second of a transfer.
            cmd bench {
                /// Only this: `pages`, `saves`, `labs` or `transfers`.
                optional --only part: String
            }
        }
    }
}

fn main() -> ExitCode {
    let flags = Xtask::from_env_or_exit();
    match run(flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Xtask) -> Result<()> {
    let sh = Shell::new()?;
    sh.change_dir(project::root());
    match flags.subcommand {
        XtaskCmd::Wasm(flags) => {
            let out = flags
                .out
                .map_or_else(|| project::root().join(wasm::PACKAGE), |out| project::root().join(out));
            wasm::build(&sh, &out, flags.toolchain.unwrap_or_default())
        }
        XtaskCmd::Vendor(_) => vendor::build(&sh),
        XtaskCmd::Check(_) => check::run(&sh),
        XtaskCmd::Test(_) => test::run(&sh),
        XtaskCmd::Bench(flags) => bench::run(&sh, flags.only.as_deref()),
    }
}
