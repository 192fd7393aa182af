//! Code between `%{` and `}%`: worked out, refused, or found wanting.

use expect_test::{Expect, expect};
use sim_wasm::script::{Action, Memory, parse};
use sim_wasm::text::Lang;

fn lookup(name: &str) -> Option<i64> {
    Some(match name {
        "tcpi_snd_cwnd" => 10,
        "tcpi_rtt" => 12_345,
        "tcpi_options" => 0b10_0111,
        "tcpi_state" => 1,
        "tcpi_snd_ssthresh" => 0x7fff_ffff,
        _ => return None,
    })
}

/// Runs snippets one after the other and says what becomes of each.
fn run(snippets: &[&str]) -> String {
    let source: String = snippets.iter().map(|code| format!("+0 %{{{code}}}%\n")).collect();
    let script = match parse(&source) {
        Ok(script) => script,
        Err(errors) => {
            return errors.iter().map(|e| format!("{}: {}\n", e.at, e.message(Lang::En))).collect();
        }
    };
    let mut memory = Memory::default();
    let mut text = String::new();
    for event in &script.events {
        text += &match &event.action {
            Action::Code(code) => match code.run(&mut memory, &lookup) {
                Ok(printed) => format!("ok {}", printed.join(" | ")),
                Err(failed) => {
                    let kind = if failed.not_modelled { "not modelled" } else { "fails" };
                    format!("{} {kind}: {}", failed.error.at, failed.error.message(Lang::En))
                }
            },
            Action::NotModelled(what) => what.message(Lang::En),
            _ => panic!("no code"),
        };
        text = text.trim_end().to_string() + "\n";
    }
    text
}

fn check(snippets: &[&str], expected: &Expect) {
    expected.assert_eq(&run(snippets));
}

/// As they do in Python.
#[test]
fn these_hold() {
    for code in [
        "tcpi_snd_cwnd == 10, tcpi_snd_cwnd",
        "tcpi_snd_cwnd == 10 and tcpi_rtt > 12000",
        "12000 <= tcpi_rtt < 12345.5",
        "not (1 < 2 < 2)",
        "not 1 < 1",
        "not not tcpi_rtt",
        "(tcpi_options & TCPI_OPT_SYN_DATA) != 0",
        "tcpi_state == TCP_ESTABLISHED",
        "tcpi_state in (TCP_ESTABLISHED, TCP_CLOSE)",
        "tcpi_state not in [2, 3]",
        "95*1000 == 95_000",
        "7 // 2 == 3 and -7 // 2 == -4 and 7 // -2 == -4",
        "7 % 3 == 1 and -7 % 3 == 2 and 7 % -3 == -2 and 5.5 % 2 == 1.5",
        "7 / 2 == 3.5 and 1 / 3 * 3 == 1",
        "2 ** 10 == 1024 and -2 ** 2 == -4",
        "1 << 4 | 1 == 17",
        "(1 << 4 | 1) ^ 3 == 18",
        "~5 == -6 and +5 == 5 and - -5 == 5",
        "-8 >> 1 == -4 and 8 >> 100 == 0",
        "abs(-3) == 3 and min(3, 1, 2) == 1 and max([1, 4]) == 4",
        "int(7.9) == 7 and int(-7.9) == -7",
        "'a' + 'b' == 'ab' and 'a' < 'b' and True == 1 and False == 0",
        "not () and (1,) and [1, 2] and not ''",
        "0x7fffffff == tcpi_snd_ssthresh",
        "('%d of %s' % (1, 'two')) == '1 of two' and '100%%' % () == '100%'",
        "1 == 1 or nothing_is_asked_of_this",
        "'it\\'s' != \"its\"",
        "1 == '1' or True",
    ] {
        let code = code.replace("nothing_is_asked_of_this", "tcpi_lost");
        assert_eq!(run(&[&format!(" assert {code} ")]), "ok\n", "{code}");
    }
}

/// Python, whose numbers with a point are rounded, says that this one does not.
#[test]
fn fractions_are_exact() {
    assert_eq!(run(&["assert 0.1 + 0.2 == 0.3"]), "ok\n");
}

#[test]
fn an_assertion_that_fails_says_what_the_values_are() {
    check(
        &[
            " assert tcpi_snd_cwnd == 7, tcpi_snd_cwnd ",
            "assert tcpi_snd_cwnd*2 <= tcpi_rtt / 1000 <= 11 , 'srtt=%d us' % tcpi_rtt",
            "\nassert tcpi_snd_cwnd == 10\nassert 0\n",
            "assert tcpi_rtt / 1000 < 12",
        ],
        &expect![[r#"
            1:7 fails: `tcpi_snd_cwnd == 7` does not hold: tcpi_snd_cwnd = 10
            2:6 fails: `tcpi_snd_cwnd*2 <= tcpi_rtt / 1000 <= 11` does not hold: tcpi_snd_cwnd = 10; tcpi_rtt = 12345; srtt=12345 us
            5:1 fails: `0` does not hold
            7:6 fails: `tcpi_rtt / 1000 < 12` does not hold: tcpi_rtt = 12345
        "#]],
    );
}

#[test]
fn statements_of_every_kind() {
    check(
        &[
            "print('cwnd', tcpi_snd_cwnd, 1.25, tcpi_rtt/7)",
            "print tcpi_snd_cwnd",
            "x = tcpi_snd_cwnd * 2; y = 'n'; pass",
            "assert x == 20 and y == 'n'; print(f'x={x}'); x = 1 # gone",
            "assert x == 1; \\\n       assert tcpi_snd_cwnd == \\\n 10",
            "assert (x ==\n   1)",
        ],
        &expect![[r#"
            ok cwnd 10 1.25 1763.571428
            ok 10
            ok
            ok x={x}
            ok
            ok
        "#]],
    );
}

#[test]
fn what_cannot_be_worked_out_is_told() {
    check(
        &[
            "assert tcpi_lost == 0",
            "assert 1 // 0",
            "assert 9223372036854775807 + 1",
            "assert 'a' + 1",
            "assert 1 < 'a'",
            "assert 1.5 & 1",
            "assert 2 ** 64",
            "assert 1 in 1",
            "assert 1 in 'abc'",
            "assert min()",
        ],
        &expect![[r#"
            1:13 not modelled: the model does not keep `tcpi_lost`
            2:15 fails: division by zero
            3:33 fails: a number here has more than 63 bits
            4:17 fails: these values do not go together
            5:15 fails: these values do not go together
            6:17 fails: these values do not go together
            7:15 fails: a number here has more than 63 bits
            8:15 fails: these values do not go together
            9:15 fails: these values do not go together
            10:13 fails: these values do not go together
        "#]],
    );
}

#[test]
fn python_beyond_this_is_named() {
    check(
        &[
            "import sys",
            "if tcpi_rtt > 1:\n  print('x')",
            "assert any(x > 1 for x in (1, 2))",
            "assert [1, 2][0] == 1",
            "assert tcpi_rtt < 1e6",
            "x.y = 1",
            "assert {1: 2}",
            "assert tcpi_rtt if 1 else 2",
            // After code that was not read, any name may have a value.
            "assert defined_above == 1",
        ],
        &expect![[r#"
            recognised, not modelled: Python code `import sys`
            recognised, not modelled: Python code `if tcpi_rtt > 1: print('x')`
            recognised, not modelled: Python code `assert any(x > 1 for x in (1, 2))`
            recognised, not modelled: Python code `assert [1, 2][0] == 1`
            recognised, not modelled: Python code `assert tcpi_rtt < 1e6`
            recognised, not modelled: Python code `x.y = 1`
            recognised, not modelled: Python code `assert {1: 2}`
            recognised, not modelled: Python code `assert tcpi_rtt if 1 else 2`
            10:13 not modelled: the model does not keep `defined_above`
        "#]],
    );
}

#[test]
fn code_that_is_wrong() {
    for (code, expected) in [
        (
            "assert tcpi_snd_cwmd == 1",
            expect![[r#"
            1:13: there is no field of tcp_info `tcpi_snd_cwmd`; did you mean `tcpi_snd_cwnd`?
        "#]],
        ),
        (
            "assert tcpi_snd_cwnd == ",
            expect![[r#"
            1:30: expected a value, such as 10 or tcpi_snd_cwnd, found `}%`
        "#]],
        ),
        (
            "assert tcpi_snd_cwnd = 1",
            expect![[r#"
                1:27: expected `==`, found `=`
            "#]],
        ),
        (
            "assert (1 == 1",
            expect![[r#"
            1:20: expected `)`, found `}%`
        "#]],
        ),
        (
            "assert 1 == 1 2",
            expect![[r#"
            1:20: expected an operator or the end of the line, found `2`
        "#]],
        ),
        (
            "assert 'abc",
            expect![[r#"
            1:13: this string is not closed: `'` is missing
        "#]],
        ),
        (
            "\n\n  assert 1 +* 2",
            expect![[r#"
            3:13: expected a value, such as 10 or tcpi_snd_cwnd, found `*`
        "#]],
        ),
        (
            "assert 1 not 2",
            expect![[r#"
                1:19: expected `in`, found `2`
            "#]],
        ),
    ] {
        expected.assert_eq(&run(&[code]));
    }
}

#[test]
fn messages_in_chinese() {
    let mut text = String::new();
    for code in
        ["assert tcpi_snd_cwnd == 7, 'hm'", "assert tcpi_lost", "assert 1/0", "assert 2**63", "assert -'a'"]
    {
        let script = parse(&format!("0 %{{ {code} }}%")).unwrap();
        let Action::Code(code) = &script.events[0].action else { panic!("no code") };
        let failed = code.run(&mut Memory::default(), &lookup).unwrap_err();
        text += &(failed.error.message(Lang::Zh) + "\n");
    }
    expect![[r#"
        `tcpi_snd_cwnd == 7` 不成立：tcpi_snd_cwnd = 10; hm
        模型不记录 `tcpi_lost`
        除数为零
        这里的数超过 63 位
        这些值的类型不能一起运算
    "#]]
    .assert_eq(&text);
}
