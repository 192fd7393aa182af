//! The lab `lvs-modes`.
