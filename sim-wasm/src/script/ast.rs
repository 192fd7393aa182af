//! What a script says, as data. Whatever a message may be about carries its place.

use super::options::Config;
pub use super::python::Code;
use crate::net::Ipv4;
use crate::text::{Lang, Text};
use crate::time::Time;
use std::fmt;

/// A place in a script. Lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pos {
    /// Line.
    pub line: u32,
    /// Column.
    pub col: u32,
}

impl Pos {
    /// The first character.
    pub const START: Pos = Pos { line: 1, col: 1 };
}

impl fmt::Display for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.col)
    }
}

impl fmt::Debug for Pos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A script.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// What its option lines ask for, and the tool's defaults for the rest.
    pub config: Config,
    /// Shell commands above the first event.
    pub init: Vec<Command>,
    /// The timed lines, in their order.
    pub events: Vec<Event>,
    /// Shell commands below the last event.
    pub cleanup: Vec<Command>,
}

impl Script {
    /// Everything in it that is recognised and not modelled, in the order of the script.
    pub fn not_modelled(&self) -> Vec<&NotModelled> {
        let mut found: Vec<&NotModelled> = self.config.not_modelled.iter().collect();
        found.extend(commands(&self.init));
        for event in &self.events {
            match &event.action {
                Action::NotModelled(what) => found.push(what),
                Action::Shell(list) => found.extend(commands(list)),
                Action::Inject(packet) | Action::Expect(packet) => {
                    let options = packet.options.iter().flatten();
                    found.extend(options.filter_map(|option| match option {
                        TcpOption::NotModelled(what) => Some(what),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
        found.extend(commands(&self.cleanup));
        found
    }
}

fn commands(list: &[Command]) -> impl Iterator<Item = &NotModelled> {
    list.iter().filter_map(|command| match command {
        Command::NotModelled(what) => Some(what),
        _ => None,
    })
}

/// A timed line.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Where its time stands.
    pub at: Pos,
    /// When it happens, or should.
    pub when: When,
    /// What happens, or should.
    pub action: Action,
    /// The same as it is written, without its time and with single spaces.
    pub text: String,
}

/// When something happens. Times of a call that blocks and of a range have the same base as their start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So long after the start of the script: `0.100`.
    At(Time),
    /// So long after the event before: `+0.100`.
    After(Time),
    /// At any time: `*`. Only for expected packets.
    Any,
    /// Not before the first and not after the second time since the start: `0.1~0.2`. Only for expected packets.
    Between(Time, Time),
    /// The same since the event before: `+0.1~+0.2`. Only for expected packets.
    AfterBetween(Time, Time),
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A program makes a system call, which should return what is written behind it.
    Call(Call),
    /// A segment arrives: `<`.
    Inject(Packet),
    /// A segment should be sent: `>`.
    Expect(Packet),
    /// An ICMP message arrives.
    InjectIcmp(Icmp),
    /// An ICMP message should be sent.
    ExpectIcmp(Icmp),
    /// Something is asserted of the socket: `%{ … }%`.
    Code(Code),
    /// Shell commands between back quotes.
    Shell(Vec<Command>),
    /// Part of the language, and not of this.
    NotModelled(NotModelled),
}

/// Something that the language has and the model has not. The reader is told of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotModelled {
    /// Where it stands.
    pub at: Pos,
    /// What kind of thing it is.
    pub what: &'static Text,
    /// As it is written, with single spaces.
    pub text: String,
    /// Could the packets, or what calls return, differ for it? `false` for what only prints, waits or tidies up.
    pub matters: bool,
}

impl NotModelled {
    /// The sentence for the reader, without the place.
    pub fn message(&self, lang: Lang) -> String {
        let (what, text) = (self.what.get(lang), &self.text);
        lang.pick(
            format!("recognised, not modelled: {what} `{text}`"),
            format!("能识别，但模型未涵盖：{what} `{text}`"),
        )
    }
}

/// What a shell command comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A sysctl is set.
    Set(Setting),
    /// A file of settings is read, such as `../common/defaults.sh`. Its text goes through
    /// [`settings::read`](super::settings::read); for the tool's own file there is
    /// [`settings::DEFAULTS`](super::settings::DEFAULTS).
    Include {
        /// Where it stands.
        at: Pos,
        /// The file as named.
        path: String,
    },
    /// Anything else. It is never run.
    NotModelled(NotModelled),
}

/// A sysctl and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Where it stands.
    pub at: Pos,
    /// Its name with points: `net.ipv4.tcp_rmem`.
    pub name: String,
    /// Its value, with single spaces: `4096 131072 6291456`.
    pub value: String,
}

/// A system call with what it should return.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Where its name stands.
    pub at: Pos,
    /// One of [`symbols::CALLS`](super::symbols::CALLS).
    pub name: &'static str,
    /// What is passed; for arguments that the call fills in, what it should fill in.
    pub args: Vec<Arg>,
    /// When it should return, for a call that blocks: the end of `0.1...0.3`.
    pub until: Option<Time>,
    /// What it should return; nothing for `...`, which is anything.
    pub result: Option<i64>,
    /// Where the result stands.
    pub result_at: Pos,
    /// The error that should come with it.
    pub errno: Option<Errno>,
}

/// An error that a call should give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno {
    /// Where its name stands.
    pub at: Pos,
    /// `EAGAIN`
    pub name: &'static str,
    /// Its number on Linux.
    pub number: i64,
}

/// An argument, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Arg {
    /// Where it starts.
    pub at: Pos,
    /// What it is.
    pub value: Value,
}

/// What an argument is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `...`: whatever is needed there.
    Any,
    /// A number.
    Int(i64),
    /// A constant; its number where it is known here.
    Name(String, Option<i64>),
    /// Some of the two, with `|` between them.
    Or(Vec<Arg>),
    /// The bytes of a string, and whether `...` follows it: more of them are left out.
    Bytes(Vec<u8>, bool),
    /// `[…]`
    List(Vec<Arg>),
    /// `{…}`
    Struct(Vec<Field>),
    /// `htons(8080)`
    Port(u16),
    /// `inet_addr("192.0.2.1")`
    Addr(Ipv4),
    /// `128->16`: passed, and what it should be afterwards.
    Becomes(Box<Arg>, Box<Arg>),
    /// Part of the language, and not of this: headers of tunnels, IPv6 addresses.
    NotModelled(String),
}

/// A member of a struct.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name; none in `{..., 1000}`.
    pub name: Option<String>,
    /// The number in brackets behind the name: the length of `msg_iov(2)`.
    pub count: Option<i64>,
    /// Its value.
    pub arg: Arg,
}

impl Arg {
    /// Its number, when it is a number, or constants that are known.
    pub fn int(&self) -> Option<i64> {
        match &self.value {
            Value::Int(number) => Some(*number),
            Value::Name(_, number) => *number,
            Value::Port(port) => Some(i64::from(*port)),
            Value::Or(parts) => parts.iter().try_fold(0, |all, part| Some(all | part.int()?)),
            _ => None,
        }
    }

    /// The name of a constant that stands alone.
    pub fn name(&self) -> Option<&str> {
        match &self.value {
            Value::Name(name, _) => Some(name),
            _ => None,
        }
    }

    /// The parts of a list.
    pub fn list(&self) -> Option<&[Arg]> {
        match &self.value {
            Value::List(parts) => Some(parts),
            _ => None,
        }
    }

    /// The only part of a list: the `1` of `[1]`.
    pub fn boxed(&self) -> Option<&Arg> {
        match self.list() {
            Some([only]) => Some(only),
            _ => None,
        }
    }

    /// A member of a struct by its name.
    pub fn field(&self, name: &str) -> Option<&Arg> {
        let Value::Struct(fields) = &self.value else { return None };
        fields.iter().find(|field| field.name.as_deref() == Some(name)).map(|field| &field.arg)
    }
}

/// A TCP segment as a script writes it. Sequence numbers are those of the script: relative to each side's first one,
/// but for the SYN of the remote side, which says its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packet {
    /// Where its `<` or `>` stands.
    pub at: Pos,
    /// Source and destination, when they are written.
    pub ends: Option<(Address, Address)>,
    /// What is said of its IP header.
    pub ip: IpHeader,
    /// Flags.
    pub flags: TcpFlags,
    /// First sequence number.
    pub seq: u32,
    /// Payload bytes.
    pub len: u16,
    /// Acknowledgement number, when it is written.
    pub ack: Option<u32>,
    /// Window field; always there in a packet that arrives, in a packet that is sent nothing means any.
    pub win: Option<u16>,
    /// Urgent pointer, when it is written.
    pub urg: Option<u16>,
    /// Options in their order; nothing for `<...>`, which is any.
    pub options: Option<Vec<TcpOption>>,
}

/// One end of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// Address, when it is written.
    pub ip: Option<Ipv4>,
    /// Port.
    pub port: u16,
}

/// What is said of an IP header; nothing means any in a packet that is sent, and the usual in one that arrives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IpHeader {
    /// The ECN field.
    pub ecn: Option<Ecn>,
    /// The whole byte that ECN is a part of.
    pub tos: Option<u8>,
    /// Time to live.
    pub ttl: Option<u8>,
}

/// The ECN field (RFC 3168 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ecn {
    /// `noecn`
    NotEct,
    /// `ect1`
    Ect1,
    /// `ect0`
    Ect0,
    /// `ce`
    Ce,
    /// `ect01`: either of the two; only for packets that are sent.
    Ect01,
}

/// Flags of a segment, with the bits of the header (RFC 9293 §3.1; AE: RFC 9768 §3).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct TcpFlags(pub u16);

impl TcpFlags {
    /// Each flag and its letter, in the order in which they are written.
    pub const LETTERS: [(TcpFlags, char); 9] = [
        (TcpFlags::FIN, 'F'),
        (TcpFlags::SYN, 'S'),
        (TcpFlags::RST, 'R'),
        (TcpFlags::PSH, 'P'),
        (TcpFlags::URG, 'U'),
        (TcpFlags::ECE, 'E'),
        (TcpFlags::CWR, 'W'),
        (TcpFlags::AE, 'A'),
        (TcpFlags::ACK, '.'),
    ];
    /// No more data from the sender.
    pub const FIN: TcpFlags = TcpFlags(0x001);
    /// Synchronise sequence numbers.
    pub const SYN: TcpFlags = TcpFlags(0x002);
    /// Reset.
    pub const RST: TcpFlags = TcpFlags(0x004);
    /// Push.
    pub const PSH: TcpFlags = TcpFlags(0x008);
    /// The acknowledgement field is valid.
    pub const ACK: TcpFlags = TcpFlags(0x010);
    /// The urgent pointer is valid.
    pub const URG: TcpFlags = TcpFlags(0x020);
    /// ECN echo.
    pub const ECE: TcpFlags = TcpFlags(0x040);
    /// Congestion window reduced.
    pub const CWR: TcpFlags = TcpFlags(0x080);
    /// Accurate ECN.
    pub const AE: TcpFlags = TcpFlags(0x100);

    /// Are all bits of `other` set?
    pub const fn has(self, other: TcpFlags) -> bool {
        self.0 & other.0 == other.0
    }
}

impl fmt::Debug for TcpFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An option of a segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TcpOption {
    /// `mss 1460`
    Mss(u16),
    /// `wscale 7`
    WindowScale(u8),
    /// `sackOK`
    SackOk,
    /// `sack 1:1001 2001:3001`
    Sack(Vec<(u32, u32)>),
    /// `TS val 100 ecr 0`
    Timestamp {
        /// The sender's clock.
        val: u32,
        /// The other side's clock, echoed.
        ecr: u32,
    },
    /// `nop`
    Nop,
    /// `eol`
    Eol,
    /// `FO` or, with the experimental number, `FOEXP`; the cookie as written, empty when it is asked for.
    FastOpen {
        /// `FOEXP`?
        experimental: bool,
        /// Hexadecimal digits, or the name of a cookie.
        cookie: String,
    },
    /// `md5`; the digest as written.
    Md5(String),
    /// An option that the language has and this has not.
    NotModelled(NotModelled),
}

/// An ICMP message (RFC 792).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Icmp {
    /// Where its `<` or `>` stands.
    pub at: Pos,
    /// What is said of its IP header.
    pub ip: IpHeader,
    /// Type.
    pub kind: u8,
    /// Code.
    pub code: u8,
    /// MTU of the next hop, with `unreachable frag_needed`.
    pub mtu: Option<u16>,
    /// Identifier of an echo.
    pub id: Option<u16>,
    /// First sequence number and payload bytes of the segment that it is about, as in `[1:1001(1000)]`.
    pub quoted: Option<(u32, u16)>,
}
