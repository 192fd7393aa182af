//! Finding pages by words: all of them have to be there, whatever their letter case.

use crate::content::page::Page;
use crate::content::site::Site;
use sim_wasm::text::Lang;
use std::cmp::Reverse;
use std::sync::Arc;

/// Characters of a line that are shown around what was found.
const SNIPPET: usize = 160;

/// A page that has all words.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The page.
    pub page: Arc<Page>,
    /// The first line of the text that has one of the words; empty when only the title has them.
    pub snippet: String,
}

/// The pages that have all words of the query: first those with the most of them in the title, then by path. An empty
/// query finds nothing.
pub fn find(site: &Site, lang: Option<Lang>, query: &str) -> Vec<Hit> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let of_lang = site.pages().filter(|page| lang.is_none_or(|lang| page.lang == lang));
    let mut found: Vec<(usize, Hit)> = of_lang.filter_map(|page| judge(page, &words)).collect();
    found.sort_by_cached_key(|(in_title, hit)| (Reverse(*in_title), hit.page.path.clone(), hit.page.lang));
    found.into_iter().map(|(_, hit)| hit).collect()
}

/// How many words the title has, when the page has all of them.
fn judge(page: &Arc<Page>, words: &[String]) -> Option<(usize, Hit)> {
    let (title, body) = (page.title.to_lowercase(), page.body().to_lowercase());
    let path = page.path.as_str().to_lowercase();
    let has = |word: &String| title.contains(word) || body.contains(word) || path.contains(word);
    if !words.iter().all(has) {
        return None;
    }
    let in_title = words.iter().filter(|word| title.contains(*word)).count();
    let line = page.body().lines().find(|line| {
        let line = line.to_lowercase();
        words.iter().any(|word| line.contains(word))
    });
    let snippet = line.map(|line| around(line.trim(), words)).unwrap_or_default();
    Some((in_title, Hit { page: page.clone(), snippet }))
}

/// The part of a long line that has the first of the words.
fn around(line: &str, words: &[String]) -> String {
    let lower = line.to_lowercase();
    let at = words.iter().filter_map(|word| lower.find(word)).min().unwrap_or_default();
    // Lower case may have another length, so that the place is near and not exact.
    let before = lower[..at].chars().count();
    line.chars().skip(before.saturating_sub(SNIPPET / 4)).take(SNIPPET).collect()
}

#[cfg(test)]
mod tests {
    use super::around;

    #[test]
    fn a_snippet_has_what_was_found() {
        let long = format!("{} 全连接队列 Overflow {}", "前文".repeat(200), "后文".repeat(200));
        for word in ["全连接队列", "overflow"] {
            let snippet = around(&long, &[word.to_string()]);
            assert!(snippet.to_lowercase().contains(word), "{snippet}");
            assert!(snippet.chars().count() <= super::SNIPPET);
        }
        // A letter whose lower case is longer than it.
        assert_eq!(around("İİİİ x", &["x".to_string()]), "İİİİ x");
        assert_eq!(around("", &["x".to_string()]), "");
    }
}
