//! Following changes: who hears of what, by mail and in feeds, and that nobody hears of what they may not see.

mod ends;
mod feeds;
mod mails;
mod pages;
mod webhooks;

use crate::smtp::{Mail, Smtp};
use crate::wiki::{Client, TestWiki};
use crate::wiki_servers::git;
use casebook::wiki::follow::Follower;
use casebook::wiki::post::{Sent, send_due};
use casebook::wiki::{self, news};
use database::{Clock, Database, May, Role, Rule, User, Watched, Who};
use outbound::mail;

/// When the clock of these tests starts, in unix seconds.
const START: i64 = 1_790_000_000;

/// How long news are gathered, in seconds.
const SOON: i64 = 600;

const SYN: &str = "---\ntitle: Why your SYN is dropped\ntags: [重传, SYN]\n---\nText.\n";
const RST: &str = "---\ntitle: Resets\n---\nText.\n";

/// A wiki that sends mails, whose time stands still until it is moved.
struct Site {
    wiki: TestWiki,
    clock: Clock,
    smtp: Smtp,
    follower: Follower,
}

impl Site {
    async fn new() -> Site {
        Site::with(false).await
    }

    async fn with(private: bool) -> Site {
        let (smtp, clock) = (Smtp::start(), Clock::standing(START));
        let mail = mail::Settings { url: smtp.url(), from: "Wiki <wiki@kb.example>".to_string() };
        let settings = wiki::Settings { private, mail: Some(mail), ..wiki::Settings::default() };
        let files = [
            ("tcp/syn.en.md", SYN),
            ("tcp/rst.en.md", RST),
            ("tcp/rst.zh.md", "---\ntitle: 复位报文\n---\n正文。\n"),
            ("secret/plan.en.md", "---\ntitle: The plan\ntags: [重传]\n---\nText.\n"),
        ];
        let wiki = TestWiki::set_up(&files, settings, clock.clone()).await;
        let mut site = Site { wiki, clock, smtp, follower: Follower::default() };
        site.look().await;
        site
    }

    fn database(&self) -> &Database {
        self.wiki.wiki().database()
    }

    /// Looks for commits as the server does every few seconds.
    async fn look(&mut self) {
        self.follower.look(self.wiki.app()).await.unwrap();
    }

    /// Makes the mails that are due, sends them, and gives what came, by recipient.
    async fn mails(&self) -> Vec<Mail> {
        news::gather(self.wiki.app()).await.unwrap();
        send_due(self.wiki.wiki()).await.unwrap();
        let mut mails = self.smtp.take();
        mails.sort_by(|a, b| a.to.cmp(&b.to));
        mails
    }

    /// The same after the time in which news are gathered has passed.
    async fn mails_later(&mut self) -> Vec<Mail> {
        self.look().await;
        self.clock.advance(SOON);
        self.mails().await
    }

    /// Somebody who watches something.
    async fn watcher(&self, name: &str, kind: Watched, target: &str) -> User {
        let user = self.wiki.user(name, Role::Reader).await;
        self.database().watch(&user.id, kind, target).await.unwrap();
        user
    }

    /// From now on only writers may read what is in a folder.
    async fn hide(&self, folder: &str) {
        let rule = Rule { folder: folder.to_string(), who: Who::Writers, may: May::Write };
        self.database().set_rule(&rule).await.unwrap();
        self.wiki.wiki().reload_rules().await.unwrap();
    }

    /// A commit by somebody with an editor and git.
    fn commit(&self, author: &str, message: &str, files: &[(&str, Option<&str>)]) {
        let folder = self.wiki.path("");
        for (name, text) in files {
            match text {
                Some(text) => crate::app::write(&folder.join(name), text),
                None => std::fs::remove_file(folder.join(name)).unwrap(),
            }
        }
        git(&folder, &["add", "--all"]);
        let (name, email) = (format!("user.name={author}"), format!("user.email={author}@example.org"));
        git(&folder, &["-c", &name, "-c", &email, "commit", "--quiet", "-m", message]);
    }
}

/// Saves a page in a browser.
async fn save(client: &Client, page: &str, text: &str, message: &str) {
    let form = client.get(&format!("/-/edit{page}")).await;
    let base = form.attributes("input[name=base]", "value").into_iter().next().unwrap_or_default();
    let fields = [("base", base.as_str()), ("text", text), ("message", message), ("do", "save")];
    let saved = client.post(&format!("/-/edit{page}"), &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
}

fn recipients(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.to[0].strip_suffix("@example.org").unwrap()).collect()
}
