//! The lab `time-wait`: who has to wait a minute, what that costs, and what becomes of a SYN that meets TIME_WAIT.
//!
//! - `params`, `presets`: what it takes
//! - `settings`: the parameters as the scenes use them, and which of them have no effect
//! - `hosts`: both ends as full hosts, and what their programs do
//! - `sample`, `population`: the scene of a rate. Its first connections are run by full hosts; all of them are counted
//!   as a population of ports and TIME_WAITs
//! - `sums`, `findings`: the arithmetic behind it, and its report
//! - `hits`: the scene of one SYN
//! - `verdict`: the first sentence of the report

#[cfg(test)]
mod differential;
mod findings;
mod hits;
mod hosts;
mod params;
mod population;
mod presets;
mod sample;
mod settings;
mod sums;
mod verdict;

use crate::lab::{Lab, Params, Report};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};
use settings::Settings;

/// The lab.
pub static LAB: Lab = Lab {
    id: "time-wait",
    title: PageText::new("Who has to wait a minute?", "谁要等一分钟？"),
    summary: PageText::new(
        "The end that closes first keeps TIME_WAIT for 60 seconds. At a client it holds a port, and ports run out. Change who closes, the rate, the range and the kernel; or send one SYN into a TIME_WAIT and see what comes back.",
        "先关闭的一端要保留 TIME_WAIT 60 秒。在客户端，它占着一个端口，而端口会用完。换谁先关、换速率、换端口范围、换内核；或者让一个 SYN 撞上 TIME_WAIT，看看回来的是什么。",
    ),
    params: params::PARAMS,
    presets: presets::PRESETS,
    shown: &[
        ("connections", Text::new("connect() calls", "connect() 次数")),
        ("established", Text::new("connected", "成功")),
        ("failed", Text::new("failed", "失败")),
        ("ports", Text::new("ports", "端口")),
        ("time_wait_most", Text::new("most TIME_WAITs at once", "TIME_WAIT 最多时")),
        ("syns", Text::new("SYNs of the second connection", "第二条连接的 SYN")),
    ],
    assumptions: &[
        PageText::new(
            "In the scene of a rate, full hosts run the first three connections, which the ladder shows. All others live exactly as the first one did; only their ports and TIME_WAITs are kept, by the same rules of the kernel.",
            "速率场景里，前三条连接由完整的主机运行，也就是时序图里画出的那些。其余连接的经历与第一条完全相同，只记它们的端口和 TIME_WAIT，用的是内核的同一套规则。",
        ),
        PageText::new(
            "One client address connects at even intervals, to as many ports of one server as there are destinations, in turn. Each connection is one short request and one short answer. The server accepts and answers at once.",
            "一个客户端地址按均匀的间隔建连，目的地有几个，就轮流连同一台服务器的几个端口。每条连接一问一答，都很短；服务端立即接受、立即应答。",
        ),
        PageText::new(
            "Both hosts run at HZ=1000. Up to 4.0 a minute of TIME_WAIT ends on time; from 4.8 on it is up to 4.1 s late, and TIME_WAITs end in bunches, because the timers do.",
            "两台主机的 HZ 都是 1000。4.0 及以前，一分钟的 TIME_WAIT 准时结束；4.8 起最多晚 4.1 秒，而且因为定时器的精度，是一批一批结束的。",
        ),
        PageText::new(
            "The first port that is tried depends on both addresses and the seed; later searches go on behind it.",
            "最先试哪个端口取决于两端地址和随机种子，之后的查找接着往后走。",
        ),
        PageText::new(
            "tcp_tw_recycle and tcp_max_tw_buckets are set at the end that closes first.",
            "tcp_tw_recycle 和 tcp_max_tw_buckets 设在先关闭的那一端。",
        ),
        PageText::new(
            "In the scene of one SYN, it comes from the old port with the number and timestamp you choose, as another host behind the same NAT, or a rebooted one, could send it. All its repetitions and resets are the kernel’s own.",
            "单个 SYN 的场景里，它来自原来的端口，序列号和时间戳由你选，就像同一个 NAT 后面的另一台主机、或重启过的主机会发的那样。之后的重发与 RST 都由内核自己决定。",
        ),
        PageText::new(
            "A version without a patch level is the last release of its series.",
            "不写补丁号的版本指该系列的最后一个发布。",
        ),
    ],
    not_modelled: &[
        PageText::new("Packet loss, and therefore FINs that are repeated.", "丢包，因此也没有重传的 FIN。"),
        PageText::new(
            "In the scene of a rate: what a server with tcp_tw_recycle refuses. The lab paws is about that.",
            "速率场景里，打开 tcp_tw_recycle 的服务端会拒绝谁：那是实验 paws 的内容。",
        ),
        PageText::new(
            "ip_local_reserved_ports, programs that bind() before connect(), and the CPU time of searching for ports.",
            "ip_local_reserved_ports、先 bind() 再 connect() 的程序，以及查找端口花的 CPU。",
        ),
        PageText::new(
            "The little chance with which newer kernels skip ports in their search.",
            "较新内核查找端口时随机跳过几个的做法。",
        ),
        PageText::new("Several source addresses, HZ other than 1000.", "多个源地址、HZ 不是 1000 的内核。"),
        limits::ELSEWHERE,
        limits::RECORDED_WHILE_STANDING_STILL,
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
    if settings.syn_hits {
        hits::report(params, &settings, lang)
    } else {
        findings::report(params, &settings, lang)
    }
}

/// A number as people write it: in English with commas.
fn grouped(number: u64, lang: Lang) -> String {
    let digits = number.to_string();
    if lang == Lang::Zh {
        return digits;
    }
    let mut out = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        for (number, en) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (28_232, "28,232"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number, Lang::En), en);
        }
        assert_eq!(grouped(28_232, Lang::Zh), "28232");
    }
}
