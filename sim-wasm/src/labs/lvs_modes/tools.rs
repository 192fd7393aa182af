//! What the tools print on the director, on a real server and on the gateway, in their own formats.

use super::addresses::{Ip, Mac, SERVICE, VIP, dotted};
use super::director::EntryState;
use super::hosts::{DIRECTOR, GATEWAY, SERVER, Segment};
use super::packet::{Icmp, IcmpSays, Kind, Packet};
use super::rules::Rule;
use super::session::{Run, Story};
use super::settings::{Mode, Settings, Tunnel};
use super::trace::{Record, What};
use crate::lab::report::Table;
use std::fmt::Write;

/// Lines of a capture, at most.
const MOST_LINES: usize = 24;

/// All outputs, those of the director first.
pub(super) fn outputs(run: &Run<'_>, story: &Story) -> Vec<Table> {
    let settings = run.world.settings;
    let node = SERVER + shown_server(story);
    let name = format!("rs{}", shown_server(story) + 1);
    let title = |host: &str, command: &str| format!("{host}# {command}");
    let mut tables = vec![
        Table::output("ipvsadm", &title("director", "ipvsadm -Ln"), services(run)),
        Table::output("ipvsadm-c", &title("director", "ipvsadm -Lnc"), connections(run)),
        Table::output("neigh", &title("gateway", "ip -4 neigh"), neighbours(run)),
        Table::output("addr", &title(&name, "ip -4 addr"), addresses(settings, shown_server(story))),
        Table::output("route", &title(&name, "ip route"), routes(settings, shown_server(story))),
        Table::output("sysctl", &title(&name, "sysctl net.ipv4 …"), sysctls(settings)),
    ];
    let filter = match settings.mode {
        Mode::Tun => "proto 4 or arp or icmp or tcp",
        _ => "arp or icmp or tcp",
    };
    let command = format!("tcpdump -tne -i eth0 {filter}");
    let mut captured = capture(run, story, node);
    let mut host = name.as_str();
    if captured.is_empty() {
        // Nothing came to a real server: what the director sees tells more.
        captured = capture(run, story, DIRECTOR);
        host = "director";
    }
    tables.push(Table::output("tcpdump", &title(host, &command), captured));
    tables
}

/// The real server whose tools are shown: the one that got the SYN.
fn shown_server(story: &Story) -> usize {
    let reached =
        story.records().find(|record| record.to >= SERVER && record.on_wire() && record.packet().is_some());
    reached.map_or(0, |record| record.to - SERVER)
}

fn forward(mode: Mode) -> &'static str {
    match mode {
        Mode::Nat => "Masq",
        Mode::Dr => "Route",
        Mode::Tun => "Tunnel",
        Mode::FullNat => "FullNat",
    }
}

/// `ipvsadm -Ln`.
fn services(run: &Run<'_>) -> String {
    let settings = run.world.settings;
    let mut out = String::from(
        "IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n",
    );
    let _ = writeln!(out, "TCP  {} rr", SERVICE.text());
    let half_open = Rule::HalfOpenIsActive.holds(settings.kernel);
    for server in 0..settings.servers {
        let own = || run.world.director.entries.iter().filter(|entry| entry.server == server);
        let active = own().filter(|entry| match entry.state {
            EntryState::Established => true,
            EntryState::SynRecv => half_open,
            EntryState::Close => false,
        });
        let active = active.count();
        let inactive = own().count() - active;
        let remote = settings.destination(server).text();
        let _ = writeln!(
            out,
            "  -> {remote:<28} {:<7} 1      {active:<10} {inactive:<10}",
            forward(settings.mode)
        );
    }
    out
}

/// `ipvsadm -Lnc`, a second after the last packet.
fn connections(run: &Run<'_>) -> String {
    let mut out = String::from(
        "IPVS connection entries\npro expire state       source             virtual            destination\n",
    );
    for entry in &run.world.director.entries {
        let (expire, state) = match entry.state {
            EntryState::SynRecv => ("00:59", "SYN_RECV"),
            EntryState::Established => ("14:59", "ESTABLISHED"),
            EntryState::Close => ("00:09", "CLOSE"),
        };
        let (source, to) = (entry.client.text(), run.world.settings.destination(entry.server).text());
        let _ = writeln!(out, "TCP {expire}  {state:<11} {source:<18} {:<18} {to}", SERVICE.text());
    }
    out
}

/// `ip -4 neigh` of the gateway.
fn neighbours(run: &Run<'_>) -> String {
    let mut out = String::new();
    let Some(gateway) = run.world.hosts.get(GATEWAY) else { return out };
    for entry in &gateway.neighbours {
        let device = gateway.interfaces.get(entry.interface).map_or("", |interface| interface.name);
        let _ = writeln!(out, "{} dev {device} lladdr {} REACHABLE", dotted(entry.ip), entry.mac.whole());
    }
    out
}

/// `ip -4 addr` of a real server.
fn addresses(settings: &Settings, server: usize) -> String {
    let forever = "       valid_lft forever preferred_lft forever\n";
    let vip = |device: &str| match settings.vip_device() == Some(device) {
        true => format!("    inet {}/32 scope global {device}\n{forever}", dotted(VIP)),
        false => String::new(),
    };
    let mut out = format!(
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    inet 127.0.0.1/8 scope host lo\n{forever}{}",
        vip("lo")
    );
    let own = settings.server_ip(server);
    let _ = write!(
        out,
        "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu {} qdisc mq state UP group default qlen 1000\n    inet {}/24 brd {} scope global eth0\n{forever}{}",
        settings.inner_mtu,
        dotted(own),
        dotted(own | 255),
        vip("eth0")
    );
    if settings.mode == Mode::Tun && settings.tunl0 != Tunnel::Absent && !vip("tunl0").is_empty() {
        let (flags, state) = match settings.tunl0 {
            Tunnel::Up => ("NOARP,UP,LOWER_UP", "qdisc noqueue state UNKNOWN"),
            _ => ("NOARP", "qdisc noop state DOWN"),
        };
        let mtu = settings.inner_mtu.saturating_sub(20);
        let _ = write!(
            out,
            "3: tunl0@NONE: <{flags}> mtu {mtu} {state} group default qlen 1000\n{}",
            vip("tunl0")
        );
    }
    out
}

/// `ip route` of a real server.
fn routes(settings: &Settings, server: usize) -> String {
    let gateway = dotted(settings.server_gateway());
    let advmss = if settings.advmss == 0 { String::new() } else { format!(" advmss {}", settings.advmss) };
    let own = settings.server_ip(server);
    format!(
        "default via {gateway} dev eth0{advmss}\n{}/24 dev eth0 proto kernel scope link src {}\n",
        dotted(own & !255),
        dotted(own)
    )
}

/// The settings of a real server that decide here.
fn sysctls(settings: &Settings) -> String {
    let scope = if settings.arp_on_lo { "lo" } else { "all" };
    let mut out = format!(
        "net.ipv4.ip_forward = {}\nnet.ipv4.conf.{scope}.arp_ignore = {}\nnet.ipv4.conf.{scope}.arp_announce = {}\n",
        u8::from(settings.server_forwards),
        settings.arp_ignore,
        settings.arp_announce
    );
    let _ = writeln!(out, "net.ipv4.conf.all.rp_filter = {}", settings.rp_filter_all);
    if settings.mode == Mode::Tun && settings.tunl0 != Tunnel::Absent {
        let _ = writeln!(out, "net.ipv4.conf.tunl0.rp_filter = {}", settings.rp_filter_tunl0);
    }
    out
}

/// What `tcpdump -tne` prints of what a real server got and sent (formats of 4.99).
fn capture(run: &Run<'_>, story: &Story, node: usize) -> String {
    let host = run.world.hosts.get(node);
    let interface = host.and_then(|host| host.interfaces.first());
    let segment = interface.map_or(Segment::Lan, |interface| interface.segment);
    let mut lines = Vec::new();
    for record in story.records().filter(|record| record.on_wire()) {
        let Some((from, to)) = record.macs else { continue };
        // ARP requests are for everybody on the link; the figure has one row for each answer.
        let own = record.from == node || record.to == node;
        let shared = matches!(record.what, What::WhoHas(..)) && segment == Segment::Lan;
        if !own && !shared {
            continue;
        }
        let line = frame(record, from, to);
        if !(shared && lines.contains(&line)) {
            lines.push(line);
        }
    }
    let more = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    if more > 0 {
        lines.push(format!("[{more} more]"));
    }
    lines.iter().fold(String::new(), |out, line| out + line + "\n")
}

fn frame(record: &Record, from: Mac, to: Mac) -> String {
    let packet = match record.what {
        What::WhoHas(target, asker) => {
            let (target, asker) = (dotted(target), dotted(asker));
            return format!(
                "{} > {}, ethertype ARP (0x0806), length 42: Request who-has {target} tell {asker}, length 28",
                from.whole(),
                to.whole()
            );
        }
        What::IsAt(ip) => {
            return format!(
                "{} > {}, ethertype ARP (0x0806), length 42: Reply {} is-at {}, length 28",
                from.whole(),
                to.whole(),
                dotted(ip),
                from.whole()
            );
        }
        What::Packet(packet) => packet,
    };
    let outer =
        packet.outer.map_or(String::new(), |(from, to)| format!("{} > {}: ", dotted(from), dotted(to)));
    let times = if packet.times > 1 { format!("    [{} times]", packet.times) } else { String::new() };
    format!(
        "{} > {}, ethertype IPv4 (0x0800), length {}: {outer}{}{times}",
        from.whole(),
        to.whole(),
        packet.len() + 14,
        segment(&packet)
    )
}

fn segment(packet: &Packet) -> String {
    if let Kind::Icmp(icmp) = packet.kind {
        return format!(
            "{} > {}: ICMP {}",
            dotted(packet.src.ip),
            dotted(packet.dst.ip),
            error(packet, icmp)
        );
    }
    let (src, dst) = (packet.src.captured(), packet.dst.captured());
    let (seq, ack, len) = (packet.seq, packet.ack, packet.payload);
    let toa = packet.toa.map_or(String::new(), |client| format!(",exp-{:04x}", client.port));
    let options = format!("win 64240, options [nop,nop,TS val 1 ecr 1{toa}], length {len}");
    match packet.kind {
        Kind::Syn => format!(
            "{src} > {dst}: Flags [S], seq {seq}, win 64240, options [mss {},sackOK,TS val 1 ecr 0,nop,wscale 7], length 0",
            packet.mss
        ),
        Kind::SynAck => format!(
            "{src} > {dst}: Flags [S.], seq {seq}, ack {ack}, win 65160, options [mss {},sackOK,TS val 1 ecr 1,nop,wscale 7], length 0",
            packet.mss
        ),
        Kind::Rst if packet.seq > 0 => format!("{src} > {dst}: Flags [R], seq {seq}, win 0, length 0"),
        Kind::Rst => format!("{src} > {dst}: Flags [R.], seq 0, ack {ack}, win 0, length 0"),
        Kind::Ack => format!("{src} > {dst}: Flags [.], ack {ack}, {options}"),
        _ => format!("{src} > {dst}: Flags [P.], seq {seq}:{}, ack {ack}, {options}", seq.wrapping_add(len)),
    }
}

/// What an ICMP error says. About a tunnelled packet tcpdump names the outer destination.
fn error(packet: &Packet, icmp: Icmp) -> String {
    let bytes = packet.len().saturating_sub(20);
    let about: Ip = if icmp.tunnelled { packet.src.ip } else { icmp.about.1.ip };
    let about = dotted(about);
    match icmp.says {
        IcmpSays::TimeExceeded => format!("time exceeded in-transit, length {bytes}"),
        IcmpSays::FragmentationNeeded(mtu) => {
            format!("{about} unreachable - need to frag (mtu {mtu}), length {bytes}")
        }
        IcmpSays::PortUnreachable if icmp.tunnelled => {
            format!("{about} protocol 4 port 60 unreachable, length {bytes}")
        }
        IcmpSays::PortUnreachable => {
            format!("{about} tcp port {} unreachable, length {bytes}", icmp.about.1.port)
        }
        IcmpSays::ProtocolUnreachable if icmp.tunnelled => {
            format!("{about} protocol 4 unreachable, length {bytes}")
        }
        IcmpSays::ProtocolUnreachable => format!("{about} protocol 6 unreachable, length {bytes}"),
    }
}
