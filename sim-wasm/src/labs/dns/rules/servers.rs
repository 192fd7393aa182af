//! Which server glibc asks, how long it waits for it, and what makes it ask another.

use super::{Rule, Told, Why};
use crate::text::Lang;

const SEND: &str = "glibc resolv/res_send.c, send_dg, commit 6d7e8eda9b85";

pub(super) fn told(rule: &Rule, lang: Lang) -> Option<Told> {
    Some(match rule {
        Rule::NextServer { said, next } => Told {
            code: "next_server",
            short: lang.pick(format!("no answer{}", next.word(lang)), format!("不算回答{}", next.word(lang))),
            text: lang.pick(
                format!("{said} is no answer: the next server is asked at once. An answer NXDOMAIN would have been final."),
                format!("{said} 不算回答，立即换下一台服务器。换成 NXDOMAIN 就到此为止了。"),
            ),
            source: "glibc resolv/res_send.c, send_dg; Go src/net/dnsclient_unix.go, tryOneName; moby libnetwork/resolver.go, ServeDNS",
            condition: "rcode == SERVFAIL || NOTIMP || REFUSED || !aa && !ra && ancount == 0".to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::Unreachable(next) => Told {
            code: "unreachable",
            short: lang.pick(format!("refused{}", next.word(lang)), format!("被拒绝{}", next.word(lang))),
            text: lang
                .pick(
                    "ICMP says that nobody listens on port 53 (for TCP, a reset). The socket is connected, so that the program hears of it, and no time is lost.",
                    "ICMP 说 53 端口没人听（TCP 则是 RST）。套接字是 connect 过的，程序能得知，所以不耽误时间。",
                )
                .to_string(),
            source: "glibc resolv/res_send.c, reopen and send_dg",
            condition: "POLLERR, ECONNREFUSED".to_string(),
            rank: 1,
            ..Told::default()
        },
        Rule::Timeout(why) => Told {
            code: "timeout",
            short: waited(*why, lang, why.next.word(lang), why.next.word(lang)),
            text: lang.pick(
                format!("Nothing came for {} s. The wait follows from the server's place in the file: the first one has the whole timeout, each later one the doubled timeout divided among all servers. It is the same in every round.", why.wait),
                format!("等了 {} 秒，什么也没来。等多久看服务器在文件里的位置：第一台等足 timeout，后面的把 timeout 逐台翻倍，再除以服务器台数。每一轮都一样，不会越等越久。", why.wait),
            ),
            source: SEND,
            condition: why.formula(),
            change: lang
                .pick("options timeout, attempts; the order of the servers", "options timeout、attempts；服务器的先后")
                .to_string(),
            rank: 1,
        },
        Rule::ConnectTimeout => Told {
            code: "connect_timeout",
            short: lang.pick("connect() given up", "connect() 放弃").to_string(),
            text: lang
                .pick(
                    "With use-vc the resolver sits in connect(), which has no timeout of its own: the kernel sends SYNs for 127 s (tcp_syn_retries 6, kernels up to 6.4).",
                    "用了 use-vc，解析器停在 connect() 里，它自己没有超时：内核会重发 SYN，一共 127 秒（tcp_syn_retries 6，6.4 及以前的内核）。",
                )
                .to_string(),
            source: "glibc resolv/res_send.c, send_vc",
            condition: "1 + 2 + 4 + 8 + 16 + 32 + 64 = 127 s".to_string(),
            change: "use-vc, net.ipv4.tcp_syn_retries".to_string(),
            rank: 1,
        },
        Rule::ToSingleRequest(why) => Told {
            code: "to_single_request",
            short: waited(*why, lang, "; same server, one at a time", "，同一台，改成一个一个问"),
            text: lang.pick(
                format!("Of the two answers one came, the other did not for {} s. glibc takes that for a server that cannot handle two questions at a time: it asks it again, A first, AAAA after the answer. The mode stays on for later lookups of the same thread.", why.wait),
                format!("两个回答只来了一个，另一个等了 {} 秒没来。glibc 当成服务器应付不了两个问题，于是重新问同一台：先问 A，有了回答再问 AAAA。同一线程以后的查询也都这样。", why.wait),
            ),
            source: SEND,
            condition: format!("{}; statp->options |= RES_SNGLKUP", why.formula()),
            change: "options single-request-reopen, use-vc, no-aaaa".to_string(),
            rank: 1,
        },
        Rule::ToReopen(why) => Told {
            code: "to_reopen",
            short: waited(*why, lang, "; same server, new socket", "，同一台，换个套接字"),
            text: lang.pick(
                format!("One after the other, and still only one answer in {} s: a third attempt, now with a new socket for the second question.", why.wait),
                format!("一个一个问，{} 秒里还是只有一个回答：第三次，第二个问题换新套接字。", why.wait),
            ),
            source: SEND,
            condition: format!("{}; statp->options |= RES_SNGLKUPREOP", why.formula()),
            change: "options no-aaaa".to_string(),
            rank: 1,
        },
        Rule::OneAnswerTaken(why) => Told {
            code: "one_answer_taken",
            short: waited(*why, lang, "; the one answer is taken", "，就用这一个回答"),
            text: lang.pick(
                format!("After another {} s the resolver takes the one answer that it has.", why.wait),
                format!("又等了 {} 秒，解析器就用手里这一个回答。", why.wait),
            ),
            source: SEND,
            condition: format!("{}; *resplen2 = 1", why.formula()),
            change: "options no-aaaa".to_string(),
            rank: 1,
        },
        Rule::SingleRequestWaits(why) => Told {
            code: "single_request_waits",
            short: waited(*why, lang, " for nothing", "（白等）"),
            text: lang.pick(
                format!("One question at a time, and the answer to the first was an error: old versions wait {} s for the answer to a second question that they never send (bug 30081).", why.wait),
                format!("一个一个问，第一个得到的是错误：旧版本会白等 {} 秒，等的是它从没发出的第二个问题的回答（bug 30081）。", why.wait),
            ),
            source: "glibc resolv/res_send.c, send_dg, commit 04130e53ba68; not so in Debian's 2.36, as measured",
            condition: why.formula(),
            change: "options single-request".to_string(),
            rank: 1,
        },
        Rule::SingleRequest { reopen } => Told {
            code: "single_request",
            text: match reopen {
                true => lang.pick(
                    "single-request-reopen: the question for AAAA leaves after the answer to A, from a new socket and so another port. Two packets of one flow never race; the price is a round trip more for each name.",
                    "single-request-reopen：拿到 A 的回答再问 AAAA，而且换新套接字，也就换了端口。同一条流里不会有两个报文相争；代价是每个名字多一个往返。",
                ),
                false => lang.pick(
                    "single-request: the question for AAAA leaves after the answer to A, from the same socket. By then connection tracking knows the flow; the price is a round trip more for each name.",
                    "single-request：拿到 A 的回答再问 AAAA，用同一个套接字。那时连接跟踪已经认得这条流；代价是每个名字多一个往返。",
                ),
            }
            .to_string(),
            source: SEND,
            condition: if *reopen { "RES_SNGLKUPREOP" } else { "RES_SNGLKUP" }.to_string(),
            change: "options single-request, single-request-reopen".to_string(),
            rank: 1,
            ..Told::default()
        },
        Rule::UseVc => Told {
            code: "use_vc",
            text: lang
                .pick(
                    "use-vc: both questions go over one TCP connection, and each server is tried once. No datagram can be lost; the price is a handshake for each name.",
                    "use-vc：两个问题走同一条 TCP 连接，每台服务器只试一次。没有数据报可丢；代价是每个名字一次握手。",
                )
                .to_string(),
            source: "glibc resolv/res_send.c, send_vc",
            condition: "RES_USEVC".to_string(),
            change: "options use-vc".to_string(),
            rank: 1,
            ..Told::default()
        },
        Rule::RotateOld { first } => Told {
            code: "rotate_old",
            text: lang.pick(
                format!("rotate: before glibc 2.26 the list was turned before its first use. A program's first name goes to server {first}, never to the first in the file."),
                format!("rotate：glibc 2.26 之前，列表在第一次使用之前就先转一格。程序查的第一个名字问的是第 {first} 台，绝不会是文件里的第一台。"),
            ),
            source: "glibc resolv/res_send.c, __libc_res_nsend, commit 04130e53ba68",
            condition: "RES_ROTATE: nsaddrs[0 .. n-1] = nsaddrs[1 .. n-1], nsaddrs[0]".to_string(),
            change: "options rotate".to_string(),
            rank: 0,
            ..Told::default()
        },
        Rule::RotateNew { first } => Told {
            code: "rotate_new",
            text: lang.pick(
                format!("rotate: from glibc 2.26 on a counter of the process picks the server; it starts at random and goes on by one with each name. Here server {first} comes first."),
                format!("rotate：glibc 2.26 起由进程里的一个计数器挑服务器，起点随机，每查一个名字加一。这一次先问第 {first} 台。"),
            ),
            source: "glibc resolv/res_send.c, nameserver_offset, commit 6d7e8eda9b85",
            condition: "offset % nscount".to_string(),
            change: "options rotate".to_string(),
            rank: 0,
            ..Told::default()
        },
        _ => return None,
    })
}

/// `waited 5 s; next server`.
fn waited(why: Why, lang: Lang, en: &str, zh: &str) -> String {
    lang.pick(format!("waited {} s{en}", why.wait), format!("等了 {} 秒{zh}", why.wait))
}
