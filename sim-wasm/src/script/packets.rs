//! Packets: `< S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>`, and how to write one.

use super::ast::{Action, Address, Ecn, Icmp, IpHeader, NotModelled, Packet, Pos, TcpFlags, TcpOption};
use super::lex::{Tok, Token};
use super::message::{Parsed, ScriptError};
use super::parse::{Parser, address, integer};
use super::symbols;
use crate::text::Text;
use std::fmt;

static SEQUENCE: Text = Text::new("sequence numbers, such as 1:1001(1000)", "序号范围，如 1:1001(1000)");
static NUMBER: Text = Text::new("sequence number", "序号");
static FLAG: Text = Text::new("flags, such as S, S., P. or -", "标志，如 S、S.、P. 或 -");
static OPTION: Text = Text::new("TCP option", "TCP 选项");
const OPTION_NAMES: &[&str] = &["mss", "sackOK", "sack", "TS", "nop", "wscale", "eol", "FO", "FOEXP", "md5"];
/// Beginnings of options that forks and newer versions of the tool know: Accurate ECN, Multipath TCP, `exp-…`.
const OTHER_OPTIONS: &[&str] =
    &["ECN", "mp_", "mpcapable", "mpjoin", "dss", "add_addr", "rm_addr", "remove_addr", "ex", "edo"];

impl<'a> Parser<'a, '_> {
    /// A packet of any protocol, from its `<` or `>`.
    pub(super) fn packet(&mut self) -> Parsed<Action> {
        let start = self.bump();
        let inbound = start.tok == Tok::Sign('<');
        let mut ip = IpHeader::default();
        let mut quoted = None;
        if self.sees('[') && self.ahead(1).tok == Tok::Int {
            // Older scripts write what an ICMP message is about before it.
            self.bump();
            let (seq, len) = self.sequence()?;
            quoted = Some((seq, len));
            self.expect(']', "`]`")?;
        } else if self.sees('[') || self.sees('(') {
            ip = self.ip_header(inbound)?;
        }
        let next = self.peek();
        match next.tok {
            Tok::Word("icmp") => return self.icmp(start, ip, quoted, inbound),
            Tok::Word("udp") => return Ok(self.skip_event(next, &Text { en: "UDP packet", zh: "UDP 报文" })),
            Tok::Word("ipv6") => {
                return Ok(self.skip_event(next, &Text { en: "IPv6 packet", zh: "IPv6 报文" }));
            }
            Tok::Word("ipv4" | "gre" | "GREv0" | "mpls") => {
                return Ok(self.skip_event(next, &Text { en: "tunnelled packet", zh: "隧道报文" }));
            }
            _ => {}
        }
        let packet = self.segment(start.pos, ip, inbound)?;
        Ok(if inbound { Action::Inject(packet) } else { Action::Expect(packet) })
    }

    fn segment(&mut self, at: Pos, ip: IpHeader, inbound: bool) -> Parsed<Packet> {
        let ends = self.ends()?;
        let flags = self.flags()?;
        let (seq, len) = self.sequence()?;
        let mut packet = Packet {
            at,
            ends,
            ip,
            flags,
            seq,
            len,
            ack: None,
            win: None,
            urg: None,
            options: Some(Vec::new()),
        };
        if self.eat_word("ack") {
            packet.ack = Some(self.u32(&Text { en: "acknowledgement number", zh: "确认号" })?);
        }
        if self.eat_word("win") {
            packet.win = Some(self.u16(&Text { en: "window", zh: "窗口" })?);
        }
        if self.eat_word("urg") {
            packet.urg = Some(self.u16(&Text { en: "urgent pointer", zh: "紧急指针" })?);
        }
        let next = self.peek();
        if let Tok::Word("ack" | "win" | "urg") = next.tok {
            let order =
                &Text { en: "`ack`, `win` and `urg` in this order", zh: "依次写 `ack`、`win`、`urg`" };
            return Err(self.expected(order));
        }
        if let Tok::Word(_) = next.tok {
            return Err(self.expected(&Text {
                en: "`ack`, `win`, `urg`, <options> or the end of the line",
                zh: "`ack`、`win`、`urg`、<选项> 或行尾",
            }));
        }
        if self.sees('<') && (!next.first || self.continues_with_options()) {
            packet.options = self.options(inbound)?;
        }
        if inbound && packet.win.is_none() {
            let text =
                &Text { en: "a packet that arrives needs `win`", zh: "收到的报文必须写明 `win`" };
            return Err(ScriptError::new(at, text));
        }
        Ok(packet)
    }

    /// Does a `<` at the start of a line open the options of the packet above, and not a packet whose time is missing?
    fn continues_with_options(&self) -> bool {
        match self.ahead(1).tok {
            Tok::Ellipsis => true,
            Tok::Word(word) => OPTION_NAMES.contains(&word),
            _ => false,
        }
    }

    /// `[ect0]`, `(tos 0x10)`, `[ttl 64]`
    fn ip_header(&mut self, inbound: bool) -> Parsed<IpHeader> {
        let close = if self.bump().tok == Tok::Sign('[') { ']' } else { ')' };
        let mut ip = IpHeader::default();
        loop {
            let next = self.bump();
            match next.tok {
                Tok::Word("noecn") => ip.ecn = Some(Ecn::NotEct),
                Tok::Word("ect0") => ip.ecn = Some(Ecn::Ect0),
                Tok::Word("ect1") => ip.ecn = Some(Ecn::Ect1),
                Tok::Word("ce") => ip.ecn = Some(Ecn::Ce),
                Tok::Word("ect01") if inbound => {
                    let text = &Text {
                        en: "`ect01` is for expected packets (>) alone",
                        zh: "`ect01` 只能用于期望的报文（>）",
                    };
                    return Err(ScriptError::new(next.pos, text));
                }
                Tok::Word("ect01") => ip.ecn = Some(Ecn::Ect01),
                Tok::Word("tos") => ip.tos = Some(self.u8(&Text { en: "TOS", zh: "TOS" })?),
                Tok::Word("ttl") => ip.ttl = Some(self.u8(&Text { en: "TTL", zh: "TTL" })?),
                // Of IPv6; the tool takes it here and has no use for it with IPv4.
                Tok::Word("flowlabel") => {
                    _ = self.number(&Text { en: "flow label", zh: "flow label" }, 0xf_ffff)?
                }
                _ => {
                    let names = ["noecn", "ect0", "ect1", "ect01", "ce", "tos", "ttl"];
                    let what = &Text { en: "field of an IP header", zh: "IP 首部字段" };
                    return Err(ScriptError::unknown(next.pos, what, next.text, &mut names.into_iter()));
                }
            }
            if self.eat(close) {
                return Ok(ip);
            }
            self.expect(',', if close == ']' { "`]`" } else { "`)`" })?;
        }
    }

    /// `80 > 8080` or `192.0.2.1:80 > 192.168.0.1:8080`
    fn ends(&mut self) -> Parsed<Option<(Address, Address)>> {
        if !matches!(self.peek().tok, Tok::Ip | Tok::Int) {
            return Ok(None);
        }
        if self.peek().tok == Tok::Int && self.ahead(1).tok == Tok::Sign(':') {
            return Err(self.expected(&FLAG));
        }
        let source = self.end()?;
        self.expect('>', "`>`")?;
        Ok(Some((source, self.end()?)))
    }

    fn end(&mut self) -> Parsed<Address> {
        let next = self.peek();
        let mut ip = None;
        if next.tok == Tok::Ip {
            ip = address(next.text);
            if ip.is_none() {
                return Err(self.expected(&Text { en: "an IPv4 address", zh: "IPv4 地址" }));
            }
            self.bump();
            self.expect(':', "`:`")?;
        }
        Ok(Address { ip, port: self.u16(&Text { en: "port", zh: "端口" })? })
    }

    /// `S.`, `FP.`, `-`, `SEWA`; `P.5` gives the three ECN bits as a number (RFC 9768 §3.2).
    fn flags(&mut self) -> Parsed<TcpFlags> {
        if self.eat('-') {
            return Ok(TcpFlags::default());
        }
        let next = self.peek();
        let mut flags = TcpFlags::default();
        let mut letters = match next.tok {
            Tok::Word(word) => {
                self.bump();
                word.to_string()
            }
            Tok::Sign('.') | Tok::Decimal => String::new(),
            _ => return Err(self.expected(&FLAG)),
        };
        let last = self.peek();
        if last.tok == Tok::Sign('.') || last.tok == Tok::Decimal && last.text.starts_with('.') {
            self.bump();
            letters += last.text;
        }
        let (mut ecn, mut ace) = (false, false);
        for (index, letter) in letters.chars().enumerate() {
            let index = u32::try_from(index).unwrap_or(0);
            let at = Pos { line: next.pos.line, col: next.pos.col.saturating_add(index) };
            let bits = TcpFlags::LETTERS.iter().find(|(_, known)| *known == letter);
            match (bits, letter.to_digit(8)) {
                (Some((flag, _)), _) => flags.0 |= flag.0,
                (None, Some(digit)) => flags.0 |= u16::try_from(digit).unwrap_or(0) << 6,
                (None, None) => return Err(unknown_flag(letter, at)),
            }
            let (was_ecn, was_ace) = (ecn, ace);
            ecn |= matches!(letter, 'E' | 'W' | 'A');
            ace |= letter.is_ascii_digit();
            if ecn && ace || was_ace && letter.is_ascii_digit() || was_ecn && ace {
                let text = &Text {
                    en: "the number already gives the flags E, W and A",
                    zh: "E、W、A 三个标志已由数字给出",
                };
                return Err(ScriptError::new(at, text));
            }
        }
        Ok(flags)
    }

    /// `1:1001(1000)`: first number and length.
    fn sequence(&mut self) -> Parsed<(u32, u16)> {
        let start = self.peek();
        if start.tok != Tok::Int {
            return Err(self.expected(&SEQUENCE));
        }
        let seq = self.u32(&NUMBER)?;
        self.expect(':', "`:`")?;
        let end = self.u32(&NUMBER)?;
        self.expect('(', "`(`")?;
        let len = self.u16(&Text { en: "payload bytes", zh: "载荷字节数" })?;
        self.expect(')', "`)`")?;
        if seq.wrapping_add(len.into()) != end {
            let right = seq.wrapping_add(len.into());
            let text = &Text {
                en: "{0} and {1} bytes make {2}, not {3}",
                zh: "{0} 加 {1} 字节应为 {2}，而不是 {3}",
            };
            let words = [seq.to_string(), len.to_string(), right.to_string(), end.to_string()];
            return Err(ScriptError::new(start.pos, text).with(words));
        }
        Ok((seq, len))
    }

    /// `<mss 1460,nop>`, or nothing for `<...>`.
    fn options(&mut self, inbound: bool) -> Parsed<Option<Vec<TcpOption>>> {
        let open = self.bump();
        if self.peek().tok == Tok::Ellipsis {
            self.bump();
            self.expect('>', "`>`")?;
            if inbound {
                let text = &Text {
                    en: "`<...>` is for expected packets (>) alone",
                    zh: "`<...>` 只能用于期望的报文（>）",
                };
                return Err(ScriptError::new(open.pos, text));
            }
            return Ok(None);
        }
        let mut options = Vec::new();
        loop {
            options.push(self.option()?);
            if self.eat('>') {
                break;
            }
            self.expect(',', "`,` `>`")?;
        }
        let bytes = options.iter().map(TcpOption::bytes).try_fold(0, |sum, bytes| Some(sum + bytes?));
        let text = match bytes {
            Some(bytes) if bytes % 4 != 0 => &Text {
                en: "the options take {0} bytes, which is not a multiple of 4: add {1} `nop`",
                zh: "选项共 {0} 字节，不是 4 的倍数，还缺 {1} 个 `nop`",
            },
            Some(bytes) if bytes > 40 => &Text {
                en: "the options take {0} bytes; a TCP header has room for 40",
                zh: "选项共 {0} 字节，而 TCP 首部最多容纳 40 字节",
            },
            _ => return Ok(Some(options)),
        };
        let bytes = bytes.unwrap_or_default();
        Err(ScriptError::new(open.pos, text).with([bytes.to_string(), (4 - bytes % 4).to_string()]))
    }

    fn option(&mut self) -> Parsed<TcpOption> {
        let next = self.peek();
        let Tok::Word(name) = next.tok else { return Err(self.expected(&OPTION)) };
        self.bump();
        Ok(match name {
            "nop" => TcpOption::Nop,
            "eol" => TcpOption::Eol,
            "sackOK" => TcpOption::SackOk,
            "mss" => TcpOption::Mss(self.u16(&Text { en: "MSS", zh: "MSS" })?),
            "wscale" => TcpOption::WindowScale(self.u8(&Text { en: "window scale", zh: "窗口扩大因子" })?),
            "TS" => {
                let value = &Text { en: "timestamp", zh: "时间戳" };
                self.word("val", "`val`")?;
                let val = self.u32(value)?;
                self.word("ecr", "`ecr`")?;
                TcpOption::Timestamp { val, ecr: self.u32(value)? }
            }
            "sack" => {
                let mut blocks = Vec::new();
                while blocks.is_empty() || self.peek().tok == Tok::Int {
                    let left = self.u32(&NUMBER)?;
                    self.expect(':', "`:`")?;
                    blocks.push((left, self.u32(&NUMBER)?));
                }
                TcpOption::Sack(blocks)
            }
            "FO" | "FOEXP" => TcpOption::FastOpen { experimental: name == "FOEXP", cookie: self.blob() },
            "md5" => TcpOption::Md5(self.blob()),
            _ if OTHER_OPTIONS.iter().any(|start| name.starts_with(start)) => self.other_option(next),
            _ => {
                let names = &mut OPTION_NAMES.iter().copied();
                return Err(ScriptError::unknown(next.pos, &OPTION, name, names));
            }
        })
    }

    fn other_option(&mut self, start: &Token<'_>) -> TcpOption {
        let mut depth = 0;
        loop {
            match self.peek().tok {
                Tok::Sign('[' | '(') => depth += 1,
                Tok::Sign(']' | ')') => depth -= 1,
                Tok::Sign(',' | '>') if depth <= 0 => break,
                Tok::End => break,
                _ => {}
            }
            self.bump();
        }
        let text = self.text_since(start);
        TcpOption::NotModelled(NotModelled { at: start.pos, what: &OPTION, text, matters: true })
    }

    /// Hexadecimal digits as written, or nothing.
    fn blob(&mut self) -> String {
        match self.peek().tok {
            Tok::Word(_) | Tok::Int => self.bump().text.to_string(),
            _ => String::new(),
        }
    }

    fn word(&mut self, word: &str, quoted: &str) -> Parsed<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.expected_word(quoted)) }
    }

    fn icmp(
        &mut self,
        start: &Token<'a>,
        ip: IpHeader,
        mut quoted: Option<(u32, u16)>,
        inbound: bool,
    ) -> Parsed<Action> {
        self.bump();
        let types = &Text { en: "ICMP type", zh: "ICMP 类型" };
        let kind = self.icmp_number(types, "type_", symbols::ICMP_TYPES)?;
        let mut code = 0;
        if let Tok::Word(word) = self.peek().tok
            && !matches!(word, "mtu" | "id")
        {
            let known = if kind == 3 { symbols::UNREACHABLE_CODES } else { &[] };
            code = self.icmp_number(&Text { en: "ICMP code", zh: "ICMP 代码" }, "code_", known)?;
        }
        let mut mtu = None;
        if self.peek().tok == Tok::Word("mtu") {
            let at = self.bump().pos;
            mtu = Some(self.u16(&Text { en: "MTU", zh: "MTU" })?);
            if (kind, code) != (3, 4) {
                let text = &Text {
                    en: "`mtu` goes with `unreachable frag_needed` alone",
                    zh: "`mtu` 只能与 `unreachable frag_needed` 同用",
                };
                return Err(ScriptError::new(at, text));
            }
        }
        let id = if self.eat_word("id") { Some(self.u16(&Text { en: "id", zh: "id" })?) } else { None };
        if self.eat('[') {
            if let Tok::Word("udp" | "raw") = self.peek().tok {
                return Ok(self.skip_event(start, &Text { en: "ICMP message", zh: "ICMP 报文" }));
            }
            quoted = Some(self.sequence()?);
            self.expect(']', "`]`")?;
        }
        let icmp = Icmp { at: start.pos, ip, kind, code, mtu, id, quoted };
        Ok(if inbound { Action::InjectIcmp(icmp) } else { Action::ExpectIcmp(icmp) })
    }

    /// A name of a table, or its number behind `type_` or `code_`.
    fn icmp_number(
        &mut self,
        what: &'static Text,
        prefix: &str,
        known: &'static [(&str, u32)],
    ) -> Parsed<u8> {
        let next = self.peek();
        let Tok::Word(word) = next.tok else { return Err(self.expected(what)) };
        self.bump();
        let number = word.strip_prefix(prefix).and_then(integer).or_else(|| symbols::find(known, word));
        let names = &mut known.iter().map(|(name, _)| *name);
        let unknown = || ScriptError::unknown(next.pos, what, word, names);
        number.and_then(|number| u8::try_from(number).ok()).ok_or_else(unknown)
    }
}

fn unknown_flag(letter: char, at: Pos) -> Box<ScriptError> {
    // What RFC 3168 calls CWR is C elsewhere.
    let meant = ["S", "F", "R", "P", "U", "E", "W"].into_iter().find(|known| match letter {
        'c' | 'C' => *known == "W",
        _ => known.starts_with(letter.to_ascii_uppercase()),
    });
    let what = &Text { en: "flag", zh: "标志" };
    ScriptError::unknown(at, what, letter.encode_utf8(&mut [0; 4]), &mut meant.into_iter())
}

impl TcpOption {
    /// Its bytes in a header; unknown for options that are not modelled and cookies that are only named.
    fn bytes(&self) -> Option<usize> {
        let blob = |text: &str, head| {
            let hex = text.len().is_multiple_of(2) && text.chars().all(|c| c.is_ascii_hexdigit());
            hex.then_some(head + text.len() / 2)
        };
        match self {
            TcpOption::Mss(_) => Some(4),
            TcpOption::WindowScale(_) => Some(3),
            TcpOption::SackOk => Some(2),
            TcpOption::Sack(blocks) => Some(2 + 8 * blocks.len()),
            TcpOption::Timestamp { .. } => Some(10),
            TcpOption::Nop | TcpOption::Eol => Some(1),
            TcpOption::FastOpen { experimental, cookie } => blob(cookie, if *experimental { 4 } else { 2 }),
            TcpOption::Md5(digest) => blob(digest, 2),
            TcpOption::NotModelled(_) => None,
        }
    }
}

impl fmt::Display for TcpFlags {
    /// As a script writes them: `S.`, `P.`, `-` for none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("-");
        }
        for (flag, letter) in TcpFlags::LETTERS {
            if self.has(flag) {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for TcpOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |f: &mut fmt::Formatter<'_>, name: &str, blob: &str| match blob {
            "" => f.write_str(name),
            _ => write!(f, "{name} {blob}"),
        };
        match self {
            TcpOption::Mss(mss) => write!(f, "mss {mss}"),
            TcpOption::WindowScale(shift) => write!(f, "wscale {shift}"),
            TcpOption::SackOk => f.write_str("sackOK"),
            TcpOption::Sack(blocks) => {
                f.write_str("sack")?;
                blocks.iter().try_for_each(|(left, right)| write!(f, " {left}:{right}"))
            }
            TcpOption::Timestamp { val, ecr } => write!(f, "TS val {val} ecr {ecr}"),
            TcpOption::Nop => f.write_str("nop"),
            TcpOption::Eol => f.write_str("eol"),
            TcpOption::FastOpen { experimental, cookie } => {
                named(f, if *experimental { "FOEXP" } else { "FO" }, cookie)
            }
            TcpOption::Md5(digest) => named(f, "md5", digest),
            TcpOption::NotModelled(other) => f.write_str(&other.text),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ip {
            Some(ip) => write!(f, "{ip}:{}", self.port),
            None => self.port.fmt(f),
        }
    }
}

impl fmt::Display for Packet {
    /// As a script writes it, behind its `<` or `>`: `S. 0:0(0) ack 1 win 65160 <mss 1460>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ecn = self.ip.ecn.map(|ecn| match ecn {
            Ecn::NotEct => "noecn",
            Ecn::Ect0 => "ect0",
            Ecn::Ect1 => "ect1",
            Ecn::Ect01 => "ect01",
            Ecn::Ce => "ce",
        });
        let ip: Vec<String> = [
            ecn.map(str::to_string),
            self.ip.tos.map(|tos| format!("tos {tos:#x}")),
            self.ip.ttl.map(|ttl| format!("ttl {ttl}")),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !ip.is_empty() {
            write!(f, "[{}] ", ip.join(","))?;
        }
        if let Some((source, destination)) = self.ends {
            write!(f, "{source} > {destination} ")?;
        }
        write!(f, "{} {}:{}({})", self.flags, self.seq, self.seq.wrapping_add(self.len.into()), self.len)?;
        for (name, number) in
            [("ack", self.ack), ("win", self.win.map(u32::from)), ("urg", self.urg.map(u32::from))]
        {
            if let Some(number) = number {
                write!(f, " {name} {number}")?;
            }
        }
        match &self.options {
            None => f.write_str(" <...>"),
            Some(options) if options.is_empty() => Ok(()),
            Some(options) => {
                let options: Vec<String> = options.iter().map(TcpOption::to_string).collect();
                write!(f, " <{}>", options.join(","))
            }
        }
    }
}
