//! Compressing what is served: brotli, zstd, gzip. The libraries are generic, so they are compiled where they are called;
//! here that is a crate which development builds optimise, while the server compiles quickly.

use std::io::{self, Write};

/// Brotli (RFC 7932) with a quality from 0 to 11.
///
/// # Errors
/// When there is no memory for it.
pub fn brotli(body: &[u8], quality: u32) -> io::Result<Vec<u8>> {
    // A window beyond the text would only take memory, of which the best quality takes several times the window.
    let window = (usize::BITS - body.len().leading_zeros()).clamp(10, 22);
    let mut out = Vec::with_capacity(body.len() / 3);
    brotli::CompressorWriter::new(&mut out, 1 << 14, quality, window).write_all(body)?;
    Ok(out)
}

/// Zstandard (RFC 8878) with a level from 1 to 22.
///
/// # Errors
/// When there is no memory for it.
pub fn zstd(body: &[u8], level: i32) -> io::Result<Vec<u8>> {
    zstd::bulk::compress(body, level)
}

/// Gzip (RFC 1952) with a level from 0 to 9. The same bytes for the same body: no time and no name is in it.
///
/// # Errors
/// When there is no memory for it.
pub fn gzip(body: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(level));
    gzip.write_all(body)?;
    gzip.finish()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    #[test]
    fn what_is_compressed_is_read_again() {
        let body = "Why was the packet dropped? 为什么丢包？".repeat(500);
        let body = body.as_bytes();
        let mut out = Vec::new();
        brotli::BrotliDecompress(&mut &super::brotli(body, 10).unwrap()[..], &mut out).unwrap();
        assert_eq!(out, body);
        assert_eq!(zstd::bulk::decompress(&super::zstd(body, 12).unwrap(), body.len()).unwrap(), body);
        let mut out = Vec::new();
        flate2::read::GzDecoder::new(&super::gzip(body, 9).unwrap()[..]).read_to_end(&mut out).unwrap();
        assert_eq!(out, body);
    }
}
