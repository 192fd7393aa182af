//! What is to happen, in the order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What is to happen. The order decides what goes first at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A released lock reaches one of those who fight for it.
    Passed,
    /// A thread is done with what it is about.
    Due { thread: usize, stamp: u32 },
    /// A slice ends.
    Slice { core: usize, stamp: u32 },
}

impl Next {
    /// As one number, which is quick to compare: the kind, then which one, then its stamp.
    fn packed(self) -> u64 {
        let (kind, index, stamp) = match self {
            Next::Passed => (0, 0, 0),
            Next::Due { thread, stamp } => (1, thread, stamp),
            Next::Slice { core, stamp } => (2, core, stamp),
        };
        kind << 60 | (index as u64) << 32 | u64::from(stamp)
    }

    fn unpacked(packed: u64) -> Next {
        let (index, stamp) = ((packed >> 32 & 0xfff_ffff) as usize, packed as u32);
        match packed >> 60 {
            0 => Next::Passed,
            1 => Next::Due { thread: index, stamp },
            _ => Next::Slice { core: index, stamp },
        }
    }
}

/// Everything that is to happen.
#[derive(Clone, Debug, Default)]
pub(super) struct Agenda {
    /// Time above, packed event below: one comparison decides.
    heap: BinaryHeap<Reverse<u128>>,
}

impl Agenda {
    pub(super) fn add(&mut self, at: u64, next: Next) {
        self.heap.push(Reverse(u128::from(at) << 64 | u128::from(next.packed())));
    }

    /// What is next, and when.
    pub(super) fn pop(&mut self) -> Option<(u64, Next)> {
        let Reverse(key) = self.heap.pop()?;
        Some(((key >> 64) as u64, Next::unpacked(key as u64)))
    }
}
