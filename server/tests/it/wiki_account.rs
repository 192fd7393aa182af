//! One's own account, what administrators do, and the commands about both.

pub(crate) mod totp;

use crate::app::SAMPLE;
use crate::command_line::{casebook, run};
use crate::wiki::{Client, PASSWORD, TestWiki};
use axum::body::Body;
use axum::http::Method;
use database::{May, Role, Rule, Who};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

const BETTER: &str = "four packets were lost";

/// What the log says was done, newest first.
async fn log(wiki: &TestWiki) -> Vec<(String, String)> {
    let entries = wiki.wiki().database().audit(&Default::default(), 20).await.unwrap();
    entries.into_iter().map(|entry| (entry.action, entry.object)).collect()
}

/// The newest line of the log.
async fn last_done(wiki: &TestWiki) -> (String, String) {
    log(wiki).await.remove(0)
}

fn pair(action: &str, object: &str) -> (String, String) {
    (action.to_string(), object.to_string())
}

/// Signs in where [`Client::sign_in`] cannot: with another password.
async fn signs_in(wiki: &TestWiki, name: &str, password: &str) -> u16 {
    wiki.anonymous().post("/-/login", &[("name", name), ("password", password)]).await.status.as_u16()
}

/// A request of a program.
async fn program(wiki: &TestWiki, method: Method, uri: &str, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    wiki.anonymous().send(method, uri, &headers, Body::from("role=reader")).await.status.as_u16()
}

#[tokio::test]
async fn strangers_have_no_account() {
    let wiki = TestWiki::new(SAMPLE).await;
    let stranger = wiki.anonymous();
    let asked = stranger.get("/-/account").await;
    assert_eq!((asked.status.as_u16(), asked.header("location")), (302, "/-/login?next=%2F-%2Faccount"));
    for action in ["profile", "password", "totp/enrol", "totp/off", "sessions/end-others", "tokens/create"] {
        assert_eq!(stranger.post(&format!("/-/account/{action}"), &[]).await.status, 401, "{action}");
    }
}

#[tokio::test]
async fn names_and_addresses_are_changed_and_kept_as_typed_when_refused() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let refused = ren.post("/-/account/profile", &[("display", "Ren Li"), ("email", "nowhere")]).await;
    assert_eq!(refused.status, 422);
    assert_eq!(refused.texts("[role=alert]"), ["This is not an e-mail address."]);
    assert_eq!(refused.attributes("#display, #email", "value"), ["Ren Li", "nowhere"]);
    let done = ren.post("/-/account/profile?lang=zh", &[("display", "任 <b>"), ("email", "")]).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/-/account?lang=zh&done=profile"));
    let page = ren.get(done.header("location")).await;
    assert_eq!(page.texts("[role=status]"), ["已保存。"]);
    assert_eq!(page.attributes("#display, #email", "value"), ["任 <b>", ""]);
    assert_eq!(last_done(&wiki).await, pair("profile changed", "ren"));
}

#[tokio::test]
async fn another_password_needs_the_old_one_and_ends_the_other_sessions() {
    let wiki = TestWiki::new(SAMPLE).await;
    let here = wiki.signed_in("ren", Role::Writer).await;
    let there = wiki.anonymous();
    there.sign_in("ren").await;
    for (old, new) in [("not it at all", BETTER), ("", BETTER), (PASSWORD, "password"), (PASSWORD, "short")] {
        let refused = here.post("/-/account/password", &[("password", old), ("new", new)]).await;
        assert_eq!(refused.status, 422, "{old:?} {new:?}");
    }
    assert_eq!(signs_in(&wiki, "ren", PASSWORD).await, 303, "nothing was changed");
    let done = here.post("/-/account/password", &[("password", PASSWORD), ("new", BETTER)]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(here.get("/-/account").await.status, 200);
    assert_eq!(there.get("/-/account").await.status, 302);
    assert_eq!(last_done(&wiki).await, pair("password changed", "ren"));
    assert_eq!(signs_in(&wiki, "ren", PASSWORD).await, 401);
    assert_eq!(signs_in(&wiki, "ren", BETTER).await, 303);
}

#[tokio::test]
async fn guessing_the_password_in_an_open_browser_is_slowed_down() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    for _ in 0..10 {
        let refused = ren.post("/-/account/password", &[("password", "a wrong one"), ("new", BETTER)]).await;
        assert_eq!(refused.status, 422);
    }
    let right = ren.post("/-/account/password", &[("password", PASSWORD), ("new", BETTER)]).await;
    assert_eq!(right.status, 429);
    assert_eq!(signs_in(&wiki, "ren", PASSWORD).await, 303, "its owner is not locked out by that");
}

#[tokio::test]
async fn the_second_factor_is_on_when_a_code_was_right() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let secret = ren.post("/-/account/totp/enrol", &[]).await.texts("#secret").remove(0);
    let wrong = ren.post("/-/account/totp/confirm", &[("code", "no code")]).await;
    assert_eq!((wrong.status.as_u16(), wrong.texts("#codes li").len()), (422, 0));
    assert_eq!(signs_in(&wiki, "ren", PASSWORD).await, 303, "it is not on before that");
    let now = wiki.wiki().database().now().unsigned_abs();
    let on = ren.post("/-/account/totp/confirm", &[("code", &totp::code(&secret, now))]).await;
    let codes = on.texts("#codes li");
    assert_eq!((on.status.as_u16(), codes.len()), (200, 10));
    assert_eq!(on.header("cache-control"), "no-store");
    assert_eq!(last_done(&wiki).await, pair("second factor on", "ren"));
    assert!(!ren.get("/-/account").await.text().contains(&codes[0]), "codes are shown once");

    let other = wiki.anonymous();
    assert_eq!(other.sign_in("ren").await.status, 200, "a code is due");
    assert_eq!(ren.post("/-/account/totp/enrol", &[]).await.status, 422, "it is on already");
    for action in ["renew", "off"] {
        let action = format!("/-/account/totp/{action}");
        assert_eq!(ren.post(&action, &[]).await.status, 422, "{action} asks for the password");
        assert_eq!(ren.post(&action, &[("password", "a wrong one")]).await.status, 422, "{action}");
    }
    let renewed = ren.post("/-/account/totp/renew", &[("password", PASSWORD)]).await.texts("#codes li");
    assert_eq!(renewed.len(), 10);
    assert!(renewed.iter().all(|code| !codes.contains(code)));
    assert_eq!(ren.post("/-/account/totp/off", &[("password", PASSWORD)]).await.status, 303);
    assert_eq!(signs_in(&wiki, "ren", PASSWORD).await, 303);
}

#[tokio::test]
async fn sessions_are_listed_and_ended_by_their_owner_alone() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let others = [wiki.anonymous(), wiki.anonymous()];
    for other in &others {
        other.sign_in("ren").await;
    }
    let ids = ren.get("/-/account").await.attributes("form[action*='sessions/end?'] [name=id]", "value");
    assert_eq!(ids.len(), 2, "those but one's own");
    let eve = wiki.signed_in("eve", Role::Administrator).await;
    assert_eq!(eve.post("/-/account/sessions/end", &[("id", &ids[0])]).await.status, 422);
    assert_eq!(ren.post("/-/account/sessions/end", &[("id", &ids[0])]).await.status, 303);
    let mut alive = Vec::new();
    for other in &others {
        alive.push(other.get("/-/account").await.status.as_u16());
    }
    alive.sort_unstable();
    assert_eq!(alive, [200, 302]);
    assert_eq!(ren.post("/-/account/sessions/end-others", &[]).await.status, 303);
    for other in &others {
        assert_eq!(other.get("/-/account").await.status, 302);
    }
    assert_eq!(ren.get("/-/account").await.status, 200);
    assert_eq!(eve.get("/-/account").await.status, 200);
}

#[tokio::test]
async fn tokens_are_shown_once_and_make_no_tokens() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let create = "/-/account/tokens/create";
    assert_eq!(ren.post(create, &[("name", "ci")]).await.status, 422, "a token is for something");
    assert_eq!(ren.post(create, &[("name", "ci"), ("admin", "1")]).await.status, 403, "only administrators");
    assert_eq!(ren.post(create, &[("name", "ci"), ("read", "1"), ("days", "-1")]).await.status, 400);
    let made = ren.post(create, &[("name", "ci"), ("read", "1"), ("write", "1"), ("days", "30")]).await;
    let token = made.texts("#token").remove(0);
    assert!(token.starts_with("cbk_"), "{token}");
    assert_eq!(last_done(&wiki).await, pair("token made", "ci (read write)"));
    let page = ren.get("/-/account").await;
    assert!(!page.text().contains(&token));
    assert_eq!(program(&wiki, Method::GET, "/-/complete/en", &token).await, 200);
    assert_eq!(program(&wiki, Method::GET, "/-/account", &token).await, 403);
    assert_eq!(program(&wiki, Method::POST, create, &token).await, 403);
    let id = page.attributes("form[action*='tokens/revoke'] [name=id]", "value").remove(0);
    assert_eq!(ren.post("/-/account/tokens/revoke", &[("id", &id)]).await.status, 303);
    assert_eq!(program(&wiki, Method::GET, "/-/complete/en", &token).await, 302);
}

#[tokio::test]
async fn drafts_lead_to_their_editor_and_new_pages_to_theirs() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let user = wiki.wiki().database().user_by_name("ren").await.unwrap().unwrap();
    for file in ["tcp/older.en.md", "secret/plan.en.md"] {
        wiki.wiki().database().put_draft(&user.id, file, "text", None).await.unwrap();
    }
    hide(&wiki, "secret").await;
    let page = ren.get("/-/account").await;
    assert_eq!(page.attributes("#drafts + table a", "href"), ["/-/edit/en/tcp/older"]);
    for (typed, lang, to) in [
        ("tcp/new case", "zh", Some("/-/edit/zh/tcp/new-case")),
        ("/en/tcp/x.md", "zh", Some("/-/edit/en/tcp/x")),
        ("网络/重传", "zh", Some("/-/edit/zh/%E7%BD%91%E7%BB%9C/%E9%87%8D%E4%BC%A0")),
        ("", "en", None),
        ("../x", "en", None),
        ("labs/x", "en", None),
    ] {
        let query: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
        let answer = ren.get(&format!("/-/account/new?path={query}&in={lang}")).await;
        let wanted = (if to.is_some() { 303 } else { 422 }, to.unwrap_or_default());
        assert_eq!((answer.status.as_u16(), answer.header("location")), wanted, "{typed:?}");
    }
}

async fn hide(wiki: &TestWiki, folder: &str) {
    let rule = Rule { folder: folder.to_string(), who: Who::Anyone, may: May::Nothing };
    wiki.wiki().database().set_rule(&rule).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
}

#[tokio::test]
async fn administration_is_there_for_administrators_alone() {
    let wiki = TestWiki::new(SAMPLE).await;
    let boss = wiki.signed_in("boss", Role::Administrator).await;
    let writer = wiki.signed_in("ren", Role::Writer).await;
    let boss_id = wiki.wiki().database().user_by_name("boss").await.unwrap().unwrap().id;
    let user = format!("/-/admin/users/{boss_id}");
    let shown = ["/-/admin/users", "/-/admin/invitations", "/-/admin/rules", "/-/admin/audit", &user];
    assert_eq!(boss.get("/-/admin").await.header("location"), "/-/admin/users?lang=en");
    for address in shown {
        assert_eq!(boss.get(address).await.status, 200, "{address}");
        for client in [&writer, &wiki.anonymous()] {
            assert_eq!(client.get(address).await.status, 404, "{address}");
        }
    }
    for address in [
        &user,
        "/-/admin/invitations",
        "/-/admin/invitations/revoke",
        "/-/admin/rules",
        "/-/admin/rules/remove",
    ] {
        let fields = [("do", "role"), ("role", "reader"), ("who", "anyone"), ("may", "nothing")];
        assert_eq!(writer.post(address, &fields).await.status, 404, "{address}");
    }
    let read = [database::Scope::Read, database::Scope::Admin].into();
    let (_, token) = wiki.wiki().database().create_token(&boss_id, "look", &read, None).await.unwrap();
    assert_eq!(program(&wiki, Method::GET, "/-/admin/users", &token).await, 200);
    assert_eq!(
        program(&wiki, Method::POST, "/-/admin/invitations", &token).await,
        403,
        "it is not for changing"
    );
    assert!(wiki.wiki().database().invitations().await.unwrap().is_empty());
}

#[tokio::test]
async fn accounts_get_roles_and_links_and_are_disabled() {
    let wiki = TestWiki::new(SAMPLE).await;
    let boss = wiki.signed_in("boss", Role::Administrator).await;
    let ren = wiki.signed_in("ren", Role::Reader).await;
    let database = wiki.wiki().database();
    let id = async |name: &str| database.user_by_name(name).await.unwrap().unwrap().id;
    let (own, theirs) =
        (format!("/-/admin/users/{}", id("boss").await), format!("/-/admin/users/{}", id("ren").await));
    let last = boss.post(&own, &[("do", "role"), ("role", "writer")]).await;
    assert_eq!(last.status, 422);
    assert!(last.texts("[role=alert]")[0].contains("last administrator"));
    assert_eq!(ren.get("/-/edit/en/about").await.status, 403);
    assert_eq!(boss.post(&theirs, &[("do", "role"), ("role", "writer")]).await.status, 303);
    assert_eq!(ren.get("/-/edit/en/about").await.status, 200, "it holds from the next request on");
    assert_eq!(last_done(&wiki).await, pair("role changed", "ren: reader → writer"));
    assert_eq!(boss.post(&theirs, &[("do", "role"), ("role", "king")]).await.status, 400);

    let link = boss.post(&theirs, &[("do", "reset")]).await.texts("#link").remove(0);
    let address = link.strip_prefix(crate::app::PUBLIC_URL).unwrap();
    assert_eq!(wiki.anonymous().post(address, &[("password", BETTER)]).await.status, 303);
    assert_eq!(signs_in(&wiki, "ren", BETTER).await, 303);

    assert_eq!(boss.post(&theirs, &[("do", "disable")]).await.status, 303);
    assert_eq!(ren.get("/-/account").await.status, 302);
    assert_eq!(signs_in(&wiki, "ren", BETTER).await, 401);
    assert_eq!(boss.post(&theirs, &[("do", "enable")]).await.status, 303);
    assert_eq!(signs_in(&wiki, "ren", BETTER).await, 303);
}

#[tokio::test]
async fn invitations_are_shown_once_and_can_be_revoked() {
    let wiki = TestWiki::new(SAMPLE).await;
    let boss = wiki.signed_in("boss", Role::Administrator).await;
    let here = "/-/admin/invitations";
    let wrong = boss.post(here, &[("role", "writer"), ("email", "nowhere")]).await;
    assert_eq!(
        (wrong.status.as_u16(), wrong.attributes("#email", "value")),
        (422, vec!["nowhere".to_string()])
    );
    let invite = async |role: &str| {
        let made = boss.post(here, &[("role", role), ("email", "new@example.org")]).await;
        made.texts("#link").remove(0).strip_prefix(crate::app::PUBLIC_URL).unwrap().to_string()
    };
    let (first, second) = (invite("writer").await, invite("reader").await);
    let page = boss.get(here).await;
    assert!(!page.text().contains("/-/join/"), "links are shown once");
    let ids = page.attributes("form[action*=revoke] [name=id]", "value");
    assert_eq!(ids.len(), 2);
    assert_eq!(boss.post(&format!("{here}/revoke"), &[("id", &ids[0])]).await.status, 303);
    let join = async |address: &str, name: &str| {
        wiki.anonymous().post(address, &[("name", name), ("password", PASSWORD)]).await.status.as_u16()
    };
    assert_eq!(join(&second, "eve").await, 410, "the newest is the first of the list");
    assert_eq!(join(&first, "ren").await, 303);
    let ren = wiki.wiki().database().user_by_name("ren").await.unwrap().unwrap();
    assert_eq!(ren.role, Role::Writer);
}

#[tokio::test]
async fn rules_hold_at_once_and_are_explained() {
    let wiki = TestWiki::new(SAMPLE).await;
    let boss = wiki.signed_in("boss", Role::Administrator).await;
    let ren = wiki.signed_in("ren", Role::Reader).await;
    let id = wiki.wiki().database().user_by_name("ren").await.unwrap().unwrap().id;
    let here = "/-/admin/rules";
    let who = format!("user:{id}");
    assert_eq!(boss.post(here, &[("folder", "../x"), ("who", "anyone"), ("may", "read")]).await.status, 422);
    assert_eq!(boss.post(here, &[("folder", "tcp"), ("who", "user:0"), ("may", "read")]).await.status, 422);
    assert_eq!(boss.post(here, &[("folder", "tcp"), ("who", "cats"), ("may", "read")]).await.status, 400);
    assert_eq!(boss.post(here, &[("folder", "/tcp/"), ("who", &who), ("may", "read")]).await.status, 303);
    assert_eq!(last_done(&wiki).await, pair("rule set", "/tcp: ren read"));
    let stranger = wiki.anonymous();
    let reads = async |client: &Client| client.get("/en/tcp/older").await.status.as_u16();
    assert_eq!((reads(&stranger).await, reads(&ren).await), (404, 200));
    assert_eq!(
        boss.post(here, &[("folder", "tpc"), ("who", "anyone"), ("may", "nothing")]).await.status,
        303
    );
    let table = boss.get(here).await.texts("#rules tbody th");
    assert_eq!(table, ["tcp", "tpc (nothing is there)"], "a misspelt folder is pointed out");

    for (user, page, may, because) in [
        ("", "tcp/older", "nothing", "tcp"),
        (&id, "/en/tcp/older", "read", "tcp"),
        (&id, "about", "read", "No rule"),
    ] {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("user", user), ("page", page)])
            .finish();
        let answer = boss.get(&format!("{here}?{query}")).await;
        assert_eq!(answer.texts("#answer strong"), [may], "{user} {page}");
        assert!(answer.texts("#answer")[0].contains(because), "{:?}", answer.texts("#answer"));
    }

    assert_eq!(boss.post(&format!("{here}/remove"), &[("folder", "tcp"), ("who", &who)]).await.status, 303);
    assert_eq!(last_done(&wiki).await, pair("rule removed", "/tcp: ren"));
    assert_eq!(reads(&stranger).await, 200);
}

#[tokio::test]
async fn the_log_is_filtered_and_paged() {
    let wiki = TestWiki::new(SAMPLE).await;
    let boss = wiki.signed_in("boss", Role::Administrator).await;
    let user = wiki.wiki().database().user_by_name("boss").await.unwrap().unwrap();
    let ip = "192.0.2.7".parse().unwrap();
    for n in 0..60 {
        wiki.wiki().audit(Some(&user), "rule set", &format!("<n{n}>"), ip).await.unwrap();
    }
    let objects = |answer: &crate::app::Answer| answer.texts("#log td:nth-child(4)");
    let first = boss.get("/-/admin/audit?action=rule+set").await;
    assert_eq!((objects(&first).len(), objects(&first)[0].as_str()), (50, "<n59>"));
    let older = first.attributes("a[rel=next]", "href").remove(0);
    let second = boss.get(&older).await;
    assert_eq!(objects(&second).len(), 10);
    assert_eq!(objects(&second).last().unwrap(), "<n0>");
    assert!(second.attributes("a[rel=next]", "href").is_empty());
    assert_eq!(objects(&boss.get("/-/admin/audit?user=nobody").await).len(), 0);
    let chinese = boss.get("/-/admin/audit?lang=zh&action=rule+set").await;
    assert_eq!(chinese.texts("#log td:nth-child(3)")[0], "设置规则");
}

/// Runs the program with this on standard input.
fn feed(folder: &Path, args: &[&str], input: &str) -> Output {
    let mut child = casebook(folder)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn accounts_and_tokens_are_made_from_the_command_line() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("casebook.toml"), "public_url = \"https://kb.example\"\n").unwrap();
    let out = |output: &Output| String::from_utf8(output.stdout.clone()).unwrap();
    let fails = |output: Output, status: i32, says: &str| {
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{error}");
        assert!(error.contains(says), "{error}");
    };
    let added = run(folder, &["user", "add", "ren", "--role", "writer", "--email", "ren@example.org"]);
    assert!(out(&added).starts_with("https://kb.example/-/reset/"), "{added:?}");
    let with_password = ["user", "add", "boss", "--role", "administrator", "--password-stdin"];
    fails(feed(folder, &with_password, "password\n"), 1, "attackers");
    let added = feed(folder, &with_password, &format!("{PASSWORD}\n"));
    assert!(added.status.success() && added.stdout.is_empty(), "{added:?}");
    fails(run(folder, &["user", "add", "REN"]), 1, "taken");
    fails(run(folder, &["user", "role", "nobody", "reader"]), 2, "no account `nobody`");
    fails(run(folder, &["user", "role", "boss", "reader"]), 1, "last administrator");
    assert!(run(folder, &["user", "role", "ren", "reader"]).status.success());
    fails(feed(folder, &["user", "passwd", "ren"], BETTER), 2, "--password-stdin");
    assert!(feed(folder, &["user", "passwd", "ren", "--password-stdin"], BETTER).status.success());
    let list = out(&run(folder, &["user", "list"]));
    let lines: Vec<Vec<&str>> = list.lines().map(|line| line.split_whitespace().take(3).collect()).collect();
    assert_eq!(lines, [["boss", "administrator", "active"], ["ren", "reader", "active"]]);

    fails(run(folder, &["token", "create", "ren", "ci", "--scope", "admin"]), 2, "no administrator");
    let made = out(&run(folder, &["token", "create", "ren", "ci", "--scope", "read", "--scope", "write"]));
    let url = format!("sqlite:{}", folder.join("data/casebook.sqlite").display());
    let database = database::Database::open(&url).await.unwrap();
    let (token, user) = database.find_token(made.trim_end()).await.unwrap().unwrap();
    assert_eq!((token.scopes.len(), user.name.as_str()), (2, "ren"));
    assert!(database.authenticate("ren", BETTER).await.unwrap().is_some());
    assert!(database.authenticate("boss", PASSWORD).await.unwrap().is_some());
    assert!(out(&run(folder, &["token", "list", "ren"])).starts_with(&format!("{}  read write", token.id)));
    assert!(run(folder, &["token", "revoke", "ren", &token.id]).status.success());
    fails(run(folder, &["token", "revoke", "ren", &token.id]), 2, "no token");
    assert_eq!(database.find_token(made.trim_end()).await.unwrap(), None);
    let entries = database.audit(&Default::default(), 20).await.unwrap();
    assert!(entries.iter().all(|entry| entry.ip == "command line"));
    // The order of what different processes did within a second is not kept.
    let mut actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    actions.sort_unstable();
    let wanted =
        ["account made", "account made", "password changed", "role changed", "token made", "token revoked"];
    assert_eq!(actions, wanted);
}
