//! What a kernel's version changes in IPVS. This table is the only place that compares versions.

use crate::kernel::KernelVersion;
use crate::text::Text;

/// A change of behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// sh gives a server as many slots as its weight; before, one slot each in turn.
    ShByWeight,
    /// rr leaves its cursor alone when servers are added or edited; before, it went back to the head of the list.
    RrKeepsCursor,
    /// sh knows the flags sh-port and sh-fallback.
    ShFlags,
    /// SYN_RECV, SYN_SENT and SYNACK count as active; before, ESTABLISHED alone did.
    HalfOpenIsActive,
    /// sh and dh take the upper bits of the product; before, the lower ones, which know the last octet alone.
    HashUpperBits,
    /// There is a scheduler mh.
    Mh,
}

/// A row of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) rule: Rule,
    pub(super) since: KernelVersion,
    /// Commit, or where the version is from.
    pub(super) source: Text,
    pub(super) text: Text,
}

/// All of them, oldest first.
pub(super) static ROWS: [Row; 6] = [
    Row {
        rule: Rule::ShByWeight,
        since: KernelVersion::release(3, 3, 0),
        source: Text::new(
            "ip_vs_sh.c of 3.0 without, of 3.4 with it; the release from memory",
            "3.0 的 ip_vs_sh.c 没有，3.4 的有；具体版本凭记忆",
        ),
        text: Text::new("sh honours weights", "sh 按权重分槽"),
    },
    Row {
        rule: Rule::RrKeepsCursor,
        since: KernelVersion::release(3, 10, 0),
        source: Text::new("ip_vs_rr.c; the release from memory", "ip_vs_rr.c；具体版本凭记忆"),
        text: Text::new(
            "rr keeps its cursor when a server is added or edited",
            "增加或修改后端时 rr 不动游标",
        ),
    },
    Row {
        rule: Rule::ShFlags,
        since: KernelVersion::release(3, 11, 0),
        source: Text::new("eba3b5a78799; the release from memory", "eba3b5a78799；具体版本凭记忆"),
        text: Text::new("flags sh-port and sh-fallback", "sh-port 和 sh-fallback 标志"),
    },
    Row {
        rule: Rule::HalfOpenIsActive,
        since: KernelVersion::release(4, 8, 0),
        source: Text::same("be2cef49904b"),
        text: Text::new("half-open connections count as active", "半开连接记为活跃"),
    },
    Row {
        rule: Rule::HashUpperBits,
        since: KernelVersion::release(4, 18, 0),
        source: Text::new(
            "ip_vs_sh.c of 4.0 without, of later ones with it; the release from memory",
            "4.0 的 ip_vs_sh.c 没有，更新的有；具体版本凭记忆",
        ),
        text: Text::new("sh and dh hash the whole address", "sh、dh 的哈希用上整个地址"),
    },
    Row {
        rule: Rule::Mh,
        since: KernelVersion::release(4, 18, 0),
        source: Text::same("ip_vs_mh.c"),
        text: Text::new("scheduler mh", "有 mh 调度算法"),
    },
];

/// Does it hold on this kernel?
pub(super) fn has(kernel: KernelVersion, rule: Rule) -> bool {
    ROWS.iter().any(|row| row.rule == rule && kernel.at_least(row.since))
}

/// The first release that has it: `4.8`.
pub(super) fn since(rule: Rule) -> String {
    ROWS.iter().find(|row| row.rule == rule).map_or_else(String::new, Row::release)
}

impl Row {
    /// The release: `4.8`, not `4.8.0`.
    pub(super) fn release(&self) -> String {
        let text = self.since.to_string();
        text.strip_suffix(".0").unwrap_or(&text).to_string()
    }
}
