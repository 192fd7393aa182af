//! The two programs of a transfer: one writes, one reads, each with the blocking calls that a simple program makes.

use crate::time::Time;

/// How much a bulk writer hands to each send(), and how much a reader asks for with each recv().
pub const CALL: u32 = 65_536;

/// When the program writes, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writing {
    /// One send() of 64 KiB after another, without a pause.
    Bulk,
    /// So many bytes at fixed times; a call that blocks past the next time delays that one.
    Chunks {
        /// Bytes of each.
        bytes: u64,
        /// From one to the next.
        every: Time,
    },
    /// So many bytes at once, and then nothing.
    Burst {
        /// Bytes.
        bytes: u64,
    },
}

/// The writing program.
#[derive(Clone, Debug)]
pub struct Writer {
    writing: Writing,
    /// What is left of the call that it is in.
    left_in_call: u32,
    /// What is left of the chunk or burst, behind that call.
    left: u64,
    /// When it begins the next chunk; none when it is in the middle of something or has nothing more to write.
    pub(super) wakes_at: Option<Time>,
    next_chunk: Time,
    stops_at: Time,
    /// Is it in a call that waits for room in the send buffer?
    pub(super) blocked: bool,
    /// Bytes that the kernel has taken so far.
    pub written: u64,
}

impl Writer {
    /// A program that begins at `now` and starts no call from `stops_at` on.
    pub(super) fn new(writing: Writing, now: Time, stops_at: Time) -> Writer {
        let left = match writing {
            Writing::Bulk => 0,
            Writing::Chunks { bytes, .. } | Writing::Burst { bytes } => bytes,
        };
        let next_chunk = match writing {
            Writing::Chunks { every, .. } => now + every.max(Time(1)),
            _ => now,
        };
        Writer {
            writing,
            left_in_call: 0,
            left,
            wakes_at: None,
            next_chunk,
            stops_at,
            blocked: false,
            written: 0,
        }
    }

    /// How many bytes the call still wants to hand over that it is in, or begins now; 0 when it begins none.
    pub(super) fn wants(&mut self, now: Time) -> u32 {
        if self.left_in_call > 0 {
            return self.left_in_call;
        }
        if now >= self.stops_at {
            return 0;
        }
        if self.left == 0 {
            match self.writing {
                Writing::Bulk => self.left = u64::from(CALL),
                Writing::Chunks { bytes, every } => {
                    if now < self.next_chunk {
                        self.wakes_at = Some(self.next_chunk);
                        return 0;
                    }
                    self.next_chunk = self.next_chunk + every.max(Time(1));
                    self.left = bytes;
                }
                Writing::Burst { .. } => return 0,
            }
        }
        self.left_in_call = self.left.min(u64::from(u32::MAX)) as u32;
        self.left -= u64::from(self.left_in_call);
        self.left_in_call
    }

    /// The kernel has taken so many of them.
    pub(super) fn took(&mut self, bytes: u32) {
        self.left_in_call -= bytes.min(self.left_in_call);
        self.written += u64::from(bytes);
        self.blocked = false;
    }
}

/// The reading program: it takes what is there, up to 64 KiB, and may hold itself to a rate.
#[derive(Clone, Debug)]
pub struct Reader {
    /// Megabits per second; 0 for as fast as it can.
    mbps: u64,
    pub(super) began_at: Time,
    /// While it sleeps.
    pub(super) wakes_at: Option<Time>,
    /// Bytes read so far.
    pub read: u64,
    /// Bytes read up to each half second, the first call past it included.
    pub marks: Vec<u64>,
}

/// From one mark to the next.
pub const MARK: Time = Time::from_millis(500);

impl Reader {
    pub(super) fn new(mbps: u64, now: Time) -> Reader {
        Reader { mbps, began_at: now, wakes_at: None, read: 0, marks: Vec::new() }
    }

    /// A recv() has returned so many bytes at `now`. True when it goes on at once, false when it sleeps first.
    pub(super) fn got(&mut self, now: Time, bytes: u32) -> bool {
        self.read += u64::from(bytes);
        let elapsed = now - self.began_at;
        while elapsed.0 >= (self.marks.len() as u64 + 1) * MARK.0 {
            self.marks.push(self.read);
        }
        if self.mbps == 0 {
            return true;
        }
        // 8000 bits over megabits per second are nanoseconds.
        let due = self.began_at + Time(self.read * 8_000 / self.mbps);
        if due > now {
            self.wakes_at = Some(due);
        }
        due <= now
    }

    /// What it read between the first mark in the second half of `duration` and the last one, in kilobits per second.
    pub fn steady_kbps(&self, duration: Time) -> u64 {
        let first = (duration.0 / 2).div_ceil(MARK.0).max(1) as usize;
        let (Some(from), Some(to)) = (self.marks.get(first - 1), self.marks.last()) else { return 0 };
        let spans = (self.marks.len() - first) as u64;
        if spans == 0 { 0 } else { (to - from) * 8 / (spans * MARK.millis()) }
    }
}
