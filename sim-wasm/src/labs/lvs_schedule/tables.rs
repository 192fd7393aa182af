//! The tables: servers, the order of picks, clients and their slots, what a version changes.

use super::clients::{self, dotted};
use super::director::{Pick, Run};
use super::findings::{claim, claims};
use super::rules;
use super::run::Outcome;
use super::settings::{Scheduler, Settings};
use super::words;
use crate::lab::report::Table;
use crate::text::Lang;

/// Letters of an order that a table shows.
const MOST_LETTERS: usize = 64;
/// Clients that a table shows.
const MOST_CLIENTS: usize = 12;

fn columns<const N: usize>(names: [&str; N]) -> Vec<String> {
    names.map(String::from).to_vec()
}

/// All of the run.
pub(super) fn tables(settings: &Settings, outcome: &Outcome, lang: Lang) -> Vec<Table> {
    let mut tables = vec![servers(settings, outcome, lang), picks(outcome, lang)];
    if matches!(settings.scheduler, Scheduler::Sh | Scheduler::Mh) {
        tables.extend(outcome.first().map(|run| slots(settings, run, lang)));
        tables.push(moved(settings, lang));
    }
    tables
}

fn servers(settings: &Settings, outcome: &Outcome, lang: Lang) -> Table {
    let names = lang.pick(
        ["real server", "weight", "handshake", "connections", "fair share", "active", "inactive"],
        ["后端", "权重", "握手用时", "连接数", "应得份额", "活跃", "不活跃"],
    );
    let rows = outcome.tallies.iter().enumerate().map(|(server, tally)| {
        let number = |of: &[u64]| of.get(server).copied().unwrap_or(0);
        let fair = outcome.picked() * 1000 * claim(settings, server);
        vec![
            words::name(server),
            number(&settings.weights).to_string(),
            words::span(number(&settings.handshakes_us)),
            tally.picked().to_string(),
            words::thousandths(fair.checked_div(claims(settings)).unwrap_or(0)),
            tally.active.to_string(),
            tally.inactive.to_string(),
        ]
    });
    let title = lang.pick("Real servers, over all directors", "各后端，所有调度器合计");
    Table::cells("servers", title, columns(names), rows.collect())
}

/// The first directors' picks, letter by letter.
fn picks(outcome: &Outcome, lang: Lang) -> Table {
    let names = lang.pick(
        ["director", "list, from its head", "who got the connections, in order"],
        ["调度器", "列表，从头起", "连接依次给了谁"],
    );
    let rows = outcome.shown.iter().enumerate().map(|(n, run)| {
        let order = words::order(run.picks.iter().map(|pick| (pick.server, pick.changed)), MOST_LETTERS);
        vec![(n + 1).to_string(), run.list.iter().map(|server| words::letter(*server)).collect(), order]
    });
    let title = lang.pick("The order of picks", "挑选的顺序");
    Table::cells("picks", title, columns(names), rows.collect())
}

/// Where the first clients fall. mh's slots are not told: the kernel's hash is another one.
fn slots(settings: &Settings, run: &Run, lang: Lang) -> Table {
    let told = settings.scheduler == Scheduler::Sh;
    let mut names = columns(lang.pick(["client", "slot", "real server"], ["客户端", "槽", "后端"]));
    if !told {
        names.remove(1);
    }
    let row = |(n, pick): (usize, &Pick)| {
        let (_, port) = clients::client(settings, n as u64 * settings.directors);
        let address = clients::address(settings, pick.client);
        let mut row = vec![match settings.with_port {
            true => format!("{}:{port}", dotted(address)),
            false => dotted(address),
        }];
        if told {
            row.push(settings.slot(address, port, 0).to_string());
        }
        row.push(pick.server.map_or_else(|| "-".to_string(), words::name));
        row
    };
    let rows = run.picks.iter().enumerate().take(MOST_CLIENTS).map(row).collect();
    let title = lang.pick("The first clients, and where they fall", "最先到的客户端，以及落在哪里");
    Table::cells("slots", title, names, rows)
}

/// How many slots point to another server when the last one is deleted, of those that did not point to it.
pub(super) fn moved_slots(settings: &Settings) -> (usize, usize) {
    let list = settings.list(0);
    let gone = settings.servers.saturating_sub(1);
    let rest: Vec<usize> = list.iter().copied().filter(|server| *server != gone).collect();
    let weight = |weight: &u64| super::counting::Dest { weight: *weight, ..Default::default() };
    let dests: Vec<_> = settings.weights.iter().map(weight).collect();
    let (before, after) = (settings.slots(&list, &dests), settings.slots(&rest, &dests));
    let stay = before.iter().zip(&after).filter(|(before, _)| **before != gone);
    (stay.clone().filter(|(before, after)| before != after).count(), stay.count())
}

fn moved(settings: &Settings, lang: Lang) -> Table {
    let names = lang.pick(
        ["deleted", "slots of the others", "that point to another server now"],
        ["删掉", "其余后端的槽", "其中换了后端的"],
    );
    let (moved, of) = moved_slots(settings);
    let share = (moved as u64 * 100_000).checked_div(of as u64).unwrap_or(0);
    let last = words::name(settings.servers.saturating_sub(1));
    let row = vec![last, of.to_string(), format!("{moved} ({}%)", words::thousandths(share))];
    let title = lang.pick("When a server is deleted", "删掉一台后端时");
    Table::cells("moved", title, columns(names), vec![row])
}

/// What a version changes, and whether the chosen one has it.
pub(super) fn versions(settings: &Settings, lang: Lang) -> Table {
    let names =
        lang.pick(["since", "what changed", "known from", "here"], ["起始版本", "改动", "依据", "当前内核"]);
    let rows = rules::ROWS.iter().map(|row| {
        let here = rules::has(settings.kernel, row.rule);
        vec![
            row.release(),
            row.text.get(lang).to_string(),
            row.source.get(lang).to_string(),
            if here { lang.pick("yes", "有") } else { lang.pick("no", "没有") }.to_string(),
        ]
    });
    let title = lang.pick("What the kernel decides", "由内核版本决定的");
    Table::cells("versions", title, columns(names), rows.collect())
}
