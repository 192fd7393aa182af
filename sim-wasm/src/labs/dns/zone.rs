//! What names exist, and which server knows them: a text with a name and its addresses per line.

use super::network::{Qtype, Rcode, Reply};

/// One bit for each of the three servers.
pub(super) const EVERY_SERVER: u8 = 0b0111;
/// The bit of Docker's embedded DNS: names of containers.
pub(super) const DOCKER: u8 = 0b1000;

/// A name with its addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Record {
    /// In small letters, without a dot at the end; without `*.` for a wildcard.
    name: String,
    wildcard: bool,
    addresses: Vec<String>,
    /// Who knows it, a bit each.
    known_to: u8,
}

/// All names there are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Zone {
    records: Vec<Record>,
    /// Lines that could not be read, by their number from 1.
    pub(super) unread: Vec<usize>,
}

/// Whether a word is an IPv4 address in four decimal parts.
pub(super) fn is_v4(word: &str) -> bool {
    let parts = word.split('.');
    parts.clone().count() == 4 && parts.into_iter().all(is_byte)
}

fn is_byte(part: &str) -> bool {
    matches!(part.len(), 1..=3) && part.bytes().all(|byte| byte.is_ascii_digit()) && number(part) <= 255
}

/// A decimal number; 0 for a word that is none, a large one for one that is too long.
pub(super) fn number(digits: &str) -> u64 {
    digits
        .bytes()
        .take_while(u8::is_ascii_digit)
        .fold(0, |sum, byte| sum.saturating_mul(10).saturating_add(u64::from(byte - b'0')).min(1_000_000_000))
}

/// Whether a word has the form of an IPv6 address.
pub(super) fn is_v6(word: &str) -> bool {
    let groups = word.split(':');
    word.bytes().filter(|byte| *byte == b':').count() >= 2
        && groups.clone().count() <= 9
        && groups
            .into_iter()
            .all(|group| group.len() <= 4 && group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

impl Zone {
    /// Reads it: `name address … [@1,2 | @docker]`, `#` begins a comment.
    pub(super) fn read(text: &str) -> Zone {
        let mut zone = Zone::default();
        for (index, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or("");
            let mut words = line.split_whitespace();
            let Some(name) = words.next() else { continue };
            let mut record = Record {
                name: name.trim_start_matches("*.").trim_end_matches('.').to_ascii_lowercase(),
                wildcard: name.starts_with("*."),
                addresses: Vec::new(),
                known_to: 0,
            };
            let mut readable = true;
            for word in words {
                if let Some(servers) = word.strip_prefix('@') {
                    record.known_to |= known_to(servers);
                    readable &= known_to(servers) != 0;
                } else if is_v4(word) || is_v6(word) {
                    record.addresses.push(word.to_string());
                } else if word != "-" {
                    readable = false;
                }
            }
            if record.known_to == 0 {
                record.known_to = EVERY_SERVER;
            }
            match readable {
                true => zone.records.push(record),
                false => zone.unread.push(index + 1),
            }
        }
        zone
    }

    /// What whoever has this bit answers.
    pub(super) fn answer(&self, name: &str, qtype: Qtype, bit: u8) -> Reply {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let known = self.records.iter().filter(|record| record.known_to & bit != 0);
        let exact: Vec<&Record> =
            known.clone().filter(|record| !record.wildcard && record.name == name).collect();
        let below = |record: &&Record| ends_below(&record.name, &name);
        let matching = match exact.is_empty() {
            false => exact,
            // RFC 8020: a name with names below it exists, without data.
            true if known.clone().any(|record| below(&record)) => Vec::new(),
            true => {
                let wild: Vec<&Record> =
                    known.filter(|record| record.wildcard && ends_below(&name, &record.name)).collect();
                if wild.is_empty() {
                    return Reply::error(Rcode::NxDomain);
                }
                wild
            }
        };
        let addresses = matching.iter().flat_map(|record| &record.addresses);
        let addresses = addresses.filter(|address| match qtype {
            Qtype::A => !address.contains(':'),
            Qtype::Aaaa => address.contains(':'),
            Qtype::Mx => false,
        });
        Reply { addresses: addresses.cloned().collect(), ..Reply::error(Rcode::NoError) }
    }

    /// Every address of a name, whoever knows it.
    pub(super) fn addresses(&self, name: &str) -> Vec<String> {
        let all =
            [Qtype::A, Qtype::Aaaa].map(|qtype| self.answer(name, qtype, EVERY_SERVER | DOCKER).addresses);
        all.concat()
    }
}

fn known_to(servers: &str) -> u8 {
    if servers == "docker" {
        return DOCKER;
    }
    servers.split(',').fold(0, |bits, server| match server {
        "1" => bits | 0b001,
        "2" => bits | 0b010,
        "3" => bits | 0b100,
        _ => bits,
    })
}

/// Does `name` lie below `parent`?
fn ends_below(name: &str, parent: &str) -> bool {
    name.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
}
