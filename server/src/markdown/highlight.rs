//! Code to HTML with a dozen short classes. Colours are the style sheet's: two themes, and no inline style.

use super::languages::SYNTAXES;
use sim_wasm::view::html::escape;
use std::sync::LazyLock;
use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference};

/// Longer lines are data, not code, and make regular expressions slow.
const MAX_LINE_BYTES: usize = 2000;

/// Longer blocks are shown as they are.
const MAX_BYTES: usize = 128 * 1024;

/// Scopes and their classes; the innermost scope that is listed decides, the first row that fits wins.
const CLASSES: &[(&str, &str)] = &[
    ("comment", "c"),                          // comment
    ("string", "s"),                           // string
    ("constant.character.escape", "e"),        // escape in a string
    ("constant", "n"),                         // number, true, NULL
    ("keyword.operator", "o"),                 // operator
    ("keyword", "k"),                          // keyword
    ("storage.type.function", "k"),            // fn, def
    ("storage.type.struct", "k"),              // struct
    ("storage.type.class", "k"),               // class
    ("storage.type", "t"),                     // type
    ("storage", "k"),                          // static, const
    ("entity.name.function", "f"),             // function
    ("support.function", "f"),                 // function of the library
    ("support.macro", "f"),                    // macro
    ("variable.function", "f"),                // function called
    ("entity.name.tag", "k"),                  // element of markup
    ("entity.other.attribute-name", "a"),      // attribute
    ("variable.parameter.option", "a"),        // option of a command
    ("entity.name", "t"),                      // name of a type
    ("support.type", "t"),                     // type of the library
    ("support.class", "t"),                    // class of the library
    ("support.constant", "n"),                 // constant of the library
    ("variable.language", "k"),                // self, this
    ("variable", "v"),                         // variable
    ("markup.inserted", "i"),                  // + line of a diff
    ("markup.deleted", "d"),                   // - line of a diff
    ("markup.heading", "k"),                   // heading
    ("meta.diff", "c"),                        // head of a diff
    ("punctuation.definition.variable", "v"),  // $ of a variable
    ("punctuation.definition.string", "s"),    // quote
    ("punctuation.definition.comment", "c"),   // comment sign
    ("punctuation.definition.numeric", "n"),   // 0x
    ("punctuation.definition.parameter", "a"), // - of an option
    ("punctuation.definition.inserted", "i"),  // + of a diff
    ("punctuation.definition.deleted", "d"),   // - of a diff
    ("punctuation.definition.range", "c"),     // @@ of a diff
    ("punctuation.definition.from-file", "c"), // --- of a diff
    ("punctuation.definition.to-file", "c"),   // +++ of a diff
    ("punctuation", "p"),                      // punctuation
];

static SCOPES: LazyLock<Vec<(Scope, &'static str)>> = LazyLock::new(|| {
    CLASSES.iter().filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, *class))).collect()
});

/// Highlights a block of code.
pub(super) fn highlight(code: &str, syntax: &SyntaxReference) -> String {
    if code.len() > MAX_BYTES {
        return escape(code);
    }
    let mut painter = Painter::new();
    let mut parser = ParseState::new(syntax);
    let mut scopes = ScopeStack::new();
    for line in code.split_inclusive('\n') {
        if line.len() > MAX_LINE_BYTES {
            painter.paint(line, "");
            continue;
        }
        // A syntax definition that fails leaves the rest of the line as it is.
        let operations = parser.parse_line(line, &SYNTAXES).unwrap_or_default();
        let mut at = 0;
        for (position, operation) in operations {
            let position = position.clamp(at, line.len());
            painter.paint(&line[at..position], class(&scopes));
            at = position;
            if scopes.apply(&operation).is_err() {
                scopes = ScopeStack::new();
            }
        }
        painter.paint(&line[at..], class(&scopes));
    }
    painter.finish()
}

fn class(scopes: &ScopeStack) -> &'static str {
    let listed = |scope: &Scope| SCOPES.iter().find(|(prefix, _)| prefix.is_prefix_of(*scope));
    scopes.as_slice().iter().rev().find_map(listed).map_or("", |(_, class)| *class)
}

/// Writes spans; neighbours of the same class become one.
struct Painter {
    html: String,
    open: &'static str,
}

impl Painter {
    fn new() -> Painter {
        Painter { html: String::new(), open: "" }
    }

    fn paint(&mut self, text: &str, class: &'static str) {
        if text.is_empty() {
            return;
        }
        // White space has no colour: it goes on in the span it follows, unless that would reach over a line's end.
        let blank = text.trim().is_empty() && !text.contains('\n');
        if !blank && class != self.open {
            self.close();
            if !class.is_empty() {
                self.html += &format!("<span class=\"{class}\">");
            }
            self.open = class;
        }
        self.html.push_str(&escape(text));
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.html.push_str("</span>");
        }
        self.open = "";
    }

    fn finish(mut self) -> String {
        self.close();
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::languages::{self, Language};

    fn html(token: &str, code: &str) -> String {
        match languages::find(token) {
            Some((Language::Syntax(syntax), _)) => highlight(code, syntax),
            other => panic!("{token}: {other:?}"),
        }
    }

    #[test]
    fn classes_are_few_and_short() {
        assert_eq!(
            html("c", "int x = 1; /* y */\n"),
            "<span class=\"t\">int</span> x <span class=\"o\">= </span><span class=\"n\">1</span>\
             <span class=\"p\">; </span><span class=\"c\">/* y */</span>\n"
        );
    }

    #[test]
    fn every_scope_of_the_table_is_one() {
        assert_eq!(SCOPES.len(), CLASSES.len());
    }

    #[test]
    fn markup_in_code_stays_text() {
        assert_eq!(html("bash", "echo '<script>'\n").matches("<script>").count(), 0);
    }

    #[test]
    fn long_lines_and_blocks_are_left_alone() {
        let line = format!("int {};\n", "x".repeat(3000));
        assert_eq!(html("c", &line), line);
        let block = "int x;\n".repeat(20_000);
        assert_eq!(html("c", &block), block);
    }
}
