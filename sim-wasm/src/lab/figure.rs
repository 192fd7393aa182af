//! Pictures of findings that are no curves over time: plots over any quantity, bars, ways hop by hop, lanes of spans.

use super::report::Mood;
use serde::Serialize;

/// A picture of a report.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Figure {
    /// Stable name.
    pub id: &'static str,
    /// What it shows, with the unit when there is one, in the report's language.
    pub title: String,
    /// What is drawn.
    #[serde(flatten)]
    pub drawing: Drawing,
}

/// What is drawn.
#[derive(Clone, Debug, Hash, Serialize)]
#[serde(tag = "drawing", rename_all = "lowercase")]
pub enum Drawing {
    /// Curves over a quantity.
    Plot(Plot),
    /// A bar for each of some things.
    Bars(Bars),
    /// The way of a packet, hop by hop.
    Hops(Hops),
    /// Spans of time, in a lane each.
    Lanes(Lanes),
}

/// Curves over a quantity.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Plot {
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The curves, in the order of the legend.
    pub curves: Vec<Curve>,
    /// Places on the horizontal axis that have a name, in any order.
    pub marks: Vec<Mark>,
}

/// An axis of a [`Plot`]. A value is a whole number of `1 / per` units.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Axis {
    /// What it measures.
    pub label: String,
    /// Unit, empty when it has none. `bytes` on a logarithmic axis is told in KiB and MiB.
    pub unit: &'static str,
    /// How its values are laid out.
    pub scale: AxisScale,
    /// How many of the values make one unit, not 0.
    pub per: u32,
}

/// How the values of an axis are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AxisScale {
    /// Equal differences, equal lengths; from 0 or below.
    Linear,
    /// A length for each doubling. Values below 1 lie at 1.
    Doubling,
}

/// A curve of a [`Plot`].
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Curve {
    /// Stable name.
    pub id: &'static str,
    /// Name shown to readers.
    pub label: String,
    /// How it is drawn.
    pub style: CurveStyle,
    /// `[x, y]`, by ascending x.
    pub points: Vec<(i64, i64)>,
}

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CurveStyle {
    /// Straight from point to point.
    Line,
    /// The same, as a bound on the others.
    Bound,
    /// A disc at each point: what the settings give, or what was measured.
    Points,
}

/// A named place on the horizontal axis.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Mark {
    /// Where.
    pub x: i64,
    /// Its name.
    pub label: String,
}

/// A bar for each of some things, one below the other.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Bars {
    /// Unit of the values, empty when they have none.
    pub unit: &'static str,
    /// How many of the values make one unit, not 0.
    pub per: u32,
    /// What the parts of the bars are, in their order; one name where bars have no parts.
    pub parts: Vec<String>,
    /// The bars, from above.
    pub bars: Vec<Bar>,
    /// A value that a line is drawn at, with its name.
    pub bound: Option<(i64, String)>,
}

/// One bar.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Its parts, none negative; as many as [`Bars::parts`].
    pub parts: Vec<i64>,
    /// Said behind it; the sum of its parts when empty.
    pub note: String,
}

/// The way of a packet and of what follows from it.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Hops {
    /// Who takes part, in the order of the columns.
    pub nodes: Vec<Node>,
    /// The names of the fields that the table tells of, in its order.
    pub fields: Vec<String>,
    /// What is on the wire, in the order of time.
    pub hops: Vec<Hop>,
}

/// A machine, or a network of them.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Node {
    /// Name shown to readers: a few letters.
    pub name: String,
    /// Said below it, such as an address.
    pub note: String,
}

/// A packet on one stretch of its way.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Hop {
    /// The node that it leaves, by its place in [`Hops::nodes`].
    pub from: usize,
    /// The node that it goes to. The same: something happens within the node.
    pub to: usize,
    /// Said above the arrow: `SYN`, `ARP who-has`.
    pub label: String,
    /// One value for each of [`Hops::fields`].
    pub values: Vec<FieldValue>,
    /// What became of it.
    pub fate: HopFate,
    /// What was done, and why, in a sentence; may be empty.
    pub note: String,
}

/// A field of a packet on one hop.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct FieldValue {
    /// Its value; empty where the packet has no such field.
    pub text: String,
    /// Did the node that the packet leaves write it anew?
    pub rewritten: bool,
}

/// What became of a packet on a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HopFate {
    /// It arrived, and goes on or is answered.
    Arrived,
    /// It arrived, and was dropped there.
    Dropped,
    /// Nobody took it.
    Lost,
}

/// Spans of time, in a lane each.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Lanes {
    /// Where the axis ends, in microseconds.
    pub end_us: u64,
    /// The names of the lanes, from above.
    pub lanes: Vec<String>,
    /// The spans, in the order of time.
    pub spans: Vec<Span>,
}

/// A span of time.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct Span {
    /// Its lane, by its place in [`Lanes::lanes`].
    pub lane: usize,
    /// When it begins, in microseconds.
    pub from_us: u64,
    /// When it ends.
    pub to_us: u64,
    /// What it is: a word or two.
    pub label: String,
    /// How it ended.
    pub mood: Mood,
}
