//! The little of Python that scripts use between `%{` and `}%`. It is checked when the script is read, and worked out by
//! the same walk over its words when the script runs.

use super::ast::{Action, NotModelled, Pos};
use super::eval::{self, NO, Outcome, Value, YES, boolean, show_all};
use super::lex::{Cursor, is_word};
use super::message::{Parsed, ScriptError};
use super::parse::{integer, one_line};
use super::symbols::{CODE_CONSTANTS, TCP_INFO, find};
use crate::text::Text;

/// A snippet of code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Where its first character stands.
    pub at: Pos,
    /// As it is written.
    pub text: String,
}

/// What snippets have given names to; later snippets of the same run see it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    values: Vec<(String, Value)>,
    /// Some code was not understood: it may have given a value to any name.
    any: bool,
}

/// Gives a field of `tcp_info` its value.
pub type Lookup<'a> = dyn Fn(&str) -> Option<i64> + 'a;

/// Why a snippet did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Where, and what to say of it.
    pub error: ScriptError,
    /// It asks for a field that `lookup` has no value for. Otherwise an assertion does not hold, or nothing can be worked
    /// out.
    pub not_modelled: bool,
}

/// Why the walk stopped.
enum Stop {
    /// The code is wrong, or does not hold.
    Wrong(Box<ScriptError>),
    /// It asks for what nobody knows.
    NotModelled(Box<ScriptError>),
    /// The code may be right and is more than this.
    Beyond,
}

impl From<Box<ScriptError>> for Stop {
    fn from(error: Box<ScriptError>) -> Stop {
        Stop::Wrong(error)
    }
}

type Read<T> = Result<T, Stop>;

/// The functions that there are.
const FUNCTIONS: &[&str] = &["abs", "min", "max", "int"];

/// Words of statements and expressions that there are not.
const BEYOND: &[&str] = &[
    "if", "for", "while", "def", "class", "try", "with", "import", "from", "lambda", "del", "global",
    "raise", "return", "yield", "None", "async", "await", "is",
];

/// Reads a snippet that stands at `at`.
pub(super) fn code(text: &str, at: Pos, memory: &mut Memory) -> Parsed<Action> {
    match walk(text, at, memory, None) {
        Ok(_) => Ok(Action::Code(Code { at, text: text.to_string() })),
        Err(Stop::Wrong(error) | Stop::NotModelled(error)) => Err(error),
        Err(Stop::Beyond) => {
            memory.any = true;
            let what = &Text { en: "Python code", zh: "Python 代码" };
            Ok(Action::NotModelled(NotModelled { at, what, text: one_line(text), matters: true }))
        }
    }
}

impl Code {
    /// Runs the snippet. `lookup` gives fields of `tcp_info` their values. Returns what it prints, one text for each line.
    ///
    /// # Errors
    /// The first assertion that does not hold, or what cannot be worked out.
    pub fn run(&self, memory: &mut Memory, lookup: &Lookup<'_>) -> Result<Vec<String>, Failed> {
        walk(&self.text, self.at, memory, Some(lookup)).map_err(|stop| match stop {
            Stop::Wrong(error) => Failed { error: *error, not_modelled: false },
            Stop::NotModelled(error) => Failed { error: *error, not_modelled: true },
            Stop::Beyond => Failed { error: *ScriptError::new(self.at, &BEYOND_THIS), not_modelled: true },
        })
    }
}

static BEYOND_THIS: Text = Text::new("this code cannot be worked out here", "此处无法执行这段代码");

/// Walks over the code: checks it, and works it out when there is something to look names up in.
fn walk(text: &str, at: Pos, memory: &mut Memory, lookup: Option<&Lookup<'_>>) -> Read<Vec<String>> {
    let tokens = tokens(text, at)?;
    Walk::new(text, &tokens, memory, lookup).statements()
}

/// What a sum of whole numbers comes to: the shell writes it as Python does, but divides as `//` does.
pub(super) fn integer_value(text: &str) -> Option<i64> {
    let text = text.replace('/', "//");
    let tokens = tokens(&text, Pos::START).ok()?;
    let mut memory = Memory::default();
    let mut walk = Walk::new(&text, &tokens, &mut memory, Some(&|_| None));
    match (walk.expression(), walk.peek().kind) {
        (Ok(Value::Number((number, 1))), Kind::End) => Some(number),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Name,
    Number,
    Text,
    Operator(&'static str),
    /// End of a line or `;`.
    Break,
    End,
}

#[derive(Clone, Copy, Debug)]
struct Lexeme<'a> {
    pos: Pos,
    kind: Kind,
    /// As it is written, strings without their quotation marks.
    text: &'a str,
    /// Bytes of the code before it and up to its end.
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
        let mut string = None;
        let kind = match cursor.peek() {
            None => Kind::End,
            Some('#') => {
                cursor.eat_while(|c| c != '\n');
                continue;
            }
            Some('\\') if cursor.eat("\\\n") || cursor.eat("\\\r\n") => continue,
            Some('\n' | ';') if depth == 0 => {
                cursor.bump();
                Kind::Break
            }
            Some(c) if c.is_whitespace() => {
                cursor.bump();
                continue;
            }
            Some(mark @ ('"' | '\'')) => {
                cursor.bump();
                let what = &Text { en: "string", zh: "字符串" };
                let end = if mark == '"' { "`\"`" } else { "`'`" };
                string = Some(cursor.quoted(mark).ok_or_else(|| ScriptError::unclosed(pos, what, end))?);
                Kind::Text
            }
            Some(c) if is_word(c) => {
                let word = cursor.eat_while(is_word);
                let number = c.is_ascii_digit();
                if number && cursor.eat(".") {
                    cursor.eat_while(is_word);
                }
                // A prefix of a string: the string is only ever shown.
                if matches!(word, "f" | "r" | "b" | "u") && matches!(cursor.peek(), Some('"' | '\'')) {
                    continue;
                }
                if number { Kind::Number } else { Kind::Name }
            }
            Some(_) => {
                let operator = OPERATORS.iter().find(|operator| cursor.eat(operator)).ok_or(Stop::Beyond)?;
                match *operator {
                    "(" | "[" => depth += 1,
                    ")" | "]" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                Kind::Operator(operator)
            }
        };
        let written = cursor.since(start);
        tokens.push(Lexeme { pos, kind, text: string.unwrap_or(written), span: (start, cursor.at()) });
        if kind == Kind::End {
            return Ok(tokens);
        }
    }
}

struct Walk<'a, 'b> {
    text: &'a str,
    tokens: &'b [Lexeme<'a>],
    at: usize,
    /// How deep expressions stand in one another.
    depth: u32,
    /// Is what is walked over worked out? Not while the script is read, and not where Python would not look.
    live: bool,
    memory: &'b mut Memory,
    lookup: Option<&'b Lookup<'b>>,
    /// Names that an assertion has looked up and what they gave, each once.
    seen: Vec<(String, String)>,
}

/// How deep expressions may stand in one another: more than anybody writes, and within what a stack has room for.
const DEPTH: u32 = 60;

static VALUE: Text = Text::new("a value, such as 10 or tcpi_snd_cwnd", "值，如 10 或 tcpi_snd_cwnd");

static END: Lexeme<'static> = Lexeme { pos: Pos::START, kind: Kind::End, text: "", span: (0, 0) };

impl<'a, 'b> Walk<'a, 'b> {
    fn new(
        text: &'a str,
        tokens: &'b [Lexeme<'a>],
        memory: &'b mut Memory,
        lookup: Option<&'b Lookup<'b>>,
    ) -> Self {
        Walk { text, tokens, at: 0, depth: 0, live: lookup.is_some(), memory, lookup, seen: Vec::new() }
    }

    fn peek(&self) -> &'b Lexeme<'a> {
        self.tokens.get(self.at).unwrap_or(&END)
    }

    fn eat(&mut self, operator: &str) -> bool {
        let found = matches!(self.peek().kind, Kind::Operator(next) if next == operator);
        self.at += usize::from(found);
        found
    }

    fn sees_name(&self, name: &str) -> bool {
        self.peek().kind == Kind::Name && self.peek().text == name
    }

    fn eat_name(&mut self, name: &str) -> bool {
        let found = self.sees_name(name);
        self.at += usize::from(found);
        found
    }

    /// Takes one of these operators.
    fn one_of(&mut self, operators: &[&str]) -> Option<&'static str> {
        let Kind::Operator(operator) = self.peek().kind else { return None };
        let found = operators.contains(&operator);
        self.at += usize::from(found);
        found.then_some(operator)
    }

    fn at_break(&self) -> bool {
        matches!(self.peek().kind, Kind::End | Kind::Break)
    }

    fn expected(&self, expected: &'static Text) -> Stop {
        Stop::Wrong(ScriptError::expected(self.peek().pos, expected, self.found()))
    }

    fn expected_word(&self, word: &str) -> Stop {
        Stop::Wrong(ScriptError::expected_word(self.peek().pos, word, self.found()))
    }

    fn found(&self) -> &'a str {
        if self.at_break() { "}%" } else { self.peek().text }
    }

    /// What came of working something out at `at`.
    fn outcome<T>(&self, at: Pos, outcome: Outcome<T>) -> Read<T> {
        outcome.map_err(|text| Stop::Wrong(ScriptError::new(at, text)))
    }

    fn statements(&mut self) -> Read<Vec<String>> {
        let mut printed = Vec::new();
        loop {
            match self.peek().kind {
                Kind::End => return Ok(printed),
                Kind::Break => self.at += 1,
                _ => {
                    self.statement(&mut printed)?;
                    if !self.at_break() {
                        return Err(self.expected(&Text {
                            en: "an operator or the end of the line",
                            zh: "运算符或行尾",
                        }));
                    }
                }
            }
        }
    }

    fn statement(&mut self, printed: &mut Vec<String>) -> Read<()> {
        let start = self.peek();
        if self.eat_name("pass") {
            return Ok(());
        }
        if self.eat_name("assert") {
            return self.assertion(start.pos);
        }
        if self.eat_name("print") {
            // With brackets, or as a statement of Python 2.
            let values = if self.eat("(") { self.list(")")?.0 } else { self.list("")?.0 };
            if self.live {
                printed.push(show_all(&values));
            }
            return Ok(());
        }
        let assigns = self.tokens.get(self.at + 1).is_some_and(|next| next.kind == Kind::Operator("="));
        if start.kind == Kind::Name && assigns {
            self.at += 2;
            let value = self.expression()?;
            self.memory.values.insert(0, (start.text.to_string(), value));
            return Ok(());
        }
        self.expression()?;
        Ok(())
    }

    /// `assert test, note`
    fn assertion(&mut self, at: Pos) -> Read<()> {
        self.seen.clear();
        let first = self.peek().span.0;
        let fails = !self.expression()?.truth() && self.live;
        let last =
            self.at.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(first, |last| last.span.1);
        let live = std::mem::replace(&mut self.live, fails);
        let seen = std::mem::take(&mut self.seen);
        let mut note = None;
        if self.eat(",") {
            // A name alone says nothing new: its value is told anyway.
            let alone = self.peek().kind == Kind::Name;
            let value = self.expression()?;
            note = (!alone).then(|| value.show());
        }
        self.live = live;
        if !fails {
            return Ok(());
        }
        let mut details: Vec<String> = seen.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        details.extend(note);
        let test = one_line(self.text.get(first..last).unwrap_or_default());
        let text = if details.is_empty() {
            &Text { en: "`{0}` does not hold", zh: "`{0}` 不成立" }
        } else {
            &Text { en: "`{0}` does not hold: {1}", zh: "`{0}` 不成立：{1}" }
        };
        Err(Stop::Wrong(ScriptError::new(at, text).with([test, details.join("; ")])))
    }

    fn expression(&mut self) -> Read<Value> {
        self.deeper()?;
        let value = self.logic("or")?;
        if self.sees_name("if") {
            return Err(Stop::Beyond);
        }
        self.depth -= 1;
        Ok(value)
    }

    fn deeper(&mut self) -> Read<()> {
        self.depth += 1;
        if self.depth > DEPTH { Err(Stop::Beyond) } else { Ok(()) }
    }

    /// `a or b`, and within it `a and b`. What is decided already is not worked out.
    fn logic(&mut self, word: &'static str) -> Read<Value> {
        let operand = |walk: &mut Self| if word == "or" { walk.logic("and") } else { walk.negation() };
        let mut left = operand(self)?;
        while self.eat_name(word) {
            let decided = left.truth() == (word == "or");
            let live = self.live;
            self.live &= !decided;
            let right = operand(self)?;
            self.live = live;
            if !decided {
                left = right;
            }
        }
        Ok(left)
    }

    fn negation(&mut self) -> Read<Value> {
        let mut times = 0u32;
        while self.eat_name("not") {
            times += 1;
        }
        let value = self.comparison()?;
        Ok(if times == 0 { value } else { boolean(value.truth() == times.is_multiple_of(2)) })
    }

    /// `a < b <= c`
    fn comparison(&mut self) -> Read<Value> {
        let mut left = self.binary(0)?;
        let live = self.live;
        let mut result = None;
        loop {
            let at = self.peek().pos;
            let operator = if let Some(operator) = self.one_of(&["<", ">", "<=", ">=", "==", "!="]) {
                operator
            } else if self.eat_name("in") {
                "in"
            } else if self.eat_name("not") {
                if !self.eat_name("in") {
                    return Err(self.expected_word("`in`"));
                }
                "not in"
            } else {
                break;
            };
            let right = self.binary(0)?;
            if self.live {
                self.live = self.outcome(at, eval::holds(operator, &left, &right))?;
            }
            result = Some(boolean(self.live));
            left = right;
        }
        self.live = live;
        if self.peek().kind == Kind::Operator("=") {
            return Err(self.expected_word("`==`"));
        }
        Ok(result.unwrap_or(left))
    }

    /// Operators of two operands, the weakest first.
    fn binary(&mut self, level: usize) -> Read<Value> {
        const LEVELS: &[&[&str]] =
            &[&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "/", "//", "%"]];
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.binary(level + 1)?;
        loop {
            let at = self.peek().pos;
            let Some(operator) = self.one_of(operators) else { return Ok(left) };
            let right = self.binary(level + 1)?;
            left = self.apply(at, operator, left, right)?;
        }
    }

    fn apply(&mut self, at: Pos, operator: &str, left: Value, right: Value) -> Read<Value> {
        if self.live { self.outcome(at, eval::binary(operator, left, right)) } else { Ok(NO) }
    }

    fn unary(&mut self) -> Read<Value> {
        self.deeper()?;
        let at = self.peek().pos;
        let value = if let Some(operator) = self.one_of(&["-", "+", "~"]) {
            let value = self.unary()?;
            if self.live { self.outcome(at, eval::unary(operator, value))? } else { NO }
        } else {
            let base = self.primary()?;
            let at = self.peek().pos;
            if self.eat("**") {
                let power = self.unary()?;
                self.apply(at, "**", base, power)?
            } else {
                base
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    fn primary(&mut self) -> Read<Value> {
        let next = self.peek();
        self.at += 1;
        let value = match next.kind {
            // Others have an exponent, or are larger than anything that the kernel counts.
            Kind::Number => Value::Number(number(next.text).ok_or(Stop::Beyond)?),
            Kind::Text => {
                let mut text = next.text.to_string();
                while self.peek().kind == Kind::Text {
                    text += self.peek().text;
                    self.at += 1;
                }
                Value::Text(text)
            }
            Kind::Operator("(") => {
                let (mut parts, comma) = self.list(")")?;
                match parts.pop() {
                    Some(only) if parts.is_empty() && !comma => only,
                    last => {
                        parts.extend(last);
                        Value::List(parts)
                    }
                }
            }
            Kind::Operator("[") => Value::List(self.list("]")?.0),
            Kind::Name if BEYOND.contains(&next.text) => return Err(Stop::Beyond),
            Kind::Name if self.eat("(") => {
                let function = FUNCTIONS.iter().find(|known| **known == next.text).ok_or(Stop::Beyond)?;
                let args = self.list(")")?.0;
                if self.live { self.outcome(next.pos, eval::call(function, &args))? } else { NO }
            }
            Kind::Name => self.name(next.text, next.pos)?,
            _ => {
                self.at -= 1;
                return Err(self.expected(&VALUE));
            }
        };
        // Subscripts and calls of what is no name.
        match self.peek().kind {
            Kind::Operator("[" | "(") => Err(Stop::Beyond),
            _ => Ok(value),
        }
    }

    fn name(&mut self, name: &str, at: Pos) -> Read<Value> {
        let assigned =
            self.memory.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let constant = find(CODE_CONSTANTS, name);
        let value = match (assigned, constant, self.lookup) {
            (None, Some(constant), _) => return Ok(Value::Number((constant, 1))),
            (Some(value), ..) => value,
            (None, None, Some(lookup)) if self.live => {
                let text = &Text { en: "the model does not keep `{0}`", zh: "模型不记录 `{0}`" };
                let unknown = || Stop::NotModelled(ScriptError::new(at, text).with([name.to_string()]));
                Value::Number((lookup(name).ok_or_else(unknown)?, 1))
            }
            _ if self.lookup.is_some() || self.memory.any || TCP_INFO.contains(&name) => return Ok(YES),
            _ => {
                let names = &mut TCP_INFO.iter().copied().chain(CODE_CONSTANTS.iter().map(|(name, _)| *name));
                let what = &Text { en: "field of tcp_info", zh: "tcp_info 字段" };
                return Err(Stop::Wrong(ScriptError::unknown(at, what, name, names)));
            }
        };
        if self.live && !self.seen.iter().any(|(seen, _)| seen == name) {
            self.seen.push((name.to_string(), value.show()));
        }
        Ok(value)
    }

    /// Values up to `end`, or up to the end of the line, and whether a comma follows the last.
    fn list(&mut self, end: &'static str) -> Read<(Vec<Value>, bool)> {
        let mut parts = Vec::new();
        let mut comma = false;
        while !(self.eat(end) || end.is_empty() && self.at_break()) {
            if !parts.is_empty() && !comma {
                let expected = if end == "]" { "`]`" } else { "`)`" };
                return Err(self.expected_word(expected));
            }
            parts.push(self.expression()?);
            comma = self.eat(",");
        }
        Ok((parts, comma))
    }
}

/// A number of Python as a fraction in lowest terms: `10`, `0x7fffffff`, `1_000`, `0.125`.
fn number(text: &str) -> Option<eval::Number> {
    let mut denominator = Some(1i64);
    let mut point = false;
    let mut digits = String::new();
    for c in text.chars().filter(|c| *c != '_') {
        if c == '.' {
            point = true;
            continue;
        }
        digits.push(c);
        if point {
            denominator = denominator.and_then(|denominator| denominator.checked_mul(10));
        }
    }
    eval::fraction(integer(&digits), denominator).ok()
}
