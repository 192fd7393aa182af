//! Which names are tried, in which order, and what ends the search.

use super::{Rule, Told};
use crate::text::Lang;

const SEARCH: &str =
    "glibc resolv/res_query.c, __res_context_search (up to 2.25: __libc_res_nsearch), commit 05dec22d7be7";
const ORDER: &str = "glibc resolv/res_query.c, __res_context_search (up to 2.25: __libc_res_nsearch), commit 05dec22d7be7; musl src/network/lookup_name.c, name_from_dns_search; Go src/net/dnsclient_unix.go, nameList";

pub(super) fn told(rule: &Rule, lang: Lang) -> Option<Told> {
    Some(match rule {
        Rule::Absolute => Told {
            code: "absolute",
            text: lang
                .pick(
                    "The name ends with a dot: it is complete, and no search domain is put behind it.",
                    "名字以点结尾，就是完整的，不会再拼搜索域。",
                )
                .to_string(),
            source: ORDER,
            condition: "name[len - 1] == '.'".to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::AsIsFirst { suffixes: 0, .. }
        | Rule::ToolAsIs { suffixes: 0, .. }
        | Rule::MuslSearchEmptied { suffixes: 0, .. } => Told {
            code: "no_search_list",
            text: lang
                .pick(
                    "There is no search domain: the name is tried as it is, and nothing else.",
                    "没有搜索域：只按原样查。",
                )
                .to_string(),
            source: "resolv.conf(5)",
            rank: 2,
            ..Told::default()
        },
        Rule::AsIsFirst { dots, ndots, suffixes } => Told {
            code: "as_is_first",
            text: lang.pick(
                format!("The name has {}, and ndots is {ndots}: it is tried as it is first, and only then {}.", counted(*dots, "dot"), with(*suffixes)),
                format!("名字有 {dots} 个点，ndots 是 {ndots}：先按原样查，不成再拼搜索域（{suffixes} 个）。"),
            ),
            source: ORDER,
            condition: format!("{dots} >= {ndots}"),
            change: "options ndots".to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::SuffixFirst { dots, ndots, suffixes } => Told {
            code: "suffix_first",
            text: lang.pick(
                format!("The name has {}, and ndots is {ndots}: it is tried {} before it is tried as it is.", counted(*dots, "dot"), with(*suffixes)),
                format!("名字有 {dots} 个点，少于 ndots（{ndots}）：搜索域（{suffixes} 个）逐个拼上去试过，才轮到名字本身。"),
            ),
            source: ORDER,
            condition: format!("{dots} < {ndots}"),
            change: lang
                .pick("a dot at the end of the name; a smaller ndots", "名字末尾加点；调小 ndots")
                .to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::Found => Told {
            code: "found",
            short: lang.pick("done", "结束").to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::NameDone { rcode, more } => Told {
            code: if *rcode == "NXDOMAIN" { "nxdomain_final" } else { "nodata_final" },
            short: match more {
                true => lang.pick("final for this name; next name", "这个名字到此为止，试下一个"),
                false => lang.pick("final; no name left", "到此为止，没有别的名字了"),
            }
            .to_string(),
            text: match (*rcode, more) {
                ("NXDOMAIN", _) => lang.pick(
                    "NXDOMAIN is an answer, not a failure: no other server is asked for this name, even if one would know it.",
                    "NXDOMAIN 是回答，不是故障：这个名字不会再去问别的服务器，哪怕别的服务器知道。",
                ),
                _ => lang.pick(
                    "The name exists, but has no address: that too is an answer, and no other server is asked.",
                    "名字存在，只是没有地址：这也算回答，不再问别的服务器。",
                ),
            }
            .to_string(),
            source: "glibc resolv/res_send.c, send_dg; musl src/network/lookup_name.c, name_from_dns; Go src/net/dnsclient_unix.go, checkHeader",
            condition: format!("rcode = {rcode}"),
            change: lang.pick("who is asked first", "先问谁").to_string(),
            rank: u8::from(*more) * 2,
        },
        Rule::FailureStops { left, bare } => Told {
            code: "failure_stops_search",
            text: lang.pick(
                format!("No usable answer for this name: the loop over search domains ends with {left} of them untried{}.", if *bare { ", and only the name as it is follows" } else { "" }),
                format!("这个名字没有拿到能用的回答：搜索域的循环就此结束，还有 {left} 个没试{}。", if *bare { "，只再试一次名字本身" } else { "" }),
            ),
            source: SEARCH,
            condition: "h_errno == TRY_AGAIN && rcode != SERVFAIL".to_string(),
            rank: 1,
            ..Told::default()
        },
        Rule::RefusedStops => Told {
            code: "refused_stops_search",
            text: lang
                .pick(
                    "Every server refused at once: the search ends here, with “try again”.",
                    "每台服务器都立即拒绝：搜索到此为止，结果是“稍后再试”。",
                )
                .to_string(),
            source: SEARCH,
            condition: "errno == ECONNREFUSED".to_string(),
            ..Told::default()
        },
        Rule::FirstErrorKept => Told {
            code: "first_error_kept",
            text: lang
                .pick(
                    "The error that the program gets is that of the name as it is, which was tried first; what the search domains said after it is forgotten.",
                    "程序拿到的是原样那一次的错误，因为它先试；后面拼搜索域得到的错误不算。",
                )
                .to_string(),
            source: SEARCH,
            condition: "saved_herrno != -1".to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::NoServerLeft { servfail, refused } => Told {
            code: "no_server_left",
            short: lang.pick("no server left", "没有服务器可问了").to_string(),
            text: lang.pick(
                format!("No server gave an answer that counts: {}. The program is told to try again later.", match (refused, servfail) {
                    (true, _) => "all of them refused",
                    (_, true) => "the last error in the buffer is SERVFAIL, and the search goes on",
                    _ => "ETIMEDOUT",
                }),
                format!("没有一台服务器给出算数的回答：{}。程序被告知稍后再试。", match (refused, servfail) {
                    (true, _) => "全都拒绝了",
                    (_, true) => "缓冲区里最后的错误是 SERVFAIL，搜索还会继续",
                    _ => "ETIMEDOUT",
                }),
            ),
            source: "glibc resolv/res_send.c, __res_context_send, commit 6d7e8eda9b85",
            condition: if *refused { "!gotsomewhere: ECONNREFUSED" } else { "gotsomewhere: ETIMEDOUT" }.to_string(),
            ..Told::default()
        },
        Rule::ToolAsIs { dots, ndots, suffixes } => Told {
            code: "tool_as_is",
            text: lang.pick(
                format!("With {} and ndots {ndots} the tool tries the name as it is, and nothing else: unlike glibc it does not try it {} after that.", counted(*dots, "dot"), with(*suffixes)),
                format!("名字有 {dots} 个点，ndots 是 {ndots}：工具只按原样查，不像 glibc 那样失败后再拼搜索域（{suffixes} 个）。"),
            ),
            source: "measured: BIND 9.18.49",
            condition: format!("{dots} >= {ndots}"),
            rank: 2,
            ..Told::default()
        },
        Rule::DigAsIs => Told {
            code: "dig_as_is",
            text: lang
                .pick(
                    "dig does not look at the search list, unless it is told to with +search.",
                    "dig 不看搜索域，除非加 +search。",
                )
                .to_string(),
            source: "measured: BIND 9.18.49",
            change: "dig +search".to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::MuslNoSearch => Told {
            code: "musl_no_search",
            text: lang
                .pick(
                    "Before 1.1.13 musl knew neither search nor ndots: the name is tried as it is.",
                    "1.1.13 之前的 musl 不认识 search 和 ndots：只按原样查。",
                )
                .to_string(),
            source: "musl src/network/lookup_name.c, __lookup_name, commit 01dc3f4fea73; the version from memory",
            rank: 2,
            ..Told::default()
        },
        Rule::MuslSearchEmptied { dots, ndots, suffixes } => Told {
            code: "musl_search_emptied",
            text: lang.pick(
                format!("With {} and ndots {ndots} musl tries the name as it is, and never {}; glibc would go on.", counted(*dots, "dot"), with(*suffixes)),
                format!("名字有 {dots} 个点，ndots 是 {ndots}：musl 只按原样查，搜索域（{suffixes} 个）一个也不试；glibc 会接着试。"),
            ),
            source: "musl src/network/lookup_name.c, name_from_dns_search",
            condition: format!("{dots} >= {ndots}: search[0] = 0"),
            change: "options ndots".to_string(),
            rank: 2,
            ..Told::default()
        },
        _ => return None,
    })
}

/// `1 dot`, `2 dots`.
fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// `with the search domain`, `with each of the 3 search domains`.
fn with(suffixes: usize) -> String {
    match suffixes {
        1 => "with the search domain".to_string(),
        _ => format!("with each of the {suffixes} search domains"),
    }
}
