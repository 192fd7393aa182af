//! Blocks of code as figures: highlighted, labelled, and with a button that copies them once a script shows it.

use super::languages::{self, Language};
use super::{console, highlight};
use sim_wasm::text::Lang;
use sim_wasm::view::html::escape;

/// The figure of a block, and a remark on a language that nobody knows. `info` is what stands behind the fence.
pub(super) fn figure(code: &str, info: &str, lang: Lang) -> (String, Option<String>) {
    let token = language_token(info);
    let found = languages::find(token);
    let (language, label) = found.unwrap_or((Language::Plain, ""));
    let remark = found.is_none().then(|| {
        let shown: String = token.chars().take(40).collect();
        format!("no highlighting for the language `{shown}`; `text` stands for none")
    });
    let (kind, html) = match language {
        Language::Plain => ("code", escape(code)),
        Language::Console => ("code console", console::session(code)),
        Language::Syntax(syntax) if languages::is_shell(syntax) && console::is_session(code) => {
            ("code console", console::session(code))
        }
        Language::Syntax(syntax) => ("code", highlight::highlight(code, syntax)),
    };
    let label = match (kind, label) {
        ("code console", _) => lang.pick("Terminal", "终端"),
        (_, "") => lang.pick("Text", "文本"),
        (_, label) => label,
    };
    let copy = lang.pick("Copy", "复制");
    let figure = format!(
        "<figure class=\"{kind}\"><figcaption><span class=\"code-lang\">{}</span>\
         <button type=\"button\" class=\"copy\" hidden>{copy}</button></figcaption>\
         <pre tabindex=\"0\"><code>{html}</code></pre></figure>\n",
        escape(label)
    );
    (figure, remark)
}

/// `c` of ```` ```c title="x" ````, ```` ```c,linenos ```` and ```` ```{.c} ````.
fn language_token(info: &str) -> &str {
    let info = info.trim().trim_start_matches(['{', '.', ' ']);
    &info[..info.find([' ', '\t', ',', '{', '}', ':']).unwrap_or(info.len())]
}
