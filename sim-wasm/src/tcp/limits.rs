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

/// Of the families B (receiving) and C (sending), the recorded scripts that the model does not repeat, by kernel. Of some the
/// timestamps show that the recording machine stood still (C008 and C036 of 3.10, B100 of el7); the others part where packets
/// of several segments are batched to the microsecond, where 2.6.32 and 3.10 let a window that is being reduced send one
/// segment more or less, and where a receive buffer of a few segments is pruned.
pub const DATA_LEFT_OUT: &[(&str, &str)] = &[
    ("2.6.32.67", "B013 B016 B033 B060 B121 B140 B157 C033 C077 C089 C124"),
    ("3.10.108", "B088 B097 B121 C008 C033 C036 C049 C109 C124 C133 C165"),
    ("el7", "B100 C049 C077 C124 C133 C160"),
    ("4.11.0", "B001 B004 B020 C008 C077 C137"),
    ("6.18.44", "B001 B116 B132 B140 C020 C049 C165"),
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
