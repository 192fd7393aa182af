//! Whatever the text, reading it ends without a panic, with places that are in it.

use proptest::prelude::*;
use sim_wasm::script::{Action, Memory, excerpt, parse, settings};
use sim_wasm::text::Lang;

const SCRIPT: &str = "--tolerance_usecs=10000
-D CC=\"cubic\"
`../common/defaults.sh
 sysctl -q net.ipv4.tcp_rmem=\"4096 540000 $((15*1024*1024))\" 2>&1`
0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0
+.1...0.2 connect(3, ..., [16->16]) = -1 EINPROGRESS (Operation now in progress)
+0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 8>
+.05 < [ect0] 80 > 8080 S. 0:0(0) ack 1 win 5792 <mss 1460,FO abcd,nop,nop,sack 1:2>
+0~+.04 > P.5 1:1(0) ack 1 urg 3 <...>
* > . 1:1(0) /* any */
+0 < icmp unreachable frag_needed mtu 1200 [1:1001(1000)]
+0 sendmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0}, MSG_DONTWAIT|0x40) = 10
+0 %{ assert 1 <= tcpi_snd_cwnd / 2 <= 10 and not tcpi_lost in (1, 2), 'x=%d' % tcpi_rtt }%
1.5 write(3, \"GET\\x20\" \"/\"..., 3) = 3 // end
`/tmp/sysctl_restore_${PPID}.sh`
";

/// Reads the text and uses all that comes of it.
fn read(source: &str) {
    match parse(source) {
        Ok(script) => {
            for what in script.not_modelled() {
                excerpt(source, what.at);
                what.message(Lang::Zh);
            }
            let mut memory = Memory::default();
            for event in &script.events {
                match &event.action {
                    Action::Code(code) => {
                        if let Err(failed) = code.run(&mut memory, &|name| Some(name.len() as i64)) {
                            assert!(!failed.error.message(Lang::En).is_empty());
                        }
                    }
                    Action::Inject(packet) | Action::Expect(packet) => {
                        let again =
                            parse(&format!("0 > {packet}")).expect("a packet is written as it is read");
                        let Action::Expect(again) = &again.events[0].action else { panic!("{packet}") };
                        assert_eq!(again.to_string(), packet.to_string());
                    }
                    _ => {}
                }
            }
        }
        Err(errors) => {
            assert!(!errors.is_empty());
            let lines = source.split('\n').count() as u32;
            for error in errors {
                assert!(error.at.line >= 1 && error.at.line <= lines && error.at.col >= 1, "{:?}", error.at);
                assert!(!error.message(Lang::En).is_empty() && !error.message(Lang::Zh).is_empty());
                excerpt(source, error.at);
            }
        }
    }
}

#[test]
fn the_script_that_is_mutated_is_right() {
    parse(SCRIPT).expect("it is right");
}

/// A piece of text that means something to the reader.
fn piece() -> impl Strategy<Value = String> {
    let characters = SCRIPT.chars().collect::<Vec<_>>();
    prop_oneof![
        8 => prop::sample::select(characters).prop_map(String::from),
        2 => any::<char>().prop_map(String::from),
        3 => prop::sample::select(vec![
            "...", "->", "/*", "*/", "//", "%{", "}%", "`", "\"", "--", "-D", "[[[", "{{{", "((((", "~+", "\\", "\r\n",
            "0x", "9999999999999999999999", "-9223372036854775808", "not ", "- ", "**2", "中", "\u{301}", "$((", ">&1",
        ]).prop_map(String::from),
    ]
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in any::<String>()) {
        read(&text);
        settings::read(&text);
        read(&format!("0 %{{{text}}}%"));
    }

    #[test]
    fn any_pieces_of_the_language_are_read_without_a_panic(pieces in prop::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        read(&text);
        read(&format!("0 %{{ assert {text} }}%"));
        read(&format!("0 < S 0:0(0) win 1 <{text}>"));
        read(&format!("0 close({text}) = 0"));
        settings::read(&text);
    }

    #[test]
    fn a_mutated_script_is_read_without_a_panic(
        changes in prop::collection::vec((0..SCRIPT.len(), 0..6usize, piece()), 1..8),
    ) {
        let mut text = SCRIPT.to_string();
        for (at, drop, piece) in changes {
            let from = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let end = (from + drop).min(text.len());
            let to = (end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
            text.replace_range(from..to, &piece);
        }
        read(&text);
    }
}

#[test]
fn deep_and_long_code_ends() {
    for code in ["(".repeat(100_000), "-".repeat(100_000), "1+".repeat(100_000), "2**".repeat(100_000)] {
        read(&format!("0 %{{ assert {code} 1 }}%"));
    }
    read(&format!("0 %{{ assert {}1 }}%", "not ".repeat(100_000)));
    read(&format!("0 %{{ {} }}%", "assert 1;".repeat(10_000)));
    read(&format!("0 close({}", "{fd=[".repeat(100_000)));
    read(&format!("0 close({}1) = 0", "1|".repeat(10_000)));
}
