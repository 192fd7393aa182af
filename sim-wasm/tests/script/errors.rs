//! Bad scripts and the messages that they get: names, numbers, times, and scripts as wholes.

use expect_test::{Expect, expect};
use sim_wasm::script::{Pos, excerpt, parse};
use sim_wasm::text::Lang;

/// Every error: place and sentence in English, then the sentence in Chinese, then the line with a mark.
pub(crate) fn check(source: &str, expected: Expect) {
    let errors = parse(source).expect_err("it should be wrong");
    let text: String = errors
        .iter()
        .map(|error| {
            let (en, zh) = (error.message(Lang::En), error.message(Lang::Zh));
            format!("{}: {en}\n{zh}\n{}\n", error.at, excerpt(source, error.at))
        })
        .collect();
    expected.assert_eq(&text);
}

#[test]
fn names_that_do_not_exist_get_the_nearest_that_does() {
    check(
        "0 sokcet(..., SOCK_STREAM, IPPROTO_TCP) = 3",
        expect![[r#"
        1:3: there is no system call `sokcet`; did you mean `socket`?
        没有名为 `sokcet` 的系统调用，是不是 `socket`？
        0 sokcet(..., SOCK_STREAM, IPPROTO_TCP) = 3
          ^
    "#]],
    );
    check(
        "0 socket(..., SOCK_STEAM, IPPROTO_TCP) = 3",
        expect![[r#"
        1:15: there is no constant `SOCK_STEAM`; did you mean `SOCK_STREAM`?
        没有名为 `SOCK_STEAM` 的常量，是不是 `SOCK_STREAM`？
        0 socket(..., SOCK_STEAM, IPPROTO_TCP) = 3
                      ^
    "#]],
    );
    check(
        "0 read(3, ..., 1) = -1 EAGIAN (Try again)",
        expect![[r#"
        1:24: there is no error `EAGIAN`; did you mean `EAGAIN`?
        没有名为 `EAGIAN` 的错误码，是不是 `EAGAIN`？
        0 read(3, ..., 1) = -1 EAGIAN (Try again)
                               ^
    "#]],
    );
    check(
        "0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onof=1, linger=0}, 8) = 0",
        expect![[r#"
        1:41: there is no struct member `onof`; did you mean `onoff`?
        没有名为 `onof` 的结构体成员，是不是 `onoff`？
        0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onof=1, linger=0}, 8) = 0
                                                ^
    "#]],
    );
    check(
        "--tolerance_usec=10\n0 close(3) = 0",
        expect![[r#"
        1:1: there is no option `tolerance_usec`; did you mean `tolerance_usecs`?
        没有名为 `tolerance_usec` 的选项，是不是 `tolerance_usecs`？
        --tolerance_usec=10
        ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <mss 1460,sackok,nop,nop>",
        expect![[r#"
            1:30: there is no TCP option `sackok`; did you mean `sackOK`?
            没有名为 `sackok` 的 TCP 选项，是不是 `sackOK`？
            0 < S 0:0(0) win 1 <mss 1460,sackok,nop,nop>
                                         ^
        "#]],
    );
    check(
        "0 < [ect2] S 0:0(0) win 1",
        expect![[r#"
            1:6: there is no field of an IP header `ect2`; did you mean `ect0`?
            没有名为 `ect2` 的 IP 首部字段，是不是 `ect0`？
            0 < [ect2] S 0:0(0) win 1
                 ^
        "#]],
    );
    check(
        "0 < icmp unreachble",
        expect![[r#"
            1:10: there is no ICMP type `unreachble`; did you mean `unreachable`?
            没有名为 `unreachble` 的 ICMP 类型，是不是 `unreachable`？
            0 < icmp unreachble
                     ^
        "#]],
    );
    check(
        "0 < icmp unreachable host_unreachible",
        expect![[r#"
            1:22: there is no ICMP code `host_unreachible`; did you mean `host_unreachable`?
            没有名为 `host_unreachible` 的 ICMP 代码，是不是 `host_unreachable`？
            0 < icmp unreachable host_unreachible
                                 ^
        "#]],
    );
    check(
        "0 < S 0:0(0) wni 1",
        expect![[r#"
            1:14: expected `ack`, `win`, `urg`, <options> or the end of the line, found `wni`
            此处应为：`ack`、`win`、`urg`、<选项> 或行尾；实际是：`wni`
            0 < S 0:0(0) wni 1
                         ^
        "#]],
    );
    check(
        "0 %{ assert tcpi_cwnd == 1 }%",
        expect![[r#"
            1:13: there is no field of tcp_info `tcpi_cwnd`; did you mean `tcpi_rcv_wnd`?
            没有名为 `tcpi_cwnd` 的 tcp_info 字段，是不是 `tcpi_rcv_wnd`？
            0 %{ assert tcpi_cwnd == 1 }%
                        ^
        "#]],
    );
}

#[test]
fn flags() {
    check(
        "0 < s 0:0(0) win 1",
        expect![[r#"
        1:5: there is no flag `s`; did you mean `S`?
        没有名为 `s` 的标志，是不是 `S`？
        0 < s 0:0(0) win 1
            ^
    "#]],
    );
    check(
        "0 < SX. 0:0(0) win 1",
        expect![[r#"
        1:6: there is no flag `X`
        没有名为 `X` 的标志
        0 < SX. 0:0(0) win 1
             ^
    "#]],
    );
    check(
        "0 < SC 0:0(0) win 1",
        expect![[r#"
        1:6: there is no flag `C`; did you mean `W`?
        没有名为 `C` 的标志，是不是 `W`？
        0 < SC 0:0(0) win 1
             ^
    "#]],
    );
    check(
        "0 < PE.3 0:0(0) win 1",
        expect![[r#"
        1:8: the number already gives the flags E, W and A
        E、W、A 三个标志已由数字给出
        0 < PE.3 0:0(0) win 1
               ^
    "#]],
    );
    check(
        "0 < 1:1(0) ack 1 win 1",
        expect![[r#"
        1:5: expected flags, such as S, S., P. or -, found `1`
        此处应为：标志，如 S、S.、P. 或 -；实际是：`1`
        0 < 1:1(0) ack 1 win 1
            ^
    "#]],
    );
}

#[test]
fn numbers() {
    check(
        "0 < S 1:1001(999) win 1",
        expect![[r#"
        1:7: 1 and 999 bytes make 1000, not 1001
        1 加 999 字节应为 1000，而不是 1001
        0 < S 1:1001(999) win 1
              ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win 65536",
        expect![[r#"
        1:18: window 65536 is out of range: 0 to 65535
        窗口：65536 超出范围，应在 0 到 65535 之间
        0 < S 0:0(0) win 65536
                         ^
    "#]],
    );
    check(
        "0 < S 0:0(0) win -1",
        expect![[r#"
        1:18: window -1 is out of range: 0 to 65535
        窗口：-1 超出范围，应在 0 到 65535 之间
        0 < S 0:0(0) win -1
                         ^
    "#]],
    );
    check(
        "0 < . 4294967296:0(0) win 1",
        expect![[r#"
            1:7: sequence number 4294967296 is out of range: 0 to 4294967295
            序号：4294967296 超出范围，应在 0 到 4294967295 之间
            0 < . 4294967296:0(0) win 1
                  ^
        "#]],
    );
    check(
        "0 < S 0:0(0) win 1 <mss 70000>",
        expect![[r#"
        1:25: MSS 70000 is out of range: 0 to 65535
        MSS：70000 超出范围，应在 0 到 65535 之间
        0 < S 0:0(0) win 1 <mss 70000>
                                ^
    "#]],
    );
    check(
        "0 < 70000 > 80 S 0:0(0) win 1",
        expect![[r#"
        1:5: port 70000 is out of range: 0 to 65535
        端口：70000 超出范围，应在 0 到 65535 之间
        0 < 70000 > 80 S 0:0(0) win 1
            ^
    "#]],
    );
    check(
        "0 < 1.2.3.400:1 > 1.2.3.4:5 S 0:0(0) win 1",
        expect![[r#"
        1:5: expected an IPv4 address, found `1.2.3.400`
        此处应为：IPv4 地址；实际是：`1.2.3.400`
        0 < 1.2.3.400:1 > 1.2.3.4:5 S 0:0(0) win 1
            ^
    "#]],
    );
    check(
        "0 close(99999999999999999999) = 0",
        expect![[r#"
        1:9: number 99999999999999999999 is out of range: 0 to 9223372036854775807
        数值：99999999999999999999 超出范围，应在 0 到 9223372036854775807 之间
        0 close(99999999999999999999) = 0
                ^
    "#]],
    );
    check(
        "0 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"1.2.3\")}, ...) = 0",
        expect![[r#"
            1:70: expected an IPv4 address, found `"1.2.3"`
            此处应为：IPv4 地址；实际是：`"1.2.3"`
            0 bind(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("1.2.3")}, ...) = 0
                                                                                 ^
        "#]],
    );
}

#[test]
fn times() {
    check(
        "0 close(3) = 0\n0.5 close(4) = 0\n+1 close(5) = 0\n0.25 close(6) = 0",
        expect![[r#"
        4:1: time runs backwards: 0.25 comes after 0.5 of line 2
        时间倒退：0.25 排在第 2 行的 0.5 之后
        0.25 close(6) = 0
        ^
    "#]],
    );
    check(
        "0 close(3) = 0\n0.2~0.1 > . 1:1(0)",
        expect![[r#"
        2:5: the end of this range lies before its start
        区间的终点早于起点
        0.2~0.1 > . 1:1(0)
            ^
    "#]],
    );
    check(
        "+.1...0.05 read(3, ..., 1) = 1",
        expect![[r#"
        1:7: the end of this range lies before its start
        区间的终点早于起点
        +.1...0.05 read(3, ..., 1) = 1
              ^
    "#]],
    );
    check(
        "* close(3) = 0",
        expect![[r#"
        1:1: `*` and a range of times are for expected packets (>) alone
        `*` 和时间区间只能用于期望的报文（>）
        * close(3) = 0
        ^
    "#]],
    );
    check(
        "0~1 < S 0:0(0) win 1",
        expect![[r#"
        1:1: `*` and a range of times are for expected packets (>) alone
        `*` 和时间区间只能用于期望的报文（>）
        0~1 < S 0:0(0) win 1
        ^
    "#]],
    );
    check(
        "+0~.04 > . 1:1(0)",
        expect![[r#"
        1:4: expected `+`, found `.04`
        此处应为：`+`；实际是：`.04`
        +0~.04 > . 1:1(0)
           ^
    "#]],
    );
    check(
        "0.1.2 close(3) = 0",
        expect![[r#"
        1:1: expected a time, such as 0.100, +0.1 or *, found `0.1.2`
        此处应为：时间，如 0.100、+0.1 或 *；实际是：`0.1.2`
        0.1.2 close(3) = 0
        ^
    "#]],
    );
    check(
        "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3",
        expect![[r#"
        1:1: expected a time, such as 0.100, +0.1 or *, found `socket`
        此处应为：时间，如 0.100、+0.1 或 *；实际是：`socket`
        socket(..., SOCK_STREAM, IPPROTO_TCP) = 3
        ^
    "#]],
    );
    check(
        "0 close(3) = 0\n  < S 0:0(0) win 1",
        expect![[r#"
        2:3: expected a time, such as 0.100, +0.1 or *, found `<`
        此处应为：时间，如 0.100、+0.1 或 *；实际是：`<`
          < S 0:0(0) win 1
          ^
    "#]],
    );
    check(
        "0...1 > . 1:1(0)",
        expect![[r#"
        1:7: expected a system call, found `>`
        此处应为：系统调用；实际是：`>`
        0...1 > . 1:1(0)
              ^
    "#]],
    );
    check(
        "-1 close(3) = 0",
        expect![[r#"
        1:1: expected a time, such as 0.100, +0.1 or *, found `-1`
        此处应为：时间，如 0.100、+0.1 或 *；实际是：`-1`
        -1 close(3) = 0
        ^
    "#]],
    );
}

#[test]
fn things_that_are_not_closed() {
    check(
        "0 close(3) = 0 /* never",
        expect![[r#"
        1:16: this comment is not closed: `*/` is missing
        注释没有结束：缺少 `*/`
        0 close(3) = 0 /* never
                       ^
    "#]],
    );
    check(
        "0 %{ assert 1",
        expect![[r#"
            1:3: this code is not closed: `}%` is missing
            代码没有结束：缺少 `}%`
            0 %{ assert 1
              ^
        "#]],
    );
    check(
        "0 `sysctl",
        expect![[r#"
            1:3: this shell command is not closed: "`" is missing
            shell 命令没有结束：缺少 "`"
            0 `sysctl
              ^
        "#]],
    );
    check(
        "0 write(3, \"abc, 3) = 3\n+0 close(3) = 0",
        expect![[r#"
            1:12: this string is not closed: `"` is missing
            字符串没有结束：缺少 `"`
            0 write(3, "abc, 3) = 3
                       ^
        "#]],
    );
    check(
        "0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1, 4) = 0",
        expect![[r#"
        1:44: expected `,` `]`, found `)`
        此处应为：`,` `]`；实际是：`)`
        0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1, 4) = 0
                                                   ^
    "#]],
    );
}

#[test]
fn options() {
    check(
        "--dry_run=yes\n0 close(3) = 0",
        expect![[r#"
        1:11: this option takes no value
        此选项不带值
        --dry_run=yes
                  ^
    "#]],
    );
    check(
        "--mtu\n0 close(3) = 0",
        expect![[r#"
        1:6: this option needs a value
        此选项需要一个值
        --mtu
             ^
    "#]],
    );
    check(
        "--mtu=many\n0 close(3) = 0",
        expect![[r#"
            1:7: expected a whole number from 1 to 65535, found `many`
            此处应为 1 到 65535 之间的整数；实际是：`many`
            --mtu=many
                  ^
        "#]],
    );
    check(
        "--bind_port=0\n0 close(3) = 0",
        expect![[r#"
            1:13: expected a whole number from 1 to 65535, found `0`
            此处应为 1 到 65535 之间的整数；实际是：`0`
            --bind_port=0
                        ^
        "#]],
    );
    check(
        "--tolerance_percent=200\n0 close(3) = 0",
        expect![[r#"
        1:21: expected a number from 0 to 100, found `200`
        此处应为：0 到 100 之间的数；实际是：`200`
        --tolerance_percent=200
                            ^
    "#]],
    );
    check(
        "--ip_version=5\n0 close(3) = 0",
        expect![[r#"
        1:14: expected ipv4, ipv4-mapped-ipv6, ipv6, found `5`
        此处应为：ipv4, ipv4-mapped-ipv6, ipv6；实际是：`5`
        --ip_version=5
                     ^
    "#]],
    );
    check(
        "--local_ip=::1\n0 close(3) = 0",
        expect![[r#"
        1:12: expected an IPv4 address, found `::1`
        此处应为：IPv4 地址；实际是：`::1`
        --local_ip=::1
                   ^
    "#]],
    );
    check(
        "--define=X\n0 close(3) = 0",
        expect![[r#"
        1:10: expected NAME=value, found `X`
        此处应为：NAME=value；实际是：`X`
        --define=X
                 ^
    "#]],
    );
    check(
        "0 close(3) = 0\n--mtu=1500",
        expect![[r#"
        2:1: options stand above the first event
        选项应写在第一个事件之前
        --mtu=1500
        ^
    "#]],
    );
}

#[test]
fn a_script_of_nothing() {
    check(
        "",
        expect![[r#"
            1:1: expected a time, such as 0.100, +0.1 or *, but the script ends here
            此处应为：时间，如 0.100、+0.1 或 *；脚本却到此结束

            ^
        "#]],
    );
    check(
        "// only a remark\n\n",
        expect![[r#"
            3:1: expected a time, such as 0.100, +0.1 or *, but the script ends here
            此处应为：时间，如 0.100、+0.1 或 *；脚本却到此结束

            ^
        "#]],
    );
    check(
        "你好",
        expect![[r#"
        1:1: expected a time, such as 0.100, +0.1 or *, found `你`
        此处应为：时间，如 0.100、+0.1 或 *；实际是：`你`
        你好
        ^
    "#]],
    );
}

#[test]
fn all_errors_are_told_in_their_order() {
    check(
        "--mtu=0
--mtv=1
`true`
0 sokcet(..., SOCK_STREAM, IPPROTO_TCP) = 3
+0 bind(3, ..., ...) = 0
+0 lissen(3, 1) = 0

+0 < S 0:0(0) win 1 <mss 1460,
                     what 3>
+0 > S. 0:0(0) ack 1 <...>
0 < X 1:1(0) win 1",
        expect![[r#"
            1:7: expected a whole number from 1 to 65535, found `0`
            此处应为 1 到 65535 之间的整数；实际是：`0`
            --mtu=0
                  ^
            2:1: there is no option `mtv`; did you mean `mtu`?
            没有名为 `mtv` 的选项，是不是 `mtu`？
            --mtv=1
            ^
            4:3: there is no system call `sokcet`; did you mean `socket`?
            没有名为 `sokcet` 的系统调用，是不是 `socket`？
            0 sokcet(..., SOCK_STREAM, IPPROTO_TCP) = 3
              ^
            6:4: there is no system call `lissen`; did you mean `listen`?
            没有名为 `lissen` 的系统调用，是不是 `listen`？
            +0 lissen(3, 1) = 0
               ^
            9:22: there is no TCP option `what`
            没有名为 `what` 的 TCP 选项
                                 what 3>
                                 ^
            11:5: there is no flag `X`
            没有名为 `X` 的标志
            0 < X 1:1(0) win 1
                ^
        "#]],
    );
    let many = parse(&"0 nothing(3) = 0\n".repeat(100)).expect_err("it should be wrong");
    assert_eq!(many.len(), 20);
}

#[test]
fn the_mark_stands_below_its_column() {
    let source = "first\n\tclose(3)\n中文 close";
    assert_eq!(excerpt(source, Pos { line: 2, col: 2 }), "\tclose(3)\n\t^");
    assert_eq!(excerpt(source, Pos { line: 3, col: 4 }), "中文 close\n　　 ^");
    assert_eq!(excerpt(source, Pos { line: 1, col: 1 }), "first\n^");
    assert_eq!(excerpt(source, Pos { line: 1, col: 6 }), "first\n     ^");
    assert_eq!(excerpt(source, Pos { line: 9, col: 1 }), "");
}
