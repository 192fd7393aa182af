//! The lab `tcp-buffer`: what buffers, round trip, rate, loss and the reader's own speed leave of a transfer.
//!
//! - `params`, `presets`: what it takes
//! - `settings`: the parameters as the run uses them, and which of them have no effect
//! - [`transfer`]: two hosts, their programs and the path between them, event by event; `scene`: all of it at a moment;
//!   [`programs`]: the two programs
//! - `recorder`: what is kept of a run: `curves`, `sequence` (the time-sequence graph), `shares` (what held the sender)
//! - `bounds`: what each part would let through alone; `limit`: which one decided
//! - `findings`: the report; `info`: what `ss` prints; `verdict`: the first sentences; `words`: numbers in them

mod bounds;
mod curves;
mod findings;
mod info;
mod limit;
mod params;
mod presets;
pub mod programs;
mod recorder;
mod scene;
mod sequence;
mod settings;
mod shares;
pub mod transfer;
mod verdict;
mod words;

use crate::lab::long::{LongRun, Progress};
use crate::lab::{Lab, Long, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use recorder::Recorder;
use settings::Settings;
use transfer::Transfer;

/// The lab.
pub static LAB: Lab = Lab {
    id: "tcp-buffer",
    title: PageText::new("How fast can a transfer be?", "一次传输能有多快？"),
    summary: PageText::new(
        "One transfer over one path. Send buffer, receive buffer, round trip, rate, queue, loss and both programs: see which of them decides how fast it is, for how long each held the sender back, and what ss says of it.",
        "一条路径上的一次传输。发送缓冲区、接收缓冲区、往返时延、速率、队列、丢包和两边的程序：看由哪一个决定快慢，各自让发送方等了多久，ss 又怎么显示。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("steady_mbps", Text::new("Mbit/s, second half", "Mbit/s，后一半")),
        ("retransmits", Text::new("segments sent again", "重传的报文段")),
        ("queue_drops", Text::new("dropped by the queue", "队列丢弃")),
        ("random_losses", Text::new("lost at random", "随机丢失")),
        ("zero_windows", Text::new("times the window was closed", "窗口关闭次数")),
    ],
    assumptions: &[
        PageText::new(
            "One connection, alone on its path. The writer calls send() with 64 KiB at a time; the reader takes whatever has come, up to 64 KiB at a time. Programs take no time of their own.",
            "一条连接独占路径。写程序每次 send() 64 KiB，读程序来多少读多少，每次最多 64 KiB。程序自己不花时间。",
        ),
        PageText::new(
            "The path has the same rate, delay and queue in both directions. The queue is measured as the time until the line is free, in packets of 1500 bytes, and drops at its end. Random loss and reordering strike the sender's packets alone, before they reach the queue and behind it.",
            "路径两个方向的速率、时延和队列相同。队列按“线路多久空出来”折算成 1500 字节的报文数，满了丢后来的。随机丢包和乱序只发生在发送方的报文上，前者在排队之前，后者在排队之后。",
        ),
        PageText::new(
            "Rates count the headers of IP and TCP, as tc does on a link without Ethernet; steady_mbps counts data alone, from the first mark of half a second in the second half to the last.",
            "路径速率含 IP 和 TCP 首部（与没有以太网首部的链路上 tc 的算法一致）；steady_mbps 只算数据，从后一半的第一个半秒标记到最后一个。",
        ),
        PageText::new(
            "MTU 1500, timestamps and SACK on, 250 jiffies a second, plenty of memory. rmem_max and wmem_max are each kernel's own.",
            "MTU 1500，时间戳和 SACK 都开，每秒 250 个 jiffy，内存充足。rmem_max 和 wmem_max 是各内核自己的默认值。",
        ),
        PageText::new(
            "A packet costs the receive buffer what it costs one from a TUN device: 2304 bytes for a full segment. Drivers differ, and with them the window that a buffer gives.",
            "一个报文占接收缓冲区的内存按 TUN 设备算：满的报文段占 2304 字节。驱动不同，占用不同，同样的缓冲区给出的窗口也就不同。",
        ),
        PageText::new(
            "The first packets and those of the close-up are recorded one by one; curves and sums are of all of them.",
            "逐个记录的只有开头的报文和细看那一段的报文；曲线和总数包括全部。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series. ss is that of iproute2 6.1.",
            "不写补丁号的版本指该系列的最后一个发布。ss 是 iproute2 6.1 的。",
        ),
    ],
    not_modelled: &[
        PageText::new(
            "Other traffic on the path, queues that drop early (RED, CoDel), ECN, links of different rate one behind the other.",
            "路径上的其他流量、提前丢弃的队列（RED、CoDel）、ECN、前后速率不同的多段链路。",
        ),
        PageText::new(
            "The time that CPUs, drivers and programs take, and the queue of the sender's own device (TCP small queues). With a small SO_SNDBUF the rate depends on them, and varies from run to run: the same transfer (100 Mbit/s, 100 ms, SO_SNDBUF 16384) was measured at 34 Mbit/s, and at 7 on a busy machine.",
            "CPU、驱动和程序花的时间，以及发送方自己网卡上的队列（TCP small queues）。SO_SNDBUF 很小时，速率取决于它们，每次都不一样：同一个传输（100 Mbit/s、100 毫秒、SO_SNDBUF 16384）测到过 34 Mbit/s，机器忙的时候只有 7。",
        ),
        PageText::new(
            "Large receive offload, which joins segments before TCP sees them and so charges the buffer less.",
            "接收合并（GRO/LRO）：TCP 看到之前就把报文段合在一起，占的缓冲区更少。",
        ),
        PageText::new(
            "BBR and other congestion control than CUBIC and Reno.",
            "CUBIC 和 Reno 之外的拥塞控制，如 BBR。",
        ),
        PageText::new(
            "Memory pressure (tcp_mem), and routes with settings of their own (initcwnd, rto_min).",
            "内存压力（tcp_mem），以及路由自带的设置（initcwnd、rto_min）。",
        ),
        limits::ELSEWHERE,
    ],
    model: 1,
    packets: true,
    measures: None,
    run,
    long: Some(LONG),
    notes: settings::notes,
};

const LONG: Long = Long {
    steps: |params| Settings::new(params).steps(),
    start: |params, lang| Box::new(Run::new(params, lang)),
    shortened_by: &["duration_s", "rate_mbps"],
};

fn run(params: &Params, lang: Lang) -> Report {
    LONG.run(params, lang)
}

/// A run on its way.
#[derive(Debug)]
struct Run {
    params: Params,
    lang: Lang,
    settings: Settings,
    transfer: Transfer<Recorder>,
}

impl Run {
    fn new(params: &Params, lang: Lang) -> Run {
        let settings = Settings::new(params);
        let transfer = Transfer::new(settings.transfer(), Recorder::new(&settings));
        Run { params: params.clone(), lang, settings, transfer }
    }
}

impl LongRun for Run {
    fn advance(&mut self, steps: u64) -> Progress {
        let over = !self.transfer.advance(steps);
        let (done, total) = self.transfer.progress();
        Progress { done_us: done.micros(), total_us: total.max(done).micros(), over }
    }

    fn report(mut self: Box<Self>) -> Report {
        self.transfer.advance(u64::MAX);
        findings::report(&self.params, &self.settings, self.transfer.finish(), self.lang)
    }
}
