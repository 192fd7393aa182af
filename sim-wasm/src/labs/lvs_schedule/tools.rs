//! What `ipvsadm` and `iptables` print on the first director.

use super::clients::dotted;
use super::counting::Dest;
use super::director::Run;
use super::run::Outcome;
use super::settings::{Change, Scheduler, Settings};
use super::words;
use crate::lab::report::Table;

/// Printed by ipvsadm 1.31; the size is 2 to the power of CONFIG_IP_VS_TAB_BITS.
const HEAD: &str = "IP Virtual Server version 1.2.1 (size=4096)\n";
/// 2^31: xt_statistic compares 31 random bits.
const WHOLE: u64 = 1 << 31;

/// All of them.
pub(super) fn outputs(settings: &Settings, outcome: &Outcome) -> Vec<Table> {
    let Some(run) = outcome.first() else { return Vec::new() };
    if settings.scheduler == Scheduler::Random {
        return vec![Table::output(
            "iptables",
            "iptables -t nat -S KUBE-SVC-4SW47YFZTEDKD3PK",
            rules(settings),
        )];
    }
    let mut tables = Vec::new();
    // In the middle of the first batch, when handshakes are under way.
    let busy = settings.scheduler.counts() && settings.first >= 10 && settings.change == Change::None;
    let halfway = run.picks.get(settings.first / 2).filter(|_| busy);
    tables.extend(halfway.map(|pick| {
        let text = list(settings, &run.list, &pick.seen);
        Table { t_us: Some(pick.t_us), ..Table::output("ipvsadm", "ipvsadm -Ln", text) }
    }));
    let text = list(settings, &run.list_in_the_end, &run.dests);
    tables.push(Table { t_us: Some(run.ended_us), ..Table::output("ipvsadm", "ipvsadm -Ln", text) });
    tables.push(Table::output("stats", "ipvsadm -Ln --stats", stats(run)));
    tables
}

fn service(settings: &Settings) -> String {
    let word = settings.word;
    let flags: Vec<String> = [(settings.fallback, "fallback"), (settings.with_port, "port")]
        .iter()
        .filter(|(set, _)| *set && matches!(settings.scheduler, Scheduler::Sh | Scheduler::Mh))
        .map(|(_, flag)| format!("{word}-{flag}"))
        .collect();
    let flags = if flags.is_empty() { String::new() } else { format!(" ({})", flags.join(",")) };
    format!("TCP  {}:80 {word}{flags}\n", dotted(words::VIP))
}

fn list(settings: &Settings, order: &[usize], dests: &[Dest]) -> String {
    let mut text = format!(
        "{HEAD}Prot LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n{}",
        service(settings)
    );
    for server in order {
        let Dest { weight, active, inactive } = dests.get(*server).copied().unwrap_or_default();
        let name = words::endpoint(*server);
        text += &format!("  -> {name:<28} {:<7} {weight:<6} {active:<10} {inactive:<10}\n", "Route");
    }
    text
}

/// OutPkts stays 0: with direct routing answers do not pass the director.
fn stats(run: &Run) -> String {
    let mut text = format!(
        "{HEAD}Prot LocalAddress:Port               Conns   InPkts  OutPkts  InBytes OutBytes\n  -> RemoteAddress:Port\n"
    );
    let line = |conns: u64, packets: u64, bytes: u64| {
        format!(" {conns:>8} {packets:>8} {:>8} {bytes:>8} {:>8}\n", 0, 0)
    };
    let sum = |of: fn(&super::director::Tally) -> u64| run.tallies.iter().map(of).sum::<u64>();
    let all = line(sum(|tally| tally.picked()), sum(|tally| tally.packets), sum(|tally| tally.bytes));
    text += &format!("{:<33}{all}", format!("TCP  {}:80", dotted(words::VIP)));
    for server in &run.list_in_the_end {
        let Some(tally) = run.tallies.get(*server) else { continue };
        let own = line(tally.picked(), tally.packets, tally.bytes);
        text += &format!("  -> {:<28}{own}", words::endpoint(*server));
    }
    text
}

/// kube-proxy's chain: rule i of n matches with the probability 1/(n-i), the last one always.
fn rules(settings: &Settings) -> String {
    let chain = "KUBE-SVC-4SW47YFZTEDKD3PK";
    let eligible: Vec<usize> = (0..settings.servers)
        .filter(|server| settings.weights.get(*server).is_some_and(|weight| *weight > 0))
        .collect();
    let mut text = format!("-N {chain}\n");
    for (n, server) in eligible.iter().enumerate() {
        let left = (eligible.len() - n) as u64;
        let chance = match left {
            1 => String::new(),
            _ => format!("-m statistic --mode random --probability {} ", probability(left)),
        };
        let endpoint = words::endpoint(*server);
        text += &format!(
            "-A {chain} -m comment --comment \"default/db -> {endpoint}\" {chance}-j KUBE-SEP-{}\n",
            words::letter(*server)
        );
    }
    text
}

/// 1/n as iptables prints it: rounded to 31 bits, eleven decimals.
fn probability(n: u64) -> String {
    let bits = (2 * WHOLE + n) / (2 * n);
    let decimals = (u128::from(bits) * 100_000_000_000 + u128::from(WHOLE / 2)) / u128::from(WHOLE);
    format!("0.{decimals:011}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_print_as_iptables_has_them() {
        assert_eq!([3, 2].map(probability), ["0.33333333349", "0.50000000000"]);
    }
}
