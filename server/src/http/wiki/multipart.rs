//! Forms with a file in them, as browsers send them: `multipart/form-data` (RFC 7578).

use axum::http::{HeaderMap, header};

/// How such forms are sent.
const MEDIA_TYPE: &str = "multipart/form-data";

/// What stands around the file: the other fields, and the heads of all.
const AROUND: usize = 64 << 10;

/// The longest form.
pub(super) const LONGEST: usize = super::attach::LONGEST + AROUND;

/// Whether the request says that its body is such a form.
pub(super) fn is_sent(headers: &HeaderMap) -> bool {
    boundary(headers).is_some()
}

/// What a field of the form holds; none when the form has no such field, or is no form.
pub(super) fn field<'a>(headers: &HeaderMap, body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let line = format!("--{}", boundary(headers)?);
    let mut rest = body.strip_prefix(line.as_bytes())?;
    let end = format!("\r\n{line}");
    // Behind the last part, the line ends with two hyphens.
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let head_end = find(part, b"\r\n\r\n")?;
        let content = &part[head_end + 4..];
        let length = find(content, end.as_bytes())?;
        if is_named(&part[..head_end], name) {
            return Some(&content[..length]);
        }
        rest = &content[length + end.len()..];
    }
    None
}

fn boundary(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (media_type, rest) = value.split_once(';')?;
    if !media_type.trim().eq_ignore_ascii_case(MEDIA_TYPE) {
        return None;
    }
    let boundary = parameter(rest, "boundary")?;
    (1..=70).contains(&boundary.len()).then_some(boundary)
}

/// A parameter of a header, in quotation marks or not.
fn parameter(parameters: &str, name: &str) -> Option<String> {
    parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_string())
    })
}

/// Whether the head of a part says that it is this field.
fn is_named(head: &[u8], name: &str) -> bool {
    String::from_utf8_lossy(head).split("\r\n").any(|line| {
        let Some((key, value)) = line.split_once(':') else { return false };
        let Some((kind, parameters)) = value.split_once(';') else { return false };
        key.trim().eq_ignore_ascii_case("content-disposition")
            && kind.trim() == "form-data"
            && parameter(parameters, "name").as_deref() == Some(name)
    })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, field, is_sent};
    use axum::http::{HeaderMap, HeaderValue, header};

    fn headers(content_type: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_str(content_type).unwrap())])
    }

    const FORM: &[u8] = b"--x1\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\ntoken\r\n\
        --x1\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a; name=csrf.bin\"\r\n\
        Content-Type: application/octet-stream\r\n\r\n\r\n\0--x1\r\n--x\r\n\xff\r\n--x1--\r\n";

    #[test]
    fn fields_are_found_with_every_byte() {
        for content_type in
            ["multipart/form-data; boundary=x1", "Multipart/Form-Data; charset=utf-8; Boundary=\"x1\""]
        {
            let headers = headers(content_type);
            assert!(is_sent(&headers), "{content_type}");
            assert_eq!(field(&headers, FORM, "csrf"), Some(&b"token"[..]));
            assert_eq!(field(&headers, FORM, "file"), Some(&b"\r\n\0--x1\r\n--x\r\n\xff"[..]));
            assert_eq!(field(&headers, FORM, "other"), None);
        }
    }

    #[test]
    fn what_is_no_form_has_no_fields() {
        let whole = headers("multipart/form-data; boundary=x1");
        for length in 0..FORM.len() - b"\r\n--x1--\r\n".len() {
            assert_eq!(field(&whole, &FORM[..length], "file"), None, "cut off at {length}");
        }
        for content_type in [
            "text/plain",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "multipart/mixed; boundary=x1",
        ] {
            assert!(!is_sent(&headers(content_type)), "{content_type}");
            assert_eq!(field(&headers(content_type), FORM, "csrf"), None, "{content_type}");
        }
        const { assert!(LONGEST > super::super::attach::LONGEST) };
    }
}
