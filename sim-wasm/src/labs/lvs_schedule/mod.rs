//! The lab `lvs-schedule`.
