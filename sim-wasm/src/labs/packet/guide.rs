//! The language of scripts in brief, as the form shows it.

use crate::text::PageText;

pub(super) const GUIDE: &[(&str, PageText)] = &[
    (
        "0.5   +0.5   *",
        PageText::new(
            "When: half a second after the start; half a second after the line before; at any time.",
            "时间：从开始算起 0.5 秒；从上一行算起 0.5 秒；任意时刻。",
        ),
    ),
    (
        "< S 0:0(0) win 64240 <mss 1460>",
        PageText::new(
            "A packet arrives: flags, sequence numbers from:to(length), window, options.",
            "到达一个报文：标志、序号 起:止(长度)、窗口、选项。",
        ),
    ),
    (
        "> S. 0:0(0) ack 1 <...>",
        PageText::new(
            "A packet should be sent, at this time. `<...>` is any options; without `win` the window is not compared.",
            "期望在这个时刻发出一个报文。`<...>` 表示任意选项；不写 `win` 就不比较窗口。",
        ),
    ),
    (
        "S F R P .",
        PageText::new(
            "Flags: SYN, FIN, RST, PSH; the dot is ACK. Sequence numbers count from the first of each side.",
            "标志：SYN、FIN、RST、PSH，点表示 ACK。序号从各方的初始序号算起。",
        ),
    ),
    (
        "read(4, ..., 100) = 5",
        PageText::new(
            "A call and what it should return; `...` is whatever is needed there. An error is written `= -1 EAGAIN`.",
            "一个调用及期望的返回值，`...` 表示由工具填写。出错写作 `= -1 EAGAIN`。",
        ),
    ),
    (
        "0.1...0.3 read(4, ..., 100) = 5",
        PageText::new(
            "A call that waits: it starts at 0.1 and returns at 0.3.",
            "会阻塞的调用：0.1 秒开始，0.3 秒返回。",
        ),
    ),
    (
        "< 5001 > 8080 S 0:0(0) win 64240",
        PageText::new("With ports, when there is more than one connection.", "有多条连接时写出端口。"),
    ),
    (
        "%{ assert tcpi_rto == 200000 }%",
        PageText::new("Something of `tcp_info` should be so.", "断言 `tcp_info` 里的一个值。"),
    ),
    (
        "`sysctl -q net.ipv4.tcp_sack=0`",
        PageText::new(
            "A setting of the machine, above the first line. No command is ever run.",
            "机器的一项设置，写在第一行之前。不会执行任何命令。",
        ),
    ),
    (
        "--tolerance_usecs=10000",
        PageText::new("An option of packetdrill, on the first lines.", "packetdrill 的选项，写在最前面。"),
    ),
];
