//! Comments on a page.
