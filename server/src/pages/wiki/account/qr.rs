//! A text as a QR code, which the camera of a phone reads.

use qrcode::{Color, QrCode};
use std::fmt::Write as _;

/// Empty modules around the code: ISO/IEC 18004 asks for four.
const MARGIN: usize = 4;

/// The drawing: a path of dark modules in a square.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawing {
    /// Modules on each side, with the margin.
    pub(super) side: usize,
    /// The data of the path.
    pub(super) path: String,
}

/// Draws a text; none when it is too long for a code.
pub(super) fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::new(text).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            // Writing into a String does not fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    Some(Drawing { side: width + 2 * MARGIN, path })
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_code_has_its_three_corners_and_its_margin() {
        let drawn = draw("otpauth://totp/Casebook:ann?secret=ABCDEFGH&issuer=Casebook").unwrap();
        let dark = |x: usize, y: usize| drawn.path.contains(&format!("M{x} {y}h"));
        let far = drawn.side - 4 - 7;
        for (x, y) in [(4, 4), (far, 4), (4, far)] {
            // The outer ring, the light ring in it, and the middle.
            assert!(dark(x, y) && dark(x + 6, y) && dark(x, y + 6), "{x} {y}");
            assert!(!dark(x + 1, y + 1) && dark(x + 3, y + 3), "{x} {y}");
        }
        assert!(!dark(3, 4) && !dark(4, 3));
        assert_eq!(draw(&"x".repeat(5000)), None);
    }
}
