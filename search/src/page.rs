//! What is told of a page, and which of its parts count how much.

use serde::{Deserialize, Serialize};

/// A page as it is searched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Page {
    /// What it is known by; no other page has the same.
    pub key: String,
    /// Its language: `en` or `zh`.
    pub lang: String,
    /// Its path without language.
    pub path: String,
    /// Where it is read.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Its categories.
    pub categories: Vec<String>,
    /// Names of the labs in it.
    pub labs: Vec<String>,
    /// Its text. What comes before the first heading is a section without heading and anchor.
    pub sections: Vec<Section>,
}

/// What stands below a heading, up to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// Where the heading is: `#anchor` of the page.
    pub anchor: String,
    /// The heading.
    pub heading: String,
    /// Running text.
    pub text: String,
    /// Code.
    pub code: String,
}

/// A part of a page in which terms are told apart, in the order in which a section has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    /// The title.
    Title,
    /// Tags, categories, names of labs, the path.
    Labels,
    /// A heading.
    Heading,
    /// Running text.
    Text,
    /// Code.
    Code,
}

impl Field {
    pub(crate) const ALL: [Field; 5] =
        [Field::Title, Field::Labels, Field::Heading, Field::Text, Field::Code];

    /// How much a term counts here, compared with running text.
    pub(crate) fn weight(self) -> f32 {
        match self {
            Field::Title => 12.0,
            Field::Heading => 4.0,
            Field::Labels => 5.0,
            Field::Text => 1.0,
            Field::Code => 0.7,
        }
    }
}

impl Page {
    /// The texts of a section, by field. Those of the page as a whole belong to its first section.
    pub(crate) fn fields(&self, section: usize) -> Vec<(Field, String)> {
        let mut fields = Vec::with_capacity(5);
        if section == 0 {
            fields.push((Field::Title, self.title.clone()));
            let labels = self.tags.iter().chain(&self.categories).chain(&self.labs).map(String::as_str);
            let labels: Vec<&str> = labels.chain([self.path.as_str()]).collect();
            fields.push((Field::Labels, labels.join(" · ")));
        }
        if let Some(section) = self.sections.get(section) {
            fields.push((Field::Heading, section.heading.clone()));
            fields.push((Field::Text, section.text.clone()));
            fields.push((Field::Code, section.code.clone()));
        }
        fields
    }

    /// A page without text has one section all the same, for its title.
    pub(crate) fn section_count(&self) -> usize {
        self.sections.len().max(1)
    }
}
