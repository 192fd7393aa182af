//! What tools print: the program's own view, route and neighbour tables, the switch's table, connections.

use super::addr::{dotted, mask, prefixed};
use super::capture;
use super::facts::Fact;
use super::neighbours::Nud;
use super::packet::{ECHO_ID, Flow, Icmp, Proto};
use super::program;
use super::settings::Settings;
use super::topology::Who;
use super::walk::World;
use super::words;
use crate::lab::report::Table;
use crate::text::Lang;

/// All tables of a report.
pub(super) fn tables(world: &World, capture_at: &str, lang: Lang) -> Vec<Table> {
    let settings = &world.settings;
    let target = dotted(settings.target());
    let (command, seen) = program::output(world);
    let shell = |who: Who, command: &str| format!("{}# {command}", words::name(who, lang));
    let mut tables = vec![
        Table::output("program", &shell(Who::Client, &command), seen),
        Table::output(
            "route-get",
            &shell(Who::Client, &format!("ip route get {target}")),
            route_get(world, settings),
        ),
        decisions(world, lang),
    ];
    for who in [Who::Client, Who::Gateway] {
        let text = neighbours(world, who);
        if !text.is_empty() {
            tables.push(Table::output("neigh", &shell(who, "ip neigh"), text));
        }
    }
    let fdb = fdb(world);
    if !fdb.is_empty() {
        tables.push(Table::output("fdb", &shell(Who::Switch, "bridge fdb show br br0"), fdb));
    }
    let tracked = conntrack(world);
    if !tracked.is_empty() {
        tables.push(Table::output("conntrack", &shell(Who::Gateway, "conntrack -L"), tracked));
    }
    let at = capture::place(capture_at, settings);
    if let Some(iface) = world.iface(at.0, at.1) {
        let text = capture::lines(world, at);
        let text = if text.is_empty() { "0 packets captured".to_string() } else { text };
        tables.push(Table::output("tcpdump", &shell(at.0, &format!("tcpdump -ne -i {}", iface.name)), text));
    }
    tables
}

fn route_get(world: &World, settings: &Settings) -> String {
    let (dst, src) = (dotted(settings.target()), dotted(settings.client));
    let Some(route) = world.node(Who::Client).route(settings.target()) else {
        return "RTNETLINK answers: Network is unreachable".to_string();
    };
    // What ICMP told about this destination is kept as an exception beside the route (measured on 6.18.44).
    let told = world.facts.iter().find_map(|fact| match fact {
        Fact::Told { who: Who::Client, icmp, .. } => Some(*icmp),
        _ => None,
    });
    let (via, cache) = match told {
        Some(Icmp::Redirect(better)) => (Some(better), " <redirected> expires 299sec".to_string()),
        Some(Icmp::TooBig(mtu)) => (route.via, format!(" expires 599sec mtu {mtu}")),
        _ => (route.via, String::new()),
    };
    let via = via.map_or(String::new(), |via| format!(" via {}", dotted(via)));
    format!("{dst}{via} dev eth0 src {src} uid 0\n    cache{cache}")
}

/// Each table that was asked, line by line, with the one that wins.
fn decisions(world: &World, lang: Lang) -> Table {
    let columns = lang.pick(
        ["who", "destination", "line of the table", "destination & mask", "matches", "decides"],
        ["谁", "目的地址", "路由表的一行", "目的地址 & 掩码", "相符", "胜出"],
    );
    let mut rows = Vec::new();
    for lookup in &world.lookups {
        let node = world.node(lookup.who);
        let winner = node.route(lookup.dst);
        for route in &node.routes {
            let dev = node.ifaces.get(route.dev).map_or("", |iface| iface.name);
            let via = route.via.map_or(String::new(), |via| format!(" via {}", dotted(via)));
            let wins = winner.is_some_and(|winner| (winner.net, winner.prefix) == (route.net, route.prefix));
            let yes = |is: bool| if is { lang.pick("yes", "是") } else { lang.pick("no", "否") }.to_string();
            rows.push(vec![
                words::name(lookup.who, lang).to_string(),
                dotted(lookup.dst),
                format!("{}{via} dev {dev}", prefixed(route.net, route.prefix)),
                dotted(lookup.dst & mask(route.prefix)),
                yes(route.matches(lookup.dst)),
                if wins { "←".to_string() } else { String::new() },
            ]);
        }
    }
    let title =
        lang.pick("Routing: the longest prefix that matches wins", "查路由：相符的行里前缀最长者胜出");
    Table::cells("routes", title, columns.map(String::from).to_vec(), rows)
}

fn neighbours(world: &World, who: Who) -> String {
    let lines = world.neighbours.iter().filter(|entry| entry.who == who).map(|entry| {
        let dev = world.iface(who, entry.dev).map_or("", |iface| iface.name);
        let mac = entry.mac.map_or(String::new(), |mac| format!(" lladdr {}", mac.text()));
        let state = match entry.state {
            Nud::Incomplete => "INCOMPLETE",
            Nud::Reachable => "REACHABLE",
            Nud::Stale => "STALE",
            Nud::Delay => "DELAY",
            Nud::Failed => "FAILED",
        };
        format!("{} dev {dev}{mac} {state}", dotted(entry.ip))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn fdb(world: &World) -> String {
    let lines = world.fdb.iter().map(|entry| {
        format!("{} dev port{} vlan {} master br0", entry.mac.text(), entry.port + 1, entry.vlan)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn conntrack(world: &World) -> String {
    let lines = world.tracked.iter().map(|tracked| {
        let head = match (tracked.original.proto, tracked.replied) {
            (Proto::Icmp, _) => "icmp     1 29 ",
            (Proto::Udp, _) => "udp      17 29 ",
            (Proto::Tcp, false) => "tcp      6 119 SYN_SENT ",
            (Proto::Tcp, true) => "tcp      6 59 SYN_RECV ",
        };
        let unreplied = if tracked.replied { "" } else { "[UNREPLIED] " };
        let (original, reply) = (direction(&tracked.original, 8), direction(&tracked.reply, 0));
        format!("{head}{original} {unreplied}{reply} mark=0 use=1")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// One direction; `kind` is the type of the ICMP message.
fn direction(flow: &Flow, kind: u8) -> String {
    let (src, dst) = (dotted(flow.src), dotted(flow.dst));
    match flow.proto {
        Proto::Icmp => format!("src={src} dst={dst} type={kind} code=0 id={ECHO_ID}"),
        Proto::Tcp | Proto::Udp => {
            format!("src={src} dst={dst} sport={} dport={}", flow.sport, flow.dport)
        }
    }
}
