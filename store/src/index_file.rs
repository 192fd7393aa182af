//! The bytes of git's index, with some entries exchanged. libgit2 reads and writes the index of ten thousand pages in
//! nearly ten milliseconds, and each save does so twice; here the other entries are copied as they are.
//!
//! The format is in git's `Documentation/gitformat-index.txt`. Versions 2 and 3 are understood, which is what git and libgit2
//! write unless they are told otherwise.

use git2::IndexEntry;
use sha1::{Digest, Sha1};
use std::collections::BTreeMap;

const SIGNATURE: &[u8] = b"DIRC";
const HEADER: usize = 12;
const HASH: usize = 20;
/// Where an entry's flags are: after ten numbers and the object's id.
const FLAGS: usize = 10 * 4 + HASH;
/// There are two more bytes of flags.
const EXTENDED: u16 = 0x4000;
/// Which side of a merge that is not finished the entry is.
const STAGE: u16 = 0x3000;
/// The length of the name; of longer ones, this.
const LONGEST: u16 = 0x0fff;

/// An index that is understood.
pub(crate) struct IndexFile<'a> {
    version: u32,
    entries: Vec<Entry<'a>>,
    extensions: &'a [u8],
}

/// An entry, and its bytes.
struct Entry<'a> {
    name: &'a [u8],
    stage: u16,
    bytes: &'a [u8],
}

impl<'a> IndexFile<'a> {
    /// None for a file that has to be left to libgit2: of another version, split into several, or damaged.
    pub(crate) fn parse(file: &'a [u8]) -> Option<IndexFile<'a>> {
        let (content, hash) = file.split_last_chunk::<HASH>()?;
        // git leaves the hash out when it is told to.
        let is_whole = *hash == [0; HASH] || Sha1::digest(content).as_slice() == hash;
        let version = number(content, 4)?;
        if !is_whole || !content.starts_with(SIGNATURE) || !matches!(version, 2 | 3) {
            return None;
        }
        let mut rest = content.get(HEADER..)?;
        let mut entries = Vec::new();
        for _ in 0..number(content, 8)? {
            let entry = Entry::parse(rest)?;
            rest = rest.get(entry.bytes.len()..)?;
            entries.push(entry);
        }
        // Those with a small letter have to be understood, and change what the entries mean.
        let all_optional = extensions(rest)?.iter().all(|(name, _)| name[0].is_ascii_uppercase());
        all_optional.then_some(IndexFile { version, entries, extensions: rest })
    }

    /// Names of files whose merge is not finished.
    pub(crate) fn unmerged(&self) -> impl Iterator<Item = &'a [u8]> {
        self.entries.iter().filter(|it| it.stage != 0).map(|it| it.name)
    }

    /// The bytes of this index with entries exchanged, added, and removed where there is none.
    pub(crate) fn with(&self, changes: &BTreeMap<&[u8], Option<&IndexEntry>>) -> Vec<u8> {
        let mut pending = changes.iter().peekable();
        let (mut count, mut body) = (0_u32, Vec::new());
        let mut put = |bytes: &[u8]| {
            count += 1;
            body.extend_from_slice(bytes);
        };
        for entry in &self.entries {
            while let Some((_, new)) = pending.next_if(|(name, _)| **name <= entry.name) {
                new.iter().for_each(|new| put(&bytes(new)));
            }
            // The sides of an unfinished merge follow one another under one name; all of them go.
            if !changes.contains_key(entry.name) {
                put(entry.bytes);
            }
        }
        pending.filter_map(|(_, new)| *new).for_each(|new| put(&bytes(new)));
        self.file(count, &body)
    }

    fn file(&self, count: u32, entries: &[u8]) -> Vec<u8> {
        let mut file = [SIGNATURE, &self.version.to_be_bytes(), &count.to_be_bytes(), entries].concat();
        // How a merge was settled can be kept. What sums entries up is not true any more, and git makes it anew.
        for (name, bytes) in extensions(self.extensions).unwrap_or_default() {
            if name == b"REUC" {
                file.extend_from_slice(bytes);
            }
        }
        let hash = Sha1::digest(&file);
        file.extend_from_slice(&hash);
        file
    }
}

impl<'a> Entry<'a> {
    fn parse(rest: &'a [u8]) -> Option<Entry<'a>> {
        let flags = u16::from_be_bytes(*rest.get(FLAGS..)?.first_chunk()?);
        let start = FLAGS + if flags & EXTENDED == 0 { 2 } else { 4 };
        let length = rest.get(start..)?.iter().position(|byte| *byte == 0)?;
        let bytes = rest.get(..padded(start + length))?;
        Some(Entry { name: &rest[start..start + length], stage: flags & STAGE, bytes })
    }
}

/// The bytes of an entry of this length: one to eight zeros follow, up to a multiple of eight.
fn padded(length: usize) -> usize {
    (length + 8) & !7
}

/// An entry's bytes.
fn bytes(entry: &IndexEntry) -> Vec<u8> {
    let seconds = |time: git2::IndexTime| [time.seconds() as u32, time.nanoseconds()];
    let numbers = [seconds(entry.ctime), seconds(entry.mtime)].into_iter().flatten().chain([
        entry.dev,
        entry.ino,
        entry.mode,
        entry.uid,
        entry.gid,
        entry.file_size,
    ]);
    let mut bytes: Vec<u8> = numbers.flat_map(u32::to_be_bytes).collect();
    bytes.extend_from_slice(entry.id.as_bytes());
    let length = u16::try_from(entry.path.len()).unwrap_or(LONGEST).min(LONGEST);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(&entry.path);
    bytes.resize(padded(bytes.len()), 0);
    bytes
}

/// What follows the entries: each with its name, and with its bytes from the name on.
fn extensions(mut rest: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (name, length) = (rest.get(..4)?, number(rest, 4)?);
        let (extension, after) = rest.split_at_checked(8_usize.checked_add(length as usize)?)?;
        found.push((name, extension));
        rest = after;
    }
    Some(found)
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}
