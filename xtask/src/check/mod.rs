//! What a compiler does not check: house rules, the stamp of the WebAssembly modules, size budgets.
//!
//! - [`rules`]: the table of house rules
//! - [`words`]: rules of the form "this word is not used there"
//! - [`tree`]: the files that rules look at
//! - [`budget`]: what labs and the search may weigh

mod budget;
mod rules;
mod tree;
mod words;

pub(crate) use budget::brotli_size;

use crate::project;
use crate::steps::step;
use crate::wasm::{self, stamp};
use anyhow::{Result, ensure};
use tree::Tree;
use xshell::Shell;

/// Checks everything; all that is wrong is said before it fails.
pub(crate) fn run(sh: &Shell) -> Result<()> {
    let checks = [
        step("house rules", house_rules),
        step("stamp", || modules_are_current(sh)),
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

/// The committed modules are the ones that these sources give.
fn modules_are_current(sh: &Shell) -> Result<()> {
    let committed = project::read(&format!("{}/{}", wasm::PACKAGE, stamp::FILE)).unwrap_or_default();
    let modules = wasm::modules()?;
    let current = stamp::text(&stamp::sources(sh)?, &modules, &project::root().join(wasm::PACKAGE));
    ensure!(
        current.is_ok_and(|current| current == committed),
        "static/sim was not built from the sources that are here. Run `cargo xtask wasm` and commit static/sim"
    );
    let stamped: Vec<String> = modules.iter().flat_map(|module| wasm::files(module)).collect();
    for path in project::files(wasm::PACKAGE)? {
        let name = path.rsplit('/').next().unwrap_or(&path);
        ensure!(
            name == stamp::FILE || stamped.iter().any(|file| file == name),
            "{path} belongs to no module. Remove it"
        );
    }
    Ok(())
}
