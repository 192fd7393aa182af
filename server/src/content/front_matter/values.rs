//! The values of the head's keys, each with a sentence for the one that does not fit.

use super::{Verified, dates};
use crate::content::yaml::{Entry, Node, Value};
use jiff::civil::Date;

/// Line and message.
type Wrong = (usize, String);

pub(super) fn text(entry: &Entry) -> Result<Option<String>, Wrong> {
    let text = entry.value.scalar().ok_or_else(|| wrong(entry, &entry.value, "one line of text"))?;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(if text.is_empty() { None } else { Some(text) })
}

pub(super) fn date(entry: &Entry) -> Result<Option<Date>, Wrong> {
    let text = entry.value.scalar().unwrap_or_default();
    match dates::day(text) {
        Some(day) => Ok(Some(day)),
        None => Err(wrong(entry, &entry.value, "a date such as 2024-01-02 or 2024-01-02 10:00:00")),
    }
}

pub(super) fn yes_or_no(entry: &Entry) -> Result<bool, Wrong> {
    match entry.value.scalar().unwrap_or_default().to_lowercase().as_str() {
        "true" | "yes" | "on" => Ok(true),
        "false" | "no" | "off" => Ok(false),
        _ => Err(wrong(entry, &entry.value, "true or false")),
    }
}

/// Hexo's `sticky` and `top` are weights: any but 0 puts a page first.
pub(super) fn yes_or_weight(entry: &Entry) -> Result<bool, Wrong> {
    match number(entry) {
        Ok(weight) => Ok(weight != 0),
        Err(_) => yes_or_no(entry),
    }
}

pub(super) fn number(entry: &Entry) -> Result<i64, Wrong> {
    let parsed = entry.value.scalar().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| wrong(entry, &entry.value, "a whole number"))
}

/// One name, a list of names, or Hexo's list of lists (a path of categories); the order is kept, repetitions are not.
pub(super) fn names(entry: &Entry) -> Result<Vec<String>, Wrong> {
    let mut names = Vec::new();
    collect_names(entry, &entry.value, &mut names)?;
    Ok(names)
}

fn collect_names(entry: &Entry, node: &Node, names: &mut Vec<String>) -> Result<(), Wrong> {
    match &node.value {
        Value::Scalar { .. } if node.is_null() => {}
        Value::Scalar { text, .. } => {
            let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
        Value::List(items) => {
            for item in items {
                collect_names(entry, item, names)?;
            }
        }
        Value::Map(_) => return Err(wrong(entry, node, "a name or a list of names")),
    }
    Ok(())
}

/// Old addresses, each from `/`.
pub(super) fn addresses(entry: &Entry) -> Result<Vec<String>, Wrong> {
    let mut addresses = names(entry)?;
    for address in &mut addresses {
        if address.starts_with("//") || address.contains("://") {
            let message = format!(
                "`{}` takes addresses of this site such as /2016/old-page, not `{address}`",
                entry.key
            );
            return Err((entry.line, message));
        }
        if !address.starts_with('/') {
            address.insert(0, '/');
        }
    }
    Ok(addresses)
}

/// A list of `{kernel, date, how}`.
pub(super) fn verified(entry: &Entry) -> Result<Vec<Verified>, Wrong> {
    const WANTED: &str = "a list of {kernel, date, how}";
    let Value::List(items) = &entry.value.value else { return Err(wrong(entry, &entry.value, WANTED)) };
    items
        .iter()
        .map(|item| {
            let Value::Map(fields) = &item.value else { return Err(wrong(entry, item, WANTED)) };
            let mut row = Verified { kernel: String::new(), date: None, how: String::new() };
            for field in fields.iter().filter(|field| !field.value.is_null()) {
                match field.key.as_str() {
                    "kernel" => row.kernel = text(field)?.unwrap_or_default(),
                    "date" => row.date = date(field)?,
                    "how" => row.how = text(field)?.unwrap_or_default(),
                    other => {
                        return Err((
                            field.line,
                            format!("`verified` has kernel, date and how, but no `{other}`"),
                        ));
                    }
                }
            }
            if row.kernel.is_empty() {
                return Err((item.line, "this line of `verified` names no kernel".to_string()));
            }
            Ok(row)
        })
        .collect()
}

fn wrong(entry: &Entry, node: &Node, wanted: &str) -> Wrong {
    let found = match node.scalar() {
        Some(text) => format!("`{text}`"),
        None => node.kind().to_string(),
    };
    (node.line.max(entry.line), format!("`{}` takes {wanted}, not {found}", entry.key))
}
