//! What somebody watches.
