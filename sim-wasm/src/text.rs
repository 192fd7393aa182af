//! The two languages every word a reader sees is written in.

use serde::Serialize;
use std::borrow::Cow;
#[cfg(not(target_arch = "wasm32"))]
use std::ops::Deref;

/// A language of the interface and the content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Every language, in the order they are offered.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// The code used in addresses, file names and `--lang`: `en` or `zh`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh",
        }
    }

    /// The language with this code, if there is one.
    pub fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|lang| lang.code() == code)
    }

    /// The language a page in this one can be switched to.
    pub fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }

    /// A text of which some lines are there in each language: `// en: …`, `// zh: …`. Those of the other one are left out,
    /// and the words for the languages too.
    pub fn comments(self, text: &'static str) -> Cow<'static, str> {
        let (own, other) = (format!("// {}: ", self.code()), format!("// {}: ", self.other().code()));
        if !text.lines().any(|line| line.starts_with(&own)) {
            return Cow::Borrowed(text);
        }
        let lines = text.split_inclusive('\n').filter(|line| !line.starts_with(&other));
        let bare = lines.flat_map(|line| match line.strip_prefix(&own) {
            Some(comment) => ["// ", comment],
            None => ["", line],
        });
        Cow::Owned(bare.collect())
    }

    /// Picks the sentence of this language. Both are always at hand, so none can be missing.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// A fixed text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Simplified Chinese.
    pub zh: &'static str,
}

impl Text {
    /// A text in both languages.
    pub const fn new(en: &'static str, zh: &'static str) -> Text {
        Text { en, zh }
    }

    /// The same word in both, for identifiers that are never translated.
    pub const fn same(word: &'static str) -> Text {
        Text { en: word, zh: word }
    }

    /// The text in `lang`.
    pub fn get(&self, lang: Lang) -> &'static str {
        lang.pick(self.en, self.zh)
    }
}

/// A fixed text that only the server and the command line show: in forms, on pages, in lists. The module for browsers
/// is built without it, and what would read one there does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageText {
    #[cfg(not(target_arch = "wasm32"))]
    text: Text,
}

impl PageText {
    /// A text in both languages.
    #[cfg(not(target_arch = "wasm32"))]
    pub const fn new(en: &'static str, zh: &'static str) -> PageText {
        PageText { text: Text { en, zh } }
    }

    /// A text in both languages, of which nothing is kept here.
    #[cfg(target_arch = "wasm32")]
    pub const fn new(_en: &'static str, _zh: &'static str) -> PageText {
        PageText {}
    }

    /// The same word in both.
    pub const fn same(word: &'static str) -> PageText {
        PageText::new(word, word)
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Deref for PageText {
    type Target = Text;

    fn deref(&self) -> &Text {
        &self.text
    }
}
