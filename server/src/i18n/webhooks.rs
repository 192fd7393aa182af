//! Words of the pages for webhooks.

use sim_wasm::text::Lang;

/// The words of one language.
#[derive(Debug)]
#[allow(missing_docs)] // each field is its own English value
pub struct Strings {
    pub webhooks: &'static str,
    pub webhook: &'static str,
    pub text: &'static str,
    pub none: &'static str,
    pub url: &'static str,
    pub url_help: &'static str,
    pub events: &'static str,
    pub events_help: &'static str,
    pub all_events: &'static str,
    pub paused: &'static str,
    pub is_active: &'static str,
    pub add: &'static str,
    pub change: &'static str,
    pub secret_made: &'static str,
    pub secret_shown: &'static str,
    pub more: &'static str,
    pub show_secret: &'static str,
    pub test: &'static str,
    pub test_text: &'static str,
    /// What follows is a status.
    pub test_well: &'static str,
    /// What follows is the reason.
    pub test_failed: &'static str,
    pub remove_text: &'static str,
    pub failures: &'static str,
    pub failures_text: &'static str,
    pub no_failures: &'static str,
    pub event: &'static str,
    pub since: &'static str,
    pub tries: &'static str,
    pub reason: &'static str,
    pub next_try: &'static str,
    pub given_up: &'static str,
    pub retry: &'static str,
    /// What follows is the reason.
    pub wrong: &'static str,
    pub done_changed: &'static str,
    pub done_removed: &'static str,
    pub done_retry: &'static str,
}

/// The words of a language.
pub fn strings(lang: Lang) -> &'static Strings {
    lang.pick(&EN, &ZH)
}

static EN: Strings = Strings {
    webhooks: "Webhooks",
    webhook: "Webhook",
    text: "Other programs that are told of what happens here, by a signed request. They hear of every page, also of those that only some people may read.",
    none: "There are none.",
    url: "Address",
    url_help: "For example https://example.org/hook. It has to be on the public internet; addresses in your network are allowed by whoever runs the server, with --webhook-also.",
    events: "Events",
    events_help: "None ticked means all, also those that a later version brings.",
    all_events: "all",
    paused: "paused",
    is_active: "Active: it is called",
    add: "Add a webhook",
    change: "Save",
    secret_made: "The webhook is there. With this secret, the receiver checks that a call is from here.",
    secret_shown: "With this secret, the receiver checks that a call is from here.",
    more: "Secret, test, removal",
    show_secret: "Show the secret",
    test: "Send a test",
    test_text: "The test is sent at once, with the event ping. It shows the receiver's answer.",
    test_well: "The test was received, and answered with ",
    test_failed: "The test was not received: ",
    remove_text: "Removing it forgets its secret, and what was not delivered yet.",
    failures: "Not delivered",
    failures_text: "A call is tried twelve times, after one minute, then two, four and so on.",
    no_failures: "Nothing waits for another try.",
    event: "Event",
    since: "Happened",
    tries: "Tries",
    reason: "Why not",
    next_try: "Next try",
    given_up: "given up",
    retry: "Try again now",
    wrong: "The address cannot be used: ",
    done_changed: "Saved.",
    done_removed: "The webhook is removed.",
    done_retry: "It is tried again within seconds. Reload the page to see how it went.",
};

static ZH: Strings = Strings {
    webhooks: "Webhook",
    webhook: "Webhook",
    text: "站点内容变化时，用带签名的请求通知其他程序。所有页面的变化都会发送，包括只有部分人可读的页面。",
    none: "还没有 Webhook。",
    url: "地址",
    url_help: "例如 https://example.org/hook。必须是公网地址；内网地址须由服务器的运维人员用 --webhook-also 放行。",
    events: "事件",
    events_help: "全都不选表示接收所有事件，包括以后版本新增的。",
    all_events: "全部",
    paused: "已暂停",
    is_active: "启用：发送通知",
    add: "添加 Webhook",
    change: "保存",
    secret_made: "Webhook 已添加。接收方用这个密钥验证请求确实来自本站。",
    secret_shown: "接收方用这个密钥验证请求确实来自本站。",
    more: "密钥、测试与删除",
    show_secret: "显示密钥",
    test: "发送测试",
    test_text: "立即发送一个 ping 事件，并显示接收方的应答。",
    test_well: "测试成功，对方返回 ",
    test_failed: "测试没有成功：",
    remove_text: "删除后，密钥和尚未送达的通知也一并删除。",
    failures: "未送达",
    failures_text: "每个通知最多尝试 12 次，间隔从一分钟开始逐次加倍。",
    no_failures: "没有等待重试的通知。",
    event: "事件",
    since: "发生时间",
    tries: "已尝试",
    reason: "原因",
    next_try: "下次尝试",
    given_up: "已放弃",
    retry: "立即重试",
    wrong: "不能使用这个地址：",
    done_changed: "已保存。",
    done_removed: "Webhook 已删除。",
    done_retry: "几秒内会再次尝试，刷新页面即可看到结果。",
};

/// What was done, by the word that the address carries afterwards.
pub fn done(lang: Lang, word: &str) -> Option<&'static str> {
    let w = strings(lang);
    match word {
        "webhook" => Some(w.done_changed),
        "webhook-removed" => Some(w.done_removed),
        "webhook-retry" => Some(w.done_retry),
        _ => None,
    }
}

/// Why a call failed, as it is stored, which is English, and in Chinese. `{}` is any text. The first that fits counts.
const REASONS: &[(&str, &str)] = &[
    ("the address {} is not public", "{} 不是公网地址"),
    ("{} is at {}, which is not public", "{} 指向 {}，不是公网地址"),
    ("the address has a name or password in it; leave it out", "地址中含有用户名或密码，请去掉"),
    ("this is not an address of the web: {}", "这不是网址：{}"),
    ("cannot find the machine {}: {}", "找不到主机 {}：{}"),
    ("cannot connect: {}", "无法连接：{}"),
    ("no answer in {} seconds", "{} 秒内没有应答"),
    ("it answered {}: redirects are not followed", "对方返回 {}，而重定向不会被跟随"),
    ("it answered {}", "对方返回 {}"),
    ("the request failed: {}", "请求失败：{}"),
];

/// Why a call failed, in a language; as it is stored when it is none of the known reasons.
pub fn reason(lang: Lang, stored: &str) -> String {
    let chinese = || REASONS.iter().find_map(|(english, chinese)| translate(stored, english, chinese));
    lang.pick(None, Some(())).and_then(|()| chinese()).unwrap_or_else(|| stored.to_string())
}

/// A text of one form in another form.
fn translate(text: &str, from: &str, to: &str) -> Option<String> {
    let mut texts = from.split("{}");
    let mut rest = text.strip_prefix(texts.next()?)?;
    let mut values = Vec::new();
    let mut texts = texts.peekable();
    while let Some(next) = texts.next() {
        // What stands at the end has to end the text: it may be in the value, too.
        let (value, after) = match texts.peek() {
            None => (rest.strip_suffix(next)?, ""),
            Some(_) => rest.split_once(next)?,
        };
        values.push(value);
        rest = after;
    }
    let mut values = values.into_iter();
    let mut parts = to.split("{}");
    let mut out = parts.next()?.to_string();
    for part in parts {
        out.push_str(values.next()?);
        out.push_str(part);
    }
    rest.is_empty().then_some(out)
}

#[cfg(test)]
mod tests {
    use super::reason;
    use outbound::web::Error;
    use sim_wasm::text::Lang;

    #[test]
    fn every_reason_is_there_in_chinese() {
        let address = "10.0.0.1".parse().unwrap();
        let name = || "hook.example".to_string();
        for (error, chinese) in [
            (Error::NoWebAddress("empty host".to_string()), "这不是网址：empty host"),
            (Error::Credentials, "地址中含有用户名或密码，请去掉"),
            (Error::NotPublic(address), "10.0.0.1 不是公网地址"),
            (Error::NameNotPublic { name: name(), address }, "hook.example 指向 10.0.0.1，不是公网地址"),
            (Error::NoSuchName { name: name(), reason: "a: b".to_string() }, "找不到主机 hook.example：a: b"),
            (Error::NoConnection("refused".to_string()), "无法连接：refused"),
            (Error::NoAnswer, "10 秒内没有应答"),
            (Error::Answered { status: 500, text: "Oh: 1".to_string() }, "对方返回 500: Oh: 1"),
            (
                Error::Answered { status: 302, text: "redirects are not followed".to_string() },
                "对方返回 302，而重定向不会被跟随",
            ),
            (Error::Failed("x".to_string()), "请求失败：x"),
        ] {
            let stored = error.to_string();
            assert_eq!(reason(Lang::Zh, &stored), chinese);
            assert_eq!(reason(Lang::En, &stored), stored);
        }
        assert_eq!(reason(Lang::Zh, "something new"), "something new");
    }
}
