//! Text to a [`Script`]: options, commands, and timed lines one after the other.

use super::ast::{Action, Command, Event, NotModelled, Pos, Script, When};
use super::lex::{Tok, Token, Written, lex};
use super::message::{Parsed, ScriptError, seconds as written};
use super::{options, python, settings};
use crate::net::Ipv4;
use crate::text::Text;
use crate::time::Time;

/// Reads a script.
///
/// # Errors
/// Everything that is wrong with it, in the order of the script; at most twenty.
pub fn parse(source: &str) -> Result<Script, Vec<ScriptError>> {
    parse_with(source, &[])
}

/// Reads a script in which names stand for something else, as `-D NAME=value` on the tool's command line has it.
///
/// # Errors
/// The same as [`parse`].
pub fn parse_with<'a>(source: &'a str, defines: &[(&'a str, &'a str)]) -> Result<Script, Vec<ScriptError>> {
    let lexed = lex(source, defines);
    let mut parser =
        Parser { source, tokens: &lexed.tokens, at: 0, depth: 0, memory: python::Memory::default() };
    let mut errors = Vec::new();
    let script = parser.script(&lexed.options, &mut errors);
    if let Some(unclosed) = lexed.unclosed {
        // It swallows the rest, of which nothing can be said.
        errors.retain(|error| error.at < unclosed.at);
        errors.push(*unclosed);
    }
    errors.truncate(20);
    if errors.is_empty() { Ok(script) } else { Err(errors) }
}

/// Walks over the tokens.
pub(super) struct Parser<'a, 'b> {
    source: &'a str,
    tokens: &'b [Token<'a>],
    at: usize,
    /// How many brackets of arguments are open.
    pub(super) depth: u32,
    /// Names that snippets of code have given a value.
    memory: python::Memory,
}

static END: Token<'static> = Token { pos: Pos::START, tok: Tok::End, text: "", span: (0, 0), first: true };

static TIME: Text = Text::new("a time, such as 0.100, +0.1 or *", "时间，如 0.100、+0.1 或 *");

impl<'a, 'b> Parser<'a, 'b> {
    /// The next token, not taken.
    pub(super) fn peek(&self) -> &'b Token<'a> {
        self.ahead(0)
    }

    /// A token further ahead.
    pub(super) fn ahead(&self, count: usize) -> &'b Token<'a> {
        self.tokens.get(self.at + count).or(self.tokens.last()).unwrap_or(&END)
    }

    /// Takes a token. The end stays.
    pub(super) fn bump(&mut self) -> &'b Token<'a> {
        let token = self.peek();
        self.at = (self.at + 1).min(self.tokens.len().saturating_sub(1));
        token
    }

    /// Is this sign next?
    pub(super) fn sees(&self, sign: char) -> bool {
        self.peek().tok == Tok::Sign(sign)
    }

    /// Takes this sign when it is next.
    pub(super) fn eat(&mut self, sign: char) -> bool {
        let found = self.sees(sign);
        if found {
            self.bump();
        }
        found
    }

    /// Takes this word when it is next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.peek().tok == Tok::Word(word);
        if found {
            self.bump();
        }
        found
    }

    /// Takes this sign.
    pub(super) fn expect(&mut self, sign: char, as_text: &str) -> Parsed<()> {
        if self.eat(sign) { Ok(()) } else { Err(self.expected_word(as_text)) }
    }

    /// What is next should be something else.
    pub(super) fn expected(&self, expected: &'static Text) -> Box<ScriptError> {
        ScriptError::expected(self.peek().pos, expected, self.first_line())
    }

    /// What is next should be this.
    pub(super) fn expected_word(&self, word: &str) -> Box<ScriptError> {
        ScriptError::expected_word(self.peek().pos, word, self.first_line())
    }

    fn first_line(&self) -> &'a str {
        self.peek().text.split('\n').next().unwrap_or_default()
    }

    /// Takes a whole number between 0 and `max`.
    pub(super) fn number(&mut self, what: &'static Text, max: u64) -> Parsed<u64> {
        let next = self.peek();
        if next.tok != Tok::Int {
            return Err(self.expected(what));
        }
        self.bump();
        let number = integer(next.text).and_then(|number| u64::try_from(number).ok());
        number
            .filter(|number| *number <= max)
            .ok_or_else(|| ScriptError::range(next.pos, what, next.text, max))
    }

    /// Takes a 32-bit number.
    pub(super) fn u32(&mut self, what: &'static Text) -> Parsed<u32> {
        Ok(u32::try_from(self.number(what, u32::MAX.into())?).unwrap_or(u32::MAX))
    }

    /// Takes a 16-bit number.
    pub(super) fn u16(&mut self, what: &'static Text) -> Parsed<u16> {
        Ok(u16::try_from(self.number(what, u16::MAX.into())?).unwrap_or(u16::MAX))
    }

    /// Takes an 8-bit number.
    pub(super) fn u8(&mut self, what: &'static Text) -> Parsed<u8> {
        Ok(u8::try_from(self.number(what, u8::MAX.into())?).unwrap_or(u8::MAX))
    }

    /// What is written from `start` up to here, with single spaces.
    pub(super) fn text_since(&self, start: &Token<'_>) -> String {
        let end = self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(0, |last| last.span.1);
        one_line(self.source.get(start.span.0..end).unwrap_or_default())
    }

    /// Skips the rest of a line that is recognised and not modelled.
    pub(super) fn skip_event(&mut self, start: &Token<'_>, what: &'static Text) -> Action {
        while !self.at_event() {
            self.bump();
        }
        Action::NotModelled(NotModelled { at: start.pos, what, text: self.text_since(start), matters: true })
    }

    /// Could a line of its own begin here?
    fn at_event(&self) -> bool {
        let next = self.peek();
        next.tok == Tok::End
            || next.first && (next.begins_event() || matches!(next.tok, Tok::Shell(_) | Tok::Option))
    }

    fn script(&mut self, options: &[Written<'_>], errors: &mut Vec<ScriptError>) -> Script {
        let mut script = Script::default();
        let mut latest = None;
        let mut options = options.iter();
        loop {
            let start = self.peek();
            let read = match start.tok {
                Tok::End => break,
                Tok::Option => {
                    self.bump();
                    match options.next() {
                        Some(option) if script.events.is_empty() => {
                            options::apply(option, &mut script.config, &mut script.init)
                        }
                        _ => {
                            let text = &Text {
                                en: "options stand above the first event",
                                zh: "选项应写在第一个事件之前",
                            };
                            Err(ScriptError::new(start.pos, text))
                        }
                    }
                }
                Tok::Shell(text) if script.events.is_empty() || self.only_shell_follows() => {
                    self.bump();
                    let list = if script.events.is_empty() { &mut script.init } else { &mut script.cleanup };
                    list.extend(shell(text, start));
                    Ok(())
                }
                _ => self.event(&mut latest).map(|event| script.events.push(event)),
            };
            if let Err(error) = read {
                errors.push(*error);
                if self.peek().span == start.span {
                    self.bump();
                }
                while !self.at_event() {
                    self.bump();
                }
            }
        }
        if script.events.is_empty() && errors.is_empty() {
            errors.push(*self.expected(&TIME));
        }
        script
    }

    fn only_shell_follows(&self) -> bool {
        let mut rest = self.tokens.iter().skip(self.at);
        rest.all(|token| matches!(token.tok, Tok::Shell(_) | Tok::End))
    }

    /// A timed line. `latest` is the last absolute time and its line.
    fn event(&mut self, latest: &mut Option<(Time, u32)>) -> Parsed<Event> {
        let at = self.peek().pos;
        let when = self.when()?;
        if let When::At(time) | When::Between(time, _) = when {
            if let Some((before, line)) = latest.filter(|(before, _)| *before > time) {
                let text = &Text {
                    en: "time runs backwards: {0} comes after {1} of line {2}",
                    zh: "时间倒退：{0} 排在第 {2} 行的 {1} 之后",
                };
                let words = [written(time), written(before), line.to_string()];
                return Err(ScriptError::new(at, text).with(words));
            }
            *latest = Some((time, at.line));
        }
        let until = self.until(when)?;
        let start = self.peek();
        let action = self.action(until)?;
        let text = self.text_since(start);
        let next = self.peek();
        if next.tok != Tok::End && !next.first && !next.begins_event() {
            return Err(self.expected(&Text { en: "the end of the line", zh: "行尾" }));
        }
        let expected = matches!(action, Action::Expect(_) | Action::ExpectIcmp(_) | Action::NotModelled(_));
        if !expected && !matches!(when, When::At(_) | When::After(_)) {
            let text = &Text {
                en: "`*` and a range of times are for expected packets (>) alone",
                zh: "`*` 和时间区间只能用于期望的报文（>）",
            };
            return Err(ScriptError::new(at, text));
        }
        Ok(Event { at, when, action, text })
    }

    fn when(&mut self) -> Parsed<When> {
        if self.eat('*') {
            return Ok(When::Any);
        }
        let relative = self.eat('+');
        let start = self.time()?;
        if !self.eat('~') {
            return Ok(if relative { When::After(start) } else { When::At(start) });
        }
        if relative {
            self.expect('+', "`+`")?;
        }
        let at = self.peek().pos;
        let end = self.time()?;
        ordered(start, end, at)?;
        Ok(if relative { When::AfterBetween(start, end) } else { When::Between(start, end) })
    }

    /// The end time of a call that blocks.
    fn until(&mut self, when: When) -> Parsed<Option<Time>> {
        if self.peek().tok != Tok::Ellipsis {
            return Ok(None);
        }
        self.bump();
        let at = self.peek().pos;
        let end = self.time()?;
        if let When::At(start) | When::After(start) = when {
            ordered(start, end, at)?;
        }
        Ok(Some(end))
    }

    fn time(&mut self) -> Parsed<Time> {
        let next = self.peek();
        let time = matches!(next.tok, Tok::Int | Tok::Decimal).then(|| seconds(next.text)).flatten();
        let time = time.ok_or_else(|| self.expected(&TIME))?;
        self.bump();
        Ok(time)
    }

    fn action(&mut self, until: Option<Time>) -> Parsed<Action> {
        let next = self.peek();
        match next.tok {
            Tok::Word(_) => self.call(until).map(Action::Call),
            _ if until.is_some() => Err(self.expected(&Text { en: "a system call", zh: "系统调用" })),
            Tok::Sign('<' | '>') => self.packet(),
            Tok::Shell(text) => {
                self.bump();
                Ok(Action::Shell(shell(text, next)))
            }
            Tok::Code(text) => {
                self.bump();
                python::code(text, behind(next.pos, 2), &mut self.memory)
            }
            _ => Err(self.expected(&Text {
                en: "a packet (< or >), a system call, %{ code }% or a `command`",
                zh: "报文（< 或 >）、系统调用、%{ 代码 }% 或 `命令`",
            })),
        }
    }
}

fn ordered(start: Time, end: Time, at: Pos) -> Parsed<()> {
    if end >= start {
        return Ok(());
    }
    let text = &Text { en: "the end of this range lies before its start", zh: "区间的终点早于起点" };
    Err(ScriptError::new(at, text))
}

fn shell(text: &str, token: &Token<'_>) -> Vec<Command> {
    settings::read_at(text, behind(token.pos, 1))
}

fn behind(pos: Pos, cols: u32) -> Pos {
    Pos { line: pos.line, col: pos.col.saturating_add(cols) }
}

/// The text with each run of white space as one space.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for c in text.trim().chars() {
        if !c.is_whitespace() {
            line.push(c);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}

/// A decimal or hexadecimal number, perhaps with `-` before it.
pub(super) fn integer(text: &str) -> Option<i64> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let (radix, digits) = digits.strip_prefix("0x").map_or((10, digits), |digits| (16, digits));
    if digits.is_empty() {
        return None;
    }
    let number = digits.chars().try_fold(0i64, |number, digit| {
        number.checked_mul(i64::from(radix))?.checked_add(i64::from(digit.to_digit(radix)?))
    })?;
    Some(if negative { -number } else { number })
}

/// Seconds with up to nine digits behind the point; further ones are cut off.
pub(super) fn seconds(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut nanos = if whole.is_empty() && !fraction.is_empty() { 0 } else { integer(whole)? };
    if !(0..1_000_000_000).contains(&nanos) {
        return None;
    }
    let mut fraction = fraction.chars();
    for _ in 0..9 {
        nanos = nanos * 10 + i64::from(fraction.next().map_or(Some(0), |digit| digit.to_digit(10))?);
    }
    let digits = fraction.all(|digit| digit.is_ascii_digit()) && !whole.starts_with('-');
    digits.then_some(Time(nanos.unsigned_abs()))
}

/// `192.0.2.1`
pub(super) fn address(text: &str) -> Option<Ipv4> {
    let mut bytes = text.split('.').map(|byte| u8::try_from(integer(byte)?).ok());
    let mut next = || bytes.next().flatten();
    let ip = Ipv4::new(next()?, next()?, next()?, next()?);
    bytes.next().is_none().then_some(ip)
}
