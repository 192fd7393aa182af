//! What pages may weigh, as it travels: after brotli.

use crate::project;
use crate::steps::kilobytes;
use anyhow::{Result, ensure};

struct Budget {
    /// What is weighed.
    name: &'static str,
    /// Bytes after compression.
    limit: usize,
    /// Where it lies.
    folders: &'static [&'static str],
    /// How its names end.
    ends: &'static str,
}

const BUDGETS: &[Budget] = &[
    Budget { name: "WebAssembly", limit: 150_000, folders: &["static/sim"], ends: ".wasm" },
    Budget { name: "own JavaScript", limit: 20_000, folders: &["static/js", "static/sim"], ends: ".js" },
];

/// Prints and enforces every budget.
pub(super) fn check() -> Result<()> {
    let mut over = Vec::new();
    for budget in BUDGETS {
        let (raw, packed) = weigh(budget)?;
        println!(
            "    {}: {}, {} after brotli of {} allowed",
            budget.name,
            kilobytes(raw),
            kilobytes(packed),
            kilobytes(budget.limit)
        );
        if packed > budget.limit {
            over.push(budget.name);
        }
    }
    ensure!(over.is_empty(), "over its size budget: {}", over.join(", "));
    Ok(())
}

/// Bytes on disk and after compression, file by file as they are served.
fn weigh(budget: &Budget) -> Result<(usize, usize)> {
    let (mut raw, mut packed) = (0, 0);
    for folder in budget.folders {
        for path in project::files(folder)?.iter().filter(|path| path.ends_with(budget.ends)) {
            let bytes = std::fs::read(project::root().join(path))?;
            raw += bytes.len();
            packed += brotli_size(&bytes)?;
        }
    }
    Ok((raw, packed))
}

/// The size of `bytes` after the compression that browsers are served.
pub(crate) fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed.len())
}
