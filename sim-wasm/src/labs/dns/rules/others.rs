//! Sources before DNS, Go, and the tools.

use super::{Rule, Told};
use crate::text::Lang;

const NSS: &str = "nsswitch.conf(5)";
const BIND: &str = "measured: BIND 9.18.49";

pub(super) fn told(rule: &Rule, lang: Lang) -> Option<Told> {
    let pick = |en: &str, zh: &str| lang.pick(en, zh).to_string();
    Some(match rule {
        Rule::Literal => Told {
            code: "literal",
            text: pick("The name is an address: nobody is asked.", "名字本身就是地址，谁也不用问。"),
            source: "getaddrinfo(3)",
            rank: 0,
            ..Told::default()
        },
        Rule::NoHostName => Told {
            code: "no_host_name",
            text: pick(
                "A character that host names do not have: glibc says “not found” without asking.",
                "含有主机名里不该有的字符：glibc 不问就说没有。",
            ),
            source: "glibc resolv/nss_dns/dns-host.c, check_name",
            condition: "!__libc_res_hnok (name)".to_string(),
            rank: 0,
            ..Told::default()
        },
        Rule::NoDnsSource => Told {
            code: "no_dns_source",
            text: pick(
                "The line `hosts:` of nsswitch.conf ends without the source dns: no server is asked.",
                "nsswitch.conf 的 `hosts:` 行里没有 dns 这个来源：不会去问服务器。",
            ),
            source: NSS,
            condition: "hosts: … dns".to_string(),
            change: "/etc/nsswitch.conf".to_string(),
            ..Told::default()
        },
        Rule::TooLong => Told {
            code: "too_long",
            text: pick(
                "The name does not fit a query: 253 bytes are the most, and 63 for each label.",
                "名字放不进查询：总长最多 253 字节，每段最多 63 字节。",
            ),
            source: "RFC 1035, section 2.3.4",
            condition: "253, 63".to_string(),
            ..Told::default()
        },
        Rule::InHosts => Told {
            code: "in_hosts",
            short: pick("found: no server is asked", "找到了，不问服务器"),
            text: pick(
                "/etc/hosts has the name: DNS is not asked. dig, nslookup and host do not read that file.",
                "/etc/hosts 里有这个名字，不问 DNS。dig、nslookup 和 host 不读这个文件。",
            ),
            source: NSS,
            condition: "files: SUCCESS".to_string(),
            change: "/etc/hosts".to_string(),
            ..Told::default()
        },
        Rule::WideSpace { line, space } => Told {
            code: "wide_space",
            short: pick("a line with it is none", "有它的那一行不算数"),
            text: lang.pick(
                format!("Line {line} of /etc/hosts has the name, and is passed over: between address and name stands U+{:04X}, which is neither blank nor tab.", u32::from(*space)),
                format!("/etc/hosts 第 {line} 行有这个名字，却被跳过：地址和名字之间是 U+{:04X}，既不是空格也不是制表符。", u32::from(*space)),
            ),
            source: "glibc nss/nss_files/files-hosts.c, from memory; measured on 2.36",
            condition: format!("hosts:{line}: U+{:04X}", u32::from(*space)),
            change: "/etc/hosts".to_string(),
            ..Told::default()
        },
        Rule::NscdNegative => Told {
            code: "nscd_negative",
            short: pick("remembered as missing", "记着说没有"),
            text: pick(
                "nscd remembers that the name did not exist, and says so until the entry is swept, some time after its 20 s: no file is read, no packet sent. Tools that ask servers themselves see the name.",
                "nscd 记着这个名字不存在，20 秒之后的下一次清扫之前都这么答：不读文件，不发报文。自己去问服务器的工具却看得到这个名字。",
            ),
            source: "nscd.conf(5), negative-time-to-live; glibc nscd/nscd_getai.c",
            condition: "negative-time-to-live hosts 20".to_string(),
            change: "nscd -i hosts".to_string(),
            ..Told::default()
        },
        Rule::NscdPositive => Told {
            code: "nscd_positive",
            short: pick("remembered", "记着"),
            text: pick(
                "nscd has the name in its cache, for up to 3600 s: no packet is sent, whatever the servers say by now.",
                "nscd 缓存里有这个名字，最长 3600 秒：不发报文，服务器现在怎么说都不管。",
            ),
            source: "nscd.conf(5), positive-time-to-live; glibc nscd/nscd_getai.c",
            condition: "positive-time-to-live hosts 3600".to_string(),
            change: "nscd -i hosts".to_string(),
            ..Told::default()
        },
        Rule::NscdAsks => Told {
            code: "nscd_asks",
            short: pick("not in the cache: nscd asks", "缓存没有，由 nscd 去问"),
            text: pick(
                "nscd has nothing on the name and looks it up itself, by the same files and rules.",
                "nscd 没有这个名字，由它自己按同样的文件和规则去查。",
            ),
            source: "glibc nscd/nscd_getai.c",
            rank: 2,
            ..Told::default()
        },
        Rule::MyHostname => Told {
            code: "myhostname",
            short: pick("its own name", "自己的名字"),
            text: pick(
                "nss-myhostname answers for the machine's own name and for localhost.",
                "nss-myhostname 回答本机名和 localhost。",
            ),
            source: "nss-myhostname(8)",
            rank: 2,
            ..Told::default()
        },
        Rule::MdnsNotFound => Told {
            code: "mdns_not_found",
            short: pick("nobody on the link", "链路上没人应"),
            text: pick(
                "A name of two labels below .local belongs to multicast DNS: mdns4_minimal asks the link, nobody answers, and the result is NOTFOUND. What follows in the line decides whether DNS is asked at all.",
                ".local 下两段的名字归组播 DNS 管：mdns4_minimal 问遍本链路，没人应，结果是 NOTFOUND。还问不问 DNS，看 hosts 行里后面写的是什么。",
            ),
            source: "nss-mdns; RFC 6762, section 3; the wait from memory",
            condition: "*.local".to_string(),
            change: "hosts: files mdns4_minimal [NOTFOUND=return] dns".to_string(),
            rank: 1,
        },
        Rule::ResolvedAsks => Told {
            code: "resolved_asks",
            text: pick(
                "The module resolve hands the name to systemd-resolved, which asks servers by its own rules: search domains only for names without a dot, no ndots.",
                "resolve 模块把名字交给 systemd-resolved，由它按自己的规则去问：只有不带点的名字才拼搜索域，没有 ndots。",
            ),
            source: "nss-resolve(8), from memory",
            rank: 2,
            ..Told::default()
        },
        Rule::ActionReturns { source, status, action } => Told {
            code: "action_returns",
            text: lang.pick(
                format!("{source} ends with {status}, and {action} behind it ends the whole search: what follows in the line is not asked."),
                format!("{source} 的结果是 {status}，后面的 {action} 让整个查询到此为止，这一行里后面的都不问。"),
            ),
            source: NSS,
            condition: format!("{source}: {status} {action}"),
            change: format!("hosts: … {source} {action}"),
            ..Told::default()
        },
        Rule::GoTimeout { wait, next } => Told {
            code: "go_timeout",
            short: lang.pick(
                format!("waited {wait} s{}", next.word(lang)),
                format!("等了 {wait} 秒{}", next.word(lang)),
            ),
            text: lang.pick(
                format!("Go waits {wait} s for each server, wherever it stands in the file."),
                format!("Go 每台都等 {wait} 秒，与它在文件里的位置无关。"),
            ),
            source: "Go src/net/dnsclient_unix.go, tryOneName and exchange, commit 01340f00f059",
            condition: format!("cfg.timeout = {wait} s"),
            change: "options timeout, attempts".to_string(),
            rank: 1,
        },
        Rule::GoForeign { source } => Told {
            code: "go_foreign",
            text: lang.pick(
                format!("nsswitch.conf names {source}, which Go does not know: a program with cgo would call glibc here. This one is built without it, and takes files, then dns."),
                format!("nsswitch.conf 里有 Go 不认识的 {source}：带 cgo 的程序会在这里改用 glibc。这个程序不带 cgo，先 files 后 dns。"),
            ),
            source: "Go src/net/conf.go, hostLookupOrder, commit 02952fe748be",
            change: "CGO_ENABLED, GODEBUG=netdns=go|cgo".to_string(),
            rank: 2,
            ..Told::default()
        },
        Rule::ToolNoRotate => Told {
            code: "tool_no_rotate",
            text: pick(
                "dig, nslookup and host pass over `options rotate`: they ask the first server of the file, always.",
                "dig、nslookup 和 host 不理会 `options rotate`，永远先问文件里的第一台。",
            ),
            source: BIND,
            rank: 0,
            ..Told::default()
        },
        Rule::ToolTimeout { wait, tries, next } => Told {
            code: "tool_timeout",
            short: lang.pick(
                format!("waited {wait} s{}", next.word(lang)),
                format!("等了 {wait} 秒{}", next.word(lang)),
            ),
            text: lang.pick(
                format!("The tool tries the first server {tries} times, {wait} s each, before it turns to the next one, which it tries once."),
                format!("工具先把第一台试 {tries} 次，每次 {wait} 秒，才换下一台，后面的各试一次。"),
            ),
            source: BIND,
            condition: format!("{tries} x {wait} s"),
            change: "options timeout, attempts".to_string(),
            rank: 1,
        },
        Rule::ToolDone => Told {
            code: "tool_done",
            short: pick("an answer for the tool", "对工具来说算回答"),
            text: pick(
                "For the tool this is an answer: it prints it, and asks nobody else.",
                "对工具来说这就是回答：打印出来，不再问别人。",
            ),
            source: BIND,
            rank: 0,
            ..Told::default()
        },
        _ => return None,
    })
}
