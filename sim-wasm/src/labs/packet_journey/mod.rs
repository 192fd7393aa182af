//! The lab `packet-journey`: one request and its answer, hop by hop, and where it stops when one thing is wrong.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `settings`: the parameters as the model uses them, and which of them have no effect
//! - `topology`: machines, interfaces, routes, rules; `addr`: addresses; `packet`: what is on the wire
//! - `walk`: frames in the order of time; `bridge`: the switch; `neighbours`: ARP; `host`: routing, forwarding, answers;
//!   `nat`: connections and translated addresses
//! - `facts`: every decision with its numbers; `words`, `link_words`, `ip_words`: its sentence; `sources`: where the
//!   rule is from, what would change it
//! - `figure`: the way; `tools`, `capture`, `program`: what tools print; `verdict`: the first sentence

mod addr;
mod bridge;
mod capture;
mod facts;
mod figure;
mod host;
mod ip_words;
mod link_words;
mod nat;
mod neighbours;
mod packet;
mod params;
mod presets;
mod program;
mod settings;
mod sources;
mod tools;
mod topology;
mod verdict;
mod walk;
mod words;

use crate::lab::figure::HopFate;
use crate::lab::report::{Explanation, Totals};
use crate::lab::{Lab, Params, Report};
use crate::text::{Lang, PageText, Text};
use facts::Fact;
use settings::Settings;
use topology::Who;
use walk::World;

/// The lab.
pub static LAB: Lab = Lab {
    id: "packet-journey",
    title: PageText::new("Where does the packet go, and where does it stop?", "报文走到哪里，停在哪里？"),
    summary: PageText::new(
        "One request and its answer through a switch, a gateway with NAT and a second router, with every address, TTL and port on every hop. Break one thing, and see who drops the packet, who says so, and what ping, ip, tcpdump and conntrack show.",
        "一个请求和它的应答，穿过交换机、做 NAT 的网关和第二台路由器，每一跳的地址、TTL、端口都列出来。弄坏一处，看谁丢了报文、谁会吭声，以及 ping、ip、tcpdump、conntrack 显示什么。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("ms", Text::new("milliseconds until the program knows", "程序得知结果的用时（毫秒）")),
        ("frames", Text::new("frames on cables", "线缆上的帧")),
        ("arp_requests", Text::new("questions by ARP", "ARP 查询")),
        ("forwarded", Text::new("times forwarded by a router", "路由器转发次数")),
        ("dropped", Text::new("dropped", "被丢弃")),
    ],
    assumptions: &[
        PageText::new(
            "A frame takes 20 microseconds on a cable, and a machine 10 to handle it. Cables lose nothing.",
            "一帧在线缆上走 20 微秒，机器处理它花 10 微秒。线缆不丢帧。",
        ),
        PageText::new(
            "One packet is sent, not repeated: how a program ends that hears nothing is told from its timeouts. connect() gives up after 131 s (6.5 and later), the UDP client waits for 5 s.",
            "只发一个报文，不重发；收不到回音的程序怎样收场，按它的超时来写：connect() 131 秒放弃（6.5 起），UDP 客户端等 5 秒。",
        ),
        PageText::new(
            "Everything is Linux with its defaults of 6.18: three questions by ARP, a second apart; an answer is kept for a second against others; send_redirects and shared_media on, arp_ignore and arp_announce 0.",
            "所有机器都是 Linux，取 6.18 的默认值：ARP 查询三次、间隔一秒；先到的应答一秒内不被别的替换；send_redirects 和 shared_media 开启，arp_ignore 和 arp_announce 为 0。",
        ),
        PageText::new(
            "The rule of the gateway's firewall is `iifname eth0` in FORWARD, that of the server's is in INPUT; both see requests alone.",
            "网关防火墙的规则是 FORWARD 里的 `iifname eth0`，服务器的在 INPUT 里，都只看得到请求。",
        ),
        PageText::new(
            "Masquerading keeps the port or identifier, as it does when nobody else uses it.",
            "MASQUERADE 保留原来的端口或标识：没有冲突时就是这样。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "What comes after the first answer: the rest of the handshake, retransmissions, the probes by which a neighbour is confirmed later.",
            "第一个应答之后的事：握手的其余部分、重传、以后对邻居的确认探测。",
        ),
        PageText::new(
            "Network and broadcast addresses, which are treated as any other; secondary addresses, policy routing, ECMP, IPv6.",
            "网络地址和广播地址（按普通地址对待）、辅助地址、策略路由、ECMP、IPv6。",
        ),
        PageText::new(
            "Spanning tree, trunks, port security; gratuitous ARP; a firewall that tracks connections and sees one direction alone.",
            "生成树、trunk、端口安全；免费 ARP；只看到一个方向的有状态防火墙。",
        ),
        PageText::new(
            "Limits on how often ICMP is sent, and providers that filter private source addresses on the way out.",
            "ICMP 的限速，以及运营商在出口处过滤私有源地址。",
        ),
    ],
    model: 1,
    packets: false,
    measures: None,
    long: None,
    run,
    notes: settings::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    let settings = Settings::new(params);
    let world = walk::run(&settings);
    let mut report = Report::plain(params, lang, verdict::verdict(&world, lang));
    report.totals = totals(&world);
    report.figures = vec![figure::figure(&world, lang)];
    report.explanations = explanations(&world, lang);
    report.tables = tools::tables(&world, params.choice("capture"), lang);
    report
}

fn totals(world: &World) -> Totals {
    let frames = || world.steps.iter().filter(|step| step.frame.is_some());
    let fate = |fate| frames().filter(|step| step.fate == fate && !step.ignored).count() as u64;
    let facts = |is: fn(&Fact) -> bool| world.facts.iter().filter(|fact| is(fact)).count() as u64;
    Totals {
        counts: vec![
            ("frames", frames().count() as u64),
            ("arrived", fate(HopFate::Arrived)),
            ("dropped", fate(HopFate::Dropped)),
            ("ignored", frames().filter(|step| step.ignored).count() as u64),
            ("arp_requests", facts(|fact| matches!(fact, Fact::Asked { .. }))),
            ("forwarded", facts(|fact| matches!(fact, Fact::Forwarded { .. }))),
        ],
        // Thousandths of a millisecond.
        thousandths: program::waits_us(world).map(|us| ("ms", us)).into_iter().collect(),
    }
}

/// What decided: first what ended the way, then the rest in the order of time.
fn explanations(world: &World, lang: Lang) -> Vec<Explanation> {
    let rest = world.facts.iter().filter(|fact| is_explained(fact));
    let mut told: Vec<Explanation> = Vec::new();
    for fact in verdict::decisive(world).into_iter().chain(rest) {
        let next = sources::explain(fact, &world.settings, lang);
        let once = matches!(fact, Fact::Forwarded { .. });
        if !told.iter().any(|other| other.code == next.code && (once || other.text == next.text)) {
            told.push(next);
        }
    }
    told
}

/// Rules that go without saying are left to the figure.
fn is_explained(fact: &Fact) -> bool {
    match fact {
        Fact::Known { .. } | Fact::NotForMe { .. } | Fact::Switched { .. } | Fact::Served { .. } => false,
        Fact::Told { who, .. } => *who != Who::Client,
        Fact::Direct { who, .. } => !matches!(who, Who::Gateway | Who::Inner | Who::Provider),
        Fact::Asked { attempt, .. } => *attempt == 1,
        _ => true,
    }
}
