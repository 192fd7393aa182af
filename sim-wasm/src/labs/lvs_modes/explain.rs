//! Why packets ended: each decision as a rule with its live values, its source, and what would change it.

use super::addresses::{VIP, VPORT, dotted};
use super::hosts::{DIRECTOR, proper_device};
use super::settings::{Mode, Place, Settings};
use super::why::Why;
use crate::lab::report::Explanation;
use crate::text::Lang;

/// An explanation from its parts.
pub(super) fn told(
    code: &'static str,
    text: String,
    source: &str,
    condition: String,
    would_change: String,
) -> Explanation {
    Explanation { code, text, source: source.to_string(), condition, would_change }
}

/// A machine in words.
pub(super) fn machine(node: usize, lang: Lang) -> String {
    match node {
        0 => lang.pick("the client", "客户端").to_string(),
        1 => lang.pick("the gateway", "网关").to_string(),
        DIRECTOR => lang.pick("the director", "调度器").to_string(),
        _ => format!("rs{}", node - DIRECTOR),
    }
}

/// A machine within a Chinese sentence, with the spaces that a Latin name wants.
fn inside(node: usize) -> String {
    match node {
        0..=DIRECTOR => machine(node, Lang::Zh),
        _ => format!(" {} ", machine(node, Lang::Zh)),
    }
}

/// Why a packet ended.
pub(super) fn explain(why: Why, settings: &Settings, lang: Lang) -> Explanation {
    match why {
        Why::Martian { .. }
        | Why::NoForwarding { .. }
        | Why::InputRule
        | Why::ForwardRule
        | Why::NotTracked { .. }
        | Why::NoEntry => on_director(why, settings, lang),
        Why::NotLocal { .. }
        | Why::ReversePath
        | Why::TunnelDown
        | Why::NoTunnelModule
        | Why::NoListener { .. }
        | Why::UnknownToServer { .. } => on_server(why, settings, lang),
        _ => on_the_way(why, settings, lang),
    }
}

fn on_director(why: Why, settings: &Settings, lang: Lang) -> Explanation {
    match why {
        Why::Martian { src } => {
            let src = dotted(src);
            told(
                "martian_source",
                lang.pick(
                    format!("The director has {src} itself. An answer from {src} that comes in from the LAN cannot be right: it is dropped as a martian source, whatever rp_filter says. With DR and TUN the real server's default gateway must be the router."),
                    format!("{src} 是调度器自己的地址，从 LAN 进来的、源地址为 {src} 的响应不可能是对的：不论 rp_filter 怎么设，都按 martian source 丢弃。用 DR 和 TUN 时，后端的默认网关必须是路由器。"),
                ),
                "fib_validate_source, net/ipv4/fib_frontend.c",
                format!("saddr {src} is local on the director, accept_local = 0; no counter, only log_martians = 1 shows it"),
                format!("ip route replace default via {}", dotted(settings.server_router())),
            )
        }
        Why::NoForwarding { dst } => {
            let dst = dotted(dst);
            told(
                "no_forwarding",
                lang.pick(
                    format!("ip_forward is 0 on the director. Requests do not need it: IPVS sends them out through LOCAL_OUT. An answer of NAT does: it is for {dst}, so it has to take the way through FORWARD, where IPVS would write its source anew. It is dropped."),
                    format!("调度器的 ip_forward 是 0。请求用不着它：IPVS 从 LOCAL_OUT 把请求发出去。NAT 的响应却要它：响应的目的地是 {dst}，得走 FORWARD，IPVS 就在那里改写源地址。于是被丢弃。"),
                ),
                "ip_route_input_slow, net/ipv4/route.c (from memory); ip_vs_ops, net/netfilter/ipvs/ip_vs_core.c",
                format!("net.ipv4.ip_forward = 0, {dst} is not local; IpInAddrErrors + 1"),
                "sysctl -w net.ipv4.ip_forward=1".to_string(),
            )
        }
        Why::InputRule => told(
            "input_rule",
            lang.pick(
                "A rule in INPUT drops the packet. IPVS sits on the same hook, behind the filter: what INPUT does not let through, IPVS never sees.",
                "INPUT 里的规则丢弃了这个报文。IPVS 挂在同一个钩子上，排在 filter 之后：INPUT 不放行的，IPVS 根本看不到。",
            )
            .to_string(),
            "ip_vs_ops (LOCAL_IN, after NF_IP_PRI_FILTER), net/netfilter/ipvs/ip_vs_core.c",
            format!("-A INPUT -p tcp --dport {VPORT} -j DROP"),
            format!("iptables -I INPUT -p tcp -d {} --dport {VPORT} -j ACCEPT", dotted(VIP)),
        ),
        Why::ForwardRule => told(
            "forward_rule",
            lang.pick(
                "The policy of FORWARD is DROP (installing Docker sets it so). The answers of NAT are forwarded packets, and the filter stands before IPVS there too.",
                "FORWARD 的默认策略是 DROP（装了 Docker 就会这样）。NAT 的响应是被转发的报文，在这里 filter 也排在 IPVS 前面。",
            )
            .to_string(),
            "ip_vs_ops (FORWARD, priority 100, behind filter), net/netfilter/ipvs/ip_vs_core.c",
            "-P FORWARD DROP".to_string(),
            "iptables -I FORWARD -m ipvs --ipvs -j ACCEPT".to_string(),
        ),
        Why::NotTracked { known: false } => told(
            "not_tracked",
            lang.pick(
                "INPUT lets in what conntrack knows, and new connections with a SYN. IPVS takes the SYN away before its entry is confirmed, so conntrack knows nothing of the connection, and the client's next packet, an ACK, is neither.",
                "INPUT 只放行 conntrack 认识的连接，和带 SYN 的新连接。IPVS 在条目确认之前就把 SYN 拿走了，conntrack 对这条连接一无所知；客户端接着发的 ACK 两样都不是。",
            )
            .to_string(),
            "ip_vs_notrack, net/netfilter/ipvs/ip_vs_xmit.c (its effect on conntrack from memory)",
            "net.ipv4.vs.conntrack = 0; --ctstate ESTABLISHED: no; NEW --syn: no".to_string(),
            lang.pick(
                "a rule for the service without states, or (NAT only) net.ipv4.vs.conntrack=1",
                "给服务写一条不看状态的规则；只有 NAT 可以改用 net.ipv4.vs.conntrack=1",
            )
            .to_string(),
        ),
        Why::NotTracked { known: true } => told(
            "half_tracked",
            lang.pick(
                "Conntrack knows the client's SYN, but the answer does not pass the director: an ACK without a SYN-ACK before it is INVALID.",
                "conntrack 认识客户端的 SYN，但响应不经过调度器：前面没有 SYN-ACK 的 ACK 是 INVALID。",
            )
            .to_string(),
            "tcp_conntracks, net/netfilter/nf_conntrack_proto_tcp.c (from memory)",
            "SYN_SENT + ACK in the original direction = INVALID".to_string(),
            lang.pick("a rule for the service without states", "给服务写一条不看状态的规则").to_string(),
        ),
        _ => told(
            "no_entry",
            lang.pick(
                "The director has no IPVS connection for this packet, and it is no SYN that would make one: the connection was opened past it. Its own stack gets the packet, has no socket, and sends a RST.",
                "调度器没有这个报文的 IPVS 连接，它又不是能建连接的 SYN：这条连接是绕过调度器建的。报文交给本机协议栈，没有套接字，于是回 RST。",
            )
            .to_string(),
            "tcp_conn_schedule, net/netfilter/ipvs/ip_vs_proto_tcp.c",
            "no entry, no SYN, net.ipv4.vs.sloppy_tcp = 0".to_string(),
            "arp_ignore = 1, arp_announce = 2".to_string(),
        ),
    }
}

fn on_server(why: Why, settings: &Settings, lang: Lang) -> Explanation {
    let client = dotted(settings.client_ip());
    match why {
        Why::NotLocal { dst } => {
            let dst = dotted(dst);
            told(
                "vip_missing",
                lang.pick(
                    format!("The real server gets a packet for {dst}, an address that it does not have. It is no router, so it drops the packet without a word."),
                    format!("后端收到发给 {dst} 的报文，自己却没有这个地址，又不是路由器，于是一声不响地丢掉。"),
                ),
                "ip_route_input_slow, net/ipv4/route.c (from memory)",
                format!("{dst} not in the local table, net.ipv4.ip_forward = 0; IpInAddrErrors + 1"),
                format!("ip addr add {}/32 dev {}", dotted(VIP), proper_device(settings.mode)),
            )
        }
        Why::ReversePath => {
            let (all, tunl0) = (settings.rp_filter_all, settings.rp_filter_tunl0);
            told(
                "rp_filter",
                lang.pick(
                    format!("The packet came out of tunl0, but the way back to {client} is eth0. Strict reverse path filtering drops it. The greater of `all` and `tunl0` counts."),
                    format!("报文是从 tunl0 出来的，而回 {client} 的路走 eth0，严格的反向路径过滤把它丢弃。起作用的是 `all` 和 `tunl0` 中较大的一个。"),
                ),
                "__fib_validate_source, net/ipv4/fib_frontend.c; IN_DEV_RPFILTER, include/linux/inetdevice.h",
                format!("max(all = {all}, tunl0 = {tunl0}) = 1, route to {client}: eth0 != tunl0; TcpExtIPReversePathFilter + 1"),
                lang.pick("0 or 2, in both", "两处都设为 0，或把其中一处设为 2").to_string(),
            )
        }
        Why::TunnelDown => told(
            "tunl0_down",
            lang.pick(
                "tunl0 is down, so no tunnel takes the IPIP packet. The real server sends ICMP port unreachable to the director.",
                "tunl0 没有 up，没有隧道接收这个 IPIP 报文。后端给调度器回 ICMP 端口不可达。",
            )
            .to_string(),
            "ip_tunnel_lookup, tunnel4_rcv, net/ipv4/tunnel4.c (from memory)",
            "tunl0: IFF_UP not set".to_string(),
            "ip link set tunl0 up".to_string(),
        ),
        Why::NoTunnelModule => told(
            "no_ipip",
            lang.pick(
                "The module ipip is not loaded: nobody on the real server handles protocol 4. It sends ICMP protocol unreachable to the director.",
                "没有加载 ipip 模块：后端上没有谁处理协议 4。它给调度器回 ICMP 协议不可达。",
            )
            .to_string(),
            "ip_local_deliver_finish, net/ipv4/ip_input.c (from memory)",
            "protocol 4: no handler".to_string(),
            "modprobe ipip; ip link set tunl0 up".to_string(),
        ),
        Why::NoListener { port } => {
            let rport = settings.rport;
            let text = match settings.mode.keeps_vip() {
                true => lang.pick(
                    format!("Nobody listens on port {port} of the real server; the program listens on {rport}. {} leaves the TCP header as it is, and ipvsadm puts the service's port in the place of the one it is given.", settings.mode.name()),
                    format!("后端的 {port} 端口没有人监听，程序监听的是 {rport}。{} 不动 TCP 头，而 ipvsadm 会把给它的端口换成服务的端口。", settings.mode.name()),
                ),
                false => lang.pick(
                    format!("Nobody listens on port {port} of the real server; the program listens on {rport}. The packet came past the director, which would have changed the port."),
                    format!("后端的 {port} 端口没有人监听，程序监听的是 {rport}。报文绕过了调度器，没有谁替它改端口。"),
                ),
            };
            told(
                "no_listener",
                text,
                "process_options, ipvsadm.c; tcp_v4_rcv, net/ipv4/tcp_ipv4.c",
                format!("dport {port} != {rport}"),
                lang.pick(format!("listen on {VPORT}, or use NAT or FullNAT"), format!("监听 {VPORT}，或改用 NAT、FullNAT")),
            )
        }
        Why::UnknownToServer { node } => {
            let name = machine(node, lang);
            told(
                "other_server",
                lang.pick(
                    format!("The packet reaches {name}, which does not know the connection: another machine had answered the SYN. It sends a RST."),
                    format!("报文到了{}，它不认识这条连接：当初回应 SYN 的是另一台。它回 RST。", inside(node).trim_end()),
                ),
                "tcp_v4_send_reset, net/ipv4/tcp_ipv4.c",
                lang.pick("no socket with these ends", "没有这两端的套接字").to_string(),
                "arp_ignore = 1, arp_announce = 2".to_string(),
            )
        }
        _ => told("other", String::new(), "", String::new(), String::new()),
    }
}

fn on_the_way(why: Why, settings: &Settings, lang: Lang) -> Explanation {
    match why {
        Why::TtlExpired { node } => {
            let name = machine(node, lang);
            let change = match (settings.mode, settings.place) {
                (Mode::Dr, Place::Routed) => lang.pick("real servers on the director's LAN, or TUN", "把后端放到调度器所在的 LAN，或改用 TUN").to_string(),
                _ => format!("ip addr add {}/32 dev {}", dotted(VIP), proper_device(settings.mode)),
            };
            told(
                "ttl_expired",
                lang.pick(
                    format!("The packet goes in a circle until its TTL is used up, at {name}, which tells the client: ICMP time exceeded."),
                    format!("报文一直兜圈子，直到 TTL 在{}用完，于是向客户端发 ICMP 超时。", inside(node)),
                ),
                "ip_forward, net/ipv4/ip_forward.c; decrement_ttl, net/netfilter/ipvs/ip_vs_xmit.c",
                "ttl <= 1".to_string(),
                change,
            )
        }
        Why::TooBig { len, mtu } => told(
            "too_big",
            lang.pick(
                format!("The request packet has {len} bytes and DF. With 20 for the outer header it does not fit the {} of the link: the director drops it and sends ICMP fragmentation needed, MTU {mtu}, to the client.", settings.inner_mtu),
                format!("请求报文 {len} 字节，带 DF。加上 20 字节的外层头，超过了链路的 {}：调度器丢弃它，并向客户端发 ICMP 需要分片，MTU {mtu}。", settings.inner_mtu),
            ),
            "ensure_mtu_is_adequate, net/netfilter/ipvs/ip_vs_xmit.c",
            format!("{len} > {} - 20 = {mtu}, DF, net.ipv4.vs.pmtu_disc = 1", settings.inner_mtu),
            lang.pick(
                format!("advmss {} on the real server's route; MTU {} between director and real servers; or let ICMP through", mtu.saturating_sub(40), settings.inner_mtu + 20),
                format!("后端路由设 advmss {}；调度器与后端之间 MTU {}；或放行 ICMP", mtu.saturating_sub(40), settings.inner_mtu + 20),
            ),
        ),
        Why::Spoofed { node, src } => {
            let (name, src) = (machine(node, lang), dotted(src));
            told(
                "anti_spoofing",
                lang.pick(
                    format!("The port of {name} lets out only the addresses that are assigned to it. The packet says it is from {src}, and is dropped there: a capture on {name} still shows it."),
                    format!("端口只放行分配给它的地址。报文自称来自 {src}，一出{}就在端口上被丢弃；而在这台机器上抓包仍看得到它。", inside(node)),
                ),
                "IP source guard of a switch, anti-spoofing of a hypervisor (from memory)",
                format!("saddr {src} not assigned to the port"),
                lang.pick(
                    "an exception for the VIP, or FullNAT, which sends with the machine's own addresses alone",
                    "给 VIP 开例外；或改用 FullNAT，它只用机器自己的地址发送",
                )
                .to_string(),
            )
        }
        Why::IcmpFiltered => told(
            "icmp_filtered",
            lang.pick(
                "A filter keeps ICMP from the client, who learns nothing.",
                "过滤规则挡住了发给客户端的 ICMP，客户端什么也不知道。",
            )
            .to_string(),
            "",
            lang.pick("ICMP to the client: dropped", "发给客户端的 ICMP：丢弃").to_string(),
            lang.pick("let ICMP types 3 and 11 through", "放行 ICMP 类型 3 和 11").to_string(),
        ),
        Why::UnknownToClient { src } => {
            let (service, src) = (format!("{}:{VPORT}", dotted(VIP)), src.text());
            told(
                "wrong_source",
                lang.pick(
                    format!("The client called {service}, and the answer comes from {src}: it did not pass the director, which would have written its source anew. No socket of the client's has that end. It sends a RST there, and goes on waiting for {service}."),
                    format!("客户端呼叫的是 {service}，响应却来自 {src}：它没有经过调度器，源地址没人改写。客户端没有这样一端的套接字，向那里回 RST，自己继续等 {service}。"),
                ),
                "tcp_v4_rcv, net/ipv4/tcp_ipv4.c",
                format!("{src} != {service}"),
                wrong_source_change(settings, lang),
            )
        }
        _ => told(
            "cut_off",
            lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。").to_string(),
            "",
            String::new(),
            String::new(),
        ),
    }
}

/// What would bring answers of NAT back to the director.
fn wrong_source_change(settings: &Settings, lang: Lang) -> String {
    let director = dotted(settings.director_ip());
    match (settings.client_near, settings.place) {
        (true, Place::Routed) | (false, Place::Routed) => lang
            .pick(
                "a way back through the director: a second interface of it on this LAN, a tunnel, or FullNAT",
                "让回程经过调度器：让它在这个 LAN 上也有网卡、用隧道，或改用 FullNAT",
            )
            .to_string(),
        (true, _) => format!("ip route add {}/32 via {director}", dotted(settings.client_ip())),
        (false, _) => format!("ip route replace default via {director}"),
    }
}
