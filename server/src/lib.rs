//! The server and the command line.
//!
//! From the bottom up:
//!
//! - [`content`], [`markdown`]: pages as data and as HTML; pure
//! - [`folder`], [`assets`]: the files they come from
//! - [`background`]: threads for work that nobody waits for
//! - [`pages`]: data to final HTML
//! - [`search`]: finding pages
//! - [`edition`]: everything the server answers with at one moment
//! - [`shelf`]: the editions that are shown now, replaced as the content changes
//! - [`wiki`]: accounts and the store of pages, when pages can be edited
//! - [`app`]: the running site
//! - [`backup`]: the repository and the database in one file
//! - [`http`]: requests to answers; [`http::routes`] is the table of addresses
//! - [`cli`], [`config`]: the program

pub mod address;
pub mod app;
pub mod assets;
pub mod background;
pub mod backup;
pub mod catalog;
pub mod cli;
pub mod config;
pub mod content;
pub mod diagnostic;
pub mod document;
pub mod edition;
pub mod folder;
pub mod http;
pub mod i18n;
pub mod markdown;
pub mod mime;
pub mod pages;
pub mod search;
pub mod settings;
pub mod shelf;
pub mod too_long;
pub mod wiki;
