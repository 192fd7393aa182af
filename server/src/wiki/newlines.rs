//! Line ends. Browsers send every line end of a form as CRLF; the file keeps those that it has.

use similar::{ChangeTag, TextDiff};

/// `sent` with the line ends that its lines have in `before`; new lines get those that most lines of `before` have.
pub fn as_before(before: Option<&str>, sent: &str) -> String {
    let plain = normal(sent);
    let Some(before) = before else { return plain };
    if normal(before) == plain {
        return before.to_string();
    }
    let crlf = before.matches("\r\n").count();
    let lf = before.matches('\n').count() - crlf;
    let usual = if crlf > lf { "\r\n" } else { "\n" };
    if crlf == 0 || lf == 0 && !before.replace("\r\n", "").contains('\r') {
        return if usual == "\n" { plain } else { plain.replace('\n', "\r\n") };
    }
    // Mixed: a line that stays keeps its own end.
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let old_plain: Vec<String> = old.iter().map(|line| normal(line)).collect();
    let old_refs: Vec<&str> = old_plain.iter().map(String::as_str).collect();
    let new: Vec<&str> = plain.split_inclusive('\n').collect();
    let diff = TextDiff::from_slices(&old_refs, &new);
    let mut out = String::with_capacity(before.len().max(plain.len()));
    for change in diff.iter_all_changes() {
        match (change.tag(), change.old_index()) {
            (ChangeTag::Delete, _) => {}
            (ChangeTag::Equal, Some(at)) => out.push_str(old[at]),
            _ => out.push_str(&change.value().replace('\n', usual)),
        }
    }
    out
}

fn normal(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::as_before;

    #[test]
    fn files_keep_their_line_ends() {
        for (before, sent, saved) in [
            (None, "a\r\nb\r\n", "a\nb\n"),
            (Some("a\nb\n"), "a\r\nb\r\n", "a\nb\n"),
            (Some("a\r\nb\r\n"), "a\r\nb\r\n", "a\r\nb\r\n"),
            (Some("a\r\nb\n\tc  \n"), "a\r\nb\r\n\tc  \r\n", "a\r\nb\n\tc  \n"),
            (Some("a\r\nb\n"), "a\r\nx\r\nb\r\n", "a\r\nx\nb\n"),
            (Some("a\r\nb\r\nc\n"), "a\r\nx\r\nb\r\nc\r\n", "a\r\nx\r\nb\r\nc\n"),
            (Some("\u{feff}a\nb"), "\u{feff}a\r\nb", "\u{feff}a\nb"),
            (Some("a\nb"), "a\r\nb\r\n", "a\nb\n"),
            (Some("a\r\nb"), "a\nc", "a\r\nc"),
        ] {
            assert_eq!(as_before(before, sent), saved, "{before:?} {sent:?}");
        }
    }
}
