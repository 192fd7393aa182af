//! Lab blocks: YAML in a fence, read against what the labs of the simulator take.

use super::lab_figure::{LabFigure, Question};
use crate::content::yaml::{self, Entry, Node, Value};
use crate::too_long;
use sim_wasm::lab::{self, Lab, ParamError, Params, Problem};
use sim_wasm::nearest::nearest;
use sim_wasm::text::{Lang, Text};

const MAX_TEXT: usize = 1000;
const CHOICES: std::ops::RangeInclusive<usize> = 2..=8;

const FIELDS: &[&str] = &["preset", "title", "question", "choices", "answer", "explain", "compare"];

/// What is wrong with a block, in both languages: one is for the page, the other for its author.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    /// Line of the file, from 1.
    pub(super) line: usize,
    /// English.
    pub(super) en: String,
    /// Chinese.
    pub(super) zh: String,
}

impl Wrong {
    fn new(line: usize, en: impl Into<String>, zh: impl Into<String>) -> Wrong {
        Wrong { line, en: en.into(), zh: zh.into() }
    }

    fn param(line: usize, error: &ParamError) -> Wrong {
        Wrong::new(line, error.message(Lang::En), error.message(Lang::Zh))
    }
}

/// A block as it stands in the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block<'a> {
    /// What follows `lab` behind the fence.
    pub(super) name: &'a str,
    /// What stands in it.
    pub(super) yaml: &'a str,
    /// Line of the fence; the YAML begins on the next one.
    pub(super) line: usize,
}

/// Reads a block. The second part is the name that its figure's id is made from.
pub(super) fn read(block: Block<'_>, lang: Lang) -> Result<(LabFigure, String), Vec<Wrong>> {
    let lab = find_lab(block).map_err(|wrong| vec![wrong])?;
    let entries = entries(block).map_err(|wrong| vec![wrong])?;
    let mut reader = Reader { lab, lang, line: block.line, entries: &entries, wrongs: Vec::new() };
    let preset = reader.text("preset");
    let params = reader.params(preset.as_ref().map(|(text, _)| text.as_str()));
    let compare = reader.compare(preset.as_ref().map(|(text, _)| text.as_str()));
    reader.check_difference(params.as_ref(), compare.as_ref());
    reader.check_length(params.iter().chain(&compare));
    let title = reader.text("title").map(|(text, _)| text);
    let question = reader.question();
    match (params, reader.wrongs.is_empty()) {
        (Some(params), true) => {
            let preset = preset.and_then(|(id, _)| lab.preset(&id));
            let title = title
                .unwrap_or_else(|| preset.map_or(lab.title, |preset| preset.title).get(lang).to_string());
            let name = preset.map_or(lab.id, |preset| preset.id);
            Ok((LabFigure { params, compare, title, question }, name.to_string()))
        }
        _ => {
            reader.wrongs.sort_by_key(|wrong| wrong.line);
            Err(reader.wrongs)
        }
    }
}

fn find_lab(block: Block<'_>) -> Result<&'static Lab, Wrong> {
    let name = block.name.trim();
    if name.is_empty() {
        let ids: Vec<&str> = lab::all().iter().map(|lab| lab.id).collect();
        return Err(Wrong::new(
            block.line,
            format!("name the lab after `lab`; there are: {}", ids.join(", ")),
            format!("请在 `lab` 后面写上实验的名称，现有：{}", ids.join("、")),
        ));
    }
    lab::find(name).ok_or_else(|| {
        let suggestion = nearest(name, lab::all().iter().map(|lab| lab.id));
        let name: String = name.chars().take(60).collect();
        let problem = Problem::Unknown { what: Text::new("lab", "实验"), suggestion };
        Wrong::param(block.line, &ParamError { name, value: String::new(), problem })
    })
}

fn entries(block: Block<'_>) -> Result<Vec<Entry>, Wrong> {
    let root = yaml::parse(block.yaml, block.line + 1).map_err(|error| {
        Wrong::new(error.line, error.message.clone(), format!("YAML 有误：{}", error.message))
    })?;
    match root {
        None => Ok(Vec::new()),
        Some(Node { value: Value::Map(entries), .. }) => Ok(entries),
        Some(node) => Err(Wrong::new(
            node.line,
            "a lab block is made of lines `name: value`",
            "实验块由 `名称: 值` 这样的行组成",
        )),
    }
}

struct Reader<'a> {
    lab: &'static Lab,
    lang: Lang,
    line: usize,
    entries: &'a [Entry],
    wrongs: Vec<Wrong>,
}

impl<'a> Reader<'a> {
    fn wrong(&mut self, line: usize, en: impl Into<String>, zh: impl Into<String>) {
        self.wrongs.push(Wrong::new(line, en, zh));
    }

    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.entries.iter().find(|entry| entry.key == key && !entry.value.is_null())
    }

    /// A field of text, with its line.
    fn text(&mut self, key: &str) -> Option<(String, usize)> {
        let entry = self.entry(key)?;
        let text = self.one_text(key, &entry.value)?;
        Some((text, entry.line))
    }

    fn one_text(&mut self, key: &str, node: &Node) -> Option<String> {
        match node.scalar() {
            Some(text) if text.len() <= MAX_TEXT => Some(text.trim().to_string()),
            Some(_) => {
                self.wrong(
                    node.line,
                    format!("`{key}` is longer than {MAX_TEXT} bytes"),
                    format!("`{key}` 超过了 {MAX_TEXT} 字节"),
                );
                None
            }
            None => {
                self.wrong(
                    node.line,
                    format!("`{key}` takes text, not {}", node.kind()),
                    format!("`{key}` 应是一段文字"),
                );
                None
            }
        }
    }

    /// The values of the block; what is wrong with them is noted.
    fn params(&mut self, preset: Option<&str>) -> Option<Params> {
        let mut settings = Vec::new();
        for entry in self.entries.iter().filter(|entry| !FIELDS.contains(&entry.key.as_str())) {
            if self.lab.param(&entry.key).is_some() {
                settings.extend(self.setting(entry));
            } else {
                let known = FIELDS.iter().copied().chain(self.lab.params.iter().map(|param| param.name));
                let problem = Problem::Unknown {
                    what: Text::new("parameter or field", "参数或字段"),
                    suggestion: nearest(&entry.key, known),
                };
                let name = entry.key.chars().take(60).collect();
                let error = ParamError { name, value: String::new(), problem };
                self.wrongs.push(Wrong::param(entry.line, &error));
            }
        }
        self.resolve(preset, &settings)
    }

    fn compare(&mut self, preset: Option<&str>) -> Option<Params> {
        let entry = self.entry("compare")?;
        let Value::Map(changes) = &entry.value.value else {
            self.wrong(
                entry.line,
                "`compare` takes values of its own, one `name: value` a line, indented",
                "`compare` 下面应缩进写出另一组值，每行一个 `名称: 值`",
            );
            return None;
        };
        let is_changed = |name: &str| changes.iter().any(|change| change.key == name);
        let first: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| self.lab.param(&entry.key).is_some() && !is_changed(&entry.key))
            .filter_map(|entry| Some((entry.key.as_str(), entry.value.scalar()?, entry.line)))
            .collect();
        let mut settings: Vec<_> = changes.iter().filter_map(|change| self.setting(change)).collect();
        settings.extend(first);
        match self.lab.params_in(self.lang, preset, settings.iter().map(|(name, value, _)| (*name, *value))) {
            Ok(params) => Some(params),
            Err(errors) => {
                // What is wrong with the first set has been said already.
                for error in errors {
                    if let Some(change) = changes.iter().find(|change| change.key == error.name) {
                        self.wrongs.push(Wrong::param(change.line, &error));
                    }
                }
                None
            }
        }
    }

    /// A comparison that shows the same thing twice is a slip.
    fn check_difference(&mut self, params: Option<&Params>, compare: Option<&Params>) {
        let line = self.entry("compare").map_or(self.line, |entry| entry.line);
        if let (Some(params), Some(compare)) = (params, compare)
            && params.to_query() == compare.to_query()
        {
            self.wrong(line, "`compare` changes no value", "`compare` 没有改变任何值");
        }
    }

    /// A page shows the result to everybody, so the server has to make it.
    fn check_length<'p>(&mut self, runs: impl Iterator<Item = &'p Params>) {
        for params in runs.filter(|params| !params.is_served()) {
            let [en, zh] = [Lang::En, Lang::Zh].map(|lang| too_long::message(params, lang));
            self.wrong(self.line, en, zh);
        }
    }

    fn setting(&mut self, entry: &'a Entry) -> Option<(&'a str, &'a str, usize)> {
        match entry.value.scalar() {
            Some(value) => Some((entry.key.as_str(), value, entry.line)),
            None => {
                self.wrong(
                    entry.line,
                    format!("`{}` takes one value, not {}", entry.key, entry.value.kind()),
                    format!("`{}` 只取一个值", entry.key),
                );
                None
            }
        }
    }

    fn resolve(&mut self, preset: Option<&str>, settings: &[(&str, &str, usize)]) -> Option<Params> {
        let pairs = settings.iter().map(|(name, value, _)| (*name, *value));
        match self.lab.params_in(self.lang, preset, pairs) {
            Ok(params) => Some(params),
            Err(errors) => {
                for error in errors {
                    let of_setting =
                        settings.iter().find(|(name, ..)| *name == error.name).map(|(.., line)| *line);
                    let of_preset = self.entry("preset").map(|entry| entry.line);
                    let line = of_setting.or(of_preset).unwrap_or(self.line);
                    self.wrongs.push(Wrong::param(line, &error));
                }
                None
            }
        }
    }

    fn question(&mut self) -> Option<Question> {
        let Some((text, line)) = self.text("question") else {
            for key in ["choices", "answer", "explain"] {
                if let Some(entry) = self.entry(key) {
                    self.wrong(
                        entry.line,
                        format!("`{key}` belongs to a `question`, and there is none"),
                        format!("`{key}` 要和 `question` 一起写，这里没有 `question`"),
                    );
                }
            }
            return None;
        };
        let choices = self.choices(line)?;
        let answer = self.answer(line, choices.len())?;
        let explain = self.text("explain").map(|(text, _)| text).unwrap_or_default();
        Some(Question { text, choices, answer, explain })
    }

    fn choices(&mut self, question: usize) -> Option<Vec<String>> {
        let entry = self.entry("choices");
        let line = entry.map_or(question, |entry| entry.line);
        let items = match entry.map(|entry| &entry.value.value) {
            Some(Value::List(items)) if CHOICES.contains(&items.len()) => items,
            _ => {
                let (least, most) = (CHOICES.start(), CHOICES.end());
                self.wrong(
                    line,
                    format!("a `question` has `choices`, a list of {least} to {most} answers"),
                    format!("`question` 要有 `choices`，列出 {least} 到 {most} 个选项"),
                );
                return None;
            }
        };
        items.iter().map(|item| self.one_text("choices", item)).collect()
    }

    fn answer(&mut self, question: usize, choices: usize) -> Option<usize> {
        let entry = self.entry("answer");
        let number = entry.and_then(|entry| entry.value.scalar()?.parse().ok());
        if let Some(number) = number.filter(|number| (1..=choices).contains(number)) {
            return Some(number);
        }
        self.wrong(
            entry.map_or(question, |entry| entry.line),
            format!("`answer` is the number of the right choice, from 1 to {choices}"),
            format!("`answer` 是正确选项的序号，从 1 到 {choices}"),
        );
        None
    }
}
