//! What a run gives: every packet with its fate, every reason, the counters, and pictures' data.
//! The JSON of a [`Report`] is a public format: fields are added, never renamed.

use super::Params;
use super::figure::Figure;
use super::script::ScriptInfo;
use super::time_sequence::TimeSequence;
use crate::text::Lang;
use serde::Serialize;
use serde::ser::SerializeMap;
use std::hash::Hasher;

/// Everything a run of a lab found out.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Report {
    /// The lab's id.
    pub lab: &'static str,
    /// The language of its sentences.
    #[serde(skip)]
    pub lang: Lang,
    /// The lab's model number.
    pub model: u32,
    /// Every parameter with its value.
    #[serde(serialize_with = "as_map")]
    pub params: Vec<(&'static str, String)>,
    /// Seed of the random source.
    pub seed: u64,
    /// The outcome in one sentence.
    pub verdict: Verdict,
    /// Sums over the run, by name.
    pub totals: Totals,
    /// The machines, in the order of the ladder's columns.
    pub hosts: Vec<HostInfo>,
    /// The script that was run, line by line; none for a lab without scripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<ScriptInfo>,
    /// What happened, in the order of time; of packets that leave for the same host at the same moment the first to
    /// arrive stands first.
    pub events: Vec<Event>,
    /// Set when the events are those of some connections only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<Recorded>,
    /// Why packets were dropped, by ascending id; events point here.
    pub reasons: Vec<Reason>,
    /// Counters that moved, by host.
    #[serde(serialize_with = "as_nested_map")]
    pub counters: Vec<(String, Vec<(String, u64)>)>,
    /// Curves over time.
    pub series: Vec<Series>,
    /// The pictures that curves share, in the order they are drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub charts: Vec<Chart>,
    /// One direction of a connection over time, as captures are drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_sequence: Option<TimeSequence>,
    /// Other pictures, in the order they are drawn.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub figures: Vec<Figure>,
    /// What decided, in a lab without packets of TCP: the most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub explanations: Vec<Explanation>,
    /// Tool output and other tables.
    pub tables: Vec<Table>,
}

/// Sums over a run, by name.
#[derive(Clone, Debug, Default, Hash)]
pub struct Totals {
    /// Those that are whole numbers.
    pub counts: Vec<(&'static str, u64)>,
    /// Those that are not, in thousandths. They stand before the others.
    pub thousandths: Vec<(&'static str, u64)>,
}

impl Totals {
    /// The name of each.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.thousandths.iter().chain(&self.counts).map(|(name, _)| *name)
    }

    /// The sum of this name as readers see it: a number with its decimals, if it has any.
    pub fn shown(&self, name: &str) -> Option<String> {
        let find = |sums: &[(&str, u64)]| sums.iter().find(|(sum, _)| *sum == name).map(|(_, n)| *n);
        let decimal = |n: u64| format!("{}.{:03}", n / 1000, n % 1000);
        find(&self.thousandths).map(decimal).or_else(|| find(&self.counts).map(|n| n.to_string()))
    }
}

impl std::ops::Deref for Totals {
    type Target = Vec<(&'static str, u64)>;

    fn deref(&self) -> &Self::Target {
        &self.counts
    }
}

impl Serialize for Totals {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(self.thousandths.len() + self.counts.len()))?;
        for (name, value) in &self.thousandths {
            // One division: the nearest number, the same everywhere.
            map.serialize_entry(name, &(*value as f64 / 1000.0))?;
        }
        for (name, value) in &self.counts {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What the events of a large run tell of.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Recorded {
    /// How many connections were recorded packet by packet.
    pub connections: u64,
    /// How many there were.
    pub of: u64,
    /// Of a single connection with very many packets: how many the hosts and the path handed on in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packets_of: Option<u64>,
    /// How many packets the whole run dropped, by the code of the reason.
    #[serde(serialize_with = "as_map")]
    pub dropped: Vec<(&'static str, u64)>,
}

/// The outcome of a run.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Verdict {
    /// Stable word for programs.
    pub code: &'static str,
    /// How it is shown.
    #[serde(skip)]
    pub mood: Mood,
    /// One sentence for people.
    pub text: String,
}

/// How an outcome is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mood {
    /// Everybody got what they wanted.
    Good,
    /// It depends on what one wanted.
    Neutral,
    /// Somebody did not get what they wanted.
    Bad,
}

/// A machine of the run.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct HostInfo {
    /// Short name used by events.
    pub id: String,
    /// Name shown to readers.
    pub name: String,
    /// Its kernel; none for a middlebox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<String>,
    /// Its address.
    pub addr: String,
}

/// One thing that happened.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Event {
    /// Number, from 1.
    pub n: u32,
    /// When, in microseconds since the start; for a packet, when it was sent.
    pub t_us: u64,
    /// `packet`, `state` or `note`.
    pub kind: EventKind,
    /// Host it left.
    pub from: String,
    /// Host it was meant for.
    pub to: String,
    /// The packet, for a packet.
    #[serde(flatten)]
    pub packet: Option<PacketInfo>,
    /// What was recorded or switched, or what a packet did, in the report's language; empty for most packets.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The connection it belongs to, from 1; 0 for none.
    pub conn: u32,
    /// What was written into a memory of peers, for such a change of state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordInfo>,
}

/// A write into a memory of peers.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct RecordInfo {
    /// Whose record.
    pub key: String,
    /// The timestamp it holds now.
    pub t1: u32,
    /// False when a higher one was kept.
    pub written: bool,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// A packet was sent.
    Packet,
    /// A machine's memory or setting changed.
    State,
}

impl EventKind {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            EventKind::Packet => "packet",
            EventKind::State => "state",
        }
    }
}

/// A packet as its event tells it.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct PacketInfo {
    /// When it arrived; none while in flight or lost.
    pub arrived_us: Option<u64>,
    /// Source as a capture on the last host of the list shows it.
    pub src: String,
    /// Destination, likewise.
    pub dst: String,
    /// Flags as captures show them: `S`, `S.`, `.`, `P.`, `F.`, `R`.
    pub flags: String,
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number; 0 without the ACK flag.
    pub ack: u32,
    /// Payload bytes.
    pub len: u32,
    /// The window field, unscaled.
    pub win: u16,
    /// TCP options.
    pub opts: Opts,
    /// What became of it.
    pub fate: Fate,
    /// Id of the [`Reason`], for a packet that was dropped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<u32>,
    /// What the receiver remembered of the sender when a SYN came, if it remembered anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerInfo>,
}

/// A record that a SYN was compared with.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct PeerInfo {
    /// Whose record.
    pub key: String,
    /// The remembered timestamp.
    pub t1: u32,
    /// Whole seconds since it was taken.
    pub age_s: u64,
    /// The SYN's timestamp less T1, signed; none for a SYN without a timestamp.
    pub d: Option<i32>,
}

/// TCP options of a packet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Opts {
    /// Maximum segment size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mss: Option<u16>,
    /// Timestamp of the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tsval: Option<u32>,
    /// Timestamp echoed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tsecr: Option<u32>,
    /// Window scale.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wscale: Option<u8>,
    /// Selective acknowledgements permitted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sack_ok: bool,
    /// Selective acknowledgements: first sequence number of each block, and the one behind its last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sack: Vec<(u32, u32)>,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// The receiver took it in.
    Delivered,
    /// The receiver's kernel threw it away, or a router did.
    Dropped,
    /// The network lost it.
    Lost,
    /// Still under way when the run ended.
    InFlight,
}

impl Fate {
    /// The word used in files.
    pub fn word(self) -> &'static str {
        match self {
            Fate::Delivered => "delivered",
            Fate::Dropped => "dropped",
            Fate::Lost => "lost",
            Fate::InFlight => "in_flight",
        }
    }
}

/// Why a kernel dropped a packet.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Reason {
    /// Number that events point to, from 1.
    pub id: u32,
    /// Stable word for programs.
    pub code: &'static str,
    /// Kernel function that decided, as that version names it.
    pub function: &'static str,
    /// Source file of the function in that version.
    pub file: &'static str,
    /// The kernel that decided.
    pub kernel: String,
    /// The condition with the live values in it.
    pub condition: String,
    /// Counters that went up by one.
    pub counters: Vec<String>,
    /// The setting that would have changed it.
    pub would_change: String,
    /// The same in words, in the report's language.
    pub text: String,
}

/// A rule that decided what happened, with its live values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Explanation {
    /// Stable word for programs.
    pub code: &'static str,
    /// What happened, in the report's language.
    pub text: String,
    /// Where the rule is from: a function with its file and version, a document with its section; empty for arithmetic.
    pub source: String,
    /// The rule with the live values in it, as a formula or a condition; may be empty.
    pub condition: String,
    /// The setting that would change it; may be empty.
    pub would_change: String,
}

/// A curve over time.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Series {
    /// Stable name.
    pub id: String,
    /// The id of the [`Chart`] that it is drawn in; empty for the lab's own picture.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub chart: &'static str,
    /// Name shown to readers.
    pub label: String,
    /// Unit of the values.
    pub unit: &'static str,
    /// How it is drawn.
    pub kind: SeriesKind,
    /// `[t_us, value]`, in the order of time.
    pub points: Vec<(u64, i64)>,
}

/// A picture of values over time.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Chart {
    /// Stable name, which its [`Series`] bear.
    pub id: &'static str,
    /// What it shows, with the unit when there is one, in the report's language.
    pub title: String,
}

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesKind {
    /// Two points each are the ends of a level stretch.
    Spans,
    /// A mark for something that was taken in.
    Accepted,
    /// A mark for something that was dropped.
    Dropped,
    /// The same, of something that has no value: only its time counts.
    AcceptedBare,
    /// The same, dropped.
    DroppedBare,
    /// In a chart: a value that holds until the next point.
    Steps,
    /// The same, filled down to zero.
    Area,
    /// In a chart: a bound on others, which holds until the next point.
    Limit,
    /// In a chart: moments when something happened; the values say nothing.
    Moments,
    /// Stretches of waiting, each from a point to the next one, in pairs. A chart with such a series is drawn as a tape
    /// on which long pauses are shortened, so that moments milliseconds and hours apart can be told from each other.
    Pauses,
}

impl SeriesKind {
    /// The word used in ids and class names.
    pub fn word(self) -> &'static str {
        match self {
            SeriesKind::Spans => "spans",
            SeriesKind::Accepted => "accepted",
            SeriesKind::Dropped => "dropped",
            SeriesKind::AcceptedBare => "accepted-bare",
            SeriesKind::DroppedBare => "dropped-bare",
            SeriesKind::Steps => "steps",
            SeriesKind::Area => "area",
            SeriesKind::Limit => "limit",
            SeriesKind::Moments => "moments",
            SeriesKind::Pauses => "pauses",
        }
    }
}

/// Tool output or a table of findings.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct Table {
    /// Stable name.
    pub id: &'static str,
    /// Id of the host that a tool ran on; empty for the last host.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// When a tool ran, in microseconds since the start; none for the end of the run. Tables that follow each other
    /// with the same `id` and `host` are one tool's output at several moments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub t_us: Option<u64>,
    /// Caption: the command line for tool output.
    pub title: String,
    /// Lines as the tool prints them; empty for a real table.
    pub text: String,
    /// Column heads.
    pub columns: Vec<String>,
    /// Cells.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// The table whose rows are drawn as a strip of marks, one for each connection: number, who opened it, when, how
    /// many SYNs it took, and the outcome in one of the words `established`, `late`, `unanswered`, `reset`, `refused`,
    /// `failed`, `pending`; of a check that ends with a reset `gone` or `left`.
    pub const CONNECTIONS: &'static str = "connections";

    /// What a tool prints at the end of the run.
    pub fn output(id: &'static str, command: &str, text: String) -> Table {
        Table { id, title: command.to_string(), text, ..Table::default() }
    }

    /// A table of findings.
    pub fn cells(id: &'static str, title: &str, columns: Vec<String>, rows: Vec<Vec<String>>) -> Table {
        Table { id, title: title.to_string(), columns, rows, ..Table::default() }
    }
}

fn as_map<S: serde::Serializer, K: Serialize, V: Serialize>(
    pairs: &[(K, V)],
    to: S,
) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(pairs.len()))?;
    for (key, value) in pairs {
        map.serialize_entry(key, value)?;
    }
    map.end()
}

fn as_nested_map<S: serde::Serializer>(
    hosts: &[(String, Vec<(String, u64)>)],
    to: S,
) -> Result<S::Ok, S::Error> {
    struct Inner<'a>(&'a [(String, u64)]);
    impl Serialize for Inner<'_> {
        fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            as_map(self.0, to)
        }
    }
    let mut map = to.serialize_map(Some(hosts.len()))?;
    for (host, counters) in hosts {
        map.serialize_entry(host, &Inner(counters))?;
    }
    map.end()
}

impl Report {
    /// A report of a lab without packets of TCP, to which figures, explanations and tables are added.
    pub fn plain(params: &Params, lang: Lang, verdict: Verdict) -> Report {
        Report {
            lab: params.lab().id,
            lang,
            model: params.lab().model,
            params: params.iter().map(|(param, value)| (param.name, value.to_string())).collect(),
            seed: params.int("seed").unsigned_abs(),
            verdict,
            totals: Totals::default(),
            hosts: Vec::new(),
            script: None,
            events: Vec::new(),
            recorded: None,
            reasons: Vec::new(),
            counters: Vec::new(),
            series: Vec::new(),
            charts: Vec::new(),
            time_sequence: None,
            figures: Vec::new(),
            explanations: Vec::new(),
            tables: Vec::new(),
        }
    }

    /// Is it of a lab of hosts, whose packets and reasons are told one by one?
    pub fn has_packets(&self) -> bool {
        !self.hosts.is_empty()
    }

    /// Why a packet was dropped, if it was.
    pub fn reason(&self, packet: &PacketInfo) -> Option<&Reason> {
        let at = self.reasons.binary_search_by_key(&packet.why?, |reason| reason.id).ok()?;
        self.reasons.get(at)
    }

    /// The report as JSON, with what its lab takes for granted.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Whole<'a> {
            #[serde(flatten)]
            report: &'a Report,
            assumptions: Vec<&'static str>,
        }
        let assumptions = super::find(self.lab).map_or(&[][..], |lab| lab.assumptions);
        let assumptions = assumptions.iter().map(|text| text.get(self.lang)).collect();
        json(&Whole { report: self, assumptions })
    }

    /// FNV-1a of the findings: two runs with the same hash found the same, on every platform.
    pub fn hash(&self) -> u64 {
        let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
        std::hash::Hash::hash(self, &mut hash);
        hash.0
    }
}

/// Sizes count as 64 bits, whatever they have here. Pages hash reports and do not write them: that takes less to load.
struct Fnv(u64);

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn write_usize(&mut self, size: usize) {
        self.write_u64(size as u64);
    }

    fn write_isize(&mut self, size: isize) {
        self.write_i64(size as i64);
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn json(value: &impl Serialize) -> String {
    // Only maps with keys that are no strings and failing writers make serialisation fail: there are none here.
    serde_json::to_string(value).unwrap_or_default()
}
