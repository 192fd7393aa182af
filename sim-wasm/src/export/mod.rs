//! Reports as files for other programs: JSON, CSV for spreadsheets, pcapng for packet analysers, SVG.

mod csv;
mod figures;
mod pcapng;
mod wire;

pub use wire::endpoints;

use crate::lab::{Lab, Report};
use crate::text::Lang;
use crate::view;

/// A kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Everything, as one object.
    #[default]
    Json,
    /// The events, one row each; of a lab without packets the values of its figures.
    Csv,
    /// The packets, as a capture.
    Pcapng,
    /// The pictures as one.
    Svg,
}

impl Format {
    /// Every format, in the order they are offered.
    pub const ALL: [Format; 4] = [Format::Json, Format::Csv, Format::Pcapng, Format::Svg];

    /// Those that a lab has: a capture needs packets.
    pub fn of(lab: &Lab) -> impl Iterator<Item = Format> {
        let captures = lab.packets;
        Format::ALL.into_iter().filter(move |format| captures || *format != Format::Pcapng)
    }

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
            Format::Csv if !report.has_packets() => figures::csv(report).into_bytes(),
            Format::Csv => csv::csv(report).into_bytes(),
            Format::Pcapng => pcapng::pcapng(report, lang),
            Format::Svg => view::svg(report, lang).into_bytes(),
        }
    }
}
