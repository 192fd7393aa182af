//! The lab `dns`.
