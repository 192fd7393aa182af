//! What would change the wait: the same scene with other settings, each of them run.

use super::scenario::{self, Outcome};
use super::settings::{Scene, Settings};
use super::words::{ending, span};
use crate::kernel::KernelVersion;
use crate::lab::report::Table;
use crate::text::Lang;

/// The table of what would change it; none when nothing would.
pub(super) fn table(settings: &Settings, outcome: &Outcome, lang: Lang) -> Option<Table> {
    let columns =
        lang.pick(["with", "ends after", "outcome"], ["改成", "多久结束", "结果"]).map(String::from).to_vec();
    let row = |name: String, outcome: &Outcome| {
        let waited = outcome.waited().map_or("—".to_string(), |waited| span(waited, lang));
        vec![name, waited, ending(outcome, lang)]
    };
    let others = variations(settings, lang);
    let others: Vec<_> = others.into_iter().filter(|(_, other)| other != settings).collect();
    if others.is_empty() {
        return None;
    }
    let mut rows = vec![row(lang.pick("as it is", "现在的设置").to_string(), outcome)];
    rows.extend(others.into_iter().map(|(name, other)| row(name, &scenario::run(&other))));
    Some(Table::cells("changes", lang.pick("What would change it", "改什么会不一样"), columns, rows))
}

/// Other settings worth a look, with what they change.
fn variations(settings: &Settings, lang: Lang) -> Vec<(String, Settings)> {
    let kernel = |version: &str| {
        let kernel = KernelVersion::parse(version).unwrap_or(settings.client_kernel);
        (format!("Linux {version}"), Settings { client_kernel: kernel, ..*settings })
    };
    let user_timeout =
        |ms| (format!("TCP_USER_TIMEOUT = {ms}"), Settings { user_timeout_ms: ms, ..*settings });
    let keepalive = |time, intvl, probes| {
        let name = lang.pick(
            format!("SO_KEEPALIVE, {time} s + {probes} × {intvl} s"),
            format!("SO_KEEPALIVE，{time} 秒 + {probes} × {intvl} 秒"),
        );
        (name, settings.with_keepalive(time, intvl, probes))
    };
    let retries2 = |n| (format!("tcp_retries2 = {n}"), Settings { retries2: n, ..*settings });
    let fin_timeout = |s| (format!("tcp_fin_timeout = {s}"), Settings { fin_timeout_s: s, ..*settings });
    match settings.scene {
        Scene::ConnectBlackhole | Scene::LostSynAck => vec![
            ("tcp_syn_retries = 3".to_string(), Settings { syn_retries: Some(3), ..*settings }),
            user_timeout(5000),
            kernel("2.6.32"),
            kernel("3.4"),
            kernel("4.9"),
            kernel("6.18"),
        ],
        Scene::ConnectUnreachable | Scene::ConnectRefused => Vec::new(),
        Scene::DeadPeerIdle => vec![
            keepalive(7200, 75, 9),
            keepalive(60, 10, 6),
            user_timeout(30_000),
            (
                lang.pick("the program sends something", "程序发点数据").to_string(),
                Settings { scene: Scene::DeadPeerSending, ..*settings },
            ),
        ],
        Scene::DeadPeerSending => {
            vec![
                user_timeout(30_000),
                retries2(8),
                retries2(5),
                keepalive(60, 10, 6),
                kernel("2.6.32"),
                kernel("6.18"),
            ]
        }
        Scene::PeerRebooted => vec![
            keepalive(7200, 75, 9),
            keepalive(60, 10, 6),
            (
                lang.pick("without SO_KEEPALIVE", "不开 SO_KEEPALIVE").to_string(),
                Settings { keepalive: false, ..*settings },
            ),
        ],
        Scene::FinWait1Orphan => vec![
            ("tcp_orphan_retries = 3".to_string(), Settings { orphan_retries: 3, ..*settings }),
            user_timeout(10_000),
        ],
        Scene::FinWait2Orphan => {
            vec![fin_timeout(30), fin_timeout(60), fin_timeout(61), fin_timeout(90), fin_timeout(120)]
        }
        Scene::ZeroWindow => vec![user_timeout(10_000), keepalive(60, 10, 6)],
    }
}
