//! The size of an SVG picture, read from its outermost element.

/// Width and height in CSS pixels (SVG 2, section 8): the attributes, or else the size of the `viewBox`. Lengths in
/// other units depend on where the picture is shown, so they say nothing.
pub(super) fn size(head: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(head);
    let tag = root(&text)?;
    let of_attributes = || Some((pixels(attribute(tag, "width")?)?, pixels(attribute(tag, "height")?)?));
    of_attributes().or_else(|| view_box(attribute(tag, "viewBox")?))
}

/// What stands behind the name in the tag `<svg …>`. Comments and declarations may come before it, and nothing else.
fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = match rest {
            _ if rest.starts_with("<!--") => rest.split_once("-->")?.1,
            _ if rest.starts_with("<?") => rest.split_once("?>")?.1,
            _ if rest.starts_with("<!") => rest.split_once('>')?.1,
            _ => break,
        }
        .trim_start();
    }
    rest.strip_prefix("<svg").filter(|tag| tag.starts_with(char::is_whitespace))
}

/// The value of an attribute of the tag.
fn attribute<'a>(tag: &'a str, wanted: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let (name, value) = rest.trim_start().split_once('=')?;
        if name.contains(['>', '<', '/']) {
            return None;
        }
        let value = value.trim_start();
        let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        let (value, next) = value[1..].split_once(quote)?;
        if name.trim_end() == wanted {
            return Some(value.trim());
        }
        rest = next;
    }
}

fn pixels(length: &str) -> Option<u32> {
    whole(length.strip_suffix("px").unwrap_or(length))
}

/// `min-x min-y width height`, with spaces or commas between them.
fn view_box(text: &str) -> Option<(u32, u32)> {
    let numbers: Vec<&str> =
        text.split(|c: char| c == ',' || c.is_whitespace()).filter(|number| !number.is_empty()).collect();
    match numbers[..] {
        [_, _, width, height] => Some((whole(width)?, whole(height)?)),
        _ => None,
    }
}

/// The nearest whole number of pixels.
fn whole(number: &str) -> Option<u32> {
    let number: f64 = number.trim().parse().ok()?;
    let rounded = number.round();
    (1.0..=f64::from(u32::MAX)).contains(&rounded).then_some(rounded as u32)
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn attributes_come_before_the_view_box() {
        for (text, wanted) in [
            ("<svg xmlns=\"x\" width=\"640\" height='480px' viewBox=\"0 0 1 1\">", Some((640, 480))),
            ("<svg viewBox=\"-10,-10 320.4 200\"/>", Some((320, 200))),
            ("<svg width=\"100%\" height=\"20em\"\n viewBox = \"0 0 32 20\">", Some((32, 20))),
            ("<svg width=\"640\" viewBox=\"0 0 32 20\">", Some((32, 20))),
            (
                "\u{feff}<?xml version=\"1.0\"?>\n<!DOCTYPE svg>\n<!-- <svg width=\"1\"> -->\n<svg width='2' height='3'>",
                Some((2, 3)),
            ),
            ("<svg stroke-width=\"9\" width=\"2\" height=\"3\">", Some((2, 3))),
            ("<svg><rect width=\"2\" height=\"3\"/></svg>", None),
            ("<svg id=\"a\"><rect width=\"2\" height=\"3\"/></svg>", None),
            ("<svg width=\"2\" height=\"0\">", None),
            ("<svg width=\"nan\" height=\"inf\" viewBox=\"0 0 -1 5\">", None),
            ("<svg width=\"2", None),
            ("<svg width=\u{4e2d}", None),
            ("<html width=\"2\" height=\"3\">", None),
            ("<!--", None),
        ] {
            assert_eq!(size(text.as_bytes()), wanted, "{text}");
        }
    }
}
