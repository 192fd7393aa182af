//! Works out the code of a script, with exact fractions instead of floating point.

use super::ast::{Code, Pos};
use super::message::fill;
use super::python::{Expr, Statement};
use super::symbols::{CODE_CONSTANTS, find};
use crate::text::{Lang, Text};
use std::cmp::Ordering;

/// What snippets have given names to; later snippets of the same run see it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    values: Vec<(String, Value)>,
}

/// Why a snippet did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Where.
    pub at: Pos,
    /// Why.
    pub why: Failure,
}

/// Why a snippet did not pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// An assertion does not hold.
    Assert {
        /// It, as it is written.
        text: String,
        /// The names in it with the values that they have.
        values: Vec<(String, String)>,
        /// What the script has to say of it, `note` in `assert test, note`.
        note: Option<String>,
    },
    /// Nothing gives this name a value: the model does not keep it.
    NotModelled(String),
    /// A division by zero.
    DivisionByZero,
    /// A number beyond 63 bits.
    TooLarge,
    /// Values that do not go together, such as a string plus a number.
    Type,
}

impl Failed {
    /// The sentence, without the place.
    pub fn message(&self, lang: Lang) -> String {
        let (text, word) = match &self.why {
            Failure::Assert { text, .. } => (Text::new("`{}` does not hold", "`{}` 不成立"), text.as_str()),
            Failure::NotModelled(name) => {
                (Text::new("the model does not keep `{}`", "模型不记录 `{}`"), name.as_str())
            }
            Failure::DivisionByZero => (Text::new("division by zero", "除数为零"), ""),
            Failure::TooLarge => (Text::new("a number here has more than 63 bits", "这里的数超过 63 位"), ""),
            Failure::Type => (Text::new("these values do not go together", "这些值的类型不能一起运算"), ""),
        };
        let mut message = fill(text.get(lang), word, &[]);
        if let Failure::Assert { values, note, .. } = &self.why {
            let values = values.iter().map(|(name, value)| format!("{name} = {value}"));
            for (index, detail) in values.chain(note.clone()).enumerate() {
                message += if index == 0 { lang.pick(": ", "：") } else { lang.pick(", ", "，") };
                message += &detail;
            }
        }
        message
    }
}

impl Code {
    /// Runs the snippet. `lookup` gives fields of `tcp_info` their values. Returns what it prints, one text for each line.
    ///
    /// # Errors
    /// The first assertion that does not hold, or what cannot be worked out.
    pub fn run(
        &self,
        memory: &mut Memory,
        lookup: &dyn Fn(&str) -> Option<i64>,
    ) -> Result<Vec<String>, Failed> {
        let mut printed = Vec::new();
        for statement in &self.statements {
            let mut run = Run { memory, lookup, seen: Vec::new(), at: self.at };
            let done = run.statement(statement, &mut printed);
            let at = run.at;
            if let Some(assigned) = done.map_err(|why| Failed { at, why })? {
                memory.values.insert(0, assigned);
            }
        }
        Ok(printed)
    }
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(Number),
    Text(String),
    List(Vec<Value>),
}

/// A fraction in lowest terms, its denominator above 0.
type Number = (i64, i64);

type Outcome<T> = Result<T, Failure>;

const NO: Value = Value::Number((0, 1));
const YES: Value = Value::Number((1, 1));

fn boolean(value: bool) -> Value {
    if value { YES } else { NO }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Number((numerator, _)) => *numerator != 0,
        Value::Text(text) => !text.is_empty(),
        Value::List(parts) => !parts.is_empty(),
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Number((numerator, 1)) => numerator.to_string(),
        Value::Number((numerator, denominator)) => decimal(*numerator, *denominator),
        Value::Text(text) => text.clone(),
        Value::List(parts) => format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(", ")),
    }
}

/// A fraction with up to six digits behind the point, rounded towards zero.
fn decimal(numerator: i64, denominator: i64) -> String {
    let (whole, mut rest) = (numerator / denominator, (numerator % denominator).unsigned_abs());
    let mut text = if whole == 0 && numerator < 0 { "-0.".to_string() } else { format!("{whole}.") };
    for _ in 0..6 {
        let digit = u128::from(rest) * 10;
        let denominator = u128::from(denominator.unsigned_abs());
        text += &(digit / denominator).to_string();
        rest = u64::try_from(digit % denominator).unwrap_or(0);
    }
    text.trim_end_matches('0').to_string()
}

/// A fraction in lowest terms.
fn fraction(numerator: Option<i64>, denominator: Option<i64>) -> Outcome<Number> {
    let (Some(numerator), Some(denominator)) = (numerator, denominator) else {
        return Err(Failure::TooLarge);
    };
    let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    if b == 0 {
        return Err(Failure::DivisionByZero);
    }
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = i64::try_from(a).map_err(|_| Failure::TooLarge)?.wrapping_mul(denominator.signum());
    match (numerator.checked_div(common), denominator.checked_div(common)) {
        (Some(numerator), Some(denominator)) => Ok((numerator, denominator)),
        _ => Err(Failure::TooLarge),
    }
}

fn add(a: Number, b: Number) -> Outcome<Number> {
    let (left, right) = (a.0.checked_mul(b.1), b.0.checked_mul(a.1));
    fraction(left.zip(right).and_then(|(left, right)| left.checked_add(right)), a.1.checked_mul(b.1))
}

fn multiply(a: Number, b: Number) -> Outcome<Number> {
    fraction(a.0.checked_mul(b.0), a.1.checked_mul(b.1))
}

fn divide(a: Number, b: Number) -> Outcome<Number> {
    fraction(a.0.checked_mul(b.1), a.1.checked_mul(b.0))
}

fn negate(a: Number) -> Outcome<Number> {
    fraction(a.0.checked_neg(), Some(a.1))
}

/// Of whole numbers.
fn bits(operator: &str, a: i64, b: i64) -> Option<i64> {
    match operator {
        "&" => Some(a & b),
        "|" => Some(a | b),
        "^" => Some(a ^ b),
        "**" => a.checked_pow(u32::try_from(b).ok()?),
        ">>" => Some(a >> u32::try_from(b).ok()?.min(63)),
        _ => a.checked_mul(1i64.checked_shl(u32::try_from(b).ok()?).filter(|by| *by > 0)?),
    }
}

fn binary(operator: &str, left: &Value, right: &Value) -> Outcome<Value> {
    let (a, b) = match (left, right) {
        (Value::Number(a), Value::Number(b)) => (*a, *b),
        (Value::Text(text), value) if operator == "%" => return Ok(Value::Text(format_text(text, value))),
        (Value::Text(a), Value::Text(b)) if operator == "+" => return Ok(Value::Text(format!("{a}{b}"))),
        _ => return Err(Failure::Type),
    };
    let floor = || divide(a, b).map(|(numerator, denominator)| (numerator.div_euclid(denominator), 1));
    Ok(Value::Number(match operator {
        "+" => add(a, b)?,
        "-" => add(a, negate(b)?)?,
        "*" => multiply(a, b)?,
        "/" => divide(a, b)?,
        "//" => floor()?,
        "%" => add(a, negate(multiply(floor()?, b)?)?)?,
        _ if a.1 != 1 || b.1 != 1 => return Err(Failure::Type),
        _ => (bits(operator, a.0, b.0).ok_or(Failure::TooLarge)?, 1),
    }))
}

/// `'%d of %d' % (1, 2)`: whatever the letter behind `%`, the value as it is shown.
fn format_text(text: &str, value: &Value) -> String {
    let mut values = match value {
        Value::List(parts) => parts.as_slice(),
        _ => std::slice::from_ref(value),
    }
    .iter();
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        if next != '%' {
            out.push(next);
            continue;
        }
        match chars.by_ref().find(|c| c.is_ascii_alphabetic() || *c == '%') {
            Some('%') => out.push('%'),
            _ => out += &values.next().map(show).unwrap_or_default(),
        }
    }
    out
}

struct Run<'a> {
    memory: &'a Memory,
    lookup: &'a dyn Fn(&str) -> Option<i64>,
    /// Names looked up and what they gave, each once.
    seen: Vec<(String, String)>,
    /// Where the work is.
    at: Pos,
}

impl Run<'_> {
    /// Gives a name its value, when it is an assignment.
    fn statement(
        &mut self,
        statement: &Statement,
        printed: &mut Vec<String>,
    ) -> Outcome<Option<(String, Value)>> {
        match statement {
            Statement::Value(value) => _ = self.value(value)?,
            Statement::Print(values) => {
                let values = self.values(values)?;
                printed.push(values.iter().map(show).collect::<Vec<_>>().join(" "));
            }
            Statement::Assign(name, value) => return Ok(Some((name.clone(), self.value(value)?))),
            Statement::Assert { at, text, test, note } => {
                if !truth(&self.value(test)?) {
                    let values = std::mem::take(&mut self.seen);
                    // A note that only repeats what was seen says nothing new.
                    let note = note.as_ref().filter(|note| !matches!(note, Expr::Name(..)));
                    let note = note.and_then(|note| self.value(note).ok()).map(|note| show(&note));
                    self.at = *at;
                    return Err(Failure::Assert { text: text.clone(), values, note });
                }
            }
        }
        Ok(None)
    }

    fn value(&mut self, expr: &Expr) -> Outcome<Value> {
        Ok(match expr {
            Expr::Number(numerator, denominator) => {
                Value::Number(fraction(Some(*numerator), Some(*denominator))?)
            }
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::List(parts) => Value::List(self.values(parts)?),
            Expr::Name(at, name) => {
                self.at = *at;
                self.name(name)?
            }
            Expr::Unary(at, operator, operand) => {
                let operand = self.value(operand)?;
                self.at = *at;
                match (*operator, operand) {
                    ("not", operand) => boolean(!truth(&operand)),
                    ("-", Value::Number(number)) => Value::Number(negate(number)?),
                    ("~", Value::Number((number, 1))) => Value::Number((!number, 1)),
                    ("+", Value::Number(number)) => Value::Number(number),
                    _ => return Err(Failure::Type),
                }
            }
            Expr::Binary(at, operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                self.at = *at;
                binary(operator, &left, &right)?
            }
            Expr::Both(and, left, right) => {
                let left = self.value(left)?;
                if truth(&left) == *and { self.value(right)? } else { left }
            }
            Expr::Compare(at, first, rest) => {
                let mut left = self.value(first)?;
                for (operator, right) in rest {
                    let right = self.value(right)?;
                    self.at = *at;
                    if !holds(operator, &left, &right)? {
                        return Ok(NO);
                    }
                    left = right;
                }
                YES
            }
            Expr::Call(at, function, args) => {
                let args = self.values(args)?;
                self.at = *at;
                call(function, &args)?
            }
        })
    }

    fn values(&mut self, parts: &[Expr]) -> Outcome<Vec<Value>> {
        let mut values = Vec::new();
        for part in parts {
            values.push(self.value(part)?);
        }
        Ok(values)
    }

    fn name(&mut self, name: &str) -> Outcome<Value> {
        let assigned =
            self.memory.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        if let (None, Some(constant)) = (&assigned, find(CODE_CONSTANTS, name)) {
            return Ok(Value::Number((constant, 1)));
        }
        let value = assigned.or_else(|| Some(Value::Number(((self.lookup)(name)?, 1))));
        let value = value.ok_or_else(|| Failure::NotModelled(name.to_string()))?;
        if !self.seen.iter().any(|(seen, _)| seen == name) {
            self.seen.push((name.to_string(), show(&value)));
        }
        Ok(value)
    }
}

fn holds(operator: &str, left: &Value, right: &Value) -> Outcome<bool> {
    Ok(match operator {
        "==" => left == right,
        "!=" => left != right,
        "<" => compare(left, right)?.is_lt(),
        "<=" => compare(left, right)?.is_le(),
        ">" => compare(left, right)?.is_gt(),
        ">=" => compare(left, right)?.is_ge(),
        _ => {
            let Value::List(parts) = right else { return Err(Failure::Type) };
            parts.contains(left) == (operator == "in")
        }
    })
}

fn compare(left: &Value, right: &Value) -> Outcome<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => {
            Ok((i128::from(a.0) * i128::from(b.1)).cmp(&(i128::from(b.0) * i128::from(a.1))))
        }
        (Value::Text(a), Value::Text(b)) => Ok(a.cmp(b)),
        _ => Err(Failure::Type),
    }
}

fn call(function: &str, args: &[Value]) -> Outcome<Value> {
    match (function, args) {
        ("abs", [Value::Number((numerator, denominator))]) => {
            let numerator = numerator.checked_abs().ok_or(Failure::TooLarge)?;
            Ok(Value::Number((numerator, *denominator)))
        }
        ("int", [Value::Number((numerator, denominator))]) => Ok(Value::Number((numerator / denominator, 1))),
        ("min" | "max", [Value::List(parts)]) => call(function, parts),
        ("min" | "max", [first, rest @ ..]) => {
            let mut best = first;
            for value in rest {
                let order = compare(value, best)?;
                if order == if function == "min" { Ordering::Less } else { Ordering::Greater } {
                    best = value;
                }
            }
            Ok(best.clone())
        }
        _ => Err(Failure::Type),
    }
}
