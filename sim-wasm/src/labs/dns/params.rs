//! What the lab takes.

use crate::lab::{Choice, Group, Kind, Param};
use crate::text::{PageText, Text};

const fn choice(value: &'static str, en: &'static str, zh: &'static str) -> Choice {
    Choice { value, label: PageText::new(en, zh) }
}

const NO_UNIT: Text = Text::same("");

const BEHAVIOURS: &[Choice] = &[
    choice("answers", "answers", "正常回答"),
    choice("silent", "says nothing", "没有回音"),
    choice("icmp", "ICMP port unreachable", "ICMP 端口不可达"),
    choice("servfail", "SERVFAIL", "SERVFAIL"),
    choice("nxdomain", "NXDOMAIN for everything", "一律 NXDOMAIN"),
    choice("refused", "REFUSED", "REFUSED"),
    choice("lame", "lame: neither answer nor recursion", "空壳：既不回答也不递归"),
    choice("race", "behind a conntrack race", "前面有 conntrack 竞争"),
    choice("drops-aaaa", "AAAA queries are dropped", "AAAA 查询被丢"),
    choice("drops-edns", "queries with OPT are dropped", "带 OPT 的查询被丢"),
    choice("docker", "Docker's embedded DNS", "Docker 内嵌 DNS"),
];

/// Docker's daemon is the first server or none.
const UPSTREAM: &[Choice] = match BEHAVIOURS.split_last() {
    Some((_, others)) => others,
    None => BEHAVIOURS,
};

const RESOLV_CONF: &[(&str, PageText)] = &[
    ("nameserver 10.0.0.1", PageText::new("up to three", "最多三行")),
    ("search corp.example lan", PageText::new("the last such line holds", "以最后一行为准")),
    ("options ndots:5 timeout:1 attempts:3", PageText::new("numbers", "数值")),
    (
        "options rotate single-request single-request-reopen use-vc edns0 no-aaaa no-tld-query",
        PageText::new("switches", "开关"),
    ),
];

const ZONE: &[(&str, PageText)] = &[
    ("www.example.com 192.0.2.7 2001:db8::7", PageText::new("a name and its addresses", "名字和它的地址")),
    ("db.corp.example 10.9.9.9 @1,2", PageText::new("known to servers 1 and 2 alone", "只有第 1、2 台知道")),
    ("*.corp.example 10.0.0.80", PageText::new("every name below", "下面的任何名字")),
    ("web 172.18.0.3 @docker", PageText::new("a container", "一个容器")),
    ("txt.example.com -", PageText::new("exists, without an address", "存在，但没有地址")),
];

const HOSTS: &[(&str, PageText)] =
    &[("10.0.0.7 db db.corp.example", PageText::new("an address and its names", "地址和它的名字"))];

const NSSWITCH: &[(&str, PageText)] = &[(
    "hosts: files mdns4_minimal [NOTFOUND=return] dns myhostname",
    PageText::new("sources in their order", "各来源的先后"),
)];

const fn server(name: &'static str, label: PageText, help: PageText, choices: &'static [Choice]) -> Param {
    Param {
        name,
        label,
        help,
        kind: Kind::Choice(choices),
        default: "answers",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::NameServers,
    }
}

const fn rtt(name: &'static str, label: PageText) -> Param {
    Param {
        name,
        label,
        help: PageText::new("Until its answer is back.", "到它的回答回来为止。"),
        kind: Kind::Int { min: 1, max: 3000, step: 1 },
        default: "1",
        unit: Text::new("ms", "毫秒"),
        sysctl: "",
        group: Group::NameServers,
    }
}

/// The parameters, in the order of the form.
pub(super) const PARAMS: &[Param] = &[
    Param {
        name: "name",
        label: PageText::new("Name", "名字"),
        help: PageText::new(
            "What the program looks up. A dot at the end makes it complete.",
            "程序要查的名字。末尾的点表示名字完整。",
        ),
        kind: Kind::Text { max: 255, lines: 1, guide: &[] },
        default: "www.example.com",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "resolver",
        label: PageText::new("Resolver of the program", "程序用的解析器"),
        help: PageText::new(
            "Which library the program is linked with: it decides everything below.",
            "程序链接的是哪个库，下面的一切由它决定。",
        ),
        kind: Kind::Choice(&[
            choice("glibc", "glibc 2.26 and later", "glibc 2.26 及以后"),
            choice("glibc-old", "glibc up to 2.25", "glibc 2.25 及以前"),
            choice("musl", "musl 1.1.13 and later (Alpine)", "musl 1.1.13 及以后（Alpine）"),
            choice("musl-old", "musl before 1.1.13", "musl 1.1.13 之前"),
            choice("go", "Go without cgo", "不带 cgo 的 Go"),
        ]),
        default: "glibc",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "tool",
        label: PageText::new("Tool beside it", "拿来对照的工具"),
        help: PageText::new(
            "Run with the same files. It has a resolver of its own.",
            "用同样的文件运行。它有自己的解析器。",
        ),
        kind: Kind::Choice(&[
            choice("nslookup", "nslookup", "nslookup"),
            choice("dig", "dig", "dig"),
            choice("dig-search", "dig +search", "dig +search"),
            choice("host", "host", "host"),
        ]),
        default: "nslookup",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "lookups",
        label: PageText::new("Lookups", "查询次数"),
        help: PageText::new(
            "By the same thread, one after the other: what one learns the next one knows.",
            "同一线程接连查几次：前一次学到的，后一次还记得。",
        ),
        kind: Kind::Int { min: 1, max: 4, step: 1 },
        default: "1",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Scene,
    },
    Param {
        name: "resolv_conf",
        label: PageText::same("/etc/resolv.conf"),
        help: PageText::new(
            "The servers below stand for its nameserver lines, in their order.",
            "下面的服务器依次对应其中的 nameserver 行。",
        ),
        kind: Kind::Text { max: 2048, lines: 4, guide: RESOLV_CONF },
        default: "nameserver 10.0.0.1\nnameserver 10.0.0.2\nsearch corp.example\n",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Resolver,
    },
    Param {
        name: "nsswitch",
        label: PageText::same("/etc/nsswitch.conf"),
        help: PageText::new(
            "The line hosts: alone counts. Modules that are not known here are unavailable.",
            "只看 hosts: 一行。这里不认识的模块算作不可用。",
        ),
        kind: Kind::Text { max: 512, lines: 1, guide: NSSWITCH },
        default: "hosts: files dns\n",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Resolver,
    },
    Param {
        name: "hosts",
        label: PageText::same("/etc/hosts"),
        help: PageText::new(
            "Blanks and tabs alone part words: a full-width space does not.",
            "只有空格和制表符能隔开各项，全角空格不行。",
        ),
        kind: Kind::Text { max: 2048, lines: 2, guide: HOSTS },
        default: "127.0.0.1 localhost\n::1 localhost\n",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Resolver,
    },
    Param {
        name: "daemon",
        label: PageText::new("Daemon", "守护进程"),
        help: PageText::new(
            "nscd stands before everything else. systemd-resolved answers when nsswitch.conf has resolve; its stub on 127.0.0.53 is a server like any other.",
            "nscd 挡在一切之前。nsswitch.conf 里有 resolve 时由 systemd-resolved 回答；它在 127.0.0.53 的 stub 则和普通服务器一样。",
        ),
        kind: Kind::Choice(&[
            choice("none", "none", "没有"),
            choice("nscd", "nscd, empty", "nscd，没有缓存"),
            choice("nscd-negative", "nscd, remembers that the name is missing", "nscd，记着名字不存在"),
            choice("nscd-positive", "nscd, remembers an address", "nscd，记着地址"),
            choice("resolved", "systemd-resolved", "systemd-resolved"),
        ]),
        default: "none",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Resolver,
    },
    Param {
        name: "rotate_start",
        label: PageText::new("Where rotate begins", "rotate 从哪台开始"),
        help: PageText::new(
            "glibc from 2.26 draws it at random for each process; here it is set. 0: the first server.",
            "glibc 2.26 起每个进程随机抽取，这里直接指定。0 是第一台。",
        ),
        kind: Kind::Int { min: 0, max: 2, step: 1 },
        default: "0",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::Resolver,
    },
    Param {
        name: "zone",
        label: PageText::new("Names that exist", "存在的名字"),
        help: PageText::new(
            "What is not here does not exist. @ says which servers know a name; without it, all of them.",
            "没列出的就不存在。@ 写明哪几台服务器知道，不写则都知道。",
        ),
        kind: Kind::Text { max: 4096, lines: 4, guide: ZONE },
        default: "www.example.com 192.0.2.7 2001:db8::7\nwww.corp.example 10.1.2.3\n",
        unit: NO_UNIT,
        sysctl: "",
        group: Group::NameServers,
    },
    server(
        "server1",
        PageText::new("First server", "第一台服务器"),
        PageText::new(
            "How it behaves. Docker's embedded DNS knows the names marked @docker, and forwards all others to the second and third server.",
            "它怎么应答。Docker 内嵌 DNS 知道标了 @docker 的名字，其余转发给第二、第三台。",
        ),
        BEHAVIOURS,
    ),
    rtt("rtt1_ms", PageText::new("Its round trip", "它的往返")),
    server(
        "server2",
        PageText::new("Second server", "第二台服务器"),
        PageText::new("The same.", "同上。"),
        UPSTREAM,
    ),
    rtt("rtt2_ms", PageText::new("Its round trip", "它的往返")),
    server(
        "server3",
        PageText::new("Third server", "第三台服务器"),
        PageText::new("The same.", "同上。"),
        UPSTREAM,
    ),
    rtt("rtt3_ms", PageText::new("Its round trip", "它的往返")),
];
