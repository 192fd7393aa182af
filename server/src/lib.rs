//! The server and the command line.
//!
//! From the bottom up:
//!
//! - [`content`], [`markdown`]: pages as data and as HTML; pure
//! - [`folder`], [`assets`]: the files they come from
//! - [`background`]: threads for work that nobody waits for
//! - [`pages`]: data to final HTML
//! - [`edition`]: everything the server answers with at one moment
//! - [`finder`]: the index of all pages
//! - [`shelf`]: the editions that are shown now, replaced as the content changes
//! - [`wiki`]: accounts and the store of pages, when pages can be edited
//! - [`app`]: the running site
//! - [`archive`]: pages with their files as a zip
//! - [`backup`]: the repository and the database in one file
//! - [`http`]: requests to answers; [`http::routes`] is the table of addresses
//! - [`cli`], [`config`]: the program

pub mod address;
pub mod app;
pub mod archive;
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
pub mod export;
pub mod finder;
pub mod folder;
pub mod http;
pub mod i18n;
pub mod import;
pub mod markdown;
pub mod mime;
pub mod pages;
pub mod settings;
pub mod shelf;
pub mod too_long;
pub mod wiki;
