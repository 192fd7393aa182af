//! What happens to queries on their way, and at Docker's daemon.

use super::{Rule, Told};
use crate::text::Lang;

const DOCKER: &str = "moby libnetwork/resolver.go, ServeDNS, commit 0136a7c1bb9f (Docker up to 23.0)";

pub(super) fn told(rule: &Rule, lang: Lang) -> Option<Told> {
    let pick = |en: &str, zh: &str| lang.pick(en, zh).to_string();
    Some(match rule {
        Rule::Race => Told {
            code: "conntrack_race",
            text: pick(
                "A and AAAA leave at the same moment from the same port. Connection tracking makes an entry for each, and confirms it only at the end of the way: the second insert finds the place taken, and the packet is dropped without a word.",
                "A 和 AAAA 在同一时刻从同一端口发出。连接跟踪给两个报文各建一个条目，到路径末尾才确认：后一个插入时位置已被占，报文悄悄丢掉。",
            ),
            source: "net/netfilter/nf_conntrack_core.c, __nf_conntrack_confirm; mended in 4.19 and 5.0, but for several DNAT targets (commits from memory: ed07d9a021df, 4e35c1cb9460)",
            condition: "conntrack -S: insert_failed".to_string(),
            change: pick(
                "single-request-reopen, use-vc, a cache on the node",
                "single-request-reopen、use-vc、本机缓存",
            ),
            rank: 1,
            ..Told::default()
        },
        Rule::OptDropped => Told {
            code: "opt_dropped",
            text: pick(
                "Queries with an OPT record (EDNS) are dropped on the way. dig and Go send one with every query, nslookup and host of BIND 9.18 do not, glibc only with options edns0.",
                "带 OPT 记录（EDNS）的查询在途中被丢。dig 和 Go 每个查询都带，BIND 9.18 的 nslookup 和 host 不带，glibc 只在 options edns0 时带。",
            ),
            source: "RFC 6891; measured: BIND 9.18.49, glibc 2.36",
            condition: "ARCOUNT = 1, OPT".to_string(),
            change: "dig +noedns, options edns0, GODEBUG=netedns0=0".to_string(),
            ..Told::default()
        },
        Rule::DockerAnswers => Told {
            code: "docker_answers",
            text: pick(
                "The name is that of a container on the network: Docker's daemon answers by itself. For AAAA it gives an empty answer, and asks nobody.",
                "这是同一网络里容器的名字：Docker 守护进程自己回答。AAAA 给一个空回答，不去问别人。",
            ),
            source: DOCKER,
            rank: 2,
            ..Told::default()
        },
        Rule::DockerForwards => Told {
            code: "docker_forwards",
            text: pick(
                "The name is no container's: Docker's daemon forwards the query to the servers of the host, one after the other. SERVFAIL, REFUSED and an NXDOMAIN without authority lead to the next; of several negative answers the last is passed on.",
                "这不是容器的名字：Docker 守护进程把查询依次转发给宿主机的服务器。SERVFAIL、REFUSED 和非权威的 NXDOMAIN 都会再问下一台；几个否定回答里转交最后一个。",
            ),
            source: DOCKER,
            rank: 2,
            ..Told::default()
        },
        Rule::DockerWaits(next) => Told {
            code: "docker_waits",
            short: lang
                .pick(format!("waited 4 s{}", next.word(lang)), format!("等了 4 秒{}", next.word(lang))),
            text: pick(
                "Docker's daemon waits 4 s for each of the host's servers; the resolver in the container waits for the daemon all the while.",
                "Docker 守护进程对宿主机的每台服务器等 4 秒，容器里的解析器这期间一直在等守护进程。",
            ),
            source: DOCKER,
            condition: "extIOTimeout = 4 s".to_string(),
            change: pick("the host's resolv.conf, --dns", "宿主机的 resolv.conf、--dns"),
            rank: 1,
        },
        _ => return None,
    })
}
