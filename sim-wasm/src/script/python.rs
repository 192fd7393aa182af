//! The little of Python that scripts use between `%{` and `}%`: read here, worked out in [`eval`](super::eval).

use super::ast::{Action, NotModelled, Pos};
use super::lex::{Cursor, is_word};
use super::message::{Parsed, ScriptError};
use super::parse::{integer, one_line};
use super::symbols::{CODE_CONSTANTS, TCP_INFO, find};
use crate::text::Text;

/// A snippet of code.
#[derive(Clone, Debug, PartialEq)]
pub struct Code {
    /// Where its first character stands.
    pub at: Pos,
    /// As it is written, with single spaces.
    pub text: String,
    pub(super) statements: Vec<Statement>,
}

/// A statement of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Statement {
    /// `assert test, note`; with the test as written.
    Assert { at: Pos, text: String, test: Expr, note: Option<Expr> },
    /// `print(…)`
    Print(Vec<Expr>),
    /// `name = value`
    Assign(String, Expr),
    /// A value that nothing is done with, `pass` too.
    Value(Expr),
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expr {
    /// A number: numerator and denominator, so that 0.1 is exactly that.
    Number(i64, i64),
    Text(String),
    Name(Pos, String),
    List(Vec<Expr>),
    Unary(Pos, &'static str, Box<Expr>),
    Binary(Pos, &'static str, Box<Expr>, Box<Expr>),
    /// `a < b <= c`
    Compare(Pos, Box<Expr>, Vec<(&'static str, Expr)>),
    /// `a and b`: whether it is `and`.
    Both(bool, Box<Expr>, Box<Expr>),
    /// One of [`FUNCTIONS`].
    Call(Pos, &'static str, Vec<Expr>),
}

/// The functions that there are.
pub(super) const FUNCTIONS: &[&str] = &["abs", "min", "max", "int"];

/// Words that begin statements which there are not, and constants without a use here.
const BEYOND: &[&str] = &[
    "if", "for", "while", "def", "class", "try", "with", "import", "from", "lambda", "del", "global",
    "raise", "return", "yield", "None", "async", "await", "is",
];

/// Names that may stand in code, besides those of tables.
#[derive(Debug, Default)]
pub(super) struct Names {
    assigned: Vec<String>,
    /// Some code was not understood: it may have given a value to any name.
    any: bool,
}

/// Why reading stopped.
enum Stop {
    /// The code is wrong.
    Wrong(Box<ScriptError>),
    /// The code may be right and is more than this.
    Beyond,
}

impl From<Box<ScriptError>> for Stop {
    fn from(error: Box<ScriptError>) -> Stop {
        Stop::Wrong(error)
    }
}

type Read<T> = Result<T, Stop>;

/// Reads a snippet that stands at `at`.
pub(super) fn code(text: &str, at: Pos, names: &mut Names) -> Parsed<Action> {
    let tokens = tokens(text, at);
    let written = one_line(text);
    let read = tokens.and_then(|tokens| {
        let mut reader = Reader { text, tokens: &tokens, at: 0, depth: 0, size: 0, names };
        reader.statements()
    });
    match read {
        Ok(statements) => Ok(Action::Code(Code { at, text: written, statements })),
        Err(Stop::Wrong(error)) => Err(error),
        Err(Stop::Beyond) => {
            names.any = true;
            let what = Text::new("Python code", "Python 代码");
            Ok(Action::NotModelled(NotModelled { at, what, text: written, matters: true }))
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind<'a> {
    Name(&'a str),
    Number,
    /// A string without its quotation marks.
    Text(&'a str),
    Operator(&'static str),
    /// End of a line or `;`.
    Break,
    End,
}

#[derive(Clone, Copy, Debug)]
struct Lexeme<'a> {
    pos: Pos,
    kind: Kind<'a>,
    text: &'a str,
    span: (usize, usize),
}

const OPERATORS: &[&str] = &[
    "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+", "-", "*", "/", "%", "&", "|", "^", "~", "<", ">",
    "(", ")", "[", "]", ",", "=",
];

fn tokens(text: &str, at: Pos) -> Read<Vec<Lexeme<'_>>> {
    let mut cursor = Cursor::new(text, at);
    let mut tokens = Vec::new();
    let mut depth = 0u32;
    loop {
        let (pos, start) = (cursor.pos(), cursor.at());
        let kind = match cursor.peek() {
            None => Kind::End,
            Some('#') => {
                cursor.eat_while(|c| c != '\n');
                continue;
            }
            Some('\\') if cursor.eat("\\\n") || cursor.eat("\\\r\n") => continue,
            Some('\n') if depth > 0 => {
                cursor.bump();
                continue;
            }
            Some('\n' | ';') => {
                cursor.bump();
                Kind::Break
            }
            Some(c) if c.is_whitespace() => {
                cursor.bump();
                continue;
            }
            Some(mark @ ('"' | '\'')) => {
                cursor.bump();
                let what = Text::new("string", "字符串");
                let end = if mark == '"' { "`\"`" } else { "`'`" };
                Kind::Text(cursor.quoted(mark).ok_or_else(|| ScriptError::unclosed(pos, what, end))?)
            }
            Some(c) if c.is_ascii_digit() => {
                cursor.eat_while(is_word);
                if cursor.peek() == Some('.') {
                    cursor.bump();
                    cursor.eat_while(is_word);
                }
                Kind::Number
            }
            Some(c) if is_word(c) => {
                let word = cursor.eat_while(is_word);
                // A prefix of a string: the string is only ever shown.
                if matches!(word, "f" | "r" | "b" | "u") && matches!(cursor.peek(), Some('"' | '\'')) {
                    continue;
                }
                Kind::Name(word)
            }
            Some(_) => {
                let operator =
                    OPERATORS.iter().copied().find(|operator| cursor.eat(operator)).ok_or(Stop::Beyond)?;
                match operator {
                    "(" | "[" => depth += 1,
                    ")" | "]" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                Kind::Operator(operator)
            }
        };
        tokens.push(Lexeme { pos, kind, text: cursor.since(start), span: (start, cursor.at()) });
        if kind == Kind::End {
            return Ok(tokens);
        }
    }
}

struct Reader<'a, 'b> {
    text: &'a str,
    tokens: &'b [Lexeme<'a>],
    at: usize,
    /// How deep expressions stand in one another.
    depth: u32,
    /// How many operators there are.
    size: u32,
    names: &'b mut Names,
}

const VALUE: Text = Text::new("a value, such as 10 or tcpi_snd_cwnd", "值，如 10 或 tcpi_snd_cwnd");

impl<'a> Reader<'a, '_> {
    fn peek(&self) -> Lexeme<'a> {
        let end = Lexeme { pos: Pos::START, kind: Kind::End, text: "", span: (0, 0) };
        self.tokens.get(self.at).copied().unwrap_or(end)
    }

    fn bump(&mut self) -> Lexeme<'a> {
        let next = self.peek();
        if next.kind != Kind::End {
            self.at += 1;
        }
        next
    }

    fn eat(&mut self, operator: &str) -> bool {
        let found = matches!(self.peek().kind, Kind::Operator(next) if next == operator);
        if found {
            self.bump();
        }
        found
    }

    fn eat_name(&mut self, name: &str) -> bool {
        let found = self.peek().kind == Kind::Name(name);
        if found {
            self.bump();
        }
        found
    }

    /// Takes one of these operators.
    fn one_of(&mut self, operators: &[&'static str]) -> Option<(Pos, &'static str)> {
        let next = self.peek();
        let Kind::Operator(operator) = next.kind else { return None };
        if !operators.contains(&operator) {
            return None;
        }
        self.bump();
        Some((next.pos, operator))
    }

    fn expected(&self, expected: Text) -> Stop {
        let next = self.peek();
        let found = match next.kind {
            Kind::End | Kind::Break => "}%",
            _ => next.text,
        };
        Stop::Wrong(ScriptError::expected(next.pos, expected, found))
    }

    fn statements(&mut self) -> Read<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            match self.peek().kind {
                Kind::End => return Ok(statements),
                Kind::Break => {
                    self.bump();
                    continue;
                }
                _ => statements.push(self.statement()?),
            }
            if !matches!(self.peek().kind, Kind::End | Kind::Break) {
                return Err(self.expected(Text::new("an operator or the end of the line", "运算符或行尾")));
            }
        }
    }

    fn statement(&mut self) -> Read<Statement> {
        let start = self.peek();
        if self.eat_name("pass") {
            return Ok(Statement::Value(Expr::Number(0, 1)));
        }
        if self.eat_name("assert") {
            let first = self.peek().span.0;
            let test = self.expression()?;
            let end = self
                .at
                .checked_sub(1)
                .and_then(|last| self.tokens.get(last))
                .map_or(first, |last| last.span.1);
            let text = one_line(self.text.get(first..end).unwrap_or_default());
            let note = if self.eat(",") { Some(self.expression()?) } else { None };
            return Ok(Statement::Assert { at: start.pos, text, test, note });
        }
        if self.eat_name("print") {
            // With brackets, or as a statement of Python 2.
            let (first, mut values) = (self.peek().kind, Vec::new());
            while !matches!(self.peek().kind, Kind::End | Kind::Break) {
                values.push(self.expression()?);
                if !self.eat(",") {
                    break;
                }
            }
            if let ([Expr::List(parts)], Kind::Operator("(")) = (values.as_slice(), first) {
                values = parts.clone();
            }
            return Ok(Statement::Print(values));
        }
        let assigns = matches!(self.tokens.get(self.at + 1), Some(next) if next.kind == Kind::Operator("="));
        if let (Kind::Name(name), true) = (start.kind, assigns) {
            self.bump();
            self.bump();
            let value = self.expression()?;
            self.names.assigned.push(name.to_string());
            return Ok(Statement::Assign(name.to_string(), value));
        }
        Ok(Statement::Value(self.expression()?))
    }

    fn expression(&mut self) -> Read<Expr> {
        self.deeper()?;
        let value = self.either()?;
        if self.peek().kind == Kind::Name("if") {
            return Err(Stop::Beyond);
        }
        self.depth -= 1;
        Ok(value)
    }

    fn either(&mut self) -> Read<Expr> {
        let mut left = self.both()?;
        while self.eat_name("or") {
            left = Expr::Both(false, Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Read<Expr> {
        let mut left = self.negation()?;
        while self.eat_name("and") {
            left = Expr::Both(true, Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Read<Expr> {
        let pos = self.peek().pos;
        let mut times = 0u32;
        while self.eat_name("not") {
            times += 1;
        }
        let value = self.comparison()?;
        Ok(match times {
            0 => value,
            // Two of them still make a truth value of a number.
            _ => (0..2 - times % 2).fold(value, |value, _| Expr::Unary(pos, "not", Box::new(value))),
        })
    }

    fn comparison(&mut self) -> Read<Expr> {
        let first = self.binary(0)?;
        let pos = self.peek().pos;
        let mut rest = Vec::new();
        loop {
            let operator = if let Some((_, operator)) = self.one_of(&["<", ">", "<=", ">=", "==", "!="]) {
                operator
            } else if self.eat_name("in") {
                "in"
            } else if self.peek().kind == Kind::Name("not") {
                self.bump();
                if !self.eat_name("in") {
                    return Err(self.expected(Text::same("`in`")));
                }
                "not in"
            } else {
                break;
            };
            rest.push((operator, self.binary(0)?));
        }
        if self.peek().kind == Kind::Operator("=") {
            return Err(self.expected(Text::same("`==`")));
        }
        Ok(if rest.is_empty() { first } else { Expr::Compare(pos, Box::new(first), rest) })
    }

    /// Operators of two operands, the weakest first.
    fn binary(&mut self, level: usize) -> Read<Expr> {
        const LEVELS: &[&[&str]] =
            &[&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "/", "//", "%"]];
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        while let Some((pos, operator)) = self.one_of(operators) {
            let right = self.binary(level + 1)?;
            left = Expr::Binary(pos, operator, Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Read<Expr> {
        self.deeper()?;
        let value = match self.one_of(&["-", "+", "~"]) {
            Some((pos, operator)) => Expr::Unary(pos, operator, Box::new(self.unary()?)),
            None => {
                let base = self.primary()?;
                match self.one_of(&["**"]) {
                    Some((pos, operator)) => {
                        Expr::Binary(pos, operator, Box::new(base), Box::new(self.unary()?))
                    }
                    None => base,
                }
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    /// Keeps what is read within what a stack has room for.
    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        self.size += 1;
        if self.depth > 80 || self.size > 2000 { Err(Stop::Beyond) } else { Ok(()) }
    }

    fn primary(&mut self) -> Read<Expr> {
        let next = self.peek();
        let value = match next.kind {
            Kind::Number => {
                self.bump();
                // Others have an exponent, or are larger than anything that the kernel counts.
                let (numerator, denominator) = number(next.text).ok_or(Stop::Beyond)?;
                Expr::Number(numerator, denominator)
            }
            Kind::Text(_) => {
                let mut text = String::new();
                while let Kind::Text(part) = self.peek().kind {
                    text.push_str(part);
                    self.bump();
                }
                Expr::Text(text)
            }
            Kind::Operator("(") => {
                self.bump();
                self.tuple()?
            }
            Kind::Operator("[") => {
                self.bump();
                Expr::List(self.list("]")?.0)
            }
            Kind::Name(name) if BEYOND.contains(&name) => return Err(Stop::Beyond),
            Kind::Name(name) => {
                self.bump();
                if self.eat("(") {
                    let function = FUNCTIONS.iter().find(|known| **known == name).ok_or(Stop::Beyond)?;
                    Expr::Call(next.pos, function, self.list(")")?.0)
                } else {
                    self.known(name, next.pos)?;
                    Expr::Name(next.pos, name.to_string())
                }
            }
            _ => return Err(self.expected(VALUE)),
        };
        // Subscripts and calls of what is no name.
        match self.peek().kind {
            Kind::Operator("[" | "(") => Err(Stop::Beyond),
            _ => Ok(value),
        }
    }

    fn known(&self, name: &str, at: Pos) -> Parsed<()> {
        let known = TCP_INFO.contains(&name) || find(CODE_CONSTANTS, name).is_some();
        if known || self.names.any || self.names.assigned.iter().any(|assigned| assigned == name) {
            return Ok(());
        }
        let names = &mut TCP_INFO.iter().copied().chain(CODE_CONSTANTS.iter().map(|(name, _)| *name));
        Err(ScriptError::unknown(at, Text::new("field of tcp_info", "tcp_info 字段"), name, names))
    }

    /// What stands in round brackets: a value, or a tuple when there are commas.
    fn tuple(&mut self) -> Read<Expr> {
        let (mut parts, comma) = self.list(")")?;
        match parts.len() {
            1 if !comma => Ok(parts.pop().unwrap_or(Expr::Number(0, 1))),
            _ => Ok(Expr::List(parts)),
        }
    }

    /// Values up to `end`, and whether a comma follows the last.
    fn list(&mut self, end: &'static str) -> Read<(Vec<Expr>, bool)> {
        let mut parts = Vec::new();
        let mut comma = false;
        while !self.eat(end) {
            if !parts.is_empty() && !comma {
                let expected = if end == ")" { "`)`" } else { "`]`" };
                return Err(self.expected(Text::same(expected)));
            }
            parts.push(self.expression()?);
            comma = self.eat(",");
        }
        Ok((parts, comma))
    }
}

/// A number of Python as a fraction: `10`, `0x7fffffff`, `1_000`, `0.125`.
fn number(text: &str) -> Option<(i64, i64)> {
    let mut denominator = 1i64;
    let mut point = false;
    let mut digits = String::new();
    for c in text.chars().filter(|c| *c != '_') {
        if c == '.' {
            point = true;
            continue;
        }
        digits.push(c);
        if point {
            denominator = denominator.checked_mul(10)?;
        }
    }
    Some((integer(&digits)?, denominator))
}
