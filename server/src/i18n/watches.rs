//! Words of watches and of the mails that come of them.

use database::Watched;
use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub watch_page: &'static str,
    pub watch_text: &'static str,
    pub watches: &'static str,
    pub watches_text: &'static str,
    pub no_watches: &'static str,
    pub watched: &'static str,
    pub since: &'static str,
    pub action: &'static str,
    pub watch: &'static str,
    pub end: &'static str,
    pub is_watched: &'static str,
    pub done_watched: &'static str,
    pub done_ended: &'static str,
    pub done_pace: &'static str,
    pub all_watches: &'static str,
    pub to_page: &'static str,
    pub mails: &'static str,
    pub no_mails_here: &'static str,
    pub no_address: &'static str,
    pub to_account: &'static str,
    pub pace: &'static str,
    pub pace_soon: &'static str,
    pub pace_daily: &'static str,
    pub pace_never: &'static str,
    pub save: &'static str,
    pub feed: &'static str,
    pub feed_of_all: &'static str,
    pub feeds: &'static str,
    pub feeds_text: &'static str,
    pub watch_tag: &'static str,
    pub tag: &'static str,
    pub too_many: &'static str,
    pub unsubscribe: &'static str,
    pub ask_watch: &'static str,
    pub ask_mails: &'static str,
    pub end_watch: &'static str,
    pub end_mails: &'static str,
    pub ended_watch: &'static str,
    pub ended_mails: &'static str,
    pub watch_again: &'static str,
    pub nothing_to_end: &'static str,
    pub nothing_to_end_text: &'static str,
    pub did_create: &'static str,
    pub did_change: &'static str,
    pub did_remove: &'static str,
    pub did_comment: &'static str,
    pub mail_of: &'static str,
    pub mail_took_part: &'static str,
    pub mail_reasons: &'static str,
    pub mail_pace: &'static str,
    pub mail_end_all: &'static str,
    pub invitation_sent: &'static str,
    pub mail_invitation: &'static str,
    pub mail_invitation_text: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

/// What is watched.
pub fn watched(lang: Lang, kind: Watched, target: &str) -> String {
    match (kind, lang) {
        (Watched::Page, Lang::En) => format!("the page {target}"),
        (Watched::Page, Lang::Zh) => format!("页面 {target}"),
        (Watched::Folder, Lang::En) if target.is_empty() => "the whole site".to_string(),
        (Watched::Folder, Lang::Zh) if target.is_empty() => "整个站点".to_string(),
        (Watched::Folder, Lang::En) => format!("the folder {target} and everything in it"),
        (Watched::Folder, Lang::Zh) => format!("文件夹 {target} 及其中的所有内容"),
        (Watched::Tag, Lang::En) => format!("pages with the tag {target}"),
        (Watched::Tag, Lang::Zh) => format!("带有标签“{target}”的页面"),
    }
}

/// The subject of a mail about changes of pages with these titles.
pub fn subject(lang: Lang, titles: &[&str]) -> String {
    match (titles, lang) {
        ([only], _) => (*only).to_string(),
        (_, Lang::En) => format!("{} pages: {}", titles.len(), titles.join(", ")),
        (_, Lang::Zh) => format!("{} 个页面有更新：{}", titles.len(), titles.join("、")),
    }
}

/// How many changes are not told one by one.
pub fn more(lang: Lang, count: usize) -> String {
    lang.pick(format!("and {count} more:"), format!("另有 {count} 处更改："))
}

/// That somebody moved the page.
pub fn moved_from(lang: Lang, from: &str) -> String {
    lang.pick(format!("moved it here from {from}"), format!("将本页从 {from} 移到这里"))
}

static EN: Strings = Strings {
    watch_page: "Watch",
    watch_text: "Whoever watches something hears of changes and comments, by mail and in feeds, but not of their own.",
    watches: "What you watch",
    watches_text: "To watch a page or a folder, use the link “Watch” at the foot of a page.",
    no_watches: "You watch nothing yet.",
    watched: "Watched",
    since: "Since",
    action: "Action",
    watch: "Watch",
    end: "Stop watching",
    is_watched: "You watch this.",
    done_watched: "You now watch it.",
    done_ended: "You do not watch it any more.",
    done_pace: "How often mails come has been saved.",
    all_watches: "All that you watch",
    to_page: "To the page",
    mails: "Mails",
    no_mails_here: "This site sends no mails. The feeds below have the same news.",
    no_address: "Your account has no e-mail address, so no mails come.",
    to_account: "Add one",
    pace: "How often",
    pace_soon: "soon: what happens within ten minutes in one mail",
    pace_daily: "daily: what happens within a day in one mail",
    pace_never: "no mails",
    save: "Save",
    feed: "Atom feed",
    feed_of_all: "Atom feed of all that you watch",
    feeds: "Feeds",
    feeds_text: "The address of a feed has a key in it: whoever knows it reads what you may read of what you watch. A feed reader needs no sign-in.",
    watch_tag: "Watch a tag",
    tag: "Tag",
    too_many: "you watch as much as is possible; stop watching something first, or watch a folder",
    unsubscribe: "Stop watching",
    ask_watch: "No more news of:",
    ask_mails: "No more mails about changes, whatever you watch. Feeds go on.",
    end_watch: "Stop watching",
    end_mails: "No more mails",
    ended_watch: "You do not watch this any more:",
    ended_mails: "You get no more mails about changes. What you watch, and how often mails come, is at",
    watch_again: "Watch it again",
    nothing_to_end: "There is nothing to end",
    nothing_to_end_text: "Either the watch has ended already, or the link is incomplete. What you watch, and how often mails come, is at",
    did_create: "made this page",
    did_change: "changed this page",
    did_remove: "removed this page",
    did_comment: "wrote a comment",
    mail_of: "News of",
    mail_took_part: "You get this because you took part in a conversation about the page.",
    mail_reasons: "You get this because you watch the following. The link below each ends it; you need not sign in.",
    mail_pace: "All that you watch, and how often mails come:",
    mail_end_all: "No more mails about changes:",
    invitation_sent: "It is also sent by mail to",
    mail_invitation: "You are invited",
    mail_invitation_text: "With this link you make your account. It works once, for seven days:",
};

static ZH: Strings = Strings {
    watch_page: "关注",
    watch_text: "关注后，他人的更改和评论会通过邮件和订阅源通知你；你自己的操作不会通知。",
    watches: "我的关注",
    watches_text: "要关注页面或文件夹，请使用页面底部的“关注”链接。",
    no_watches: "还没有关注任何内容。",
    watched: "关注对象",
    since: "开始时间",
    action: "操作",
    watch: "关注",
    end: "取消关注",
    is_watched: "已关注。",
    done_watched: "已关注。",
    done_ended: "已取消关注。",
    done_pace: "邮件频率已保存。",
    all_watches: "我的所有关注",
    to_page: "回到页面",
    mails: "邮件",
    no_mails_here: "本站不发送邮件。下面的订阅源会提供同样的消息。",
    no_address: "你的账号没有邮箱地址，收不到邮件。",
    to_account: "去填写",
    pace: "频率",
    pace_soon: "尽快：十分钟内的更改合并为一封邮件",
    pace_daily: "每天：一天内的更改合并为一封邮件",
    pace_never: "不发邮件",
    save: "保存",
    feed: "Atom 订阅",
    feed_of_all: "所有关注的 Atom 订阅",
    feeds: "订阅源",
    feeds_text: "订阅地址中含有密钥：知道地址的人可以看到你关注且有权阅读的内容。阅读器无需登录。",
    watch_tag: "关注标签",
    tag: "标签",
    too_many: "关注数量已达上限；请先取消一些关注，或改为关注文件夹",
    unsubscribe: "取消关注",
    ask_watch: "不再接收以下内容的消息：",
    ask_mails: "不再接收任何更改通知邮件，无论关注了什么。订阅源不受影响。",
    end_watch: "取消关注",
    end_mails: "停止发送邮件",
    ended_watch: "已取消关注：",
    ended_mails: "不会再给你发送更改通知邮件。关注列表和邮件频率在这里设置：",
    watch_again: "重新关注",
    nothing_to_end: "没有可以取消的关注",
    nothing_to_end_text: "这项关注已经取消，或者链接不完整。关注列表和邮件频率在这里设置：",
    did_create: "新建了本页",
    did_change: "修改了本页",
    did_remove: "删除了本页",
    did_comment: "发表了评论",
    mail_of: "消息来自",
    mail_took_part: "你参与了该页面的讨论，因此收到这封邮件。",
    mail_reasons: "你关注了以下内容，因此收到这封邮件。打开各项下面的链接即可取消该项关注，无需登录。",
    mail_pace: "我的关注和邮件频率：",
    mail_end_all: "不再接收更改通知邮件：",
    invitation_sent: "链接也会通过邮件发送到",
    mail_invitation: "邀请你加入",
    mail_invitation_text: "请用下面的链接创建账号，链接七天内有效，只能使用一次：",
};
