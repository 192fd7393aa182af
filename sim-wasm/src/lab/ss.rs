//! The sockets of a host as `ss` prints them.

use crate::tcp::Shown;
use crate::time::Time;
use std::fmt::Write;

/// What `ss -tano` prints of these sockets, in `most` lines at most as by `head`, and the command line for that;
/// `filter` is what made the choice of sockets.
pub fn tano(filter: &str, shown: &[Shown], most: usize) -> (String, String) {
    let heads = ["State", "Recv-Q", "Send-Q", "Local Address:Port", "Peer Address:Port"].map(String::from);
    let mut rows = vec![(heads, String::new())];
    for socket in shown {
        let (local, remote) = (socket.flow.local, socket.flow.remote);
        let peer = if remote.port == 0 { format!("{}:*", remote.addr) } else { remote.to_string() };
        let timer = socket
            .timer
            .map(|timer| format!(" timer:({},{},{})", timer.name, duration(timer.left), timer.count));
        let cells = [
            socket.state.to_string(),
            socket.recv_q.to_string(),
            socket.send_q.to_string(),
            local.to_string(),
            peer,
        ];
        rows.push((cells, timer.unwrap_or_default()));
    }
    let mut command = format!("ss -tano {filter}").trim_end().to_string();
    if rows.len() > most {
        let _ = write!(command, " | head -{most}");
    }
    rows.truncate(most);
    let width = |n: usize| rows.iter().map(|(cells, _)| cells[n].len()).max().unwrap_or(0);
    let [state, recv, send, local, peer] = [0, 1, 2, 3, 4].map(width);
    let mut out = String::new();
    for ([a, b, c, d, e], timer) in &rows {
        let line = format!("{a:state$} {b:recv$} {c:send$} {d:>local$} {e:>peer$}{timer}");
        let _ = writeln!(out, "{}", line.trim_end());
    }
    (command, out)
}

/// `print_ms_timer` of iproute2: minutes without milliseconds, seconds with them below ten.
fn duration(left: Time) -> String {
    let (mut secs, mut millis, minutes) = (left.secs() % 60, left.millis() % 1000, left.secs() / 60);
    let mut out = String::new();
    if minutes > 0 {
        millis = 0;
        let _ = write!(out, "{minutes}min");
        if minutes > 9 {
            secs = 0;
        }
    }
    if secs > 0 {
        if secs > 9 {
            millis = 0;
        }
        let _ = write!(out, "{secs}{}", if millis > 0 { "." } else { "sec" });
    }
    if millis > 0 {
        let _ = write!(out, "{millis:03}ms");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{Endpoint, Ipv4};
    use crate::tcp::Flow;
    use crate::tcp::connection::ShownTimer;
    use expect_test::expect;

    #[test]
    fn spans_are_spelt_as_the_tool_does() {
        for (millis, text) in [
            (0, ""),
            (7, "007ms"),
            (1000, "1sec"),
            (8500, "8.500ms"),
            (52_300, "52sec"),
            (119_000, "1min59sec"),
            (7_199_000, "119min"),
        ] {
            assert_eq!(duration(Time::from_millis(millis)), text, "{millis} ms");
        }
    }

    #[test]
    fn sockets_in_columns() {
        let local = Endpoint::new(Ipv4::new(198, 51, 100, 10), 9000);
        let remote = Endpoint::new(Ipv4::new(203, 0, 113, 20), 51902);
        let timer = Some(ShownTimer { name: "keepalive", left: Time::from_secs(59), count: 0 });
        let estab = Shown { flow: Flow { local, remote }, state: "ESTAB", recv_q: 0, send_q: 0, timer: None };
        let any = Flow { local: Endpoint::new(Ipv4(0), 9000), remote: Endpoint::new(Ipv4(0), 0) };
        let listen = Shown { flow: any, state: "LISTEN", recv_q: 1, send_q: 128, timer: None };
        let sockets = [listen, estab.clone(), Shown { timer, ..estab.clone() }, estab];
        let (command, text) = tano("", &sockets, 4);
        assert_eq!(command, "ss -tano | head -4");
        expect![[r"
            State  Recv-Q Send-Q Local Address:Port  Peer Address:Port
            LISTEN 1      128          0.0.0.0:9000          0.0.0.0:*
            ESTAB  0      0      198.51.100.10:9000 203.0.113.20:51902
            ESTAB  0      0      198.51.100.10:9000 203.0.113.20:51902 timer:(keepalive,59sec,0)
        "]]
        .assert_eq(&text);
        assert_eq!(tano("exclude time-wait", &sockets, 5).0, "ss -tano exclude time-wait");
    }
}
