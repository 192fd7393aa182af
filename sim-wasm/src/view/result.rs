//! The result area of a lab as HTML. Each part has a `data-part`, so that a page can exchange what changed.

use super::html::escape;
use super::scale::seconds;
use super::{Detail, chart, ladder, lines, table, timeline};
use crate::kernel::KernelVersion;
use crate::lab;
use crate::lab::report::{Event, Fate, Mood, PacketInfo, Reason, Recorded, Report, Table};
use crate::lab::script::ScriptInfo;
use crate::text::Lang;
use std::fmt::Write;

/// Packets listed at most; the JSON has them all.
const MOST_PACKETS: usize = 1000;

pub(super) fn result(report: &Report, lang: Lang, prefix: &str, detail: Detail) -> String {
    let mut out = String::new();
    verdict(&mut out, report, lang, prefix);
    let (rows, _) = ladder::rows(report, detail);
    attempts(&mut out, report, &rows, lang, prefix);
    lines::html(&mut out, report, lang, prefix);
    #[cfg(any(not(target_arch = "wasm32"), feature = "figures"))]
    {
        super::figure::html(&mut out, report, lang);
        explanations(&mut out, report, lang);
        super::figure::tables(&mut out, report, lang, prefix);
    }
    if report.script.is_none() && report.has_packets() {
        // Beside the lines of a script stand its packets and, below them, the reasons.
        reasons(&mut out, report, &rows, lang, prefix);
        pictures(&mut out, report, lang, prefix, detail);
    }
    table::html(&mut out, report, lang);
    if detail != Detail::Figure
        && report.has_packets()
        && !(report.script.is_some() && report.events.is_empty())
    {
        packets(&mut out, report, lang, detail);
    }
    out
}

fn verdict(out: &mut String, report: &Report, lang: Lang, prefix: &str) {
    let mood = match report.verdict.mood {
        Mood::Good => "delivered",
        Mood::Neutral => "neutral",
        Mood::Bad => "dropped",
    };
    let _ = write!(
        out,
        "<div class=\"verdict {mood}\" data-part=\"verdict\" data-code=\"{}\"><p>{}</p><dl class=\"totals\">",
        report.verdict.code,
        lines::verdict(report, lang, prefix)
    );
    // Nothing is counted of a script that cannot be read.
    let unreadable = report.script.as_ref().is_some_and(ScriptInfo::is_unreadable);
    let shown = lab::find(report.lab).filter(|_| !unreadable).map_or(&[][..], |lab| lab.shown);
    for (name, label) in shown {
        if let Some(value) = report.totals.shown(name) {
            let label = label.get(lang);
            let _ = write!(out, "<div><dt>{label}</dt><dd data-total=\"{name}\">{value}</dd></div>");
        }
    }
    out.push_str("</dl></div>");
}

/// One mark for each connection, in the order they were tried.
fn attempts(out: &mut String, report: &Report, rows: &[&Event], lang: Lang, prefix: &str) {
    let Some(table) = report.tables.iter().find(|table| table.id == Table::CONNECTIONS) else { return };
    let label = match report.recorded {
        Some(_) => {
            lang.pick("The recorded connections, in the order they were tried", "有记录的连接，按发起顺序")
        }
        None => lang.pick("Connections, in the order they were tried", "各条连接，按发起顺序"),
    };
    let _ = write!(out, "<ol class=\"attempts\" data-part=\"attempts\" aria-label=\"{label}\">");
    for row in &table.rows {
        let [number, client, started, syns, outcome] = &row[..] else { continue };
        let words = match outcome.as_str() {
            "established" => lang.pick("established", "建立"),
            "late" => lang.pick("established after a retransmission", "重传后建立"),
            "unanswered" => lang.pick("established, but nothing came", "建立，但没有收到数据"),
            "reset" => lang.pick("reset", "被复位"),
            "refused" => lang.pick("refused", "被拒绝"),
            "gone" => lang.pick("nothing is left of it", "什么也没留下"),
            "left" => lang.pick("left behind on the server", "残留在服务端"),
            "failed" => lang.pick("failed", "失败"),
            _ => lang.pick("undecided at the end", "结束时未定"),
        };
        let told = lang.pick(
            format!("Connection {number}, {client}, at {started}, {syns} SYN: {words}"),
            format!("连接 {number}，{client}，{started}，SYN {syns} 个：{words}"),
        );
        let told = escape(&told);
        let target = first_row(rows, number).map(|n| format!(" href=\"#{prefix}-e{n}\"")).unwrap_or_default();
        let _ = write!(
            out,
            "<li class=\"{outcome}\"><a{target} title=\"{told}\"><span class=\"sr-only\">{told}</span></a></li>"
        );
    }
    out.push_str("</ol>");
}

/// The number of the first packet of a connection that has a row in the ladder.
fn first_row(rows: &[&Event], conn: &str) -> Option<u32> {
    let conn: u32 = conn.parse().ok()?;
    rows.iter().find(|event| event.conn == conn && event.packet.is_some()).map(|event| event.n)
}

/// The reasons, one for each kind, told with the numbers of its first packet.
fn reasons(out: &mut String, report: &Report, rows: &[&Event], lang: Lang, prefix: &str) {
    let title = lang.pick("Why", "为什么");
    let _ = write!(out, "<section class=\"why\" data-part=\"why\"><h4>{title}</h4>");
    let mut told: Vec<&str> = Vec::new();
    for reason in &report.reasons {
        if !told.contains(&reason.code) {
            told.push(reason.code);
            tell_reason(out, report, reason, rows, lang, prefix);
        }
    }
    if told.is_empty() {
        let nothing = lang.pick("No packet was dropped by a kernel.", "没有报文被内核丢弃。");
        let _ = write!(out, "<p>{nothing}</p>");
    }
    out.push_str("</section>");
}

/// The rules that decided, in a lab without packets of TCP.
#[cfg(any(not(target_arch = "wasm32"), feature = "figures"))]
fn explanations(out: &mut String, report: &Report, lang: Lang) {
    if report.explanations.is_empty() {
        return;
    }
    let title = lang.pick("Why", "为什么");
    let _ = write!(out, "<section class=\"why\" data-part=\"why\"><h4>{title}</h4>");
    for told in &report.explanations {
        let _ = write!(
            out,
            "<div class=\"reason\" data-code=\"{}\"><p>{}</p><dl>",
            told.code,
            escape(&told.text)
        );
        for (term, text) in [
            (lang.pick("rule", "规则"), &told.condition),
            (lang.pick("decided in", "出处"), &told.source),
            (lang.pick("would change it", "改变结果的参数"), &told.would_change),
        ] {
            if !text.is_empty() {
                let _ = write!(out, "<div><dt>{term}</dt><dd><code>{}</code></dd></div>", escape(text));
            }
        }
        out.push_str("</dl></div>");
    }
    out.push_str("</section>");
}

fn tell_reason(
    out: &mut String,
    report: &Report,
    reason: &Reason,
    rows: &[&Event],
    lang: Lang,
    prefix: &str,
) {
    let ids: Vec<u32> =
        report.reasons.iter().filter(|other| other.code == reason.code).map(|other| other.id).collect();
    let dropped: Vec<&Event> = report
        .events
        .iter()
        .filter(|event| event.packet.as_ref().is_some_and(|p| p.why.is_some_and(|why| ids.contains(&why))))
        .collect();
    let Some(first) = dropped.first() else { return };
    // Where only some packets are told, a number is that of all of them, or none.
    let count = match &report.recorded {
        Some(recorded) => recorded.dropped.iter().find(|(code, _)| *code == reason.code).map(|(_, n)| *n),
        None => Some(dropped.len() as u64),
    };
    let times = count.map_or(String::new(), |n| lang.pick(format!("{n} ×: "), format!("{n} 次，")));
    let at = seconds(first.t_us);
    let where_first = lang.pick(format!("{times}first at {at} s"), format!("{times}首次在 {at} 秒"));
    let function = function_html(reason);
    let where_first = match rows.iter().any(|row| row.n == first.n) {
        true => format!("<a href=\"#{prefix}-e{}\">{where_first}</a>", first.n),
        false => where_first,
    };
    let _ = write!(out, "<div class=\"reason\"><p>{} {where_first}</p><dl>", escape(&reason.text));
    let mut entry = |term: &str, html: &str| {
        let _ = write!(out, "<div><dt>{term}</dt><dd>{html}</dd></div>");
    };
    entry(
        lang.pick("decided in", "判定函数"),
        &format!(
            "{function} <span class=\"where\">{} · Linux {}</span>",
            reason.file,
            escape(&reason.kernel)
        ),
    );
    entry(lang.pick("condition", "条件"), &format!("<code>{}</code>", escape(&reason.condition)));
    if !reason.counters.is_empty() {
        let counters: Vec<String> =
            reason.counters.iter().map(|counter| format!("<code>{counter}</code> +1")).collect();
        entry(lang.pick("counters", "计数器"), &counters.join(", "));
    }
    entry(
        lang.pick("would change it", "改变结果的参数"),
        &format!("<code>{}</code>", escape(&reason.would_change)),
    );
    out.push_str("</dl></div>");
}

/// The function that decided, with a link to it where there is one.
pub(super) fn function_html(reason: &Reason) -> String {
    match source_link(reason) {
        Some(link) => format!("<a href=\"{link}\" rel=\"noopener\"><code>{}</code></a>", reason.function),
        None => format!("<code>{}</code>", reason.function),
    }
}

/// The function in the source of that version, at a public browser of the kernel's code.
fn source_link(reason: &Reason) -> Option<String> {
    let tag = KernelVersion::parse(&reason.kernel).ok()?.upstream_tag()?;
    Some(format!("https://elixir.bootlin.com/linux/{tag}/C/ident/{}", reason.function))
}

fn pictures(out: &mut String, report: &Report, lang: Lang, prefix: &str, detail: Detail) {
    if super::CURVES {
        charts(out, report, lang);
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "time-sequence"))]
    super::time_sequence::html(out, report, lang, detail);
    if super::CURVES {
        timeline(out, report, lang);
    }
    let label = lang.pick("Packet ladder", "报文时序图");
    let (head, rungs) = (ladder::head(report, lang), ladder::rungs(report, lang, prefix, detail));
    let _ = write!(
        out,
        "<div class=\"plot rungs\" data-part=\"ladder\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><div class=\"head\">{head}</div>{rungs}</div>"
    );
}

fn charts(out: &mut String, report: &Report, lang: Lang) {
    for (chart, picture) in chart::charts(report, lang) {
        let _ = write!(
            out,
            "<div class=\"plot\" data-part=\"chart-{}\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">{picture}</div>",
            chart.id,
            escape(&chart.title)
        );
    }
}

fn timeline(out: &mut String, report: &Report, lang: Lang) {
    let timeline = timeline::timeline(report, lang);
    if !timeline.is_empty() {
        let label = lang.pick("Timestamps over time", "时间戳随时间的变化");
        let _ = write!(
            out,
            "<div class=\"plot\" data-part=\"timeline\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\">{timeline}</div>"
        );
    }
}

fn packets(out: &mut String, report: &Report, lang: Lang, detail: Detail) {
    let total = report.events.len();
    let shown = if detail == Detail::Folded { 0 } else { total.min(MOST_PACKETS) };
    let summary = match &report.recorded {
        Some(Recorded { packets_of: Some(of), .. }) => lang.pick(
            format!("{total} of {of} packets: the first ones, and those of the close-up"),
            format!("{of} 个报文中的 {total} 个：开头的一些，和细看的那一段"),
        ),
        Some(Recorded { connections, of, .. }) => lang.pick(
            format!("The {total} packets and changes of state of {connections} of {of} connections"),
            format!("{of} 条连接中 {connections} 条的全部 {total} 个报文与状态变化"),
        ),
        None => lang.pick(
            format!("All {total} packets and changes of state"),
            format!("全部 {total} 个报文与状态变化"),
        ),
    };
    let _ = write!(
        out,
        "<details class=\"packets\" data-part=\"packets\"><summary>{summary}</summary><div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{summary}\"><table><thead><tr>"
    );
    for head in lang.pick(
        ["#", "s", "from", "to", "flags", "seq", "ack", "len", "TSval", "TSecr", "fate"],
        ["#", "秒", "从", "到", "标志", "seq", "ack", "长度", "TSval", "TSecr", "结局"],
    ) {
        let _ = write!(out, "<th scope=\"col\">{head}</th>");
    }
    out.push_str("</tr></thead><tbody>");
    for event in report.events.iter().take(shown) {
        match &event.packet {
            Some(packet) => packet_cells(out, event, packet, lang),
            None => {
                let _ = write!(
                    out,
                    "<tr class=\"state\"><td>{}</td><td>{}</td><td>{}</td><td colspan=\"8\">{}</td></tr>",
                    event.n,
                    seconds(event.t_us),
                    event.from,
                    escape(&event.note)
                );
            }
        }
    }
    out.push_str("</tbody></table></div>");
    if (1..total).contains(&shown) {
        let _ = write!(out, "<p>{}</p>", table::first_rows(shown, lang));
    }
    out.push_str("</details>");
}

fn packet_cells(out: &mut String, event: &Event, packet: &PacketInfo, lang: Lang) {
    let (class, fate) = match packet.fate {
        Fate::Delivered => ("delivered", lang.pick("delivered", "送达")),
        Fate::Dropped => ("dropped", lang.pick("dropped", "丢弃")),
        Fate::Lost => ("lost", lang.pick("lost", "丢失")),
        Fate::InFlight => ("lost", lang.pick("in flight", "在途")),
    };
    let number = |value: Option<u32>| value.map_or(String::new(), |value| value.to_string());
    let _ = write!(
        out,
        "<tr class=\"{class}\"><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{fate}</td></tr>",
        event.n,
        seconds(event.t_us),
        event.from,
        event.to,
        packet.flags,
        packet.seq,
        packet.ack,
        packet.len,
        number(packet.opts.tsval),
        number(packet.opts.tsecr),
    );
}
