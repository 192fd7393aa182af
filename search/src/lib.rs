//! Finding pages by words: the same code in the server and, as WebAssembly, in the pages of an exported site.
//!
//! From the bottom up:
//!
//! - [`fold`]: which characters count as the same
//! - [`stem`]: which English words do
//! - [`segment`]: text as terms with their places: words and their parts, Han characters and their pairs
//! - [`page`]: what is told of a page
//! - [`postings`]: where a term stands
//! - [`index`]: every term of every page
//! - [`query`]: what was asked
//! - [`clause`]: where one part of a query is found
//! - [`near`]: the term that was meant
//! - [`find`]: the pages that answer a query, best first
//! - [`snippet`]: what to show of them
//!
//! It knows nothing of files, accounts or HTML.

mod clause;
pub mod find;
pub mod fold;
pub mod index;
#[cfg(target_arch = "wasm32")]
mod js;
mod near;
pub mod page;
mod postings;
pub mod query;
pub mod segment;
pub mod snippet;
mod stem;

pub use find::{Asked, Found, Hit};
pub use index::Index;
pub use page::{Page, Section};
pub use query::Query;
pub use snippet::Part;
