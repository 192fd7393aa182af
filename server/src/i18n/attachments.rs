//! The words of the list of attachments, and of the page of one.

use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub files: &'static str,
    pub files_text: &'static str,
    pub folder: &'static str,
    pub folder_help: &'static str,
    pub unused_only: &'static str,
    pub sort: &'static str,
    pub by_path: &'static str,
    pub by_size: &'static str,
    pub show: &'static str,
    pub no_files: &'static str,
    pub preview: &'static str,
    pub file: &'static str,
    pub kind: &'static str,
    pub size: &'static str,
    pub used_by: &'static str,
    pub used_nowhere: &'static str,
    pub only_what_you_see: &'static str,
    pub draft: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub open: &'static str,
    pub all_files: &'static str,
    pub history: &'static str,
    pub no_history: &'static str,
    pub restore: &'static str,
    pub replace: &'static str,
    pub replace_text: &'static str,
    pub new_file: &'static str,
    pub no_file_chosen: &'static str,
    pub move_title: &'static str,
    pub move_text: &'static str,
    pub new_path: &'static str,
    pub new_path_help: &'static str,
    pub move_it: &'static str,
    pub path_wrong: &'static str,
    pub path_same: &'static str,
    pub path_taken: &'static str,
    pub path_reserved: &'static str,
    pub kind_stays: &'static str,
    pub moved: &'static str,
    pub remove: &'static str,
    pub remove_text: &'static str,
    pub remove_used: &'static str,
    pub remove_it: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

/// How many files there are, and how long they are together: a sentence that another can follow.
pub fn total(lang: Lang, files: usize, bytes: u64) -> String {
    let bytes = length(bytes);
    match (lang, files) {
        (Lang::En, 1) => format!("1 file, {bytes}. "),
        (Lang::En, _) => format!("{files} files, {bytes} in all. "),
        (Lang::Zh, _) => format!("共 {files} 个文件，{bytes}。"),
    }
}

/// How many pages more use a file than those that are named.
pub fn more(lang: Lang, pages: usize) -> String {
    match (lang, pages) {
        (Lang::En, 1) => "and 1 more".to_string(),
        (Lang::En, _) => format!("and {pages} more"),
        (Lang::Zh, _) => format!("等，另有 {pages} 页"),
    }
}

/// A number of bytes as people read it, the same in both languages: `17 B`, `1.4 KiB`, `12 MiB`.
pub fn length(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    // In tenths, rounded; a tenth less than the next unit is shown as that unit.
    let mut tenths = (bytes.saturating_mul(10) + 512) / 1024;
    let mut unit = 0;
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths = (tenths + 512) / 1024;
        unit += 1;
    }
    match tenths {
        0..100 => format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]),
        _ => format!("{} {}", (tenths + 5) / 10, UNITS[unit]),
    }
}

static EN: Strings = Strings {
    files: "Files beside pages",
    files_text: "Pictures, captures and other files that lie beside pages. Pages show or link to them.",
    folder: "Folder",
    folder_help: "With everything below it; empty for the whole site.",
    unused_only: "Only those that no page uses",
    sort: "Order",
    by_path: "by path",
    by_size: "longest first",
    show: "Show",
    no_files: "There are no such files.",
    preview: "Preview",
    file: "File",
    kind: "Kind",
    size: "Size",
    used_by: "Used by",
    used_nowhere: "no page",
    only_what_you_see: "Only pages that you may read are counted.",
    draft: "not published",
    previous: "Previous",
    next: "Next",
    open: "Open the file",
    all_files: "All files",
    history: "History",
    no_history: "There is no version of it in the history yet.",
    restore: "Restore",
    replace: "Replace",
    replace_text: "The new file has the same name and address, and so the same kind. Pages that use it show the new one.",
    new_file: "New file",
    no_file_chosen: "Choose a file first.",
    move_title: "Move or rename",
    move_text: "Links to it are changed in every page that you may change, and its old address leads to the new one.",
    new_path: "New path",
    new_path_help: "Folder and name, for example network/tcp/capture.png. Folders that are not there yet are made.",
    move_it: "Move",
    path_wrong: "The path needs a name, and its names cannot begin with a dot, end with ~ or hold any of \\ ? # % < > | [ ] \" * : or control characters.",
    path_same: "The file has that path already.",
    path_taken: "There is something at that path already.",
    path_reserved: "The site itself uses that address.",
    kind_stays: "The ending of the name stays, since it says what kind of file it is.",
    moved: "It has been moved. These pages have links to the old address that were left as they are; you may not change them, or have to change them yourself:",
    remove: "Remove",
    remove_text: "The file goes from the site. It stays in the history, and can be brought back from the list of removed pages and files.",
    remove_used: "The pages that use it, listed above, will lead nowhere in these places.",
    remove_it: "Remove the file",
};

static ZH: Strings = Strings {
    files: "页面旁的文件",
    files_text: "放在页面旁边的图片、抓包和其他文件，供页面显示或链接。",
    folder: "文件夹",
    folder_help: "包括其下所有文件夹；留空表示整个站点。",
    unused_only: "只看没有页面使用的",
    sort: "排序",
    by_path: "按路径",
    by_size: "从大到小",
    show: "显示",
    no_files: "没有符合条件的文件。",
    preview: "预览",
    file: "文件",
    kind: "类型",
    size: "大小",
    used_by: "使用它的页面",
    used_nowhere: "没有页面",
    only_what_you_see: "只统计你可以阅读的页面。",
    draft: "未发布",
    previous: "上一页",
    next: "下一页",
    open: "打开文件",
    all_files: "全部文件",
    history: "历史",
    no_history: "历史中还没有它的版本。",
    restore: "恢复",
    replace: "替换",
    replace_text: "新文件沿用原来的名称和地址，类型也必须相同。使用它的页面随即显示新文件。",
    new_file: "新文件",
    no_file_chosen: "请先选择一个文件。",
    move_title: "移动或重命名",
    move_text: "凡是你可以修改的页面，其中指向它的链接都会更新；旧地址会转到新地址。",
    new_path: "新路径",
    new_path_help: "文件夹和文件名，例如 network/tcp/capture.png。还没有的文件夹会自动建立。",
    move_it: "移动",
    path_wrong: "路径至少要有一个名称；名称不能以点开头，不能以 ~ 结尾，也不能含有 \\ ? # % < > | [ ] \" * : 或控制字符。",
    path_same: "文件已经在这个路径。",
    path_taken: "这个路径已经有内容。",
    path_reserved: "这个地址由本站使用。",
    kind_stays: "扩展名表示文件的类型，不能改变。",
    moved: "文件已移动。以下页面中指向旧地址的链接没有更新：你无权修改这些页面，或者需要手工修改：",
    remove: "删除",
    remove_text: "文件将从站点移除，但仍保存在历史中，可以从已删除页面和文件的列表恢复。",
    remove_used: "上面列出的页面正在使用它，删除后这些位置将失效。",
    remove_it: "删除文件",
};

#[cfg(test)]
mod tests {
    use super::length;

    #[test]
    fn lengths_are_short_and_right() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (1434, "1.4 KiB"),
            (10_239, "10 KiB"),
            (16 << 20, "16 MiB"),
            ((1 << 20) - 1, "1.0 MiB"),
            (3 << 30, "3.0 GiB"),
            (5 << 50, "5120 TiB"),
        ] {
            assert_eq!(length(bytes), text, "{bytes}");
        }
    }
}
