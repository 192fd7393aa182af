//! Words of reading offline.

use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub title: &'static str,
    pub what: &'static str,
    pub never: &'static str,
    pub keep_opened: &'static str,
    /// `{pages}` and `{size}` in megabytes.
    pub keep_all: &'static str,
    pub keep_all_unknown: &'static str,
    pub remove: &'static str,
    pub close: &'static str,
    pub none: &'static str,
    pub keeps_opened: &'static str,
    pub keeps_all: &'static str,
    pub begun: &'static str,
    pub doing: &'static str,
    pub done: &'static str,
    pub some_failed: &'static str,
    pub removed: &'static str,
    pub failed: &'static str,
    pub full: &'static str,
    pub unreachable: &'static str,
    pub kept_pages: &'static str,
    pub not_kept: &'static str,
    pub again: &'static str,
    /// `{date}`.
    pub copy: &'static str,
    pub undated_copy: &'static str,
    pub needs: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

static EN: Strings = Strings {
    title: "Read offline",
    what: "This browser can keep pages of this site, to show them when you are offline. Labs that you have used run offline, too.",
    never: "Only what everybody may read is kept: nothing that you see because you have signed in.",
    keep_opened: "Keep the pages I open",
    keep_all: "Keep all pages in this language ({pages} pages, {size} MB and pictures)",
    keep_all_unknown: "Keep all pages in this language",
    remove: "Remove",
    close: "Close",
    none: "Nothing is kept in this browser.",
    keeps_opened: "The pages that you open are kept in this browser: {pages} so far.",
    keeps_all: "All pages in this language are kept in this browser, and all labs: {pages} pages.",
    begun: "This page is kept, and every page that you open from now on.",
    doing: "{done} of {of} files",
    done: "All pages are kept.",
    some_failed: "All is kept but for {failed} files, which could not be fetched. Try again later.",
    removed: "Nothing is kept any more.",
    failed: "That did not work. The site may be out of reach, or the browser may not keep anything for it.",
    full: "There is not enough room in this browser. What was fetched so far is kept.",
    unreachable: "The site cannot be reached now, or shows its pages only to people who have signed in.",
    kept_pages: "Pages kept in this browser",
    not_kept: "This page is not kept in this browser, and the site cannot be reached.",
    again: "Try again",
    copy: "You are offline, or the site cannot be reached. This copy is of {date}.",
    undated_copy: "You are offline, or the site cannot be reached. This is a copy.",
    needs: "Reading offline needs JavaScript and a secure connection (https).",
};

static ZH: Strings = Strings {
    title: "离线阅读",
    what: "浏览器可以保存本站的页面，没有网络时也能看。用过的实验，离线时同样可以运行。",
    never: "只保存所有人都能看的内容。登录后才能看到的，一律不保存。",
    keep_opened: "保存我打开的页面",
    keep_all: "保存全部中文页面（{pages} 页，{size} MB，图片另计）",
    keep_all_unknown: "保存全部中文页面",
    remove: "删除",
    close: "关闭",
    none: "浏览器里还没有保存任何内容。",
    keeps_opened: "打开过的页面会保存在浏览器里，目前有 {pages} 页。",
    keeps_all: "全部中文页面和所有实验都保存在浏览器里，共 {pages} 页。",
    begun: "本页已保存，今后打开的页面也会保存。",
    doing: "已完成 {done} / {of} 个文件",
    done: "全部页面都已保存。",
    some_failed: "有 {failed} 个文件没能取到，其余都已保存。请稍后再试。",
    removed: "保存的内容已全部删除。",
    failed: "没有成功。可能是连不上本站，也可能是浏览器不允许本站保存内容。",
    full: "浏览器的存储空间不够。已经取到的内容会保留。",
    unreachable: "现在连不上本站，或者本站的页面要登录后才能看。",
    kept_pages: "浏览器里保存的页面",
    not_kept: "现在连不上本站，浏览器里也没有保存这个页面。",
    again: "再试一次",
    copy: "没有网络，或者连不上本站。这是 {date} 保存的副本。",
    undated_copy: "没有网络，或者连不上本站。这是保存的副本。",
    needs: "离线阅读需要启用 JavaScript，并使用安全连接（https）。",
};
