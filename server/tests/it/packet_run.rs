//! `casebook packet run`: exit status, messages, formats.

use crate::command_line::{casebook, run};
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::process::Stdio;

/// A SYN-ACK that comes again after a second from 3.1 on, after three before.
const SCRIPT: &str = "// The SYN-ACK again.
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 1) = 0
+0 < S 0:0(0) win 1000 <mss 1460>
+0 > S. 0:0(0) ack 1 <...>
+1 > S. 0:0(0) ack 1 <...>
";

#[test]
fn the_exit_status_tells_whether_a_script_holds() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("common")).unwrap();
    fs::write(folder.join("a.pkt"), SCRIPT).unwrap();
    fs::write(folder.join("call.pkt"), "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 lissten(3, 1) = 0\n")
        .unwrap();
    fs::write(folder.join("flag.pkt"), "0 < Sx 0:0(0) win 1\n").unwrap();
    fs::write(folder.join("time.pkt"), "1 close(3) = 0\n0.5 close(3) = 0\n").unwrap();
    fs::write(folder.join("beyond.pkt"), format!("{SCRIPT}+0 pipe([5, 6]) = 0\n")).unwrap();
    fs::write(folder.join("define.pkt"), SCRIPT.replace("listen(3, 1)", "listen(3, BACKLOG)")).unwrap();
    fs::write(folder.join("common/defaults.sh"), "sysctl -q net.ipv4.tcp_synack_retries=0\n").unwrap();
    fs::write(folder.join("include.pkt"), format!("`./common/defaults.sh`\n{SCRIPT}")).unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["a.pkt"], 0, "All 5 expectations hold on Linux 6.18."),
        (&["a.pkt", "--kernel", "3.4"], 0, "All 5 expectations hold on Linux 3.4."),
        (&["a.pkt", "--kernel", "2.6.32"], 1, "Line 7 does not hold on Linux 2.6.32: nothing is sent."),
        (&["a.pkt", "--lang", "zh"], 0, "在 Linux 6.18 上，5 条期望全部成立。"),
        (&["a.pkt", "--set", "net.ipv4.tcp_synack_retries=0"], 1, "✗   7  +1 > S. 0:0(0) ack 1 <...>"),
        (&["include.pkt"], 1, "✗   8  +1 > S. 0:0(0) ack 1 <...>"),
        (
            &["beyond.pkt"],
            1,
            "Not decided on Linux 6.18: line 8 needs what the model has not, system call `pipe`.",
        ),
        (&["define.pkt", "-D", "BACKLOG=5"], 0, "All 5 expectations hold"),
        (&["define.pkt"], 2, "define.pkt:4:14: there is no constant `BACKLOG`"),
        (
            &["call.pkt"],
            2,
            "call.pkt:2:4: there is no system call `lissten`; did you mean `listen`?\n  +0 lissten",
        ),
        (&["flag.pkt"], 2, "flag.pkt:1:6: there is no flag `x`"),
        (&["time.pkt"], 2, "time.pkt:2:1: time runs backwards: 0.5 comes after 1 of line 1"),
        (&["none.pkt"], 1, "script `none.pkt`"),
        (&["a.pkt", "--kernel", "7.0"], 2, "the models know kernels from 2.6.32 to 6.18"),
        (&["a.pkt", "--kernel", "new"], 2, "a kernel is written 6.18, 3.10.108, 2.6.32 or el7"),
        (
            &["a.pkt", "--set", "tcp_sack=0"],
            2,
            "there is no setting `tcp_sack`; did you mean `net.ipv4.tcp_sack`?",
        ),
        (&["a.pkt", "--set", "net.ipv4.tcp_sak=0"], 2, "did you mean `net.ipv4.tcp_sack`?"),
        (&["a.pkt", "--set", "net.ipv4.tcp_sack"], 2, "write NAME=VALUE"),
        (&["a.pkt", "--set", "net.ipv4.tcp_ecn=1"], 2, "not modelled: setting `net.ipv4.tcp_ecn=1`"),
        (&["a.pkt", "--set", "net.ipv4.tcp_tw_recycle=1"], 2, "setting that this kernel does not have"),
        (&["a.pkt", "--format", "csv"], 2, "text, json, pcapng"),
        (&[], 2, "<FILE>"),
    ];
    for (args, status, says) in cases {
        let output = run(folder, &[&["packet", "run"], *args].concat());
        let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(*status), "{args:?}: {out}{error}");
        let place = if *status == 2 || out.is_empty() { &error } else { &out };
        assert!(place.contains(says), "{args:?}: {out}{error}");
        assert!(!error.contains("panicked"), "{args:?}: {error}");
        assert!(*status != 2 || out.is_empty(), "{args:?}: {out}");
    }
}

#[test]
fn a_script_may_come_from_standard_input_and_leave_as_data() {
    let folder = tempfile::tempdir().unwrap();
    let output = |args: &[&str]| {
        let mut command = casebook(folder.path());
        command.args(["packet", "run", "-"]).args(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(SCRIPT.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        (output.status.code(), output.stdout)
    };
    let (status, json) = output(&["--kernel", "2.6.32", "--format", "json"]);
    assert_eq!(status, Some(1));
    let report: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(report["lab"], "packet");
    assert_eq!(report["params"]["kernel"], "2.6.32");
    assert_eq!(report["verdict"]["code"], "failed");
    let line = &report["script"]["lines"][6];
    assert_eq!((&line["n"], &line["outcome"]), (&Value::from(7), &Value::from("failed")));
    assert_eq!(report["events"].as_array().unwrap().len(), 2);
    let (status, capture) = output(&["--format", "pcapng"]);
    assert_eq!(status, Some(0));
    assert_eq!(capture[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
}
