//! Of the schedulers that hash, and of the one that draws lots.

use super::super::clients::{self, dotted};
use super::super::director::Run;
use super::super::findings::Spread;
use super::super::hashing;
use super::super::rules::{Rule, has};
use super::super::settings::{Addresses, Settings};
use super::super::tables::moved_slots;
use super::super::words::{self, letter};
use super::source;
use crate::lab::report::Explanation;
use crate::text::Lang;

pub(super) fn source_hash(settings: &Settings, lang: Lang) -> Explanation {
    let upper = has(settings.kernel, Rule::HashUpperBits);
    let example = clients::address(settings, 0);
    let port = if settings.with_port { clients::client(settings, 0).1 } else { 0 };
    let slot = hashing::slot(upper, example, port);
    let mut seen = [false; hashing::SLOTS];
    let addresses = match settings.addresses {
        Addresses::Nat => 1,
        Addresses::Subnet => settings.clients.min(254),
        Addresses::LastOctet | Addresses::Random => settings.clients,
    };
    for client in 0..addresses {
        if let Some(seen) = seen.get_mut(hashing::slot(upper, clients::address(settings, client), 0)) {
            *seen = true;
        }
    }
    let slots = seen.iter().filter(|seen| **seen).count();
    let text = if settings.with_port {
        lang.pick(
            "The port is hashed with the address: connections of one client fall into many slots.",
            "端口和地址一起哈希：同一客户端的连接散落到很多槽。",
        )
        .to_string()
    } else {
        let bits = match upper {
            true => lang.pick("from the whole address", "由整个地址算出"),
            false => lang.pick("from the last octet alone", "只由最后一段算出"),
        };
        let what = if addresses == 1 {
            "One address falls".to_string()
        } else {
            format!("{addresses} addresses fall")
        };
        lang.pick(
            format!("{what} into {slots} of 256 slots. The slot is computed {bits}."),
            format!("{addresses} 个地址落进 256 个槽里的 {slots} 个。槽号{bits}。"),
        )
    };
    let address = dotted(example);
    Explanation {
        code: "hash",
        text,
        source: source(settings, "ip_vs_sh_hashkey", "ip_vs_sh.c"),
        condition: match upper {
            true => format!("(({address} + port {port}) × 0x61c88647 mod 2^32) >> 24 = {slot}"),
            false => format!("(({address} + port {port}) × 2654435761) & 255 = {slot}"),
        },
        would_change: lang
            .pick("sh-port; mh; another kernel’s hash", "sh-port；mh；换个内核的哈希")
            .to_string(),
    }
}

pub(super) fn destination_hash(settings: &Settings, run: &Run, lang: Lang) -> Explanation {
    let slot = settings.slot(0, 0, 0);
    let server = run.picks.iter().find_map(|pick| pick.server).map_or('-', letter);
    Explanation {
        code: "one_destination",
        text: lang.pick(
            format!("All connections go to one address, so all fall into slot {slot}, which is {server}’s. dh is for caches, where destinations are many."),
            format!("所有连接的目的地址都一样，于是都落进 {slot} 号槽，归 {server}。dh 是给透明缓存用的，那里目的地址很多。"),
        ),
        source: source(settings, "ip_vs_dh_hashkey", "ip_vs_dh.c"),
        condition: format!("hash({}) = {slot}", dotted(words::VIP)),
        would_change: lang.pick("another scheduler", "换一种调度算法").to_string(),
    }
}

pub(super) fn maglev(settings: &Settings, lang: Lang) -> Explanation {
    let (moved, of) = moved_slots(settings);
    Explanation {
        code: "same_table",
        text: lang.pick(
            "The keys of the hash are constants, so directors with the same servers have the same table: a client goes to the same server whichever director it meets, and nothing has a cursor that could agree.",
            "哈希的键是常数，后端相同的调度器表也相同：客户端不管碰上哪台调度器都去同一台后端，而且没有游标可言，也就谈不上凑齐。",
        )
        .to_string(),
        source: source(settings, "ip_vs_mh_populate", "ip_vs_mh.c"),
        condition: lang.pick(
            format!("when the last server is deleted, {moved} of {of} slots of the others move"),
            format!("删掉最后一台时，其余后端的 {of} 个槽里有 {moved} 个换主"),
        ),
        would_change: lang
            .pick("mh-port, when one client is too large for one server", "单个客户端太大时用 mh-port")
            .to_string(),
    }
}

pub(super) fn lots(settings: &Settings, spread: Spread, lang: Lang) -> Explanation {
    let servers = settings.servers;
    Explanation {
        code: "lots",
        text: lang.pick(
            format!(
                "Each connection draws lots: between {} and {} for each server is chance, not a cursor.",
                spread.fewest, spread.most
            ),
            format!("每条连接各抽一次签：各台 {} 到 {} 条，是运气，不是游标。", spread.fewest, spread.most),
        ),
        source: "kube-proxy, iptables mode; xt_statistic".to_string(),
        condition: lang.pick(
            format!("rule i of {servers}: probability 1 / ({servers} − i), i from 0; the last one always"),
            format!("{servers} 条规则里的第 i 条（从 0 数）：概率 1 / ({servers} − i)，最后一条必中"),
        ),
        would_change: lang.pick("more connections make it more even", "连接越多越均匀").to_string(),
    }
}
