//! What a lab, and the search, may weigh on a page, as it travels: after brotli.

use crate::steps::kilobytes;
use crate::{project, wasm};
use anyhow::{Result, ensure};

/// Bytes of the module of one lab.
const MODULE: usize = 150_000;

/// Bytes of JavaScript on a page with one lab: the site's own and the bindings of the lab's module.
const JAVASCRIPT: usize = 20_000;

/// Scripts that no page with a lab loads by itself: the editor's, those of dialogs once they are opened, the worker that
/// keeps pages, and those of pages that lead elsewhere.
const ELSEWHERE: [&str; 7] = [
    "static/js/edit/",
    "static/js/offline/all.js",
    "static/js/offline/panel.js",
    SEARCH,
    "static/js/service-worker.js",
    "static/js/door.js",
    "static/js/moved.js",
];

/// The script that is loaded once somebody searches.
const SEARCH: &str = "static/js/search.js";

/// Prints and enforces both budgets, lab by lab, and for the search.
pub(super) fn check() -> Result<()> {
    let loaded = |path: &String| path.ends_with(".js") && !ELSEWHERE.iter().any(|it| path.starts_with(it));
    let own = project::files("static/js")?.into_iter().filter(loaded);
    let own = own.map(|path| packed(&path)).sum::<Result<usize>>()?;
    let mut over = Vec::new();
    for lab in wasm::modules()? {
        let [bindings, module] = wasm::files(&lab).map(|file| format!("{}/{file}", wasm::PACKAGE));
        let before = if lab == wasm::SEARCH { packed(SEARCH)? } else { own };
        let (javascript, module) = (before + packed(&bindings)?, packed(&module)?);
        println!(
            "    {lab}: WebAssembly {} of {}, JavaScript {} of {} allowed, after brotli",
            kilobytes(module),
            kilobytes(MODULE),
            kilobytes(javascript),
            kilobytes(JAVASCRIPT)
        );
        if module > MODULE || javascript > JAVASCRIPT {
            over.push(lab);
        }
    }
    ensure!(over.is_empty(), "over the size budget: {}", over.join(", "));
    Ok(())
}

/// Bytes of a file after compression.
fn packed(path: &str) -> Result<usize> {
    brotli_size(&std::fs::read(project::root().join(path))?)
}

/// The size of `bytes` after the compression that browsers are served.
pub(crate) fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed.len())
}
