//! The lab `packet`: what its examples show on each kernel, what it says of each line, and that no text harms it.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use expect_test::{Expect, expect};
use proptest::prelude::*;
use sim_wasm::lab::report::Fate;
use sim_wasm::lab::script::{Line, Mark, RemarkKind, ScriptInfo};
use sim_wasm::lab::{self, Lab, Params, Problem, Report, query};
use sim_wasm::text::Lang;
use sim_wasm::view::{self, Detail};

fn lab() -> &'static Lab {
    lab::find("packet").unwrap()
}

fn params(settings: &[(&str, &str)]) -> Params {
    lab().params(None, settings.iter().copied()).unwrap()
}

fn run(kernel: &str, script: &str) -> Report {
    params(&[("kernel", kernel), ("script", script)]).run(Lang::En)
}

fn preset(id: &str, kernel: &str, lang: Lang) -> Report {
    lab().params_in(lang, Some(id), [("kernel", kernel)]).unwrap().run(lang)
}

fn script(report: &Report) -> &ScriptInfo {
    report.script.as_ref().unwrap()
}

/// A line by what stands on it.
fn line<'a>(report: &'a Report, text: &str) -> &'a Line {
    script(report)
        .lines
        .iter()
        .find(|line| line.text.contains(text))
        .unwrap_or_else(|| panic!("no line {text}"))
}

/// What the lab says of each line that expects something or that something is said of.
fn check(report: &Report, expected: Expect) {
    let mut told = format!("{}: {}\n", report.verdict.code, report.verdict.text);
    for line in &script(report).lines {
        if !matches!(line.outcome, Mark::Nothing | Mark::Done) || !line.remarks.is_empty() {
            told += &format!("{} {} {}\n", line.n, line.outcome.word(), line.text);
        }
        for remark in &line.remarks {
            let col = remark.col.map_or(String::new(), |col| format!(" column {col}"));
            told += &format!("    {:?}{col}: {}\n", remark.kind, remark.text);
        }
    }
    expected.assert_eq(&told);
}

/// A connection that is set up, up to its line 7.
const OPEN: &str = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 listen(3, 128) = 0
+0 < S 0:0(0) win 64240 <mss 1460>
+0 > S. 0:0(0) ack 1 <mss 1460>
+0.1 < . 1:1(0) ack 1 win 64240
+0 accept(3, ..., ...) = 4
";

#[test]
fn the_examples_hold_where_they_say() {
    let mut told = String::new();
    for example in lab().presets {
        let report = preset(example.id, "6.18", Lang::En);
        let table = report.tables.iter().find(|table| table.id == "versions").unwrap();
        told += &format!("{}: {}\n", example.id, report.verdict.code);
        for row in &table.rows {
            told += &format!("    {}\n", row.join(" | ").trim_end_matches([' ', '|']));
        }
    }
    expect![[r#"
        handshake: passed
            2.6.32 – 6.18, el7 | holds
        syn-retries: passed
            2.6.32 – 3.0 | does not hold | 11 | The model sent nothing up to 1.125000 s. It sends this packet at 3.000000 s.
            3.5 – 4.4, el7 | does not hold | 12 | The model sent nothing up to 2.125000 s. It sends this packet at 3.000000 s.
            4.9 – 6.1 | does not hold | 12 | The model sent nothing up to 2.151718 s. It sends this packet at 3.071750 s.
            6.6 – 6.18 | holds
        rst-in-syn-recv: passed
            2.6.32 – 6.18, el7 | holds
        accept-queue: passed
            2.6.32 – 3.18, el7 | does not hold | 22 | It happened at 0.300000 s; 1.296000 to 1.304000 s would be right.
            4.4 | holds
            4.9 | does not hold | 22 | It happened at 0.300000 s; 1.296000 to 1.304000 s would be right.
            4.10 – 6.18 | holds
        time-wait: passed
            2.6.32 – 6.18, el7 | holds
        closing: passed
            2.6.32 – 6.18, el7 | holds
        keepalive: passed
            2.6.32 – 6.18, el7 | holds
        delayed-ack: passed
            2.6.32 – 4.19, el7 | holds
            5.4 | does not hold | 23 | It happened at 0.400000 s; 0.435000 to 0.445000 s would be right.
            5.10 – 6.18 | holds
        challenge-ack: passed
            2.6.32 – 3.5 | does not hold | 15 | The model sent nothing up to 0.204000 s.
            3.10 – 6.18, el7 | holds
        syn-on-established: passed
            2.6.32 – 3.5 | does not hold | 17 | > R. 3753885461:3753885461(0) ack 5001
            3.10 | does not hold | 17 | The model sent nothing up to 60.104000 s. The packet of line 16 was dropped: It does not acknowledge anything that was sent and not yet acknowledged.
            3.18 – 6.18, el7 | holds
        old-timestamp: failed
            2.6.32 – 6.18, el7 | does not hold | 19 | > . 1:1(0) ack 1 <...>
    "#]].assert_eq(&told);
}

#[test]
fn an_example_is_the_same_script_in_both_languages() {
    let code = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("//")).map(String::from).collect()
    };
    for example in lab().presets {
        let text = |lang| {
            let params = lab().params_in(lang, Some(example.id), []).unwrap();
            params.text("script").to_string()
        };
        let (en, zh) = (text(Lang::En), text(Lang::Zh));
        assert_eq!(code(&en), code(&zh), "{}", example.id);
        for (text, other, tag) in [(&en, &zh, "// en"), (&zh, &en, "// zh")] {
            assert_ne!(text, other, "{}: comments in one language only", example.id);
            assert!(!text.contains(tag), "{}: {text}", example.id);
        }
        let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        assert!(!en.contains(han) && zh.contains(han), "{}", example.id);
    }
}

#[test]
fn a_cross_comes_with_what_was_sent_and_why() {
    let report = preset("old-timestamp", "6.18", Lang::En);
    let failed = script(&report).first_failure().unwrap();
    assert_eq!((failed.outcome, failed.expected.as_str()), (Mark::Failed, "> . 1:1(0) ack 6 <...>"));
    assert_eq!(failed.instead, "> . 1:1(0) ack 1 <...>");
    let remark = failed.remarks.iter().find(|remark| remark.kind == RemarkKind::Failure).unwrap();
    let reason = report.reasons.iter().find(|reason| Some(reason.id) == remark.why).unwrap();
    assert_eq!(reason.function, "tcp_validate_incoming");
    assert_eq!(reason.counters, ["PAWSEstab"]);
    let html = view::result_html(&report, Lang::En, "lab", Detail::Figure);
    for part in [
        "<dt>expected</dt><dd><code>&gt; . 1:1(0) ack <mark>6</mark> &lt;...&gt;</code>",
        "<dt>sent</dt><dd><code>&gt; . 1:1(0) ack <mark>1</mark> &lt;...&gt;</code>",
        "<code>tcp_validate_incoming</code>",
        "PAWSEstab +1",
        "The packet of line 18 was dropped.",
        "<span class=\"sr-only\">does not hold</span>",
        "<a class=\"to-line\" href=\"#lab-l19\">Line 19</a>",
    ] {
        assert!(html.contains(part), "{part}\n{html}");
    }
}

#[test]
fn packets_stand_at_the_lines_that_send_or_expect_them() {
    let report = run("6.18", &format!("{OPEN}+0 write(4, ..., 3000) = 3000\n+0 > P. 1:3001(3000) ack 1\n"));
    assert_eq!(report.verdict.code, "passed", "{}", report.verdict.text);
    let of = |text: &str| -> Vec<(u32, bool)> {
        line(&report, text).packets.iter().map(|sent| (sent.event, sent.inbound)).collect()
    };
    assert_eq!(of("< S "), [(1, true)]);
    assert_eq!(of("> S."), [(2, false)]);
    assert_eq!(of("accept"), []);
    // A large packet is several on the wire.
    assert_eq!(of("3001"), [(4, false), (5, false), (6, false)]);
    assert_eq!(line(&report, "< S ").state, Some("SYN-RECV"));
    assert_eq!(line(&report, "< . ").state, Some("ESTAB"));
    assert_eq!(line(&report, "accept").state, None, "it is the same state");
}

#[test]
fn what_nobody_asks_about_is_told_where_it_happens() {
    let report = run("6.18", &format!("{OPEN}+0 write(4, ..., 10) = 10\n+0.1 < . 1:1(0) ack 11 win 64240\n"));
    let unasked: Vec<_> =
        script(&report).unasked.iter().map(|it| (it.after, it.packet.text.as_str())).collect();
    assert_eq!(unasked, [(8, "P. 1:11(10) ack 1 win 64240")]);
    let html = view::result_html(&report, Lang::Zh, "lab", Detail::Full);
    assert!(html.contains("<li class=\"unasked\">") && html.contains("发出了"), "{html}");
}

#[test]
fn a_line_that_cannot_be_read_is_told_with_its_place() {
    let report =
        run("6.18", "// three mistakes\n0 sockt(...) = 3\n+0 < SQ 0:0(0) win 9\n+0 > S. 0:0(0 ack 1\n");
    check(
        &report,
        expect![[r#"
        script_error: Line 2, column 3: there is no system call `sockt`; did you mean `socket`? 2 more below.
        2 wrong 0 sockt(...) = 3
            Wrong column 3: there is no system call `sockt`; did you mean `socket`?
        3 wrong +0 < SQ 0:0(0) win 9
            Wrong column 7: there is no flag `Q`
        4 wrong +0 > S. 0:0(0 ack 1
            Wrong column 15: expected `)`, found `ack`
    "#]],
    );
    assert!(report.events.is_empty() && report.tables.is_empty());
    let html = view::result_html(&report, Lang::En, "lab", Detail::Full);
    assert!(html.contains("<code aria-hidden=\"true\">  ^</code>"), "{html}");
    assert!(!html.contains("data-total"), "nothing was counted: {html}");
    let empty = run("6.18", "");
    assert_eq!(script(&empty).lines.len(), 1);
}

#[test]
fn what_is_not_modelled_is_named_at_its_line() {
    let lines = "+0 setsockopt(4, SOL_TCP, TCP_MD5SIG, ..., 4) = 0\n`ip route change default mtu 1000`\n";
    check(
        &run("6.18", &format!("{OPEN}{lines}")),
        expect![[r#"
        not_modelled: Not decided on Linux 6.18: line 8 needs what the model has not, socket option `TCP_MD5SIG`.
        1 held 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        2 held +0 bind(3, ..., ...) = 0
        3 held +0 listen(3, 128) = 0
        5 held +0 > S. 0:0(0) ack 1 <mss 1460>
        7 held +0 accept(3, ..., ...) = 4
        8 not_modelled +0 setsockopt(4, SOL_TCP, TCP_MD5SIG, ..., 4) = 0
            NotModelled column 4: recognised, not modelled: socket option `TCP_MD5SIG`
        9 nothing `ip route change default mtu 1000`
            NotModelled column 2: recognised, not modelled: shell command `ip route change default mtu 1000`
    "#]],
    );
}

#[test]
fn settings_go_before_the_script() {
    let script = OPEN.replace("<mss 1460>", "<mss 1460,nop,nop,sackOK>");
    let with = |set: &str| params(&[("set", set), ("script", &script)]);
    let code = |set: &str| with(set).run(Lang::En).verdict.code;
    assert_eq!(code(""), "passed");
    assert_eq!(code("# none\nnet.ipv4.tcp_sack = 0\n"), "failed");
    assert_eq!(code("sysctl -w net.ipv4.tcp_sack=0"), "failed");
    assert_eq!(code("net.ipv4.tcp_magic=1"), "not_modelled");
    assert_eq!(with("net.ipv4.tcp_sack=1").notes(Lang::En), []);
    let notes = with("net.ipv4.tcp_sack\nnet.ipv4.tcp_magic=1").notes(Lang::En);
    assert_eq!(
        notes,
        [(
            "set",
            "Line 1: a setting is written name=value. Line 2: the model of Linux 6.18 has no setting net.ipv4.tcp_magic=1."
                .to_string()
        )]
    );
    // It is not the fault of the script's first line.
    let report = with("net.ipv4.tcp_magic=1").run(Lang::En);
    assert!(script_remarks(&report).is_empty());
    assert!(report.verdict.text.contains("net.ipv4.tcp_magic=1"), "{}", report.verdict.text);
}

fn script_remarks(report: &Report) -> Vec<&str> {
    script(report).lines.iter().flat_map(|line| &line.remarks).map(|remark| remark.text.as_str()).collect()
}

#[test]
fn two_kernels_part_at_a_line() {
    let compare = |first: &str, second: &str, preset: &str, lang| {
        let query = |kernel| lab().params(Some(preset), [("kernel", kernel)]).unwrap().to_query();
        sim_wasm::api::compare("packet", &query(first), &query(second), lang).unwrap().html
    };
    let html = compare("3.10", "6.18", "syn-on-established", Lang::En);
    let says = "Line 17: kernel 3.10 sends nothing; kernel 6.18 sends . 1:1(0) ack 1.";
    assert!(html.contains(says), "{html}");
    let html = compare("3.10", "6.18", "syn-on-established", Lang::Zh);
    assert!(html.contains("第 17 行：kernel 3.10 没有发出报文；kernel 6.18 发出 . 1:1(0) ack 1。"), "{html}");
    let html = compare("6.12", "6.18", "closing", Lang::En);
    assert!(html.contains("No difference: every line fares the same."), "{html}");
}

#[test]
fn every_drop_is_told_below_its_line() {
    for example in lab().presets {
        for kernel in ["2.6.32", "3.10", "4.9", "6.18"] {
            let report = preset(example.id, kernel, Lang::En);
            for event in &report.events {
                let Some(packet) = event.packet.as_ref().filter(|packet| packet.fate == Fate::Dropped) else {
                    continue;
                };
                let told = script(&report).lines.iter().any(|line| {
                    line.packets.iter().any(|sent| sent.event == event.n)
                        && line.remarks.iter().any(|remark| remark.why == packet.why)
                });
                assert!(told, "{} on {kernel}: event {}", example.id, event.n);
            }
        }
    }
}

#[test]
fn a_text_keeps_its_lines_through_a_form_and_an_address() {
    let text = "// a=b&c;d%20+\n\t+0 < S 0:0(0) <...> \"中\"\n\n";
    let params = params(&[("script", text)]);
    assert_eq!(params.text("script"), text);
    let again = sim_wasm::api::params("packet", &params.to_query()).unwrap();
    assert_eq!(again.text("script"), text);
    let form = query::encode(&text.replace('\n', "\r\n"));
    let of_form = sim_wasm::api::params("packet", &format!("script={form}")).unwrap();
    assert_eq!(of_form.text("script"), text);
}

#[test]
fn a_text_has_a_limit() {
    let most = "/".repeat(32 * 1024);
    assert!(lab().params(None, [("script", most.as_str())]).is_ok());
    let errors = lab().params(None, [("script", format!("{most}/").as_str())]).unwrap_err();
    assert!(matches!(errors[0].problem, Problem::TooLong { bytes: 32_769, max: 32_768 }));
    assert_eq!(errors[0].value, "", "it is not given back");
    assert_eq!(
        errors[0].message(Lang::En),
        "`script` takes a text of 32768 bytes at most; this one has 32769"
    );
}

#[test]
fn a_text_too_long_for_an_address_says_so() {
    let note = |script: &str| params(&[("script", script)]).notes(Lang::En);
    assert_eq!(note(&"<".repeat(8 * 1024)), [], "8 KB fit, whatever is in them");
    let notes = note(&"<".repeat(11 * 1024));
    assert_eq!(notes[0].0, "script");
    assert!(notes[0].1.starts_with("Too long for an address"), "{}", notes[0].1);
}

#[test]
fn texts_differ_at_their_first_line_that_does() {
    let with = |script: &str| params(&[("script", script)]);
    let long = "x".repeat(70);
    let heads = with("same\nfirst").differences(&with(&format!("same\n{long}\nmore")));
    assert_eq!(heads, ("script:2 first".to_string(), format!("script:2 {}…", "x".repeat(60))));
    assert_eq!(with("a").differences(&with("a\nb")), ("script:2 ".to_string(), "script:2 b".to_string()));
}

const TIMES: &[&str] = &["+0", "+0", "+0", "+0.04", "+1", "+999999"];

const EVENTS: &[&str] = &[
    "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
    "bind(3, ..., ...) = 0",
    "listen(3, 1) = 0",
    "accept(3, ..., ...) = 4",
    "accept(3, ..., ...) = 5",
    "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0",
    "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)",
    "read(4, ..., 1000) = 5",
    "write(4, ..., 100000) = 100000",
    "shutdown(4, SHUT_WR) = 0",
    "close(4) = 0",
    "close(3) = 0",
    "setsockopt(4, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0",
    "setsockopt(4, SOL_TCP, TCP_KEEPIDLE, [1], 4) = 0",
    "setsockopt(4, SOL_TCP, TCP_KEEPINTVL, [1], 4) = 0",
    "setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0",
    "poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, 0) = 1",
    "%{ assert tcpi_rto > 1 }%",
    "< icmp unreachable host_unreachable",
    "< S 0:0(0) win 9 <mss 1460>",
    "< 5001 > 8080 S 0:0(0) win 64240 <mss 9,sackOK,TS val 9 ecr 0,nop,wscale 14>",
    "< S. 0:0(0) ack 1 win 0",
    "< . 1:1(0) ack 1 win 0",
    "< . 1:1(0) ack 1461 win 65535 <sack 2921:4381,nop,nop>",
    "< P. 1:1001(1000) ack 1 win 9",
    "< F. 1:1(0) ack 1 win 9",
    "< F. 4294967295:4294967295(0) ack 4294967295 win 9",
    "< R 1:1(0) win 0",
    "< R 5:5(0) win 0",
    "> S. 0:0(0) ack 1 <...>",
    "> . 1:1(0) ack 1",
    "> P. 1:1461(1460) ack 1",
    "> R 1:1(0)",
];

/// A line that can be read, most of the time.
fn any_line() -> impl Strategy<Value = String> {
    let line = (prop::sample::select(TIMES), prop::sample::select(EVENTS), 0..8);
    let line = line.prop_map(|(time, event, form)| {
        match (event.starts_with('>'), event.ends_with(['5', '0']), form) {
            (true, _, 0) => format!("* {event}\n"),
            (true, _, 1) => format!("+0~+1 {event}\n"),
            (false, true, 0) => format!("+0...2 {event}\n"),
            _ => format!("{time} {event}\n"),
        }
    });
    prop_oneof![200 => line, 1 => any::<String>().prop_map(|text| format!("{text}\n"))]
}

fn survives(script: &str, set: &str, kernel: &str) {
    let Ok(params) = lab().params(None, [("script", script), ("set", set), ("kernel", kernel)]) else {
        return;
    };
    for lang in Lang::ALL {
        let report = params.run(lang);
        assert_ne!(report.verdict.code, "cut_off", "out of fuel");
        assert!(!report.verdict.text.is_empty());
        assert_eq!(
            self::script(&report).lines.len(),
            script.strip_suffix('\n').unwrap_or(script).split('\n').count()
        );
        assert!(view::result_html(&report, lang, "lab", Detail::Full).contains("data-part=\"script\""));
        assert!(view::text(&report, lang).starts_with(&report.verdict.text));
        params.notes(lang);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(script in any::<String>(), set in any::<String>()) {
        survives(&script.replace('\r', ""), &set, "6.18");
    }

    #[test]
    fn lines_in_any_order_are_answered(
        lines in prop::collection::vec(any_line(), 0..20),
        kernel in prop::sample::select(vec!["2.6.32", "3.10", "el7", "4.19", "6.18"]),
        open in any::<bool>(),
    ) {
        let script = if open { OPEN } else { "" }.to_string() + &lines.concat();
        survives(&script.replace('\r', ""), "", kernel);
    }
}
