//! Reading rows, and the words that enumerations are stored as.

use sqlx::Row;
use sqlx::any::AnyRow;

use crate::{Error, Result};

/// An enumeration that is stored as a word per value.
pub(crate) trait Word: Sized {
    /// The value that `text` stands for.
    fn from_word(text: &str) -> Option<Self>;
}

/// Declares an enumeration and the word of each of its values.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $word)] $value,)+
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[$name] = &[$($name::$value),+];

            /// The word that it is stored as and that forms use.
            pub const fn word(self) -> &'static str {
                match self {
                    $($name::$value => $word,)+
                }
            }

            /// The value of a word.
            pub fn parse(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|value| value.word() == word)
            }
        }

        impl $crate::row::Word for $name {
            fn from_word(text: &str) -> Option<Self> {
                $name::parse(text)
            }
        }
    };
}
pub(crate) use words;

/// The columns of a row by name, in the few types that there are.
pub(crate) trait Columns {
    fn text(&self, column: &str) -> Result<String>;
    fn text_or_null(&self, column: &str) -> Result<Option<String>>;
    fn int(&self, column: &str) -> Result<i64>;
    fn int_or_null(&self, column: &str) -> Result<Option<i64>>;

    fn bool(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    fn word<W: Word>(&self, column: &str) -> Result<W> {
        let value = self.text(column)?;
        W::from_word(&value).ok_or_else(|| Error::Stored { column: column.to_string(), value })
    }
}

impl Columns for AnyRow {
    fn text(&self, column: &str) -> Result<String> {
        Ok(self.try_get(column)?)
    }

    fn text_or_null(&self, column: &str) -> Result<Option<String>> {
        Ok(self.try_get(column)?)
    }

    fn int(&self, column: &str) -> Result<i64> {
        Ok(self.try_get(column)?)
    }

    fn int_or_null(&self, column: &str) -> Result<Option<i64>> {
        Ok(self.try_get(column)?)
    }
}
