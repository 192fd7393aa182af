//! The text of mails.

use crate::i18n::SITE_NAME;
use crate::i18n::watches::{self, Strings};
use serde::{Deserialize, Serialize};
use sim_wasm::text::Lang;

/// The longest subject, in characters.
const SUBJECT: usize = 120;

/// As many changes are told one by one.
const MOST: usize = 200;

/// The longest quotation of what somebody said or wrote, in characters.
const QUOTED: usize = 600;

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// What the queue holds as the body.
    pub body: Body,
}

/// The body of a mail as the queue holds it, in JSON: what is sent besides subject and recipient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The text.
    pub text: String,
    /// Where such mails can be ended with one POST.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
}

/// What happened to a page.
#[derive(Clone, Debug)]
pub struct Item {
    /// The page: address with scheme and host.
    pub page: String,
    /// Its title.
    pub title: String,
    /// Who did it.
    pub author: String,
    /// What they did.
    pub did: String,
    /// What they said about it.
    pub said: String,
    /// Where it is shown.
    pub link: String,
}

/// Why somebody gets a mail, and how that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What is watched, in words.
    pub watched: String,
    /// The link that ends it.
    pub end: String,
}

/// What a mail about changes is made of.
#[derive(Clone, Debug)]
pub struct News<'a> {
    /// The language of the mail.
    pub lang: Lang,
    /// Where the site is.
    pub site: &'a str,
    /// What happened, those of a page together.
    pub items: &'a [Item],
    /// The watches that it comes of.
    pub reasons: &'a [Reason],
    /// The link that ends all mails.
    pub end_all: &'a str,
}

/// A mail about changes.
pub fn news(news: &News<'_>) -> Letter {
    let w = watches::strings(news.lang);
    let mut titles: Vec<&str> = Vec::new();
    let mut text = String::new();
    let mut page = "";
    for item in news.items.iter().take(MOST) {
        if item.page != page {
            page = &item.page;
            text += &format!("{}\n{}\n", line(&item.title), item.page);
        }
        text += &told(item);
    }
    for item in news.items {
        if !titles.contains(&item.title.as_str()) {
            titles.push(&item.title);
        }
    }
    if let Some(more) = news.items.len().checked_sub(MOST).filter(|more| *more > 0) {
        text += &format!("{}\n{}/-/changes\n\n", watches::more(news.lang, more), news.site);
    }
    text += &footer(w, news);
    let unsubscribe = match news.reasons {
        [only] => &only.end,
        _ => news.end_all,
    };
    Letter {
        subject: subject(&watches::subject(news.lang, &titles)),
        body: Body { text, unsubscribe: Some(unsubscribe.to_string()) },
    }
}

/// One change, indented below its page.
fn told(item: &Item) -> String {
    let mut text = format!("\n  {} {}\n", line(&item.author), line(&item.did));
    for said in quoted(&item.said).lines() {
        text += format!("  > {said}").trim_end();
        text.push('\n');
    }
    text + &format!("  {}\n\n", item.link)
}

/// Why the mail comes, and how to end that. Two dashes and a space begin what programs know as a signature.
fn footer(w: &Strings, news: &News<'_>) -> String {
    let mut text = format!("-- \n{} {}\n", w.mail_of, news.site);
    if news.reasons.is_empty() {
        text += &format!("{}\n", w.mail_took_part);
    } else {
        text += &format!("{}\n", w.mail_reasons);
        for reason in news.reasons {
            text += &format!("- {}\n  {}\n", line(&reason.watched), reason.end);
        }
    }
    text + &format!("{}\n  {}/-/watches\n{}\n  {}\n", w.mail_pace, news.site, w.mail_end_all, news.end_all)
}

/// A mail with a link that makes an account.
pub fn invitation(site: &str, link: &str) -> Letter {
    let [english, chinese] = [Lang::En, Lang::Zh].map(watches::strings);
    Letter {
        subject: subject(&format!("{} · {}", english.mail_invitation, chinese.mail_invitation)),
        body: Body {
            text: format!(
                "{}\n{}\n\n{link}\n\n-- \n{} {site}\n",
                english.mail_invitation_text, chinese.mail_invitation_text, english.mail_of
            ),
            unsubscribe: None,
        },
    }
}

fn subject(what: &str) -> String {
    let subject = format!("[{SITE_NAME}] {}", line(what));
    match subject.char_indices().nth(SUBJECT) {
        Some((end, _)) => format!("{}…", &subject[..end]),
        None => subject,
    }
}

/// Text on one line, whatever it holds.
fn line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text on its lines, not too much of it, without other control characters.
fn quoted(text: &str) -> String {
    let plain: String = text.trim().chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    match plain.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &plain[..end]),
        None => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::{Item, News, Reason, news};
    use sim_wasm::text::Lang;

    fn item(page: &str, title: &str, said: &str) -> Item {
        Item {
            page: format!("https://kb.example{page}"),
            title: title.to_string(),
            author: "ren".to_string(),
            did: "changed it".to_string(),
            said: said.to_string(),
            link: format!("https://kb.example/-/diff{page}"),
        }
    }

    fn letter(items: &[Item], reasons: &[Reason]) -> super::Letter {
        let (site, end_all) = ("https://kb.example", "https://kb.example/-/unsubscribe/all");
        news(&News { lang: Lang::En, site, items, reasons, end_all })
    }

    #[test]
    fn changes_of_a_page_stand_together() {
        let items = [item("/en/a", "A", "one"), item("/en/a", "A", ""), item("/en/b", "B", "two\n\nlines")];
        let reason = Reason { watched: "the page a".to_string(), end: "https://kb.example/end".to_string() };
        let letter = letter(&items, std::slice::from_ref(&reason));
        let text = &letter.body.text;
        assert_eq!(text.matches("https://kb.example/en/a\n").count(), 1, "{text}");
        assert!(text.contains("  > two\n  >\n  > lines\n"), "{text}");
        assert!(text.contains("- the page a\n  https://kb.example/end\n"), "{text}");
        assert_eq!(letter.body.unsubscribe.as_deref(), Some("https://kb.example/end"));
        assert!(
            letter.subject.starts_with("[Casebook] ") && letter.subject.contains('B'),
            "{}",
            letter.subject
        );
    }

    #[test]
    fn with_several_watches_one_click_ends_all_mails() {
        let reason = |n: u32| Reason { watched: format!("page {n}"), end: format!("https://kb.example/{n}") };
        let letter = letter(&[item("/en/a", "A", "")], &[reason(1), reason(2)]);
        assert_eq!(letter.body.unsubscribe.as_deref(), Some("https://kb.example/-/unsubscribe/all"));
    }

    #[test]
    fn what_people_write_stays_in_its_place() {
        let hostile = "A\r\n-- \r\nhttps://evil.example\u{1b}[2J";
        let letter = letter(&[item("/en/a", hostile, hostile)], &[]);
        assert!(!letter.subject.contains(char::is_control), "{:?}", letter.subject);
        let text = &letter.body.text;
        assert_eq!(text.lines().filter(|line| line.starts_with("--")).count(), 1, "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\r'));
    }

    #[test]
    fn long_texts_are_cut() {
        let many: Vec<Item> =
            (0..300).map(|n| item(&format!("/en/{n}"), &"重".repeat(300), &"长".repeat(5000))).collect();
        let letter = letter(&many, &[]);
        assert!(letter.subject.chars().count() <= 121);
        assert_eq!(letter.body.text.matches("/-/diff/").count(), 200);
        assert!(letter.body.text.contains("100 more"));
    }
}
