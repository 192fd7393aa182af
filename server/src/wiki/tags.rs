//! The HTML of a rendered page, cut into tags and text. It is our own renderer's: well nested, and every `<` of a text and
//! every quote of an attribute is escaped.

/// A piece of HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// `<p class="x">`: its name, and the whole tag.
    Open(&'a str, &'a str),
    /// `</p>`: its name.
    Close(&'a str),
    /// Text, still escaped.
    Text(&'a str),
}

/// Cuts HTML into pieces.
pub fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let length =
            if rest.starts_with('<') { tag_length(rest) } else { rest.find('<').unwrap_or(rest.len()) };
        let (piece, after) = rest.split_at(length);
        rest = after;
        let Some(tag) = piece.strip_prefix('<') else { return Some(Piece::Text(piece)) };
        Some(match tag.strip_prefix('/') {
            Some(end) => Piece::Close(name(end)),
            None => Piece::Open(name(tag), piece),
        })
    })
}

fn tag_length(html: &str) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    html.len()
}

fn name(tag: &str) -> &str {
    &tag[..tag.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(tag.len())]
}

/// An attribute of a tag, decoded.
pub fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut rest = tag;
    // A value may hold what looks like another attribute, but no quote: the next quote is always an end.
    while let Some((before, after)) = rest.split_once("=\"") {
        let (value, after) = after.split_once('"')?;
        if before.rsplit(char::is_whitespace).next() == Some(name) {
            return Some(decode(value));
        }
        rest = after;
    }
    None
}

/// Text without its character references.
pub fn decode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let reference = after.split_once(';').and_then(|(name, after)| Some((character(name)?, after)));
        match reference {
            Some((character, after)) => {
                out.push(character);
                rest = after;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out + rest
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Piece, attribute, decode, pieces};

    #[test]
    fn html_is_cut_at_its_tags() {
        let found: Vec<_> = pieces("a<p title=\"x>y\">b<br></p>").collect();
        assert_eq!(
            found,
            [
                Piece::Text("a"),
                Piece::Open("p", "<p title=\"x>y\">"),
                Piece::Text("b"),
                Piece::Open("br", "<br>"),
                Piece::Close("p"),
            ]
        );
        assert_eq!(pieces("<p unclosed").count(), 1);
    }

    #[test]
    fn attributes_are_read_and_decoded() {
        let tag = "<img data-alt=\"no\" title=\" alt=&quot;x\" alt=\"a &lt;b&gt;\">";
        assert_eq!(attribute(tag, "alt").as_deref(), Some("a <b>"));
        assert_eq!(attribute(tag, "src"), None);
    }

    #[test]
    fn references_stand_for_characters() {
        for (text, is) in
            [("a &amp; b", "a & b"), ("&#39;&#x4e2d;", "'中"), ("&what; &", "&what; &"), ("&amp;lt;", "&lt;")]
        {
            assert_eq!(decode(text), is, "{text}");
        }
    }
}
