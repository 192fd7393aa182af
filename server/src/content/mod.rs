//! The content folder as data: pages, what they say of themselves, and how they hang together. No files, no network.
//!
//! - [`path`]: what a file's name says
//! - [`front_matter`]: what its head says
//! - [`page`]: one page
//! - [`site`]: all of them
//! - [`links`]: what a page may link to
//! - [`picture`]: the size of a picture
//! - [`similar`]: how alike two names are
//! - `svg`: the size of an SVG picture
//! - [`yaml`]: YAML with line numbers

pub mod front_matter;
pub mod links;
pub mod page;
pub mod path;
pub mod picture;
pub mod similar;
pub mod site;
mod svg;
pub mod yaml;
