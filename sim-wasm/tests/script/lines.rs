//! Good lines and the data that they become.

use expect_test::{Expect, expect};
use sim_wasm::script::{Action, parse, parse_with};
use sim_wasm::text::Lang;

/// One line of output for each event, then what is not modelled.
fn check(script: &str, expected: &Expect) {
    let script = parse(script).unwrap_or_else(|errors| {
        panic!("{:?}", errors.iter().map(|e| (e.at, e.message(Lang::En))).collect::<Vec<_>>())
    });
    let mut text = String::new();
    for event in &script.events {
        text += &format!("{} {:?} {:?}\n", event.at, event.when, event.action);
    }
    for what in script.not_modelled() {
        text += &format!(
            "{} {}{}\n",
            what.at,
            what.message(Lang::En),
            if what.matters { "" } else { " (harmless)" }
        );
    }
    expected.assert_eq(&text);
}

#[test]
fn times_have_every_form() {
    let script = "
0 > . 1:1(0)
0.000001 > . 1:1(0)
0.25~0.5 > . 1:1(0)
1...2 close(3) = 0
+0 > . 1:1(0)
+.1 > . 1:1(0)
+0~+.04 > . 1:1(0)
+.002 ... 0.004 connect(3, ..., ...) = 0
+0.100...0.200 read(3, ..., 10) = 10
* > . 1:1(0)";
    let script = parse(script).unwrap();
    let times: Vec<String> = script
        .events
        .iter()
        .map(|event| match &event.action {
            Action::Call(call) => format!("{} {:?} until {:?}", event.at, event.when, call.until),
            _ => format!("{} {:?}", event.at, event.when),
        })
        .collect();
    expect![[r#"
        2:1 At(Time(0))
        3:1 At(Time(1000))
        4:1 Between(Time(250000000), Time(500000000))
        5:1 At(Time(1000000000)) until Some(Time(2000000000))
        6:1 After(Time(0))
        7:1 After(Time(100000000))
        8:1 AfterBetween(Time(0), Time(40000000))
        9:1 After(Time(2000000)) until Some(Time(4000000))
        10:1 After(Time(100000000)) until Some(Time(200000000))
        11:1 Any"#]]
    .assert_eq(&times.join("\n"));
}

#[test]
fn segments() {
    check(
        "
0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>
+0 > S. 0:0(0) ack 1 <...>
+0 > S. 0:0(0) ack 1 win 65160 <mss 1460,sackOK,TS val 100 ecr 200,nop,wscale 8>
+0 < . 1:1(0) ack 1 win 257 <nop,nop,sack 1001:2001 3001:4001>
+0 < FPU. 4294967295:4(5) ack 4294967295 win 0 urg 5
+0 < - 1:1(0) win 0
+0 > R 1:1(0)",
        &expect![[r#"
            2:1 At(Time(0)) Inject(Packet { at: 2:3, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(32792), urg: None, options: Some([Mss(1000), SackOk, Nop, Nop, Nop, WindowScale(7)]) })
            3:1 After(Time(0)) Expect(Packet { at: 3:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S., seq: 0, len: 0, ack: Some(1), win: None, urg: None, options: None })
            4:1 After(Time(0)) Expect(Packet { at: 4:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S., seq: 0, len: 0, ack: Some(1), win: Some(65160), urg: None, options: Some([Mss(1460), SackOk, Timestamp { val: 100, ecr: 200 }, Nop, WindowScale(8)]) })
            5:1 After(Time(0)) Inject(Packet { at: 5:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: ., seq: 1, len: 0, ack: Some(1), win: Some(257), urg: None, options: Some([Nop, Nop, Sack([(1001, 2001), (3001, 4001)])]) })
            6:1 After(Time(0)) Inject(Packet { at: 6:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: FPU., seq: 4294967295, len: 5, ack: Some(4294967295), win: Some(0), urg: Some(5), options: Some([]) })
            7:1 After(Time(0)) Inject(Packet { at: 7:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: -, seq: 1, len: 0, ack: None, win: Some(0), urg: None, options: Some([]) })
            8:1 After(Time(0)) Expect(Packet { at: 8:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: R, seq: 1, len: 0, ack: None, win: None, urg: None, options: Some([]) })
        "#]],
    );
}

#[test]
fn addresses_and_ip_headers() {
    check(
        "
0 < 4000 > 8080 S 0:0(0) win 100
+0 < 192.0.2.1:4000 > 192.168.0.1:8080 S 0:0(0) win 100
+0 > [ect0] P. 1:11(10) ack 1
+0 < [ce, ttl 3] . 1:1(0) ack 11 win 100
+0 > (tos 0x10) . 11:11(0) ack 1
+0 > [ect01] . 11:11(0) ack 1
+0 > [noecn,flowlabel 0x1] . 11:11(0) ack 1",
        &expect![[r#"
            2:1 At(Time(0)) Inject(Packet { at: 2:3, ends: Some((Address { ip: None, port: 4000 }, Address { ip: None, port: 8080 })), ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(100), urg: None, options: Some([]) })
            3:1 After(Time(0)) Inject(Packet { at: 3:4, ends: Some((Address { ip: Some(Ipv4(3221225985)), port: 4000 }, Address { ip: Some(Ipv4(3232235521)), port: 8080 })), ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(100), urg: None, options: Some([]) })
            4:1 After(Time(0)) Expect(Packet { at: 4:4, ends: None, ip: IpHeader { ecn: Some(Ect0), tos: None, ttl: None }, flags: P., seq: 1, len: 10, ack: Some(1), win: None, urg: None, options: Some([]) })
            5:1 After(Time(0)) Inject(Packet { at: 5:4, ends: None, ip: IpHeader { ecn: Some(Ce), tos: None, ttl: Some(3) }, flags: ., seq: 1, len: 0, ack: Some(11), win: Some(100), urg: None, options: Some([]) })
            6:1 After(Time(0)) Expect(Packet { at: 6:4, ends: None, ip: IpHeader { ecn: None, tos: Some(16), ttl: None }, flags: ., seq: 11, len: 0, ack: Some(1), win: None, urg: None, options: Some([]) })
            7:1 After(Time(0)) Expect(Packet { at: 7:4, ends: None, ip: IpHeader { ecn: Some(Ect01), tos: None, ttl: None }, flags: ., seq: 11, len: 0, ack: Some(1), win: None, urg: None, options: Some([]) })
            8:1 After(Time(0)) Expect(Packet { at: 8:4, ends: None, ip: IpHeader { ecn: Some(NotEct), tos: None, ttl: None }, flags: ., seq: 11, len: 0, ack: Some(1), win: None, urg: None, options: Some([]) })
        "#]],
    );
}

#[test]
fn flags_of_accurate_ecn_are_letters_or_a_number() {
    check(
        "
0 < SEWA 0:0(0) win 100
+0 > SW. 0:0(0) ack 1
+0 < P.5 1:2(1) ack 1 win 100
+0 < .7 2:2(0) ack 1 win 100",
        &expect![[r#"
            2:1 At(Time(0)) Inject(Packet { at: 2:3, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: SEWA, seq: 0, len: 0, ack: None, win: Some(100), urg: None, options: Some([]) })
            3:1 After(Time(0)) Expect(Packet { at: 3:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: SW., seq: 0, len: 0, ack: Some(1), win: None, urg: None, options: Some([]) })
            4:1 After(Time(0)) Inject(Packet { at: 4:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: PEA., seq: 1, len: 1, ack: Some(1), win: Some(100), urg: None, options: Some([]) })
            5:1 After(Time(0)) Inject(Packet { at: 5:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: EWA., seq: 2, len: 0, ack: Some(1), win: Some(100), urg: None, options: Some([]) })
        "#]],
    );
}

#[test]
fn options_of_forks_and_cookies_are_kept_as_written() {
    check(
        "
0 < S 0:0(0) win 100 <mss 1460,FO,nop,nop>
+0 < S 0:0(0) win 100 <mss 1460,FOEXP 0123456789abcdef>
+0 < S 0:0(0) win 100 <FO TFO_COOKIE,eol>
+0 < . 1:1(0) ack 1 win 100 <md5 000102030405060708090a0b0c0d0e0f,nop,nop>
+0 > S. 0:0(0) ack 1 <mss 1460,ECN e1b 1 ceb 0 e0b 1,nop>
+0 < S 0:0(0) win 100 <mpcapable v1 flags[flag_h] key[a, b],nop>",
        &expect![[r#"
            2:1 At(Time(0)) Inject(Packet { at: 2:3, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(100), urg: None, options: Some([Mss(1460), FastOpen { experimental: false, cookie: "" }, Nop, Nop]) })
            3:1 After(Time(0)) Inject(Packet { at: 3:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(100), urg: None, options: Some([Mss(1460), FastOpen { experimental: true, cookie: "0123456789abcdef" }]) })
            4:1 After(Time(0)) Inject(Packet { at: 4:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(100), urg: None, options: Some([FastOpen { experimental: false, cookie: "TFO_COOKIE" }, Eol]) })
            5:1 After(Time(0)) Inject(Packet { at: 5:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: ., seq: 1, len: 0, ack: Some(1), win: Some(100), urg: None, options: Some([Md5("000102030405060708090a0b0c0d0e0f"), Nop, Nop]) })
            6:1 After(Time(0)) Expect(Packet { at: 6:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S., seq: 0, len: 0, ack: Some(1), win: None, urg: None, options: Some([Mss(1460), NotModelled(NotModelled { at: 6:32, what: Text { en: "TCP option", zh: "TCP 选项" }, text: "ECN e1b 1 ceb 0 e0b 1", matters: true }), Nop]) })
            7:1 After(Time(0)) Inject(Packet { at: 7:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(100), urg: None, options: Some([NotModelled(NotModelled { at: 7:24, what: Text { en: "TCP option", zh: "TCP 选项" }, text: "mpcapable v1 flags[flag_h] key[a, b]", matters: true }), Nop]) })
            6:32 recognised, not modelled: TCP option `ECN e1b 1 ceb 0 e0b 1`
            7:24 recognised, not modelled: TCP option `mpcapable v1 flags[flag_h] key[a, b]`
        "#]],
    );
}

#[test]
fn icmp_messages() {
    check(
        "
0 < icmp unreachable frag_needed mtu 1200 [1:1461(1460)]
+0 < [1:1461(1460)] icmp unreachable frag_needed mtu 1200
+0 < icmp unreachable
+0 < icmp unreachable host_unreachable [0:10(10)]
+0 < icmp time_exceeded code_1
+0 > icmp echo_reply id 7
+0 < [ect0] icmp type_200 code_3",
        &expect![[r#"
            2:1 At(Time(0)) InjectIcmp(Icmp { at: 2:3, ip: IpHeader { ecn: None, tos: None, ttl: None }, kind: 3, code: 4, mtu: Some(1200), id: None, quoted: Some((1, 1460)) })
            3:1 After(Time(0)) InjectIcmp(Icmp { at: 3:4, ip: IpHeader { ecn: None, tos: None, ttl: None }, kind: 3, code: 4, mtu: Some(1200), id: None, quoted: Some((1, 1460)) })
            4:1 After(Time(0)) InjectIcmp(Icmp { at: 4:4, ip: IpHeader { ecn: None, tos: None, ttl: None }, kind: 3, code: 0, mtu: None, id: None, quoted: None })
            5:1 After(Time(0)) InjectIcmp(Icmp { at: 5:4, ip: IpHeader { ecn: None, tos: None, ttl: None }, kind: 3, code: 1, mtu: None, id: None, quoted: Some((0, 10)) })
            6:1 After(Time(0)) InjectIcmp(Icmp { at: 6:4, ip: IpHeader { ecn: None, tos: None, ttl: None }, kind: 11, code: 1, mtu: None, id: None, quoted: None })
            7:1 After(Time(0)) ExpectIcmp(Icmp { at: 7:4, ip: IpHeader { ecn: None, tos: None, ttl: None }, kind: 0, code: 0, mtu: None, id: Some(7), quoted: None })
            8:1 After(Time(0)) InjectIcmp(Icmp { at: 8:4, ip: IpHeader { ecn: Some(Ect0), tos: None, ttl: None }, kind: 200, code: 3, mtu: None, id: None, quoted: None })
        "#]],
    );
}

#[test]
fn packets_that_are_not_tcp_over_ipv4_are_named_and_not_read() {
    check(
        "
0 < udp (1000)
+0 < [ect0] udp 80 > 8080 (1000)
+0 > ipv4 192.0.2.1 > 192.168.0.1: gre flags 0xb000, sum 511:
     mpls (label 0, tc 0, ttl 0): . 1:1001(1000) ack 1
+0 < ipv6 2::2222 > 1::1111: . 1:1(0) ack 1 win 123
+0 < icmp unreachable port_unreachable [udp (100)]
+0 > . 1:1(0)",
        &expect![[r#"
            2:1 At(Time(0)) NotModelled(NotModelled { at: 2:5, what: Text { en: "UDP packet", zh: "UDP 报文" }, text: "udp (1000)", matters: true })
            3:1 After(Time(0)) NotModelled(NotModelled { at: 3:13, what: Text { en: "UDP packet", zh: "UDP 报文" }, text: "udp 80 > 8080 (1000)", matters: true })
            4:1 After(Time(0)) NotModelled(NotModelled { at: 4:6, what: Text { en: "tunnelled packet", zh: "隧道报文" }, text: "ipv4 192.0.2.1 > 192.168.0.1: gre flags 0xb000, sum 511: mpls (label 0, tc 0, ttl 0): . 1:1001(1000) ack 1", matters: true })
            6:1 After(Time(0)) NotModelled(NotModelled { at: 6:6, what: Text { en: "IPv6 packet", zh: "IPv6 报文" }, text: "ipv6 2::2222 > 1::1111: . 1:1(0) ack 1 win 123", matters: true })
            7:1 After(Time(0)) NotModelled(NotModelled { at: 7:4, what: Text { en: "ICMP message", zh: "ICMP 报文" }, text: "< icmp unreachable port_unreachable [udp (100)]", matters: true })
            8:1 After(Time(0)) Expect(Packet { at: 8:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: ., seq: 1, len: 0, ack: None, win: None, urg: None, options: Some([]) })
            2:5 recognised, not modelled: UDP packet `udp (1000)`
            3:13 recognised, not modelled: UDP packet `udp 80 > 8080 (1000)`
            4:6 recognised, not modelled: tunnelled packet `ipv4 192.0.2.1 > 192.168.0.1: gre flags 0xb000, sum 511: mpls (label 0, tc 0, ttl 0): . 1:1001(1000) ack 1`
            6:6 recognised, not modelled: IPv6 packet `ipv6 2::2222 > 1::1111: . 1:1(0) ack 1 win 123`
            7:4 recognised, not modelled: ICMP message `< icmp unreachable port_unreachable [udp (100)]`
        "#]],
    );
}

#[test]
fn calls_and_their_results() {
    check(
        "
0 socket(..., SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)
+0 read(3, ..., 1000) = -1 EAGAIN
+0 fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)
+0 write(3, ..., 1000) = ...
+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, \"reno\", 4) = -1 (Invalid argument)
+0 close(3) = 0   // and then
+0 sendto(4, NULL, 1, MSG_FASTOPEN, ..., ...) = -1",
        &expect![[r#"
            2:1 At(Time(0)) Call(Call { at: 2:3, name: "socket", args: [Arg { at: 2:10, value: Any }, Arg { at: 2:15, value: Or([Arg { at: 2:15, value: Name("SOCK_STREAM", Some(1)) }, Arg { at: 2:29, value: Name("SOCK_NONBLOCK", Some(2048)) }]) }, Arg { at: 2:44, value: Name("IPPROTO_TCP", Some(6)) }], until: None, result: Some(3), result_at: 2:59, errno: None })
            3:1 After(Time(0)) Call(Call { at: 3:4, name: "setsockopt", args: [Arg { at: 3:15, value: Int(3) }, Arg { at: 3:18, value: Name("SOL_SOCKET", Some(1)) }, Arg { at: 3:30, value: Name("SO_REUSEADDR", Some(2)) }, Arg { at: 3:44, value: List([Arg { at: 3:45, value: Int(1) }]) }, Arg { at: 3:49, value: Int(4) }], until: None, result: Some(0), result_at: 3:54, errno: None })
            4:1 After(Time(0)) Call(Call { at: 4:4, name: "connect", args: [Arg { at: 4:12, value: Int(3) }, Arg { at: 4:15, value: Any }, Arg { at: 4:20, value: Any }], until: None, result: Some(-1), result_at: 4:27, errno: Some(Errno { at: 4:30, name: "EINPROGRESS", number: 115 }) })
            5:1 After(Time(0)) Call(Call { at: 5:4, name: "read", args: [Arg { at: 5:9, value: Int(3) }, Arg { at: 5:12, value: Any }, Arg { at: 5:17, value: Int(1000) }], until: None, result: Some(-1), result_at: 5:25, errno: Some(Errno { at: 5:28, name: "EAGAIN", number: 11 }) })
            6:1 After(Time(0)) Call(Call { at: 6:4, name: "fcntl", args: [Arg { at: 6:10, value: Int(3) }, Arg { at: 6:13, value: Name("F_GETFL", Some(3)) }], until: None, result: Some(2), result_at: 6:24, errno: None })
            7:1 After(Time(0)) Call(Call { at: 7:4, name: "write", args: [Arg { at: 7:10, value: Int(3) }, Arg { at: 7:13, value: Any }, Arg { at: 7:18, value: Int(1000) }], until: None, result: None, result_at: 7:26, errno: None })
            8:1 After(Time(0)) Call(Call { at: 8:4, name: "setsockopt", args: [Arg { at: 8:15, value: Int(3) }, Arg { at: 8:18, value: Name("SOL_TCP", Some(6)) }, Arg { at: 8:27, value: Name("TCP_CONGESTION", Some(13)) }, Arg { at: 8:43, value: Bytes([114, 101, 110, 111], false) }, Arg { at: 8:51, value: Int(4) }], until: None, result: Some(-1), result_at: 8:56, errno: None })
            9:1 After(Time(0)) Call(Call { at: 9:4, name: "close", args: [Arg { at: 9:10, value: Int(3) }], until: None, result: Some(0), result_at: 9:15, errno: None })
            10:1 After(Time(0)) Call(Call { at: 10:4, name: "sendto", args: [Arg { at: 10:11, value: Int(4) }, Arg { at: 10:14, value: Name("NULL", Some(0)) }, Arg { at: 10:20, value: Int(1) }, Arg { at: 10:23, value: Name("MSG_FASTOPEN", Some(536870912)) }, Arg { at: 10:37, value: Any }, Arg { at: 10:42, value: Any }], until: None, result: Some(-1), result_at: 10:49, errno: None })
        "#]],
    );
}

#[test]
fn arguments_have_every_form() {
    check(
        "
0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
+0 bind(3, {sa_family = AF_INET, sin_port = htons(8080), sin_addr = inet_addr(\"192.0.2.1\")}, ...) = 0
+0 accept(3, ..., [128->16]) = 4
+0 sendmsg(4, {msg_name(...)=...,
               msg_iov(2)=[{..., 600}, {...,400}],
               msg_flags=0}, MSG_DONTWAIT|0x4000) = 1000
+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLOUT}], 1, 100) = 1
+0 epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLOUT|EPOLLET, fd=4}) = 0
+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0,
               msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=9000}]}, 0) = 10
+0 setsockopt(3, SOL_SOCKET, SO_TIMESTAMPING, [SOF_TIMESTAMPING_TX_ACK|SO_DEBUG], 4) = 0
+0 setsockopt(3, SOL_TCP, TCP_FASTOPEN_KEY, \"\\xa1\\n\" \"b\", 3) = 0
+0 write(3, \"GET /\"..., 5) = 5
+0 pipe([5, 6]) = 0
+0 pipe([]) = 0
+0 bind(3, {sa_family = AF_INET6, sin_port = htons(1), sin_addr = inet6_addr(\"::1\")}, ...) = 0
+0 setsockopt(3, SOL_IP, IP_TOS, {(label 1, tc 0, ttl 3)}, 4) = 0",
        &expect![[r#"
            2:1 At(Time(0)) Call(Call { at: 2:3, name: "setsockopt", args: [Arg { at: 2:14, value: Int(3) }, Arg { at: 2:17, value: Name("SOL_SOCKET", Some(1)) }, Arg { at: 2:29, value: Name("SO_LINGER", Some(13)) }, Arg { at: 2:40, value: Struct([Field { name: Some("onoff"), count: None, arg: Arg { at: 2:47, value: Int(1) } }, Field { name: Some("linger"), count: None, arg: Arg { at: 2:57, value: Int(0) } }]) }, Arg { at: 2:61, value: Int(8) }], until: None, result: Some(0), result_at: 2:66, errno: None })
            3:1 After(Time(0)) Call(Call { at: 3:4, name: "bind", args: [Arg { at: 3:9, value: Int(3) }, Arg { at: 3:12, value: Struct([Field { name: Some("sa_family"), count: None, arg: Arg { at: 3:25, value: Name("AF_INET", Some(2)) } }, Field { name: Some("sin_port"), count: None, arg: Arg { at: 3:45, value: Port(8080) } }, Field { name: Some("sin_addr"), count: None, arg: Arg { at: 3:69, value: Addr(Ipv4(3221225985)) } }]) }, Arg { at: 3:94, value: Any }], until: None, result: Some(0), result_at: 3:101, errno: None })
            4:1 After(Time(0)) Call(Call { at: 4:4, name: "accept", args: [Arg { at: 4:11, value: Int(3) }, Arg { at: 4:14, value: Any }, Arg { at: 4:19, value: List([Arg { at: 4:20, value: Becomes(Arg { at: 4:20, value: Int(128) }, Arg { at: 4:25, value: Int(16) }) }]) }], until: None, result: Some(4), result_at: 4:32, errno: None })
            5:1 After(Time(0)) Call(Call { at: 5:4, name: "sendmsg", args: [Arg { at: 5:12, value: Int(4) }, Arg { at: 5:15, value: Struct([Field { name: Some("msg_name"), count: None, arg: Arg { at: 5:30, value: Any } }, Field { name: Some("msg_iov"), count: Some(2), arg: Arg { at: 6:27, value: List([Arg { at: 6:28, value: Struct([Field { name: None, count: None, arg: Arg { at: 6:29, value: Any } }, Field { name: None, count: None, arg: Arg { at: 6:34, value: Int(600) } }]) }, Arg { at: 6:40, value: Struct([Field { name: None, count: None, arg: Arg { at: 6:41, value: Any } }, Field { name: None, count: None, arg: Arg { at: 6:45, value: Int(400) } }]) }]) } }, Field { name: Some("msg_flags"), count: None, arg: Arg { at: 7:26, value: Int(0) } }]) }, Arg { at: 7:30, value: Or([Arg { at: 7:30, value: Name("MSG_DONTWAIT", Some(64)) }, Arg { at: 7:43, value: Int(16384) }]) }], until: None, result: Some(1000), result_at: 7:53, errno: None })
            8:1 After(Time(0)) Call(Call { at: 8:4, name: "poll", args: [Arg { at: 8:9, value: List([Arg { at: 8:10, value: Struct([Field { name: Some("fd"), count: None, arg: Arg { at: 8:14, value: Int(4) } }, Field { name: Some("events"), count: None, arg: Arg { at: 8:24, value: Or([Arg { at: 8:24, value: Name("POLLIN", Some(1)) }, Arg { at: 8:31, value: Name("POLLOUT", Some(4)) }]) } }, Field { name: Some("revents"), count: None, arg: Arg { at: 8:48, value: Name("POLLOUT", Some(4)) } }]) }]) }, Arg { at: 8:59, value: Int(1) }, Arg { at: 8:62, value: Int(100) }], until: None, result: Some(1), result_at: 8:69, errno: None })
            9:1 After(Time(0)) Call(Call { at: 9:4, name: "epoll_ctl", args: [Arg { at: 9:14, value: Int(5) }, Arg { at: 9:17, value: Name("EPOLL_CTL_ADD", Some(1)) }, Arg { at: 9:32, value: Int(4) }, Arg { at: 9:35, value: Struct([Field { name: Some("events"), count: None, arg: Arg { at: 9:43, value: Or([Arg { at: 9:43, value: Name("EPOLLOUT", Some(4)) }, Arg { at: 9:52, value: Name("EPOLLET", Some(2147483648)) }]) } }, Field { name: Some("fd"), count: None, arg: Arg { at: 9:64, value: Int(4) } }]) }], until: None, result: Some(0), result_at: 9:70, errno: None })
            10:1 After(Time(0)) Call(Call { at: 10:4, name: "recvmsg", args: [Arg { at: 10:12, value: Int(4) }, Arg { at: 10:15, value: Struct([Field { name: Some("msg_name"), count: None, arg: Arg { at: 10:30, value: Any } }, Field { name: Some("msg_iov"), count: Some(1), arg: Arg { at: 10:46, value: List([Arg { at: 10:47, value: Struct([Field { name: None, count: None, arg: Arg { at: 10:48, value: Any } }, Field { name: None, count: None, arg: Arg { at: 10:53, value: Int(10) } }]) }]) } }, Field { name: Some("msg_flags"), count: None, arg: Arg { at: 10:69, value: Int(0) } }, Field { name: Some("msg_control"), count: None, arg: Arg { at: 11:28, value: List([Arg { at: 11:29, value: Struct([Field { name: Some("cmsg_level"), count: None, arg: Arg { at: 11:41, value: Name("SOL_TCP", Some(6)) } }, Field { name: Some("cmsg_type"), count: None, arg: Arg { at: 11:60, value: Name("TCP_CM_INQ", Some(36)) } }, Field { name: Some("cmsg_data"), count: None, arg: Arg { at: 11:82, value: Int(9000) } }]) }]) } }]) }, Arg { at: 11:91, value: Int(0) }], until: None, result: Some(10), result_at: 11:96, errno: None })
            12:1 After(Time(0)) Call(Call { at: 12:4, name: "setsockopt", args: [Arg { at: 12:15, value: Int(3) }, Arg { at: 12:18, value: Name("SOL_SOCKET", Some(1)) }, Arg { at: 12:30, value: Name("SO_TIMESTAMPING", Some(37)) }, Arg { at: 12:47, value: List([Arg { at: 12:48, value: Or([Arg { at: 12:48, value: Name("SOF_TIMESTAMPING_TX_ACK", None) }, Arg { at: 12:72, value: Name("SO_DEBUG", Some(1)) }]) }]) }, Arg { at: 12:83, value: Int(4) }], until: None, result: Some(0), result_at: 12:88, errno: None })
            13:1 After(Time(0)) Call(Call { at: 13:4, name: "setsockopt", args: [Arg { at: 13:15, value: Int(3) }, Arg { at: 13:18, value: Name("SOL_TCP", Some(6)) }, Arg { at: 13:27, value: Name("TCP_FASTOPEN_KEY", Some(33)) }, Arg { at: 13:45, value: Bytes([161, 10, 98], false) }, Arg { at: 13:59, value: Int(3) }], until: None, result: Some(0), result_at: 13:64, errno: None })
            14:1 After(Time(0)) Call(Call { at: 14:4, name: "write", args: [Arg { at: 14:10, value: Int(3) }, Arg { at: 14:13, value: Bytes([71, 69, 84, 32, 47], true) }, Arg { at: 14:25, value: Int(5) }], until: None, result: Some(5), result_at: 14:30, errno: None })
            15:1 After(Time(0)) Call(Call { at: 15:4, name: "pipe", args: [Arg { at: 15:9, value: List([Arg { at: 15:10, value: Int(5) }, Arg { at: 15:13, value: Int(6) }]) }], until: None, result: Some(0), result_at: 15:19, errno: None })
            16:1 After(Time(0)) Call(Call { at: 16:4, name: "pipe", args: [Arg { at: 16:9, value: List([]) }], until: None, result: Some(0), result_at: 16:15, errno: None })
            17:1 After(Time(0)) Call(Call { at: 17:4, name: "bind", args: [Arg { at: 17:9, value: Int(3) }, Arg { at: 17:12, value: Struct([Field { name: Some("sa_family"), count: None, arg: Arg { at: 17:25, value: Name("AF_INET6", Some(10)) } }, Field { name: Some("sin_port"), count: None, arg: Arg { at: 17:46, value: Port(1) } }, Field { name: Some("sin_addr"), count: None, arg: Arg { at: 17:67, value: NotModelled("inet6_addr(\"::1\")") } }]) }, Arg { at: 17:87, value: Any }], until: None, result: Some(0), result_at: 17:94, errno: None })
            18:1 After(Time(0)) Call(Call { at: 18:4, name: "setsockopt", args: [Arg { at: 18:15, value: Int(3) }, Arg { at: 18:18, value: Name("SOL_IP", Some(0)) }, Arg { at: 18:26, value: Name("IP_TOS", Some(1)) }, Arg { at: 18:34, value: NotModelled("(label 1, tc 0, ttl 3)") }, Arg { at: 18:60, value: Int(4) }], until: None, result: Some(0), result_at: 18:65, errno: None })
        "#]],
    );
}

#[test]
fn comments_may_stand_anywhere() {
    check(
        "// one
# another
0 /* a third
     over two lines */ close(/**/3) = 0 // last
+0 > . 1:1(0) # end",
        &expect![[r#"
            3:1 At(Time(0)) Call(Call { at: 4:24, name: "close", args: [Arg { at: 4:34, value: Int(3) }], until: None, result: Some(0), result_at: 4:39, errno: None })
            5:1 After(Time(0)) Expect(Packet { at: 5:4, ends: None, ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: ., seq: 1, len: 0, ack: None, win: None, urg: None, options: Some([]) })
        "#]],
    );
}

#[test]
fn names_are_replaced_by_what_they_are_defined_as() {
    let source = "--define=PROTO=IPPROTO_TCP
-D CC=\"cubic\"
--define=PORT=4000
0 socket(..., SOCK_STREAM, PROTO) = 3
+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, CC, 5) = 0
+0 < PORT > 8080 S 0:0(0) win 1
+0 GONE";
    let script = parse_with(source, &[("GONE", "close(3) = 0"), ("PORT", "5000")]).unwrap();
    let text: Vec<String> = script.events.iter().map(|event| format!("{:?}", event.action)).collect();
    expect![[r#"
        Call(Call { at: 4:3, name: "socket", args: [Arg { at: 4:10, value: Any }, Arg { at: 4:15, value: Name("SOCK_STREAM", Some(1)) }, Arg { at: 4:28, value: Name("IPPROTO_TCP", Some(6)) }], until: None, result: Some(3), result_at: 4:37, errno: None })
        Call(Call { at: 5:4, name: "setsockopt", args: [Arg { at: 5:15, value: Int(3) }, Arg { at: 5:18, value: Name("SOL_TCP", Some(6)) }, Arg { at: 5:27, value: Name("TCP_CONGESTION", Some(13)) }, Arg { at: 5:43, value: Bytes([99, 117, 98, 105, 99], false) }, Arg { at: 5:47, value: Int(5) }], until: None, result: Some(0), result_at: 5:52, errno: None })
        Inject(Packet { at: 6:4, ends: Some((Address { ip: None, port: 5000 }, Address { ip: None, port: 8080 })), ip: IpHeader { ecn: None, tos: None, ttl: None }, flags: S, seq: 0, len: 0, ack: None, win: Some(1), urg: None, options: Some([]) })
        Call(Call { at: 7:4, name: "close", args: [Arg { at: 7:4, value: Int(3) }], until: None, result: Some(0), result_at: 7:4, errno: None })"#]].assert_eq(&text.join("\n"));
}

#[test]
fn options_of_the_tool() {
    let source = "--tolerance_usecs=10000
--tolerance_percent=0.5 // tight
--ip_version=ipv4
--mtu=1520
--mss=1000
--bind_port=80
--connect_port=443
--local_ip=10.0.0.1
--remote_ip=10.0.0.2/24
--tcp_ts_tick_usecs=1000
--tcp_ts_ecr_scaled
--strict_segments
--non_fatal=packet,syscall
--dry_run
--verbose
--init_scripts=a.sh,b.sh
--wire_client
0 close(3) = 0";
    let script = parse(source).unwrap();
    expect![[r#"
        Config {
            tolerance: Time(
                10000000,
            ),
            tolerance_per_mille: 5,
            mtu: 1520,
            mss: Some(
                1000,
            ),
            bind_port: 80,
            connect_port: 443,
            local_ip: Ipv4(
                167772161,
            ),
            remote_ip: Ipv4(
                167772162,
            ),
            ts_tick: Time(
                1000000,
            ),
            ts_ecr_scaled: true,
            strict_segments: true,
            non_fatal_packet: true,
            non_fatal_call: true,
            dry_run: true,
            not_modelled: [
                NotModelled {
                    at: 17:1,
                    what: Text {
                        en: "option of the tool",
                        zh: "工具选项",
                    },
                    text: "--wire_client",
                    matters: false,
                },
            ],
        }
        [Include { at: 16:16, path: "a.sh" }, Include { at: 16:16, path: "b.sh" }]
    "#]]
    .assert_eq(&format!("{:#?}\n{:?}\n", script.config, script.init));
    let default = parse("0 close(3) = 0").unwrap().config;
    assert_eq!((default.tolerance.micros(), default.tolerance_per_mille, default.mtu), (4000, 125, 1500));
}

#[test]
fn arguments_give_up_their_values() {
    let source = "0 epoll_ctl(5, EPOLL_CTL_MOD, [4], {events=EPOLLIN|EPOLLOUT, fd=7}) = 0";
    let script = parse(source).unwrap();
    let Action::Call(call) = &script.events[0].action else { panic!("no call") };
    let [epoll, operation, boxed, event] = call.args.as_slice() else { panic!("four arguments") };
    assert_eq!(epoll.int(), Some(5));
    assert_eq!((operation.name(), operation.int()), (Some("EPOLL_CTL_MOD"), Some(3)));
    assert_eq!(boxed.boxed().and_then(|arg| arg.int()), Some(4));
    assert_eq!(event.field("events").and_then(|arg| arg.int()), Some(5));
    assert_eq!(event.field("fd").and_then(|arg| arg.int()), Some(7));
    assert_eq!((event.field("ptr"), event.int(), boxed.int()), (None, None, None));
}

#[test]
fn a_packet_is_written_as_it_was_read() {
    for packet in [
        "S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>",
        "[ect0] 192.0.2.1:4000 > 192.168.0.1:8080 FP. 1:11(10) ack 1 win 100 urg 3",
        "4000 > 8080 - 1:1(0) win 0 <FOEXP,sack 1:2,eol,md5 ab,TS val 1 ecr 2,FO abcd,nop,nop,nop,nop>",
        "[ce,tos 0x3,ttl 9] EWA. 1:1(0) ack 4294967295 win 65535",
    ] {
        let script = parse(&format!("0 < {packet}")).unwrap();
        let Action::Inject(read) = &script.events[0].action else { panic!("no packet") };
        assert_eq!(read.to_string(), packet);
    }
    let script = parse("0 > S. 0:0(0) ack 1 <...>").unwrap();
    let Action::Expect(read) = &script.events[0].action else { panic!("no packet") };
    assert_eq!(read.to_string(), "S. 0:0(0) ack 1 <...>");
}
