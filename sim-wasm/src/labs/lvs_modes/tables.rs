//! The tables of findings: what would change it, the way of each connection, the machines.

use super::facts;
use super::hosts::{DIRECTOR, SERVER};
use super::packet::Kind;
use super::session::{self, Outcome, Run, Story};
use super::settings::{AntiSpoofing, Firewall, Mode, Place, Settings, Tunnel, VipAt};
use super::trace::Fate;
use super::verdict;
use crate::lab::report::Table;
use crate::text::Lang;

/// All of them, without what tools print.
pub(super) fn tables(run: &Run<'_>, lang: Lang) -> Vec<Table> {
    let mut tables = Vec::new();
    tables.extend(changes(run, lang));
    tables.push(ways(run, lang));
    tables.push(machines(run, lang));
    tables
}

/// How all connections of a run end, in a few words.
fn summary(run: &Run<'_>, lang: Lang) -> String {
    let all = run.stories.len() as u64;
    let answered = run.count(|story| story.outcome == Outcome::Answered);
    let past = run.count(|story| story.past_director);
    let first = run.shown().map_or(Outcome::Answered, |(_, story)| story.outcome);
    let mut text = match answered {
        0 => verdict::outcome(first, lang),
        n if n == all => verdict::outcome(Outcome::Answered, lang),
        n => lang.pick(format!("{n} of {all} answered"), format!("{all} 条里 {n} 条得到响应")),
    };
    if past > 0 && answered > 0 {
        text.push_str(&lang.pick(format!(", {past} past the director"), format!("，{past} 条绕过调度器")));
    }
    text
}

/// The same run with one setting changed; none when nothing would end otherwise.
fn changes(run: &Run<'_>, lang: Lang) -> Option<Table> {
    let settings = *run.world.settings;
    let own = summary(run, lang);
    let mut rows = vec![vec![lang.pick("as it is", "现在的设置").to_string(), own.clone()]];
    for (name, other) in variations(&settings, lang) {
        if other != settings {
            let ending = summary(&session::run(&other), lang);
            if ending != own {
                rows.push(vec![name, ending]);
            }
        }
    }
    let columns = lang.pick(["with", "outcome"], ["改成", "结果"]).map(String::from).to_vec();
    let title = lang.pick("What would change it", "改什么会不一样");
    (rows.len() > 1).then(|| Table::cells("changes", title, columns, rows))
}

/// Other settings worth a look.
fn variations(settings: &Settings, lang: Lang) -> Vec<(String, Settings)> {
    let s = *settings;
    let named = |name: &str, other: Settings| (name.to_string(), other);
    let mut all: Vec<(String, Settings)> = Vec::new();
    for mode in Mode::ALL.into_iter().filter(|mode| *mode != s.mode) {
        let (name, nat) = (mode.name(), mode == Mode::Nat);
        let with = if nat { lang.pick(", the director as gateway", "，调度器当网关") } else { "" };
        let title = lang.pick(format!("mode: {name}{with}"), format!("模式：{name}{with}"));
        all.push((title, Settings { mode, via_director: nat, ..s }));
    }
    let gateway = lang.pick(
        ["default gateway: the router", "default gateway: the director"],
        ["默认网关：路由器", "默认网关：调度器"],
    );
    all.extend([
        named(gateway[0], Settings { via_director: false, ..s }),
        named(gateway[1], Settings { via_director: true, ..s }),
        named(
            "arp_ignore = 1, arp_announce = 2 (all)",
            Settings { arp_ignore: 1, arp_announce: 2, arp_on_lo: false, ..s },
        ),
        named("arp_ignore = 0", Settings { arp_ignore: 0, ..s }),
        named("arp_announce = 0", Settings { arp_announce: 0, ..s }),
        named(
            lang.pick("VIP in its proper place", "VIP 配在该在的地方"),
            Settings { vip: VipAt::Proper, ..s },
        ),
        named(lang.pick("no VIP on the real server", "后端没有 VIP"), Settings { vip: VipAt::Nowhere, ..s }),
        named(
            lang.pick("real servers on the director's LAN", "后端在调度器所在的 LAN"),
            Settings { place: Place::Same, ..s },
        ),
        named(
            lang.pick("real servers on another LAN", "后端在另一个 LAN"),
            Settings { place: Place::Routed, ..s },
        ),
        named(lang.pick("client on the internet", "客户端在外网"), Settings { client_near: false, ..s }),
        named(
            lang.pick("client among the real servers", "客户端在后端所在的 LAN"),
            Settings { client_near: true, ..s },
        ),
        named("ip_forward = 1", Settings { ip_forward: true, ..s }),
        named(lang.pick("no packet filter", "没有包过滤规则"), Settings { firewall: Firewall::Off, ..s }),
        named("net.ipv4.vs.conntrack = 1", Settings { conntrack: true, ..s }),
        named(lang.pick("the program listens on 80", "程序监听 80"), Settings { rport: 80, ..s }),
        named(
            lang.pick("no source address check", "没有源地址检查"),
            Settings { anti_spoofing: AntiSpoofing::Off, ..s },
        ),
    ]);
    if s.mode == Mode::Nat {
        let place = Place::Inside;
        all.push(named(
            lang.pick(
                "real servers on another LAN, the director on it too, and their gateway",
                "后端在另一个 LAN，调度器也在上面并当网关",
            ),
            Settings { place, via_director: true, ..s },
        ));
    }
    if s.mode == Mode::Tun {
        all.extend([
            named("tunl0 up", Settings { tunl0: Tunnel::Up, ..s }),
            named("rp_filter: all = 0", Settings { rp_filter_all: 0, ..s }),
            named("rp_filter: tunl0 = 0", Settings { rp_filter_tunl0: 0, ..s }),
            named("rp_filter: tunl0 = 2", Settings { rp_filter_tunl0: 2, ..s }),
            named("advmss 1440", Settings { advmss: 1440, ..s }),
            (format!("MTU {}", s.inner_mtu.max(1520)), Settings { inner_mtu: s.inner_mtu.max(1520), ..s }),
            named("net.ipv4.vs.pmtu_disc = 0", Settings { pmtu_disc: false, ..s }),
            named(lang.pick("ICMP gets through", "放行 ICMP"), Settings { icmp: true, ..s }),
            named(lang.pick("a request of 500 bytes", "请求 500 字节"), Settings { request: 500, ..s }),
            named(
                lang.pick("a request of 20000 bytes", "请求 20000 字节"),
                Settings { request: 20_000, ..s },
            ),
        ]);
    }
    all
}

/// Each connection: who handed its SYN and its request to which real server.
fn ways(run: &Run<'_>, lang: Lang) -> Table {
    let columns = lang
        .pick(
            ["#", "SYN", "TTL at the real server", "request", "getpeername()", "outcome"],
            ["#", "SYN", "到后端时的 TTL", "请求", "getpeername()", "结果"],
        )
        .map(String::from)
        .to_vec();
    let rows = run.stories.iter().zip(1..).map(|(story, n): (&Story, usize)| {
        let way = |kind: Kind| {
            let record = story.records().find(|record| {
                let same = record.packet().is_some_and(|packet| packet.kind == kind);
                same && record.to >= SERVER && record.on_wire() && record.fate != Fate::Lost
            });
            record.map_or("—".to_string(), |record| {
                let [director, past] =
                    lang.pick(["by the director", "past the director"], ["经调度器", "绕过调度器"]);
                let way = if record.is_past_director() { past } else { director };
                format!("rs{}{}{way}{}", record.to - DIRECTOR, lang.pick(", ", "（"), lang.pick("", "）"))
            })
        };
        vec![
            n.to_string(),
            way(Kind::Syn),
            facts::ttl_at_server(story).map_or("—".to_string(), |ttl| ttl.to_string()),
            way(Kind::Request),
            story.peer.map_or("—".to_string(), super::addresses::End::text),
            verdict::outcome(story.outcome, lang),
        ]
    });
    let title = lang.pick("The way of each connection", "每条连接怎么走");
    Table::cells("ways", title, columns, rows.collect())
}

/// The machines with their addresses.
fn machines(run: &Run<'_>, lang: Lang) -> Table {
    let columns = lang
        .pick(["machine", "interface", "MAC", "", "addresses"], ["机器", "网卡", "MAC", "", "地址"])
        .map(String::from)
        .to_vec();
    let mut rows = Vec::new();
    for host in &run.world.hosts {
        for interface in &host.interfaces {
            let addresses: Vec<String> = interface
                .addresses
                .iter()
                .map(|(ip, length)| format!("{}/{length}", super::addresses::dotted(*ip)))
                .collect();
            rows.push(vec![
                host.name.clone(),
                interface.name.to_string(),
                interface.mac.symbol().to_string(),
                interface.mac.whole().to_string(),
                addresses.join(", "),
            ]);
        }
    }
    Table::cells("machines", lang.pick("The machines", "机器"), columns, rows)
}
