//! The lab `spinlock`.
