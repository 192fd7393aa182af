//! The lab `packet-journey`.
