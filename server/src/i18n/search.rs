//! The words of searching.

use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub search: &'static str,
    pub shortcut: &'static str,
    pub label: &'static str,
    pub placeholder: &'static str,
    pub try_these: &'static str,
    pub partial: &'static str,
    pub fewer: &'static str,
    pub part_of_name: &'static str,
    pub beginning: &'static str,
    pub operators: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub needs_scripts: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

/// How many pages answer.
pub fn results(lang: Lang, count: usize) -> String {
    match (lang, count) {
        (Lang::En, 1) => "1 result".to_string(),
        (Lang::En, _) => format!("{count} results"),
        (Lang::Zh, _) => format!("{count} 条结果"),
    }
}

/// That no page answers.
pub fn nothing(lang: Lang, query: &str) -> String {
    lang.pick(format!("Nothing found for “{query}”"), format!("没有找到“{query}”"))
}

/// What was looked for instead.
pub fn corrected(lang: Lang, query: &str, corrected: &str) -> String {
    lang.pick(
        format!("Nothing found for “{query}”. These are the results for “{corrected}”."),
        format!("没有找到“{query}”，以下是“{corrected}”的结果。"),
    )
}

/// How many pages of the other language answer.
pub fn elsewhere(lang: Lang, count: usize) -> String {
    match (lang, count) {
        (Lang::En, 1) => "1 result in Chinese".to_string(),
        (Lang::En, _) => format!("{count} results in Chinese"),
        (Lang::Zh, _) => format!("英文页面有 {count} 条结果"),
    }
}

static EN: Strings = Strings {
    search: "Search",
    shortcut: "Search (press / or Ctrl+K)",
    label: "Search all pages",
    placeholder: "Words, counters, settings",
    try_these: "Try tw_recycle, \"accept queue\" or tag:NAT.",
    partial: "No page has all of it; these have the most.",
    fewer: "Try fewer words: all of them must be on the page.",
    part_of_name: "Try a part of a name: tw_recycle finds net.ipv4.tcp_tw_recycle.",
    beginning: "Try the beginning of a word: overfl*",
    operators: "A word after a minus leaves pages out; put it in quotes to look for it.",
    previous: "Previous",
    next: "Next",
    needs_scripts: "This copy of the site searches in your browser, which needs JavaScript.",
};

static ZH: Strings = Strings {
    search: "搜索",
    shortcut: "搜索（按 / 或 Ctrl+K）",
    label: "搜索所有页面",
    placeholder: "词语、计数器、参数",
    try_these: "试试 tw_recycle、\"重复 ACK\"、tag:NAT。",
    partial: "没有页面包含全部词语，以下页面包含得最多。",
    fewer: "少用几个词：页面要包含每一个词。",
    part_of_name: "只写名字的一部分：tw_recycle 能找到 net.ipv4.tcp_tw_recycle。",
    beginning: "只写单词的开头：overfl*",
    operators: "减号后面的词表示排除；要找它本身，请加引号。",
    previous: "上一页",
    next: "下一页",
    needs_scripts: "这份导出的站点在浏览器里搜索，需要 JavaScript。",
};
