//! What would change it: the same transfer with other settings, each of them run.

use super::scenario::{self, End, Outcome};
use super::settings::{Clamp, Settings};
use super::tables::span;
use crate::lab::report::Table;
use crate::text::Lang;

/// The table of what would change it; none when nothing would.
pub(super) fn table(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Table> {
    let columns =
        lang.pick(["with", "outcome", "after"], ["改成", "结果", "用时"]).map(String::from).to_vec();
    let row = |name: String, outcome: &Outcome| vec![name, ending(outcome, lang), span(outcome.ended, lang)];
    let others = variations(settings, lang).into_iter().filter(|(_, other)| other != settings);
    let others: Vec<_> = others.map(|(name, other)| (name, scenario::run(&other))).collect();
    if others.iter().all(|(_, other)| other.end == outcome.end && other.ended == outcome.ended) {
        return None;
    }
    let mut rows = vec![row(lang.pick("as it is", "现在的设置").to_string(), outcome)];
    rows.extend(others.into_iter().map(|(name, other)| row(name, &other)));
    Some(Table::cells("changes", lang.pick("What would change it", "改什么会不一样"), columns, rows))
}

/// How a transfer ends, in a word.
fn ending(outcome: &Outcome, lang: Lang) -> String {
    match outcome.end {
        End::Done => lang.pick("done", "完成").to_string(),
        End::Failed(_, error) => lang.pick(format!("hangs, then {error}"), format!("卡住，最后 {error}")),
        End::CutOff => lang.pick("no end", "没有终点").to_string(),
    }
}

/// Other settings worth a look, with what they change.
fn variations(settings: &Settings, lang: Lang) -> Vec<(String, Settings)> {
    let mut all = vec![
        (
            lang.pick("ICMP reaches the sender", "ICMP 能到发送方").to_string(),
            Settings { icmp: true, ..*settings },
        ),
        (lang.pick("ICMP is filtered", "ICMP 被过滤").to_string(), Settings { icmp: false, ..*settings }),
        ("TCPMSS --clamp-mss-to-pmtu".to_string(), Settings { clamp: Clamp::Both, ..*settings }),
        (lang.pick("no clamping", "不做钳制").to_string(), Settings { clamp: Clamp::Off, ..*settings }),
    ];
    if let Some(mtu) = settings.narrowest() {
        let client_mtu = mtu.clamp(576, 9000).min(settings.client_mtu);
        all.push((
            lang.pick(format!("client's MTU {client_mtu}"), format!("客户端 MTU {client_mtu}")),
            Settings { client_mtu, ..*settings },
        ));
    }
    for probing in [0, 1] {
        all.push((format!("tcp_mtu_probing = {probing}"), Settings { probing, ..*settings }));
    }
    for no_pmtu_disc in [0, 1] {
        all.push((format!("ip_no_pmtu_disc = {no_pmtu_disc}"), Settings { no_pmtu_disc, ..*settings }));
    }
    let (request, response) = (settings.response, settings.request);
    all.push((
        lang.pick("sizes exchanged", "请求与响应大小对调").to_string(),
        Settings { request, response, ..*settings },
    ));
    all
}
