//! A lab: parameters in, report out. The registry of all of them.
//!
//! - [`param`]: what a lab takes
//! - [`query`]: its values in an address
//! - [`report`]: what it gives
//! - [`figure`]: its pictures that are no curves over time
//! - [`series`]: curves of any length in few points
//! - [`time_sequence`]: one direction of a connection over time
//! - [`long`]: runs piece by piece
//! - [`script`]: the script of a run in it, line by line
//! - [`trace`]: how a run of hosts becomes a report
//! - [`ss`]: sockets as the tool prints them

#[cfg(test)]
mod double;
pub mod figure;
pub mod long;
pub mod param;
pub mod query;
pub mod report;
pub mod script;
pub mod series;
pub mod ss;
pub mod time_sequence;
pub mod trace;

use crate::kernel::KernelVersion;
use crate::nearest::nearest;
use crate::text::{Lang, PageText, Text};
pub use long::Long;
pub use param::{Choice, Group, Kind, Param, ParamError, Problem, Value};
pub use report::Report;
use std::borrow::Cow;

/// A simulator with its parameters, presets and limits.
#[derive(Debug)]
pub struct Lab {
    /// Identifier in addresses and lab blocks.
    pub id: &'static str,
    /// Name shown to readers.
    pub title: PageText,
    /// What it lets a reader find out, in a sentence or two.
    pub summary: PageText,
    /// What it takes.
    pub params: &'static [Param],
    /// Named settings: the figures of the articles.
    pub presets: &'static [Preset],
    /// The totals that stand below the verdict, with what readers see; those that a report lacks are passed over.
    pub shown: &'static [(&'static str, Text)],
    /// What the model takes for granted.
    pub assumptions: &'static [PageText],
    /// What the model leaves out.
    pub not_modelled: &'static [PageText],
    /// Counts up when the same parameters would give another report.
    pub model: u32,
    /// Do its reports tell of packets of TCP one by one, so that they can be had as captures?
    pub packets: bool,
    /// What a browser measures of the reader's own machine, to be drawn over the model, and what it cannot see; none where
    /// there is nothing to measure.
    pub measures: Option<PageText>,
    /// Runs the model.
    pub run: fn(&Params, Lang) -> Report,
    /// How a long run goes; none for a lab whose runs are all short.
    pub long: Option<Long>,
    /// Remarks on settings that this combination does not use, by parameter name.
    pub notes: fn(&Params, Lang) -> Vec<(&'static str, String)>,
}

/// A named setting of a lab.
#[derive(Debug)]
pub struct Preset {
    /// Name in addresses and lab blocks.
    pub id: &'static str,
    /// Name shown to readers.
    pub title: PageText,
    /// What is to be seen in it.
    pub summary: PageText,
    /// What it sets; everything else keeps its default.
    pub values: &'static [(&'static str, &'static str)],
}

static LABS: &[&Lab] = &[
    #[cfg(feature = "paws")]
    &crate::labs::paws::LAB,
    #[cfg(feature = "rst-handshake")]
    &crate::labs::rst_handshake::LAB,
    #[cfg(feature = "accept-queue")]
    &crate::labs::accept_queue::LAB,
    #[cfg(feature = "time-wait")]
    &crate::labs::time_wait::LAB,
    #[cfg(feature = "tcp-timers")]
    &crate::labs::tcp_timers::LAB,
    #[cfg(feature = "tcp-buffer")]
    &crate::labs::tcp_buffer::LAB,
    #[cfg(feature = "mtu")]
    &crate::labs::mtu::LAB,
    #[cfg(feature = "nagle")]
    &crate::labs::nagle::LAB,
    #[cfg(feature = "packet")]
    &crate::labs::packet::LAB,
    #[cfg(feature = "packet-journey")]
    &crate::labs::packet_journey::LAB,
    #[cfg(feature = "lvs-modes")]
    &crate::labs::lvs_modes::LAB,
    #[cfg(feature = "lvs-schedule")]
    &crate::labs::lvs_schedule::LAB,
    #[cfg(feature = "dns")]
    &crate::labs::dns::LAB,
    #[cfg(feature = "numa")]
    &crate::labs::numa::LAB,
    #[cfg(feature = "spinlock")]
    &crate::labs::spinlock::LAB,
    #[cfg(feature = "cache-line")]
    &crate::labs::cache_line::LAB,
    #[cfg(feature = "closed-loop")]
    &crate::labs::closed_loop::LAB,
    #[cfg(test)]
    &double::LAB,
];

/// Every lab that this build has, in the order of the gallery.
pub fn all() -> &'static [&'static Lab] {
    LABS
}

/// The lab with this id.
pub fn find(id: &str) -> Option<&'static Lab> {
    all().iter().copied().find(|lab| lab.id == id)
}

impl Lab {
    /// The parameter of this name.
    pub fn param(&self, name: &str) -> Option<&'static Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The preset of this name.
    pub fn preset(&self, id: &str) -> Option<&'static Preset> {
        self.presets.iter().find(|preset| preset.id == id)
    }

    /// The values of a preset, or the defaults when `preset` is `None`, changed by `settings`.
    ///
    /// # Errors
    /// One [`ParamError`] for each setting that cannot be used, in their order.
    pub fn params<'a>(
        &'static self,
        preset: Option<&str>,
        settings: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Params, Vec<ParamError>> {
        self.params_in(Lang::En, preset, settings)
    }

    /// The same, with the comments of preset and default texts in a language.
    ///
    /// # Errors
    /// The same.
    pub fn params_in<'a>(
        &'static self,
        lang: Lang,
        preset: Option<&str>,
        settings: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Params, Vec<ParamError>> {
        let mut errors = Vec::new();
        let mut texts: Vec<Cow<'a, str>> =
            self.params.iter().map(|param| lang.comments(param.default)).collect();
        let index = |name: &str| self.params.iter().position(|param| param.name == name);
        if let Some(id) = preset {
            match self.preset(id) {
                Some(preset) => {
                    for (name, value) in preset.values {
                        if let Some(at) = index(name) {
                            texts[at] = lang.comments(value);
                        }
                    }
                }
                None => errors.push(unknown(
                    id,
                    Text::new("preset", "预设"),
                    self.presets.iter().map(|preset| preset.id),
                )),
            }
        }
        let mut given = vec![false; texts.len()];
        for (name, value) in settings {
            match index(name) {
                Some(at) if given[at] => errors.push(ParamError {
                    name: name.to_string(),
                    value: value.to_string(),
                    problem: Problem::Repeated,
                }),
                Some(at) => {
                    given[at] = true;
                    texts[at] = Cow::Borrowed(value);
                }
                None => errors.push(unknown(
                    name,
                    Text::new("parameter", "参数"),
                    self.params.iter().map(|param| param.name),
                )),
            }
        }
        let mut values = Vec::with_capacity(texts.len());
        for (param, text) in self.params.iter().zip(texts) {
            match param.read(&text) {
                Ok(value) => values.push(value),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(Params { lab: self, values }) } else { Err(errors) }
    }
}

fn unknown(name: &str, what: Text, names: impl Iterator<Item = &'static str>) -> ParamError {
    let suggestion = nearest(name, names);
    ParamError {
        name: name.to_string(),
        value: String::new(),
        problem: Problem::Unknown { what, suggestion },
    }
}

/// Characters of a line that a heading has room for.
const LONGEST_LINE: usize = 60;

/// One valid value for each parameter of a lab.
#[derive(Clone, Debug)]
pub struct Params {
    lab: &'static Lab,
    values: Vec<Value>,
}

impl Params {
    /// The lab they belong to.
    pub fn lab(&self) -> &'static Lab {
        self.lab
    }

    /// Each parameter with its value, in the lab's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Param, &Value)> {
        self.lab.params.iter().zip(&self.values)
    }

    /// The value of the parameter `name`, which the lab must have.
    pub fn get(&self, name: &str) -> &Value {
        self.iter().find(|(param, _)| param.name == name).map_or(&Value::Int(0), |(_, value)| value)
    }

    /// The number in `name`; 0 for a parameter of another kind.
    pub fn int(&self, name: &str) -> i64 {
        match self.get(name) {
            Value::Int(number) => *number,
            Value::Choice(word) => word.parse().unwrap_or(0),
            Value::Kernel(_) | Value::Text(_) => 0,
        }
    }

    /// The word in `name`; empty for a parameter of another kind.
    pub fn choice(&self, name: &str) -> &'static str {
        match self.get(name) {
            Value::Choice(word) => word,
            _ => "",
        }
    }

    /// The kernel in `name`; the newest one for a parameter of another kind.
    pub fn kernel(&self, name: &str) -> KernelVersion {
        match self.get(name) {
            Value::Kernel(version) => *version,
            _ => KernelVersion::series(6, 18),
        }
    }

    /// The text in `name`; empty for a parameter of another kind.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    /// Every value as the query string of an address: `server_kernel=3.10&tw_recycle=1&…`.
    pub fn to_query(&self) -> String {
        let pairs: Vec<String> = self
            .iter()
            .map(|(param, value)| format!("{}={}", param.name, query::encode(&value.to_string())))
            .collect();
        pairs.join("&")
    }

    /// The values in which two sets differ, as each of them has it: `server_kernel 3.10`; of texts the first line that
    /// differs, with its number: `script:7 +0 < S …`.
    pub fn differences(&self, other: &Params) -> (String, String) {
        let differing = self.iter().zip(other.iter()).filter(|((_, a), (_, b))| a != b);
        let (first, second): (Vec<String>, Vec<String>) = differing
            .map(|((param, a), (_, b))| {
                let (a, b) = match (a, b) {
                    (Value::Text(a), Value::Text(b)) => parting_lines(a, b),
                    _ => (format!(" {a}"), format!(" {b}")),
                };
                (format!("{}{a}", param.name), format!("{}{b}", param.name))
            })
            .unzip();
        (first.join(", "), second.join(", "))
    }

    /// Runs the lab.
    pub fn run(&self, lang: Lang) -> Report {
        (self.lab.run)(self, lang)
    }

    /// Remarks by parameter name: on settings that this combination does not use, and on a text that no address holds.
    pub fn notes(&self, lang: Lang) -> Vec<(&'static str, String)> {
        let mut notes = (self.lab.notes)(self, lang);
        let length = self.to_query().len();
        if length > query::LONGEST {
            let longest = self.iter().max_by_key(|(_, value)| match value {
                Value::Text(text) => text.len(),
                _ => 0,
            });
            let note = lang.pick(
                format!(
                    "Too long for an address, where it takes {length} bytes of {}: it runs here, but no link leads to it.",
                    query::LONGEST
                ),
                format!(
                    "写进地址要 {length} 字节，超过了上限 {}：可以在这里运行，但没有链接能指向它。",
                    query::LONGEST
                ),
            );
            notes.extend(longest.map(|(param, _)| (param.name, note)));
        }
        notes
    }
}

/// The first line in which two texts differ, with its number, as each has it.
fn parting_lines(a: &str, b: &str) -> (String, String) {
    let same = a.split('\n').zip(b.split('\n')).take_while(|(a, b)| a == b).count();
    let line = |text: &str| {
        let line = text.split('\n').nth(same).map_or("", str::trim);
        let end = line.char_indices().nth(LONGEST_LINE).map_or(line.len(), |(at, _)| at);
        format!(":{} {}{}", same + 1, &line[..end], if end < line.len() { "…" } else { "" })
    };
    (line(a), line(b))
}
