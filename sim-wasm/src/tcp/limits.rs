//! What the model leaves out, and which recordings of real kernels it does not repeat: labs quote it, tests hold it to it.

use crate::text::PageText;

/// The recorded scripts that the model does not repeat: kernel and script. Everything else it does.
pub const LEFT_OUT: &[(&str, &str)] =
    &[("4.11.0", "A020"), ("4.11.0", "D021"), ("el7", "A016"), ("el7", "A017"), ("el7", "D001")];

/// Why: their timestamps show it, tens of milliseconds behind the clock of the recorder.
pub const RECORDED_WHILE_STANDING_STILL: PageText = PageText::new(
    "Five of 730 recorded scripts are not repeated: the machine that ran the kernel stood still while they were recorded, so that packets were processed late or together.",
    "730 份录制脚本中有 5 份没有复现：录制时运行内核的机器停顿过，报文被推迟或合在一起处理。",
);

/// Loss recovery and congestion control beyond slow start.
pub const CONGESTION: PageText = PageText::new(
    "Congestion control beyond slow start, and loss recovery beyond three duplicate ACKs, the tail loss probe and the timeout.",
    "慢启动之外的拥塞控制；除三个重复 ACK、尾部丢包探测和超时之外的丢包恢复。",
);

/// Buffers that grow.
pub const AUTOTUNING: PageText = PageText::new(
    "Receive buffers that grow with the transfer, memory pressure.",
    "随传输增长的接收缓冲区、内存压力。",
);

/// What never comes into these labs.
pub const ELSEWHERE: PageText = PageText::new(
    "IPv6, TCP Fast Open, MD5 and AO signatures, ECN, urgent data, several CPUs that race.",
    "IPv6、TCP Fast Open、MD5 与 AO 签名、ECN、紧急数据、多 CPU 竞争。",
);
