//! Characters to tokens, each with its place.

use super::ast::Pos;
use super::message::{Parsed, ScriptError};
use crate::text::Text;

/// A place in a text from which characters are taken one by one.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    pos: Pos,
}

impl<'a> Cursor<'a> {
    /// At the start of `text`, which stands at `pos` of the script.
    pub(super) fn new(text: &'a str, pos: Pos) -> Cursor<'a> {
        Cursor { text, at: 0, pos }
    }

    /// Where the next character stands.
    pub(super) fn pos(&self) -> Pos {
        self.pos
    }

    /// How many bytes lie behind.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// What lies ahead.
    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What was taken since `start` bytes lay behind.
    pub(super) fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// The next character, not taken.
    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next character but one, not taken.
    pub(super) fn peek_second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    /// Takes a character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        self.pos = if next == '\n' {
            Pos { line: self.pos.line.saturating_add(1), col: 1 }
        } else {
            Pos { line: self.pos.line, col: self.pos.col.saturating_add(1) }
        };
        Some(next)
    }

    /// Takes `expected` when it is what comes next.
    pub(super) fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            expected.chars().for_each(|_| _ = self.bump());
        }
        found
    }

    /// Takes characters as long as they are of a kind.
    pub(super) fn eat_while(&mut self, kind: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&kind) {
            self.bump();
        }
        self.since(start)
    }

    /// Takes everything up to `end`, and `end`. Gives what stood before it.
    pub(super) fn until(&mut self, end: &str) -> Option<&'a str> {
        let start = self.at;
        loop {
            let inside = self.since(start);
            if self.eat(end) {
                return Some(inside);
            }
            self.bump()?;
        }
    }

    /// The same for a quotation mark, which does not end anything behind a backslash.
    pub(super) fn quoted(&mut self, mark: char) -> Option<&'a str> {
        let start = self.at;
        loop {
            let inside = self.since(start);
            match self.bump()? {
                '\\' => _ = self.bump(),
                next if next == mark => return Some(inside),
                _ => {}
            }
        }
    }
}

/// Letters, digits and `_`.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tok<'a> {
    /// A name, or digits and letters.
    Word(&'a str),
    /// Digits, perhaps with `-` before them, or `0x` and hexadecimal digits.
    Int,
    /// Digits with a point.
    Decimal,
    /// Four numbers with points.
    Ip,
    /// What stands between double quotes, as written.
    Str(&'a str),
    /// What stands between back quotes.
    Shell(&'a str),
    /// What stands between `%{` and `}%`.
    Code(&'a str),
    /// `--name`, `--name=value`, `-D NAME=value`: the next of the options.
    Option,
    /// `...`
    Ellipsis,
    /// `->`
    Arrow,
    /// Any other character.
    Sign(char),
    /// Nothing follows.
    End,
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) pos: Pos,
    pub(super) tok: Tok<'a>,
    /// As it is written.
    pub(super) text: &'a str,
    /// Bytes of the script before it and up to its end.
    pub(super) span: (usize, usize),
    /// Is it the first on its line?
    pub(super) first: bool,
}

impl Token<'_> {
    /// Could it begin a time?
    pub(super) fn begins_event(&self) -> bool {
        matches!(self.tok, Tok::Sign('+' | '*') | Tok::Int | Tok::Decimal)
    }
}

/// An option as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    pub(super) at: Pos,
    pub(super) name: &'a str,
    pub(super) value: Option<&'a str>,
    /// Where the value stands.
    pub(super) value_at: Pos,
}

/// What there is in a script.
#[derive(Debug, Default)]
pub(super) struct Lexed<'a> {
    /// The last of them is [`Tok::End`].
    pub(super) tokens: Vec<Token<'a>>,
    pub(super) options: Vec<Written<'a>>,
    /// What is opened and not closed.
    pub(super) unclosed: Option<Box<ScriptError>>,
}

/// Takes a script apart. Names in `defines` are replaced; `--define` lines add to them, but do not
/// replace what is there.
pub(super) fn lex<'a>(source: &'a str, defines: &[(&'a str, &'a str)]) -> Lexed<'a> {
    let mut defines = defines.to_vec();
    let mut cursor = Cursor::new(source, Pos::START);
    let mut lexed = Lexed::default();
    loop {
        let (pos, start) = (cursor.pos(), cursor.at());
        let first = lexed.tokens.last().is_none_or(|last| last.pos.line != pos.line);
        let tok = match token(&mut cursor) {
            Ok(Some(tok)) => tok,
            Ok(None) => continue,
            Err(error) => {
                lexed.unclosed = Some(error);
                Tok::End
            }
        };
        let define = match tok {
            Tok::Word(word) => defines.iter().find(|(name, _)| *name == word),
            Tok::Option => {
                let option = option(&mut cursor, pos);
                lexed.options.push(option);
                if let ("define", Some((name, value))) =
                    (option.name, option.value.and_then(|v| v.split_once('=')))
                {
                    defines.push((name, value));
                }
                None
            }
            _ => None,
        };
        let token = Token { pos, tok, text: cursor.since(start), span: (start, cursor.at()), first };
        match define {
            Some((_, value)) => substitute(value, &token, &mut lexed.tokens),
            None => lexed.tokens.push(token),
        }
        if tok == Tok::End {
            return lexed;
        }
    }
}

/// The tokens of a definition's value, all of them where its name stands.
fn substitute<'a>(value: &'a str, name: &Token<'a>, tokens: &mut Vec<Token<'a>>) {
    let mut cursor = Cursor::new(value, name.pos);
    let mut first = name.first;
    while cursor.peek().is_some() {
        let start = cursor.at();
        if let Ok(Some(tok)) = token(&mut cursor) {
            tokens.push(Token { tok, text: cursor.since(start), first, ..*name });
            first = false;
        }
    }
}

/// The next token, or nothing for white space and comments.
fn token<'a>(cursor: &mut Cursor<'a>) -> Parsed<Option<Tok<'a>>> {
    let start = cursor.at();
    let pos = cursor.pos();
    let unclosed = |what, end| ScriptError::unclosed(pos, what, end);
    let Some(next) = cursor.peek() else { return Ok(Some(Tok::End)) };
    if next.is_whitespace() || next == '\u{feff}' {
        cursor.bump();
        return Ok(None);
    }
    if next == '#' || cursor.rest().starts_with("//") {
        cursor.eat_while(|c| c != '\n');
        return Ok(None);
    }
    if cursor.eat("/*") {
        let comment = cursor.until("*/").map(|_| None);
        return comment.ok_or_else(|| unclosed(&Text { en: "comment", zh: "注释" }, "`*/`"));
    }
    if cursor.eat("%{") {
        let code = cursor.until("}%").ok_or_else(|| unclosed(&Text { en: "code", zh: "代码" }, "`}%`"))?;
        return Ok(Some(Tok::Code(code)));
    }
    if cursor.eat("`") {
        let shell = cursor
            .quoted('`')
            .ok_or_else(|| unclosed(&Text { en: "shell command", zh: "shell 命令" }, "\"`\""))?;
        return Ok(Some(Tok::Shell(shell)));
    }
    if cursor.eat("\"") {
        let inside = cursor.quoted('"').filter(|text| !text.contains('\n'));
        return match inside {
            Some(text) => Ok(Some(Tok::Str(text))),
            None => Err(unclosed(&Text { en: "string", zh: "字符串" }, "`\"`")),
        };
    }
    if cursor.eat("...") {
        return Ok(Some(Tok::Ellipsis));
    }
    if cursor.eat("->") {
        return Ok(Some(Tok::Arrow));
    }
    let second = cursor.peek_second();
    if next == '-' && (cursor.eat("--") || cursor.rest().starts_with("-D")) {
        return Ok(Some(Tok::Option));
    }
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    if is_word(next) || (matches!(next, '-' | '.') && digit(second)) {
        return Ok(Some(word(cursor, start)));
    }
    cursor.bump();
    Ok(Some(Tok::Sign(next)))
}

/// A name or a number of any form.
fn word<'a>(cursor: &mut Cursor<'a>, start: usize) -> Tok<'a> {
    cursor.eat("-");
    let word = cursor.eat_while(is_word);
    if word
        .strip_prefix("0x")
        .is_some_and(|hex| !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit()))
    {
        return Tok::Int;
    }
    if !word.chars().all(|c| c.is_ascii_digit()) {
        return Tok::Word(cursor.since(start));
    }
    let mut points = 0;
    while points < 3 && cursor.peek() == Some('.') && cursor.peek_second().is_some_and(|c| c.is_ascii_digit())
    {
        cursor.bump();
        cursor.eat_while(|c| c.is_ascii_digit());
        points += 1;
    }
    match points {
        0 => Tok::Int,
        3 => Tok::Ip,
        _ => Tok::Decimal,
    }
}

/// An option after its `--`, or from its `-D`.
fn option<'a>(cursor: &mut Cursor<'a>, at: Pos) -> Written<'a> {
    let name = if cursor.eat("-D") { "define" } else { cursor.eat_while(is_word) };
    let blank = |c| c == ' ' || c == '\t';
    let behind_name = cursor.clone();
    cursor.eat_while(blank);
    if cursor.eat("=") {
        cursor.eat_while(blank);
    } else if name != "define" {
        *cursor = behind_name;
        return Written { at, name, value: None, value_at: cursor.pos() };
    }
    let (value_at, start) = (cursor.pos(), cursor.at());
    while let Some(next) = cursor.peek().filter(|c| !c.is_whitespace()) {
        cursor.bump();
        if matches!(next, '"' | '`') {
            cursor.eat_while(|c| c != next && c != '\n');
            cursor.bump();
        }
    }
    let value = cursor.since(start);
    Written { at, name, value: (!value.is_empty()).then_some(value), value_at }
}
