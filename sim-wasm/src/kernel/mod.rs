//! What a kernel version decides: the table of changes, sysctls, counters.

pub mod changes;
pub mod counters;
pub mod sysctl;
pub mod version;

pub use changes::{Change, ChangeSet};
pub use counters::{Counter, Counters};
pub use sysctl::{Sysctl, Timestamps};
pub use version::{KernelVersion, VersionError};
