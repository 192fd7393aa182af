//! What is said of lines that do not hold, in both languages.

use expect_test::{Expect, expect};
use sim_wasm::kernel::KernelVersion;
use sim_wasm::packet::{self, Failure, Options, Step};
use sim_wasm::text::Lang;
use std::fmt::Write;

/// A listener, and a connection that was accepted as 4 at 0.01 s.
const ACCEPTED: &str = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 0) = 0
+0 < S 0:0(0) win 65535 <mss 1460>
+0 > S. 0:0(0) ack 1 <mss 1460>
+.01 < . 1:1(0) ack 1 win 1000
+0 accept(3, ..., ...) = 4
";

/// Runs lines behind [`ACCEPTED`], which is lines 1 to 7.
#[track_caller]
fn told(lines: &str, expected: Expect) {
    told_of(&format!("{ACCEPTED}{lines}"), "6.18", expected);
}

#[track_caller]
fn told_of(source: &str, kernel: &str, expected: Expect) {
    let kernel = KernelVersion::parse(kernel).unwrap();
    let outcome = packet::run(source, &Options::new(kernel)).unwrap();
    let mut out = format!("{}\n", outcome.verdict().word());
    for step in &outcome.steps {
        step_told(&mut out, step);
    }
    for note in &outcome.notes {
        for lang in Lang::ALL {
            let _ = writeln!(out, "{} {}: {}", note.at, note.matters, note.message(lang));
        }
    }
    expected.assert_eq(&out);
}

fn step_told(out: &mut String, step: &Step) {
    for note in &step.notes {
        for lang in Lang::ALL {
            let _ = writeln!(out, "{} {}: {}", note.at, note.matters, note.message(lang));
        }
    }
    if let Some(failure) = step.failure() {
        let _ = writeln!(out, "{} {} [{}]", step.at, failure.code(), failure.instead());
        for lang in Lang::ALL {
            let _ = writeln!(out, "  {}", failure.message(lang));
        }
    }
}

#[test]
fn nothing_is_sent_because_the_packet_was_dropped() {
    told(
        "+0 < R. 90000:90000(0) ack 1 win 1000
+0 > . 1:1(0) ack 1
+1 < . 1:1(0) ack 1 win 1000
+0 > . 1:1(0) ack 1",
        expect![[r#"
            failed
            9:1 nothing_sent []
              The model sent nothing up to 0.014000 s. The packet of line 8 was dropped: Its sequence numbers lie outside the receive window: an old duplicate.
              到 0.014000 秒为止，模型没有发出报文。第 8 行的报文被丢弃：序号不在接收窗口内：是旧的重复报文。
            11:1 nothing_sent []
              The model sent nothing up to 1.014000 s.
              到 1.014000 秒为止，模型没有发出报文。
        "#]],
    );
}

#[test]
fn something_is_sent_later() {
    told(
        "+0 write(4, ..., 10) = 10
+0 > P. 1:11(10) ack 1
+.1 > P. 1:11(10) ack 1
+.001 > F. 11:11(0) ack 1",
        expect![[r#"
            failed
            10:1 nothing_sent []
              The model sent nothing up to 0.122500 s. It sends this packet at 0.223750 s.
              到 0.122500 秒为止，模型没有发出报文。这个报文要到 0.223750 秒才发出。
            11:1 nothing_sent []
              The model sent nothing up to 0.115000 s. Next it sends, at 0.223750 s: > P. 1:11(10) ack 1 win 64240
              到 0.115000 秒为止，模型没有发出报文。接下来在 0.223750 秒发出：> P. 1:11(10) ack 1 win 64240
        "#]],
    );
}

#[test]
fn another_packet_is_sent() {
    told(
        "+0 write(4, ..., 10) = 10
+0 > F. 1:12(11) ack 2 win 5 urg 3 <nop,nop,TS val 1 ecr 2>",
        expect![[r#"
            failed
            9:4 true: recognised, not modelled: urgent pointer `urg 3`
            9:4 true: 能识别，但模型未涵盖：紧急指针 `urg 3`
            9:1 other_sent [> P. 1:11(10) ack 1 win 64240]
              At 0.010000 s the model sent > P. 1:11(10) ack 1 win 64240: flags P. instead of F., len 10 instead of 11, ack 1 instead of 2, win 64240 instead of 5, urg 0 instead of 3, options <> instead of <nop,nop,TS val 1 ecr 2>.
              0.010000 秒时模型发出 > P. 1:11(10) ack 1 win 64240：flags 是 P.，应为 F.；len 是 10，应为 11；ack 是 1，应为 2；win 是 64240，应为 5；urg 是 0，应为 3；options 是 <>，应为 <nop,nop,TS val 1 ecr 2>。
        "#]],
    );
}

#[test]
fn a_line_that_means_a_later_packet_leaves_those_before_it() {
    // The data is missing in the script, and the FIN is found all the same; what is missing is told once.
    told(
        "+0 write(4, ..., 10) = 10
+0 close(4) = 0
+0 > F. 11:11(0) ack 1
+.01 < . 1:1(0) ack 12 win 1000
+0 < F. 1:1(0) ack 12 win 1000
+0 > . 12:12(0) ack 2",
        expect![[r#"
            failed
            10:1 other_sent [> P. 1:11(10) ack 1 win 64240]
              At 0.010000 s the model sent > P. 1:11(10) ack 1 win 64240: flags P. instead of F., seq 1 instead of 11, len 10 instead of 0.
              0.010000 秒时模型发出 > P. 1:11(10) ack 1 win 64240：flags 是 P.，应为 F.；seq 是 1，应为 11；len 是 10，应为 0。
        "#]],
    );
}

#[test]
fn a_line_that_means_nothing_leaves_the_packet_to_the_next() {
    told(
        "+0 write(4, ..., 10) = 10
+0 > . 1:1(0) ack 1
+0 > P. 1:11(10) ack 1",
        expect![[r#"
            failed
            9:1 other_sent [> P. 1:11(10) ack 1 win 64240]
              At 0.010000 s the model sent > P. 1:11(10) ack 1 win 64240: flags P. instead of ., len 10 instead of 0.
              0.010000 秒时模型发出 > P. 1:11(10) ack 1 win 64240：flags 是 P.，应为 .；len 是 10，应为 0。
        "#]],
    );
}

#[test]
fn times() {
    told(
        "+0 write(4, ..., 10) = 10
+.02 > P. 1:11(10) ack 1",
        expect![[r#"
            failed
            9:1 wrong_time []
              It happened at 0.010000 s; 0.026000 to 0.034000 s would be right.
              发生在 0.010000 秒，应在 0.026000 到 0.034000 秒之间。
        "#]],
    );
}

#[test]
fn calls() {
    told(
        "+0 read(4, ..., 10) = 10
+0 recv(4, ..., 10, MSG_DONTWAIT) = 10
+0 recv(4, ..., 10, MSG_DONTWAIT) = -1 EPIPE
+0 close(7) = 0
+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
+0 getsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], [4]) = 0
+0 poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1
+0...1 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 100) = 1
+2...4 read(4, ..., 10) = 10",
        expect![[r#"
            failed
            8:1 waits []
              The call waits, and the script does not say until when: write its end behind its start, such as 0.1...0.3.
              调用会阻塞，而脚本没有写明它何时返回：请在起始时间后写上结束时间，如 0.1...0.3。
            9:1 returned [= -1 EAGAIN]
              The call returned -1 EAGAIN.
              调用返回了 -1 EAGAIN。
            10:1 returned [= -1 EAGAIN]
              The call returned -1 EAGAIN.
              调用返回了 -1 EAGAIN。
            11:1 descriptor []
              No descriptor 7 is open.
              没有打开的描述符 7。
            12:1 descriptor []
              Descriptor 4 is open already.
              描述符 4 已经打开。
            13:1 filled_in [SO_KEEPALIVE 0]
              SO_KEEPALIVE is 0, not 1.
              SO_KEEPALIVE 是 0，而不是 1。
            14:1 returned [= 0]
              The call returned 0.
              调用返回了 0。
            15:1 returned [= 0]
              The call returned 0.
              调用返回了 0。
            16:1 still_waits []
              The call has not returned.
              调用一直没有返回。
        "#]],
    );
}

#[test]
fn assertions() {
    told(
        "+0 %{ assert tcpi_snd_cwnd == 3, 'too fast' }%\n+0 %{ assert tcpi_pacing_rate == 0 }%",
        expect![[r#"
            failed
            8:1 asserted []
              `tcpi_snd_cwnd == 3` does not hold: tcpi_snd_cwnd = 10; too fast
              `tcpi_snd_cwnd == 3` 不成立：tcpi_snd_cwnd = 10; too fast
            9:14 true: recognised, not modelled: field of tcp_info `tcpi_pacing_rate`
            9:14 true: 能识别，但模型未涵盖：tcp_info 字段 `tcpi_pacing_rate`
        "#]],
    );
}

#[test]
fn timestamps_that_nobody_sent() {
    told(
        "+0 < . 1:1(0) ack 1 win 1000 <nop,nop,TS val 5 ecr 99>",
        expect![[r#"
        failed
        8:1 echo_unknown []
          The host has sent no timestamp that the script writes as 99.
          主机没有发出过脚本中写作 99 的时间戳。
    "#]],
    );
}

#[test]
fn what_the_model_has_not() {
    told_of(
        "--mtu=9000
`sysctl -q net.ipv4.tcp_ecn=1 net.ipv4.tcp_tw_recycle=1 net.ipv4.tcp_frto=0 net.ipv6.conf.all.forwarding=1
ip route change default mtu 1000`
0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3
+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 4
+0 setsockopt(4, SOL_TCP, TCP_FASTOPEN, [1], 4) = 0
+0 pipe([5, 6]) = 0
+0 sendto(4, ..., 10, MSG_FASTOPEN, ..., ...) = 10
+0 < icmp echo_request id 1
+0 > icmp unreachable port_unreachable [0:0(0)]
+0 < [ce] SEW 0:0(0) win 1000 <mss 1460,FO,nop,nop>
+0 > RE. 0:0(0) ack 1
+0 < udp (10)",
        "6.18",
        expect![[r#"
            not_modelled
            4:3 true: recognised, not modelled: socket of another kind `socket(2, 17)`
            4:3 true: 能识别，但模型未涵盖：其他类型的套接字 `socket(2, 17)`
            6:4 true: recognised, not modelled: socket option `TCP_FASTOPEN`
            6:4 true: 能识别，但模型未涵盖：套接字选项 `TCP_FASTOPEN`
            7:4 true: recognised, not modelled: system call `pipe`
            7:4 true: 能识别，但模型未涵盖：系统调用 `pipe`
            8:4 true: recognised, not modelled: flags of a call `sendto: 0x20000000`
            8:4 true: 能识别，但模型未涵盖：调用的标志 `sendto: 0x20000000`
            9:4 true: recognised, not modelled: ICMP message `type 8 code 0`
            9:4 true: 能识别，但模型未涵盖：ICMP 报文 `type 8 code 0`
            10:4 true: recognised, not modelled: ICMP message of the host `type 3 code 3`
            10:4 true: 能识别，但模型未涵盖：主机发出的 ICMP 报文 `type 3 code 3`
            11:4 false: recognised, not modelled: ECN flags `EW`
            11:4 false: 能识别，但模型未涵盖：ECN 标志 `EW`
            11:4 true: recognised, not modelled: fields of the IP header `[ce]`
            11:4 true: 能识别，但模型未涵盖：IP 首部字段 `[ce]`
            11:4 true: recognised, not modelled: TCP option `FO`
            11:4 true: 能识别，但模型未涵盖：TCP 选项 `FO`
            12:4 true: recognised, not modelled: ECN flags `E`
            12:4 true: 能识别，但模型未涵盖：ECN 标志 `E`
            13:6 true: recognised, not modelled: UDP packet `udp (10)`
            13:6 true: 能识别，但模型未涵盖：UDP 报文 `udp (10)`
            2:12 true: recognised, not modelled: setting `net.ipv4.tcp_ecn=1`
            2:12 true: 能识别，但模型未涵盖：设置 `net.ipv4.tcp_ecn=1`
            2:31 true: recognised, not modelled: setting that this kernel does not have `net.ipv4.tcp_tw_recycle=1`
            2:31 true: 能识别，但模型未涵盖：此内核没有的设置 `net.ipv4.tcp_tw_recycle=1`
            2:77 false: recognised, not modelled: setting `net.ipv6.conf.all.forwarding=1`
            2:77 false: 能识别，但模型未涵盖：设置 `net.ipv6.conf.all.forwarding=1`
            3:1 true: recognised, not modelled: shell command `ip route change default mtu 1000`
            3:1 true: 能识别，但模型未涵盖：shell 命令 `ip route change default mtu 1000`
        "#]],
    );
}

/// The tool stops at the first line that does not hold.
#[test]
fn a_run_may_stop_where_it_fails() {
    let source = format!("{ACCEPTED}+0 listen(9, 0) = 0\n+0 close(4) = 0");
    let options = Options { keep_going: false, ..Options::new(KernelVersion::parse("6.18").unwrap()) };
    let outcome = packet::run(&source, &options).unwrap();
    assert_eq!(outcome.expectations(), (7, 5));
    let (step, failure) = outcome.first_failure().unwrap();
    assert!(matches!(failure, Failure::Descriptor { number: 9, open: false }), "{failure:?}");
    assert_eq!(step.at.line, 8);
    assert!(outcome.steps.last().unwrap().time.is_none());
}
