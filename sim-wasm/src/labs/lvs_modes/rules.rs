//! What the director's version changes, one row each. Nothing else here compares versions.

use crate::kernel::KernelVersion;

/// A change of IPVS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Requests lose one of their TTL on the director, in every mode.
    TtlDecrement,
    /// ICMP errors about IPIP packets are translated and sent on to the client.
    TunnelErrorsRelayed,
    /// `net.ipv4.vs.pmtu_disc` exists; before, DF is always copied and obeyed.
    PmtuDiscSysctl,
    /// `net.ipv4.vs.conntrack` exists; before, no IPVS connection is known to conntrack.
    ConntrackSysctl,
    /// SYN_RECV counts as active in `ipvsadm -Ln`.
    HalfOpenIsActive,
}

struct Row {
    rule: Rule,
    since: KernelVersion,
    /// Is it in Red Hat's 3.10.0-1160?
    el7: bool,
}

const fn row(rule: Rule, since: KernelVersion, el7: bool) -> Row {
    Row { rule, since, el7 }
}

const RULES: &[Row] = &[
    // Commit 8d8e20e2d7bb, "ipvs: Decrement ttl": `decrement_ttl` in ip_vs_xmit.c. The function was read in trees since
    // then; the release is from memory. A tree of RHEL 7 was read, and has none.
    row(Rule::TtlDecrement, KernelVersion::release(4, 10, 0), false),
    // Commit f2edb9f7706d, "ipvs: implement passive PMTUD for IPIP packets": `ip_vs_in_icmp` in ip_vs_core.c. 3.6 was
    // read, and has none; the release is from memory.
    row(Rule::TunnelErrorsRelayed, KernelVersion::release(3, 7, 0), true),
    // `sysctl_pmtu_disc`, read in a tree of RHEL 7; the release is from memory.
    row(Rule::PmtuDiscSysctl, KernelVersion::release(3, 7, 0), true),
    // `sysctl_conntrack` in ip_vs_ctl.c; the release is from memory.
    row(Rule::ConntrackSysctl, KernelVersion::release(2, 6, 37), true),
    // Commit be2cef49904b; the release is from memory.
    row(Rule::HalfOpenIsActive, KernelVersion::release(4, 8, 0), false),
];

impl Rule {
    /// Is it in force on this kernel?
    pub(super) fn holds(self, kernel: KernelVersion) -> bool {
        RULES
            .iter()
            .any(|row| row.rule == self && if kernel.is_el7() { row.el7 } else { kernel.at_least(row.since) })
    }
}
