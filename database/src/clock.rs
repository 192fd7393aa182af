//! The clock that every stored time is read from.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the time comes from: the system, or a number that a test sets.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    set: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The system's clock.
    pub fn system() -> Clock {
        Clock::default()
    }

    /// A clock that stands at `seconds` since 1970 until it is moved. Its clones are the same clock.
    pub fn standing(seconds: i64) -> Clock {
        Clock { set: Some(Arc::new(AtomicI64::new(seconds))) }
    }

    /// Moves a standing clock on by `seconds`; the system's clock stays as it is.
    pub fn advance(&self, seconds: i64) {
        if let Some(time) = &self.set {
            time.fetch_add(seconds, Ordering::Relaxed);
        }
    }

    /// Seconds since 1970-01-01 00:00 UTC.
    pub fn now(&self) -> i64 {
        match &self.set {
            Some(time) => time.load(Ordering::Relaxed),
            None => jiff::Timestamp::now().as_second(),
        }
    }
}
