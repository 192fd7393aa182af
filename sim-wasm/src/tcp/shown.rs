//! What `ss` and `netstat` show of sockets, in their own formats.

use super::socket::Flow;
use crate::net::Endpoint;
use crate::time::Time;

/// A line of `ss`: one socket, request or bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Both ends; the remote one of a listener is all zeros.
    pub flow: Flow,
    /// State as `ss` prints it.
    pub state: &'static str,
    /// Recv-Q: unread bytes, or connections that wait for accept().
    pub recv_q: u32,
    /// Send-Q: bytes not acknowledged, or the limit of the accept queue.
    pub send_q: u32,
    /// The timer shown with `-o`.
    pub timer: Option<ShownTimer>,
}

/// The timer that `ss -o` and `netstat -o` show of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShownTimer {
    /// `on`, `keepalive`, `timewait`, or `persist` as `ss` calls it.
    pub name: &'static str,
    /// Until it is due. The kernel may run it later: then none is left.
    pub left: Time,
    /// Timeouts in a row: what was sent again, a loss probe not counted.
    pub retransmits: u32,
    /// Probes of a window or of an idle peer without an answer.
    pub probes: u32,
}

impl ShownTimer {
    /// The one count that `ss` prints (`idiag_retrans`).
    pub fn count(&self) -> u32 {
        match self.name {
            "keepalive" | "persist" => self.probes,
            _ => self.retransmits,
        }
    }

    /// As `ss -o` prints it: `timer:(on,1.200ms,3)`.
    pub fn ss(&self) -> String {
        format!("timer:({},{},{})", self.name, ms_timer(self.left), self.count())
    }

    /// As `netstat -o` prints it: `on (1.20/3/0)`.
    pub fn netstat(&self) -> String {
        let name = if self.name == "persist" { "probe" } else { self.name };
        let left = self.left.millis() / 10;
        format!("{name} ({}.{:02}/{}/{})", left / 100, left % 100, self.retransmits, self.probes)
    }
}

/// `ss -Htano`, as iproute2 6.1 prints it.
pub fn ss(lines: &[Shown]) -> String {
    let longest = |text: fn(&Shown) -> String| lines.iter().map(|line| text(line).len()).max().unwrap_or(0);
    let widths = (
        longest(|line| line.state.to_string()),
        longest(|line| line.flow.local.addr.to_string()),
        longest(|line| port(line.flow.local)),
        longest(|line| line.flow.remote.addr.to_string()),
        longest(|line| port(line.flow.remote)),
    );
    let mut out = String::new();
    for Shown { flow, state, recv_q, send_q, timer } in lines {
        let (w, x, y, z, v) = widths;
        let (local, peer) = (flow.local.addr.to_string(), flow.remote.addr.to_string());
        let (local_port, peer_port) = (port(flow.local), port(flow.remote));
        let timer = timer.map_or(String::new(), |timer| timer.ss());
        let line = format!(
            "{state:w$} {recv_q:<6} {send_q:<6} {local:>x$}:{local_port:y$} {peer:>z$}:{peer_port:v$} {timer}"
        );
        out += line.trim_end();
        out.push('\n');
    }
    out
}

/// The lines of `netstat -tano`, as net-tools 2.10 prints them.
pub fn netstat(lines: &[Shown]) -> String {
    let line = |Shown { flow: Flow { local, remote }, state, recv_q, send_q, timer }: &Shown| {
        let ends = [local, remote].map(|end| format!("{}:{}", end.addr, port(*end)));
        let [local, remote] = &ends;
        let timer = timer.map_or("off (0.00/0/0)".to_string(), |timer| timer.netstat());
        let state = netstat_state(state);
        format!("tcp   {recv_q:>6} {send_q:>6} {local:23} {remote:23} {state:11} {timer}\n")
    };
    lines.iter().map(line).collect()
}

/// The port, or a star where there is none.
fn port(end: Endpoint) -> String {
    if end.port == 0 { "*".to_string() } else { end.port.to_string() }
}

/// What netstat calls a state of `ss`.
fn netstat_state(state: &'static str) -> &'static str {
    match state {
        "ESTAB" => "ESTABLISHED",
        "SYN-SENT" => "SYN_SENT",
        "SYN-RECV" => "SYN_RECV",
        "FIN-WAIT-1" => "FIN_WAIT1",
        "FIN-WAIT-2" => "FIN_WAIT2",
        "TIME-WAIT" => "TIME_WAIT",
        "CLOSE-WAIT" => "CLOSE_WAIT",
        "LAST-ACK" => "LAST_ACK",
        "UNCONN" => "CLOSE",
        same => same,
    }
}

/// A time left as iproute2 writes it (`print_ms_timer`): 6.04 seconds are `6.040ms`, and none at all is nothing.
fn ms_timer(left: Time) -> String {
    let (minutes, seconds, millis) = (left.secs() / 60, left.secs() % 60, left.millis() % 1000);
    match (minutes, seconds, millis) {
        (0, 0, 0) => String::new(),
        (0, 0, millis) => format!("{millis:03}ms"),
        (0, 1..=9, 1..) => format!("{seconds}.{millis:03}ms"),
        (0, seconds, _) => format!("{seconds}sec"),
        (1..=9, 1.., _) => format!("{minutes}min{seconds}sec"),
        (minutes, ..) => format!("{minutes}min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::Ipv4;
    use expect_test::expect;

    /// As printed by ss of iproute2 6.1.0 for these times.
    #[test]
    fn times_are_written_as_ss_writes_them() {
        for (millis, text) in [
            (0, ""),
            (7, "007ms"),
            (460, "460ms"),
            (1_000, "1sec"),
            (6_040, "6.040ms"),
            (9_999, "9.999ms"),
            (10_500, "10sec"),
            (59_999, "59sec"),
            (60_000, "1min"),
            (96_000, "1min36sec"),
            (599_000, "9min59sec"),
            (600_999, "10min"),
            (7_199_970, "119min"),
        ] {
            assert_eq!(ms_timer(Time::from_millis(millis)), text, "{millis} ms");
        }
    }

    #[test]
    fn lines_look_like_those_of_the_tools() {
        let line = |state, ports: (u16, u16), queues, timer| Shown {
            flow: Flow {
                local: Endpoint::new(Ipv4::new(203, 0, 113, 11), ports.0),
                remote: match ports.1 {
                    0 => Endpoint::new(Ipv4(0), 0),
                    port => Endpoint::new(Ipv4::new(198, 51, 100, 30), port),
                },
            },
            state,
            recv_q: 0,
            send_q: queues,
            timer,
        };
        let timer = |name, millis, retransmits, probes| {
            Some(ShownTimer { name, left: Time::from_millis(millis), retransmits, probes })
        };
        let lines = [
            line("LISTEN", (80, 0), 128, None),
            line("ESTAB", (40_366, 3306), 100, timer("on", 26_690, 8, 0)),
            line("ESTAB", (40_372, 3306), 0, timer("keepalive", 6_039, 0, 3)),
            line("ESTAB", (34_052, 9000), 46_336, timer("persist", 96_000, 0, 0)),
            line("FIN-WAIT-2", (1024, 80), 0, timer("timewait", 0, 0, 0)),
        ];
        expect![[r"
            LISTEN     0      128    203.0.113.11:80          0.0.0.0:*
            ESTAB      0      100    203.0.113.11:40366 198.51.100.30:3306 timer:(on,26sec,8)
            ESTAB      0      0      203.0.113.11:40372 198.51.100.30:3306 timer:(keepalive,6.039ms,3)
            ESTAB      0      46336  203.0.113.11:34052 198.51.100.30:9000 timer:(persist,1min36sec,0)
            FIN-WAIT-2 0      0      203.0.113.11:1024  198.51.100.30:80   timer:(timewait,,0)
        "]]
        .assert_eq(&ss(&lines));
        expect![[r"
            tcp        0    128 203.0.113.11:80         0.0.0.0:*               LISTEN      off (0.00/0/0)
            tcp        0    100 203.0.113.11:40366      198.51.100.30:3306      ESTABLISHED on (26.69/8/0)
            tcp        0      0 203.0.113.11:40372      198.51.100.30:3306      ESTABLISHED keepalive (6.03/0/3)
            tcp        0  46336 203.0.113.11:34052      198.51.100.30:9000      ESTABLISHED probe (96.00/0/0)
            tcp        0      0 203.0.113.11:1024       198.51.100.30:80        FIN_WAIT2   timewait (0.00/0/0)
        "]]
        .assert_eq(&netstat(&lines));
    }
}
