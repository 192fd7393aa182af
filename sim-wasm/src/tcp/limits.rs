//! What the model leaves out, and which recordings of real kernels it does not repeat: labs quote it, tests hold it to it.

use crate::text::PageText;

/// The recorded scripts that the model does not repeat: kernel and script. Everything else it does.
pub const LEFT_OUT: &[(&str, &str)] = &[
    ("4.11.0", "A020"),
    ("4.11.0", "D021"),
    ("6.18.44", "A017"),
    ("el7", "A016"),
    ("el7", "A017"),
    ("el7", "D001"),
];

/// Recorded scripts that the model does not repeat, all for one reason.
#[derive(Clone, Copy, Debug)]
pub struct NotRepeated {
    /// The kernel that was recorded.
    pub kernel: &'static str,
    /// Its scripts.
    pub scripts: &'static str,
    /// Where the model parts from the kernel, and why, as far as it is known.
    pub reason: &'static str,
}

const fn not_repeated(kernel: &'static str, scripts: &'static str, reason: &'static str) -> NotRepeated {
    NotRepeated { kernel, scripts, reason }
}

const STOOD_STILL: &str = "The machine stood still while it was recorded: timestamps lie up to 115 ms behind the moment of sending.";
const MEMORY: &str = "The receive buffer is full for the one and not for the other: what a packet takes of it when it is joined with others, or made of others, is not known to the byte.";
const ZERO_WINDOW: &str = "A window that is closed while data is out: the kernel's probes and retransmissions are not those of the model. Why was not found.";
const PARTIAL: &str = "An ACK of a part of a segment: the kernel trims packets of several segments and lets its timers run on, the model starts them anew.";
const MILLISECOND: &str = "Packets that the recorder wrote within the same millisecond were taken in in another order than the one written down.";
const LOSS: &str = "In a recovery of several losses the kernel sends one segment earlier or later than the model. Why was not found.";

/// Of the families B (receiving) and C (sending), all that the model does not repeat.
pub const DATA_LEFT_OUT: &[NotRepeated] = &[
    not_repeated("2.6.32.67", "B013", MEMORY),
    not_repeated("2.6.32.67", "C033 C124", LOSS),
    not_repeated(
        "2.6.32.67",
        "C089",
        "In a recovery without SACK the kernel sends a small new segment that the window of the model has no room for.",
    ),
    not_repeated("3.10.108", "C008 C033 C036 C049", STOOD_STILL),
    not_repeated("3.10.108", "B088 B097", MEMORY),
    not_repeated(
        "3.10.108",
        "B121",
        "The kernel delays the ACK that tells of a hole by 13 ms; the model sends it at once.",
    ),
    not_repeated("3.10.108", "C109 C165", PARTIAL),
    not_repeated("3.10.108", "C124", LOSS),
    not_repeated("3.10.108", "C133", ZERO_WINDOW),
    not_repeated("el7", "B100 C160", STOOD_STILL),
    not_repeated("el7", "C049", MILLISECOND),
    not_repeated("el7", "C077 C124", LOSS),
    not_repeated("el7", "C133", ZERO_WINDOW),
    not_repeated("4.11.0", "B001 B004 B020 C008", STOOD_STILL),
    not_repeated("4.11.0", "C077", LOSS),
    not_repeated(
        "4.11.0",
        "C137",
        "The end of a transfer is sent again by the kernel, and not by the model.",
    ),
    not_repeated("6.18.44", "B001", MEMORY),
    not_repeated(
        "6.18.44",
        "B116 B132 B140",
        "An ACK goes at once where the model delays it, after segments that came twice or with timestamps of long ago. Why was not found.",
    ),
    not_repeated("6.18.44", "C020 C049", LOSS),
    not_repeated(
        "6.18.44",
        "C165",
        "The kernel sends a part of a segment again that was acknowledged in part; the model does not.",
    ),
];

/// Why some of the others are left out: their timestamps show it, tens of milliseconds behind the clock of the recorder.
pub const RECORDED_WHILE_STANDING_STILL: PageText = PageText::new(
    "Five of 730 recorded scripts are not repeated: the machine that ran the kernel stood still while they were recorded, so that packets were processed late or together.",
    "730 份录制脚本中有 5 份没有复现：录制时运行内核的机器停顿过，报文被推迟或合在一起处理。",
);

/// What of congestion control is not there.
pub const CONGESTION: PageText = PageText::new(
    "Congestion control other than Reno and CUBIC, pacing, small queues (TSQ).",
    "Reno 和 CUBIC 之外的拥塞控制、pacing、小队列（TSQ）。",
);

/// What of memory is not there.
pub const AUTOTUNING: PageText = PageText::new(
    "Memory pressure of the whole host (tcp_mem), drivers that charge received packets otherwise than a TUN device does.",
    "整机的内存压力（tcp_mem）；驱动对接收报文的内存计费与 TUN 设备不同的情形。",
);

/// What never comes into these labs.
pub const ELSEWHERE: PageText = PageText::new(
    "IPv6, TCP Fast Open, MD5 and AO signatures, ECN, urgent data, several CPUs that race.",
    "IPv6、TCP Fast Open、MD5 与 AO 签名、ECN、紧急数据、多 CPU 竞争。",
);
