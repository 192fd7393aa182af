//! What a kernel version decides: the version itself, the table of changes, counters and sysctls.

pub mod version;

pub use version::{KernelVersion, VersionError};
