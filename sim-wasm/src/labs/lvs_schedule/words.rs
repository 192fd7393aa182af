//! Names of servers, and numbers as readers see them.

use super::clients::dotted;

/// 198.51.100.1, the address that clients connect to.
pub(super) const VIP: u32 = 198 << 24 | 51 << 16 | 100 << 8 | 1;
/// 10.0.0.8, the address of server A; the others follow.
const FIRST: u32 = 10 << 24 | 8;

/// The letter of a server: `A`, …, `Z`, `a`, ….
pub(super) fn letter(server: usize) -> char {
    let letters = ('A'..='Z').chain('a'..='z');
    letters.into_iter().nth(server).unwrap_or('?')
}

/// Its address.
pub(super) fn address(server: usize) -> u32 {
    FIRST + server as u32
}

/// `10.0.0.8:80`.
pub(super) fn endpoint(server: usize) -> String {
    format!("{}:80", dotted(address(server)))
}

/// `A 10.0.0.8`.
pub(super) fn name(server: usize) -> String {
    format!("{} {}", letter(server), dotted(address(server)))
}

/// `1.6` of 1600, `20` of 20000.
pub(super) fn thousandths(value: u64) -> String {
    let text = format!("{}.{:02}", value / 1000, value % 1000 / 10);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// `340 us`, `2.97 ms`, `5 s`.
pub(super) fn span(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} µs"),
        1_000..1_000_000 => format!("{} ms", thousandths(us)),
        _ => format!("{} s", thousandths(us / 1000)),
    }
}

/// The letters of those who got connections, one after the other; long runs of one as `B×84`, and a bar where servers
/// changed. A pick is the server, and whether servers changed just before.
pub(super) fn order(picks: impl Iterator<Item = (Option<usize>, bool)>, most: usize) -> String {
    let letters: Vec<(char, bool)> =
        picks.map(|(server, changed)| (server.map_or('-', letter), changed)).collect();
    let mut text = String::new();
    let mut told = 0;
    for run in letters.chunk_by(|(a, _), (b, changed)| a == b && !changed) {
        let Some((letter, changed)) = run.first() else { continue };
        if told >= most {
            text.push('…');
            break;
        }
        if *changed {
            text.push('|');
        }
        if run.len() > 5 {
            let apart = if text.is_empty() { "" } else { " " };
            text.push_str(&format!("{apart}{letter}×{} ", run.len()));
            told += 5;
        } else {
            text.extend(run.iter().map(|(letter, _)| letter));
            told += run.len();
        }
    }
    text.trim_end().to_string()
}
