//! The words of comments.

use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub comments: &'static str,
    pub to_page: &'static str,
    pub newest: &'static str,
    pub newest_text: &'static str,
    pub nothing: &'static str,
    pub nothing_anywhere: &'static str,
    pub this_paragraph: &'static str,
    pub open: &'static str,
    pub settled: &'static str,
    pub whole_page: &'static str,
    pub text_changed: &'static str,
    pub new_comment: &'static str,
    pub new_on_page: &'static str,
    pub your_comment: &'static str,
    pub markdown: &'static str,
    pub send: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub reply: &'static str,
    pub edit: &'static str,
    pub delete: &'static str,
    pub delete_sure: &'static str,
    pub settle: &'static str,
    pub reopen: &'static str,
    pub edited: &'static str,
    pub deleted: &'static str,
    pub replied: &'static str,
    pub sign_in: &'static str,
    pub sign_in_text: &'static str,
    pub paragraphs: &'static str,
    pub paragraphs_text: &'static str,
    pub older: &'static str,
    pub session_ended: &'static str,
    pub session_changed: &'static str,
    pub page_gone: &'static str,
    pub comment_gone: &'static str,
    pub paragraph_gone: &'static str,
    pub forbidden: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

/// How many comments.
pub fn count(lang: Lang, count: usize) -> String {
    match (lang, count) {
        (Lang::En, 1) => "1 comment".to_string(),
        (Lang::En, _) => format!("{count} comments"),
        (Lang::Zh, _) => format!("{count} 条评论"),
    }
}

/// Who settled a conversation.
pub fn settled_by(lang: Lang, name: &str) -> String {
    lang.pick(format!("Settled by {name}"), format!("由 {name} 标记为已解决"))
}

/// That somebody has to wait before they can comment again.
pub fn wait(lang: Lang, seconds: u64) -> String {
    let minutes = seconds.div_ceil(60);
    lang.pick(
        format!(
            "Those were many comments within an hour. Your text is below; send it again in {minutes} min."
        ),
        format!("一小时内的评论过多。你写的文字就在下面，请在 {minutes} 分钟后再发送。"),
    )
}

static EN: Strings = Strings {
    comments: "Comments",
    to_page: "To the page",
    newest: "Newest comments",
    newest_text: "On all pages that you may read.",
    nothing: "Nobody has commented on this page yet.",
    nothing_anywhere: "There are no comments yet.",
    this_paragraph: "This paragraph",
    open: "Open",
    settled: "Settled",
    whole_page: "On the page as a whole",
    text_changed: "The text has changed since.",
    new_comment: "New comment",
    new_on_page: "New comment on the page",
    your_comment: "Your comment",
    markdown: "In Markdown, as pages are written.",
    send: "Send",
    save: "Save",
    cancel: "Cancel",
    reply: "Reply",
    edit: "Edit",
    delete: "Delete",
    delete_sure: "Delete for good",
    settle: "Mark as settled",
    reopen: "Open again",
    edited: "edited",
    deleted: "This comment was deleted.",
    replied: "reply",
    sign_in: "Sign in",
    sign_in_text: "Only people with an account can comment.",
    paragraphs: "Comment on a paragraph",
    paragraphs_text: "The paragraphs of the page, in their order. Choose the one that your comment is about.",
    older: "Older",
    session_ended: "You are not signed in (any more), and nothing has been sent yet. Your text is below. Sign in in another \
                    window, then come back here and send it twice: once to renew the form, once to send it.",
    session_changed: "The form belonged to an earlier session, and nothing has been done yet. If you wrote something, it is below: \
                      send it again.",
    page_gone: "The page is not there any more, so nothing can be said about it. Your text is below; copy it if you still need it.",
    comment_gone: "The comment is not there any more. Your text is below, and can be sent as a new comment.",
    paragraph_gone: "The paragraph is not there any more. Your text is below, and can be sent as a comment on the page.",
    forbidden: "You may not do that: nothing was changed.",
};

static ZH: Strings = Strings {
    comments: "评论",
    to_page: "回到页面",
    newest: "最新评论",
    newest_text: "来自你可以阅读的所有页面。",
    nothing: "这个页面还没有评论。",
    nothing_anywhere: "还没有评论。",
    this_paragraph: "这一段",
    open: "未解决",
    settled: "已解决",
    whole_page: "针对整个页面",
    text_changed: "此后原文已修改。",
    new_comment: "发表评论",
    new_on_page: "评论整个页面",
    your_comment: "评论内容",
    markdown: "支持 Markdown，写法与页面相同。",
    send: "发送",
    save: "保存",
    cancel: "取消",
    reply: "回复",
    edit: "编辑",
    delete: "删除",
    delete_sure: "确认删除",
    settle: "标记为已解决",
    reopen: "重新打开",
    edited: "已编辑",
    deleted: "这条评论已被删除。",
    replied: "回复",
    sign_in: "登录",
    sign_in_text: "有账号才能发表评论。",
    paragraphs: "评论某一段",
    paragraphs_text: "以下按顺序列出页面的各个段落，请选择要评论的那一段。",
    older: "更早",
    session_ended: "你尚未登录或登录已失效，评论还没有发送。你写的文字就在下面。请在另一个窗口登录，然后回到这里按两次“发送”：第一次更新表单，第二次发送。",
    session_changed: "这个表单属于之前的会话，操作没有执行。如果你写了文字，它就在下面，请再发送一次。",
    page_gone: "页面已不存在，无法再评论。你写的文字就在下面，如果还需要，请自行复制。",
    comment_gone: "这条评论已不存在。你写的文字就在下面，可以作为新评论发送。",
    paragraph_gone: "这一段已不存在。你写的文字就在下面，可以作为对整个页面的评论发送。",
    forbidden: "你无权执行这个操作，没有做任何改动。",
};
