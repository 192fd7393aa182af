//! The files beside pages.
