//! The few calls that a page, a server or a test needs, on plain strings: what the WebAssembly module exports,
//! callable natively too, so that both can be compared.

use crate::lab::long::{LongRun, Progress, QUICK};
use crate::lab::{self, ParamError, Params, Report, query};
use crate::text::Lang;
use crate::view::{self, Detail};
use serde::Serialize;

/// What a page needs after a reader changed a value.
#[derive(Debug, Serialize)]
pub struct Rendered {
    /// The whole state as a query string; empty when something is wrong.
    pub query: String,
    /// The result area; empty when something is wrong.
    pub html: String,
    /// The sentence for a screen reader.
    pub announce: String,
    /// Remarks on fields: `[name, sentence]`.
    pub notes: Vec<(String, String)>,
    /// What is wrong with fields: `[name, sentence]`.
    pub errors: Vec<(String, String)>,
    /// Does the server make this run, too, for its files?
    pub served: bool,
}

impl Rendered {
    fn new(params: &Params, report: &Report, lang: Lang, prefix: &str, detail: Detail) -> Rendered {
        Rendered {
            query: params.to_query(),
            html: view::result_html(report, lang, prefix, detail),
            announce: report.verdict.text.clone(),
            notes: params.notes(lang).into_iter().map(|(name, note)| (name.to_string(), note)).collect(),
            errors: Vec::new(),
            served: params.is_served(),
        }
    }
}

/// Parses the query string of a lab's address: `name=value&name=value`, percent-encoded.
///
/// # Errors
/// What is wrong with each setting; a lab that does not exist is reported as a wrong setting called `lab`.
pub fn params(lab: &str, query: &str) -> Result<Params, Vec<ParamError>> {
    let Some(lab) = lab::find(lab) else {
        return Err(vec![ParamError {
            name: lab.to_string(),
            value: String::new(),
            problem: lab::Problem::Unknown {
                what: crate::text::Text::new("lab", "实验"), suggestion: None
            },
        }]);
    };
    let pairs: Vec<(String, String)> = query::pairs(query).collect();
    lab.params(None, pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))
}

/// Runs a lab and renders its result area.
pub fn render(lab: &str, query: &str, lang: Lang, prefix: &str, detail: Detail) -> Rendered {
    match params(lab, query) {
        Ok(params) => Rendered::new(&params, &params.run(lang), lang, prefix, detail),
        Err(errors) => Rendered {
            query: String::new(),
            html: String::new(),
            announce: String::new(),
            notes: Vec::new(),
            errors: errors.into_iter().map(|error| (error.name.clone(), error.remark(lang))).collect(),
            served: false,
        },
    }
}

/// The same with what the reader's machine measured, drawn over the model: `bytes:hundredths of a nanosecond` with commas
/// between; what is no such pair is passed over.
#[cfg(feature = "cache-line")]
pub fn render_measured(
    lab: &str,
    query: &str,
    lang: Lang,
    prefix: &str,
    detail: Detail,
    measured: &str,
) -> Rendered {
    let pair = |pair: &str| {
        let (bytes, time) = pair.split_once(':')?;
        Some((bytes.parse().ok()?, time.parse().ok()?))
    };
    let points: Vec<(i64, i64)> = measured.split(',').filter_map(pair).collect();
    match params(lab, query) {
        Ok(params) => {
            let mut report = params.run(lang);
            crate::labs::cache_line::measure::overlay(&mut report, &points, lang);
            Rendered::new(&params, &report, lang, prefix, detail)
        }
        Err(_) => render(lab, query, lang, prefix, detail),
    }
}

/// Does a run take so long that a page goes on with something else meanwhile? False when a setting is wrong.
pub fn is_long(lab: &str, query: &str) -> bool {
    params(lab, query).is_ok_and(|params| params.steps() > QUICK)
}

/// A run piece by piece, and what a page needs at its end.
pub struct Run {
    params: Params,
    lang: Lang,
    run: Box<dyn LongRun>,
}

impl Run {
    /// Begins a run; none when a setting is wrong or the lab has only short runs.
    pub fn start(lab: &str, query: &str, lang: Lang) -> Option<Run> {
        let params = params(lab, query).ok()?;
        let run = (params.lab().long.as_ref()?.start)(&params, lang);
        Some(Run { params, lang, run })
    }

    /// Goes on for so many steps.
    pub fn advance(&mut self, steps: u64) -> Progress {
        self.run.advance(steps)
    }

    /// Takes the steps that are left, and renders the result area.
    pub fn render(self, prefix: &str, detail: Detail) -> Rendered {
        Rendered::new(&self.params, &self.run.report(), self.lang, prefix, detail)
    }
}

/// Two runs beside each other.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// The values that the first has and the second has not.
    pub first: String,
    /// The other way round.
    pub second: String,
    /// Where they part, and which counters differ.
    pub html: String,
}

/// Compares two runs of a lab; none when a setting is wrong.
pub fn compare(lab: &str, first: &str, second: &str, lang: Lang) -> Option<Compared> {
    let (a, b) = (params(lab, first).ok()?, params(lab, second).ok()?);
    let heads = a.differences(&b);
    let html = view::difference_html(&a.run(lang), &b.run(lang), &heads, lang);
    Some(Compared { first: heads.0, second: heads.1, html })
}

/// The hash of a run's report; none when a setting is wrong.
pub fn report_hash(lab: &str, query: &str, lang: Lang) -> Option<u64> {
    params(lab, query).ok().map(|params| params.run(lang).hash())
}
