//! Settings by their names, as scripts and the command line give them.

use crate::kernel::{Change, KernelVersion, Sysctl, Timestamps};
use crate::script::ast::{NotModelled, Pos};
use crate::text::Text;
use crate::time::Time;

static SETTING: Text = Text::new("setting", "设置");

/// Settings that the model does not have: it behaves as if they were set to one of these values. `*` is any: such a
/// setting changes nothing that a script can see.
#[rustfmt::skip]
const FIXED: &[(&str, &str)] = &[
    ("tcp_frto", "*"), ("tcp_fack", "0 1"), ("tcp_reordering", "3"), ("tcp_congestion_control", "cubic reno"),
    ("tcp_recovery", "0 1"), ("tcp_tso_win_divisor", "3"), ("tcp_ecn", "0 2"), ("tcp_ecn_fallback", "*"),
    ("tcp_pacing_ss_ratio", "*"), ("tcp_pacing_ca_ratio", "*"), ("tcp_notsent_lowat", "-1 4294967295 0"),
    ("tcp_no_metrics_save", "*"), ("tcp_fastopen", "*"), ("tcp_fastopen_key", "*"), ("tcp_autocorking", "0"),
    ("tcp_limit_output_bytes", "*"), ("tcp_mtu_probing", "0"), ("tcp_base_mss", "*"), ("tcp_stdurg", "*"),
    ("tcp_retries1", "*"), ("tcp_max_orphans", "*"), ("tcp_mem", "*"), ("tcp_low_latency", "*"), ("tcp_app_win", "31"),
    ("tcp_thin_linear_timeouts", "0"), ("tcp_thin_dupack", "0"), ("tcp_min_tso_segs", "*"), ("tcp_min_rtt_wlen", "*"),
    ("tcp_allowed_congestion_control", "*"), ("tcp_comp_sack_nr", "0"), ("tcp_comp_sack_delay_ns", "*"),
    ("tcp_comp_sack_slack_ns", "*"), ("tcp_shrink_window", "0"), ("tcp_backlog_ack_defer", "*"),
    ("tcp_rto_min_us", "200000"), ("tcp_rto_max_ms", "120000"), ("tcp_workaround_signed_windows", "0"),
    ("tcp_min_snd_mss", "48"), ("tcp_abc", "0"), ("tcp_cookie_size", "0"), ("tcp_dma_copybreak", "*"),
    ("tcp_autocorking", "0 1"), ("tcp_plb_enabled", "0"), ("tcp_migrate_req", "0"), ("tcp_reflect_tos", "*"),
    ("tcp_fwmark_accept", "*"), ("tcp_l3mdev_accept", "*"), ("tcp_probe_threshold", "*"), ("tcp_probe_interval", "*"),
    ("tcp_pingpong_thresh", "1"), ("tcp_ehash_entries", "*"), ("tcp_early_demux", "*"), ("ip_forward", "*"),
    ("ip_no_pmtu_disc", "*"), ("ip_local_reserved_ports", "*"), ("icmp_ratelimit", "*"), ("icmp_ratemask", "*"),
];

/// Sets a sysctl by its name, such as `net.ipv4.tcp_syn_retries`. What cannot be set is told: with `matters` when packets
/// could differ for it.
pub fn set(
    sysctl: &mut Sysctl,
    kernel: KernelVersion,
    name: &str,
    value: &str,
    at: Pos,
) -> Option<NotModelled> {
    let short = name.strip_prefix("net.ipv4.").or_else(|| name.strip_prefix("net.core."));
    let known = short.filter(|short| write(sysctl, kernel, short, value).is_some());
    if known.is_some() {
        return None;
    }
    let fixed = FIXED.iter().filter(|(known, _)| Some(*known) == short);
    let allowed = |values: &str| values == "*" || values.split(' ').any(|known| known == value);
    let matters = match fixed.clone().any(|(_, values)| allowed(values)) {
        true => return None,
        // Other rooms of the system have no say in TCP.
        false => short.is_some(),
    };
    Some(NotModelled { at, what: &SETTING, text: format!("{name}={value}"), matters })
}

/// A number without a sign; larger ones than fit are cut.
fn number(value: &str) -> Option<u32> {
    let number: i64 = value.trim().parse().ok()?;
    Some(u32::try_from(number.max(0)).unwrap_or(u32::MAX))
}

fn three(value: &str) -> Option<[u32; 3]> {
    let mut numbers = value.split_whitespace().map(number);
    let mut next = || numbers.next().flatten();
    Some([next()?, next()?, next()?])
}

/// Writes a setting that the model has. None when it has not, or when the value is no such value.
fn write(sysctl: &mut Sysctl, kernel: KernelVersion, name: &str, value: &str) -> Option<()> {
    let seconds = |value: u32| Time::from_secs(value.into());
    let one = || number(value);
    let on = || one().map(|number| number != 0);
    let small = || one().map(|number| u8::try_from(number).unwrap_or(u8::MAX));
    match name {
        "tcp_timestamps" => sysctl.tcp_timestamps = Timestamps::from_value(one()?.into()),
        "tcp_sack" => sysctl.tcp_sack = on()?,
        "tcp_dsack" => sysctl.tcp_dsack = on()?,
        "tcp_window_scaling" => sysctl.tcp_window_scaling = on()?,
        "tcp_tw_recycle" if kernel.has(Change::TwRecycleRemoved) => return None,
        "tcp_tw_recycle" => sysctl.tcp_tw_recycle = on()?,
        "tcp_tw_reuse" => sysctl.tcp_tw_reuse = small()?,
        "tcp_tw_reuse_delay" if kernel.has(Change::TwReuseDelay) => {
            sysctl.tcp_tw_reuse_delay = Time::from_millis(one()?.into());
        }
        "tcp_max_tw_buckets" => sysctl.tcp_max_tw_buckets = one()?,
        "tcp_syn_retries" => sysctl.tcp_syn_retries = one()?.min(127),
        "tcp_syn_linear_timeouts" if kernel.has(Change::SynLinearTimeouts) => {
            sysctl.tcp_syn_linear_timeouts = one()?.min(127);
        }
        "tcp_synack_retries" => sysctl.tcp_synack_retries = one()?.min(255),
        "tcp_retries2" => sysctl.tcp_retries2 = one()?.min(255),
        "tcp_orphan_retries" => sysctl.tcp_orphan_retries = one()?.min(255),
        "tcp_fin_timeout" => sysctl.tcp_fin_timeout = one()?.into(),
        "tcp_keepalive_time" => sysctl.tcp_keepalive_time = seconds(one()?),
        "tcp_keepalive_intvl" => sysctl.tcp_keepalive_intvl = seconds(one()?),
        "tcp_keepalive_probes" => sysctl.tcp_keepalive_probes = one()?,
        "tcp_syncookies" => sysctl.tcp_syncookies = small()?,
        "tcp_max_syn_backlog" => sysctl.tcp_max_syn_backlog = one()?,
        "tcp_abort_on_overflow" => sysctl.tcp_abort_on_overflow = on()?,
        "somaxconn" => sysctl.somaxconn = one()?,
        "tcp_invalid_ratelimit" => sysctl.tcp_invalid_ratelimit = Time::from_millis(one()?.into()),
        "tcp_challenge_ack_limit" => sysctl.tcp_challenge_ack_limit = one()?,
        "tcp_rfc1337" => sysctl.tcp_rfc1337 = on()?,
        "tcp_early_retrans" => sysctl.tcp_early_retrans = small()?,
        "tcp_slow_start_after_idle" => sysctl.tcp_slow_start_after_idle = on()?,
        "tcp_moderate_rcvbuf" => sysctl.tcp_moderate_rcvbuf = on()?,
        "tcp_adv_win_scale" => sysctl.tcp_adv_win_scale = value.trim().parse::<i32>().ok()?.clamp(-31, 31),
        "tcp_rmem" => sysctl.tcp_rmem = three(value)?,
        "tcp_wmem" => sysctl.tcp_wmem = three(value)?,
        "rmem_max" => sysctl.rmem_max = one()?,
        "wmem_max" => sysctl.wmem_max = one()?,
        "ip_local_port_range" => {
            let mut ends = value.split_whitespace().map(|port| port.parse::<u16>().ok());
            sysctl.ip_local_port_range = (ends.next()??, ends.next()??);
        }
        _ => return None,
    }
    Some(())
}
