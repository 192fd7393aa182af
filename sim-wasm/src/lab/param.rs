//! Parameters: what a lab takes, how a value is read, and what is wrong with one that cannot be.

use crate::kernel::{KernelVersion, VersionError};
use crate::text::{Lang, PageText, Text};
use std::sync::Arc;

/// One setting of a lab.
#[derive(Debug)]
pub struct Param {
    /// Name in addresses, lab blocks and on the command line.
    pub name: &'static str,
    /// What a form calls it.
    pub label: PageText,
    /// One or two sentences on what it does.
    pub help: PageText,
    /// What values it takes.
    pub kind: Kind,
    /// The value when none is given.
    pub default: &'static str,
    /// Unit behind the number, empty when it has none.
    pub unit: Text,
    /// The sysctl or socket option it stands for, empty when it is none of the kernel's.
    pub sysctl: &'static str,
    /// The fieldset of the form it stands in.
    pub group: Group,
}

/// The fieldsets of a lab's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// What is played.
    Scene,
    /// The machine that hands requests on to others.
    Director,
    /// The machines that it hands them to.
    RealServers,
    /// Who looks a name up.
    Resolver,
    /// Who is asked for it.
    NameServers,
    /// What computes.
    Processor,
    /// What holds the data.
    Memory,
    /// What is to be done.
    Load,
    /// The machine that is asked.
    Server,
    /// The machines that ask.
    Client,
    /// The machine that sends data.
    Sender,
    /// The machine that takes them.
    Receiver,
    /// What lies between them.
    Network,
    /// How much is run.
    Run,
    /// The machine that a script is run on.
    Machine,
    /// What a reader writes.
    Script,
}

impl Group {
    /// Every group, in the order of the form.
    pub const ALL: [Group; 16] = [
        Group::Scene,
        Group::Director,
        Group::RealServers,
        Group::Resolver,
        Group::NameServers,
        Group::Processor,
        Group::Memory,
        Group::Load,
        Group::Server,
        Group::Client,
        Group::Sender,
        Group::Receiver,
        Group::Network,
        Group::Run,
        Group::Machine,
        Group::Script,
    ];

    /// Its legend.
    pub fn label(self) -> Text {
        match self {
            Group::Scene => Text::new("Scene", "场景"),
            Group::Director => Text::new("Director", "调度器"),
            Group::RealServers => Text::new("Real servers", "后端服务器"),
            Group::Resolver => Text::new("Resolver", "解析器"),
            Group::NameServers => Text::new("Name servers", "DNS 服务器"),
            Group::Processor => Text::new("Processor", "处理器"),
            Group::Memory => Text::new("Memory", "内存"),
            Group::Load => Text::new("Load", "负载"),
            Group::Server => Text::new("Server", "服务端"),
            Group::Client => Text::new("Clients", "客户端"),
            Group::Sender => Text::new("Sender", "发送方"),
            Group::Receiver => Text::new("Receiver", "接收方"),
            Group::Network => Text::new("Network", "网络"),
            Group::Run => Text::new("Run", "运行"),
            Group::Machine => Text::new("Machine", "机器"),
            Group::Script => Text::new("Script", "脚本"),
        }
    }
}

/// What values a parameter takes.
#[derive(Debug)]
pub enum Kind {
    /// A whole number within `min..=max`; a slider moves it by `step`.
    Int {
        /// Smallest value.
        min: i64,
        /// Largest value.
        max: i64,
        /// Slider step.
        step: i64,
    },
    /// A whole number within `min..=most`. The slider has the usual ones, `min..=max`; others are typed.
    Wide {
        /// Smallest value.
        min: i64,
        /// Largest value of the slider.
        max: i64,
        /// Largest value.
        most: i64,
        /// Slider step.
        step: i64,
    },
    /// One of a few words.
    Choice(&'static [Choice]),
    /// A kernel version; any is accepted, these are offered.
    Kernel(&'static [&'static str]),
    /// Lines of text.
    Text {
        /// Bytes at most.
        max: usize,
        /// Lines that a form shows at least.
        lines: usize,
        /// Its language in brief: forms, and what they mean.
        guide: &'static [(&'static str, PageText)],
    },
}

impl Kind {
    /// The smallest and the largest number it takes; none for another kind.
    pub fn range(&self) -> Option<(i64, i64)> {
        match self {
            Kind::Int { min, max, .. } => Some((*min, *max)),
            Kind::Wide { min, most, .. } => Some((*min, *most)),
            Kind::Choice(_) | Kind::Kernel(_) | Kind::Text { .. } => None,
        }
    }
}

/// One word of a [`Kind::Choice`].
#[derive(Debug)]
pub struct Choice {
    /// The word itself.
    pub value: &'static str,
    /// What a form calls it.
    pub label: PageText,
}

/// A value that fits its parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of a [`Kind::Int`] or [`Kind::Wide`].
    Int(i64),
    /// Of a [`Kind::Choice`].
    Choice(&'static str),
    /// Of a [`Kind::Kernel`].
    Kernel(KernelVersion),
    /// Of a [`Kind::Text`]. Lines end with `\n`.
    Text(Arc<str>),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Int(number) => number.fmt(f),
            Value::Choice(word) => f.write_str(word),
            Value::Kernel(version) => version.fmt(f),
            Value::Text(text) => f.write_str(text),
        }
    }
}

impl Param {
    /// Reads a value.
    ///
    /// # Errors
    /// What is wrong with the text, to be shown beside the field.
    pub fn read(&'static self, text: &str) -> Result<Value, ParamError> {
        let word = text.trim();
        let wrong = |problem| {
            // A text is not given back: it may be of any size.
            let value = if matches!(problem, Problem::TooLong { .. }) { "" } else { word };
            ParamError { name: self.name.to_string(), value: value.to_string(), problem }
        };
        match &self.kind {
            Kind::Int { .. } | Kind::Wide { .. } => match (word.parse::<i64>(), self.kind.range()) {
                (Ok(number), Some((min, max))) if (min..=max).contains(&number) => Ok(Value::Int(number)),
                (Ok(_), _) => Err(wrong(Problem::OutOfRange(self))),
                (Err(_), _) => Err(wrong(Problem::NotANumber(self))),
            },
            Kind::Choice(choices) => match choices.iter().find(|choice| choice.value == word) {
                Some(choice) => Ok(Value::Choice(choice.value)),
                None => Err(wrong(Problem::NotAChoice(self))),
            },
            Kind::Kernel(_) => {
                KernelVersion::parse(word).map(Value::Kernel).map_err(|error| wrong(Problem::Kernel(error)))
            }
            Kind::Text { max, .. } => match with_newlines(text) {
                text if text.len() <= *max => Ok(Value::Text(text.into())),
                text => Err(wrong(Problem::TooLong { bytes: text.len(), max: *max })),
            },
        }
    }
}

/// A text whose lines end as they do everywhere but in forms, which end them with `\r\n` (HTML, "text control").
fn with_newlines(text: &str) -> String {
    // `str::replace` would be shorter, but a page would load the search for long words with it.
    let mut lines = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        if c == '\r' || (c == '\n' && before != '\r') {
            lines.push('\n');
        } else if c != '\n' {
            lines.push(c);
        }
        before = c;
    }
    lines
}

/// A setting that cannot be used.
#[derive(Clone, Debug)]
pub struct ParamError {
    /// The parameter's name as given.
    pub name: String,
    /// The value as given.
    pub value: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a setting.
#[derive(Clone, Copy, Debug)]
pub enum Problem {
    /// The lab has no parameter, preset or field of this name; perhaps this one was meant.
    Unknown {
        /// What was looked for.
        what: Text,
        /// The nearest name that exists.
        suggestion: Option<&'static str>,
    },
    /// Given more than once.
    Repeated,
    /// No whole number.
    NotANumber(&'static Param),
    /// Outside its range.
    OutOfRange(&'static Param),
    /// None of the words it takes.
    NotAChoice(&'static Param),
    /// No kernel version.
    Kernel(VersionError),
    /// A text that is too long.
    TooLong {
        /// Its bytes.
        bytes: usize,
        /// Bytes at most.
        max: usize,
    },
}

impl ParamError {
    /// The sentence for a terminal or a list of errors: which setting, what is wrong, what would be right.
    pub fn message(&self, lang: Lang) -> String {
        let (name, value) = (&self.name, &self.value);
        match self.problem {
            Problem::Unknown { what, suggestion } => {
                let what = what.get(lang);
                let mut message =
                    lang.pick(format!("there is no {what} `{name}`"), format!("没有名为 `{name}` 的{what}"));
                if let Some(near) = suggestion {
                    message +=
                        &lang.pick(format!("; did you mean `{near}`?"), format!("，是不是 `{near}`？"));
                }
                message
            }
            _ => {
                let remark = self.remark(lang);
                let mut message = format!("`{name}` {remark}");
                if !value.is_empty() && !matches!(self.problem, Problem::Repeated) {
                    message += &lang.pick(format!(", not `{value}`"), format!("，而不是 `{value}`"));
                }
                message
            }
        }
    }

    /// The same beside the field itself, which need not be named.
    pub fn remark(&self, lang: Lang) -> String {
        match self.problem {
            Problem::Unknown { .. } => self.message(lang),
            Problem::Repeated => lang.pick("is given more than once", "给了不止一次").to_string(),
            Problem::NotANumber(param) | Problem::OutOfRange(param) => {
                let Some((min, max)) = param.kind.range() else { return String::new() };
                let unit = param.unit.get(lang);
                let range = lang.pick(
                    format!("takes a whole number from {min} to {max} {unit}"),
                    format!("应是 {min} 到 {max} 的整数 {unit}"),
                );
                range.trim_end().to_string()
            }
            Problem::NotAChoice(param) => {
                let Kind::Choice(choices) = param.kind else { return String::new() };
                let words: Vec<String> = choices.iter().map(|choice| choice.value.to_string()).collect();
                lang.pick(
                    format!("is one of {}", words.join(", ")),
                    format!("只能是 {} 之一", words.join("、")),
                )
            }
            Problem::Kernel(VersionError::Malformed) => lang
                .pick(
                    "takes a kernel version such as 3.10, 6.18.44 or el7",
                    "应是内核版本，如 3.10、6.18.44 或 el7",
                )
                .to_string(),
            Problem::Kernel(VersionError::OutOfRange) => lang
                .pick("takes a released kernel from 2.6.32 to 6.18", "应是 2.6.32 到 6.18 之间发布过的内核")
                .to_string(),
            Problem::TooLong { bytes, max } => lang.pick(
                format!("takes a text of {max} bytes at most; this one has {bytes}"),
                format!("最多 {max} 字节，现有 {bytes} 字节"),
            ),
        }
    }
}
