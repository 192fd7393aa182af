//! What came of a script: for each line whether it held, and if not, what happened instead and why.

pub use super::wire::Difference;
use crate::kernel::KernelVersion;
use crate::net::Ipv4;
use crate::script::ast::{NotModelled, Pos};
use crate::script::{Packet, ScriptError};
use crate::tcp::{Host, Why};
use crate::text::Lang;
use crate::time::Time;
use crate::world;

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The kernel that answered.
    pub kernel: KernelVersion,
    /// One for each event of the script, in its order.
    pub steps: Vec<Step>,
    /// What the option lines, the commands around the events and the settings ask for and the model has not.
    pub notes: Vec<NotModelled>,
    /// What the host sent and no line asked about, in the order of time, as the script would write it.
    pub unasked: Vec<(Time, Packet)>,
    /// Every packet, both ways: host 0 is the peer, which the script plays, host 1 the kernel.
    pub packets: Vec<world::Packet>,
    /// The same as the script would write them; none for those of the peer, which it has written.
    pub written: Vec<Option<Packet>>,
    /// The address of the peer.
    pub peer: Ipv4,
    /// The host as it was left.
    pub host: Host,
    /// When the run ended.
    pub ended_at: Time,
    /// Was the run cut off, because it took more steps than are allowed?
    pub out_of_fuel: bool,
}

/// An event of the script and what came of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where its time stands.
    pub at: Pos,
    /// What the script expects, as it is written: a packet, a call with its result, an assertion. Empty for what only
    /// happens.
    pub expected: String,
    /// When it happened; none when it was not reached.
    pub time: Option<Time>,
    /// Did it hold?
    pub status: Status,
    /// What of it the model has not. It fails the run where it matters.
    pub notes: Vec<NotModelled>,
    /// Why the host dropped the packet that the script sent it.
    pub why: Option<Why>,
    /// What code of the script printed.
    pub printed: Vec<String>,
    /// The packets that it is about, as places in [`Outcome::packets`]: the one that arrived, or those taken for the one
    /// that it expects.
    pub packets: Vec<usize>,
    /// The state of the script's connection behind it, as `ss` names it; none before there is one.
    pub state: Option<&'static str>,
}

/// Did an event hold?
#[derive(Clone, Debug)]
pub enum Status {
    /// As the script says.
    Held,
    /// Not.
    Failed(Box<Failure>),
    /// It was not tried: the run stopped before, or the model has nothing of the kind.
    NotTried,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything held.
    Passed,
    /// Something did not hold.
    Failed,
    /// Everything that was tried held, but something that matters could not be tried.
    NotModelled,
}

impl Verdict {
    /// Stable word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::NotModelled => "not_modelled",
        }
    }
}

/// Why an event did not hold.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Nothing was sent in time.
    NothingSent {
        /// The last moment at which it would have held.
        until: Time,
        /// What is sent next if nothing else happens, and whether it is the packet that was expected.
        next: Option<(Time, Packet, bool)>,
        /// The last packet of the peer since the host sent anything, and why it was dropped.
        dropped: Option<(Pos, Why)>,
    },
    /// Something else was sent.
    OtherSent {
        /// When.
        at: Time,
        /// As the script would write it.
        sent: Packet,
        /// Where it differs.
        differences: Vec<Difference>,
        /// The packet of the peer that it answers, if that was dropped, and why.
        dropped: Option<(Pos, Why)>,
    },
    /// The packet was sent, or the call returned, or the line could be run, at another time.
    WrongTime {
        /// When it happened.
        at: Time,
        /// When it should, the tolerance included.
        from: Time,
        /// The end of that.
        to: Time,
    },
    /// A call returned something else.
    Returned {
        /// Its result, and its error: `-1 EAGAIN`.
        result: String,
    },
    /// A call filled in something else.
    FilledIn {
        /// What: `SO_ERROR`, `revents of 4`.
        what: String,
        /// As the script has it.
        expected: String,
        /// As it was filled in.
        value: String,
    },
    /// A call waits, and the script does not say until when.
    Waits,
    /// A call had not returned when the run ended, or when the next call had waited for it for a second.
    StillWaits,
    /// No such descriptor is open, or one is open already.
    Descriptor {
        /// Its number.
        number: i64,
        /// Open already?
        open: bool,
    },
    /// The packet echoes a timestamp that the host has not sent.
    EchoUnknown {
        /// As the script writes it.
        ecr: u32,
    },
    /// An assertion does not hold.
    Asserted(ScriptError),
}

impl Step {
    /// Did it fail, or could something that matters not be tried?
    pub fn failure(&self) -> Option<&Failure> {
        match &self.status {
            Status::Failed(failure) => Some(failure),
            _ => None,
        }
    }

    /// Does it ask for something that matters and that the model has not?
    pub fn beyond_model(&self) -> bool {
        self.notes.iter().any(|note| note.matters)
    }
}

impl Outcome {
    /// How it ended.
    pub fn verdict(&self) -> Verdict {
        let beyond = self.notes.iter().any(|note| note.matters) || self.steps.iter().any(Step::beyond_model);
        if self.first_failure().is_some() {
            Verdict::Failed
        } else if beyond || self.out_of_fuel {
            Verdict::NotModelled
        } else {
            Verdict::Passed
        }
    }

    /// The first event that did not hold.
    pub fn first_failure(&self) -> Option<(&Step, &Failure)> {
        self.steps.iter().find_map(|step| Some((step, step.failure()?)))
    }

    /// How many expectations there are, and how many of them held.
    pub fn expectations(&self) -> (usize, usize) {
        let all = self.steps.iter().filter(|step| !step.expected.is_empty());
        let held = all.clone().filter(|step| matches!(step.status, Status::Held));
        (all.count(), held.count())
    }

    /// Everything that the model has not, in the order of the script.
    pub fn not_modelled(&self) -> Vec<&NotModelled> {
        let mut all: Vec<&NotModelled> =
            self.notes.iter().chain(self.steps.iter().flat_map(|step| &step.notes)).collect();
        all.sort_by_key(|note| note.at);
        all
    }
}

impl Failure {
    /// Stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Failure::NothingSent { .. } => "nothing_sent",
            Failure::OtherSent { .. } => "other_sent",
            Failure::WrongTime { .. } => "wrong_time",
            Failure::Returned { .. } => "returned",
            Failure::FilledIn { .. } => "filled_in",
            Failure::Waits => "waits",
            Failure::StillWaits => "still_waits",
            Failure::Descriptor { .. } => "descriptor",
            Failure::EchoUnknown { .. } => "echo_unknown",
            Failure::Asserted(_) => "asserted",
        }
    }

    /// What the model did instead, as the script would write it; empty when that is nothing.
    pub fn instead(&self) -> String {
        match self {
            Failure::OtherSent { sent, .. } => format!("> {sent}"),
            Failure::Returned { result } => format!("= {result}"),
            Failure::FilledIn { what, value, .. } => format!("{what} {value}"),
            _ => String::new(),
        }
    }

    /// The packet of the peer that was dropped before it, and why.
    pub fn dropped(&self) -> Option<&(Pos, Why)> {
        match self {
            Failure::NothingSent { dropped, .. } | Failure::OtherSent { dropped, .. } => dropped.as_ref(),
            _ => None,
        }
    }

    /// A sentence or two.
    pub fn message(&self, lang: Lang) -> String {
        let mut text = self.what_happened(lang);
        if let Some((pos, why)) = self.dropped() {
            let line = pos.line;
            text += &lang.pick(
                format!(" The packet of line {line} was dropped: {}", why.text(lang)),
                format!("第 {line} 行的报文被丢弃：{}", why.text(lang)),
            );
        }
        text
    }

    fn what_happened(&self, lang: Lang) -> String {
        match self {
            Failure::NothingSent { until, next, .. } => {
                let until = seconds(*until);
                let mut text = lang.pick(
                    format!("The model sent nothing up to {until} s."),
                    format!("到 {until} 秒为止，模型没有发出报文。"),
                );
                if let Some((at, packet, expected)) = next {
                    let at = seconds(*at);
                    text += &match expected {
                        true => lang.pick(
                            format!(" It sends this packet at {at} s."),
                            format!("这个报文要到 {at} 秒才发出。"),
                        ),
                        false => lang.pick(
                            format!(" Next it sends, at {at} s: > {packet}"),
                            format!("接下来在 {at} 秒发出：> {packet}"),
                        ),
                    };
                }
                text
            }
            Failure::OtherSent { at, sent, differences, .. } => {
                let at = seconds(*at);
                let fields = differences.iter().map(|Difference { field, expected, sent }| {
                    lang.pick(
                        format!("{field} {sent} instead of {expected}"),
                        format!("{field} 是 {sent}，应为 {expected}"),
                    )
                });
                let fields = fields.collect::<Vec<_>>().join(lang.pick(", ", "；"));
                lang.pick(
                    format!("At {at} s the model sent > {sent}: {fields}."),
                    format!("{at} 秒时模型发出 > {sent}：{fields}。"),
                )
            }
            Failure::WrongTime { at, from, to } => {
                let (at, from, to) = (seconds(*at), seconds(*from), seconds(*to));
                lang.pick(
                    format!("It happened at {at} s; {from} to {to} s would be right."),
                    format!("发生在 {at} 秒，应在 {from} 到 {to} 秒之间。"),
                )
            }
            Failure::Returned { result } => {
                lang.pick(format!("The call returned {result}."), format!("调用返回了 {result}。"))
            }
            Failure::FilledIn { what, expected, value } => lang.pick(
                format!("{what} is {value}, not {expected}."),
                format!("{what} 是 {value}，而不是 {expected}。"),
            ),
            Failure::Waits => lang.pick(
                "The call waits, and the script does not say until when: write its end behind its start, such as 0.1...0.3.".into(),
                "调用会阻塞，而脚本没有写明它何时返回：请在起始时间后写上结束时间，如 0.1...0.3。".into(),
            ),
            Failure::StillWaits => {
                lang.pick("The call has not returned.".into(), "调用一直没有返回。".into())
            }
            Failure::Descriptor { number, open: false } => lang.pick(
                format!("No descriptor {number} is open."),
                format!("没有打开的描述符 {number}。"),
            ),
            Failure::Descriptor { number, open: true } => lang.pick(
                format!("Descriptor {number} is open already."),
                format!("描述符 {number} 已经打开。"),
            ),
            Failure::EchoUnknown { ecr } => lang.pick(
                format!("The host has sent no timestamp that the script writes as {ecr}."),
                format!("主机没有发出过脚本中写作 {ecr} 的时间戳。"),
            ),
            Failure::Asserted(error) => error.message(lang),
        }
    }
}

/// Seconds with microseconds, as the tool prints them.
pub fn seconds(time: Time) -> String {
    let micros = time.micros();
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}
