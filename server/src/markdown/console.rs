//! Terminal sessions: the prompt, the command behind it, and what the command printed.

use super::highlight::highlight;
use super::languages;
use sim_wasm::view::html::escape;

/// A session as HTML: `prompt` (not selected when a reader copies), `cmd`, `out`.
pub(super) fn session(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        let prompt = if goes_on { continuation(line) } else { prompt_length(line) };
        match prompt {
            Some(length) => {
                let (prompt, command) = line.split_at(length);
                if !prompt.is_empty() {
                    html += &format!("<span class=\"prompt\">{}</span>", escape(prompt));
                }
                html += &format!("<span class=\"cmd\">{}</span>", command_html(command));
                goes_on = command.ends_with('\\');
            }
            None if line.is_empty() => goes_on = false,
            None => {
                html += &format!("<span class=\"out\">{}</span>", escape(line));
                goes_on = false;
            }
        }
        html += end;
    }
    html
}

/// Whether a block of shell code is a session: its first line has a prompt.
pub(super) fn is_session(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // `# ` begins a comment in a script, so here it takes more than that.
    prompt_length(first).is_some_and(|length| &first[..length] != "# ")
}

/// The second line of a command that ended with a backslash.
fn continuation(line: &str) -> Option<usize> {
    Some(if line.starts_with("> ") { 2 } else { 0 })
}

/// Bytes of the prompt that a line begins with: `$ `, `# `, `[root@web ~]# `, `alice@web:~$ `, `(gdb) `, `mysql> `.
fn prompt_length(line: &str) -> Option<usize> {
    const OF_TOOLS: &[&str] =
        &["(gdb) ", "(lldb) ", "crash> ", "mysql> ", "redis> ", "sqlite> ", ">>> ", "PS> "];
    if let Some(prompt) = OF_TOOLS.iter().find(|prompt| line.starts_with(**prompt)) {
        return Some(prompt.len());
    }
    let sign = line.find(['$', '#', '%'])?;
    let after = &line[sign + 1..];
    if !after.is_empty() && !after.starts_with(' ') {
        return None;
    }
    let who = line[..sign].trim_start();
    let in_brackets = who.starts_with('[') && who.trim_end().ends_with(']');
    let at_host = who.contains('@') && !who.trim_end().contains(' ');
    let named = who.is_empty() || (who.len() <= 64 && (in_brackets || at_host));
    named.then_some(sign + 1 + usize::from(!after.is_empty()))
}

fn command_html(command: &str) -> String {
    match languages::shell() {
        Some(syntax) => highlight(command, syntax),
        None => escape(command),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_of_shells_and_tools() {
        let prompt = |line: &'static str| prompt_length(line).map(|length| &line[..length]);
        assert_eq!(prompt("$ ls"), Some("$ "));
        assert_eq!(prompt("# ss -s"), Some("# "));
        assert_eq!(prompt("[root@web ~]# ss"), Some("[root@web ~]# "));
        assert_eq!(prompt("alice@web:~/src$ make"), Some("alice@web:~/src$ "));
        assert_eq!(prompt("(gdb) bt"), Some("(gdb) "));
        assert_eq!(prompt("$"), Some("$"));
        assert_eq!(prompt("100% done"), None);
        assert_eq!(prompt("a total of 3 $ and more"), None);
        assert_eq!(prompt("#define X"), None);
    }

    #[test]
    fn a_script_is_no_session() {
        assert!(is_session("$ ls\n"));
        assert!(is_session("\n[root@web ~]# ls\n"));
        assert!(!is_session("# list\nls\n"));
        assert!(!is_session("ls $HOME\n"));
    }
}
