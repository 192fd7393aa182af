//! Words of pages that are files, which no program of ours serves.

use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub failed: &'static str,
    pub without_scripts: &'static str,
    pub moved: &'static str,
    pub moved_text: &'static str,
    pub languages: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

static EN: Strings = Strings {
    failed: "Your browser could not run this lab, and this site has no server that would. Load the page again, or try another browser.",
    without_scripts: "The labs on this page run in your browser, which needs JavaScript. Without it they show one result that does not change.",
    moved: "This page has moved",
    moved_text: "It is here now:",
    languages: "Choose a language",
};

static ZH: Strings = Strings {
    failed: "浏览器没能运行这个实验，而本站没有服务器可以代劳。请刷新页面，或换一个浏览器。",
    without_scripts: "本页的实验在浏览器里运行，需要启用 JavaScript。没有启用时，只显示一份固定的结果。",
    moved: "本页已经搬走",
    moved_text: "新的位置：",
    languages: "选择语言",
};
