//! How musl asks, and what it makes of the answers.

use super::{Rule, Told};
use crate::text::Lang;

const SEND: &str = "musl src/network/res_msend.c, __res_msend_rc (1.2.4 and later)";
const RESULT: &str = "musl src/network/lookup_name.c, name_from_dns";

pub(super) fn told(rule: &Rule, lang: Lang) -> Option<Told> {
    Some(match rule {
        Rule::MuslParallel { servers } => Told {
            code: "musl_parallel",
            text: lang.pick(
                format!("musl asks its {servers} servers at the same moment, and takes the first answer that counts. NXDOMAIN counts. When servers have different views, the quickest decides what exists."),
                format!("musl 同时问全部 {servers} 台服务器，谁的有效回答先到就用谁的，NXDOMAIN 也算有效。各台视图不同的话，名字存不存在由最快的那台说了算。"),
            ),
            source: SEND,
            change: lang.pick("servers that all know the same names", "让所有服务器知道同样的名字").to_string(),
            rank: 0,
            ..Told::default()
        },
        Rule::MuslAgain { interval_ms, timeout_ms, attempts } => Told {
            code: "musl_again",
            text: lang.pick(
                format!("What is unanswered is sent again every {interval_ms} ms: timeout divided by attempts. After {timeout_ms} ms in all the lookup ends, however many servers there are."),
                format!("没得到回答的，每 {interval_ms} ms 重发一次，也就是 timeout 除以 attempts。一共 {timeout_ms} ms 就结束，有多少台服务器都一样。"),
            ),
            source: SEND,
            condition: format!("{timeout_ms} / {attempts} = {interval_ms} ms"),
            change: "options timeout, attempts".to_string(),
            rank: 1,
            ..Told::default()
        },
        Rule::MuslMissing { qtype, other } => Told {
            code: "musl_missing",
            short: lang.pick("one is missing: EAI_AGAIN", "缺一个：EAI_AGAIN").to_string(),
            text: match other {
                true => lang.pick(
                    format!("The answer to {qtype} never came. musl does not make do with the other family: the whole lookup fails with EAI_AGAIN, although an address was there."),
                    format!("{qtype} 的回答始终没来。musl 不会拿另一族的地址凑合：整个查询以 EAI_AGAIN 失败，尽管地址已经拿到。"),
                ),
                false => lang.pick(
                    format!("No usable answer to {qtype} within the timeout: EAI_AGAIN, and no further name is tried."),
                    format!("超时之前 {qtype} 没有能用的回答：EAI_AGAIN，后面的名字也不试了。"),
                ),
            },
            source: RESULT,
            condition: "alens[i] < 4 || rcode == 2".to_string(),
            ..Told::default()
        },
        Rule::MuslNoData { more, old } => Told {
            code: "musl_nodata",
            short: lang.pick("no address: the search ends", "没有地址：搜索结束").to_string(),
            text: match (old, more) {
                (true, _) => lang.pick(
                    "The name exists without an address: old versions say EAI_FAIL.",
                    "名字存在但没有地址：旧版本返回 EAI_FAIL。",
                ),
                (_, true) => lang.pick(
                    "The name exists without an address. For musl that ends the search: the other search domains are not tried, as glibc would.",
                    "名字存在但没有地址。对 musl 来说搜索就此结束，剩下的搜索域不再试；glibc 会接着试。",
                ),
                (_, false) => lang.pick(
                    "The name exists without an address: “name does not resolve” up to 1.2.3, EAI_NODATA in newer versions.",
                    "名字存在但没有地址：1.2.3 及以前是“name does not resolve”，更新的版本是 EAI_NODATA。",
                ),
            }
            .to_string(),
            source: RESULT,
            condition: "rcode == 0 && ctx.cnt == 0".to_string(),
            ..Told::default()
        },
        Rule::MuslFail => Told {
            code: "musl_fail",
            short: "EAI_FAIL".to_string(),
            text: lang
                .pick(
                    "Before 1.1.13 REFUSED was taken for an answer: EAI_FAIL.",
                    "1.1.13 之前把 REFUSED 当成回答：EAI_FAIL。",
                )
                .to_string(),
            source: RESULT,
            condition: "rcode = 5".to_string(),
            ..Told::default()
        },
        Rule::MuslServFail { again } => Told {
            code: "musl_servfail",
            short: match again {
                true => lang.pick("asked again at once", "立即重问"),
                false => lang.pick("ignored until the next round", "本轮不再理会"),
            }
            .to_string(),
            text: lang
                .pick(
                    "SERVFAIL is asked again at once at the same server, four times per round for all servers together, and is then ignored. If no other server answers, the whole timeout passes.",
                    "收到 SERVFAIL 立即向同一台重问，每轮所有服务器合计四次，之后就不理会。别的服务器都不回答的话，要等足整个 timeout。",
                )
                .to_string(),
            source: SEND,
            condition: "servfail_retry = 2 * nqueries = 4".to_string(),
            rank: 1,
            ..Told::default()
        },
        Rule::MuslIgnored => Told {
            code: "musl_ignored",
            short: lang.pick("ignored", "不理会").to_string(),
            text: lang
                .pick(
                    "REFUSED is ignored, as if nothing had come: another server may answer, or the timeout passes.",
                    "REFUSED 不理会，当作没收到：要么别的服务器回答，要么等足 timeout。",
                )
                .to_string(),
            source: SEND,
            condition: "rcode = 5".to_string(),
            rank: 1,
            ..Told::default()
        },
        Rule::MuslLate => Told {
            code: "musl_late",
            short: lang.pick("another was first", "已有别的回答").to_string(),
            rank: 2,
            ..Told::default()
        },
        _ => return None,
    })
}
