//! House rules, stamp and budgets.
use anyhow::Result;
use xshell::Shell;
pub(crate) fn run(_sh: &Shell) -> Result<()> {
    Ok(())
}
/// Size after the compression that browsers get.
pub(crate) fn brotli_size(bytes: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &params)?;
    Ok(packed.len())
}
