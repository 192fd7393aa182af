//! The lab `cache-line`.
