//! The option lines at the top of a script, `--name=value`: the same as on the tool's command line.

use super::ast::{Command, NotModelled, Pos};
use super::message::{Problem, ScriptError};
use super::parse;
use crate::lab::param::nearest;
use crate::net::Ipv4;
use crate::text::Text;
use crate::time::Time;

/// What the options ask for. The defaults are those of the tool (`set_default_config()` in its config.c).
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// `--tolerance_usecs`: how far from its time an event may be.
    pub tolerance: Time,
    /// `--tolerance_percent`, in thousandths of the time since the event before; the larger of the two tolerances holds.
    pub tolerance_per_mille: u32,
    /// `--mtu` of the interface, in bytes.
    pub mtu: u16,
    /// `--mss`: an advertised MSS to set on the route, in bytes.
    pub mss: Option<u16>,
    /// `--bind_port`: what `bind(…, ..., ...)` binds to.
    pub bind_port: u16,
    /// `--connect_port`: where `connect(…, ..., ...)` goes.
    pub connect_port: u16,
    /// `--local_ip`: the address of the machine under test.
    pub local_ip: Ipv4,
    /// `--remote_ip`: the address of the other side.
    pub remote_ip: Ipv4,
    /// `--tcp_ts_tick_usecs`: time in which TSval counts up by one; zero: expected TSvals are not compared.
    pub ts_tick: Time,
    /// `--tcp_ts_ecr_scaled`: the echoed timestamps of the script are in ticks as well.
    pub ts_ecr_scaled: bool,
    /// `--strict_segments`: expected packets must be segments as sent, not parts or wholes of them.
    pub strict_segments: bool,
    /// `--non_fatal=packet`: a wrong packet is told and does not end the run.
    pub non_fatal_packet: bool,
    /// `--non_fatal=syscall`: the same for calls.
    pub non_fatal_call: bool,
    /// `--dry_run`: the script is read and not run.
    pub dry_run: bool,
    /// Options that ask for what the model has not.
    pub not_modelled: Vec<NotModelled>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            tolerance: Time::from_micros(4000),
            tolerance_per_mille: 125,
            mtu: 1500,
            mss: None,
            bind_port: 8080,
            connect_port: 8080,
            // The tool takes a random address of 192.168.0.0/16; the scripts of Linux are run with this one.
            local_ip: Ipv4::new(192, 168, 0, 1),
            remote_ip: Ipv4::new(192, 0, 2, 1),
            ts_tick: Time::ZERO,
            ts_ecr_scaled: false,
            strict_segments: false,
            non_fatal_packet: false,
            non_fatal_call: false,
            dry_run: false,
            not_modelled: Vec::new(),
        }
    }
}

/// Every option of the tool, and whether it has a value.
const OPTIONS: &[(&str, bool)] = &[
    ("ip_version", true),
    ("bind_port", true),
    ("code_command", true),
    ("code_format", true),
    ("code_sockopt", true),
    ("connect_port", true),
    ("remote_ip", true),
    ("local_ip", true),
    ("gateway_ip", true),
    ("netmask_ip", true),
    ("speed", true),
    ("mss", true),
    ("mtu", true),
    ("init_scripts", true),
    ("tolerance_usecs", true),
    ("tolerance_percent", true),
    ("wire_client", false),
    ("wire_server", false),
    ("wire_server_ip", true),
    ("wire_server_at", true),
    ("wire_server_port", true),
    ("wire_client_dev", true),
    ("wire_server_dev", true),
    ("so_filename", true),
    ("so_flags", true),
    ("tcp_ts_ecr_scaled", false),
    ("tcp_ts_tick_usecs", true),
    ("strict_segments", false),
    ("non_fatal", true),
    ("dry_run", false),
    ("is_anyip", false),
    ("send_omit_free", false),
    ("debug", false),
    ("define", true),
    ("verbose", false),
];

const OPTION: Text = Text::new("option", "选项");

/// An option as written.
pub(super) struct Written<'a> {
    pub(super) at: Pos,
    pub(super) name: &'a str,
    pub(super) value: Option<&'a str>,
    /// Where the value stands.
    pub(super) value_at: Pos,
}

/// Puts an option into effect; the files of `--init_scripts` go to `init`.
pub(super) fn apply(
    option: &Written<'_>,
    config: &mut Config,
    init: &mut Vec<Command>,
) -> Result<(), ScriptError> {
    let Written { at, name, value, value_at } = *option;
    let wrong = |at, problem| Err(ScriptError { at, problem });
    let Some((_, takes_value)) = OPTIONS.iter().find(|(known, _)| *known == name) else {
        let near = nearest(name, OPTIONS.iter().map(|(known, _)| *known));
        return wrong(at, Problem::Unknown { what: OPTION, name: name.to_string(), near });
    };
    let value = match (value, takes_value) {
        (Some(value), true) => value.trim_matches('"'),
        (None, false) => "",
        (None, true) => {
            return wrong(
                value_at,
                Problem::Other(Text::new("this option needs a value", "此选项需要一个值")),
            );
        }
        (Some(_), false) => {
            return wrong(value_at, Problem::Other(Text::new("this option takes no value", "此选项不带值")));
        }
    };
    let expected = |expected| ScriptError {
        at: value_at,
        problem: Problem::Expected { expected, found: value.to_string() },
    };
    let number = |min: u32, max: u32| {
        let number = value.parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or(expected(match (min, max) {
            (0, _) => Text::new("a whole number", "整数"),
            (_, 65535) => Text::new("a whole number from 1 to 65535", "1 到 65535 之间的整数"),
            _ => Text::new("a whole number above 0", "大于 0 的整数"),
        }))
    };
    let port = || Ok(u16::try_from(number(1, 65535)?).unwrap_or(u16::MAX));
    let address = || {
        let ip = value.split('/').next().and_then(parse::address);
        ip.ok_or(expected(Text::new("an IPv4 address", "IPv4 地址")))
    };
    let not_modelled = |matters| NotModelled {
        at,
        what: Text::new("option of the tool", "工具选项"),
        text: format!("--{name}{}{value}", if *takes_value { "=" } else { "" }),
        matters,
    };
    match name {
        "tolerance_usecs" => config.tolerance = Time::from_micros(number(1, u32::MAX)?.into()),
        "tolerance_percent" => {
            let percent = parse::seconds(value).filter(|percent| percent.secs() <= 100);
            let percent =
                percent.ok_or(expected(Text::new("a number from 0 to 100", "0 到 100 之间的数")))?;
            config.tolerance_per_mille = u32::try_from(percent.millis() / 100).unwrap_or(1000);
        }
        "mtu" => config.mtu = port()?,
        "mss" => config.mss = Some(port()?),
        "bind_port" => config.bind_port = port()?,
        "connect_port" => config.connect_port = port()?,
        "local_ip" => config.local_ip = address()?,
        "remote_ip" => config.remote_ip = address()?,
        "gateway_ip" | "netmask_ip" => _ = address()?,
        "tcp_ts_tick_usecs" => config.ts_tick = Time::from_micros(number(0, 1_000_000)?.into()),
        "tcp_ts_ecr_scaled" => config.ts_ecr_scaled = true,
        "strict_segments" => config.strict_segments = true,
        "dry_run" => config.dry_run = true,
        "non_fatal" => {
            for kind in value.split(',').map(str::trim) {
                match kind {
                    "packet" => config.non_fatal_packet = true,
                    "syscall" => config.non_fatal_call = true,
                    _ => return Err(expected(Text::same("packet, syscall"))),
                }
            }
        }
        "ip_version" => match value {
            "ipv4" => {}
            "ipv4-mapped-ipv6" => config.not_modelled.push(not_modelled(false)),
            "ipv6" => config.not_modelled.push(not_modelled(true)),
            _ => return Err(expected(Text::same("ipv4, ipv4-mapped-ipv6, ipv6"))),
        },
        "init_scripts" => {
            let files =
                value.split(',').map(|path| Command::Include { at: value_at, path: path.to_string() });
            init.extend(files);
        }
        "define" => {
            if value.split_once('=').is_none_or(|(symbol, _)| symbol.is_empty()) {
                return Err(expected(Text::same("NAME=value")));
            }
        }
        // How the tool runs and what it prints, not what it runs.
        "verbose" | "debug" | "send_omit_free" | "code_command" | "code_format" | "code_sockopt"
        | "speed" => {}
        _ => config.not_modelled.push(not_modelled(false)),
    }
    Ok(())
}
