//! Reports as files for other programs: JSON, CSV for spreadsheets, pcapng for packet analysers, SVG.

mod csv;
mod pcapng;
mod wire;

pub use wire::endpoints;

use crate::lab::Report;
use crate::text::Lang;
use crate::view;

/// A kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Everything, as one object.
    #[default]
    Json,
    /// The events, one row each.
    Csv,
    /// The packets, as a capture.
    Pcapng,
    /// The pictures as one.
    Svg,
}

impl Format {
    /// Every format, in the order they are offered.
    pub const ALL: [Format; 4] = [Format::Json, Format::Csv, Format::Pcapng, Format::Svg];

    /// The word used in addresses and on the command line; file names end with it.
    pub fn word(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Pcapng => "pcapng",
            Format::Svg => "svg",
        }
    }

    /// A report as the bytes of such a file. `lang` is the report's language.
    pub fn file(self, report: &Report, lang: Lang) -> Vec<u8> {
        match self {
            Format::Json => report.to_json().into_bytes(),
            Format::Csv => csv::csv(report).into_bytes(),
            Format::Pcapng => pcapng::pcapng(report, lang),
            Format::Svg => view::svg(report, lang).into_bytes(),
        }
    }
}
