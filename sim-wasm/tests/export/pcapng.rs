//! pcapng: whatever packet stands in a report, the decoder finds the same in the capture.

use super::decoder::{Capture, Segment, capture};
use super::scenes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use sim_wasm::export::Format;
use sim_wasm::lab::Report;
use sim_wasm::lab::report::{Event, EventKind, Fate, Opts, PacketInfo};
use sim_wasm::net::Flags;
use sim_wasm::text::Lang;

/// What the report says of a packet, as the decoder would say it; SACK blocks as far as there is room.
fn segment(packet: &PacketInfo, flags: u8, payload: Vec<u8>) -> Segment {
    let opts = &packet.opts;
    let used = [(opts.mss.is_some(), 4), (opts.tsval.is_some(), 12), (opts.wscale.is_some(), 4)];
    let used: usize = used.iter().filter(|(there, _)| *there).map(|(_, len)| len).sum();
    let used = used + if opts.sack_ok && opts.tsval.is_none() { 4 } else { 0 };
    Segment {
        src: packet.src.clone(),
        dst: packet.dst.clone(),
        flags,
        seq: packet.seq,
        ack: packet.ack,
        win: packet.win,
        mss: opts.mss,
        wscale: opts.wscale,
        sack_ok: opts.sack_ok,
        ts: opts.tsval.map(|tsval| (tsval, opts.tsecr.unwrap_or(0))),
        sack: opts.sack.iter().copied().take((36 - used) / 8).collect(),
        payload,
    }
}

/// A report whose events are these packets, all from the first host.
fn report_of(packets: Vec<PacketInfo>) -> Report {
    let mut report = scenes(Lang::En).next().unwrap();
    let from = report.hosts[0].id.clone();
    let event = |(n, packet): (u32, PacketInfo)| Event {
        n,
        t_us: u64::from(n) << 30,
        kind: EventKind::Packet,
        from: from.clone(),
        to: String::new(),
        packet: Some(packet),
        note: String::new(),
        conn: 0,
        record: None,
    };
    report.events = (1..).zip(packets).map(event).collect();
    report
}

fn decode(report: &Report, lang: Lang) -> Capture {
    capture(&Format::Pcapng.file(report, lang))
}

fn endpoint() -> impl Strategy<Value = String> {
    (any::<[u8; 4]>(), any::<u16>()).prop_map(|([a, b, c, d], port)| format!("{a}.{b}.{c}.{d}:{port}"))
}

fn opts() -> impl Strategy<Value = Opts> {
    let sack = prop_oneof![Just(Vec::new()), vec(any::<(u32, u32)>(), 1..5)];
    let ts = option::of((any::<u32>(), any::<u32>()));
    (option::of(any::<u16>()), ts, option::of(0u8..15), any::<bool>(), sack).prop_map(
        |(mss, ts, wscale, sack_ok, sack)| Opts {
            mss,
            tsval: ts.map(|(tsval, _)| tsval),
            tsecr: ts.map(|(_, tsecr)| tsecr),
            wscale,
            sack_ok,
            sack,
        },
    )
}

fn packet() -> impl Strategy<Value = PacketInfo> {
    let len = prop_oneof![Just(0u32), 1u32..1461, 1461u32..65_456];
    let numbers = (any::<u32>(), any::<u32>(), len, any::<u16>());
    (endpoint(), endpoint(), any::<u8>(), numbers, opts()).prop_map(
        |(src, dst, flags, (seq, ack, len, win), opts)| PacketInfo {
            arrived_us: None,
            src,
            dst,
            flags: Flags(flags).to_string(),
            seq,
            ack,
            len,
            win,
            opts,
            fate: Fate::Delivered,
            why: None,
            peer: None,
        },
    )
}

proptest! {
    #[test]
    fn any_segment_is_found_again(packets in vec(packet(), 1..8)) {
        let report = report_of(packets);
        let capture = decode(&report, Lang::En);
        prop_assert_eq!(capture.packets.len(), report.events.len());
        for (event, found) in report.events.iter().zip(capture.packets) {
            let packet = event.packet.as_ref().unwrap();
            prop_assert_eq!((found.interface, found.t_us, u32::from(found.id)), (0, event.t_us, event.n));
            prop_assert_eq!(found.segment.payload.len(), packet.len as usize);
            let flags = found.segment.flags;
            prop_assert_eq!(Flags(flags).to_string(), &*packet.flags);
            let payload = found.segment.payload.clone();
            prop_assert!(payload.iter().all(|byte| byte.is_ascii_graphic() || b" \n".contains(byte)));
            prop_assert_eq!(found.segment, segment(packet, flags, payload));
        }
    }
}

/// The longest payload of a packet without options, and one that no IPv4 packet could carry beside its options.
#[test]
fn the_longest_segments() {
    let ts = Opts { tsval: Some(1), tsecr: Some(2), ..Opts::default() };
    for (opts, len) in [(Opts::default(), 65_495), (ts, 65_483)] {
        let info = PacketInfo {
            arrived_us: None,
            src: "10.0.0.1:1".to_string(),
            dst: "10.0.0.2:2".to_string(),
            flags: ".".to_string(),
            seq: 1,
            ack: 1,
            len: 65_495,
            win: 1,
            opts,
            fate: Fate::Delivered,
            why: None,
            peer: None,
        };
        let capture = decode(&report_of(vec![info]), Lang::En);
        assert_eq!(capture.packets[0].segment.payload.len(), len);
    }
}

#[test]
fn scenes_are_captured_packet_by_packet() {
    for lang in Lang::ALL {
        for report in scenes(lang) {
            let capture = decode(&report, lang);
            let text = |options: &[(u16, Vec<u8>)], wanted: u16| {
                let found = options.iter().find(|(code, _)| *code == wanted);
                found.map(|(_, value)| String::from_utf8(value.clone()).unwrap())
            };
            let about = text(&capture.about, 1).unwrap();
            assert!(about.starts_with(&report.verdict.text), "{about}");
            assert!(about.contains(&format!("\ncasebook lab run {} ", report.lab)), "{about}");
            assert_eq!(capture.interfaces.len(), report.hosts.len());
            for (host, options) in report.hosts.iter().zip(&capture.interfaces) {
                assert_eq!(text(options, 2).unwrap(), host.id);
                assert_eq!(text(options, 12), host.kernel.as_ref().map(|kernel| format!("Linux {kernel}")));
                assert!(text(options, 3).unwrap().contains(&host.addr));
            }
            let sent: Vec<(&Event, &PacketInfo)> =
                report.events.iter().filter_map(|event| Some((event, event.packet.as_ref()?))).collect();
            assert_eq!(capture.packets.len(), sent.len());
            for ((event, packet), found) in sent.into_iter().zip(capture.packets) {
                assert_eq!(report.hosts[found.interface as usize].id, event.from);
                assert_eq!((found.t_us, found.id), (event.t_us, event.n as u16));
                let (flags, payload) = (found.segment.flags, found.segment.payload.clone());
                assert_eq!(payload.len(), packet.len as usize);
                assert_eq!(found.segment, segment(packet, flags, payload));
                let comment = found.comment.unwrap_or_default();
                match report.reason(packet) {
                    Some(reason) => {
                        assert!(
                            comment.contains(&reason.text) && comment.contains(&reason.condition),
                            "{comment}"
                        );
                        assert!(comment.contains(reason.function), "{comment}");
                    }
                    None => assert_eq!(comment.is_empty(), packet.fate == Fate::Delivered, "{comment}"),
                }
            }
        }
    }
}

#[test]
fn the_comment_of_a_dropped_syn() {
    let comment = |lang| {
        let report = scenes(lang).next().unwrap();
        decode(&report, lang).packets.into_iter().find_map(|packet| packet.comment).unwrap()
    };
    expect_test::expect![[r#"
        dropped by srv: 1 s ago the server remembered timestamp 1027223866 of 203.0.113.7. This SYN carries 268507636, 758716230 ticks older, and is taken for an old duplicate. Nothing is sent back.
        tcp_v4_conn_request, net/ipv4/tcp_ipv4.c, Linux 3.10
        age 1 s < 60 s && (s32)(1027223866 - 268507636) = 758716230 > 1
        PAWSPassive +1
        ListenDrops +1"#]].assert_eq(&comment(Lang::En));
    expect_test::expect![[r#"
        被 srv 丢弃：服务端 1 秒前记下了 203.0.113.7 的时间戳 1027223866。这个 SYN 带的是 268507636，旧了 758716230 个单位，被当成旧的重复报文，不作任何应答。
        tcp_v4_conn_request, net/ipv4/tcp_ipv4.c, Linux 3.10
        age 1 s < 60 s && (s32)(1027223866 - 268507636) = 758716230 > 1
        PAWSPassive +1
        ListenDrops +1"#]].assert_eq(&comment(Lang::Zh));
}
