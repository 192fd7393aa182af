//! The lab `nagle`: requests that are written in parts, Nagle's algorithm and delayed ACKs.
//!
//! - `params`: what it takes; `presets`: its named settings
//! - `settings`: the parameters as the programs use them, and which of them have no effect
//! - `scenario`: the client's program and the server's; `watch`: what is seen of their sockets meanwhile
//! - `waits`: the run taken apart: which request waited for what
//! - `variations`: the same requests with other settings
//! - `findings`: the report; `remarks`: its packets; `verdict`: its first sentences; `words`: times in them

mod findings;
mod params;
mod presets;
mod remarks;
mod scenario;
mod settings;
mod variations;
mod verdict;
mod waits;
mod watch;
mod words;

use crate::lab::{Lab, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The payload of a full segment between these hosts: an MTU of 1500, with timestamps.
const FULL_SEGMENT: u32 = 1448;

/// The lab.
pub static LAB: Lab = Lab {
    id: "nagle",
    title: PageText::new("Nagle meets delayed ACK", "Nagle 遇上延迟确认"),
    summary: PageText::new(
        "A client writes each request in parts and then waits for the response. When small segments wait for an ACK and the ACK waits for an answer, every request takes 40 ms: which option of which end changes it, and on which kernel.",
        "客户端把请求分几次写，然后等响应。小报文等 ACK，ACK 等响应，于是每个请求 40 毫秒：哪一端的哪个选项能改变它，各版本内核有何不同。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("requests", Text::new("requests answered", "得到响应的请求")),
        ("stalled", Text::new("stalled", "卡住")),
        ("median_us", Text::new("median, µs", "中位数，微秒")),
        ("p99_us", Text::new("99th percentile, µs", "第 99 百分位，微秒")),
        ("requests_per_s", Text::new("requests a second", "每秒请求数")),
        ("packets", Text::new("packets", "报文")),
    ],
    assumptions: &[
        PageText::new(
            "One connection; the client sends a request when it has the response to the one before.",
            "只有一条连接；客户端收到上一个响应之后才发下一个请求。",
        ),
        PageText::new(
            "Both programs use blocking calls. The server reads as soon as anything comes and answers when it has the whole request.",
            "两端的程序都用阻塞调用。服务端一有数据就读，收齐整个请求才响应。",
        ),
        PageText::new(
            "Programs and system calls take no time but the time to answer that is set.",
            "除了设定的处理时间，程序和系统调用不花时间。",
        ),
        PageText::new(
            "The path loses nothing and is never the limit; it delays every packet by half the round trip.",
            "网络不丢包，带宽不是瓶颈，每个报文都延迟半个往返。",
        ),
        PageText::new(
            "An MTU of 1500 and timestamps at both ends: a full segment is 1448 bytes.",
            "MTU 1500，两端都有时间戳：一个满报文是 1448 字节。",
        ),
        PageText::new(
            "Hosts have been up for an hour to twenty days, at random by the seed; that decides where their ticks lie.",
            "主机已开机一小时到二十天，由种子随机决定，它决定了时钟节拍落在哪里。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series.",
            "不写补丁号的版本指该系列的最后一个发布。",
        ),
        PageText::new(
            "ss is that of iproute2 6.1; it shows the sender when bytes are held, the first time that a timer lets them go.",
            "ss 是 iproute2 6.1 的，显示第一次要等定时器放行时，刚扣住字节的发送端。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Autocorking (tcp_autocorking, from 3.14): a small write waits while earlier packets are still in the queue of the device.",
            "自动合并（tcp_autocorking，3.14 起）：前面的报文还在网卡队列里时，小的写会等一等。",
        ),
        PageText::new("MSG_MORE, sendfile() and splice().", "MSG_MORE、sendfile() 和 splice()。"),
        PageText::new(
            "Requests that overlap on a connection, and programs that use poll().",
            "同一连接上并发的请求，以及用 poll() 的程序。",
        ),
        PageText::new(
            "Other systems: their delayed ACK may take 200 ms, and their Nagle may lack Minshall's change.",
            "其他操作系统：延迟确认可能是 200 毫秒，Nagle 也可能没有 Minshall 的改动。",
        ),
        PageText::new(
            "net.ipv4.tcp_pingpong_thresh (from 6.8) other than its default of 1; routes with quickack or rto_min.",
            "net.ipv4.tcp_pingpong_thresh（6.8 起）取默认值 1 以外的值；带 quickack 或 rto_min 的路由。",
        ),
        limits::CONGESTION,
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
    let settings = Settings::new(params);
    findings::report(params, &settings, &scenario::run(&settings), lang)
}
