//! The option lines at the top of a script, `--name=value`: the same as on the tool's command line.

use super::ast::{Command, NotModelled, Pos};
use super::message::{Parsed, ScriptError};
use super::parse::{address, integer, seconds};
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

/// What an option takes.
#[derive(Clone, Copy)]
enum Takes {
    Nothing,
    /// A whole number within these.
    Number(i64, i64),
    /// An IPv4 address, perhaps with a prefix length behind it.
    Address,
    /// One of these words, or some of them with commas between them.
    Words(&'static str),
    /// Anything.
    Text,
}

const PORT: Takes = Takes::Number(1, 65535);

/// Every option of the tool.
const OPTIONS: &[(&str, Takes)] = &[
    ("ip_version", Takes::Words("ipv4, ipv4-mapped-ipv6, ipv6")),
    ("bind_port", PORT),
    ("connect_port", PORT),
    ("remote_ip", Takes::Address),
    ("local_ip", Takes::Address),
    ("gateway_ip", Takes::Address),
    ("netmask_ip", Takes::Address),
    ("mss", PORT),
    ("mtu", PORT),
    ("init_scripts", Takes::Text),
    ("tolerance_usecs", Takes::Number(1, 1_000_000_000)),
    ("tolerance_percent", Takes::Text),
    ("tcp_ts_ecr_scaled", Takes::Nothing),
    ("tcp_ts_tick_usecs", Takes::Number(0, 1_000_000)),
    ("strict_segments", Takes::Nothing),
    ("non_fatal", Takes::Words("packet, syscall")),
    ("dry_run", Takes::Nothing),
    ("define", Takes::Text),
    // How the tool runs and what it prints, not what it runs.
    ("code_command", Takes::Text),
    ("code_format", Takes::Text),
    ("code_sockopt", Takes::Text),
    ("speed", Takes::Text),
    ("send_omit_free", Takes::Nothing),
    ("debug", Takes::Nothing),
    ("verbose", Takes::Nothing),
    // What there is nothing of here.
    ("is_anyip", Takes::Nothing),
    ("wire_client", Takes::Nothing),
    ("wire_server", Takes::Nothing),
    ("wire_server_ip", Takes::Text),
    ("wire_server_at", Takes::Text),
    ("wire_server_port", Takes::Text),
    ("wire_client_dev", Takes::Text),
    ("wire_server_dev", Takes::Text),
    ("so_filename", Takes::Text),
    ("so_flags", Takes::Text),
];

/// An option as written.
pub(super) struct Written<'a> {
    pub(super) at: Pos,
    pub(super) name: &'a str,
    pub(super) value: Option<&'a str>,
    /// Where the value stands.
    pub(super) value_at: Pos,
}

/// Puts an option into effect; the files of `--init_scripts` go to `init`.
pub(super) fn apply(option: &Written<'_>, config: &mut Config, init: &mut Vec<Command>) -> Parsed<()> {
    let Written { at, name, value, value_at } = *option;
    let Some((_, takes)) = OPTIONS.iter().find(|(known, _)| *known == name) else {
        let names = &mut OPTIONS.iter().map(|(known, _)| *known);
        return Err(ScriptError::unknown(at, Text::new("option", "选项"), name, names));
    };
    let written = value.unwrap_or_default().trim_matches('"');
    let expected = |what| ScriptError::expected(value_at, what, written);
    let (mut number, mut ip) = (0, Ipv4(0));
    match (takes, value) {
        (Takes::Nothing, None) | (Takes::Text, Some(_)) => {}
        (Takes::Nothing, Some(_)) => {
            let text = Text::new("this option takes no value", "此选项不带值");
            return Err(ScriptError::new(value_at, text));
        }
        (_, None) => {
            let text = Text::new("this option needs a value", "此选项需要一个值");
            return Err(ScriptError::new(value_at, text));
        }
        (Takes::Number(min, max), Some(_)) => {
            let text = Text::new(
                "expected a whole number from {0} to {1}, found `{2}`",
                "此处应为 {0} 到 {1} 之间的整数；实际是：`{2}`",
            );
            let words = || [min.to_string(), max.to_string(), written.to_string()];
            number = integer(written)
                .filter(|number| (*min..=*max).contains(number))
                .ok_or_else(|| ScriptError::new(value_at, text).with(words()))?;
        }
        (Takes::Address, Some(_)) => {
            ip = written
                .split('/')
                .next()
                .and_then(address)
                .ok_or_else(|| expected(Text::new("an IPv4 address", "IPv4 地址")))?;
        }
        (Takes::Words(words), Some(_)) => {
            let known = |word: &str| words.split(", ").any(|known| known == word.trim());
            if !written.split(',').all(known) {
                return Err(expected(Text::same(words)));
            }
        }
    }
    let port = u16::try_from(number).unwrap_or(u16::MAX);
    let micros = Time::from_micros(number.unsigned_abs());
    let mut not_modelled = |matters| {
        let text = value.map_or(format!("--{name}"), |value| format!("--{name}={value}"));
        let what = Text::new("option of the tool", "工具选项");
        config.not_modelled.push(NotModelled { at, what, text, matters });
    };
    match name {
        "tolerance_usecs" => config.tolerance = micros,
        "tolerance_percent" => {
            let percent = seconds(written).filter(|percent| percent.secs() <= 100);
            let what = Text::new("a number from 0 to 100", "0 到 100 之间的数");
            let percent = percent.ok_or_else(|| expected(what))?;
            config.tolerance_per_mille = u32::try_from(percent.millis() / 100).unwrap_or(1000);
        }
        "mtu" => config.mtu = port,
        "mss" => config.mss = Some(port),
        "bind_port" => config.bind_port = port,
        "connect_port" => config.connect_port = port,
        "local_ip" => config.local_ip = ip,
        "remote_ip" => config.remote_ip = ip,
        "tcp_ts_tick_usecs" => config.ts_tick = micros,
        "tcp_ts_ecr_scaled" => config.ts_ecr_scaled = true,
        "strict_segments" => config.strict_segments = true,
        "dry_run" => config.dry_run = true,
        "non_fatal" => {
            for kind in written.split(',') {
                match kind.trim() {
                    "packet" => config.non_fatal_packet = true,
                    _ => config.non_fatal_call = true,
                }
            }
        }
        "ip_version" if written != "ipv4" => not_modelled(written == "ipv6"),
        "init_scripts" => {
            let files =
                written.split(',').map(|path| Command::Include { at: value_at, path: path.to_string() });
            init.extend(files);
        }
        "define" if written.split_once('=').is_none_or(|(symbol, _)| symbol.is_empty()) => {
            return Err(expected(Text::same("NAME=value")));
        }
        _ if name.starts_with("wire_") || name.starts_with("so_") || name == "is_anyip" => {
            not_modelled(false)
        }
        _ => {}
    }
    Ok(())
}
