//! What answers before any server is asked: `/etc/nsswitch.conf` as data, and `/etc/hosts`.

use super::zone::{is_v4, is_v6};

/// How a source ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Success,
    NotFound,
    Unavailable,
    TryAgain,
}

impl Status {
    const ALL: [Status; 4] = [Status::Success, Status::NotFound, Status::Unavailable, Status::TryAgain];

    /// As `nsswitch.conf` names it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Status::Success => "SUCCESS",
            Status::NotFound => "NOTFOUND",
            Status::Unavailable => "UNAVAIL",
            Status::TryAgain => "TRYAGAIN",
        }
    }
}

/// A source of the `hosts:` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) name: String,
    /// After which of [`Status::ALL`] the search ends.
    returns: [bool; 4],
    /// The action that stands behind it, as written.
    pub(super) action: String,
}

impl Source {
    fn new(name: &str) -> Source {
        Source { name: name.to_string(), returns: [true, false, false, false], action: String::new() }
    }

    /// Does the search end here?
    pub(super) fn returns(&self, status: Status) -> bool {
        Status::ALL.iter().zip(self.returns).any(|(known, returns)| *known == status && returns)
    }

    /// `NOTFOUND=return`, `!UNAVAIL=return`.
    fn act(&mut self, word: &str) {
        let Some((status, action)) = word.split_once('=') else { return };
        let (negated, status) = status.strip_prefix('!').map_or((false, status), |status| (true, status));
        for (known, returns) in Status::ALL.iter().zip(&mut self.returns) {
            if known.word().eq_ignore_ascii_case(status) != negated {
                *returns = action.eq_ignore_ascii_case("return");
            }
        }
    }
}

/// The sources of the `hosts:` line, in its order; `files dns` where there is none.
pub(super) fn sources(text: &str) -> Vec<Source> {
    let line = text.lines().find_map(|line| line.trim().strip_prefix("hosts:")).unwrap_or("files dns");
    let line = line.split('#').next().unwrap_or("");
    let mut sources: Vec<Source> = Vec::new();
    let mut inside = false;
    for word in line.split_whitespace() {
        inside |= word.starts_with('[');
        if inside {
            if let Some(source) = sources.last_mut() {
                if !source.action.is_empty() {
                    source.action.push(' ');
                }
                source.action += word;
                source.act(word.trim_matches(['[', ']']));
            }
            inside = !word.ends_with(']');
        } else {
            sources.push(Source::new(word));
        }
    }
    sources
}

/// The addresses that `/etc/hosts` has for a name. A name with a dot at its end is not in it, but for Go.
pub(super) fn hosts(text: &str, name: &str, dot_is_cut: bool) -> Vec<String> {
    let name = if dot_is_cut { name.trim_end_matches('.') } else { name };
    let mut found = Vec::new();
    for line in text.lines() {
        let mut words = fields(line);
        let Some(address) = words.next().filter(|word| is_v4(word) || is_v6(word)) else { continue };
        if words.any(|word| word.eq_ignore_ascii_case(name)) {
            found.push(address.to_string());
        }
    }
    found
}

/// Lines of `/etc/hosts` that look right and are not, by number, with the space that is none: only blanks and tabs part
/// words.
pub(super) fn misleading_lines(text: &str) -> Vec<(usize, Option<char>)> {
    let lines = text.lines().enumerate().filter_map(|(index, line)| {
        let line = line.split('#').next().unwrap_or("");
        let wide = line.chars().find(|c| *c == '\u{3000}' || *c == '\u{a0}');
        let no_address = fields(line).next().is_some_and(|word| !is_v4(word) && !is_v6(word));
        (wide.is_some() || no_address).then_some((index + 1, wide))
    });
    lines.collect()
}

/// The line that has a name behind a space that is none.
pub(super) fn behind_wide_space(text: &str, name: &str) -> Option<(usize, char)> {
    let mut lines = misleading_lines(text).into_iter();
    lines.find_map(|(line, space)| {
        let words = text.lines().nth(line - 1)?.split(['\u{3000}', '\u{a0}', ' ', '\t']);
        words.into_iter().any(|word| word.eq_ignore_ascii_case(name)).then_some((line, space?))
    })
}

fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.split('#').next().unwrap_or("").split([' ', '\t']).filter(|word| !word.is_empty())
}
