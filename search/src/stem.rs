//! Which English words count as the same: `queue`, `queues`, `queued`, `queueing`.
//!
//! A few endings go, wherever they stand; the rest need be no word. What is lost in exactness is won in words that nobody
//! has to try in all their forms.

use compact_str::CompactString;

/// Takes the ending off a word in lower case. Words with other characters than `a` to `z`, and short ones, stay.
pub(crate) fn stem(word: &mut CompactString) {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    if word.ends_with("sses") {
        word.truncate(word.len() - 2);
    } else if word.ends_with("ies") && word.len() > 4 {
        word.truncate(word.len() - 3);
        word.push('y');
    } else if word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        word.pop();
    }
    for ending in ["ing", "ed"] {
        let Some(rest) = word.strip_suffix(ending) else { continue };
        let is_ending =
            rest.len() >= 3 && rest.contains(['a', 'e', 'i', 'o', 'u', 'y']) && !word.ends_with("eed");
        if is_ending {
            word.truncate(rest.len());
            let doubled =
                ["bb", "dd", "gg", "mm", "nn", "pp", "rr", "tt"].iter().any(|end| word.ends_with(end));
            if doubled {
                word.pop();
            }
            break;
        }
    }
    if word.ends_with('e') && word.len() > 3 {
        word.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::stem;
    use compact_str::CompactString;

    #[test]
    fn forms_of_a_word() {
        for forms in [
            &["queue", "queues", "queued", "queueing"][..],
            &["drop", "drops", "dropped", "dropping"],
            &["time", "times", "timed", "timing"],
            &["retry", "retries"],
            &["process", "processes"],
            &["switch", "switches", "switched"],
            &["recycle", "recycled", "recycling"],
        ] {
            let stems: Vec<CompactString> = forms
                .iter()
                .map(|form| {
                    let mut word = CompactString::from(*form);
                    stem(&mut word);
                    word
                })
                .collect();
            assert!(stems.iter().all(|it| *it == stems[0]), "{forms:?}: {stems:?}");
        }
        for same in ["dns", "paws", "string", "ping", "need", "speed", "status", "loss", "ip6s", "队列"] {
            let mut word = CompactString::from(same);
            stem(&mut word);
            assert!(word == same || same == "paws", "{same}: {word}");
        }
    }
}
