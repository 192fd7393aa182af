//! `casebook lab list` and `casebook lab run`.

use super::{Failure, ListFormat, language, print};
use crate::{catalog, settings};
use anyhow::Context;
use clap::{Args, ValueEnum};
use sim_wasm::export;
use sim_wasm::lab::{self, Kind, Lab};
use sim_wasm::nearest::nearest;
use sim_wasm::text::Lang;
use sim_wasm::view;
use std::fs;
use std::io::{self, IsTerminal};

/// What `lab run` takes.
#[derive(Args, Debug)]
pub(super) struct Run {
    /// The lab: see `casebook lab list`
    id: String,
    /// Settings, such as `server_kernel=3.10`; `script=@FILE` takes a text from a file
    #[arg(value_name = "NAME=VALUE", value_parser = setting)]
    settings: Vec<(String, String)>,
    /// Start from this scene instead of the defaults
    #[arg(long, env = "CASEBOOK_PRESET")]
    preset: Option<String>,
    /// How to print the report
    #[arg(long, value_enum, default_value = "text", env = "CASEBOOK_FORMAT")]
    format: Format,
    /// Language of the report
    #[arg(long, value_parser = language, default_value = "en", env = "CASEBOOK_LANG")]
    lang: Lang,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// Everything, for programs
    Json,
    /// The events, for spreadsheets
    Csv,
    /// The packets, for Wireshark
    Pcapng,
    /// A picture
    Svg,
    /// The result as it stands on the lab's page
    Html,
}

pub(super) const NO_TERMINAL: &str =
    "a capture is binary: redirect it, such as `> run.pcapng`, or pipe it, such as `| tshark -r -`";

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_string(), value.to_string())),
        _ => Err("a setting is written name=value".to_string()),
    }
}

pub(super) fn list(format: ListFormat, lang: Lang) -> Result<(), Failure> {
    match format {
        ListFormat::Text => print(&catalog::to_text(lang)),
        ListFormat::Json => print(&format!("{:#}\n", catalog::all())),
    }
}

impl Run {
    pub(super) fn run(self) -> Result<(), Failure> {
        let lab = lab::find(&self.id).ok_or_else(|| Failure::Usage(no_such_lab(&self.id)))?;
        let preset = self.preset.as_deref();
        let given = self.settings.into_iter().map(|setting| from_file(lab, setting));
        let given = given.collect::<Result<Vec<_>, Failure>>()?;
        let params = settings::params(lab, preset, &given, self.lang).map_err(|wrongs| {
            let messages: Vec<String> = wrongs.into_iter().map(|wrong| wrong.message).collect();
            Failure::Usage(messages.join("; "))
        })?;
        if matches!(self.format, Format::Pcapng) && !lab.packets {
            return Err(Failure::Usage(format!(
                "`{}` has no packets to capture: take json, csv or svg",
                lab.id
            )));
        }
        if matches!(self.format, Format::Pcapng) && io::stdout().is_terminal() {
            return Err(Failure::Usage(NO_TERMINAL.to_string()));
        }
        let report = params.run(self.lang);
        let file = |format: export::Format| print(&format.file(&report, self.lang));
        match self.format {
            Format::Text => print(&view::text(&report, self.lang)),
            Format::Json => print(&format!("{}\n", report.to_json())),
            Format::Csv => file(export::Format::Csv),
            Format::Pcapng => file(export::Format::Pcapng),
            Format::Svg => file(export::Format::Svg),
            Format::Html => {
                print(&format!("{}\n", view::result_html(&report, self.lang, lab.id, view::Detail::Full)))
            }
        }
    }
}

/// A text that is named as `@FILE`, read.
fn from_file(lab: &Lab, (name, value): (String, String)) -> Result<(String, String), Failure> {
    let takes_text = lab.param(&name).is_some_and(|param| matches!(param.kind, Kind::Text { .. }));
    let Some(path) = value.strip_prefix('@').filter(|_| takes_text) else { return Ok((name, value)) };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {path} for `{name}`"))?;
    Ok((name, text))
}

fn no_such_lab(id: &str) -> String {
    let ids: Vec<&str> = lab::all().iter().map(|lab| lab.id).collect();
    match nearest(id, ids.iter().copied()) {
        Some(near) => format!("there is no lab `{id}`; did you mean `{near}`?"),
        None => format!("there is no lab `{id}`; there are: {}", ids.join(", ")),
    }
}
