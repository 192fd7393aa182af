//! What shell commands come to.

use expect_test::{Expect, expect};
use sim_wasm::script::{Command, parse, settings};

fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&show(&settings::read(text)));
}

fn show(commands: &[Command]) -> String {
    let line = |command: &Command| match command {
        Command::Set(setting) => format!("{} {} = {}\n", setting.at, setting.name, setting.value),
        Command::Include { at, path } => format!("{at} include {path}\n"),
        Command::NotModelled(what) => {
            format!("{} {} {}\n", what.at, if what.matters { "??" } else { "--" }, what.text)
        }
    };
    commands.iter().map(line).collect()
}

#[test]
fn sysctl_sets_one_or_more() {
    check(
        r#"sysctl -q net.ipv4.tcp_timestamps=0
sysctl -w net.ipv4.tcp_rmem="4096  540000	$((15*1024*1024))" 2>&1 > /dev/null
/sbin/sysctl -e -q net.ipv4.tcp_early_retrans=4 net/ipv4/tcp_recovery=1   # two of them
sysctl net.ipv4.tcp_ecn = 2
sysctl -q net.ipv4.tcp_wmem='4096 16384 4194304'; sysctl -q net.ipv4.tcp_sack=0 && sysctl net.core.somaxconn=8
sysctl -q net.ipv4.tcp_limit=$(( (1+2) * 3 )) net.x=1
sysctl -q net.ipv4.tcp_limit=$((2+3*4-6/2))"#,
        &expect![[r#"
            1:11 net.ipv4.tcp_timestamps = 0
            2:11 net.ipv4.tcp_rmem = 4096 540000 15728640
            3:20 net.ipv4.tcp_early_retrans = 4
            3:49 net.ipv4.tcp_recovery = 1
            4:8 net.ipv4.tcp_ecn = 2
            5:11 net.ipv4.tcp_wmem = 4096 16384 4194304
            5:61 net.ipv4.tcp_sack = 0
            5:91 net.core.somaxconn = 8
            6:11 net.ipv4.tcp_limit = 9
            6:47 net.x = 1
            7:11 net.ipv4.tcp_limit = 11
        "#]],
    );
}

#[test]
fn files_below_proc_sys_are_sysctls() {
    check(
        "echo 1 > /proc/sys/net/ipv4/tcp_tw_reuse
echo -n '4096 131072 6291456' >/proc/sys/net/ipv4/tcp_rmem
echo \"2\" 1>/proc/sys/net/ipv4/tcp_syncookies
cat values > /proc/sys/net/ipv4/tcp_rmem
echo $VALUE > /proc/sys/net/ipv4/tcp_sack
echo 3 > /sys/module/tcp_cubic/parameters/hystart_detect",
        &expect![[r#"
            1:1 net.ipv4.tcp_tw_reuse = 1
            2:1 net.ipv4.tcp_rmem = 4096 131072 6291456
            3:1 net.ipv4.tcp_syncookies = 2
            4:1 ?? cat values > /proc/sys/net/ipv4/tcp_rmem
            5:1 ?? echo $VALUE > /proc/sys/net/ipv4/tcp_sack
            6:1 ?? echo 3 > /sys/module/tcp_cubic/parameters/hystart_detect
        "#]],
    );
}

#[test]
fn the_tools_own_helpers() {
    check(
        "../../common/defaults.sh
 ../common/set_sysctls.py /proc/sys/net/ipv4/tcp_syn_retries=1 \\
    /proc/sys/net/ipv4/tcp_wmem=\"4096 50000 4194304\" # both
. ./defaults.sh && source defaults.sh || bash -x defaults.sh
./set_sysctls.py nonsense
/tmp/sysctl_restore_${PPID}.sh",
        &expect![[r#"
            1:1 include ../../common/defaults.sh
            2:27 net.ipv4.tcp_syn_retries = 1
            3:5 net.ipv4.tcp_wmem = 4096 50000 4194304
            4:3 include ./defaults.sh
            4:27 include defaults.sh
            4:50 include defaults.sh
            5:1 ?? ./set_sysctls.py nonsense
            6:1 -- /tmp/sysctl_restore_${PPID}.sh
        "#]],
    );
}

#[test]
fn everything_else_is_named() {
    check(
        "#!/bin/bash
ip tcp_metrics flush all > /dev/null 2>&1
tc qdisc add dev tun0 root pfifo
nstat | grep TcpExtOutOfWindowIcmps > /dev/null
ethtool -K tun0 tso off gso off
iptables -A INPUT -p tcp --dport 80 -j DROP & sleep 1
if true; then echo yes; fi
echo hello > /etc/motd
sysctl net.ipv4.tcp_rmem
sysctl -p /etc/sysctl.conf
echo 'unclosed > /proc/sys/x",
        &expect![[r#"
            2:1 -- ip tcp_metrics flush all > /dev/null 2>&1
            3:1 ?? tc qdisc add dev tun0 root pfifo
            4:1 -- nstat
            4:9 -- grep TcpExtOutOfWindowIcmps > /dev/null
            5:1 -- ethtool -K tun0 tso off gso off
            6:1 ?? iptables -A INPUT -p tcp --dport 80 -j DROP
            6:47 -- sleep 1
            7:1 ?? if true
            7:10 ?? then echo yes
            7:25 ?? fi
            8:1 ?? echo hello > /etc/motd
            9:1 -- sysctl net.ipv4.tcp_rmem
            10:1 ?? sysctl -p /etc/sysctl.conf
            11:1 -- echo 'unclosed > /proc/sys/x
        "#]],
    );
}

#[test]
fn commands_stand_above_among_and_below_the_events() {
    let source = "`./defaults.sh
sysctl -q net.ipv4.tcp_ecn=1`
0 `sysctl -q net.ipv4.tcp_sack=0`
+0 close(3) = 0
`/tmp/sysctl_restore_${PPID}.sh`
`ss -tn`";
    let script = parse(source).unwrap();
    let inner = script.events.iter().filter_map(|event| match &event.action {
        sim_wasm::script::Action::Shell(commands) => Some(show(commands)),
        _ => None,
    });
    let text = [show(&script.init), inner.collect(), show(&script.cleanup)].join("---\n");
    expect![[r#"
        1:2 include ./defaults.sh
        2:11 net.ipv4.tcp_ecn = 1
        ---
        3:14 net.ipv4.tcp_sack = 0
        ---
        5:2 -- /tmp/sysctl_restore_${PPID}.sh
        6:2 -- ss -tn
    "#]]
    .assert_eq(&text);
}

#[test]
fn the_tools_defaults_are_sysctls() {
    for (name, value) in settings::DEFAULTS {
        assert!(name.starts_with("net.ipv4.tcp_") && !value.is_empty(), "{name}");
    }
}
