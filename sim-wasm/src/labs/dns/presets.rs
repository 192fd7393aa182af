//! The named settings: figures of the articles.

use crate::lab::Preset;
use crate::text::PageText;

const INTERNAL: &str = "app.corp.example 10.1.2.3 @1\nwww.example.com 192.0.2.7 2001:db8::7\n";
const TWO: &str = "nameserver 10.0.0.1\nnameserver 10.0.0.2\n";
const TWO_ROTATE: &str = "nameserver 10.0.0.1\nnameserver 10.0.0.2\noptions rotate\n";
const ONE: &str = "nameserver 10.0.0.1\n";
const THREE: &str = "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n";
const POD: &str =
    "nameserver 10.96.0.10\nsearch prod.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n";
const CLUSTER: &str = "kubernetes.default.svc.cluster.local 10.96.0.1\napi.prod.svc.cluster.local 10.96.7.7\nwww.example.com 192.0.2.7 2001:db8::7\n";
const CONTAINER: &str = "nameserver 127.0.0.11\noptions ndots:0\n";
const CONTAINERS: &str =
    "web 172.18.0.3 @docker\nredis 172.18.0.4 @docker\nwww.example.com 192.0.2.7 2001:db8::7\n";

pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "plain",
        title: PageText::new("A name, two servers", "一个名字，两台服务器"),
        summary: PageText::new(
            "The usual case: one name, A and AAAA together to the first server, done after a round trip.",
            "平常的样子：一个名字，A 和 AAAA 一起发给第一台，一个往返就完。",
        ),
        values: &[],
    },
    Preset {
        id: "short-name",
        title: PageText::new("A short name and a search domain", "短名字和搜索域"),
        summary: PageText::new(
            "No dot, ndots 1: the search domain is tried first, and hits.",
            "没有点，ndots 为 1：先拼搜索域，一次命中。",
        ),
        values: &[("name", "www")],
    },
    Preset {
        id: "missing",
        title: PageText::new("A name that does not exist", "不存在的名字"),
        summary: PageText::new(
            "glibc tries it as it is, then with the search domain, and reports the first error. nslookup stops after the first.",
            "glibc 先按原样查，再拼搜索域，报告的是第一个错误。nslookup 查一次就停。",
        ),
        values: &[("name", "nosuch.example.com")],
    },
    Preset {
        id: "rotate-old",
        title: PageText::new(
            "nslookup works, ping does not (old rotate)",
            "nslookup 能解析，ping 不能（旧版 rotate）",
        ),
        summary: PageText::new(
            "Only the first server knows the internal name. Old glibc with rotate asks the second one first, whose NXDOMAIN is final.",
            "内部名字只有第一台知道。旧版 glibc 带 rotate 先问第二台，它的 NXDOMAIN 就是最终结果。",
        ),
        values: &[
            ("name", "app.corp.example"),
            ("resolver", "glibc-old"),
            ("resolv_conf", TWO_ROTATE),
            ("zone", INTERNAL),
        ],
    },
    Preset {
        id: "rotate-new",
        title: PageText::new("The same with a new glibc: every other time", "换新版 glibc：隔一次坏一次"),
        summary: PageText::new(
            "The counter starts at random and goes on by one with each name: of four lookups two fail.",
            "计数器起点随机，每查一个名字加一：四次里有两次失败。",
        ),
        values: &[
            ("name", "app.corp.example"),
            ("resolv_conf", TWO_ROTATE),
            ("zone", INTERNAL),
            ("lookups", "4"),
            ("rotate_start", "1"),
        ],
    },
    Preset {
        id: "nscd-negative",
        title: PageText::new("nscd remembers that it is missing", "nscd 记着它不存在"),
        summary: PageText::new(
            "The name was entered a moment ago. nscd still says no, and no packet leaves; nslookup sees it.",
            "名字刚刚加上。nscd 还说没有，一个报文也不发；nslookup 却查得到。",
        ),
        values: &[
            ("name", "app.corp.example"),
            ("daemon", "nscd-negative"),
            ("resolv_conf", TWO),
            ("zone", INTERNAL),
        ],
    },
    Preset {
        id: "hosts-wide-space",
        title: PageText::new("A full-width space in /etc/hosts", "/etc/hosts 里的全角空格"),
        summary: PageText::new(
            "The line looks right. Between address and name stands U+3000, and the line is none.",
            "这一行看着没错，地址和名字之间却是 U+3000，整行等于没有。",
        ),
        values: &[
            ("name", "db.corp.example"),
            ("hosts", "127.0.0.1 localhost\n10.9.9.9\u{3000}db.corp.example\n"),
            ("resolv_conf", ONE),
        ],
    },
    Preset {
        id: "mdns-local",
        title: PageText::new("A name below .local", ".local 下的名字"),
        summary: PageText::new(
            "DNS knows it, but mdns4_minimal [NOTFOUND=return] stands before dns. nslookup does not read nsswitch.conf.",
            "DNS 里有，可 mdns4_minimal [NOTFOUND=return] 排在 dns 前面。nslookup 不读 nsswitch.conf。",
        ),
        values: &[
            ("name", "printer.local"),
            ("nsswitch", "hosts: files mdns4_minimal [NOTFOUND=return] dns\n"),
            ("resolv_conf", ONE),
            ("zone", "printer.local 10.0.3.9\n"),
        ],
    },
    Preset {
        id: "dead-first",
        title: PageText::new("The first server is dead", "第一台服务器没了"),
        summary: PageText::new(
            "Every lookup waits 5 s for the first server, then gets its answer from the second. Nothing is remembered.",
            "每次查询都先等第一台 5 秒，再由第二台回答。什么都不会记住。",
        ),
        values: &[("server1", "silent"), ("lookups", "2")],
    },
    Preset {
        id: "one-silent",
        title: PageText::new("One server, silent", "一台服务器，没有回音"),
        summary: PageText::new("Two attempts of 5 s.", "试两次，每次 5 秒。"),
        values: &[("server1", "silent"), ("resolv_conf", ONE)],
    },
    Preset {
        id: "two-silent",
        title: PageText::new("Two servers, silent", "两台服务器，都没有回音"),
        summary: PageText::new("5 s each, twice around: 20 s.", "每台 5 秒，两轮共 20 秒。"),
        values: &[("server1", "silent"), ("server2", "silent"), ("resolv_conf", TWO)],
    },
    Preset {
        id: "three-silent",
        title: PageText::new("Three servers, silent", "三台服务器，都没有回音"),
        summary: PageText::new(
            "5, 3 and 6 s, twice around: 28 s, not 30.",
            "5、3、6 秒，两轮共 28 秒，不是 30。",
        ),
        values: &[
            ("server1", "silent"),
            ("server2", "silent"),
            ("server3", "silent"),
            ("resolv_conf", THREE),
        ],
    },
    Preset {
        id: "short-timeout",
        title: PageText::new("The same with timeout:1", "同样的情形，timeout:1"),
        summary: PageText::new("1 s each, twice around: 6 s.", "每台 1 秒，两轮共 6 秒。"),
        values: &[
            ("server1", "silent"),
            ("server2", "silent"),
            ("server3", "silent"),
            (
                "resolv_conf",
                "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\noptions timeout:1\n",
            ),
        ],
    },
    Preset {
        id: "servfail",
        title: PageText::new("SERVFAIL is not NXDOMAIN", "SERVFAIL 不是 NXDOMAIN"),
        summary: PageText::new(
            "The first server answers SERVFAIL: the second is asked at once, and knows.",
            "第一台回 SERVFAIL：立即换第二台，它知道。",
        ),
        values: &[("server1", "servfail"), ("resolv_conf", TWO)],
    },
    Preset {
        id: "icmp",
        title: PageText::new("Dead, and says so", "没了，但有人说一声"),
        summary: PageText::new(
            "The machine is there, port 53 is closed: ICMP saves the 5 s.",
            "机器还在，53 端口关着：ICMP 省下 5 秒。",
        ),
        values: &[("server1", "icmp"), ("resolv_conf", TWO)],
    },
    Preset {
        id: "race-glibc",
        title: PageText::new("Five seconds in Kubernetes (glibc)", "Kubernetes 里的五秒（glibc）"),
        summary: PageText::new(
            "Connection tracking loses the second of two packets of a new flow. glibc waits 5 s and asks again, one at a time; later lookups of the thread are spared.",
            "连接跟踪丢掉新流两个报文里的第二个。glibc 等 5 秒再一个一个问；同一线程以后的查询不再受罪。",
        ),
        values: &[("server1", "race"), ("resolv_conf", "nameserver 10.96.0.10\n"), ("lookups", "2")],
    },
    Preset {
        id: "race-musl",
        title: PageText::new("Two and a half seconds (musl)", "两秒半（musl）"),
        summary: PageText::new(
            "The same race in Alpine: what is unanswered is sent again after timeout / attempts.",
            "同样的竞争放到 Alpine 里：没得到回答的，timeout / attempts 之后重发。",
        ),
        values: &[("server1", "race"), ("resolver", "musl"), ("resolv_conf", "nameserver 10.96.0.10\n")],
    },
    Preset {
        id: "race-reopen",
        title: PageText::new("The race with single-request-reopen", "加上 single-request-reopen"),
        summary: PageText::new(
            "A first, AAAA after it from another port: nothing to race against, at the price of a second round trip.",
            "先 A，再从另一个端口发 AAAA：没有可争的，代价是多一个往返。",
        ),
        values: &[
            ("server1", "race"),
            ("resolv_conf", "nameserver 10.96.0.10\noptions single-request-reopen\n"),
        ],
    },
    Preset {
        id: "aaaa-dropped",
        title: PageText::new("AAAA queries vanish", "AAAA 查询有去无回"),
        summary: PageText::new(
            "A firewall drops them always: 5 + 5 + 5 s the first time, 5 s each later time, and the A answer was there all along.",
            "防火墙一概丢掉：第一次 5 + 5 + 5 秒，以后每次 5 秒，而 A 的回答早就在手里。",
        ),
        values: &[("server1", "drops-aaaa"), ("resolv_conf", ONE), ("lookups", "2")],
    },
    Preset {
        id: "k8s-external",
        title: PageText::new("ndots:5 and an external name", "ndots:5 与外部名字"),
        summary: PageText::new(
            "Three search domains are tried before the name as it is: eight queries instead of two.",
            "三个搜索域都试过才轮到名字本身：八个查询，本来两个就够。",
        ),
        values: &[("resolv_conf", POD), ("zone", CLUSTER)],
    },
    Preset {
        id: "k8s-service",
        title: PageText::new("ndots:5 and a service", "ndots:5 与集群服务"),
        summary: PageText::new(
            "kubernetes.default: the second search domain hits.",
            "kubernetes.default：第二个搜索域命中。",
        ),
        values: &[("name", "kubernetes.default"), ("resolv_conf", POD), ("zone", CLUSTER)],
    },
    Preset {
        id: "trailing-dot",
        title: PageText::new("The same external name with a dot", "外部名字末尾加点"),
        summary: PageText::new("Complete: two queries.", "名字完整：两个查询。"),
        values: &[("name", "www.example.com."), ("resolv_conf", POD), ("zone", CLUSTER)],
    },
    Preset {
        id: "wildcard",
        title: PageText::new("A wildcard below the search domain", "搜索域下有泛解析"),
        summary: PageText::new(
            "With ndots:5 the name with the search domain behind it is tried first, and *.corp.example answers to anything.",
            "ndots:5 时先拼搜索域，而 *.corp.example 什么都答应。",
        ),
        values: &[
            ("resolv_conf", "nameserver 10.0.0.1\nsearch corp.example\noptions ndots:5\n"),
            ("zone", "*.corp.example 10.0.0.80\nwww.example.com 192.0.2.7\n"),
            ("tool", "dig"),
        ],
    },
    Preset {
        id: "alpine-views",
        title: PageText::new("Alpine between two views", "夹在两个视图之间的 Alpine"),
        summary: PageText::new(
            "musl asks both servers at once. The public one is nearer, and its NXDOMAIN arrives first.",
            "musl 同时问两台。公网那台更近，它的 NXDOMAIN 先到。",
        ),
        values: &[
            ("name", "app.corp.example"),
            ("resolver", "musl"),
            ("resolv_conf", TWO),
            ("zone", INTERNAL),
            ("rtt1_ms", "12"),
            ("rtt2_ms", "3"),
        ],
    },
    Preset {
        id: "alpine-search",
        title: PageText::new("A dot too many for musl", "多一个点，musl 就不搜索"),
        summary: PageText::new(
            "api.prod with ndots 1: glibc tries it as it is and then with the search domains; musl does not go on.",
            "api.prod 遇上 ndots 1：glibc 先按原样、再拼搜索域；musl 到此为止。",
        ),
        values: &[
            ("name", "api.prod"),
            ("resolver", "musl"),
            ("resolv_conf", "nameserver 10.96.0.10\nsearch svc.cluster.local cluster.local\n"),
            ("zone", CLUSTER),
        ],
    },
    Preset {
        id: "docker-service",
        title: PageText::new("Docker: the name of a container", "Docker：容器的名字"),
        summary: PageText::new(
            "127.0.0.11 answers by itself; the AAAA answer is empty, and nothing leaves the machine.",
            "127.0.0.11 自己回答；AAAA 是空回答，没有报文出这台机器。",
        ),
        values: &[
            ("name", "redis"),
            ("server1", "docker"),
            ("resolv_conf", CONTAINER),
            ("zone", CONTAINERS),
            ("rtt2_ms", "4"),
            ("rtt3_ms", "4"),
        ],
    },
    Preset {
        id: "docker-external",
        title: PageText::new("Docker: an external name", "Docker：外部名字"),
        summary: PageText::new(
            "The daemon forwards it to the servers of the host, in their order.",
            "守护进程把它依次转发给宿主机的服务器。",
        ),
        values: &[
            ("server1", "docker"),
            ("resolv_conf", CONTAINER),
            ("zone", CONTAINERS),
            ("rtt2_ms", "4"),
            ("rtt3_ms", "4"),
        ],
    },
    Preset {
        id: "docker-dead-upstream",
        title: PageText::new("Docker: the host's first server is dead", "Docker：宿主机的第一台没了"),
        summary: PageText::new(
            "The daemon waits 4 s for it, and the container a little longer: 4 s in place of glibc's 5.",
            "守护进程等它 4 秒，容器跟着等：是 4 秒，不是 glibc 的 5 秒。",
        ),
        values: &[
            ("server1", "docker"),
            ("server2", "silent"),
            ("resolv_conf", CONTAINER),
            ("zone", CONTAINERS),
            ("rtt3_ms", "4"),
        ],
    },
    Preset {
        id: "go-three-silent",
        title: PageText::new("Go and three silent servers", "Go 与三台没有回音的服务器"),
        summary: PageText::new(
            "5 s for each, wherever it stands in the file: 30 s for the name as it is, and 30 more for each search domain.",
            "不管排第几，每台都是 5 秒：原样 30 秒，每个搜索域再来 30 秒。",
        ),
        values: &[
            ("resolver", "go"),
            ("server1", "silent"),
            ("server2", "silent"),
            ("server3", "silent"),
            ("resolv_conf", THREE),
        ],
    },
    Preset {
        id: "edns-dropped",
        title: PageText::new("dig fails, ping works", "dig 失败，ping 正常"),
        summary: PageText::new(
            "Something on the way drops queries with an OPT record. dig sends one by default, glibc does not; dig +noedns works.",
            "途中有东西丢掉带 OPT 记录的查询。dig 默认带，glibc 不带；dig +noedns 就通。",
        ),
        values: &[("server1", "drops-edns"), ("resolv_conf", ONE), ("tool", "dig")],
    },
];
