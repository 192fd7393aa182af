//! What browser tests are written with: the real server, a real Chromium, and nothing of either left behind.
//!
//! - [`site`]: the server on a port of its own
//! - [`wiki`]: the server as a wiki, and people who sign in to it
//! - [`editor`]: the editor of a page in a browser
//! - [`browser`]: a browser window, as a person would use it
//! - [`requests`]: what the window asked for
//! - [`audit`]: what must hold on every page
//! - [`modules`]: the built WebAssembly modules, loaded without the site
//! - [`files`]: folders served as they are
//! - [`settings`]: random settings of a lab
//! - [`process`]: programs that end with their test
//!
//! A harness has nobody to hand an error to but the test: it panics with what happened.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

pub mod audit;
pub mod browser;
pub mod editor;
pub mod files;
pub mod modules;
pub mod process;
pub mod requests;
pub mod settings;
pub mod site;
pub mod wiki;

pub use browser::{Browser, Window};
pub use editor::Editor;
pub use site::Site;
pub use wiki::Wiki;

use std::path::{Path, PathBuf};

/// A path of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("e2e lies in the repository").join(path)
}

/// Panics with the place where two long texts begin to differ.
#[track_caller]
pub fn assert_same_text(left: &str, right: &str) {
    if left == right {
        return;
    }
    let same = left.chars().zip(right.chars()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| text.chars().skip(same.saturating_sub(60)).take(160).collect::<String>();
    panic!("different after {same} characters:\n left: …{}…\nright: …{}…", around(left), around(right));
}
