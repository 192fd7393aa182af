//! What `ss -tin` prints of a connection: the fields, their order and their form are those of iproute2 6.1
//! (`tcp_stats_print`, misc/ss.c), as measured with it.

use super::recorder::Sums;
use crate::tcp::connection::Limits;
use crate::tcp::{Host, SocketId, shown};
use crate::time::Time;

/// What the host does not count itself.
pub(super) struct Counted<'a> {
    pub(super) sums: &'a Sums,
    /// Of the sender.
    pub(super) limits: Option<Limits>,
    /// `cubic` or `reno`.
    pub(super) congestion: &'static str,
}

/// The two lines of a connection, below the heads; empty when there is no such socket.
pub(super) fn ss_tin(host: &Host, socket: SocketId, now: Time, counted: &Counted<'_>) -> String {
    let Some(flow) = host.flow(socket) else { return String::new() };
    let Some(line) = host.shown_of(flow, now) else { return String::new() };
    let line = shown::ss(&[shown::Shown { timer: None, ..line }]);
    let info = |name: &str| host.tcp_info(now, flow, name).filter(|value| *value != 0);
    let number = |name: &str| info(name).unwrap_or(0).unsigned_abs();
    let mut out = String::new();
    let mut word = |text: String| {
        out.push(' ');
        out += &text;
    };
    let options = number("tcpi_options");
    for (bit, name) in [(1, "ts"), (2, "sack")] {
        if options & bit > 0 {
            word(name.to_string());
        }
    }
    word(counted.congestion.to_string());
    if options & 4 > 0 {
        word(format!("wscale:{},{}", number("tcpi_snd_wscale"), number("tcpi_rcv_wscale")));
    }
    let rtt = number("tcpi_rtt");
    if let Some(rto) = info("tcpi_rto") {
        word(format!("rto:{}", millis(rto.unsigned_abs())));
    }
    if let Some(backoff) = info("tcpi_backoff") {
        word(format!("backoff:{backoff}"));
    }
    if rtt > 0 {
        word(format!("rtt:{}/{}", millis(rtt), millis(number("tcpi_rttvar"))));
    }
    if let Some(ato) = info("tcpi_ato") {
        word(format!("ato:{}", millis(ato.unsigned_abs())));
    }
    let (mss, cwnd) = (number("tcpi_snd_mss"), number("tcpi_snd_cwnd"));
    for (name, field) in [
        ("mss", "tcpi_snd_mss"),
        ("pmtu", "tcpi_pmtu"),
        ("rcvmss", "tcpi_rcv_mss"),
        ("advmss", "tcpi_advmss"),
        ("cwnd", "tcpi_snd_cwnd"),
    ] {
        if let Some(value) = info(field) {
            word(format!("{name}:{value}"));
        }
    }
    // Larger ones mean none.
    if let Some(ssthresh) = info("tcpi_snd_ssthresh").filter(|value| *value < 0xffff) {
        word(format!("ssthresh:{ssthresh}"));
    }
    let sums = counted.sums;
    // The SYN and the SYN-ACK take a number each, and no byte.
    let acked = host.connection_of(socket).map_or(0, |connection| {
        let observed = connection.observed();
        (sums.bytes - sums.bytes_again).saturating_sub(u64::from(observed.in_flight()))
    });
    for (name, value) in [
        ("bytes_sent", sums.bytes),
        ("bytes_retrans", sums.bytes_again),
        ("bytes_acked", if acked > 0 { acked + 1 } else { 0 }),
        ("bytes_received", sums.bytes_in),
        ("segs_out", sums.segments),
        ("segs_in", sums.segments_in),
        ("data_segs_out", sums.data_segments),
        ("data_segs_in", sums.data_segments_in),
    ] {
        if value > 0 {
            word(format!("{name}:{value}"));
        }
    }
    if rtt > 0 && mss > 0 {
        word(format!("send {}bps", (cwnd * mss * 8_000_000 + rtt / 2) / rtt));
    }
    for (name, field) in [
        ("lastsnd", "tcpi_last_data_sent"),
        ("lastrcv", "tcpi_last_data_recv"),
        ("lastack", "tcpi_last_ack_recv"),
    ] {
        if let Some(value) = info(field) {
            word(format!("{name}:{value}"));
        }
    }
    if let Some(pacing) = info("tcpi_pacing_rate") {
        word(format!("pacing_rate {}bps", pacing * 8));
    }
    if let Some(delivery) = info("tcpi_delivery_rate") {
        word(format!("delivery_rate {}bps", delivery * 8));
    }
    if let Some(delivered) = info("tcpi_delivered") {
        word(format!("delivered:{delivered}"));
    }
    if info("tcpi_delivery_rate_app_limited").is_some() {
        word("app_limited".to_string());
    }
    if let Some(limits) = counted.limits.filter(|limits| limits.busy > Time::ZERO) {
        let all = limits.busy;
        word(format!("busy:{}ms", all.millis()));
        for (name, time) in [("rwnd_limited", limits.receive_window), ("sndbuf_limited", limits.send_buffer)]
        {
            if time.millis() > 0 {
                let permille = time.0 * 1000 / all.0;
                word(format!("{name}:{}ms({}.{}%)", time.millis(), permille / 10, permille % 10));
            }
        }
    }
    if let Some(unacked) = info("tcpi_unacked") {
        word(format!("unacked:{unacked}"));
    }
    let (under_way, total) = (number("tcpi_retrans"), number("tcpi_total_retrans"));
    if total > 0 {
        word(format!("retrans:{under_way}/{total}"));
    }
    for (name, field) in [("lost", "tcpi_lost"), ("sacked", "tcpi_sacked"), ("dsack_dups", "tcpi_dsack_dups")]
    {
        if let Some(value) = info(field) {
            word(format!("{name}:{value}"));
        }
    }
    if let Some(reordering) = info("tcpi_reordering").filter(|value| *value != 3) {
        word(format!("reordering:{reordering}"));
    }
    if let Some(seen) = info("tcpi_reord_seen") {
        word(format!("reord_seen:{seen}"));
    }
    if let Some(rtt) = info("tcpi_rcv_rtt") {
        word(format!("rcv_rtt:{}", millis(rtt.unsigned_abs())));
    }
    for (name, field) in [
        ("rcv_space", "tcpi_rcv_space"),
        ("rcv_ssthresh", "tcpi_rcv_ssthresh"),
        ("notsent", "tcpi_notsent_bytes"),
    ] {
        if let Some(value) = info(field) {
            word(format!("{name}:{value}"));
        }
    }
    if let Some(rtt) = info("tcpi_min_rtt").filter(|value| *value < i64::from(u32::MAX)) {
        word(format!("minrtt:{}", millis(rtt.unsigned_abs())));
    }
    for (name, field) in [("rcv_ooopack", "tcpi_rcv_ooopack"), ("snd_wnd", "tcpi_snd_wnd")] {
        if let Some(value) = info(field) {
            word(format!("{name}:{value}"));
        }
    }
    format!("{line}\t{}\n", out)
}

/// Microseconds as `%g` prints milliseconds: six digits at most, no zeros at the end.
fn millis(us: u64) -> String {
    let places = match us {
        0..=999_999 => 3,
        1_000_000..=9_999_999 => 2,
        10_000_000..=99_999_999 => 1,
        _ => 0,
    };
    let unit = 10_u64.pow(3 - places);
    let rounded = (us + unit / 2) / unit;
    let scale = 10_u64.pow(places);
    let text = match places {
        0 => rounded.to_string(),
        _ => format!("{}.{:0places$}", rounded / scale, rounded % scale, places = places as usize),
    };
    if places > 0 { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_have_six_digits_at_most() {
        let printed = [17, 5_163, 200_000, 84_036, 1_234_567, 12_345_678, 204_000].map(millis);
        assert_eq!(printed, ["0.017", "5.163", "200", "84.036", "1234.57", "12345.7", "204"]);
    }
}
