//! What each decision was, in a sentence. Those of links are in `link_words`, those of IP in `ip_words`.

use super::addr::dotted;
use super::facts::Fact;
use super::packet::{Icmp, Proto};
use super::topology::Who;
use super::{ip_words, link_words};
use crate::text::Lang;

/// What a machine is called.
pub(super) fn name(who: Who, lang: Lang) -> &'static str {
    match who {
        Who::Client => lang.pick("client", "客户端"),
        Who::Switch => lang.pick("switch", "交换机"),
        Who::Neighbour => lang.pick("neighbour", "邻居主机"),
        Who::Impostor => lang.pick("impostor", "冒名主机"),
        Who::Gateway => lang.pick("gateway", "网关"),
        Who::Inner => lang.pick("router 2", "内部路由器"),
        Who::Provider => lang.pick("provider", "运营商"),
        Who::Inside | Who::Outside => lang.pick("server", "服务器"),
    }
}

/// The same at the beginning of a sentence.
pub(super) fn title(who: Who, lang: Lang) -> &'static str {
    match who {
        Who::Client => lang.pick("The client", "客户端"),
        Who::Switch => lang.pick("The switch", "交换机"),
        Who::Neighbour => lang.pick("The neighbour", "邻居主机"),
        Who::Impostor => lang.pick("The impostor", "冒名主机"),
        Who::Gateway => lang.pick("The gateway", "网关"),
        Who::Inner => lang.pick("Router 2", "内部路由器"),
        Who::Provider => lang.pick("The provider's router", "运营商路由器"),
        Who::Inside | Who::Outside => lang.pick("The server", "服务器"),
    }
}

/// What an ICMP message says.
pub(super) fn icmp(icmp: Icmp, lang: Lang) -> String {
    let fixed = match icmp {
        Icmp::NetUnreachable => lang.pick("network unreachable", "网络不可达"),
        Icmp::HostUnreachable => lang.pick("host unreachable", "主机不可达"),
        Icmp::PortUnreachable => lang.pick("port unreachable", "端口不可达"),
        Icmp::AdminProhibited => lang.pick("administratively prohibited", "被管理策略禁止"),
        Icmp::TimeExceeded => lang.pick("time exceeded", "TTL 超时"),
        Icmp::TooBig(mtu) => {
            return lang.pick(format!("fragmentation needed, MTU {mtu}"), format!("需要分片，MTU {mtu}"));
        }
        Icmp::Redirect(better) => {
            let better = dotted(better);
            return lang.pick(format!("redirect to {better}"), format!("重定向到 {better}"));
        }
    };
    fixed.to_string()
}

/// The protocol's name.
pub(super) fn proto(proto: Proto) -> &'static str {
    match proto {
        Proto::Icmp => "ICMP",
        Proto::Tcp => "TCP",
        Proto::Udp => "UDP",
    }
}

/// The sentence of a decision.
pub(super) fn sentence(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::Direct { .. } | Fact::Via { .. } | Fact::NoRoute { .. } | Fact::Refused { .. } => {
            ip_words::routing(fact, lang)
        }
        Fact::Known { .. }
        | Fact::Asked { .. }
        | Fact::Replied { .. }
        | Fact::Proxied { .. }
        | Fact::Remembered { .. }
        | Fact::SecondAnswer { .. }
        | Fact::Unanswered { .. } => link_words::neighbours(fact, lang),
        Fact::Flooded { .. } | Fact::Switched { .. } | Fact::Alone { .. } | Fact::NotForMe { .. } => {
            link_words::switching(fact, lang)
        }
        Fact::Translated { .. }
        | Fact::Restored { .. }
        | Fact::RestoredQuote { .. }
        | Fact::Filtered { .. } => ip_words::rules(fact, lang),
        Fact::NoForwarding { .. }
        | Fact::Forwarded { .. }
        | Fact::Expired { .. }
        | Fact::ReversePath { .. }
        | Fact::TooBig { .. }
        | Fact::Cut { .. }
        | Fact::Redirects { .. } => ip_words::forwarding(fact, lang),
        Fact::Closed { .. } | Fact::Served { .. } | Fact::OtherSource { .. } | Fact::Told { .. } => {
            programs(fact, lang)
        }
    }
}

fn programs(fact: &Fact, lang: Lang) -> String {
    match *fact {
        Fact::Closed { who, proto } => {
            let who = title(who, lang);
            match proto {
                Proto::Tcp => lang.pick(
                    format!("{who}: no program listens on the port, and TCP answers with a RST."),
                    format!("{who}：没有程序监听这个端口，TCP 回 RST。"),
                ),
                _ => lang.pick(
                    format!("{who}: no program is bound to the port, and UDP has ICMP say port unreachable."),
                    format!("{who}：没有程序绑定这个端口，UDP 由 ICMP 代为回应端口不可达。"),
                ),
            }
        }
        Fact::Served { who } => {
            let who = title(who, lang);
            lang.pick(format!("{who} takes it and answers."), format!("{who}收下并应答。"))
        }
        Fact::OtherSource { asked, got } => {
            let (asked, got) = (dotted(asked), dotted(got));
            lang.pick(
                format!("The answer comes from {got}, the program asked {asked}: no socket of the client fits, and it is thrown away."),
                format!("应答来自 {got}，而程序问的是 {asked}：客户端没有相符的套接字，应答被扔掉。"),
            )
        }
        Fact::Told { who, icmp: message, by } => {
            let (who, by, message) = (title(who, lang), dotted(by), icmp(message, lang));
            lang.pick(format!("{who} is told by {by}: {message}."), format!("{by} 通知{who}：{message}。"))
        }
        _ => String::new(),
    }
}
