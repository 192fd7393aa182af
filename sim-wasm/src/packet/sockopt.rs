//! setsockopt() and getsockopt().

use super::calls::{Descriptor, Done, Tried, filled, int};
use super::outcome::Failure;
use super::run::Runner;
use crate::kernel::{Change, KernelVersion};
use crate::script::ast::{Arg, Call, Value};
use crate::tcp::{Errno, SocketOption};
use crate::text::Text;
use crate::time::Time;

static OPTION: Text = Text::new("socket option", "套接字选项");

/// Options that change nothing a script could see here.
const HARMLESS: &[&str] = &[
    "SO_REUSEPORT",
    "SO_PRIORITY",
    "SO_MARK",
    "SO_DEBUG",
    "SO_BUSY_POLL",
    "SO_DONTROUTE",
    "SO_OOBINLINE",
    "IP_TOS",
    "IP_TTL",
    "IP_FREEBIND",
    "IP_RECVERR",
    "TCP_THIN_DUPACK",
];

/// Options that older kernels do not know, and the first that does (c9bee3b7fdec, b75eba76d3d7).
const SINCE: &[(&str, u16, u16)] = &[("TCP_NOTSENT_LOWAT", 3, 12), ("TCP_INQ", 4, 18)];

/// The name of the option that a call is about.
fn name(call: &Call) -> Tried<&str> {
    let arg = call.args.get(2);
    let text = || Done::Beyond(&OPTION, arg.and_then(Arg::int).unwrap_or_default().to_string());
    arg.and_then(Arg::name).ok_or_else(text)
}

impl Runner<'_> {
    /// `ENOPROTOOPT` for what the kernel has not yet.
    fn knows(&self, name: &str) -> Tried<()> {
        let since = SINCE.iter().find(|(known, ..)| *known == name);
        match since {
            Some((_, major, minor))
                if !self.options.kernel.at_least(KernelVersion::series(*major, *minor)) =>
            {
                Err(Errno::ENOPROTOOPT.into())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn setsockopt(&mut self, call: &Call) -> Tried<i64> {
        let socket = self.named(call)?;
        let name = name(call)?;
        self.knows(name)?;
        let arg = call.args.get(3);
        let boxed = arg.and_then(Arg::boxed).or(arg).and_then(Arg::int);
        let value = || boxed.ok_or_else(|| Done::Beyond(&OPTION, name.to_string()));
        let within = |least: i64, most: i64| -> Tried<u32> {
            let number = value()?;
            if !(least..=most).contains(&number) {
                return Err(Errno::EINVAL.into());
            }
            Ok(u32::try_from(number).unwrap_or(u32::MAX))
        };
        let seconds = |number: u32| Time::from_secs(number.into());
        let any = (i64::from(i32::MIN), i64::from(u32::MAX));
        let size = |number: i64| u32::try_from(number.clamp(0, i64::from(i32::MAX) / 2)).unwrap_or(0);
        let option = match name {
            "SO_REUSEADDR" => SocketOption::ReuseAddr(value()? != 0),
            "SO_KEEPALIVE" => SocketOption::KeepAlive(value()? != 0),
            "SO_LINGER" => {
                let part =
                    |name, long| arg.and_then(|arg| arg.field(name).or(arg.field(long))).and_then(Arg::int);
                let (on, time) = (part("onoff", "l_onoff"), part("linger", "l_linger"));
                let (Some(on), Some(time)) = (on, time) else {
                    return Err(Done::Beyond(&OPTION, name.to_string()));
                };
                let time = Time::from_secs(u64::try_from(time).unwrap_or(0).min(1_000_000));
                SocketOption::Linger((on != 0).then_some(time))
            }
            "SO_RCVBUF" => SocketOption::RcvBuf(size(value()?)),
            "SO_SNDBUF" => SocketOption::SndBuf(size(value()?)),
            "SO_RCVBUFFORCE" => SocketOption::RcvBufForce(size(value()?)),
            "SO_SNDBUFFORCE" => SocketOption::SndBufForce(size(value()?)),
            "TCP_NOTSENT_LOWAT" => SocketOption::NotSentLowat(within(any.0, any.1)?),
            // A negative number is as good as none (`sock_setsockopt`).
            "SO_RCVLOWAT" => SocketOption::RcvLowat(u32::try_from(value()?).unwrap_or(i32::MAX as u32)),
            "TCP_INQ" => {
                let on = within(0, 1)? != 0;
                if let Some(Descriptor::Socket(socket)) = self.fds.get_mut(int(call, 0)?) {
                    socket.tells_unread = on;
                }
                return Ok(0);
            }
            "TCP_NODELAY" => SocketOption::NoDelay(value()? != 0),
            "TCP_CORK" => SocketOption::Cork(value()? != 0),
            "TCP_QUICKACK" => SocketOption::QuickAck(value()? & 1 != 0),
            "TCP_KEEPIDLE" => SocketOption::KeepIdle(seconds(within(1, 32767)?)),
            "TCP_KEEPINTVL" => SocketOption::KeepIntvl(seconds(within(1, 32767)?)),
            "TCP_KEEPCNT" => SocketOption::KeepCnt(within(1, 127)?),
            "TCP_USER_TIMEOUT" if !self.options.kernel.has(Change::UserTimeout) => {
                return Err(Errno::ENOPROTOOPT.into());
            }
            "TCP_USER_TIMEOUT" => {
                SocketOption::UserTimeout(Time::from_millis(within(0, i64::from(i32::MAX))?.into()))
            }
            "TCP_SYNCNT" => SocketOption::SynCnt(within(1, 127)?),
            "TCP_LINGER2" => {
                let number = value()?;
                SocketOption::Linger2((number >= 0).then(|| seconds(u32::try_from(number).unwrap_or(0))))
            }
            "TCP_DEFER_ACCEPT" => {
                let number = value()?.clamp(0, i64::from(u16::MAX));
                SocketOption::DeferAccept(seconds(u32::try_from(number).unwrap_or(0)))
            }
            "TCP_MAXSEG" => SocketOption::MaxSeg(u16::try_from(within(88, 32767)?).unwrap_or(u16::MAX)),
            "TCP_CONGESTION" => SocketOption::Reno(congestion(arg)?),
            // IP_PMTUDISC_WANT is what there is anyway.
            "IP_MTU_DISCOVER" if value()? == 1 => return Ok(0),
            _ if HARMLESS.contains(&name) => {
                within(any.0, any.1)?;
                return Ok(0);
            }
            _ => return Err(Done::Beyond(&OPTION, name.to_string())),
        };
        self.host.setsockopt(self.now, socket.id, option)?;
        Ok(0)
    }

    pub(super) fn getsockopt(&mut self, call: &Call) -> Tried<i64> {
        let socket = self.named(call)?;
        let name = name(call)?;
        self.knows(name)?;
        let arg = call.args.get(3);
        if name == "SO_ERROR" {
            let error = self.host.take_error(socket.id).map(|errno| errno.to_string());
            let known = |error: &str| crate::script::symbols::constant(error).unwrap_or(0);
            return filled(name, arg, error.as_deref().map_or(0, known));
        }
        if name == "TCP_CONGESTION" {
            let reno = self.host.options(socket.id).is_some_and(|options| options.is_reno());
            let (value, expected) = (if reno { "reno" } else { "cubic" }, text(arg));
            let same = expected.is_none_or(|expected| expected == value);
            return if same {
                Ok(0)
            } else {
                Err(different(name.into(), text(arg).unwrap_or_default(), value.into()))
            };
        }
        int(call, 1)?;
        match self.host.getsockopt(socket.id, name) {
            Some(value) => filled(name, arg, value),
            None => Err(Done::Beyond(&OPTION, name.to_string())),
        }
    }
}

/// Algorithms of Linux that the model has not.
const ALGORITHMS: &[&str] = &[
    "bbr",
    "bic",
    "cdg",
    "dctcp",
    "highspeed",
    "htcp",
    "hybla",
    "illinois",
    "lp",
    "nv",
    "scalable",
    "vegas",
    "veno",
    "westwood",
    "yeah",
];

/// Is it Reno? The other one that there is, is CUBIC; `ENOENT` for what no kernel has.
fn congestion(arg: Option<&Arg>) -> Tried<bool> {
    match text(arg).unwrap_or_default().as_str() {
        name @ ("reno" | "cubic") => Ok(name == "reno"),
        name if ALGORITHMS.contains(&name) => Err(Done::Beyond(&OPTION, format!("TCP_CONGESTION {name}"))),
        _ => Err(Done::Fails("ENOENT")),
    }
}

/// The text of an argument.
fn text(arg: Option<&Arg>) -> Option<String> {
    match arg.map(|arg| &arg.value) {
        Some(Value::Bytes(bytes, _)) => {
            Some(String::from_utf8_lossy(bytes).trim_end_matches('\0').to_string())
        }
        _ => None,
    }
}

/// A text that is not as the script has it.
pub(super) fn different(what: String, expected: String, value: String) -> Done {
    Done::wrong(Failure::FilledIn { what, expected, value })
}
