//! Named settings of the lab.

use crate::lab::Preset;
use crate::text::PageText;

/// The scenes of the articles.
pub(super) const PRESETS: &[Preset] = &[
    Preset {
        id: "small-send-buffer",
        title: PageText::new("A small send buffer", "发送缓冲区太小"),
        summary: PageText::new(
            "10 ms away, SO_SNDBUF of 16 KiB: whatever the path could carry, one buffer goes out each round trip.",
            "往返 10 毫秒，SO_SNDBUF 16 KiB：不管路径多快，每个往返只送得出一个缓冲区。",
        ),
        values: &[("rate_mbps", "100"), ("rtt_ms", "10"), ("so_sndbuf", "16384")],
    },
    Preset {
        id: "slow-reader",
        title: PageText::new("A slow reader, a closed window", "读得慢，窗口关闭"),
        summary: PageText::new(
            "The program reads 5 Mbit/s of what could be 50. Its buffer fills, the window closes, and the sender waits.",
            "路径有 50 Mbit/s，程序只读 5 Mbit/s。缓冲区填满，窗口关闭，发送方只能等。",
        ),
        values: &[
            ("rate_mbps", "50"),
            ("rtt_ms", "10"),
            ("reader_mbps", "5"),
            ("from_ms", "3000"),
            ("to_ms", "3500"),
        ],
    },
    Preset {
        id: "long-fat-no-scaling",
        title: PageText::new("A long fat pipe without window scaling", "长肥管道，没有窗口扩大"),
        summary: PageText::new(
            "1 Gbit/s and 100 ms need 12.5 MB under way; without window scaling there are never more than 64 KiB.",
            "1 Gbit/s、100 毫秒，要有 12.5 MB 在路上；没有窗口扩大，最多 64 KiB。",
        ),
        values: &[("rate_mbps", "1000"), ("rtt_ms", "100"), ("queue_pkts", "1000"), ("window_scaling", "0")],
    },
    Preset {
        id: "buffer-bloat",
        title: PageText::new("Buffer bloat", "缓冲区膨胀"),
        summary: PageText::new(
            "A queue of 1000 packets in front of 10 Mbit/s holds more than a second. The transfer is as fast as ever; every packet is late.",
            "10 Mbit/s 前面有 1000 个报文的队列，装得下一秒多。传输照样跑满，可每个报文都要晚这么久。",
        ),
        values: &[("rate_mbps", "10"), ("rtt_ms", "20"), ("queue_pkts", "1000"), ("duration_s", "20")],
    },
    Preset {
        id: "loss-long-path",
        title: PageText::new("Loss on a long path", "长路径上的丢包"),
        summary: PageText::new(
            "One packet of a thousand is lost. At 60 ms that leaves a small part of 50 Mbit/s.",
            "每一千个报文丢一个。往返 60 毫秒时，50 Mbit/s 只剩一小部分。",
        ),
        values: &[
            ("rate_mbps", "50"),
            ("rtt_ms", "60"),
            ("queue_pkts", "250"),
            ("loss_ppm", "1000"),
            ("duration_s", "12"),
        ],
    },
    Preset {
        id: "small-receive-buffer",
        title: PageText::new("A small receive buffer", "接收缓冲区太小"),
        summary: PageText::new(
            "SO_RCVBUF of 64 KiB, set with good intentions: the window stays there, and the kernel may not let it grow.",
            "程序好心设了 64 KiB 的 SO_RCVBUF：窗口就停在那里，内核再也不能让它增长。",
        ),
        values: &[("rate_mbps", "100"), ("rtt_ms", "40"), ("queue_pkts", "333"), ("so_rcvbuf", "65536")],
    },
    Preset {
        id: "autotuning",
        title: PageText::new("The kernel's own buffers", "缓冲区交给内核"),
        summary: PageText::new(
            "Nothing is set. Both buffers grow with the transfer until 100 Mbit/s over 100 ms are full.",
            "什么都不设。两个缓冲区随传输增长，直到填满 100 毫秒、100 Mbit/s 的路径。",
        ),
        values: &[("rate_mbps", "100"), ("rtt_ms", "100"), ("queue_pkts", "833"), ("duration_s", "10")],
    },
    Preset {
        id: "app-limited",
        title: PageText::new("The program has nothing to send", "程序没东西可发"),
        summary: PageText::new(
            "64 KiB every 100 ms. No buffer and no window helps: the path waits for the program.",
            "每 100 毫秒写 64 KiB。什么缓冲区、什么窗口都帮不上：路径在等程序。",
        ),
        values: &[
            ("writer", "chunks"),
            ("write_bytes", "65536"),
            ("write_every_ms", "100"),
            ("from_ms", "2000"),
            ("to_ms", "2400"),
        ],
    },
    Preset {
        id: "reordering",
        title: PageText::new("Packets that overtake each other", "报文互相超越"),
        summary: PageText::new(
            "One packet of a hundred comes 5 ms late. Duplicate ACKs and SACK blocks look like loss; nothing is lost.",
            "每一百个报文有一个晚 5 毫秒。重复 ACK 和 SACK 块看起来像丢包，其实什么也没丢。",
        ),
        values: &[
            ("rate_mbps", "50"),
            ("rtt_ms", "20"),
            ("reorder_ppm", "10000"),
            ("reorder_ms", "5"),
            ("from_ms", "2000"),
            ("to_ms", "2300"),
        ],
    },
];
