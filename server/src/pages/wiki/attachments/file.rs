//! A file beside a page, and the pages that use it.

use crate::address;
use crate::content::page::Page;
use crate::content::path::{Kind, classify};
use crate::i18n::attachments::{self, length};
use crate::mime;
use crate::pages::Link;
use sim_wasm::text::Lang;
use std::borrow::Borrow;

/// How many pages a line of the list names.
const NAMED: usize = 3;

/// Width and height of the largest preview, in pixels.
const PREVIEW: (u32, u32) = (96, 72);

/// The same of the picture on the page of the file.
const SHOWN: (u32, u32) = (640, 480);

/// A file beside a page.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path, relative to the content folder.
    pub file: String,
    /// Its length.
    pub bytes: u64,
    /// Width and height, for a picture that says so.
    pub size: Option<(u32, u32)>,
    /// The pages that use it.
    pub used_by: Vec<User>,
}

/// A page that uses a file.
#[derive(Clone, Debug)]
pub struct User {
    /// Its own file.
    pub file: String,
    /// Where it is read.
    pub link: Link,
    /// It is a draft, or its head cannot be read: the link leads to its history.
    pub hidden: bool,
}

impl User {
    /// A page of the site.
    pub fn of(page: &Page) -> User {
        let link = Link::new(page.address(), format!("{} ({})", page.title, page.lang.code()));
        User { file: page.file.clone(), link, hidden: false }
    }

    /// A page that is not shown, by its file.
    pub fn hidden(file: &str) -> User {
        let href = match classify(file) {
            Kind::Page { path, lang, .. } => address::wiki("history", lang, path.as_str()),
            Kind::Attachment => String::new(),
        };
        User { file: file.to_string(), link: Link::new(href, file), hidden: true }
    }
}

impl File {
    /// Its address, the same file in both languages. Templates hand over references, code values.
    pub fn address(&self, lang: impl Borrow<Lang>) -> String {
        format!("/{}/{}", lang.borrow().code(), address::path(&self.file))
    }

    /// What is done with it: `file`, `replace`, `version`, …
    pub(super) fn wiki(&self, verb: &str) -> String {
        format!("/-/attachments/{verb}/{}", address::path(&self.file))
    }

    pub(super) fn name(&self) -> &str {
        self.file.rsplit('/').next().unwrap_or_default()
    }

    pub(super) fn folder(&self) -> &str {
        self.file.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    pub(super) fn kind(&self) -> &'static str {
        let content_type = mime::of_attachment(&self.file).content_type;
        content_type.split(';').next().unwrap_or_default()
    }

    pub(super) fn length(&self) -> String {
        length(self.bytes)
    }

    /// `.png`: what a form offers to choose from.
    pub(super) fn ending(&self) -> String {
        self.name().rsplit_once('.').map_or(String::new(), |(_, ending)| format!(".{ending}"))
    }

    /// Width and height of its preview, when browsers can show it as a picture.
    pub(super) fn preview(&self) -> Option<(u32, u32)> {
        self.fitted(PREVIEW)
    }

    /// Width and height of the picture on its own page.
    pub(super) fn shown(&self) -> Option<(u32, u32)> {
        self.fitted(SHOWN)
    }

    fn fitted(&self, (widest, highest): (u32, u32)) -> Option<(u32, u32)> {
        let (width, height) = self.size.filter(|_| self.kind().starts_with("image/"))?;
        let scaled = |side: u32, most: u32, of: u32| {
            let scaled = u64::from(side) * u64::from(most) / u64::from(of.max(1));
            u32::try_from(scaled).unwrap_or(most).max(1)
        };
        // Whichever side is too long by more decides.
        let (width, height) = match width <= widest && height <= highest {
            true => (width, height),
            false if u64::from(width) * u64::from(highest) >= u64::from(height) * u64::from(widest) => {
                (widest, scaled(height, widest, width))
            }
            false => (scaled(width, highest, height), highest),
        };
        Some((width, height))
    }

    pub(super) fn first_users(&self) -> &[User] {
        &self.used_by[..self.used_by.len().min(NAMED)]
    }

    pub(super) fn other_users(&self, lang: &Lang) -> Option<String> {
        let others = self.used_by.len().saturating_sub(NAMED);
        (others > 0).then(|| attachments::more(*lang, others))
    }
}

#[cfg(test)]
mod tests {
    use super::File;

    #[test]
    fn previews_keep_their_shape() {
        for (name, size, preview) in [
            ("a.png", Some((960, 720)), Some((96, 72))),
            ("a.png", Some((9600, 10)), Some((96, 1))),
            ("a.png", Some((10, 7200)), Some((1, 72))),
            ("a.png", Some((4, 2)), Some((4, 2))),
            ("a.svg", Some((u32::MAX, u32::MAX)), Some((72, 72))),
            ("a.png", None, None),
            ("a.zip", Some((4, 2)), None),
        ] {
            let file = File { file: name.to_string(), bytes: 0, size, used_by: Vec::new() };
            assert_eq!(file.preview(), preview, "{name} {size:?}");
        }
    }
}
