//! Remarks on settings that were changed and have no effect.

use super::rules::Rule;
use super::settings::{Mode, Place, Settings, Tunnel};
use crate::lab::Params;
use crate::text::Lang;

/// All remarks, by parameter name.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    let mode = settings.mode;
    let only = |modes: &str| {
        lang.pick(format!("Not used: it matters for {modes} only."), format!("未使用：只对 {modes} 有意义。"))
    };
    let mut notes: Vec<(&'static str, bool, String)> = vec![
        (
            "director_kernel",
            mode == Mode::FullNat,
            lang.pick("Not used: FullNAT is a fork of 2.6.32.", "未使用：FullNAT 是 2.6.32 的分支。").to_string(),
        ),
        ("ip_forward", mode != Mode::Nat, only("NAT")),
        (
            "firewall",
            mode == Mode::FullNat,
            lang.pick("Not used: FullNAT directors are taken to have no rules.", "未使用：假定 FullNAT 调度器上没有规则。").to_string(),
        ),
        (
            "vs_conntrack",
            params.choice("firewall") != "stateful" || mode == Mode::FullNat,
            lang.pick("No effect: no rule asks conntrack.", "不起作用：没有规则用到 conntrack。").to_string(),
        ),
        (
            "vs_conntrack",
            !Rule::ConntrackSysctl.holds(settings.kernel),
            lang.pick("This kernel has no such sysctl.", "这个内核没有这个 sysctl。").to_string(),
        ),
        ("pmtu_disc", mode != Mode::Tun, only("TUN")),
        (
            "pmtu_disc",
            mode == Mode::Tun && !Rule::PmtuDiscSysctl.holds(settings.kernel),
            lang.pick("This kernel has no such sysctl: it always obeys DF.", "这个内核没有这个 sysctl：一律遵守 DF。").to_string(),
        ),
        ("toa", mode != Mode::FullNat, only("FullNAT")),
        ("toa_module", mode != Mode::FullNat, only("FullNAT")),
        (
            "toa_module",
            mode == Mode::FullNat && !settings.toa,
            lang.pick("Nothing to read: the director adds no option.", "没有可读的：调度器不加选项。").to_string(),
        ),
        (
            "rs_gateway",
            settings.via_director && settings.place == Place::Routed,
            lang.pick(
                "Not possible: the director is not on that LAN (\"Nexthop has invalid gateway\"). The router stays.",
                "做不到：调度器不在那个 LAN 上（“Nexthop has invalid gateway”），仍用路由器。",
            )
            .to_string(),
        ),
        ("tunl0", mode != Mode::Tun, only("TUN")),
        ("rp_filter_all", mode != Mode::Tun, only("TUN")),
        ("rp_filter_tunl0", mode != Mode::Tun, only("TUN")),
        (
            "rp_filter_tunl0",
            mode == Mode::Tun && settings.tunl0 != Tunnel::Up,
            lang.pick("Nothing comes out of tunl0.", "没有报文从 tunl0 出来。").to_string(),
        ),
        (
            "advmss",
            settings.advmss > settings.inner_mtu.saturating_sub(40),
            lang.pick(
                format!("No effect: the interface allows {} at most.", settings.inner_mtu.saturating_sub(40)),
                format!("不起作用：网卡最多允许 {}。", settings.inner_mtu.saturating_sub(40)),
            ),
        ),
    ];
    notes.retain(|(name, useless, _)| *useless && changed(name));
    notes.dedup_by_key(|(name, ..)| *name);
    notes.into_iter().map(|(name, _, text)| (name, text)).collect()
}
