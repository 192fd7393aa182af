//! The option lines at the top of a script, `--name=value`: the same as on the tool's command line.

use super::ast::{Command, NotModelled};
use super::lex::Written;
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
    /// `--mss`: how large the segments are of which the large packets are made that the tool lets arrive, in bytes.
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

/// What an option takes, and what it does.
#[derive(Clone, Copy)]
enum Takes {
    /// No value.
    Nothing(fn(&mut Config)),
    /// A whole number within these.
    Number(i64, i64, fn(&mut Config, i64)),
    /// An IPv4 address, perhaps with a prefix length behind it.
    Address(fn(&mut Config, Ipv4)),
    /// Some of these words, with commas between them; told of each.
    Words(&'static str, fn(&mut Config, &str)),
    /// Anything; it changes how the tool runs and what it prints, not what it runs.
    Text,
    /// Anything or nothing; there is nothing of the kind here.
    NotModelled,
}

use Takes::{Address, NotModelled as Other, Nothing, Number, Words};

/// Every option of the tool, but for `--define`, `--init_scripts` and `--tolerance_percent`.
const OPTIONS: &[(&str, Takes)] = &[
    ("tolerance_usecs", Number(1, 1_000_000_000, |config, usecs| config.tolerance = micros(usecs))),
    ("tcp_ts_tick_usecs", Number(0, 1_000_000, |config, usecs| config.ts_tick = micros(usecs))),
    ("mtu", Number(1, 65535, |config, mtu| config.mtu = port(mtu))),
    ("mss", Number(1, 65535, |config, mss| config.mss = Some(port(mss)))),
    ("bind_port", Number(1, 65535, |config, number| config.bind_port = port(number))),
    ("connect_port", Number(1, 65535, |config, number| config.connect_port = port(number))),
    ("local_ip", Address(|config, ip| config.local_ip = ip)),
    ("remote_ip", Address(|config, ip| config.remote_ip = ip)),
    ("gateway_ip", Address(|_, _| {})),
    ("netmask_ip", Address(|_, _| {})),
    ("tcp_ts_ecr_scaled", Nothing(|config| config.ts_ecr_scaled = true)),
    ("strict_segments", Nothing(|config| config.strict_segments = true)),
    ("dry_run", Nothing(|config| config.dry_run = true)),
    (
        "non_fatal",
        Words("packet, syscall", |config, word| {
            config.non_fatal_packet |= word == "packet";
            config.non_fatal_call |= word == "syscall";
        }),
    ),
    ("ip_version", Words("ipv4, ipv4-mapped-ipv6, ipv6", |_, _| {})),
    ("send_omit_free", Nothing(|_| {})),
    ("debug", Nothing(|_| {})),
    ("verbose", Nothing(|_| {})),
    ("code_command", Takes::Text),
    ("code_format", Takes::Text),
    ("code_sockopt", Takes::Text),
    ("speed", Takes::Text),
    ("define", Takes::Text),
    ("init_scripts", Takes::Text),
    ("tolerance_percent", Takes::Text),
    ("is_anyip", Other),
    ("wire_client", Other),
    ("wire_server", Other),
    ("wire_server_ip", Other),
    ("wire_server_at", Other),
    ("wire_server_port", Other),
    ("wire_client_dev", Other),
    ("wire_server_dev", Other),
    ("so_filename", Other),
    ("so_flags", Other),
];

fn micros(usecs: i64) -> Time {
    Time::from_micros(usecs.unsigned_abs())
}

fn port(number: i64) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

/// Puts an option into effect; the files of `--init_scripts` go to `init`.
pub(super) fn apply(option: &Written<'_>, config: &mut Config, init: &mut Vec<Command>) -> Parsed<()> {
    let Written { at, name, value, value_at } = *option;
    let Some((_, takes)) = OPTIONS.iter().find(|(known, _)| *known == name) else {
        let names = &mut OPTIONS.iter().map(|(known, _)| *known);
        return Err(ScriptError::unknown(at, &Text { en: "option", zh: "选项" }, name, names));
    };
    let written = value.unwrap_or_default().trim_matches('"');
    let text = match (takes, value) {
        (Nothing(_), Some(_)) => Some(&Text { en: "this option takes no value", zh: "此选项不带值" }),
        (Nothing(_) | Other, _) | (_, Some(_)) => None,
        (_, None) => Some(&Text { en: "this option needs a value", zh: "此选项需要一个值" }),
    };
    if let Some(text) = text {
        return Err(ScriptError::new(value_at, text));
    }
    let expected = |what| ScriptError::expected(value_at, what, written);
    let mut not_modelled = matches!(takes, Other);
    match takes {
        Nothing(set) => set(config),
        Number(min, max, set) => match integer(written).filter(|number| (*min..=*max).contains(number)) {
            Some(number) => set(config, number),
            None => {
                let text = &Text {
                    en: "expected a whole number from {0} to {1}, found `{2}`",
                    zh: "此处应为 {0} 到 {1} 之间的整数；实际是：`{2}`",
                };
                let words = [min.to_string(), max.to_string(), written.to_string()];
                return Err(ScriptError::new(value_at, text).with(words));
            }
        },
        Address(set) => {
            let ip = written.split('/').next().and_then(address);
            set(config, ip.ok_or_else(|| expected(&Text { en: "an IPv4 address", zh: "IPv4 地址" }))?);
        }
        Words(words, set) => {
            for word in written.split(',').map(str::trim) {
                if !words.split(',').any(|known| known.trim() == word) {
                    return Err(ScriptError::expected_word(value_at, words, written));
                }
                set(config, word);
            }
            not_modelled = name == "ip_version" && written != "ipv4";
        }
        Takes::Text | Other => {}
    }
    match name {
        "tolerance_percent" => {
            let percent = seconds(written).filter(|percent| percent.secs() <= 100);
            let what = &Text { en: "a number from 0 to 100", zh: "0 到 100 之间的数" };
            let percent = percent.ok_or_else(|| expected(what))?;
            config.tolerance_per_mille = u32::try_from(percent.millis() / 100).unwrap_or(1000);
        }
        "init_scripts" => {
            let files =
                written.split(',').map(|path| Command::Include { at: value_at, path: path.to_string() });
            init.extend(files);
        }
        "define" if written.split_once('=').is_none_or(|(symbol, _)| symbol.is_empty()) => {
            return Err(ScriptError::expected_word(value_at, "NAME=value", written));
        }
        _ => {}
    }
    if not_modelled {
        let text = value.map_or(format!("--{name}"), |value| format!("--{name}={value}"));
        let what = &Text { en: "option of the tool", zh: "工具选项" };
        config.not_modelled.push(NotModelled { at, what, text, matters: written == "ipv6" });
    }
    Ok(())
}
