//! A script in a report: its lines, with what came of each.

use serde::Serialize;

/// A script that was run.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct ScriptInfo {
    /// Its lines, from the first.
    pub lines: Vec<Line>,
    /// What was sent and no line asks about, in the order of time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unasked: Vec<Unasked>,
}

/// A line of a script.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Line {
    /// Its number, from 1.
    pub n: u32,
    /// As it is written.
    pub text: String,
    /// What came of it.
    pub outcome: Mark,
    /// When that was, in microseconds since the start; none when it was not tried, or when there is nothing to try.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub t_us: Option<u64>,
    /// What the script expects there; empty for a line that expects nothing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub expected: String,
    /// What happened instead, as the script would write it; empty when the line holds, and when nothing happened.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub instead: String,
    /// The packets that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packets: Vec<Sent>,
    /// The state of the connection behind it, as `ss` names it, when it is another than before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
    /// What is to be said of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Remark>,
}

/// What came of a line: of several things on it, the last of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// There is nothing to try: a comment, an option, or what goes on from the line before.
    Nothing,
    /// It expects nothing, and was done.
    Done,
    /// What it expects holds.
    Held,
    /// It was not tried.
    NotTried,
    /// The model has nothing of the kind.
    NotModelled,
    /// What it expects does not hold.
    Failed,
    /// It cannot be read.
    Wrong,
}

impl Mark {
    /// The word used in files and class names.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Nothing => "nothing",
            Mark::Done => "done",
            Mark::Held => "held",
            Mark::NotTried => "not_tried",
            Mark::NotModelled => "not_modelled",
            Mark::Failed => "failed",
            Mark::Wrong => "wrong",
        }
    }
}

/// A packet, as a script writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Sent {
    /// Number of its event.
    pub event: u32,
    /// Did the script send it?
    pub inbound: bool,
    /// As it was sent: `S. 0:0(0) ack 1 win 65160 <mss 1460>`.
    pub text: String,
}

/// What is to be said of a line.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Remark {
    /// What it is about.
    pub kind: RemarkKind,
    /// In the report's language.
    pub text: String,
    /// The column of the line that it is about, from 1, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub col: Option<u32>,
    /// Id of the [`Reason`](super::report::Reason) that belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<u32>,
}

/// What a remark is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RemarkKind {
    /// Why the line does not hold.
    Failure,
    /// Why the kernel dropped the packet of the line.
    Dropped,
    /// What the model has not.
    NotModelled,
    /// What the script's code printed.
    Printed,
    /// Why the line cannot be read.
    Wrong,
}

/// A packet that no line asks about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Unasked {
    /// Number of the line that was tried last before.
    pub after: u32,
    /// When it was sent, in microseconds since the start.
    pub t_us: u64,
    /// The packet.
    #[serde(flatten)]
    pub packet: Sent,
}

impl ScriptInfo {
    /// Is there a line that cannot be read?
    pub fn is_unreadable(&self) -> bool {
        self.lines.iter().any(|line| line.outcome == Mark::Wrong)
    }

    /// The first line that does not hold, or cannot be read.
    pub fn first_failure(&self) -> Option<&Line> {
        self.lines.iter().find(|line| matches!(line.outcome, Mark::Failed | Mark::Wrong))
    }
}
