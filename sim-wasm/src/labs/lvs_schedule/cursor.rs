//! The schedulers that take turns: rr and wrr. Each director has a cursor of its own.

use super::counting::Dest;

/// Where a director's turn stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Cursor {
    /// The server that was chosen last; none at the head of the list.
    at: Option<usize>,
    /// wrr: servers of at least this weight get a connection in this pass; `cw` in ip_vs_wrr.c.
    current: u64,
    /// wrr: where `current` begins; `mw`.
    most: u64,
    /// wrr: by how much it falls after a pass; `di`.
    step: u64,
}

/// What becomes of a place in the list.
fn after(list: &[usize], server: Option<usize>) -> usize {
    server.and_then(|server| list.iter().position(|other| *other == server)).map_or(0, |at| at + 1)
}

pub(super) fn gcd(a: u64, b: u64) -> u64 {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl Cursor {
    /// At the head of the list, or before its element `start`.
    pub(super) fn new(list: &[usize], dests: &[Dest], start: usize) -> Cursor {
        let mut cursor = Cursor::default();
        cursor.reset(list, dests, start);
        cursor
    }

    /// ip_vs_wrr_dest_changed, and up to 3.9 ip_vs_rr_update_svc: back to the beginning. `current` goes on where it
    /// was when that is possible.
    pub(super) fn reset(&mut self, list: &[usize], dests: &[Dest], start: usize) {
        let start = start % list.len().max(1);
        self.at = start.checked_sub(1).and_then(|before| list.get(before).copied());
        let weights = || list.iter().filter_map(|server| dests.get(*server)).map(|dest| dest.weight);
        self.step = weights().fold(0, gcd).max(1);
        self.most = weights().max().unwrap_or(0).saturating_sub(self.step - 1);
        if self.current > self.most || self.current == 0 {
            self.current = self.most;
        } else if self.step > 1 {
            self.current = self.current / self.step * self.step + 1;
        }
    }

    /// ip_vs_rr_del_dest since 3.10: a cursor on a server that goes steps back one. `list` still has the server.
    pub(super) fn leave(&mut self, list: &[usize], server: usize) {
        if self.at == Some(server) {
            let before = after(list, self.at).checked_sub(2);
            self.at = before.and_then(|before| list.get(before).copied());
        }
    }

    /// ip_vs_rr_schedule: the next one with a weight, once around.
    pub(super) fn next(&mut self, list: &[usize], dests: &[Dest]) -> Option<usize> {
        let from = after(list, self.at);
        let turn = (0..list.len()).filter_map(|n| list.get((from + n) % list.len()).copied());
        let next = turn.into_iter().find(|server| dests.get(*server).is_some_and(|dest| dest.weight > 0));
        if next.is_some() {
            self.at = next;
        }
        next
    }

    /// ip_vs_wrr_schedule: pass after pass, each with less that a weight must have.
    pub(super) fn next_weighted(&mut self, list: &[usize], dests: &[Dest]) -> Option<usize> {
        if self.most == 0 {
            return None;
        }
        // Whoever has the greatest weight is chosen in the pass that begins with `most`: two cycles of passes suffice.
        let passes = 2 * (self.most / self.step + 2);
        let mut from = after(list, self.at);
        for _ in 0..passes {
            let rest = list.get(from..).unwrap_or_default();
            let fits = |server: &&usize| dests.get(**server).is_some_and(|dest| dest.weight >= self.current);
            if let Some(server) = rest.iter().find(fits) {
                self.at = Some(*server);
                return self.at;
            }
            from = 0;
            self.current = if self.current > self.step { self.current - self.step } else { self.most };
        }
        None
    }
}
