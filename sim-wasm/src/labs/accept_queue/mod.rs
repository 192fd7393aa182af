//! The lab `accept-queue`: the two queues of a listener, how they fill, and what each side is told.
//!
//! - `params`, `presets`: what it takes
//! - `settings`: the parameters as the run uses them, and which of them have no effect
//! - `population`: the run; `agenda`: what is to happen when
//! - `client`, `server`: what each side does; `tally`: what the server counts
//! - `recorder`: a few connections packet by packet
//! - `findings`: the report; `verdict`: its first sentences

mod agenda;
mod client;
mod findings;
mod params;
mod population;
mod presets;
mod recorder;
mod server;
mod settings;
mod tally;
#[cfg(test)]
mod twin;
mod verdict;

use crate::lab::{Lab, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "accept-queue",
    title: PageText::new("Two queues of a listener", "监听套接字的两个队列"),
    summary: PageText::new(
        "Clients arrive, a program accepts at its own pace. See the SYN queue and the accept queue fill, what each kernel does when one is full, and what the clients are told meanwhile.",
        "客户端不断到来，程序按自己的快慢 accept。看半连接队列和全连接队列怎样填满，满了以后各个内核怎么办，客户端又被告知了什么。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("connections", Text::new("clients", "客户端")),
        ("served", Text::new("served in time", "按时得到应答")),
        ("read_timeouts", Text::new("read timeouts", "读超时")),
        ("resets", Text::new("reset", "被复位")),
        ("hanging", Text::new("hang in connect()", "卡在 connect()")),
        ("longest_queue", Text::new("longest accept queue", "全连接队列最长")),
    ],
    assumptions: &[
        PageText::new(
            "All clients are played and counted. Packet by packet only the first three are recorded, and the first that met each fate; the ladder, the list of packets and the capture have these.",
            "所有客户端都参与运行和统计。逐个报文记录下来的，只有最先的三个，以及每种结局的第一个；时序图、报文列表和抓包文件里就是它们。",
        ),
        PageText::new(
            "One listener and one program, which accepts a connection, answers it, and is busy for the rest of its turn. A connection whose client has left costs it as much as any other.",
            "一个监听套接字，一个程序：accept 一条，应答，忙完这一轮再取下一条。客户端已经离开的连接，花的功夫一样多。",
        ),
        PageText::new(
            "A client connects once, from an address of its own, sends a request of 91 bytes or waits for the server's greeting, and closes when it has read the answer of 120 bytes.",
            "每个客户端只连一次，用自己的地址，发 91 字节的请求（或者等服务端的欢迎语），读完 120 字节的应答就关闭。",
        ),
        PageText::new(
            "Clients arrive one in each interval, at a random moment of it; the same holds for forged SYNs.",
            "客户端每个间隔来一个，落在间隔内的随机时刻；伪造的 SYN 也是这样。",
        ),
        PageText::new(
            "The network loses nothing; every packet takes half a round trip. Every kernel runs at HZ=1000.",
            "网络不丢包，每个报文走半个往返时延。所有内核的 HZ 都是 1000。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series: 4.4 stands for one that already drops SYNs like 4.10.",
            "不写补丁号的版本指该系列的最后一个发布：4.4 指的那个版本已经像 4.10 那样丢弃 SYN。",
        ),
        PageText::new(
            "Who is not served, refused, reset or out of patience when the run ends is still waiting.",
            "运行结束时，既没得到应答，也没被拒绝、复位或超时的，算作还在等。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Retries by the client's program, TCP_DEFER_ACCEPT, several listeners on one port.",
            "客户端程序的重试、TCP_DEFER_ACCEPT、同一端口上的多个监听套接字。",
        ),
        PageText::new(
            "Peers that the server knows from earlier connections, which may pass the last quarter.",
            "服务端以前见过的对端：它们可以用最后四分之一的位置。",
        ),
        limits::ELSEWHERE,
    ],
    model: 1,
    packets: true,
    measures: None,
    run,
    long: None,
    notes: settings::notes,
};

fn run(params: &Params, lang: Lang) -> Report {
    findings::report(params, &Settings::new(params), lang)
}
