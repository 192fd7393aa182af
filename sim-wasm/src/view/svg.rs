//! A small writer for SVG. Groups carry a class for the page's style sheet and plain attributes for a picture that
//! stands alone; the style sheet wins where there is one.

use super::html::escape;
use std::fmt::Write;

/// Height of a line of text in the pictures, in user units.
pub(super) const LINE: i64 = 16;

/// SVG under construction.
#[derive(Debug, Default)]
pub(super) struct Svg {
    out: String,
}

/// The looks of a group: class, and colours for a picture without a style sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Axes, lanes.
    Rule,
    /// Lines across a chart that lead from a value to its label.
    Grid,
    /// Text that explains.
    Faint,
    /// Text that says something.
    Plain,
    /// What was taken in.
    Delivered,
    /// What was dropped.
    Dropped,
    /// What the network lost, or what is still under way.
    Lost,
    /// What was sent again.
    #[cfg(any(not(target_arch = "wasm32"), feature = "time-sequence"))]
    Again,
    /// What a host remembers.
    Memory,
    /// A bound on curves.
    Bound,
    /// A curve over time: the first, the second, … of its picture.
    Curve(usize),
}

impl Ink {
    fn attributes(self) -> (&'static str, &'static str) {
        match self {
            Ink::Rule => ("rule", "#b9b4a7"),
            Ink::Grid => ("grid", "#dfdcd3"),
            Ink::Faint => ("faint", "#6b675e"),
            Ink::Plain => ("plain", "#22211e"),
            Ink::Delivered => ("delivered", "#1f6f54"),
            Ink::Dropped => ("dropped", "#b3261e"),
            Ink::Lost => ("lost", "#7a6a00"),
            #[cfg(any(not(target_arch = "wasm32"), feature = "time-sequence"))]
            Ink::Again => ("again", "#6b5788"),
            Ink::Memory => ("memory", "#34509c"),
            Ink::Bound => ("bound", "#6b675e"),
            Ink::Curve(n) if n % 2 == 0 => ("curve-1", "#34509c"),
            Ink::Curve(_) => ("curve-2", "#22211e"),
        }
    }

    /// Curves of one colour are told apart without it, too.
    fn dashes(self) -> &'static str {
        match self {
            Ink::Bound => " stroke-dasharray=\"2 3\"",
            Ink::Curve(2 | 3) => " stroke-dasharray=\"8 3\"",
            Ink::Curve(4 | 5) => " stroke-dasharray=\"8 3 2 3\"",
            _ => "",
        }
    }
}

impl Svg {
    /// A group of one ink.
    pub(super) fn group(&mut self, ink: Ink, id: Option<&str>, content: impl FnOnce(&mut Svg)) {
        self.open(ink, id);
        content(self);
        self.out.push_str("</g>");
    }

    fn open(&mut self, ink: Ink, id: Option<&str>) {
        let (class, colour) = ink.attributes();
        let id = id.map(|id| format!(" id=\"{}\"", escape(id))).unwrap_or_default();
        let dashes = ink.dashes();
        let _ = write!(self.out, "<g{id} class=\"{class}\" fill=\"{colour}\" stroke=\"{colour}\"{dashes}>");
    }

    /// A straight line.
    pub(super) fn line(&mut self, from: (i64, i64), to: (i64, i64)) {
        let _ = write!(self.out, "<path d=\"M{} {}L{} {}\"/>", from.0, from.1, to.0, to.1);
    }

    /// A line along a path.
    pub(super) fn curve(&mut self, path: &str) {
        let _ = write!(self.out, "<path class=\"curve\" fill=\"none\" d=\"{path}\"/>");
    }

    /// A faint area within a path.
    pub(super) fn fill(&mut self, path: &str) {
        let _ = write!(self.out, "<path class=\"band\" opacity=\".14\" stroke=\"none\" d=\"{path}\"/>");
    }

    /// A line with an arrow head at its end.
    pub(super) fn arrow(&mut self, from: (i64, i64), to: (i64, i64)) {
        let back = if to.0 > from.0 { -7 } else { 7 };
        let ((x, y), (u, v)) = (from, to);
        let _ =
            write!(self.out, "<path fill=\"none\" d=\"M{x} {y}L{u} {v}m{back} -4l{} 4l{back} 4\"/>", -back);
    }

    /// A cross: something was dropped here.
    pub(super) fn cross(&mut self, (x, y): (i64, i64)) {
        let _ = write!(self.out, "<path class=\"cross\" d=\"M{} {}l10 10m0 -10l-10 10\"/>", x - 5, y - 5);
    }

    /// A disc: something was taken in here.
    pub(super) fn disc(&mut self, (x, y): (i64, i64)) {
        let _ = write!(self.out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"4\"/>");
    }

    /// A diamond: something was written down here.
    pub(super) fn diamond(&mut self, (x, y): (i64, i64)) {
        let _ = write!(self.out, "<path d=\"M{x} {}l5 5l-5 5l-5 -5z\"/>", y - 5);
    }

    /// A faint band.
    pub(super) fn band(&mut self, (x, y): (i64, i64), (width, height): (i64, i64)) {
        let _ = write!(
            self.out,
            "<rect class=\"band\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" opacity=\".14\" stroke=\"none\"/>"
        );
    }

    /// A solid bar.
    #[cfg(any(not(target_arch = "wasm32"), feature = "figures"))]
    pub(super) fn bar(&mut self, (x, y): (i64, i64), (width, height): (i64, i64)) {
        let _ = write!(
            self.out,
            "<rect class=\"bar\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" stroke=\"none\"/>"
        );
    }

    /// Text; `anchor` is `start`, `middle` or `end`.
    pub(super) fn text(&mut self, (x, y): (i64, i64), anchor: &str, text: &str) {
        let anchor = if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
        let _ = write!(self.out, "<text x=\"{x}\" y=\"{y}\"{anchor} stroke=\"none\">{}</text>", escape(text));
    }

    /// Says in words what the picture shows; goes before everything else.
    pub(super) fn describe(&mut self, text: &str) {
        let _ = write!(self.out, "<desc>{}</desc>", escape(text));
    }

    /// The finished picture, `width` by `height` user units, described for those who cannot see it.
    pub(super) fn finish(self, class: &str, (width, height): (i64, i64), title: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{class}\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\" font-family=\"ui-monospace, monospace\" font-size=\"12\">{}</svg>",
            escape(title),
            self.out
        )
    }

    /// Puts a finished picture inside this one, `down` units lower.
    pub(super) fn nest(&mut self, picture: &str, down: i64) {
        let _ = write!(self.out, "<svg y=\"{down}\" {}", picture.trim_start_matches("<svg "));
    }
}

/// The height that a finished picture says it has.
pub(super) fn height(picture: &str) -> i64 {
    let start = picture.find("height=\"").map_or(0, |at| at + 8);
    picture[start..].split('"').next().and_then(|number| number.parse().ok()).unwrap_or(0)
}
