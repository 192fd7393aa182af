//! Runs that are too long for the server: what readers, programs and authors are told instead of a result.

use crate::settings::Wrong;
use sim_wasm::lab::Params;
use sim_wasm::lab::long::SERVED;
use sim_wasm::text::Lang;

/// How long the run is, and how long it may be.
pub fn sentence(params: &Params, lang: Lang) -> String {
    // What is too long by little is not to sound like what is allowed.
    let steps = params.steps().max(SERVED + SERVED / 10);
    let (steps, most) = (count(steps, lang), count(SERVED, lang));
    lang.pick(
        format!("This run takes about {steps} steps of the model; the server makes runs of up to {most}."),
        format!("这次运行大约要让模型走 {steps}步，服务器最多运行 {most}步。"),
    )
}

/// What makes the run shorter: names for programs and authors, labels for readers.
pub fn shortened_by(params: &Params, lang: Lang, labels: bool) -> Vec<String> {
    let names = params.lab().long.as_ref().map_or(&[][..], |long| long.shortened_by);
    let shown = |name: &&str| match params.lab().param(name).filter(|_| labels) {
        Some(param) => format!("“{}”", param.label.get(lang)),
        None => format!("`{name}`"),
    };
    names.iter().map(shown).collect()
}

/// The same run on the command line, which makes runs of any length.
pub fn command(params: &Params) -> String {
    let changed = params.iter().filter(|(param, value)| value.to_string() != param.default);
    let settings: Vec<String> = changed.map(|(param, value)| format!("{}={value}", param.name)).collect();
    format!("casebook lab run {} {}", params.lab().id, settings.join(" ")).trim_end().to_string()
}

/// The message for whoever can change the settings: a program or an author.
pub fn message(params: &Params, lang: Lang) -> String {
    let lower = shortened_by(params, lang, false);
    let (sentence, command) = (sentence(params, lang), command(params));
    lang.pick(
        format!("{sentence} Lower {}; the command line has no limit: {command}", lower.join(" or ")),
        format!("{sentence}请调小 {}；命令行没有限制：{command}", lower.join("、")),
    )
}

/// The settings that would have to be lower.
pub fn fields(params: &Params, lang: Lang) -> Vec<Wrong> {
    let names = params.lab().long.as_ref().map_or(&[][..], |long| long.shortened_by);
    let wrong = |name: &&str| Wrong {
        name: name.to_string(),
        value: params.get(name).to_string(),
        message: lang.pick("lower it to make the run shorter", "调小它可以缩短运行").to_string(),
    };
    names.iter().map(wrong).collect()
}

/// A number of steps, rounded: `49.5 million`, `4950 万`.
fn count(steps: u64, lang: Lang) -> String {
    let tenths = (steps + 50_000) / 100_000;
    let millions = match tenths % 10 {
        0 => format!("{} million", tenths / 10),
        tenth => format!("{}.{tenth} million", tenths / 10),
    };
    lang.pick(millions, format!("{} 万", tenths * 10))
}
