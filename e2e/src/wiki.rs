//! The server as a wiki in folders of its own, and people who sign in to it.

use crate::browser::{Browser, Window};
use crate::site::Site;
use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use tempfile::TempDir;

/// The password of everybody who has an account here.
pub const PASSWORD: &str = "three packets were lost";

/// The form of a page that is about one thing.
const FORM: &str = "form.plain";

/// A running wiki; ended when dropped.
pub struct Wiki {
    site: Site,
}

impl Wiki {
    /// Starts it for the first time, with these files as its content.
    pub fn start(files: &[(&str, &str)]) -> Wiki {
        let folder = TempDir::new().expect("a temporary folder");
        let (content, data) = (folder.path().join("content"), folder.path().join("data"));
        std::fs::create_dir(&content).expect("a folder can be made");
        for (name, text) in files {
            let file = content.join(name);
            std::fs::create_dir_all(file.parent().expect("a file lies in a folder"))
                .expect("a folder can be made");
            std::fs::write(file, text).expect("a file can be written");
        }
        let site = Site::serve(folder, |command| {
            command.arg("--wiki").arg("--content").arg(&content).arg("--data").arg(&data);
        });
        Wiki { site }
    }

    /// Where a file of the content lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.site.folder().join("content").join(name)
    }

    /// The text of a file of the content.
    pub fn file(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("no {name}: {error}"))
    }

    /// The link that the server prints for whoever starts it first: its path.
    pub fn first_link(&self) -> String {
        let output = self.output();
        let start =
            output.find("/-/join/").unwrap_or_else(|| panic!("no link in what was printed:\n{output}"));
        output[start..].split_whitespace().next().unwrap_or_default().to_string()
    }

    /// A window of the first administrator, who makes the account.
    pub fn administrator(&self, window: Window, name: &str) -> Browser {
        self.join(window, &self.first_link(), name)
    }

    /// A window of somebody who makes an account with a link.
    pub fn join(&self, window: Window, link: &str, name: &str) -> Browser {
        let browser = window.on(self);
        browser.open(link);
        browser.set("name", name);
        browser.set("display", name);
        browser.set("password", PASSWORD);
        browser.click(&format!("{FORM} button"));
        browser.eventually("the account is made", |browser| !browser.path().starts_with("/-/"));
        browser
    }

    /// A window of somebody who has an account and signs in.
    pub fn sign_in(&self, window: Window, name: &str) -> Browser {
        let browser = window.on(self);
        browser.open("/-/login");
        browser.set("name", name);
        browser.set("password", PASSWORD);
        browser.click(&format!("{FORM} button"));
        browser.eventually("signed in", |browser| !browser.path().starts_with("/-/"));
        browser
    }
}

impl Deref for Wiki {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl DerefMut for Wiki {
    fn deref_mut(&mut self) -> &mut Site {
        &mut self.site
    }
}
