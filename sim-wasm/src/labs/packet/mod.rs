//! The lab `packet`: a script of packets and calls, and what the kernel of a version does with it.
//!
//! - `params`: what it takes, and its presets
//! - `settings`: the lines of sysctls
//! - `guide`: the language in brief
//! - `findings`: the report
//! - `lines`: the script in it, line by line
//! - `versions`: the same script on the other kernels
//! - `verdict`: the report's first sentence

mod findings;
mod guide;
mod lines;
mod params;
mod settings;
mod verdict;
mod versions;

use crate::lab::{Lab, Params, Report};
use crate::packet::{self, Options};
use crate::tcp::limits;
use crate::text::{Lang, PageText, Text};

/// The lab.
pub static LAB: Lab = Lab {
    id: "packet",
    title: PageText::new("Ask any kernel", "问问任意一个内核"),
    summary: PageText::new(
        "Write which packets arrive, which calls a program makes and what should come back, in the language of packetdrill. The TCP of the Linux you choose answers, line by line.",
        "用 packetdrill 的语言写下到达的报文、程序的调用和期望的应答，由你选的那个 Linux 版本的 TCP 逐行作答。",
    ),
    params: params::PARAMS,
    presets: params::PRESETS,
    shown: &[
        ("expectations", Text::new("expectations", "条期望")),
        ("held", Text::new("hold", "成立")),
        ("packets", Text::new("packets", "报文")),
        ("dropped", Text::new("dropped by the kernel", "被内核丢弃")),
    ],
    assumptions: &[
        PageText::new(
            "The script plays the peer and the program; only the machine under test runs Linux.",
            "对端和应用程序都由脚本扮演，只有被测机器运行 Linux。",
        ),
        PageText::new(
            "Its kernel runs at HZ=1000 and had been up for 2000 seconds. A version without a patch level is the last release of its series.",
            "被测内核的 HZ 是 1000，已开机 2000 秒。不写补丁号的版本指该系列的最后一个发布。",
        ),
        PageText::new(
            "Sysctls have the kernel's own defaults, but for what the script and the field of settings change.",
            "除脚本和设置栏修改的以外，sysctl 都取内核自己的默认值。",
        ),
        PageText::new(
            "A line behind one that does not hold is still tried: the packet that was sent is taken for the one that was expected.",
            "某一行不成立之后，后面的行仍会继续：实际发出的报文会当作期望的那个来用。",
        ),
        PageText::new(
            "Times, sequence numbers and windows are compared as packetdrill compares them; timestamps only with --tcp_ts_tick_usecs.",
            "时间、序号和窗口的比较方式与 packetdrill 相同；时间戳只有给出 --tcp_ts_tick_usecs 时才比较。",
        ),
    ],
    not_modelled: &[
        limits::CONGESTION,
        limits::AUTOTUNING,
        limits::ELSEWHERE,
        PageText::new("UDP, tunnels, and fields of the IP header.", "UDP、隧道，以及 IP 首部的各字段。"),
        PageText::new(
            "Shell commands: of those in back quotes only settings are read, and nothing is ever run.",
            "Shell 命令：反引号里只识别参数设置，从不执行任何命令。",
        ),
        PageText::new(
            "Whatever else the model lacks is named at the line that asks for it.",
            "模型缺少的其他内容，会在用到它的那一行标明。",
        ),
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
    report(params, &options(params), lang)
}

/// How the script is run, as far as the parameters say.
pub fn options(params: &Params) -> Options<'_> {
    Options { settings: settings::settings(params), ..Options::new(params.kernel("kernel")) }
}

/// Runs the script of the parameters with options that may hold more than they do: names that stand for something else,
/// files of settings.
pub fn report(params: &Params, options: &Options<'_>, lang: Lang) -> Report {
    let outcome = packet::run(params.text("script"), options);
    findings::report(params, options, &outcome, lang)
}
