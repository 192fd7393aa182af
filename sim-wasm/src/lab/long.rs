//! Runs that may take longer than somebody waits: run piece by piece, and weighed before they start.

use super::{Params, Report};
use crate::text::Lang;

/// Steps that a page takes at once. What takes more goes to a worker, with its progress shown.
pub const QUICK: u64 = 100_000;

/// Steps that the server takes for a reader: about a second of one core.
pub const SERVED: u64 = 5_000_000;

/// How a lab of long runs is run.
#[derive(Debug)]
pub struct Long {
    /// How many steps a run takes, about, told from its parameters alone and at once. A step is what the model does in
    /// a fifth of a microsecond natively: a segment sent and taken in.
    pub steps: fn(&Params) -> u64,
    /// Begins a run; the steps are taken later. It ends with the report that the lab's `run` gives.
    pub start: fn(&Params, Lang) -> Box<dyn LongRun>,
    /// The parameters that shorten a run when they are lowered, by name, the first ones most.
    pub shortened_by: &'static [&'static str],
}

/// A run on its way. Not `Debug`: a page would load the words for all that a host holds.
pub trait LongRun {
    /// Takes so many steps, or those that are left. Which portions a run is taken in changes nothing in its report.
    fn advance(&mut self, steps: u64) -> Progress;

    /// What it found. Takes all steps that are left first.
    fn report(self: Box<Self>) -> Report;
}

/// How far a run has come, in microseconds of its own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What has passed.
    pub done_us: u64,
    /// What will have passed at the end, as far as it is known; never less than what has passed.
    pub total_us: u64,
    /// Has it ended? It may end early.
    pub over: bool,
}

impl Long {
    /// A whole run, for the `run` of a lab.
    pub fn run(&self, params: &Params, lang: Lang) -> Report {
        (self.start)(params, lang).report()
    }
}

impl Params {
    /// How many steps the run takes, about; 0 for a lab whose runs are all short.
    pub fn steps(&self) -> u64 {
        self.lab.long.as_ref().map_or(0, |long| (long.steps)(self))
    }

    /// Is it short enough for the server to run it for a reader?
    pub fn is_served(&self) -> bool {
        self.steps() <= SERVED
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{self, Run};
    use crate::view::Detail;

    const QUERY: &str = "duration_s=2&rate=50000&seed=7";

    #[test]
    fn portions_change_nothing() {
        let params = api::params("double", QUERY).unwrap();
        assert_eq!(params.steps(), 100_000);
        let hash = params.run(Lang::En).hash();
        for portion in [1, 333, 99_999, 100_000, u64::MAX] {
            let mut run = (params.lab().long.as_ref().unwrap().start)(&params, Lang::En);
            let mut passed = 0;
            loop {
                let Progress { done_us, total_us, over } = run.advance(portion);
                assert!(done_us > passed && total_us == 2_000_000, "{done_us} of {total_us}");
                passed = done_us;
                if over {
                    break;
                }
            }
            assert_eq!(passed, 2_000_000);
            assert_eq!(run.report().hash(), hash, "in portions of {portion}");
        }
        let mut run = (params.lab().long.as_ref().unwrap().start)(&params, Lang::En);
        run.advance(1234);
        assert_eq!(run.report().hash(), hash, "the rest is run for the report");
    }

    #[test]
    fn a_page_gets_the_same_from_a_run_in_portions() {
        let whole = api::render("double", QUERY, Lang::Zh, "x", Detail::Full);
        let mut run = Run::start("double", QUERY, Lang::Zh).unwrap();
        assert!(!run.advance(10).over);
        let rendered = run.render("x", Detail::Full);
        assert_eq!(serde_json::to_string(&rendered).unwrap(), serde_json::to_string(&whole).unwrap());
    }

    #[test]
    fn what_takes_long_is_known_before_it_starts() {
        for (query, is_long, served) in [
            ("", false, true),
            ("rate=100000", false, true),
            ("rate=100001", true, true),
            ("rate=500000&duration_s=10", true, true),
            ("rate=500001&duration_s=10", true, false),
        ] {
            assert_eq!(api::is_long("double", query), is_long, "{query}");
            assert_eq!(api::params("double", query).unwrap().is_served(), served, "{query}");
        }
        assert!(!api::is_long("double", "rate=0") && !api::is_long("nothing", ""), "nothing to wait for");
        assert!(Run::start("double", "rate=0", Lang::En).is_none());
        assert!(!api::is_long("tcp-timers", "") && Run::start("tcp-timers", "", Lang::En).is_none());
    }
}
