//! Scripts put together by chance, on any kernel: a run ends, does not panic, and gives the same twice.

use proptest::prelude::*;
use sim_wasm::kernel::KernelVersion;
use sim_wasm::labs::packet::LAB;
use sim_wasm::packet::{self, Options};
use sim_wasm::text::Lang;
use std::fmt::Write;

/// Lines with gaps: `#` is a small number, `@` one of any size, `%` a port.
const LINES: &[&str] = &[
    "socket(..., SOCK_STREAM, IPPROTO_TCP) = #",
    "socket(..., SOCK_STREAM|SOCK_NONBLOCK, 0) = #",
    "bind(#, ..., ...) = 0",
    "listen(#, @) = 0",
    "accept(#, ..., ...) = #",
    "connect(#, ..., ...) = 0",
    "connect(#, ..., ...) = -1 EINPROGRESS",
    "read(#, ..., @) = @",
    "recv(#, ..., @, MSG_WAITALL) = @",
    "recv(#, ..., @, MSG_PEEK|MSG_DONTWAIT) = @",
    "write(#, ..., @) = @",
    "send(#, ..., @, MSG_MORE) = @",
    "shutdown(#, SHUT_WR) = 0",
    "shutdown(#, SHUT_RD) = 0",
    "close(#) = 0",
    "fcntl(#, F_SETFL, O_RDWR|O_NONBLOCK) = 0",
    "ioctl(#, SIOCOUTQ, [@]) = 0",
    "setsockopt(#, SOL_SOCKET, SO_RCVBUF, [@], 4) = 0",
    "setsockopt(#, SOL_SOCKET, SO_SNDBUF, [@], 4) = 0",
    "setsockopt(#, SOL_SOCKET, SO_LINGER, {onoff=1, linger=#}, 8) = 0",
    "setsockopt(#, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0",
    "setsockopt(#, SOL_TCP, TCP_KEEPIDLE, [#], 4) = 0",
    "setsockopt(#, SOL_TCP, TCP_CORK, [#], 4) = 0",
    "setsockopt(#, SOL_TCP, TCP_MAXSEG, [@], 4) = 0",
    "setsockopt(#, SOL_TCP, TCP_USER_TIMEOUT, [@], 4) = 0",
    "setsockopt(#, SOL_TCP, TCP_DEFER_ACCEPT, [#], 4) = 0",
    "getsockopt(#, SOL_TCP, TCP_MAXSEG, [@], [4]) = 0",
    "poll([{fd=#, events=POLLIN, revents=0}], 1, @) = 0",
    "epoll_create(1) = #",
    "epoll_ctl(#, EPOLL_CTL_ADD, #, {events=EPOLLIN|EPOLLET, fd=#}) = 0",
    "epoll_wait(#, {events=EPOLLIN, fd=#}, 1, #) = 1",
    "< S @:@(0) win 1000 <mss 1460,sackOK,TS val @ ecr 0,nop,wscale #>",
    "< % > 8080 S 0:0(0) win 65535 <mss 1000>",
    "< % > 8080 . 1:1(0) ack 1 win 1000",
    "< S. 0:0(0) ack 1 win 65535 <mss 1460>",
    "< . 1:1(0) ack 1 win 1000",
    "< P. 1:1001(1000) ack 1 win 0",
    "< P. 1001:2001(1000) ack @ win 1000 <sack @:@,nop,nop>",
    "< F. 1:1(0) ack 1 win 1000",
    "< R @:@(0) win 0",
    "< . 1:1(0) ack @ win 65535 <nop,nop,TS val @ ecr @>",
    "< - @:@(0) win @16",
    "< icmp unreachable host_unreachable [@:@(0)]",
    "> S. 0:0(0) ack 1 <...>",
    "> . 1:1(0) ack 1",
    "> P. 1:1001(1000) ack 1",
    "> F. 1:1(0) ack 1",
    "> % > 8080 R 1:1(0)",
    "%{ assert tcpi_snd_cwnd == # }%",
    "`sysctl -q net.ipv4.tcp_rmem=\"@ @ @\" net.ipv4.tcp_wmem=\"@ @ @\"`",
    "`sysctl -q net.ipv4.tcp_syncookies=# net.ipv4.tcp_keepalive_time=# net.core.somaxconn=@`",
];

const TIMES: &[&str] = &["+0", "+.001", "+.2", "+1", "+70", "+9000", "0", "*", "+0~+1", "+0...2"];

const KERNELS: &[&str] = &["2.6.32", "3.5", "3.10", "el7", "4.4", "4.11", "4.19", "5.15", "6.18"];

/// A script of these lines; each has its place in the tables, and a number that fills its gaps.
fn script(lines: &[(usize, usize, u32)]) -> String {
    let mut source = String::from("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    let seed = lines.first().map_or(0, |(_, _, seed)| *seed);
    if !seed.is_multiple_of(4) {
        source += "+0 bind(3, ..., ...) = 0\n+0 listen(3, 4) = 0\n";
        source +=
            "+0 < S 0:0(0) win 65535 <mss 1460,sackOK,nop,nop,nop,wscale 7>\n+0 > S. 0:0(0) ack 1 <...>\n";
    }
    if seed % 4 > 1 {
        source += "+.01 < . 1:1(0) ack 1 win 1000\n+0 accept(3, ..., ...) = 4\n";
    }
    for &(line, time, seed) in lines {
        let (line, mut time) = (LINES[line % LINES.len()], TIMES[time % TIMES.len()]);
        let packet = line.starts_with('>');
        if matches!(time, "*" | "+0~+1") && !packet
            || time == "+0...2" && line.starts_with(['<', '>', '%', '`'])
        {
            time = "+.001";
        }
        if time == "0" && source.lines().count() > 1 {
            // Once in a while the end of all times.
            time = if seed % 9 == 0 { "+999999999" } else { "+0" };
        }
        let large = match seed % 5 {
            0 => seed / 5 % 4,
            1 => seed % 3000,
            2 => u32::MAX - seed % 3,
            _ => seed,
        };
        // A packet ends where it begins: the numbers of one line are the same.
        let (small, port) = (seed % 8, 40_000 + seed % 3);
        let line = line.replace("@16", &(large % 65_536).to_string());
        let scale = line.contains("wscale");
        let line = line.replace('#', &if scale { seed % 20 } else { small }.to_string());
        let line = line.replace('@', &large.to_string());
        let line = if line.contains("assert") { line } else { line.replace('%', &port.to_string()) };
        let _ = writeln!(source, "{time} {line}");
    }
    source
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_run_ends_and_gives_the_same_twice(
        lines in prop::collection::vec((0usize..1000, 0usize..1000, any::<u32>()), 1..25),
        kernel in 0..KERNELS.len(),
    ) {
        let source = script(&lines);
        let kernel = KernelVersion::parse(KERNELS[kernel]).unwrap();
        let run = || packet::run(&source, &Options::new(kernel));
        match run() {
            Err(errors) => prop_assert!(errors.is_empty(), "{}\n{}", source, errors[0].message(Lang::En)),
            Ok(outcome) => {
                let again = run().unwrap();
                prop_assert_eq!(format!("{outcome:?}"), format!("{again:?}"), "{}", source);
                prop_assert!(outcome.steps.len() > lines.len());
            }
        }
    }
}

/// The lab's report of scripts that go wrong can be made, too.
#[test]
fn reports_of_random_scripts_can_be_made() {
    let mut seed = 1u32;
    let mut packets = 0;
    for _ in 0..60 {
        let mut next = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 8
        };
        let lines: Vec<_> = (0..12).map(|_| (next() as usize, next() as usize, next() * 7)).collect();
        let source = script(&lines);
        let params = LAB.params(None, [("script", source.as_str())]).unwrap();
        for lang in Lang::ALL {
            let report = params.run(lang);
            assert_ne!(report.verdict.code, "script_error", "{source}");
            assert!(!report.verdict.text.is_empty() && report.script.is_some());
            packets += report.events.len();
        }
    }
    assert!(packets > 500, "{packets}: hardly anything happened");
}
