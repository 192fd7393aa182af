//! The real server in a real browser. `cargo test -p e2e --test browser`; docs/testing.md says more.
//!
//! - `parity`: native code and WebAssembly give the same reports
//! - `without_javascript`: a lab is a form that the server answers
//! - `live_lab`: a lab answers while its settings are dragged
//! - `keyboard`: every lab by keyboard alone
//! - `exported`: what `casebook export` writes, from a plain server of files
//! - `reading`: bets, links to a changed lab, the other language
//! - `loading`: what is loaded when, and that nothing jumps
//! - `long_runs`: what takes long is made beside the page, and can be stopped
//! - `search`: results while one types, and as a page
//! - `scripts`: a packet script is answered while it is written
//! - `wiki`: accounts, the editor, history, and that no text is lost
//! - `wiki_comments`: comments beside the paragraphs of a page
//! - `offline`: reading without the site
//! - `printing`: pages on paper
//! - `pages`: what must hold on every page
//! - `audits`: that the audits of pages find what they are for

#[macro_use]
mod sites;

mod audits;
mod exported;
mod keyboard;
mod live_lab;
mod loading;
mod long_runs;
mod markup;
mod offline;
mod pages;
mod parity;
mod printing;
mod reading;
mod scripts;
mod search;
mod wiki;
mod wiki_comments;
mod without_javascript;
