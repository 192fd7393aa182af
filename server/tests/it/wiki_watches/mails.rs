//! What is in mails, for whom, and when.

use super::*;
use casebook::app::App;
use casebook::wiki::Wiki;
use casebook::wiki::follow::commented;
use database::{NewComment, NewUser, Pace};

#[tokio::test]
async fn watchers_get_one_mail_about_all_that_others_did() {
    let mut site = Site::new().await;
    let ren = site.wiki.signed_in("ren", Role::Writer).await;
    let author = site.database().user_by_name("ren").await.unwrap().unwrap();
    site.database().watch(&author.id, Watched::Folder, "").await.unwrap();
    for (name, kind, target) in [
        ("a-page", Watched::Page, "tcp/syn"),
        ("b-folder", Watched::Folder, "tcp"),
        ("c-site", Watched::Folder, ""),
        ("d-tag", Watched::Tag, "重传"),
        ("x-other", Watched::Page, "tcp/rst"),
        ("x-below", Watched::Folder, "tcp/syn/more"),
        ("x-tag", Watched::Tag, "FIN"),
    ] {
        site.watcher(name, kind, target).await;
    }
    save(&ren, "/en/tcp/syn", &format!("{SYN}One.\n"), "Say one").await;
    site.look().await;
    site.clock.advance(SOON - 1);
    save(&ren, "/en/tcp/syn", &format!("{SYN}One.\nTwo.\n"), "Say two").await;
    site.look().await;
    assert!(site.mails().await.is_empty(), "it is too early");
    site.clock.advance(1);
    let mails = site.mails().await;
    assert_eq!(recipients(&mails), ["a-page", "b-folder", "c-site", "d-tag"]);
    for mail in &mails {
        assert_eq!(mail.subject(), "[Casebook] Why your SYN is dropped");
        assert_eq!(mail.header("From"), "Wiki <wiki@kb.example>");
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert!(mail.unsubscribe().starts_with("https://kb.example/-/unsubscribe/"), "{:?}", mail.head);
        assert!(!mail.header("Message-ID").is_empty() && !mail.header("Date").is_empty());
        let text = &mail.text;
        for part in
            ["Say one", "Say two", "ren changed this page", "https://kb.example/-/diff/en/tcp/syn?to="]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert_eq!(text.matches("https://kb.example/en/tcp/syn\n").count(), 1, "{text}");
        assert!(text.contains(mail.unsubscribe()), "{text}");
    }
    assert!(site.mails_later().await.is_empty(), "it is told once");
}

#[tokio::test]
async fn whatever_way_a_change_came_it_is_told() {
    let mut site = Site::new().await;
    site.watcher("ada", Watched::Folder, "tcp").await;
    site.commit("mei", "Pushed", &[("tcp/new.en.md", Some("---\ntitle: New\n---\nText.\n"))]);
    crate::app::write(&site.wiki.path("tcp/rst.en.md"), &format!("{RST}Edited in the folder.\n"));
    site.wiki.wiki().folder_changed();
    site.wiki.wiki().adopt().await.unwrap();
    site.commit("mei", "Away with it", &[("tcp/syn.en.md", None)]);
    // A branch that began before all of this, with a commit that is older than what was told last.
    git(&site.wiki.path(""), &["branch", "side", "HEAD~3"]);
    site.look().await;
    let folder = site.wiki.path("");
    git(&folder, &["checkout", "--quiet", "side"]);
    crate::app::write(&folder.join("tcp/side.en.md"), "---\ntitle: From the side\n---\nText.\n");
    git(&folder, &["add", "--all"]);
    let who = ["-c", "user.name=mei", "-c", "user.email=mei@example.org"];
    let long_ago = "2020-02-02T02:02:02Z";
    let env = format!("GIT_COMMITTER_DATE={long_ago}");
    let status = std::process::Command::new("env")
        .arg(&env)
        .args(["git", "-C"])
        .arg(&folder)
        .args(who)
        .args(["commit", "--quiet", "-m", "On a branch", "--date", long_ago])
        .status()
        .unwrap();
    assert!(status.success());
    git(&folder, &["checkout", "--quiet", "-"]);
    git(&folder, &[&who[..], &["merge", "--quiet", "--no-ff", "-m", "Merge", "side"]].concat());
    let mails = site.mails_later().await;
    assert_eq!(recipients(&mails), ["ada"]);
    for part in [
        "mei made this page\n  > Pushed",
        "folder changed this page",
        "Why your SYN is dropped\nhttps://kb.example/en/tcp/syn\n\n  mei removed this page\n  > Away with it",
        "From the side\nhttps://kb.example/en/tcp/side\n\n  mei made this page\n  > On a branch",
    ] {
        assert!(mails[0].text.contains(part), "{part} in {}", mails[0].text);
    }
    assert!(mails[0].subject().starts_with("[Casebook] 4 pages: "), "{}", mails[0].subject());
}

#[tokio::test]
async fn chinese_pages_are_told_in_chinese() {
    let mut site = Site::new().await;
    site.watcher("ada", Watched::Page, "tcp/rst").await;
    let ren = site.wiki.signed_in("ren", Role::Writer).await;
    save(&ren, "/zh/tcp/rst", "---\ntitle: 复位报文\n---\n新的正文。\n", "说明何时发送").await;
    let mails = site.mails_later().await;
    assert_eq!(mails[0].subject(), "[Casebook] 复位报文");
    for part in
        ["复位报文\nhttps://kb.example/zh/tcp/rst\n", "ren 修改了本页\n  > 说明何时发送", "页面 tcp/rst\n"]
    {
        assert!(mails[0].text.contains(part), "{part} in {}", mails[0].text);
    }
    save(&ren, "/zh/tcp/rst", "---\ntitle: 复位报文\n---\n更新的正文。\n", "").await;
    save(&ren, "/en/tcp/rst", &format!("{RST}More.\n"), "").await;
    let mails = site.mails_later().await;
    assert!(mails[0].text.contains("ren changed this page"), "{}", mails[0].text);
}

#[tokio::test]
async fn nothing_hidden_is_in_a_mail() {
    for hidden_before in [true, false] {
        let mut site = Site::new().await;
        if hidden_before {
            site.hide("secret").await;
        }
        site.watcher("site", Watched::Folder, "").await;
        site.watcher("tag", Watched::Tag, "重传").await;
        site.watcher("was-in-it", Watched::Folder, "secret").await;
        let plan = "---\ntitle: The plan\ntags: [重传]\n---\nMore.\n";
        site.commit(
            "mei",
            "Both: the plan and resets",
            &[("secret/plan.en.md", Some(plan)), ("tcp/rst.en.md", Some(&format!("{RST}More.\n")))],
        );
        site.commit(
            "mei",
            "The plan becomes public",
            &[("secret/plan.en.md", None), ("tcp/plan.en.md", Some(plan))],
        );
        site.look().await;
        if !hidden_before {
            site.hide("secret").await;
        }
        let mails = site.mails_later().await;
        // Whoever watches the folder is not told that a page came out of it.
        assert_eq!(recipients(&mails), ["site", "tag"], "{hidden_before}");
        for mail in &mails {
            let text = format!("{} {}", mail.subject(), mail.text);
            for part in ["secret", "Both", "becomes public"] {
                assert!(!text.contains(part), "{hidden_before} {part} in {text}");
            }
            assert!(text.contains("https://kb.example/en/tcp/plan\n\n  mei made this page\n"), "{text}");
        }
        let text = &mails[0].text;
        assert!(text.contains("https://kb.example/en/tcp/rst\n\n  mei changed this page\n"), "{text}");
    }
}

#[tokio::test]
async fn who_wants_no_mails_or_can_have_none_gets_none() {
    let mut site = Site::new().await;
    let never = site.watcher("never", Watched::Folder, "").await;
    site.database().set_pace(&never.id, Pace::Never).await.unwrap();
    let daily = site.watcher("daily", Watched::Folder, "").await;
    site.database().set_pace(&daily.id, Pace::Daily).await.unwrap();
    let gone = site.watcher("gone", Watched::Folder, "").await;
    let ended = site.watcher("ended", Watched::Folder, "").await;
    let new = NewUser { name: "plain".into(), display: String::new(), email: None, role: Role::Reader };
    let plain = site.database().create_user(&new).await.unwrap();
    site.database().watch(&plain.id, Watched::Folder, "").await.unwrap();
    site.watcher("Mei", Watched::Folder, "").await;
    let draft = "---\ntitle: Not yet\ndraft: true\n---\nText.\n";
    site.commit("mei", "By the watcher, and a draft", &[("tcp/draft.en.md", Some(draft))]);
    site.commit("ren", "A draft", &[("tcp/draft2.en.md", Some(draft)), ("tcp/a.txt", Some("a file"))]);
    site.look().await;
    site.clock.advance(24 * 60 * 60);
    assert!(site.mails().await.is_empty());
    site.commit("mei", "By a watcher", &[("tcp/new.en.md", Some(RST))]);
    site.look().await;
    site.database().set_disabled(&gone.id, true).await.unwrap();
    site.database().unwatch(&ended.id, Watched::Folder, "").await.unwrap();
    site.clock.advance(24 * 60 * 60 - 1);
    assert!(site.mails().await.is_empty());
    site.clock.advance(1);
    assert_eq!(recipients(&site.mails().await), ["daily"]);
}

#[tokio::test]
async fn without_a_mail_server_nothing_waits() {
    let clock = Clock::standing(START);
    let wiki = TestWiki::set_up(&[("a.en.md", RST)], wiki::Settings::default(), clock.clone()).await;
    let (smtp, follower) = (Smtp::start(), Follower::default());
    let mut site = Site { wiki, clock, smtp, follower };
    site.look().await;
    site.watcher("ada", Watched::Folder, "").await;
    site.commit("mei", "More", &[("b.en.md", Some(RST))]);
    site.look().await;
    site.clock.advance(SOON);
    assert!(site.database().due_news().await.unwrap().is_empty());
    assert_eq!(send_due(site.wiki.wiki()).await.unwrap(), Sent::Nothing);
}

#[tokio::test]
async fn of_two_servers_one_sends() {
    let mut site = Site::new().await;
    site.watcher("ada", Watched::Folder, "").await;
    let settings = site.wiki.wiki().settings().clone();
    let database = Database::open_with(&settings.database_url(), site.clock.clone()).await.unwrap();
    let wiki = Wiki::with(&site.wiki.path(""), settings, database).await.unwrap();
    let other = App::open(site.wiki.app().settings().clone(), Some(wiki)).unwrap();
    for n in 0..5 {
        site.commit("mei", "More", &[("tcp/rst.en.md", Some(&format!("{RST}{n}\n")))]);
        let mut follower = Follower::default();
        let app = site.wiki.app().clone();
        let (one, two) = tokio::join!(site.follower.look(&app), follower.look(&other));
        one.unwrap();
        two.unwrap();
    }
    site.clock.advance(SOON);
    let (one, two) = tokio::join!(news::gather(site.wiki.app()), news::gather(&other));
    one.unwrap();
    two.unwrap();
    let (one, two) = tokio::join!(send_due(site.wiki.wiki()), send_due(other.wiki().unwrap()));
    one.unwrap();
    two.unwrap();
    let mails = site.smtp.take();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].text.matches("/-/diff/en/tcp/rst?to=").count(), 5, "{}", mails[0].text);
}

#[tokio::test]
async fn a_mail_that_was_refused_is_sent_later() {
    let mut site = Site::new().await;
    site.watcher("ada", Watched::Folder, "").await;
    site.commit("mei", "More", &[("tcp/rst.en.md", Some(&format!("{RST}More.\n")))]);
    for answer in ["451 later", "550 no such user"] {
        site.smtp.refuse(Some(answer));
        assert!(site.mails_later().await.is_empty());
        let waiting = site.database().undelivered(database::Channel::Mail, 9).await.unwrap();
        let error = waiting[0].error.as_deref().unwrap_or_default();
        assert!(error.contains(&answer[..3]), "{error}");
        site.smtp.refuse(None);
        assert!(site.mails().await.is_empty(), "not at once");
    }
    let mails = site.mails_later().await;
    assert_eq!(recipients(&mails), ["ada"]);
    assert!(site.mails_later().await.is_empty());
}

#[tokio::test]
async fn what_people_write_does_not_become_a_header_or_a_recipient() {
    let mut site = Site::new().await;
    site.watcher("ada", Watched::Folder, "").await;
    let title = "---\ntitle: \"A\\r\\nBcc: eve@example.org\\r\\n\\r\\nBody\"\n---\nText.\n";
    site.commit("mei", "x\n.\nRCPT TO:<eve@example.org>\nDATA", &[("tcp/new.en.md", Some(title))]);
    let mails = site.mails_later().await;
    assert_eq!((mails.len(), mails[0].to.as_slice()), (1, &["ada@example.org".to_string()][..]));
    assert_eq!(mails[0].subject(), "[Casebook] A Bcc: eve@example.org Body");
    assert!(mails[0].head.iter().all(|line| !line.starts_with("Bcc")), "{:?}", mails[0].head);
    assert!(mails[0].text.contains("  > .\n  > RCPT TO"), "{}", mails[0].text);
    // Names that git has and we do not, and a character that PostgreSQL stores nowhere, hold nothing up.
    site.commit("mei", "x", &[("tcp/a\\b.en.md", Some("---\ntitle: \"a\\0b\"\n---\nText.\n"))]);
    assert_eq!(recipients(&site.mails_later().await), ["ada"]);
}

#[tokio::test]
async fn a_history_that_was_replaced_is_followed_from_where_it_is() {
    let mut site = Site::new().await;
    site.watcher("ada", Watched::Folder, "").await;
    let unknown = "1".repeat(40);
    let last = site.database().followed().await.unwrap().unwrap();
    site.database().follow(Some(&last), &unknown, &database::Outcome::default()).await.unwrap();
    site.commit("mei", "Lost", &[("tcp/a.en.md", Some(RST))]);
    site.look().await;
    site.clock.advance(599);
    site.look().await;
    assert_eq!(site.database().followed().await.unwrap(), Some(unknown), "another server may have it");
    site.clock.advance(1);
    site.look().await;
    site.commit("mei", "Told", &[("tcp/b.en.md", Some(&format!("{RST}B.\n")))]);
    let mails = site.mails_later().await;
    assert!(mails[0].text.contains("Told") && !mails[0].text.contains("Lost"), "{}", mails[0].text);
}

#[tokio::test]
async fn a_comment_is_told_to_watchers_and_to_those_who_took_part() {
    let mut site = Site::new().await;
    let mut users = Vec::new();
    for name in ["asker", "answerer", "elsewhere", "hidden"] {
        users.push(site.wiki.user(name, Role::Reader).await);
    }
    let watcher = site.watcher("watcher", Watched::Folder, "tcp").await;
    let comment = async |user: &User, parent: Option<String>, body: &str| {
        let new = NewComment {
            path: "tcp/syn".into(),
            lang: "en".into(),
            parent,
            anchor: None,
            user_id: user.id.clone(),
            body: body.into(),
        };
        let comment = site.database().add_comment(new).await.unwrap();
        commented(site.wiki.app(), &comment).await;
        comment
    };
    let question = comment(&users[0], None, "Is it?").await;
    comment(&users[2], None, "Something else").await;
    let answer = comment(&users[1], Some(question.id.clone()), "It is.\nReally.").await;
    comment(&watcher, Some(answer.id.clone()), "Thanks").await;
    let gone = comment(&users[2], None, "Never mind").await;
    site.database().delete_comment(&gone.id).await.unwrap();
    let mails = site.mails_later().await;
    assert_eq!(recipients(&mails), ["answerer", "asker", "watcher"]);
    let [answerer, asker, watcher] = [&mails[0].text, &mails[1].text, &mails[2].text];
    assert!(answerer.contains("> Thanks") && !answerer.contains("> It is."), "{answerer}");
    assert!(asker.contains("answerer wrote a comment\n  > It is.\n  > Really.\n"), "{asker}");
    assert!(asker.contains("> Thanks") && asker.contains("you took part"), "{asker}");
    for (body, is_there) in
        [("Is it?", true), ("Something else", true), ("Thanks", false), ("Never mind", false)]
    {
        assert_eq!(watcher.contains(&format!("> {body}")), is_there, "{body} in {watcher}");
    }
    assert!(
        asker.contains(&format!("https://kb.example/-/comments/en/tcp/syn#c-{}\n", answer.id)),
        "{asker}"
    );
    assert_ne!(mails[1].unsubscribe(), "", "whoever watches nothing can end mails, too");
}

#[tokio::test]
async fn an_invitation_for_an_address_is_sent_there() {
    let site = Site::new().await;
    let root = site.wiki.signed_in("root", Role::Administrator).await;
    let made = root.post("/-/admin/invitations", &[("role", "reader"), ("email", "new@example.org")]).await;
    let link = made.texts("#link").remove(0);
    assert!(made.text().contains("also sent by mail to new@example.org"), "{}", made.text());
    let mails = site.mails().await;
    assert_eq!(
        (recipients(&mails), mails[0].subject().as_str()),
        (vec!["new"], "[Casebook] You are invited · 邀请你加入")
    );
    assert!(mails[0].text.contains(&format!("\n{link}\n")), "{}", mails[0].text);
    assert_eq!(mails[0].unsubscribe(), "");
    let made = root.post("/-/admin/invitations", &[("role", "reader"), ("email", "")]).await;
    assert!(!made.text().contains("sent by mail"));
    assert!(site.mails().await.is_empty());
}

#[test]
fn a_server_with_mail_settings_that_are_none_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    for (url, from, says) in [
        ("http://u:secret@host", "wiki@kb.example", "smtps://USER:PASSWORD@HOST"),
        ("smtp://u:secret@host", "wiki", "`wiki` is nobody whom mails can be from"),
    ] {
        let mut command = crate::command_line::casebook(folder.path());
        command.args(["serve", "--wiki", "--listen", "127.0.0.1:0", "--smtp-url", url, "--mail-from", from]);
        let out = command.output().unwrap();
        let said = String::from_utf8(out.stderr).unwrap();
        assert!(!out.status.success() && said.contains(says) && !said.contains("secret"), "{said}");
    }
}
