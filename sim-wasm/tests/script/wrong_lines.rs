//! Bad scripts and the messages that they get: packets and calls.

use super::errors::check;
use expect_test::expect;

#[test]
fn packets() {
    check(
        "0 < S 0:0(0)",
        expect![[r#"
        1:3: a packet that arrives needs `win`
        收到的报文必须写明 `win`
        0 < S 0:0(0)
          ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <...>",
        expect![[r#"
        1:20: `<...>` is for expected packets (>) alone
        `<...>` 只能用于期望的报文（>）
        0 < S 0:0(0) win 1 <...>
                           ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win 1 ack 1",
        expect![[r#"
        1:20: expected `ack`, `win` and `urg` in this order, found `ack`
        此处应为：依次写 `ack`、`win`、`urg`；实际是：`ack`
        0 < S 0:0(0) win 1 ack 1
                           ^
    "#]],
    );
    check(
        "0 < [ect01] S 0:0(0) win 1",
        expect![[r#"
        1:6: `ect01` is for expected packets (>) alone
        `ect01` 只能用于期望的报文（>）
        0 < [ect01] S 0:0(0) win 1
             ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <mss 1460,wscale 7>",
        expect![[r#"
            1:20: the options take 7 bytes, which is not a multiple of 4: add 1 `nop`
            选项共 7 字节，不是 4 的倍数，还缺 1 个 `nop`
            0 < S 0:0(0) win 1 <mss 1460,wscale 7>
                               ^
        "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <TS val 1 ecr 2,nop>",
        expect![[r#"
            1:20: the options take 11 bytes, which is not a multiple of 4: add 1 `nop`
            选项共 11 字节，不是 4 的倍数，还缺 1 个 `nop`
            0 < S 0:0(0) win 1 <TS val 1 ecr 2,nop>
                               ^
        "#]],
    );
    check(
        "0 < . 1:1(0) win 1 <sack 1:2 3:4 5:6 7:8 9:10,nop,nop>",
        expect![[r#"
        1:20: the options take 44 bytes; a TCP header has room for 40
        选项共 44 字节，而 TCP 首部最多容纳 40 字节
        0 < . 1:1(0) win 1 <sack 1:2 3:4 5:6 7:8 9:10,nop,nop>
                           ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <mss>",
        expect![[r#"
        1:24: expected MSS, found `>`
        此处应为：MSS；实际是：`>`
        0 < S 0:0(0) win 1 <mss>
                               ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <TS 1 2>",
        expect![[r#"
            1:24: expected `val`, found `1`
            此处应为：`val`；实际是：`1`
            0 < S 0:0(0) win 1 <TS 1 2>
                                   ^
        "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <mss 1460 sackOK>",
        expect![[r#"
        1:30: expected `,` `>`, found `sackOK`
        此处应为：`,` `>`；实际是：`sackOK`
        0 < S 0:0(0) win 1 <mss 1460 sackOK>
                                     ^
    "#]],
    );
    check(
        "0 < S 0:0 win 1",
        expect![[r#"
        1:11: expected `(`, found `win`
        此处应为：`(`；实际是：`win`
        0 < S 0:0 win 1
                  ^
    "#]],
    );
    check(
        "0 < icmp unreachable net_unreachable mtu 1200",
        expect![[r#"
        1:38: `mtu` goes with `unreachable frag_needed` alone
        `mtu` 只能与 `unreachable frag_needed` 同用
        0 < icmp unreachable net_unreachable mtu 1200
                                             ^
    "#]],
    );
    check(
        "0 > S. 0:0(0) ack 1 win 5 foo",
        expect![[r#"
            1:27: expected `ack`, `win`, `urg`, <options> or the end of the line, found `foo`
            此处应为：`ack`、`win`、`urg`、<选项> 或行尾；实际是：`foo`
            0 > S. 0:0(0) ack 1 win 5 foo
                                      ^
        "#]],
    );
    check(
        "0 > . 1:1(0) ack 1\n> . 1:1(0) ack 1",
        expect![[r#"
        2:1: expected a time, such as 0.100, +0.1 or *, found `>`
        此处应为：时间，如 0.100、+0.1 或 *；实际是：`>`
        > . 1:1(0) ack 1
        ^
    "#]],
    );
}

#[test]
fn calls() {
    check(
        "0 bind(3, ...) = 0",
        expect![[r#"
            1:3: `bind` takes 3 arguments, not 2
            `bind` 需要 3 个参数，而不是 2 个
            0 bind(3, ...) = 0
              ^
        "#]],
    );
    check(
        "0 fcntl(3) = 0",
        expect![[r#"
            1:3: `fcntl` takes 2–3 arguments, not 1
            `fcntl` 需要 2–3 个参数，而不是 1 个
            0 fcntl(3) = 0
              ^
        "#]],
    );
    check(
        "0 close(3)",
        expect![[r#"
        1:11: expected `=`, but the script ends here
        此处应为：`=`；脚本却到此结束
        0 close(3)
                  ^
    "#]],
    );
    check(
        "0 close(3) = ",
        expect![[r#"
        1:14: expected an argument, such as 3, ..., [1] or SOL_SOCKET, but the script ends here
        此处应为：参数，如 3、...、[1] 或 SOL_SOCKET；脚本却到此结束
        0 close(3) = 
                     ^
    "#]],
    );
    check(
        "0 close(3) = [1]",
        expect![[r#"
            1:14: expected a number that the call returns, found `[1]`
            此处应为：调用返回的数值；实际是：`[1]`
            0 close(3) = [1]
                         ^
        "#]],
    );
    check(
        "0 close(3 = 0",
        expect![[r#"
        1:11: expected `,` `)`, found `=`
        此处应为：`,` `)`；实际是：`=`
        0 close(3 = 0
                  ^
    "#]],
    );
    check(
        "0 close 3 = 0",
        expect![[r#"
        1:9: expected `(`, found `3`
        此处应为：`(`；实际是：`3`
        0 close 3 = 0
                ^
    "#]],
    );
    check(
        "0 close(;) = 0",
        expect![[r#"
        1:9: expected an argument, such as 3, ..., [1] or SOL_SOCKET, found `;`
        此处应为：参数，如 3、...、[1] 或 SOL_SOCKET；实际是：`;`
        0 close(;) = 0
                ^
    "#]],
    );
    check(
        "0 send(3, ..., 1, MSG_DONTWAIT|[1]) = 0",
        expect![[r#"
        1:32: `|` joins numbers and constants alone
        `|` 只能连接数值和常量
        0 send(3, ..., 1, MSG_DONTWAIT|[1]) = 0
                                       ^
    "#]],
    );
    check(
        "0 close(3) = 0 +",
        expect![[r#"
        1:17: expected a time, such as 0.100, +0.1 or *, but the script ends here
        此处应为：时间，如 0.100、+0.1 或 *；脚本却到此结束
        0 close(3) = 0 +
                        ^
    "#]],
    );
    check(
        "0 close(3) = 0 \"x\"",
        expect![[r#"
        1:16: expected the end of the line, found `"x"`
        此处应为：行尾；实际是：`"x"`
        0 close(3) = 0 "x"
                       ^
    "#]],
    );
    check(
        &format!("0 close({}", "[".repeat(1000)),
        expect![[r#"
        1:30: brackets stand too deep in one another here
        此处括号嵌套过深
        0 close([[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
                                     ^
    "#]],
    );
}
