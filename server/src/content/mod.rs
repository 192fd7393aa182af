//! The content folder as data.

pub mod front_matter;
