//! Deterministic models of Linux networking, and the labs built on them.
//!
//! - [`text`]: the two languages
//! - [`kernel`]: what a kernel version changes
//! - [`nearest`]: the known name that a wrong one is most like
//! - [`sorted`]: a map whose code is small
//! - [`net`]: packets, links, address translation
//! - [`tcp`]: Linux's TCP
//! - [`world`]: hosts and network, stepped from event to event
//! - [`lab`]: what a lab is: parameters, presets, report
//! - [`script`]: packet scripts, read into data
//! - [`packet`]: packet scripts, run against the TCP of a kernel
//! - [`labs`]: the labs, one module each
//! - [`view`]: reports as HTML, SVG and text, the same bytes wherever they are made
//! - [`export`]: reports as files for other programs
//! - [`api`]: the few calls that a page, a server or a test needs, on plain strings
//!
//! Nothing here asks for the time, rolls dice of its own, or knows files, HTTP or browsers (but for `js`).

pub mod api;
#[cfg(not(target_arch = "wasm32"))]
pub mod export;
pub mod kernel;
pub mod lab;
pub mod labs;
pub mod nearest;
pub mod net;
pub mod packet;
pub mod rng;
pub mod script;
pub mod sorted;
pub mod tcp;
pub mod text;
pub mod time;
pub mod view;
pub mod world;

#[cfg(target_arch = "wasm32")]
mod js;
