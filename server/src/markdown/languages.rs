//! Names of programming languages as authors write them after a fence.

use std::sync::LazyLock;
use syntect::parsing::{SyntaxReference, SyntaxSet};

/// How the code of a block is shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum Language {
    /// As it is.
    Plain,
    /// A terminal session: prompts, commands and their output.
    Console,
    /// Highlighted.
    Syntax(&'static SyntaxReference),
}

/// Every syntax.
pub(super) static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

const CONSOLE: &[&str] = &["console", "shell-session", "shellsession", "sh-session", "terminal"];

const PLAIN: &[&str] = &[
    "",
    "text",
    "txt",
    "plain",
    "plaintext",
    "none",
    "log",
    "output",
    "packetdrill",
    "pkt",
    "mermaid",
    "ascii",
];

/// Tokens that name no syntax by themselves, with one that does.
const ALIASES: &[(&str, &str)] = &[
    ("asm", "asm"),
    ("nasm", "asm"),
    ("bpftrace", "c"),
    ("bt", "c"),
    ("stap", "c"),
    ("stp", "c"),
    ("systemtap", "c"),
    ("dtrace", "c"),
    ("bpf", "c"),
    ("c++", "cpp"),
    ("golang", "go"),
    ("shell", "bash"),
    ("ksh", "bash"),
    ("conf", "ini"),
    ("cfg", "ini"),
    ("sysctl", "ini"),
    ("systemd", "ini"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsonl", "json"),
    ("node", "js"),
    ("python3", "python"),
    ("docker", "dockerfile"),
    ("mysql", "sql"),
    ("postgresql", "sql"),
    ("psql", "sql"),
    ("make", "makefile"),
    ("http", "http request and response"),
    ("patch", "diff"),
    ("vue", "html"),
    ("svg", "xml"),
];

/// Names of syntaxes that nobody calls them by.
const LABELS: &[(&str, &str)] = &[
    ("Bourne Again Shell (bash)", "Bash"),
    ("HTTP Request and Response", "HTTP"),
    ("Lisp (Common)", "Lisp"),
    ("JavaScript (Babel)", "JavaScript"),
    ("Assembly (x86_64)", "Assembly"),
];

/// Finds the language that `token` names, with the name that readers see; none for a token nobody knows.
pub(super) fn find(token: &str) -> Option<(Language, &str)> {
    let lower = token.to_ascii_lowercase();
    if CONSOLE.contains(&lower.as_str()) {
        return Some((Language::Console, ""));
    }
    if PLAIN.contains(&lower.as_str()) {
        return Some((
            Language::Plain,
            if lower == "packetdrill" || lower == "pkt" { "packetdrill" } else { "" },
        ));
    }
    let alias = ALIASES.iter().find(|(alias, _)| *alias == lower);
    let syntax = SYNTAXES.find_syntax_by_token(alias.map_or(lower.as_str(), |(_, token)| token))?;
    let name = match alias {
        // What a script is called after tells the reader more than the syntax it borrows.
        Some((_, "c")) => token,
        _ => LABELS
            .iter()
            .find(|(name, _)| *name == syntax.name)
            .map_or(syntax.name.as_str(), |(_, label)| label),
    };
    Some((Language::Syntax(syntax), name))
}

/// The shell's syntax, for commands in a terminal session.
pub(super) fn shell() -> Option<&'static SyntaxReference> {
    SYNTAXES.find_syntax_by_token("bash")
}

/// Whether code in this language may be a terminal session after all, as blogs have it.
pub(super) fn is_shell(syntax: &SyntaxReference) -> bool {
    shell().is_some_and(|shell| shell.scope == syntax.scope)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_alias_leads_to_a_syntax() {
        for (alias, _) in ALIASES {
            assert!(matches!(find(alias), Some((Language::Syntax(_), _))), "{alias}");
        }
    }

    #[test]
    fn names_that_readers_know() {
        let label = |token| find(token).map(|(_, label)| label);
        assert_eq!(label("sh"), Some("Bash"));
        assert_eq!(label("bpftrace"), Some("bpftrace"));
        assert_eq!(label("C"), Some("C"));
        assert_eq!(label("text"), Some(""));
        assert_eq!(label("klingon"), None);
    }
}
