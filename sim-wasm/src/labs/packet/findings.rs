//! From a run to its report.

use super::lines::Asked;
use super::{lines, verdict, versions};
use crate::lab::Params;
use crate::lab::report::{Report, Table};
use crate::lab::trace::{Findings, Machine, Name, Trace, netstat};
use crate::net::Ipv4;
use crate::packet::{Options, Outcome};
use crate::script::ScriptError;
use crate::script::options::Config;
use crate::tcp::shown::ss;
use crate::text::Lang;

pub(super) fn report(
    params: &Params,
    options: &Options<'_>,
    outcome: &Result<Outcome, Vec<ScriptError>>,
    lang: Lang,
) -> Report {
    match outcome {
        Ok(outcome) => ran(params, options, outcome, lang),
        Err(errors) => unreadable(params, errors, lang),
    }
}

fn ran(params: &Params, options: &Options<'_>, outcome: &Outcome, lang: Lang) -> Report {
    let asked = Asked::new(params.text("script"), &options.defines);
    let host = &outcome.host;
    let machines = machines(outcome.peer, |name| Machine::host(name, host), lang);
    let (expectations, held) = outcome.expectations();
    let sockets = ss(&host.shown(outcome.ended_at));
    let mut tables = vec![versions::table(params, options, outcome, &asked, lang)];
    if !sockets.is_empty() {
        tables.push(Table::output("ss", "ss -Htano", sockets));
    }
    tables.push(netstat(host));
    let findings = Findings {
        verdict: verdict::verdict(params, outcome, &asked, lang),
        totals: vec![("expectations", expectations as u64), ("held", held as u64)],
        series: Vec::new(),
        charts: Vec::new(),
        tables,
    };
    let mut report = Trace::of(machines, &outcome.packets, lang).report(params, findings);
    report.script = Some(lines::lines(params, outcome, asked, &report, lang));
    report
}

fn unreadable(params: &Params, errors: &[ScriptError], lang: Lang) -> Report {
    let config = Config::default();
    let findings = Findings {
        verdict: verdict::unreadable(errors, lang),
        totals: Vec::new(),
        series: Vec::new(),
        charts: Vec::new(),
        tables: Vec::new(),
    };
    let machines = machines(config.remote_ip, |name| Machine::silent(name, config.local_ip), lang);
    let mut report = Trace::of(machines, &[], lang).report(params, findings);
    report.script = Some(lines::unreadable(params.text("script"), errors, lang));
    report
}

fn machines<'a>(peer: Ipv4, tested: impl FnOnce(Name) -> Machine<'a>, lang: Lang) -> Vec<Machine<'a>> {
    let name = |id: &str, text: &str| Name { id: id.to_string(), text: text.to_string() };
    vec![
        Machine::silent(name("peer", lang.pick("script", "脚本")), peer),
        tested(name("host", lang.pick("machine under test", "被测机器"))),
    ]
}
