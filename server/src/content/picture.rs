//! The size of a picture, read from the head of its file, so that a page can keep its place before it has arrived.

use super::svg;

/// How many bytes of a file are enough to find its size.
pub const HEAD: usize = 64 * 1024;

/// Width and height in pixels of a PNG, GIF, JPEG, WebP or SVG picture, from the first [`HEAD`] bytes of its file.
pub fn size(head: &[u8]) -> Option<(u32, u32)> {
    let readers = [png, gif, webp, jpeg, svg::size];
    let (width, height) = readers.into_iter().find_map(|read| read(head))?;
    (width > 0 && height > 0).then_some((width, height))
}

fn be(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn le(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

/// The IHDR chunk comes first (PNG, section 5.6).
fn png(head: &[u8]) -> Option<(u32, u32)> {
    head.starts_with(b"\x89PNG\r\n\x1a\n")
        .then(|| Some((be(head.get(16..20)?), be(head.get(20..24)?))))
        .flatten()
}

/// The logical screen descriptor follows the six bytes of the signature (GIF89a, section 18).
fn gif(head: &[u8]) -> Option<(u32, u32)> {
    head.starts_with(b"GIF8").then(|| Some((le(head.get(6..8)?), le(head.get(8..10)?)))).flatten()
}

/// RFC 9649, sections 2.5 to 2.7: the three kinds of first chunk.
fn webp(head: &[u8]) -> Option<(u32, u32)> {
    if !head.starts_with(b"RIFF") || head.get(8..12)? != b"WEBP" {
        return None;
    }
    match head.get(12..16)? {
        b"VP8X" => Some((le(head.get(24..27)?) + 1, le(head.get(27..30)?) + 1)),
        b"VP8L" => {
            let bits = le(head.get(21..25)?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => Some((le(head.get(26..28)?) & 0x3fff, le(head.get(28..30)?) & 0x3fff)),
        _ => None,
    }
}

/// Segments up to the first frame header, SOF0 to SOF15 without DHT, JPG and DAC (ITU-T T.81, annex B).
fn jpeg(head: &[u8]) -> Option<(u32, u32)> {
    if !head.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        if *head.get(at)? != 0xff {
            return None;
        }
        let marker = *head.get(at + 1)?;
        match marker {
            0xff => at += 1,
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((be(head.get(at + 7..at + 9)?), be(head.get(at + 5..at + 7)?)));
            }
            _ => at += 2 + be(head.get(at + 2..at + 4)?) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn heads_of_pictures() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";
        assert_eq!(size(png), Some((640, 480)));
        assert_eq!(size(b"GIF89a\x40\x01\xf0\0"), Some((320, 240)));
        let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x11\x08\x01\xe0\x02\x80";
        assert_eq!(size(jpeg), Some((640, 480)));
        assert_eq!(size(b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7f\x02\0\xdf\x01\0"), Some((640, 480)));
    }

    #[test]
    fn anything_else_has_no_size() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0";
        for end in 0..png.len() {
            assert_eq!(size(&png[..end]), None);
        }
        assert_eq!(size(b"\xff\xd8\xff\xff\xff\xff"), None);
        assert_eq!(size(b"<svg/>"), None);
    }
}
