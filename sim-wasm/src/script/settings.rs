//! The little of the shell that sets sysctls. Everything else in shell commands is named and never run.

use super::ast::{Command, NotModelled, Pos, Setting};
use super::lex::Cursor;
use super::parse::one_line;
use super::python;
use crate::text::Text;

/// What the `defaults.sh` of the tool and of Linux's own tests set, for a script that reads such a file where there is
/// none. They differ in `tcp_fastopen`, which is left as the kernel has it.
#[rustfmt::skip]
pub const DEFAULTS: &[(&str, &str)] = &[
    ("net.ipv4.tcp_rmem", "4096 540000 15728640"),
    ("net.ipv4.tcp_wmem", "4096 262144 4194304"),
    ("net.ipv4.tcp_timestamps", "1"),
    ("net.ipv4.tcp_syn_retries", "5"),
    ("net.ipv4.tcp_synack_retries", "5"),
    ("net.ipv4.tcp_frto", "2"),
    ("net.ipv4.tcp_sack", "1"),
    ("net.ipv4.tcp_dsack", "1"),
    ("net.ipv4.tcp_fack", "0"),
    ("net.ipv4.tcp_reordering", "3"),
    ("net.ipv4.tcp_congestion_control", "cubic"),
    ("net.ipv4.tcp_slow_start_after_idle", "0"),
    ("net.ipv4.tcp_early_retrans", "4"),
    ("net.ipv4.tcp_recovery", "1"),
    ("net.ipv4.tcp_tso_win_divisor", "3"),
    ("net.ipv4.tcp_ecn", "0"),
    ("net.ipv4.tcp_pacing_ss_ratio", "200"),
    ("net.ipv4.tcp_pacing_ca_ratio", "120"),
    ("net.ipv4.tcp_notsent_lowat", "4294967295"),
    ("net.ipv4.tcp_syncookies", "1"),
];

/// Programs that print, wait or tidy up: without them the packets would be the same.
const HARMLESS: &[&str] = &[
    "cat", "cd", "date", "dmesg", "echo", "ethtool", "grep", "head", "ls", "netstat", "nstat", "printf",
    "ps", "pwd", "set", "sleep", "ss", "sync", "tail", "tcpdump", "test", "true", "uname", "wc", ":", "[",
    "exit", "export",
];

/// Reads shell commands, such as the text of a `defaults.sh`. Places count from its first character.
pub fn read(text: &str) -> Vec<Command> {
    read_at(text, Pos::START)
}

/// The same for commands that stand at `pos` of a script.
pub(super) fn read_at(text: &str, pos: Pos) -> Vec<Command> {
    let mut cursor = Cursor::new(text, pos);
    let mut commands = Vec::new();
    while cursor.peek().is_some() {
        command(&mut cursor, &mut commands);
    }
    commands
}

/// A word of a command, without its quotation marks.
struct Word {
    at: Pos,
    text: String,
}

/// Reads one command and what ends it.
fn command(cursor: &mut Cursor<'_>, commands: &mut Vec<Command>) {
    cursor.eat_while(char::is_whitespace);
    let (at, start) = (cursor.pos(), cursor.at());
    let mut words: Vec<Word> = Vec::new();
    let mut target = None;
    loop {
        cursor.eat_while(|c| c == ' ' || c == '\t' || c == '\r');
        let before = (cursor.pos(), cursor.at());
        match cursor.peek() {
            None | Some('\n' | ';' | '&' | '|') => break,
            Some('#') => _ = cursor.eat_while(|c| c != '\n'),
            Some('>') => {
                // The number of what is redirected: 1 is the output, 2 are the errors.
                let digit = |text: &str| text.len() == 1 && text.chars().all(|c| c.is_ascii_digit());
                let number = words.pop_if(|last| last.at.col + 1 == before.0.col && digit(&last.text));
                let output = number.is_none_or(|number| number.text == "1");
                cursor.eat_while(|c| c == '>');
                if cursor.eat("&") {
                    cursor.eat_while(|c| c.is_ascii_digit());
                    continue;
                }
                cursor.eat_while(|c| c == ' ' || c == '\t');
                let file = word(cursor);
                if output {
                    target = Some(file);
                }
            }
            Some('<') => {
                cursor.bump();
            }
            Some('\\') if cursor.eat("\\\n") || cursor.eat("\\\r\n") => {}
            Some(_) => {
                let word = word(cursor);
                if cursor.at() == before.1 {
                    cursor.bump();
                } else {
                    words.push(word);
                }
            }
        }
    }
    let text = one_line(cursor.since(start));
    cursor.bump();
    if !words.is_empty() {
        interpret(&words, target.as_ref(), at, text, commands);
    }
}

/// A word up to a blank or an operator; quoted parts have both in them.
fn word(cursor: &mut Cursor<'_>) -> Word {
    let at = cursor.pos();
    let mut text = String::new();
    while let Some(next) = cursor.peek() {
        match next {
            '"' | '\'' => {
                cursor.bump();
                quoted(cursor, next, &mut text);
            }
            '$' if cursor.rest().starts_with("$((") => sum(cursor, &mut text),
            '\\' if cursor.rest().starts_with("\\\n") => break,
            '\\' => {
                cursor.bump();
                text.extend(cursor.bump());
            }
            ' ' | '\t' | '\r' | '\n' | ';' | '&' | '|' | '<' | '>' => break,
            _ => text.extend(cursor.bump()),
        }
    }
    Word { at, text }
}

fn quoted(cursor: &mut Cursor<'_>, mark: char, text: &mut String) {
    while let Some(next) = cursor.peek() {
        if mark == '"' && cursor.rest().starts_with("$((") {
            sum(cursor, text);
            continue;
        }
        cursor.bump();
        match next {
            _ if next == mark => return,
            '\\' if mark == '"' => text.extend(cursor.bump()),
            _ => text.push(next),
        }
    }
}

/// `$((15*1024*1024))`: its value, or as written when it is no sum of numbers.
fn sum(cursor: &mut Cursor<'_>, text: &mut String) {
    let start = cursor.at();
    cursor.eat("$((");
    match cursor.until("))").and_then(python::integer_value) {
        Some(value) => text.push_str(&value.to_string()),
        None => text.push_str(cursor.since(start)),
    }
}

/// Says what a command comes to.
fn interpret(words: &[Word], target: Option<&Word>, at: Pos, text: String, commands: &mut Vec<Command>) {
    let other = |matters| {
        Command::NotModelled(NotModelled {
            at,
            what: &Text { en: "shell command", zh: "shell 命令" },
            text,
            matters,
        })
    };
    let Some((program, rest)) = words.split_first() else { return };
    let name = program.text.rsplit('/').next().unwrap_or_default();
    let args = || rest.iter().filter(|word| !word.text.starts_with('-'));
    // `. defaults.sh`, `source defaults.sh`, `bash defaults.sh`
    let script = match name {
        "." | "source" | "bash" | "sh" => args().next(),
        _ => Some(program),
    };
    if let Some(script) = script.filter(|script| script.text.ends_with("defaults.sh")) {
        commands.push(Command::Include { at: script.at, path: script.text.clone() });
        return;
    }
    let written = target.and_then(|file| sysctl_name(&file.text));
    let settings = match (name, written) {
        ("echo" | "printf", Some(file)) => {
            let words = rest.iter().map(|word| word.text.as_str());
            let value: Vec<&str> = words.skip_while(|word| matches!(*word, "-n" | "-e")).collect();
            vec![setting(at, file, &value.join(" "))]
        }
        ("sysctl" | "set_sysctls.py", None) => assignments(rest),
        (_, Some(_)) => return commands.push(other(true)),
        _ => Vec::new(),
    };
    // A value that the shell would have to work out is not known here.
    if !settings.is_empty() && settings.iter().all(|setting| !setting.value.contains(['$', '`'])) {
        return commands.extend(settings.into_iter().map(Command::Set));
    }
    commands.push(match name {
        "sysctl" => {
            let reads = ["-a", "-A", "-n", "-q", "-e"];
            let only_reads = |word: &Word| {
                reads.contains(&word.text.as_str()) || !word.text.starts_with('-') && !word.text.contains('=')
            };
            other(!rest.iter().all(only_reads))
        }
        // Written by set_sysctls.py, run at the end to put everything back.
        _ if name.starts_with("sysctl_restore") => other(false),
        // Forgets what earlier connections measured; there are none before a script.
        "ip" if rest.first().is_some_and(|word| word.text == "tcp_metrics") => other(false),
        _ => {
            let aside = |file: &Word| file.text.starts_with("/dev/") || file.text.starts_with("/tmp/");
            other(!HARMLESS.contains(&name) || !target.is_none_or(aside))
        }
    });
}

/// `name=value` words; also `name = value` in three words, as `sysctl` prints it.
fn assignments(words: &[Word]) -> Vec<Setting> {
    if let [.., name, equals, value] = words
        && equals.text == "="
    {
        return vec![setting(name.at, dotted(&name.text), &value.text)];
    }
    let pairs = words.iter().filter(|word| !word.text.starts_with('-')).filter_map(|word| {
        let (name, value) = word.text.split_once('=')?;
        Some(setting(word.at, sysctl_name(name).unwrap_or_else(|| dotted(name)), value))
    });
    pairs.collect()
}

fn setting(at: Pos, name: String, value: &str) -> Setting {
    Setting { at, name, value: one_line(value) }
}

/// The name with points of a file under `/proc/sys`.
fn sysctl_name(path: &str) -> Option<String> {
    path.strip_prefix("/proc/sys/").map(dotted)
}

fn dotted(name: &str) -> String {
    name.replace('/', ".")
}
