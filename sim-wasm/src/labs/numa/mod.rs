//! The lab `numa`.
