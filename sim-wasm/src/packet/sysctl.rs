//! Settings by their names, as scripts and the command line give them.

use crate::kernel::{Change, KernelVersion, Sysctl, Timestamps};
use crate::script::ast::{NotModelled, Pos};
use crate::text::Text;
use crate::time::Time;

static SETTING: Text = Text::new("setting", "设置");
static ABSENT: Text = Text::new("setting that this kernel does not have", "此内核没有的设置");

/// Writes a number into a setting.
type Write = fn(&mut Sysctl, u32);

/// The settings of one number that the model has, without `net.ipv4.` or `net.core.`, and the greatest number.
#[rustfmt::skip]
const NUMBERS: &[(&str, u32, Write)] = &[
    ("tcp_timestamps", 2, |s, n| s.tcp_timestamps = Timestamps::from_value(n.into())),
    ("tcp_sack", 1, |s, n| s.tcp_sack = n > 0),
    ("tcp_dsack", 1, |s, n| s.tcp_dsack = n > 0),
    ("tcp_window_scaling", 1, |s, n| s.tcp_window_scaling = n > 0),
    ("tcp_tw_recycle", 1, |s, n| s.tcp_tw_recycle = n > 0),
    ("tcp_tw_reuse", 2, |s, n| s.tcp_tw_reuse = n as u8),
    ("tcp_tw_reuse_delay", 60_000, |s, n| s.tcp_tw_reuse_delay = Time::from_millis(n.into())),
    ("tcp_max_tw_buckets", u32::MAX, |s, n| s.tcp_max_tw_buckets = n),
    ("tcp_syn_retries", 127, |s, n| s.tcp_syn_retries = n),
    ("tcp_syn_linear_timeouts", 127, |s, n| s.tcp_syn_linear_timeouts = n),
    ("tcp_synack_retries", 255, |s, n| s.tcp_synack_retries = n),
    ("tcp_retries2", 255, |s, n| s.tcp_retries2 = n),
    ("tcp_orphan_retries", 255, |s, n| s.tcp_orphan_retries = n),
    ("tcp_fin_timeout", 1 << 20, |s, n| s.tcp_fin_timeout = n.into()),
    ("tcp_keepalive_time", 1 << 20, |s, n| s.tcp_keepalive_time = Time::from_secs(n.into())),
    ("tcp_keepalive_intvl", 1 << 20, |s, n| s.tcp_keepalive_intvl = Time::from_secs(n.into())),
    ("tcp_keepalive_probes", 255, |s, n| s.tcp_keepalive_probes = n),
    ("tcp_syncookies", 2, |s, n| s.tcp_syncookies = n as u8),
    ("tcp_max_syn_backlog", u32::MAX, |s, n| s.tcp_max_syn_backlog = n),
    ("tcp_abort_on_overflow", 1, |s, n| s.tcp_abort_on_overflow = n > 0),
    ("somaxconn", u32::MAX, |s, n| s.somaxconn = n),
    ("tcp_invalid_ratelimit", u32::MAX, |s, n| s.tcp_invalid_ratelimit = Time::from_millis(n.into())),
    ("tcp_challenge_ack_limit", i32::MAX as u32, |s, n| s.tcp_challenge_ack_limit = n),
    ("tcp_rfc1337", 1, |s, n| s.tcp_rfc1337 = n > 0),
    ("tcp_early_retrans", 4, |s, n| s.tcp_early_retrans = n as u8),
    ("tcp_tso_win_divisor", i32::MAX as u32, |s, n| s.tcp_tso_win_divisor = n),
    ("tcp_frto", 2, |s, n| s.tcp_frto = n as u8),
    ("tcp_mtu_probing", 2, |s, n| s.tcp_mtu_probing = n as u8),
    ("tcp_base_mss", 1 << 16, |s, n| s.tcp_base_mss = n),
    ("ip_no_pmtu_disc", 3, |s, n| s.ip_no_pmtu_disc = n as u8),
    ("tcp_slow_start_after_idle", 1, |s, n| s.tcp_slow_start_after_idle = n > 0),
    ("tcp_moderate_rcvbuf", 1, |s, n| s.tcp_moderate_rcvbuf = n > 0),
    ("rmem_max", i32::MAX as u32, |s, n| s.rmem_max = n),
    ("wmem_max", i32::MAX as u32, |s, n| s.wmem_max = n),
];

/// The settings of several numbers, or of one that may be negative.
const OTHERS: &[&str] =
    &["tcp_congestion_control", "tcp_adv_win_scale", "tcp_rmem", "tcp_wmem", "ip_local_port_range"];

/// Settings that the model does not have: it behaves as if they had one of these values. `*` is any: such a setting
/// changes nothing that a script could see.
#[rustfmt::skip]
const FIXED: &[(&str, &str)] = &[
    ("tcp_fack", "0 1"), ("tcp_reordering", "3"),
    ("tcp_recovery", "0 1"), ("tcp_ecn", "0 2"), ("tcp_ecn_fallback", "*"),
    ("tcp_pacing_ss_ratio", "*"), ("tcp_pacing_ca_ratio", "*"), ("tcp_notsent_lowat", "-1 4294967295 0"),
    ("tcp_no_metrics_save", "*"), ("tcp_fastopen", "*"), ("tcp_fastopen_key", "*"), ("tcp_autocorking", "*"),
    ("tcp_limit_output_bytes", "*"), ("tcp_stdurg", "*"),
    ("tcp_retries1", "*"), ("tcp_max_orphans", "*"), ("tcp_mem", "*"), ("tcp_low_latency", "*"),
    ("tcp_app_win", "31"), ("tcp_thin_linear_timeouts", "0"), ("tcp_thin_dupack", "0"), ("tcp_min_tso_segs", "*"),
    ("tcp_min_rtt_wlen", "*"), ("tcp_allowed_congestion_control", "*"), ("tcp_comp_sack_nr", "0"),
    ("tcp_comp_sack_delay_ns", "*"), ("tcp_comp_sack_slack_ns", "*"), ("tcp_shrink_window", "0"),
    ("tcp_backlog_ack_defer", "*"), ("tcp_rto_min_us", "200000"), ("tcp_rto_max_ms", "120000"),
    ("tcp_workaround_signed_windows", "0"), ("tcp_min_snd_mss", "48"), ("tcp_abc", "0"), ("tcp_cookie_size", "0"),
    ("tcp_dma_copybreak", "*"), ("tcp_plb_enabled", "0"), ("tcp_migrate_req", "0"), ("tcp_reflect_tos", "*"),
    ("tcp_fwmark_accept", "*"), ("tcp_l3mdev_accept", "*"), ("tcp_probe_threshold", "*"),
    ("tcp_probe_interval", "*"), ("tcp_pingpong_thresh", "1"), ("tcp_early_demux", "*"),
    ("ip_local_reserved_ports", "*"), ("icmp_ratelimit", "*"), ("icmp_ratemask", "*"), ("ip_forward", "*"),
];

/// Sets a sysctl by its name, such as `net.ipv4.tcp_syn_retries`. What cannot be set is told, with `matters` when packets
/// could differ for it.
pub fn set(
    sysctl: &mut Sysctl,
    kernel: KernelVersion,
    name: &str,
    value: &str,
    at: Pos,
) -> Option<NotModelled> {
    let note = |what, matters| {
        let text = format!("{name}={value}");
        Some(NotModelled { at, what, text, matters })
    };
    let Some(short) = short(name) else { return note(&SETTING, false) };
    if absent(kernel, short) {
        return note(&ABSENT, value != "0");
    }
    if write(sysctl, short, value).is_some() {
        return None;
    }
    let as_it_is = |(known, values): &(&str, &str)| {
        *known == short && (*values == "*" || values.split(' ').any(|known| known == value))
    };
    if FIXED.iter().any(as_it_is) { None } else { note(&SETTING, true) }
}

/// The names of all settings that can be set.
pub fn names() -> impl Iterator<Item = &'static str> {
    let fixed = FIXED.iter().map(|(name, _)| *name);
    NUMBERS.iter().map(|(name, ..)| *name).chain(OTHERS.iter().copied()).chain(fixed)
}

/// The name without `net.ipv4.` or `net.core.`; none for settings that have no say in TCP over IPv4.
pub fn short(name: &str) -> Option<&str> {
    name.strip_prefix("net.ipv4.").or_else(|| name.strip_prefix("net.core."))
}

fn absent(kernel: KernelVersion, short: &str) -> bool {
    match short {
        "tcp_tw_recycle" => kernel.has(Change::TwRecycleRemoved),
        "tcp_tw_reuse_delay" => !kernel.has(Change::TwReuseDelay),
        "tcp_syn_linear_timeouts" => !kernel.has(Change::SynLinearTimeouts),
        _ => false,
    }
}

/// Writes a setting that the model has. None when it has not, or when the value is no such value.
fn write(sysctl: &mut Sysctl, short: &str, value: &str) -> Option<()> {
    if let Some((_, most, write)) = NUMBERS.iter().find(|(known, ..)| *known == short) {
        let number: i64 = value.trim().parse().ok()?;
        write(sysctl, u32::try_from(number).ok()?.min(*most));
        return Some(());
    }
    if short == "tcp_congestion_control" {
        sysctl.reno = match value {
            "reno" => true,
            "cubic" => false,
            _ => return None,
        };
        return Some(());
    }
    let numbers: Option<Vec<i64>> = value.split_whitespace().map(|number| number.parse().ok()).collect();
    let bytes = |number: i64| u32::try_from(number).ok();
    match (short, numbers?.as_slice()) {
        ("tcp_adv_win_scale", [scale]) => {
            sysctl.tcp_adv_win_scale = i32::try_from(*scale).ok()?.clamp(-31, 31)
        }
        ("tcp_rmem", [a, b, c]) => sysctl.tcp_rmem = [bytes(*a)?, bytes(*b)?, bytes(*c)?],
        ("tcp_wmem", [a, b, c]) => sysctl.tcp_wmem = [bytes(*a)?, bytes(*b)?, bytes(*c)?],
        ("ip_local_port_range", [first, last]) if first <= last => {
            sysctl.ip_local_port_range = (u16::try_from(*first).ok()?, u16::try_from(*last).ok()?);
        }
        _ => return None,
    }
    Some(())
}
