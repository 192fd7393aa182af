//! What a compiler does not check: house rules, the stamp of the WebAssembly module, size budgets.
//!
//! - [`rules`]: the table of house rules
//! - [`words`]: rules of the form "this word is not used there"
//! - [`tree`]: the files that rules look at
//! - [`budget`]: what pages may weigh

mod budget;
mod rules;
mod tree;
mod words;

pub(crate) use budget::brotli_size;

use crate::project;
use crate::steps::step;
use crate::wasm::{self, stamp};
use anyhow::{Result, bail, ensure};
use tree::Tree;
use xshell::Shell;

/// Checks everything; all that is wrong is said before it fails.
pub(crate) fn run(sh: &Shell) -> Result<()> {
    let checks = [
        step("house rules", house_rules),
        step("stamp", || module_is_current(sh)),
        step("budgets", budget::check),
    ];
    let failed: Vec<String> =
        checks.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
    ensure!(failed.is_empty(), "{}", failed.join("\n       "));
    Ok(())
}

fn house_rules() -> Result<()> {
    let tree = Tree::read()?;
    let mut count = 0;
    for rule in rules::RULES {
        for finding in (rule.check)(&tree) {
            println!("{finding}\n    rule: {}", rule.says);
            count += 1;
        }
    }
    println!("    {} rules, {} files", rules::RULES.len(), tree.len());
    ensure!(count == 0, "{count} places to mend, listed above");
    Ok(())
}

/// The committed module is the one that these sources give.
fn module_is_current(sh: &Shell) -> Result<()> {
    let committed = project::read(&format!("{}/{}", wasm::PACKAGE, stamp::FILE)).unwrap_or_default();
    let current = stamp::text(&stamp::sources(sh)?, &project::root().join(wasm::PACKAGE));
    if current.is_ok_and(|current| current == committed) {
        return Ok(());
    }
    bail!(
        "static/sim was not built from the sources that are here. Run `cargo xtask wasm` and commit static/sim"
    );
}
