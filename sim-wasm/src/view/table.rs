//! Tables and the output of tools, as HTML and for a terminal.

use super::html::escape;
use super::scale::seconds;
use crate::lab::Report;
use crate::lab::report::{HostInfo, Table};
use crate::text::Lang;
use std::fmt::Write;

/// Rows shown at most; the JSON has them all.
const MOST_ROWS: usize = 1000;

/// Every table of a report but the strip of connections, each as a part.
pub(super) fn html(out: &mut String, report: &Report, lang: Lang) {
    for tables in groups(report) {
        match tables {
            [] => {}
            [table] if table.text.is_empty() => cells(out, table, lang),
            _ => tool_output(out, tables, report, lang),
        }
    }
}

/// The same for a terminal.
pub(super) fn write(out: &mut String, report: &Report, lang: Lang) {
    for tables in groups(report) {
        for table in tables {
            let at =
                table.t_us.map(|t| lang.pick(format!(", {} s", seconds(t)), format!("，{} 秒", seconds(t))));
            let title = format!("{}{}", table.title, at.unwrap_or_default());
            if table.text.is_empty() {
                text(out, &title, &table.columns, &table.rows);
            } else {
                let _ = write!(out, "\n# {title}\n{}", table.text);
            }
        }
    }
}

/// The tables, one tool's output at several moments together.
fn groups(report: &Report) -> impl Iterator<Item = &[Table]> {
    let together = |a: &Table, b: &Table| (a.id, &a.host) == (b.id, &b.host);
    report.tables.chunk_by(together).filter(|tables| tables[0].id != Table::CONNECTIONS)
}

/// What a tool printed, at the end or at each of several moments.
fn tool_output(out: &mut String, tables: &[Table], report: &Report, lang: Lang) {
    let Some(table) = tables.first() else { return };
    let host = report.hosts.iter().find(|host| host.id == table.host).or(report.hosts.last());
    let kernel = |host: &HostInfo| {
        let kernel = host.kernel.as_deref().unwrap_or_default();
        lang.pick(format!(", {}, Linux {kernel}", host.name), format!("，{}，Linux {kernel}", host.name))
    };
    let caption = format!("{}{}", table.title, host.map(kernel).unwrap_or_default());
    let copy = lang.pick("Copy", "复制");
    let class = if table.t_us.is_some() { "code counters snapshots" } else { "code counters" };
    let _ = write!(
        out,
        "<figure class=\"{class}\" data-part=\"{}{}\"><figcaption><span>{}</span><button type=\"button\" class=\"copy\" hidden>{copy}</button></figcaption>",
        table.id,
        table.host,
        escape(&caption),
    );
    out.push_str("<pre tabindex=\"0\"><code>");
    for (n, table) in tables.iter().enumerate() {
        if let Some(at) = table.t_us.map(seconds) {
            let at = lang.pick(format!("{at} s"), format!("{at} 秒"));
            let apart = if n > 0 { "\n" } else { "" };
            let _ = writeln!(out, "{apart}<b># {at}</b>");
        }
        out.push_str(&escape(&table.text));
    }
    out.push_str("</code></pre></figure>");
}

/// A table of findings.
fn cells(out: &mut String, table: &Table, lang: Lang) {
    let title = escape(&table.title);
    let _ = write!(
        out,
        "<div class=\"table findings\" data-part=\"{}\" role=\"region\" tabindex=\"0\" aria-label=\"{title}\"><table><caption>{title}</caption><thead><tr>",
        table.id
    );
    let numeric = numeric(&table.rows, table.columns.len());
    let class = |column: usize| if numeric.get(column) == Some(&true) { " class=\"number\"" } else { "" };
    for (column, head) in table.columns.iter().enumerate() {
        let _ = write!(out, "<th scope=\"col\"{}>{}</th>", class(column), escape(head));
    }
    out.push_str("</tr></thead><tbody>");
    for row in table.rows.iter().take(MOST_ROWS) {
        out.push_str("<tr>");
        for (column, cell) in row.iter().enumerate() {
            let _ = write!(out, "<td{}>{}</td>", class(column), escape(cell));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table>");
    if table.rows.len() > MOST_ROWS {
        let _ = write!(out, "<p>{}</p>", first_rows(MOST_ROWS, lang));
    }
    out.push_str("</div>");
}

/// The remark below a list that was cut off.
pub(super) fn first_rows(shown: usize, lang: Lang) -> String {
    lang.pick(
        format!("The first {shown} are listed here; the JSON has all of them."),
        format!("这里只列出前 {shown} 行，完整内容见 JSON。"),
    )
}

/// A table with aligned columns.
pub(super) fn text(out: &mut String, title: &str, heads: &[String], rows: &[Vec<String>]) {
    let _ = write!(out, "\n# {title}\n");
    let numeric = numeric(rows, heads.len());
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.chain(heads.get(column)).map(|cell| columns(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    for row in [heads].into_iter().chain(rows.iter().map(Vec::as_slice)) {
        let mut line = String::new();
        for ((cell, width), number) in row.iter().zip(&widths).zip(&numeric) {
            let pad = " ".repeat(width.saturating_sub(columns(cell)));
            let (before, after) = if *number { (pad.as_str(), "") } else { ("", pad.as_str()) };
            let _ = write!(line, "{before}{cell}{after}  ");
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

/// Which columns have nothing but numbers in them.
fn numeric(rows: &[Vec<String>], columns: usize) -> Vec<bool> {
    let all = |column: usize| rows.iter().filter_map(|row| row.get(column)).all(|cell| is_number(cell));
    (0..columns).map(all).collect()
}

/// `12`, `−1.5 k`, `3.250 s`, `37 ×`, `42 %`; also a dash and nothing, which stand for a number that is not there.
fn is_number(cell: &str) -> bool {
    let number = cell.split_once(' ').map_or(cell, |(number, _)| number);
    let number = number.trim_start_matches(['+', '-', '−']);
    let dots = number.matches('.').count();
    matches!(cell, "" | "—")
        || (number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || c == '.')
            && dots <= 1)
}

/// How many columns of a fixed-width font a text takes: Han characters take two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|c| if c < '\u{2e80}' { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab;
    use expect_test::expect;

    fn report(tables: Vec<Table>) -> Report {
        let params = lab::all()[0].params(None, []).unwrap();
        Report { tables, ..params.run(Lang::En) }
    }

    fn rows(rows: &[[&str; 3]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.map(String::from).to_vec()).collect()
    }

    #[test]
    fn numbers_are_aligned_at_their_end() {
        for number in ["12", "−3", "+7", "1.5 k", "3.250 s", "37 ×", "42 %", "", "—"] {
            assert!(is_number(number), "{number}");
        }
        for word in ["10.0.0.1", "0.0.0.0:80", "c1", "2.6.32", "−", "three 3", "timer:(on,1.2ms,0)"] {
            assert!(!is_number(word), "{word}");
        }
    }

    #[test]
    fn a_table_has_aligned_columns() {
        let heads = ["结果", "connections", "wait"].map(String::from);
        let mut out = String::new();
        text(&mut out, "T", &heads, &rows(&[["建立", "731", "0.010 s"], ["read timeout", "9", "—"]]));
        expect![[r"

            # T
            结果          connections     wait
            建立                  731  0.010 s
            read timeout            9        —
        "]]
        .assert_eq(&out);
    }

    #[test]
    fn a_table_as_html_is_escaped_and_has_a_caption() {
        let columns = ["what", "n", "<b>"].map(String::from).to_vec();
        let cells = Table::cells("views", "A & B", columns, rows(&[["x<y", "1", "c"]]));
        let mut out = String::new();
        html(&mut out, &report(vec![cells]), Lang::En);
        expect![[r#"<div class="table findings" data-part="views" role="region" tabindex="0" aria-label="A &amp; B"><table><caption>A &amp; B</caption><thead><tr><th scope="col">what</th><th scope="col" class="number">n</th><th scope="col">&lt;b&gt;</th></tr></thead><tbody><tr><td>x&lt;y</td><td class="number">1</td><td>c</td></tr></tbody></table></div>"#]]
        .assert_eq(&out);
    }

    #[test]
    fn one_tool_at_several_moments_is_one_figure() {
        let at = |t_us, text: &str| Table { t_us: Some(t_us), ..Table::output("ss", "ss -lnt", text.into()) };
        let report = report(vec![
            at(0, "LISTEN 0\n"),
            at(1_500_000, "LISTEN <1>\n"),
            Table { host: "c1".into(), ..Table::output("ss", "ss -o", "ESTAB\n".into()) },
        ]);
        let mut out = String::new();
        html(&mut out, &report, Lang::Zh);
        expect![[r##"<figure class="code counters snapshots" data-part="ss"><figcaption><span>ss -lnt，server，Linux 3.10</span><button type="button" class="copy" hidden>复制</button></figcaption><pre tabindex="0"><code><b># 0.000 秒</b>
LISTEN 0

<b># 1.500 秒</b>
LISTEN &lt;1&gt;
</code></pre></figure><figure class="code counters" data-part="ssc1"><figcaption><span>ss -o，client 1，Linux 3.10</span><button type="button" class="copy" hidden>复制</button></figcaption><pre tabindex="0"><code>ESTAB
</code></pre></figure>"##]]
        .assert_eq(&out);
        let mut out = String::new();
        write(&mut out, &report, Lang::En);
        assert_eq!(
            out,
            "\n# ss -lnt, 0.000 s\nLISTEN 0\n\n# ss -lnt, 1.500 s\nLISTEN <1>\n\n# ss -o\nESTAB\n"
        );
    }
}
