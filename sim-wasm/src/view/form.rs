//! A lab's parameters as the fields of an HTML form.

use super::html::{escape, prose};
use super::table::columns;
use crate::lab::{Group, Kind, Lab, Param, ParamError, Params};
use crate::text::{Lang, PageText};
use std::fmt::Write;

/// What a form shows in its fields.
#[derive(Debug)]
pub enum Filled<'a> {
    /// Valid values, with remarks on those that have no effect.
    Valid(&'a Params),
    /// Values as a reader typed them, with what is wrong.
    Wrong {
        /// Name and text of each field that was given.
        given: &'a [(String, String)],
        /// What is wrong with them.
        errors: &'a [ParamError],
    },
}

impl Filled<'_> {
    fn text(&self, param: &'static Param) -> String {
        match self {
            Filled::Valid(params) => params.get(param.name).to_string(),
            Filled::Wrong { given, .. } => given
                .iter()
                .rev()
                .find(|(name, _)| name == param.name)
                .map_or(param.default.to_string(), |(_, text)| text.clone()),
        }
    }

    fn note(&self, param: &Param, lang: Lang) -> Option<String> {
        match self {
            Filled::Valid(params) => {
                params.notes(lang).into_iter().find(|(name, _)| *name == param.name).map(|(_, note)| note)
            }
            Filled::Wrong { .. } => None,
        }
    }

    fn error(&self, param: &Param, lang: Lang) -> Option<String> {
        match self {
            Filled::Valid(_) => None,
            Filled::Wrong { errors, .. } => {
                errors.iter().find(|error| error.name == param.name).map(|error| error.remark(lang))
            }
        }
    }
}

/// Columns of the longest option that fits beside its label.
const SHORT_OPTION: usize = 16;

/// Lines of a text that a form shows at most; the rest is scrolled to.
const MOST_LINES: usize = 60;

/// The fieldsets of a lab's form, without the `form` element itself. `prefix` makes its ids unique on a page.
pub fn fields_html(lab: &'static Lab, filled: &Filled<'_>, lang: Lang, prefix: &str) -> String {
    let mut out = String::new();
    for group in Group::ALL {
        let params = lab.params.iter().filter(|param| param.group == group);
        if params.clone().next().is_none() {
            continue;
        }
        let _ = write!(out, "<fieldset><legend>{}</legend>", group.label().get(lang));
        for param in params {
            field(&mut out, param, filled, lang, prefix);
        }
        out.push_str("</fieldset>");
    }
    out
}

fn field(out: &mut String, param: &'static Param, filled: &Filled<'_>, lang: Lang, prefix: &str) {
    let name = param.name;
    let id = escape(&format!("{prefix}-{name}"));
    let value = escape(&filled.text(param));
    let (note, error) = (filled.note(param, lang), filled.error(param, lang));
    let long = match &param.kind {
        Kind::Choice(choices) => choices.iter().any(|choice| columns(choice.label.get(lang)) > SHORT_OPTION),
        _ => false,
    };
    let class = match (&note, &error) {
        (_, Some(_)) => "field wrong",
        (Some(_), _) => "field unused",
        _ => "field",
    };
    let class = match &param.kind {
        Kind::Text { .. } => format!("{class} long text"),
        _ if long => format!("{class} long"),
        _ => class.to_string(),
    };
    let invalid = if error.is_some() { " aria-invalid=\"true\"" } else { "" };
    let _ = write!(
        out,
        "<div class=\"{class}\" data-field=\"{name}\"><label for=\"{id}\">{}</label>",
        escape(param.label.get(lang))
    );
    let described = format!("aria-describedby=\"{id}-help {id}-note\"{invalid}");
    match &param.kind {
        Kind::Int { min, max, step } | Kind::Wide { min, max, step, .. } => {
            let most = param.kind.range().map_or(*max, |(_, most)| most);
            let unit = escape(param.unit.get(lang));
            // The number box is the field; the slider is only its handle, which script connects and shows.
            let _ = write!(
                out,
                "<span class=\"number\"><input type=\"number\" id=\"{id}\" name=\"{name}\" value=\"{value}\" min=\"{min}\" max=\"{most}\" step=\"1\" inputmode=\"numeric\" required {described}><span class=\"unit\">{unit}</span></span><input type=\"range\" class=\"slider\" min=\"{min}\" max=\"{max}\" step=\"{step}\" value=\"{value}\" aria-label=\"{}\" data-for=\"{id}\" hidden>",
                escape(param.label.get(lang))
            );
        }
        Kind::Choice(choices) => {
            let _ = write!(out, "<select id=\"{id}\" name=\"{name}\" {described}>");
            for choice in *choices {
                option(out, choice.value, choice.label.get(lang), &value);
            }
            out.push_str("</select>");
        }
        Kind::Kernel(offered) => {
            let _ = write!(out, "<select id=\"{id}\" name=\"{name}\" {described}>");
            // Any version is accepted; one that is not on the list is put in front of it.
            if !offered.contains(&value.as_str()) {
                option(out, &value, &value, &value);
            }
            for version in *offered {
                let label = if *version == "el7" { "el7 (3.10.0-1160)" } else { version };
                option(out, version, label, &value);
            }
            out.push_str("</select>");
        }
        Kind::Text { lines, .. } => {
            let lines = value.split('\n').count().clamp(*lines, MOST_LINES);
            // The first newline of a `textarea` is not part of its text.
            let _ = write!(
                out,
                "<textarea id=\"{id}\" name=\"{name}\" rows=\"{lines}\" wrap=\"off\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\" translate=\"no\" {described}>\n{value}</textarea>"
            );
        }
    }
    let help = escape(param.help.get(lang));
    let remark = escape(error.or(note).unwrap_or_default().as_str());
    let _ = write!(out, "<small class=\"note\" id=\"{id}-note\">{remark}</small>");
    let _ = write!(out, "<small class=\"help\" id=\"{id}-help\">{help}</small>");
    if let Kind::Text { guide, .. } = &param.kind {
        self::guide(out, guide, lang);
    }
    out.push_str("</div>");
}

/// The language of a text in brief.
fn guide(out: &mut String, guide: &[(&str, PageText)], lang: Lang) {
    if guide.is_empty() {
        return;
    }
    let summary = lang.pick("The language in brief", "语言速览");
    let _ = write!(out, "<details class=\"guide\"><summary>{summary}</summary><dl>");
    for (form, means) in guide {
        let _ = write!(out, "<dt>{}</dt><dd>{}</dd>", escape(form), prose(means.get(lang)));
    }
    out.push_str("</dl></details>");
}

/// `value` and `chosen` are escaped already, `label` is not.
fn option(out: &mut String, value: &str, label: &str, chosen: &str) {
    let selected = if value == chosen { " selected" } else { "" };
    let _ = write!(out, "<option value=\"{value}\"{selected}>{}</option>", escape(label));
}
