//! Everything that must hold on the main branch, in an order that fails early.

use crate::packages::{self, Package, Sign};
use crate::steps::{Steps, cargo_test};
use crate::{check, project, wasm};
use anyhow::Result;
use std::ffi::OsStr;
use xshell::{Shell, cmd};

/// What the browser tests run in, what reads captures, and the servers that the wiki's tests start; npm brings the OpenID
/// provider among them, and Node.js to run it. The fonts are for Chinese pages: without them widths are those of empty
/// boxes.
const TOOLS: [Package; 7] = [
    Package { name: "chromium", sign: Sign::Program("chromium") },
    Package { name: "chromium-driver", sign: Sign::Program("chromedriver") },
    Package { name: "fonts-noto-cjk", sign: Sign::Font("zh-cn") },
    Package { name: "tshark", sign: Sign::Program("tshark") },
    Package { name: "git", sign: Sign::Program("git") },
    Package { name: "npm", sign: Sign::Program("npm") },
    Package { name: "postgresql", sign: Sign::Program("pg_createcluster") },
];

/// Runs everything; stops at the first step that fails.
pub(crate) fn run(sh: &Shell) -> Result<()> {
    let mut steps = Steps::default();
    let done = || Ok("ok".to_string());

    steps.step("packages", || packages::need(sh, &TOOLS).and_then(|()| done()))?;
    steps.step("formatting", || {
        cmd!(sh, "cargo fmt --all --check").run()?;
        done()
    })?;
    steps.step("lints", || {
        cmd!(sh, "cargo clippy --locked --workspace --all-targets -- -D warnings").run()?;
        done()
    })?;
    steps.step("checks", || check::run(sh).and_then(|()| done()))?;

    // Cargo chooses features by what is built together. Every step builds tests of `--workspace`, so that the next one
    // finds its dependencies compiled.
    steps.step("tests", || cargo_test(&["--locked", "--workspace", "--no-fail-fast"], &[]))?;
    steps.step("captures", || cargo_test(&["--locked", "--workspace", "--test", "tshark"], &[]))?;
    // Its own tests have built the program; to build it without them would be to build half of its dependencies again.
    let casebook = project::target().join("debug/casebook");
    steps.step("content", || {
        cmd!(sh, "{casebook} check").run()?;
        done()
    })?;

    let fresh = project::target().join("wasm/fresh");
    steps.step("WebAssembly", || wasm::build(sh, &fresh, wasm::Choice::Quick).and_then(|()| done()))?;
    steps.step("browser tests", || {
        let env: [(&str, &OsStr); 2] =
            [("CASEBOOK_BIN", casebook.as_ref()), ("CASEBOOK_FRESH_WASM", fresh.as_ref())];
        cargo_test(&["--locked", "--workspace", "--test", "browser"], &env)
    })?;

    println!("\n==> all steps passed\n{}", steps.summary());
    Ok(())
}
