//! The outcome of a run in a sentence or two: how fast, what decided, what would change it.

use super::findings::Run;
use super::limit::Limit;
use super::words::{mbps, rate, size, span};
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;
use crate::time::Time;

/// Sums it up.
pub(super) fn verdict(run: &Run<'_>, lang: Lang) -> Verdict {
    let (code, mood) = match run.limit {
        Limit::CutOff => ("cut_off", Mood::Bad),
        Limit::NoConnection => ("no_connection", Mood::Bad),
        Limit::Path if run.bloat().is_some() => ("path_bloated", Mood::Neutral),
        Limit::Path => ("path", Mood::Good),
        Limit::Reader => ("reader", Mood::Neutral),
        Limit::Writer => ("writer", Mood::Neutral),
        Limit::SendBuffer => ("send_buffer", Mood::Bad),
        Limit::ReceiveWindow => ("receive_window", Mood::Bad),
        Limit::Loss => ("loss", Mood::Bad),
        Limit::Queue => ("queue", Mood::Bad),
        Limit::Reordering => ("reordering", Mood::Bad),
        Limit::Growing => ("growing", Mood::Neutral),
    };
    let text = match run.limit {
        Limit::CutOff => {
            lang.pick("The run was cut off: it took too many steps.", "运行被截断：步数太多。").to_string()
        }
        Limit::NoConnection => no_connection(run, lang),
        _ => {
            let (steady, path) = (run.outcome.steady_kbps, run.bounds.path);
            let all = rate(path);
            let head = lang.pick(
                format!("{} of the {all} that the path has for data. ", rate(steady)),
                format!("{}，这条路径能传的数据是 {all}。", rate(steady)),
            );
            head + &cause(run, lang)
        }
    };
    Verdict { code, mood, text }
}

fn no_connection(run: &Run<'_>, lang: Lang) -> String {
    match run.scene.failed {
        Some((_, error)) => lang.pick(
            format!("The connection ended with {error} after {}.", span(run.recorder.ended, lang)),
            format!("连接在 {}后结束，错误是 {error}。", span(run.recorder.ended, lang)),
        ),
        None => lang
            .pick(
                "No connection came about: every SYN, or every answer, was lost.",
                "连接没有建立：SYN 或者它的应答全丢了。",
            )
            .to_string(),
    }
}

/// What decided, and what would change it.
fn cause(run: &Run<'_>, lang: Lang) -> String {
    let settings = run.settings;
    let bdp = size(run.needed(), lang);
    let rtt = span(Time::from_millis(settings.rtt_ms), lang);
    match run.limit {
        Limit::Path => path(run, lang),
        Limit::Reader => {
            let reader = rate(settings.reader_mbps * 1000);
            let closed = run.recorder.zero_windows;
            let closing = match closed {
                0 => String::new(),
                n => lang.pick(
                    format!(" Its buffer fills up: the window was closed {n} times."),
                    format!("它的缓冲区会填满：窗口关闭了 {n} 次。"),
                ),
            };
            lang.pick(
                format!(
                    "The reading program decides: it takes {reader}, and the sender may not send more than it takes.{closing} No buffer changes that; a faster reader does."
                ),
                format!(
                    "由读数据的程序决定：它每秒只读 {reader}，发送方发不了更多。{closing}调缓冲区没有用，要让程序读得快一些。"
                ),
            )
        }
        Limit::Writer => {
            let writes = run.bounds.writer.map_or_else(String::new, |kbps| {
                lang.pick(format!("hands over {} at most", rate(kbps)), format!("最多写 {}", rate(kbps)))
            });
            lang.pick(
                format!(
                    "The writing program decides: it {writes}, and most of the time there is nothing to send. No buffer and no window changes that."
                ),
                format!("由写数据的程序决定：它{writes}，多数时间没有数据可发。调缓冲区和窗口都没有用。"),
            )
        }
        Limit::SendBuffer => {
            let held = size(run.recorder.shares.mean_in_flight(), lang);
            let remedy = send_buffer_remedy(run, lang);
            lang.pick(
                format!(
                    "The send buffer decides: data stay in it until they are acknowledged, and send() waits until a third of it is free. On average that leaves {held} under way in a round trip of {rtt}; the path needs {bdp}. {remedy}"
                ),
                format!(
                    "由发送缓冲区决定：数据要留在里面直到被确认，send() 要等腾出三分之一才醒。往返 {rtt}，平均只有 {held} 在路上，而填满路径要 {bdp}。{remedy}"
                ),
            )
        }
        Limit::ReceiveWindow => {
            let window = size(u64::from(run.recorder.curves.widest_window), lang);
            let remedy = receive_window_remedy(run, lang);
            lang.pick(
                format!(
                    "The receive window decides: it is {window} at most, and no more than that is under way in a round trip of {rtt}; the path needs {bdp}. {remedy}"
                ),
                format!(
                    "由接收窗口决定：它最大 {window}，一个 {rtt}的往返里在路上的不超过这么多，而填满路径要 {bdp}。{remedy}"
                ),
            )
        }
        Limit::Loss => {
            let ppm = settings.loss_ppm;
            let formula = run.bounds.loss.map_or_else(String::new, rate);
            let name = if settings.reno { "Reno" } else { "CUBIC" };
            lang.pick(
                format!(
                    "Loss decides: {} packets were lost at random, {ppm} of a million, and after each the congestion window shrinks. By the formula {name} keeps {formula} with so much loss over {rtt}. Less loss or a shorter path would change it; larger buffers would not.",
                    run.scene.forward.tally.lost
                ),
                format!(
                    "由丢包决定：随机丢了 {} 个报文（每百万 {ppm} 个），每丢一次拥塞窗口就缩小。按公式，这样的丢包率、{rtt}的往返，{name} 能维持 {formula}。少丢包或者缩短路径才有用，加大缓冲区没用。",
                    run.scene.forward.tally.lost
                ),
            )
        }
        Limit::Queue => {
            let (dropped, limit) = (run.scene.forward.tally.queue_full, settings.queue_pkts);
            let bdp_pkts = run.settings.bdp() / 1500;
            lang.pick(
                format!(
                    "The congestion window decides: the router's queue of {limit} packets overflowed {dropped} times, and the window shrank below what the path needs ({bdp}, {bdp_pkts} packets). A longer queue, or a window or send buffer that ends just above {bdp}, would change it."
                ),
                format!(
                    "由拥塞窗口决定：路由器的队列只有 {limit} 个报文，溢出了 {dropped} 次，窗口缩得比路径需要的（{bdp}，{bdp_pkts} 个报文）还小。队列长一些，或者让接收窗口、发送缓冲区停在略高于 {bdp} 的地方，会有用。"
                ),
            )
        }
        Limit::Reordering => {
            let again = run.retransmits();
            lang.pick(
                format!(
                    "Reordering decides: {} packets came late, {again} were sent again without need, and the congestion window shrank for losses that were none. Packets that are less late than a quarter of the round trip would be waited for.",
                    run.scene.forward.tally.held_back
                ),
                format!(
                    "由乱序决定：有 {} 个报文晚到，{again} 个被白白重传，拥塞窗口为并没有发生的丢包缩小。晚得不到往返时延四分之一的，发送方会等。",
                    run.scene.forward.tally.held_back
                ),
            )
        }
        Limit::Growing => {
            let cwnd = size(run.cwnd_bytes(), lang);
            lang.pick(
                format!(
                    "The congestion window decides: it has come to {cwnd} and still grows; the path needs {bdp}. A longer transfer would get more."
                ),
                format!("由拥塞窗口决定：它涨到了 {cwnd}，还在涨，而填满路径要 {bdp}。传得更久，平均就更快。"),
            )
        }
        Limit::CutOff | Limit::NoConnection => String::new(),
    }
}

fn path(run: &Run<'_>, lang: Lang) -> String {
    let settings = run.settings;
    let line = settings.rate_mbps;
    let mut text = lang.pick(
        format!(
            "The path decides, and it is full: of {line} Mbit/s the headers of IP and TCP take the rest. Only a faster path would give more."
        ),
        format!("由路径决定，它已经跑满：{line} Mbit/s 里，其余的是 IP 和 TCP 首部。只有更快的路径才能更快。"),
    );
    if let Some(rtt) = run.bloat() {
        let (now, empty) = (span(rtt, lang), span(Time::from_millis(settings.rtt_ms), lang));
        let queue = run.scene.forward.tally.longest_queue;
        text += &lang.pick(
            format!(
                " But the round trip has grown from {empty} to {now}: up to {queue} packets wait in the queue. A shorter queue, or a window that ends near {}, would keep it short at the same rate.",
                size(settings.bdp(), lang)
            ),
            format!(
                "但往返时延从 {empty}涨到了 {now}：队列里最多有 {queue} 个报文在等。队列短一些，或者窗口停在 {} 左右，速率不变而时延不涨。",
                size(settings.bdp(), lang)
            ),
        );
    }
    text
}

fn send_buffer_remedy(run: &Run<'_>, lang: Lang) -> String {
    let settings = run.settings;
    if settings.so_sndbuf == 0 {
        return lang.pick(
            format!("The kernel lets it grow to tcp_wmem, {}: raise its third value.", settings.tcp_wmem_max),
            format!("内核让它涨到 tcp_wmem 的上限 {}：调高第三个值。", settings.tcp_wmem_max),
        );
    }
    // Doubled it is memory, of which three quarters are data; at two thirds of it the program wakes up and refills it.
    let wanted = size(run.needed() * 5 / 4, lang);
    lang.pick(
        format!(
            "SO_SNDBUF of about {wanted} would do, or none at all: then the kernel lets the buffer grow."
        ),
        format!("SO_SNDBUF 大约要 {wanted}，或者干脆不设，让内核自己增长。"),
    )
}

fn receive_window_remedy(run: &Run<'_>, lang: Lang) -> String {
    let settings = run.settings;
    let window = u64::from(run.recorder.curves.widest_window).max(1);
    if !settings.window_scaling {
        return lang
            .pick(
                "Without window scaling no window is larger than 65535 bytes: net.ipv4.tcp_window_scaling=1 on both sides changes it.",
                "没有窗口扩大，窗口不超过 65535 字节：两侧都设 net.ipv4.tcp_window_scaling=1 才行。",
            )
            .to_string();
    }
    if settings.so_rcvbuf == 0 {
        return lang.pick(
            format!(
                "The kernel lets the buffer grow to tcp_rmem, {}: raise its third value, or read faster.",
                settings.tcp_rmem_max
            ),
            format!(
                "内核让缓冲区涨到 tcp_rmem 的上限 {}：调高第三个值，或者读得快一些。",
                settings.tcp_rmem_max
            ),
        );
    }
    let wanted = size(u64::from(settings.so_rcvbuf) * run.needed() / window, lang);
    lang.pick(
        format!(
            "SO_RCVBUF of about {wanted} would do, or none at all: then the kernel lets the buffer grow."
        ),
        format!("SO_RCVBUF 大约要 {wanted}，或者干脆不设，让内核自己增长。"),
    )
}

/// `19.3 of 19.3` for a table.
pub(super) fn of(kbps: Option<u64>) -> String {
    kbps.map_or_else(|| "—".to_string(), mbps)
}
