//! The labs as data: what each takes and which scenes it has, for programs and for the terminal.

use serde_json::{Value, json};
use sim_wasm::lab::{Kind, Lab, Param, Preset};
use sim_wasm::text::{Lang, Text};
use std::fmt::Write;

/// A lab as JSON.
pub fn lab(lab: &Lab) -> Value {
    json!({
        "id": lab.id,
        "title": text(*lab.title),
        "summary": text(*lab.summary),
        "model": lab.model,
        "params": lab.params.iter().map(param).collect::<Vec<_>>(),
        "presets": lab.presets.iter().map(preset).collect::<Vec<_>>(),
        "assumptions": lab.assumptions.iter().map(|it| text(**it)).collect::<Vec<_>>(),
        "not_modelled": lab.not_modelled.iter().map(|it| text(**it)).collect::<Vec<_>>(),
    })
}

/// Every lab as JSON.
pub fn all() -> Value {
    json!({ "labs": sim_wasm::lab::all().iter().map(|it| lab(it)).collect::<Vec<_>>() })
}

fn text(text: Text) -> Value {
    json!({ "en": text.en, "zh": text.zh })
}

fn param(param: &Param) -> Value {
    let mut value = json!({
        "name": param.name,
        "label": text(*param.label),
        "help": text(*param.help),
        "default": param.default,
        "unit": text(param.unit),
        "sysctl": param.sysctl,
        "group": text(param.group.label()),
    });
    match &param.kind {
        Kind::Int { min, max, step } => {
            value["type"] = json!("int");
            value["min"] = json!(min);
            value["max"] = json!(max);
            value["step"] = json!(step);
        }
        Kind::Wide { min, max, most, step } => {
            value["type"] = json!("int");
            value["min"] = json!(min);
            value["max"] = json!(most);
            value["usual_max"] = json!(max);
            value["step"] = json!(step);
        }
        Kind::Choice(choices) => {
            value["type"] = json!("choice");
            let choices = choices.iter().map(|it| json!({ "value": it.value, "label": text(*it.label) }));
            value["choices"] = choices.collect();
        }
        Kind::Kernel(offered) => {
            value["type"] = json!("kernel");
            value["offered"] = json!(offered);
        }
        Kind::Text { max, .. } => {
            value["type"] = json!("text");
            value["max_bytes"] = json!(max);
        }
    }
    value
}

fn preset(preset: &Preset) -> Value {
    let values: serde_json::Map<String, Value> =
        preset.values.iter().map(|(name, value)| (name.to_string(), json!(value))).collect();
    json!({
        "id": preset.id,
        "title": text(*preset.title),
        "summary": text(*preset.summary),
        "values": values,
    })
}

/// Every lab for the terminal.
pub fn to_text(lang: Lang) -> String {
    let mut out = String::new();
    for lab in sim_wasm::lab::all() {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}  {}\n    {}\n", lab.id, lab.title.get(lang), lab.summary.get(lang));
        for param in lab.params {
            let unit = param.unit.get(lang);
            let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
            let default = match param.kind {
                Kind::Text { .. } => "",
                _ => param.default,
            };
            let _ = writeln!(out, "    {} = {default}{unit}  [{}]", param.name, takes(param));
            let _ = writeln!(out, "        {}", param.help.get(lang));
        }
        let _ = writeln!(out);
        for preset in lab.presets {
            let _ = writeln!(out, "    --preset {}  {}", preset.id, preset.title.get(lang));
        }
    }
    out
}

fn takes(param: &Param) -> String {
    match &param.kind {
        Kind::Int { min, max, .. } | Kind::Wide { min, most: max, .. } => format!("{min}..{max}"),
        Kind::Choice(choices) => choices.iter().map(|choice| choice.value).collect::<Vec<_>>().join("|"),
        Kind::Kernel(offered) => offered.join("|"),
        Kind::Text { max, .. } => format!("text or @file, {max} bytes"),
    }
}
