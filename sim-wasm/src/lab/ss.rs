//! The sockets of a host as `ss` prints them, a few lines of them, and its routes as `ip` does.

use crate::net::Ipv4;
use crate::tcp::{Flow, Host, Shown, shown};
use crate::time::Time;

/// What `ss -Htano` prints of these sockets, in `most` lines at most as by `head`, and the command line for that;
/// `filter` is what made the choice of sockets.
pub fn tano(filter: &str, sockets: &[Shown], most: usize) -> (String, String) {
    let mut command = format!("ss -Htano {filter}").trim_end().to_string();
    if sockets.len() > most {
        command += &format!(" | head -{most}");
    }
    (command, shown::ss(&sockets[..sockets.len().min(most)]))
}

/// What `ss -Htino` prints of a connection, as far as the model keeps it; none when there is no such connection.
pub fn tino(host: &Host, now: Time, flow: Flow) -> Option<String> {
    let line = host.shown_of(flow, now)?;
    let info = |name: &str| host.tcp_info(now, flow, name);
    let options = info("tcpi_options")?;
    let mut out = shown::ss(&[line]) + "\t";
    for (bit, word) in [(1, " ts"), (2, " sack")] {
        if options & bit != 0 {
            out += word;
        }
    }
    out += " cubic";
    if options & 4 != 0 {
        out += &format!(" wscale:{},{}", info("tcpi_snd_wscale")?, info("tcpi_rcv_wscale")?);
    }
    let millis = |micros: i64| {
        let text = format!("{}.{:03}", micros / 1000, micros % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_string()
    };
    // What ss leaves out while it is 0, and what it always prints.
    let some = |label: &str, value: i64| if value == 0 { String::new() } else { format!(" {label}:{value}") };
    out += &format!(" rto:{}", info("tcpi_rto")? / 1000);
    out += &some("backoff", info("tcpi_backoff")?);
    out += &format!(" rtt:{}/{}", millis(info("tcpi_rtt")?), millis(info("tcpi_rttvar")?));
    out += &some("ato", info("tcpi_ato")? / 1000);
    out += &format!(" mss:{} pmtu:{}", info("tcpi_snd_mss")?, info("tcpi_pmtu")?);
    out += &format!(" rcvmss:{} advmss:{}", info("tcpi_rcv_mss")?, info("tcpi_advmss")?);
    out += &format!(" cwnd:{}", info("tcpi_snd_cwnd")?);
    let ssthresh = info("tcpi_snd_ssthresh")?;
    out += &some("ssthresh", if ssthresh < 0xffff { ssthresh } else { 0 });
    out += &some("unacked", info("tcpi_unacked")?);
    let (retrans, total) = (info("tcpi_retrans")?, info("tcpi_total_retrans")?);
    if total > 0 {
        out += &format!(" retrans:{retrans}/{total}");
    }
    out += &some("lost", info("tcpi_lost")?);
    out += &some("notsent", info("tcpi_notsent_bytes")?);
    Some(out + "\n")
}

/// What `ip route get` prints of the way to a peer behind the first router.
pub fn route_get(host: &Host, now: Time, peer: Ipv4) -> String {
    let own = host.addr();
    let router = Ipv4((own.0 & !0xff) | 1);
    let cache = host.route_exception(peer, now).map_or(String::new(), |told| {
        let lock = if told.locked { "lock " } else { "" };
        format!(" expires {}sec mtu {lock}{}", (told.expires - now).secs(), told.mtu)
    });
    format!("{peer} via {router} dev eth0 src {own} uid 0\n    cache{cache}\n")
}
