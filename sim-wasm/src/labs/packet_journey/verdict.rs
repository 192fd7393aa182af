//! The outcome of a run in a sentence or two.

use super::addr::dotted;
use super::facts::Fact;
use super::program;
use super::settings::Request;
use super::topology::Who;
use super::walk::{Outcome, World};
use super::words;
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;

/// Sums it up.
pub(super) fn verdict(world: &World, lang: Lang) -> Verdict {
    if world.cut_off {
        let text = lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。");
        return Verdict { code: "cut_off", mood: Mood::Bad, text: text.to_string() };
    }
    let (code, mood, told) = match world.outcome {
        Outcome::Answered { by: Who::Impostor, .. } => {
            ("wrong_machine", Mood::Neutral, answered(world, lang))
        }
        Outcome::Answered { .. } => ("answered", Mood::Good, answered(world, lang)),
        Outcome::Reset { .. } => ("refused", Mood::Bad, failed(world, lang)),
        Outcome::Icmp { .. } => ("icmp", Mood::Bad, failed(world, lang)),
        Outcome::NoRoute => ("net_unreachable", Mood::Bad, failed(world, lang)),
        Outcome::Unreachable { .. } => ("host_unreachable", Mood::Bad, failed(world, lang)),
        Outcome::Silence => ("silence", Mood::Bad, failed(world, lang)),
    };
    Verdict { code, mood, text: told }
}

/// The decision that ended the way: the last one that ends any.
pub(super) fn decisive(world: &World) -> Option<&Fact> {
    match world.outcome {
        Outcome::Answered { .. } => None,
        Outcome::NoRoute => {
            let refused = world.facts.iter().find(|fact| matches!(fact, Fact::Refused { .. }));
            refused.or_else(|| world.facts.iter().find(|fact| fact.stops()))
        }
        _ => world.facts.iter().rev().find(|fact| fact.stops()),
    }
}

fn answered(world: &World, lang: Lang) -> String {
    let Outcome::Answered { at_us, by, .. } = world.outcome else { return String::new() };
    let passes = |fact: &&Fact| matches!(fact, Fact::Forwarded { .. });
    let routers = world.facts.iter().filter(passes).count();
    let asked = world.facts.iter().filter(|fact| matches!(fact, Fact::Asked { .. })).count();
    let (who, at) = (words::name(by, lang), span(at_us, lang));
    let mut text = lang.pick(format!("The {who} answers after {at}."), format!("{who}在 {at}后应答。"));
    if by == Who::Impostor {
        let ip = dotted(world.settings.target());
        text += &lang.pick(
            format!(" It is not the machine that {ip} was meant for: both have this address."),
            format!("它并不是 {ip} 本来指的那台机器：两台机器用了同一个地址。"),
        );
        return text;
    }
    text += &match routers {
        0 => lang.pick(" No router took part.".to_string(), "没有路由器参与。".to_string()),
        _ => lang.pick(
            format!(" Handed on by routers there and back: {routers}; each time with new MAC addresses and one less in the TTL."),
            format!("来回共被路由器转发 {routers} 次，每次都换上新的 MAC 地址，TTL 减一。"),
        ),
    };
    if world.facts.iter().any(|fact| matches!(fact, Fact::Translated { .. })) {
        text += lang.pick(
            " The gateway changed the source address, and changed it back.",
            "网关改了源地址，又改了回来。",
        );
    }
    if asked > 0 {
        text += &lang.pick(format!(" Questions by ARP: {asked}."), format!("ARP 查询 {asked} 次。"));
    }
    text
}

fn failed(world: &World, lang: Lang) -> String {
    let why = decisive(world).map_or(String::new(), |fact| words::sentence(fact, lang));
    let ping = world.settings.request == Request::Ping;
    let waited = program::waits_us(world).map(|us| span(us, lang));
    let seen = match (world.outcome, program::error(world), waited) {
        (Outcome::Silence, _, _) if ping => lang.pick(
            "ping prints nothing until it is stopped.".to_string(),
            "ping 一直没有输出，直到被停下。".to_string(),
        ),
        (Outcome::NoRoute, Some((word, _)), _) => lang.pick(
            format!("The program gets {word} at once, and nothing is on the wire."),
            format!("程序立刻得到 {word}，线上什么也没有。"),
        ),
        (_, Some(_), Some(waited)) if ping => {
            lang.pick(format!("ping is told after {waited}."), format!("{waited}后 ping 得到通知。"))
        }
        (_, Some((word, _)), Some(waited)) => lang.pick(
            format!("The program gets {word} after {waited}."),
            format!("程序在 {waited}后得到 {word}。"),
        ),
        _ => String::new(),
    };
    format!("{why}{}{seen}", lang.pick(" ", ""))
}

/// `0.36 ms`, `3 s`: without decimals that are 0.
fn span(us: u64, lang: Lang) -> String {
    let (unit, per) =
        if us < 1_000_000 { (lang.pick("ms", "毫秒"), 1_000) } else { (lang.pick("s", "秒"), 1_000_000) };
    let digits = if per == 1_000 { 3 } else { 6 };
    let text = format!("{}.{:0digits$}", us / per, us % per);
    format!("{} {unit}", text.trim_end_matches('0').trim_end_matches('.'))
}
