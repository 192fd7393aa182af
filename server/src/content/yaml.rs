//! YAML as a tree of nodes that know their lines.
//!
//! Scalars stay the text that was written: `server_kernel: 3.10` is the version "3.10", not the number 3.1. What a page
//! has no use for and an attacker has (anchors, aliases, tags, endless nesting) is refused.

use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};

const MAX_BYTES: usize = 64 * 1024;
const MAX_DEPTH: usize = 16;
const MAX_NODES: usize = 4096;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Line of the file, from 1.
    pub line: usize,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text as written, without its quotes.
    Scalar {
        /// The text.
        text: String,
        /// Written without quotes, so that `true`, `~` or a number may be meant.
        plain: bool,
    },
    /// A sequence.
    List(Vec<Node>),
    /// A mapping, in the order written; no key occurs twice.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Line of the key, from 1.
    pub line: usize,
    /// The value.
    pub value: Node,
}

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Node {
    /// Nothing was written: `key:`, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// The text of a scalar.
    pub fn scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// What it is, for a message: `a list`.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar { .. } => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }
}

/// Reads one document whose first line is line `first_line` of its file; none when it is empty.
///
/// # Errors
/// The first thing that cannot be read.
pub fn parse(text: &str, first_line: usize) -> Result<Option<Node>, YamlError> {
    if text.len() > MAX_BYTES {
        return Err(YamlError {
            line: first_line,
            message: format!("{} bytes of YAML are too many; {MAX_BYTES} is the limit", text.len()),
        });
    }
    let mut builder = Builder { first_line, open: Vec::new(), root: None, nodes: 0 };
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = next(&mut parser, first_line)? {
        builder.take(event)?;
    }
    Ok(builder.root)
}

fn next<'a>(
    parser: &mut Parser<'a, StrInput<'a>>,
    first_line: usize,
) -> Result<Option<(Event<'a>, Span)>, YamlError> {
    parser.next_event().transpose().map_err(|error| YamlError {
        line: first_line + error.marker().line().saturating_sub(1),
        message: format!("this is not valid YAML: {}", error.info()),
    })
}

/// A list or map whose end has not been seen.
enum Open {
    List(usize, Vec<Node>),
    Map { line: usize, entries: Vec<Entry>, key: Option<(String, usize)> },
}

struct Builder {
    first_line: usize,
    open: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
}

impl Builder {
    fn take(&mut self, (event, span): (Event<'_>, Span)) -> Result<(), YamlError> {
        let line = self.first_line + span.start.line().saturating_sub(1);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                refuse(anchor != 0, line, "anchors (`&name`)")?;
                refuse(tag.is_some(), line, "tags (`!name`)")?;
                let plain = style == ScalarStyle::Plain;
                self.add(Node { line, value: Value::Scalar { text: text.into_owned(), plain } })
            }
            Event::SequenceStart(anchor, tag) => {
                refuse(anchor != 0, line, "anchors (`&name`)")?;
                refuse(tag.is_some(), line, "tags (`!name`)")?;
                self.nest(Open::List(line, Vec::new()), line)
            }
            Event::MappingStart(anchor, tag) => {
                refuse(anchor != 0, line, "anchors (`&name`)")?;
                refuse(tag.is_some(), line, "tags (`!name`)")?;
                self.nest(Open::Map { line, entries: Vec::new(), key: None }, line)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open::List(line, items)) => self.add(Node { line, value: Value::List(items) }),
                Some(Open::Map { line, entries, .. }) => self.add(Node { line, value: Value::Map(entries) }),
                None => Ok(()),
            },
            Event::Alias(_) => refuse(true, line, "aliases (`*name`)"),
            Event::DocumentStart(_) if self.root.is_some() => refuse(true, line, "a second document"),
            Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::StreamStart
            | Event::StreamEnd
            | Event::Nothing => Ok(()),
        }
    }

    fn nest(&mut self, open: Open, line: usize) -> Result<(), YamlError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(YamlError { line, message: format!("more than {MAX_DEPTH} levels of nesting") });
        }
        self.open.push(open);
        Ok(())
    }

    fn add(&mut self, node: Node) -> Result<(), YamlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(YamlError { line: node.line, message: format!("more than {MAX_NODES} values") });
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map { entries, key, .. }) => match key.take() {
                Some((key, line)) => entries.push(Entry { key, line, value: node }),
                None => *key = Some(new_key(entries, node)?),
            },
        }
        Ok(())
    }
}

fn new_key(entries: &[Entry], node: Node) -> Result<(String, usize), YamlError> {
    let line = node.line;
    let Value::Scalar { text, .. } = node.value else {
        return Err(YamlError { line, message: "a key must be a word, not a list or a map".to_string() });
    };
    match entries.iter().find(|entry| entry.key == text) {
        Some(first) => Err(YamlError {
            line,
            message: format!("`{text}` is given twice; the first time is on line {}", first.line),
        }),
        None => Ok((text, line)),
    }
}

fn refuse(found: bool, line: usize, what: &str) -> Result<(), YamlError> {
    match found {
        true => Err(YamlError { line, message: format!("{what} cannot be used here; write the value out") }),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(text: &str) -> Vec<Entry> {
        match parse(text, 1).unwrap().unwrap().value {
            Value::Map(entries) => entries,
            other => panic!("no map: {other:?}"),
        }
    }

    fn error(text: &str) -> (usize, String) {
        let error = parse(text, 11).unwrap_err();
        (error.line, error.message)
    }

    #[test]
    fn scalars_stay_as_written() {
        let entries = map("kernel: 3.10\nquoted: \"true\"\nplain: true\nnone:\n");
        assert_eq!(entries[0].value.scalar(), Some("3.10"));
        assert_eq!(entries[1].value.value, Value::Scalar { text: "true".into(), plain: false });
        assert_eq!(entries[2].value.value, Value::Scalar { text: "true".into(), plain: true });
        assert!(entries[3].value.is_null());
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let node = parse("a: 1\r\n\r\nb:\r\n  - x\r\n  - y\r\n", 11).unwrap().unwrap();
        let Value::Map(entries) = node.value else { panic!() };
        assert_eq!((entries[0].line, entries[1].line), (11, 13));
        let Value::List(items) = &entries[1].value.value else { panic!() };
        assert_eq!((items[0].line, items[1].line), (14, 15));
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        assert_eq!(error("a: 1\na: 2\n"), (12, "`a` is given twice; the first time is on line 11".into()));
        assert_eq!(error("a: &x 1\nb: *x\n").0, 11);
        assert_eq!(error("a: 1\nb: !!int 1\n").0, 12);
        assert_eq!(error("a: 1\n? [b]\n: 2\n").0, 12);
        assert_eq!(error("a: \"open\n").0, 11);
        assert_eq!(error(&"[".repeat(40)), (11, "more than 16 levels of nesting".into()));
        assert_eq!(error(&"- x\n".repeat(5000)).1, "more than 4096 values");
        assert_eq!(error(&"x".repeat(70_000)).0, 11);
        assert_eq!(error("a: 1\n---\nb: 1\n").0, 12);
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(parse("", 1), Ok(None));
        assert_eq!(parse("# only a comment\n", 1), Ok(None));
    }
}
