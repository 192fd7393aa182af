//! System calls: `connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)`.

use super::ast::{Arg, Call, Errno, Field, Pos, Value};
use super::lex::{Cursor, Tok};
use super::message::{Parsed, ScriptError};
use super::parse::{Parser, address, integer};
use super::symbols;
use crate::text::Text;
use crate::time::Time;

static ARGUMENT: Text =
    Text::new("an argument, such as 3, ..., [1] or SOL_SOCKET", "参数，如 3、...、[1] 或 SOL_SOCKET");

/// How many brackets may stand in one another: more than any call needs, and within what a stack has room for.
const DEPTH: u32 = 20;

impl Parser<'_, '_> {
    /// A call, from its name to its error.
    pub(super) fn call(&mut self, until: Option<Time>) -> Parsed<Call> {
        let start = self.bump();
        let Some((name, min, max)) = symbols::CALLS.iter().find(|(name, ..)| *name == start.text).copied()
        else {
            let names = &mut symbols::CALLS.iter().map(|(name, ..)| *name);
            return Err(ScriptError::unknown(
                start.pos,
                &Text { en: "system call", zh: "系统调用" },
                start.text,
                names,
            ));
        };
        self.expect('(', "`(`")?;
        let args = self.args(')', "`,` `)`")?;
        if !(usize::from(min)..=usize::from(max)).contains(&args.len()) {
            let takes = if min == max { min.to_string() } else { format!("{min}–{max}") };
            let text = if max == 1 {
                &Text {
                    en: "`{0}` takes 1 argument, not {2}", zh: "`{0}` 需要 1 个参数，而不是 {2} 个"
                }
            } else {
                &Text {
                    en: "`{0}` takes {1} arguments, not {2}", zh: "`{0}` 需要 {1} 个参数，而不是 {2} 个"
                }
            };
            return Err(ScriptError::new(start.pos, text).with([
                name.to_string(),
                takes,
                args.len().to_string(),
            ]));
        }
        self.expect('=', "`=`")?;
        let result_start = self.peek();
        let result_at = result_start.pos;
        let result = self.arg()?;
        let result = match (&result.value, result.int()) {
            (Value::Any, _) => None,
            (_, Some(number)) => Some(number),
            _ => {
                let what = &Text { en: "a number that the call returns", zh: "调用返回的数值" };
                return Err(ScriptError::expected(result_at, what, &self.text_since(result_start)));
            }
        };
        let errno = self.errno()?;
        if self.eat('(') {
            while !matches!(self.peek().tok, Tok::Sign(')') | Tok::End) {
                self.bump();
            }
            self.expect(')', "`)`")?;
        }
        Ok(Call { at: start.pos, name, args, until, result, result_at, errno })
    }

    fn errno(&mut self) -> Parsed<Option<Errno>> {
        let next = self.peek();
        let Tok::Word(word) = next.tok else { return Ok(None) };
        if next.first {
            return Ok(None);
        }
        self.bump();
        match symbols::ERRNOS.iter().find(|(name, _)| *name == word) {
            Some((name, number)) => Ok(Some(Errno { at: next.pos, name, number: i64::from(*number) })),
            None => {
                let names = &mut symbols::ERRNOS.iter().map(|(name, _)| *name);
                Err(ScriptError::unknown(next.pos, &Text { en: "error", zh: "错误码" }, word, names))
            }
        }
    }

    /// Arguments with commas between them, up to `end`.
    fn args(&mut self, end: char, expected: &'static str) -> Parsed<Vec<Arg>> {
        let mut args = Vec::new();
        if self.eat(end) {
            return Ok(args);
        }
        loop {
            args.push(self.arg()?);
            if self.eat(end) {
                return Ok(args);
            }
            self.expect(',', expected)?;
        }
    }

    fn arg(&mut self) -> Parsed<Arg> {
        let first = self.term()?;
        let at = first.at;
        if self.peek().tok == Tok::Arrow {
            self.bump();
            let after = self.term()?;
            return Ok(Arg { at, value: Value::Becomes(Box::new(first), Box::new(after)) });
        }
        if !self.sees('|') {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat('|') {
            parts.push(self.term()?);
        }
        match parts.iter().find(|part| !matches!(part.value, Value::Int(_) | Value::Name(..))) {
            Some(part) => {
                let text = &Text {
                    en: "`|` joins numbers and constants alone",
                    zh: "`|` 只能连接数值和常量",
                };
                Err(ScriptError::new(part.at, text))
            }
            None => Ok(Arg { at, value: Value::Or(parts) }),
        }
    }

    fn term(&mut self) -> Parsed<Arg> {
        let next = self.peek();
        if self.depth > DEPTH {
            let text =
                &Text { en: "brackets stand too deep in one another here", zh: "此处括号嵌套过深" };
            return Err(ScriptError::new(next.pos, text));
        }
        let value = match next.tok {
            Tok::Ellipsis => {
                self.bump();
                Value::Any
            }
            Tok::Int => {
                self.bump();
                let max = i64::MAX.unsigned_abs();
                let range =
                    || ScriptError::range(next.pos, &Text { en: "number", zh: "数值" }, next.text, max);
                Value::Int(integer(next.text).ok_or_else(range)?)
            }
            Tok::Str(_) => self.bytes(),
            Tok::Word(word) => {
                self.bump();
                self.named(word, next.pos)?
            }
            Tok::Sign(open @ ('[' | '{')) => {
                self.bump();
                self.depth += 1;
                let value =
                    if open == '[' { self.args(']', "`,` `]`").map(Value::List) } else { self.structure() };
                self.depth -= 1;
                value?
            }
            _ => return Err(self.expected(&ARGUMENT)),
        };
        Ok(Arg { at: next.pos, value })
    }

    /// Strings that stand side by side are one.
    fn bytes(&mut self) -> Value {
        let mut bytes = Vec::new();
        while let Tok::Str(text) = self.peek().tok {
            unescape(text, &mut bytes);
            self.bump();
        }
        let more = self.peek().tok == Tok::Ellipsis;
        if more {
            self.bump();
        }
        Value::Bytes(bytes, more)
    }

    /// A constant, or one of the few functions.
    fn named(&mut self, word: &str, at: Pos) -> Parsed<Value> {
        match word {
            "htons" => {
                self.expect('(', "`(`")?;
                let port = self.u16(&Text { en: "port", zh: "端口" })?;
                self.expect(')', "`)`")?;
                return Ok(Value::Port(port));
            }
            "inet_addr" | "inet6_addr" => {
                self.expect('(', "`(`")?;
                let text = self.peek();
                let Tok::Str(ip) = text.tok else { return Err(self.expected_word("\"192.0.2.1\"")) };
                let parsed = address(ip);
                if parsed.is_none() && word == "inet_addr" {
                    return Err(self.expected(&Text { en: "an IPv4 address", zh: "IPv4 地址" }));
                }
                self.bump();
                self.expect(')', "`)`")?;
                return Ok(
                    parsed.map_or_else(|| Value::NotModelled(format!("{word}(\"{ip}\")")), Value::Addr)
                );
            }
            _ => {}
        }
        if let Some(number) = symbols::constant(word) {
            return Ok(Value::Name(word.to_string(), Some(number)));
        }
        if symbols::FAMILIES.iter().any(|family| word.starts_with(family)) {
            return Ok(Value::Name(word.to_string(), None));
        }
        Err(ScriptError::unknown(at, &Text { en: "constant", zh: "常量" }, word, &mut symbols::names()))
    }

    fn structure(&mut self) -> Parsed<Value> {
        let open = self.peek();
        // Headers of GRE and MPLS, which are no lists of members.
        if open.tok == Tok::Sign('(') || matches!(open.tok, Tok::Word("flags" | "Flags")) {
            while !matches!(self.peek().tok, Tok::Sign('}') | Tok::End) {
                self.bump();
            }
            let text = self.text_since(open);
            self.expect('}', "`}`")?;
            return Ok(Value::NotModelled(text));
        }
        let mut fields = Vec::new();
        if self.eat('}') {
            return Ok(Value::Struct(fields));
        }
        loop {
            fields.push(self.field()?);
            if self.eat('}') {
                return Ok(Value::Struct(fields));
            }
            self.expect(',', "`,` `}`")?;
        }
    }

    fn field(&mut self) -> Parsed<Field> {
        let start = self.peek();
        let named = match (start.tok, self.ahead(1).tok) {
            (Tok::Word(word), Tok::Sign('=')) => Some(word),
            (Tok::Word(word), Tok::Sign('(')) if word.starts_with("msg_") => Some(word),
            _ => None,
        };
        let Some(name) = named else { return Ok(Field { name: None, count: None, arg: self.arg()? }) };
        self.bump();
        let known = symbols::MEMBERS.contains(&name)
            || symbols::constant(name).is_some()
            || symbols::FAMILIES.iter().any(|family| name.starts_with(family));
        if !known {
            let names = &mut symbols::MEMBERS.iter().copied();
            return Err(ScriptError::unknown(
                start.pos,
                &Text { en: "struct member", zh: "结构体成员" },
                name,
                names,
            ));
        }
        let mut count = None;
        if self.eat('(') {
            count = self.arg()?.int();
            self.expect(')', "`)`")?;
        }
        self.expect('=', "`=`")?;
        Ok(Field { name: Some(name.to_string()), count, arg: self.arg()? })
    }
}

/// The bytes that a string in C stands for.
fn unescape(text: &str, bytes: &mut Vec<u8>) {
    let mut cursor = Cursor::new(text, Pos::START);
    while let Some(next) = cursor.bump() {
        if next != '\\' {
            bytes.extend(next.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        match cursor.bump() {
            Some('n') => bytes.push(b'\n'),
            Some('r') => bytes.push(b'\r'),
            Some('t') => bytes.push(b'\t'),
            Some('0') => bytes.push(0),
            Some('x') => {
                let mut byte = 0u8;
                for _ in 0..2 {
                    let Some(digit) = cursor.peek().and_then(|c| c.to_digit(16)) else { break };
                    byte = byte << 4 | u8::try_from(digit).unwrap_or(0);
                    cursor.bump();
                }
                bytes.push(byte);
            }
            Some(other) => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
            None => {}
        }
    }
}
