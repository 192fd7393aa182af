//! Where a term stands: sections in ascending order, in each the fields, in each the positions. All as differences in
//! variable-length integers, so that a position takes a byte or two.

use crate::page::Field;

/// The places of one term.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Postings {
    bytes: Vec<u8>,
    /// The section of the last entry.
    last: u32,
    /// How many entries.
    pub(crate) entries: u32,
}

/// One field of a section in which the term stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'a> {
    pub(crate) section: u32,
    pub(crate) field: Field,
    /// How often.
    pub(crate) count: u32,
    positions: &'a [u8],
}

impl Postings {
    /// Adds the positions, ascending, of the term in a field of a section that is the last one or comes after it.
    pub(crate) fn push(&mut self, section: u32, field: Field, positions: &[u32]) {
        write(&mut self.bytes, u64::from(section - self.last));
        self.last = section;
        self.entries += 1;
        write(&mut self.bytes, (positions.len() as u64) << 3 | field as u64);
        let mut deltas = Vec::with_capacity(positions.len() * 2);
        let mut before = 0;
        for position in positions {
            write(&mut deltas, u64::from(position - before));
            before = *position;
        }
        write(&mut self.bytes, deltas.len() as u64);
        self.bytes.extend_from_slice(&deltas);
    }

    /// The entries in their order.
    pub(crate) fn iter(&self) -> Entries<'_> {
        Entries { bytes: &self.bytes, section: 0 }
    }

    /// Bytes that it takes.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }
}

/// A walk over the entries of a term.
#[derive(Debug)]
pub(crate) struct Entries<'a> {
    bytes: &'a [u8],
    section: u32,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.section = self.section.wrapping_add(u32::try_from(read(&mut self.bytes)?).ok()?);
        let tag = read(&mut self.bytes)?;
        let field = *Field::ALL.get((tag & 7) as usize)?;
        let length = usize::try_from(read(&mut self.bytes)?).ok()?;
        let (positions, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(Entry { section: self.section, field, count: (tag >> 3) as u32, positions })
    }
}

impl Entry<'_> {
    /// The positions, ascending.
    pub(crate) fn positions(&self) -> impl Iterator<Item = u32> {
        let (mut bytes, mut at) = (self.positions, 0_u32);
        std::iter::from_fn(move || {
            at = at.wrapping_add(read(&mut bytes)? as u32);
            Some(at)
        })
    }
}

/// Writes a number in groups of seven bits, the lowest first; the high bit says that more follow.
pub(crate) fn write(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads a number; none when the bytes end before it does.
pub(crate) fn read(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_pushed_is_read(entries in prop::collection::vec((0_u32..500, 0_usize..5, prop::collection::btree_set(0_u32..100_000, 1..20)), 0..20)) {
            let mut postings = Postings::default();
            let mut section = 0;
            let mut wanted = Vec::new();
            for (step, field, positions) in entries {
                section += step;
                let positions: Vec<u32> = positions.into_iter().collect();
                postings.push(section, Field::ALL[field], &positions);
                wanted.push((section, Field::ALL[field], positions));
            }
            let read: Vec<_> = postings.iter().map(|it| (it.section, it.field, it.positions().collect::<Vec<_>>())).collect();
            prop_assert_eq!(read, wanted);
        }
    }

    #[test]
    fn bytes_that_end_early_are_no_entries() {
        let mut postings = Postings::default();
        postings.push(7, Field::Text, &[1, 200]);
        for end in 0..postings.bytes.len() {
            let cut = Postings { bytes: postings.bytes[..end].to_vec(), ..postings.clone() };
            assert_eq!(cut.iter().count(), 0);
        }
    }
}
