//! What would change the times: the same requests with other settings, each of them run.

use super::scenario;
use super::settings::{Cork, QuickAck, Settings};
use super::waits::{self, Sums};
use super::words::span;
use crate::kernel::KernelVersion;
use crate::lab::report::Table;
use crate::text::Lang;

/// The table of what would change it. `sums` are those of the settings as they are.
pub(super) fn table(settings: &Settings, sums: &Sums, lang: Lang) -> Table {
    let columns = lang
        .pick(
            ["with", "stalled", "median", "worst", "requests/s", "packets"],
            ["改成", "卡住", "中位数", "最慢", "每秒请求数", "报文数"],
        )
        .map(String::from)
        .to_vec();
    let row = |name: String, sums: &Sums| {
        vec![
            name,
            format!("{}/{}", sums.stalled, sums.asked),
            span(sums.median, lang),
            span(sums.worst, lang),
            sums.requests_per_s.to_string(),
            sums.packets.to_string(),
        ]
    };
    let mut rows = vec![row(lang.pick("as it is", "现在的设置").to_string(), sums)];
    for (name, other) in variations(settings, lang) {
        if other != *settings {
            let outcome = scenario::run(&other);
            rows.push(row(name, &waits::sums(&outcome, &waits::requests(&outcome))));
        }
    }
    Table::cells("changes", lang.pick("What would change it", "改什么会不一样"), columns, rows)
}

/// Other settings worth a look, with what they change.
fn variations(settings: &Settings, lang: Lang) -> Vec<(String, Settings)> {
    let of =
        |end: &str, option: &str| format!("{option}{}", lang.pick(format!(", {end}"), format!("，{end}")));
    let (client, server) = lang.pick(("client", "server"), ("客户端", "服务端"));
    let kernel = |text: &str| {
        let kernel = KernelVersion::parse(text).unwrap_or(settings.server_kernel);
        (format!("Linux {text}"), Settings { server_kernel: kernel, client_kernel: kernel, ..*settings })
    };
    let mut all = Vec::new();
    if settings.request().len() > 1 {
        all.push((of(client, "TCP_NODELAY"), Settings { nodelay: true, cork: Cork::Off, ..*settings }));
        all.push((of(client, "TCP_CORK"), Settings { cork: Cork::Around, ..*settings }));
        all.push((of(client, "writev()"), Settings { one_writev: true, cork: Cork::Off, ..*settings }));
    }
    all.push((of(server, "TCP_QUICKACK"), Settings { server_quickack: QuickAck::EachRead, ..*settings }));
    if settings.response().len() > 1 {
        all.push((of(server, "TCP_NODELAY"), Settings { server_nodelay: true, ..*settings }));
    }
    all.extend([kernel("2.6.32"), kernel("5.4"), kernel("6.18")]);
    all
}
