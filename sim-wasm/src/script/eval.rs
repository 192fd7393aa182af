//! Values of the code in scripts: exact fractions instead of floating point, texts, lists.

use crate::text::Text;
use std::cmp::Ordering;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Number(Number),
    Text(String),
    List(Vec<Value>),
}

/// A fraction in lowest terms, its denominator above 0.
pub(super) type Number = (i64, i64);

/// What cannot be worked out, and why not.
pub(super) type Outcome<T> = Result<T, &'static Text>;

pub(super) const NO: Value = Value::Number((0, 1));
pub(super) const YES: Value = Value::Number((1, 1));

static BY_ZERO: Text = Text::new("division by zero", "除数为零");
static TOO_LARGE: Text = Text::new("a number here has more than 63 bits", "这里的数超过 63 位");
static TYPE: Text = Text::new("these values do not go together", "这些值的类型不能一起运算");

impl Value {
    pub(super) fn truth(&self) -> bool {
        match self {
            Value::Number((numerator, _)) => *numerator != 0,
            Value::Text(text) => !text.is_empty(),
            Value::List(parts) => !parts.is_empty(),
        }
    }

    /// As `print` shows it; fractions with up to six digits behind the point, rounded towards zero.
    pub(super) fn show(&self) -> String {
        match self {
            Value::Number((numerator, 1)) => numerator.to_string(),
            Value::Number((numerator, denominator)) => decimal(*numerator, *denominator),
            Value::Text(text) => text.clone(),
            Value::List(parts) => show_all(parts),
        }
    }
}

/// Some values, with a space between them.
pub(super) fn show_all(values: &[Value]) -> String {
    values.iter().map(Value::show).collect::<Vec<_>>().join(" ")
}

fn decimal(numerator: i64, denominator: i64) -> String {
    let (mut rest, mut denominator) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    let mut text = format!("{}{}.", if numerator < 0 { "-" } else { "" }, rest / denominator);
    rest %= denominator;
    while denominator > u64::MAX / 20 {
        (denominator, rest) = (denominator / 2, rest / 2);
    }
    for _ in 0..6 {
        text += &(rest * 10 / denominator).to_string();
        rest = rest * 10 % denominator;
    }
    text.trim_end_matches('0').to_string()
}

/// A fraction in lowest terms.
pub(super) fn fraction(numerator: Option<i64>, denominator: Option<i64>) -> Outcome<Number> {
    let (numerator, denominator) = numerator.zip(denominator).ok_or(&TOO_LARGE)?;
    let (mut a, mut b) = (numerator.unsigned_abs(), denominator.unsigned_abs());
    if b == 0 {
        return Err(&BY_ZERO);
    }
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let common = i64::try_from(a).map_err(|_| &TOO_LARGE)?.wrapping_mul(denominator.signum());
    numerator.checked_div(common).zip(denominator.checked_div(common)).ok_or(&TOO_LARGE)
}

fn add(a: Number, b: Number) -> Outcome<Number> {
    let parts = a.0.checked_mul(b.1).zip(b.0.checked_mul(a.1));
    fraction(parts.and_then(|(left, right)| left.checked_add(right)), a.1.checked_mul(b.1))
}

fn multiply(a: Number, b: Number) -> Outcome<Number> {
    fraction(a.0.checked_mul(b.0), a.1.checked_mul(b.1))
}

/// Of whole numbers.
fn bits(operator: &str, a: i64, b: i64) -> Option<i64> {
    let count = u32::try_from(b).ok();
    match operator {
        "&" => Some(a & b),
        "|" => Some(a | b),
        "^" => Some(a ^ b),
        "**" => a.checked_pow(count?),
        ">>" => Some(a >> count?.min(63)),
        _ => a.checked_mul(2i64.checked_pow(count?)?),
    }
}

/// Of one operand.
pub(super) fn unary(operator: &str, value: Value) -> Outcome<Value> {
    Ok(match (operator, value) {
        ("not", value) => boolean(!value.truth()),
        ("-", Value::Number(number)) => Value::Number(multiply(number, (-1, 1))?),
        ("~", Value::Number((number, 1))) => Value::Number((!number, 1)),
        ("+", Value::Number(number)) => Value::Number(number),
        _ => return Err(&TYPE),
    })
}

/// Of two operands.
pub(super) fn binary(operator: &str, left: Value, right: Value) -> Outcome<Value> {
    let (a, b) = match (left, right) {
        (Value::Number(a), Value::Number(b)) => (a, b),
        (Value::Text(text), value) if operator == "%" => return Ok(Value::Text(format_text(&text, &value))),
        (Value::Text(a), Value::Text(b)) if operator == "+" => return Ok(Value::Text(a + &b)),
        _ => return Err(&TYPE),
    };
    Ok(Value::Number(match operator {
        "+" => add(a, b)?,
        "-" => add(a, multiply(b, (-1, 1))?)?,
        "*" => multiply(a, b)?,
        "/" => multiply(a, (b.1, b.0))?,
        "//" | "%" => {
            let (numerator, denominator) = multiply(a, (b.1, b.0))?;
            let floor = numerator.div_euclid(denominator);
            if operator == "//" { (floor, 1) } else { add(a, multiply(b, (-floor, 1))?)? }
        }
        _ if a.1 != 1 || b.1 != 1 => return Err(&TYPE),
        _ => (bits(operator, a.0, b.0).ok_or(&TOO_LARGE)?, 1),
    }))
}

/// Does a comparison hold?
pub(super) fn holds(operator: &str, left: &Value, right: &Value) -> Outcome<bool> {
    if let "==" | "!=" = operator {
        return Ok((left == right) == (operator == "=="));
    }
    if let "in" | "not in" = operator {
        let Value::List(parts) = right else { return Err(&TYPE) };
        return Ok(parts.contains(left) == (operator == "in"));
    }
    let order = compare(left, right)?;
    Ok(match operator {
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    })
}

fn compare(left: &Value, right: &Value) -> Outcome<Ordering> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => {
            Ok((i128::from(a.0) * i128::from(b.1)).cmp(&(i128::from(b.0) * i128::from(a.1))))
        }
        (Value::Text(a), Value::Text(b)) => Ok(a.cmp(b)),
        _ => Err(&TYPE),
    }
}

/// Calls one of `abs`, `int`, `min`, `max`.
pub(super) fn call(function: &str, args: &[Value]) -> Outcome<Value> {
    match (function, args) {
        ("abs", [Value::Number((numerator, denominator))]) => {
            Ok(Value::Number((numerator.checked_abs().ok_or(&TOO_LARGE)?, *denominator)))
        }
        ("int", [Value::Number((numerator, denominator))]) => Ok(Value::Number((numerator / denominator, 1))),
        ("min" | "max", [Value::List(parts)]) => call(function, parts),
        ("min" | "max", [first, rest @ ..]) => {
            let mut best = first;
            for value in rest {
                if compare(value, best)? == if function == "min" { Ordering::Less } else { Ordering::Greater }
                {
                    best = value;
                }
            }
            Ok(best.clone())
        }
        _ => Err(&TYPE),
    }
}

pub(super) fn boolean(value: bool) -> Value {
    if value { YES } else { NO }
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
            _ => out += &values.next().map(Value::show).unwrap_or_default(),
        }
    }
    out
}
