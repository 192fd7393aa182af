//! Works out the code of a script, with exact fractions instead of floating point.

use super::ast::{Code, Pos};
use super::python::{Expr, Statement};
use super::symbols::{CODE_CONSTANTS, find};
use crate::text::Lang;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What snippets have given names to; later snippets of the same run see it.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    values: BTreeMap<String, Value>,
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
        match &self.why {
            Failure::Assert { text, values, note } => {
                let values: Vec<String> =
                    values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                let mut message = lang.pick(format!("`{text}` does not hold"), format!("`{text}` 不成立"));
                let (colon, comma) = lang.pick((": ", ", "), ("：", "，"));
                let details = values.into_iter().chain(note.clone()).collect::<Vec<_>>();
                if !details.is_empty() {
                    message += colon;
                    message += &details.join(comma);
                }
                message
            }
            Failure::NotModelled(name) => {
                lang.pick(format!("the model does not keep `{name}`"), format!("模型不记录 `{name}`"))
            }
            Failure::DivisionByZero => lang.pick("division by zero", "除数为零").to_string(),
            Failure::TooLarge => {
                lang.pick("a number here has more than 63 bits", "这里的数超过 63 位").to_string()
            }
            Failure::Type => {
                lang.pick("these values do not go together", "这些值的类型不能一起运算").to_string()
            }
        }
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
            let mut run = Run { memory, lookup, seen: Vec::new() };
            match statement {
                Statement::Value(value) => _ = run.value(value)?,
                Statement::Print(values) => {
                    let values: Result<Vec<_>, _> = values.iter().map(|value| run.value(value)).collect();
                    printed.push(values?.iter().map(show).collect::<Vec<_>>().join(" "));
                }
                Statement::Assign(name, value) => {
                    let value = run.value(value)?;
                    memory.values.insert(name.clone(), value);
                }
                Statement::Assert { at, text, test, note } => {
                    if truth(&run.value(test)?) {
                        continue;
                    }
                    let values = std::mem::take(&mut run.seen);
                    // A note that only repeats what was seen says nothing new.
                    let note = note.as_ref().filter(|note| !matches!(note, Expr::Name(..)));
                    let note = note.and_then(|note| run.value(note).ok()).map(|note| show(&note));
                    let why = Failure::Assert { text: text.clone(), values, note };
                    return Err(Failed { at: *at, why });
                }
            }
        }
        Ok(printed)
    }
}

/// A value: a fraction in lowest terms with a denominator above 0, a text, or a list.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(i64, i64),
    Text(String),
    List(Vec<Value>),
}

const NO: Value = Value::Number(0, 1);
const YES: Value = Value::Number(1, 1);

fn boolean(value: bool) -> Value {
    if value { YES } else { NO }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Number(numerator, _) => *numerator != 0,
        Value::Text(text) => !text.is_empty(),
        Value::List(parts) => !parts.is_empty(),
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Number(numerator, 1) => numerator.to_string(),
        Value::Number(numerator, denominator) => decimal(*numerator, *denominator),
        Value::Text(text) => text.clone(),
        Value::List(parts) => format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(", ")),
    }
}

/// A fraction with up to six digits behind the point, rounded down.
fn decimal(numerator: i64, denominator: i64) -> String {
    let (numerator, denominator) = (i128::from(numerator), i128::from(denominator));
    let millionths = numerator.unsigned_abs() * 1_000_000 / denominator.unsigned_abs();
    let sign = if numerator < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

type Outcome<T> = Result<T, Failure>;

/// A fraction in lowest terms.
fn fraction(numerator: i64, denominator: i64) -> Outcome<Value> {
    if denominator == 0 {
        return Err(Failure::DivisionByZero);
    }
    let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = i64::try_from(a).map_err(|_| Failure::TooLarge)?;
    let common = if denominator < 0 { -common } else { common };
    let divide = |number: i64| number.checked_div(common).ok_or(Failure::TooLarge);
    Ok(Value::Number(divide(numerator)?, divide(denominator)?))
}

fn compare(left: &Value, right: &Value) -> Outcome<Ordering> {
    match (left, right) {
        (Value::Number(a, b), Value::Number(c, d)) => {
            Ok((i128::from(*a) * i128::from(*d)).cmp(&(i128::from(*c) * i128::from(*b))))
        }
        (Value::Text(a), Value::Text(b)) => Ok(a.cmp(b)),
        _ => Err(Failure::Type),
    }
}

/// The whole number below a fraction, or that fraction itself.
fn floor(numerator: i64, denominator: i64) -> i64 {
    numerator.div_euclid(denominator)
}

fn binary(operator: &str, left: &Value, right: &Value) -> Outcome<Value> {
    let large = Failure::TooLarge;
    let (a, b, c, d) = match (left, right) {
        (Value::Number(a, b), Value::Number(c, d)) => (*a, *b, *c, *d),
        (Value::Text(text), value) if operator == "%" => return Ok(Value::Text(format_text(text, value))),
        (Value::Text(a), Value::Text(b)) if operator == "+" => return Ok(Value::Text(format!("{a}{b}"))),
        _ => return Err(Failure::Type),
    };
    let cross = |plus: bool| {
        let (left, right) = (a.checked_mul(d)?, c.checked_mul(b)?);
        let sum = if plus { left.checked_add(right)? } else { left.checked_sub(right)? };
        Some((sum, b.checked_mul(d)?))
    };
    let product = |c: i64, d: i64| Some((a.checked_mul(c)?, b.checked_mul(d)?));
    let quotient = || {
        let (numerator, denominator) = product(d, c).ok_or(Failure::TooLarge)?;
        let Value::Number(numerator, denominator) = fraction(numerator, denominator)? else {
            return Err(Failure::Type);
        };
        Ok(floor(numerator, denominator))
    };
    let bits = |work: &dyn Fn(i64, i64) -> Option<i64>| {
        if b != 1 || d != 1 {
            return Err(Failure::Type);
        }
        Ok(Value::Number(work(a, c).ok_or(Failure::TooLarge)?, 1))
    };
    let shift = |count: i64| u32::try_from(count).ok();
    let (numerator, denominator) = match operator {
        "+" => cross(true).ok_or(large)?,
        "-" => cross(false).ok_or(large)?,
        "*" => product(c, d).ok_or(large)?,
        "/" => product(d, c).ok_or(large)?,
        "//" => (quotient()?, 1),
        "%" => {
            let times = quotient()?;
            let whole = binary("*", &Value::Number(times, 1), right)?;
            return binary("-", left, &whole);
        }
        "**" => return bits(&|a, c| a.checked_pow(shift(c)?)),
        "<<" => return bits(&|a, c| a.checked_mul(1i64.checked_shl(shift(c)?).filter(|by| *by > 0)?)),
        ">>" => return bits(&|a, c| Some(a.checked_shr(shift(c)?).unwrap_or(if a < 0 { -1 } else { 0 }))),
        "&" => return bits(&|a, c| Some(a & c)),
        "|" => return bits(&|a, c| Some(a | c)),
        _ => return bits(&|a, c| Some(a ^ c)),
    };
    fraction(numerator, denominator)
}

/// `'%d of %d' % (1, 2)`: whatever the letter behind `%`, the value as it is shown.
fn format_text(text: &str, value: &Value) -> String {
    let single = [value.clone()];
    let mut values = match value {
        Value::List(parts) => parts.iter(),
        _ => single.iter(),
    };
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(next) = chars.next() {
        if next != '%' {
            out.push(next);
            continue;
        }
        match chars.by_ref().find(|c| c.is_ascii_alphabetic() || *c == '%') {
            Some('%') => out.push('%'),
            _ => out.extend(values.next().map(show)),
        }
    }
    out
}

struct Run<'a> {
    memory: &'a Memory,
    lookup: &'a dyn Fn(&str) -> Option<i64>,
    /// Names looked up and what they gave, each once.
    seen: Vec<(String, String)>,
}

impl Run<'_> {
    fn value(&mut self, expr: &Expr) -> Result<Value, Failed> {
        let failed = |at: &Pos| {
            let at = *at;
            move |why| Failed { at, why }
        };
        Ok(match expr {
            Expr::Number(numerator, denominator) => {
                fraction(*numerator, *denominator).map_err(failed(&Pos::START))?
            }
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::List(parts) => Value::List(self.values(parts)?),
            Expr::Name(at, name) => {
                let value = self.name(name).ok_or(Failure::NotModelled(name.clone())).map_err(failed(at))?;
                if find(CODE_CONSTANTS, name).is_none() && !self.seen.iter().any(|(seen, _)| seen == name) {
                    self.seen.push((name.clone(), show(&value)));
                }
                value
            }
            Expr::Unary(at, operator, operand) => {
                let operand = self.value(operand)?;
                match *operator {
                    "not" => boolean(!truth(&operand)),
                    "-" => binary("-", &NO, &operand).map_err(failed(at))?,
                    "~" => {
                        let more = binary("+", &operand, &YES).map_err(failed(at))?;
                        binary("-", &NO, &more).map_err(failed(at))?
                    }
                    _ => operand,
                }
            }
            Expr::Binary(at, operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                binary(operator, &left, &right).map_err(failed(at))?
            }
            Expr::Both(and, left, right) => {
                let left = self.value(left)?;
                if truth(&left) == *and { self.value(right)? } else { left }
            }
            Expr::Choice(test, yes, no) => {
                if truth(&self.value(test)?) {
                    self.value(yes)?
                } else {
                    self.value(no)?
                }
            }
            Expr::Compare(at, first, rest) => {
                let mut left = self.value(first)?;
                for (operator, right) in rest {
                    let right = self.value(right)?;
                    if !holds(operator, &left, &right).map_err(failed(at))? {
                        return Ok(NO);
                    }
                    left = right;
                }
                YES
            }
            Expr::Call(at, function, args) => {
                let args = self.values(args)?;
                call(function, args).map_err(failed(at))?
            }
        })
    }

    fn values(&mut self, parts: &[Expr]) -> Result<Vec<Value>, Failed> {
        parts.iter().map(|part| self.value(part)).collect()
    }

    fn name(&self, name: &str) -> Option<Value> {
        let assigned = self.memory.values.get(name).cloned();
        let number = || (self.lookup)(name).or_else(|| find(CODE_CONSTANTS, name));
        assigned.or_else(|| number().map(|number| Value::Number(number, 1)))
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
            let found = match right {
                Value::List(parts) => parts.contains(left),
                Value::Text(text) => matches!(left, Value::Text(part) if text.contains(part.as_str())),
                Value::Number(..) => return Err(Failure::Type),
            };
            found == (operator == "in")
        }
    })
}

fn call(function: &str, mut args: Vec<Value>) -> Outcome<Value> {
    if function == "range" {
        return range(&args);
    }
    if let ("min" | "max", [Value::List(parts)]) = (function, args.as_slice()) {
        args = parts.clone();
    }
    let first = args.first().ok_or(Failure::Type)?;
    Ok(match (function, first) {
        ("min" | "max", _) => {
            let mut best = first;
            for value in &args {
                let order = compare(value, best)?;
                if function == "min" && order.is_lt() || function == "max" && order.is_gt() {
                    best = value;
                }
            }
            best.clone()
        }
        ("abs", Value::Number(numerator, denominator)) => {
            Value::Number(numerator.checked_abs().ok_or(Failure::TooLarge)?, *denominator)
        }
        ("int", Value::Number(numerator, denominator)) => Value::Number(numerator / denominator, 1),
        ("int", Value::Text(text)) => Value::Number(text.trim().parse().map_err(|_| Failure::Type)?, 1),
        ("len", Value::Text(text)) => length(text.chars().count()),
        ("len", Value::List(parts)) => length(parts.len()),
        ("str", value) => Value::Text(show(value)),
        ("bool", value) => boolean(truth(value)),
        _ => return Err(Failure::Type),
    })
}

fn length(count: usize) -> Value {
    Value::Number(i64::try_from(count).unwrap_or(i64::MAX), 1)
}

/// The numbers of `range(from, to)` or `range(to)`, at most ten thousand.
fn range(args: &[Value]) -> Outcome<Value> {
    let (from, to) = match args {
        [Value::Number(to, 1)] => (0, *to),
        [Value::Number(from, 1), Value::Number(to, 1)] => (*from, *to),
        _ => return Err(Failure::Type),
    };
    if to.saturating_sub(from) > 10_000 {
        return Err(Failure::TooLarge);
    }
    Ok(Value::List((from..to).map(|number| Value::Number(number, 1)).collect()))
}
