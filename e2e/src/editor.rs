//! The editor of a page, by keyboard and pointer.

use crate::browser::Browser;
use serde_json::json;
use thirtyfour::Key;

/// Where the text is written.
const TEXT: &str = ".cm-content";

/// The editor in a browser window.
pub struct Editor<'a> {
    browser: &'a Browser,
}

impl Editor<'_> {
    /// Opens the editor of the page at `page` (`/en/tcp/syn`), and waits until one can write.
    pub fn open<'a>(browser: &'a Browser, page: &str) -> Editor<'a> {
        browser.open(&format!("/-/edit{page}"));
        Editor::ready(browser)
    }

    /// The editor that is open in a window, once one can write.
    pub fn ready(browser: &Browser) -> Editor<'_> {
        browser.wait_until(&format!("document.querySelector('{TEXT}:not([aria-readonly])')"));
        Editor { browser }
    }

    /// The text as it is now.
    pub fn text(&self) -> String {
        self.browser.value("text")
    }

    /// Writes at the end of the text.
    pub fn append(&self, text: &str) {
        self.browser.click(TEXT);
        self.browser.chord(Key::Control, Key::End);
        self.browser.press(text);
    }

    /// Writes at the end of the first line that begins with `start`.
    pub fn append_to(&self, start: &str, text: &str) {
        let script = "return [...document.querySelectorAll('.cm-line')].findIndex((line) => line.textContent.startsWith(arguments[0])) + 1";
        let line: usize = self.browser.script(script, &[json!(start)]);
        assert!(line > 0, "no line begins with {start}:\n{}", self.text());
        self.browser.click(&format!("{TEXT} > .cm-line:nth-child({line})"));
        self.browser.press(&format!("{}{text}", char::from(Key::End)));
    }

    /// Saves by keyboard.
    pub fn save(&self) {
        self.browser.chord(Key::Control, 's');
    }

    /// Saves by keyboard, and waits for the page at `page`.
    pub fn save_to(&self, page: &str) {
        self.save();
        self.browser.eventually(&format!("saved to {page}"), |browser| browser.path() == page);
    }

    /// What the editor says of itself.
    pub fn state(&self) -> String {
        self.browser.text("#edit-state")
    }
}
