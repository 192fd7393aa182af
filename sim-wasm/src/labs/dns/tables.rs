//! Tables: every step in its order, program and tool side by side, and the files as they were read.

use super::figures::server_name;
use super::findings::Runs;
use super::local;
use super::network::{Fate, Loss};
use super::resolv_conf::Reading;
use super::settings::Settings;
use super::trace::{Outcome, Query, Trace};
use crate::lab::report::Table;
use crate::text::Lang;

/// Rows of a table of steps.
const MOST_ROWS: usize = 200;

pub(super) fn tables(settings: &Settings, runs: &Runs, lang: Lang) -> Vec<Table> {
    vec![
        compare(settings, runs, lang),
        steps(
            "queries",
            lang.pick("The program, step by step", "程序，一步一步"),
            settings,
            &runs.program,
            lang,
        ),
        steps(
            "tool_queries",
            lang.pick("The tool, step by step", "工具，一步一步"),
            settings,
            &runs.tool,
            lang,
        ),
        files(settings, lang),
    ]
}

/// Seconds with three decimals.
pub(super) fn seconds(us: u64) -> String {
    format!("{}.{:03}", us / 1_000_000, us / 1000 % 1000)
}

fn steps(id: &'static str, title: &str, settings: &Settings, trace: &Trace, lang: Lang) -> Table {
    let columns = [
        ("t, s", "t，秒"),
        ("asked", "问谁"),
        ("name", "名字"),
        ("type", "类型"),
        ("result", "结果"),
        ("next, and why", "接着做什么，为什么"),
    ];
    let mut rows: Vec<(u64, Vec<String>)> = Vec::new();
    for step in &trace.steps {
        let next = step.rule.as_ref().map(|rule| rule.told(lang).short).unwrap_or_default();
        let cells = [
            seconds(step.at_us),
            step.source.clone(),
            step.name.clone(),
            String::new(),
            step.said.clone(),
            next,
        ];
        rows.push((step.at_us, cells.to_vec()));
    }
    for query in &trace.queries {
        let mut server = server_name(settings, query.server, lang);
        if query.forwarded {
            server = format!("→ {server}");
        }
        let protocol = if query.tcp { " (TCP)" } else { "" };
        let next = query.rule.as_ref().map(|rule| rule.told(lang).short).unwrap_or_default();
        let cells = [
            seconds(query.at_us),
            server,
            query.name.clone(),
            format!("{}{protocol}", query.qtype.word()),
            result(query, lang),
            next,
        ];
        rows.push((query.at_us, cells.to_vec()));
    }
    rows.sort_by_key(|(at_us, _)| *at_us);
    let rows = rows.into_iter().map(|(_, cells)| cells).take(MOST_ROWS).collect();
    Table::cells(id, title, columns.map(|(en, zh)| lang.pick(en, zh).to_string()).to_vec(), rows)
}

/// What came back of a query.
fn result(query: &Query, lang: Lang) -> String {
    let word = |en: &str, zh: &str| lang.pick(en, zh).to_string();
    match (&query.fate, query.reply()) {
        (_, Some(reply)) => reply.word(),
        (Fate::Replied(..), None) => word("not waited for", "没有等到"),
        (Fate::Unreachable(_), None) if query.tcp => "RST".to_string(),
        (Fate::Unreachable(_), None) => word("ICMP port unreachable", "ICMP 端口不可达"),
        (Fate::Lost(Loss::Silent, _), None) => word("no answer", "没有回答"),
        (Fate::Lost(Loss::Race, _), None) => word("lost to the conntrack race", "丢在 conntrack 竞争里"),
        (Fate::Lost(Loss::NoAaaa, _), None) => word("AAAA dropped on the way", "AAAA 途中被丢"),
        (Fate::Lost(Loss::Edns, _), None) => word("OPT dropped on the way", "带 OPT 途中被丢"),
    }
}

/// How a lookup ends, as a word that programs know.
pub(super) fn outcome(outcome: &Outcome, lang: Lang) -> String {
    match outcome {
        Outcome::Found(addresses, _) => addresses.join(", "),
        Outcome::NoName => lang.pick("no such name", "没有这个名字").to_string(),
        Outcome::NoData => lang.pick("no address", "没有地址").to_string(),
        Outcome::Again => lang.pick("no usable answer", "没有能用的回答").to_string(),
        Outcome::Fail => "EAI_FAIL".to_string(),
    }
}

/// Names in the order they were tried, each once.
pub(super) fn names(trace: &Trace) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for query in trace.sent() {
        if !names.contains(&query.name.as_str()) {
            names.push(&query.name);
        }
    }
    names
}

fn compare(settings: &Settings, runs: &Runs, lang: Lang) -> Table {
    let Runs { program, tool } = runs;
    let none = || "-".to_string();
    let before = match (settings.has_nss(), program.steps.as_slice()) {
        (_, []) => none(),
        (_, steps) => {
            let mut sources: Vec<&str> = steps.iter().map(|step| step.source.as_str()).collect();
            sources.dedup();
            sources.truncate(6);
            sources.join(", ")
        }
    };
    let first = |trace: &Trace| {
        trace.sent().next().map_or_else(none, |query| server_name(settings, query.server, lang))
    };
    let tried = |trace: &Trace| {
        let names = names(trace);
        if names.is_empty() { none() } else { names.into_iter().take(8).collect::<Vec<_>>().join(", ") }
    };
    let ends = |trace: &Trace| {
        let mut all: Vec<String> = trace.lookups.iter().map(|(.., ended)| outcome(ended, lang)).collect();
        all.dedup();
        if all.is_empty() { none() } else { all.join(lang.pick("; ", "；")) }
    };
    let row = |(en, zh): (&str, &str), program: String, tool: String| {
        vec![lang.pick(en, zh).to_string(), program, tool]
    };
    let rows = vec![
        row(("asked before any server", "问服务器之前先问"), before, none()),
        row(("first server", "先问哪台服务器"), first(program), first(tool)),
        row(("names tried", "试过的名字"), tried(program), tried(tool)),
        row(("queries", "查询数"), program.sent().count().to_string(), tool.sent().count().to_string()),
        row(("seconds", "秒"), seconds(program.end_us()), seconds(tool.end_us())),
        row(("result", "结果"), ends(program), ends(tool)),
    ];
    let columns =
        vec![String::new(), lang.pick("program", "程序").to_string(), settings.tool.command().to_string()];
    Table::cells("compare", lang.pick("The same files, two resolvers", "同样的文件，两套解析"), columns, rows)
}

/// What became of each line of resolv.conf, and lines of the other texts that look right and are not.
fn files(settings: &Settings, lang: Lang) -> Table {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (line, text, reading) in &settings.conf.lines {
        let by_tool = settings.tool_conf.lines.iter().find(|(other, ..)| other == line);
        let by_tool = by_tool.map_or_else(String::new, |(.., reading)| self::reading(reading, lang));
        rows.push(vec![format!("resolv.conf:{line}"), text.clone(), self::reading(reading, lang), by_tool]);
    }
    for (line, space) in local::misleading_lines(&settings.hosts) {
        let text = settings.hosts.lines().nth(line - 1).unwrap_or("").trim().to_string();
        let why = match space.map(u32::from) {
            Some(code) => lang.pick(
                format!("passed over: U+{code:04X} parts no words"),
                format!("跳过：U+{code:04X} 隔不开各项"),
            ),
            None => lang.pick("passed over: no address", "跳过：开头不是地址").to_string(),
        };
        rows.push(vec![format!("hosts:{line}"), text, why, String::new()]);
    }
    for line in &settings.network.zone.unread {
        let why = lang.pick("no name with addresses: left out of the model", "不是名字加地址：没有进模型");
        rows.push(vec![
            format!("{}:{line}", lang.pick("names", "名字表")),
            String::new(),
            why.to_string(),
            String::new(),
        ]);
    }
    let columns = vec![
        lang.pick("line", "行").to_string(),
        lang.pick("text", "内容").to_string(),
        lang.pick("read by the program", "程序怎么读").to_string(),
        settings.tool.command().to_string(),
    ];
    Table::cells("files", lang.pick("The files, as they are read", "文件读成了什么"), columns, rows)
}

fn reading(reading: &Reading, lang: Lang) -> String {
    let word = |en: &str, zh: &str| lang.pick(en, zh).to_string();
    match reading {
        Reading::Taken => word("taken", "采用"),
        Reading::TooManyServers => word("ignored: three servers are the most", "忽略：最多三台服务器"),
        Reading::NoAddress => word("ignored: no address", "忽略：不是地址"),
        Reading::UnknownKeyword => word("ignored: unknown", "忽略：不认识"),
        Reading::Indented => word("ignored: a blank before the keyword", "忽略：关键字前有空格"),
        Reading::Replaced => word("replaced by a later line", "被后面的行取代"),
        Reading::Shortened(kept) => {
            lang.pick(format!("only the first {kept} domains"), format!("只用前 {kept} 个域"))
        }
        Reading::HashIsADomain => word("taken; # begins no comment here", "采用；这里的 # 不是注释"),
        Reading::Clamped(name, used) => format!("{name} = {used}"),
        Reading::UnknownOption(option) => lang.pick(format!("ignored: {option}"), format!("忽略：{option}")),
    }
}
