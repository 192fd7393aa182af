//! Talking about pages: who may, on what, and that no text is lost.

use crate::app::{Answer, SAMPLE, TestApp};
use crate::wiki::{Client, TestWiki};
use axum::body::Body;
use axum::http::Method;
use database::tokens::Scope;
use database::{NewComment, Role, Rule, Who};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const AT: &str = "/-/comments/en/tcp/tw-recycle";

/// Comments, and gives the id of the comment.
async fn say(client: &Client, at: &str, fields: &[(&str, &str)]) -> String {
    let answer = client.post(at, fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let to = answer.header("location");
    let id = to.strip_prefix(at).and_then(|rest| rest.strip_prefix("#c-")).unwrap_or_else(|| panic!("{to}"));
    id.to_string()
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

/// Lets nobody but administrators into a folder.
async fn hide(wiki: &TestWiki, folder: &str) {
    let rule = Rule { folder: folder.to_string(), who: Who::SignedIn, may: database::May::Nothing };
    wiki.wiki().database().set_rule(&rule).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
}

#[tokio::test]
async fn a_conversation_from_its_beginning_to_its_end() {
    let wiki = TestWiki::new(SAMPLE).await;
    let lin = wiki.signed_in("lin", Role::Reader).await;
    let mei = wiki.signed_in("mei", Role::Reader).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let ann = wiki.signed_in("ann", Role::Administrator).await;

    let first = say(&lin, AT, &[("do", "add"), ("text", "Is *this* so?\r\nSee [it](older.md).")]).await;
    let answer = say(&ren, AT, &[("do", "reply"), ("id", &first), ("text", "It is.")]).await;
    say(&mei, AT, &[("do", "reply"), ("id", &answer), ("text", "Was it?")]).await;
    let stored = wiki.wiki().database().comments("tcp/tw-recycle", "en").await.unwrap();
    assert_eq!(stored[0].body, "Is *this* so?\nSee [it](older.md).");
    assert_eq!(stored[2].parent.as_deref(), Some(first.as_str()), "an answer to an answer");

    let page = wiki.anonymous().get(AT).await;
    assert_eq!(page.texts(".thread").len(), 1);
    assert_eq!(page.texts(".remark .author"), ["lin", "ren", "mei"]);
    assert_eq!(page.texts(".remark-text em"), ["this"]);
    assert_eq!(page.attributes(".remark-text p > a", "href"), ["/en/tcp/older"]);
    assert_eq!(page.texts("main textarea, main form").len(), 0, "a stranger may read only");
    assert!(page.text().contains("Only people with an account can comment."));

    // Each changes their own; whoever may write the page or began the conversation settles it.
    for (who, fields, status) in [
        (&mei, [("do", "edit"), ("id", first.as_str()), ("text", "Mine")], 403),
        (&mei, [("do", "delete"), ("id", first.as_str()), ("text", "")], 403),
        (&ren, [("do", "edit"), ("id", first.as_str()), ("text", "Mine")], 403),
        (&ann, [("do", "edit"), ("id", first.as_str()), ("text", "Mine")], 403),
        (&mei, [("do", "settle"), ("id", answer.as_str()), ("text", "")], 403),
        (&lin, [("do", "edit"), ("id", first.as_str()), ("text", "Is this *right*?")], 303),
        (&lin, [("do", "settle"), ("id", answer.as_str()), ("text", "")], 303),
        (&ren, [("do", "reopen"), ("id", first.as_str()), ("text", "")], 303),
        (&ren, [("do", "settle"), ("id", first.as_str()), ("text", "")], 303),
        (&lin, [("do", "praise"), ("id", first.as_str()), ("text", "")], 400),
    ] {
        let answer = who.post(AT, &fields).await;
        assert_eq!(answer.status, status, "{fields:?}: {}", answer.text());
    }
    let page = lin.get(AT).await;
    let settled = page.texts("main details .thread");
    assert!(settled[0].contains("Is this right?") && settled[0].contains("edited"), "{settled:?}");
    assert!(settled[0].contains("Settled by ren"), "{settled:?}");
    assert!(!settled[0].contains("Mine"));
    assert_eq!(
        page.texts("main section > h2"),
        ["New comment on the page", "Settled", "Comment on a paragraph"]
    );
    assert_eq!(json_of(&lin.get_json(AT).await), json!({ "count": 0, "may_comment": true, "blocks": [] }));

    // Of a comment that goes, its place stays, and what it settled stays settled.
    say(&lin, AT, &[("do", "delete"), ("id", &first)]).await;
    let page = lin.get(AT).await;
    let settled = page.texts("main details .thread");
    assert!(settled[0].contains("This comment was deleted.") && settled[0].contains("It is."), "{settled:?}");
    assert!(!page.text().contains("Is this"));
    say(&ren, AT, &[("do", "reopen"), ("id", &answer)]).await;
    assert_eq!(json_of(&lin.get_json(AT).await)["count"], 2);
    let rest: Vec<String> = wiki.anonymous().get(AT).await.attributes(".remark", "id");
    for id in &rest[1..] {
        assert_eq!(ann.post(AT, &[("do", "delete"), ("id", &id["c-".len()..])]).await.status, 303);
    }
    let page = lin.get(AT).await;
    assert!(page.text().contains("Nobody has commented on this page yet."));
    assert_eq!(lin.post(AT, &[("do", "edit"), ("id", &first), ("text", "Again")]).await.status, 422);
}

#[tokio::test]
async fn comments_are_as_harmless_as_pages() {
    let wiki = TestWiki::new(SAMPLE).await;
    let lin = wiki.signed_in("lin", Role::Reader).await;
    let text = "# Big\n\n## Fix\n\n[down](#fix) [page](#case)\n\n<script>alert(1)</script>\n\nA <b onclick=\"x\">bold</b> \
                one.\n\n[x](javascript:alert(1))\n\n```lab paws\npreset: nat-two-clients\n```\n\n```&#108;ab paws\n```\n\nA[^1]\n\n\
                [^1]: Note\n";
    let one = say(&lin, AT, &[("do", "add"), ("text", text)]).await;
    let two = say(&lin, AT, &[("do", "add"), ("text", text)]).await;
    let page = lin.get(AT).await;
    let html = page.text();
    for never in ["alert(1)", "onclick", "javascript:", "figure class=\"lab\"", "lab-form"] {
        assert!(!html.contains(never), "{never}");
    }
    assert_eq!(page.texts(".remark-text b"), ["bold", "bold"]);
    assert_eq!(page.texts(".remark-text figure.code").len(), 4, "labs are data");
    let ids = page.attributes("[id]", "id");
    let different: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), different.len(), "{ids:?}");
    assert!(ids.contains(&format!("c-{one}-fix")) && ids.contains(&format!("c-{two}-fn-1")), "{ids:?}");
    let links = page.attributes(&format!("#c-{one} .remark-text p > a"), "href");
    assert_eq!(links[..2], [format!("#c-{one}-fix"), "/en/tcp/tw-recycle#case".to_string()]);
}

#[tokio::test]
async fn paragraphs_are_commented_on_and_followed() {
    let before = "---\ntitle: Window\n---\n## Why\n\nThe receiver of the segment is slow.\n\nSame.\n\nSame.\n\n- an item of a list\n";
    let wiki = TestWiki::new(&[("w.en.md", before)]).await;
    let at = "/-/comments/en/w";
    let lin = wiki.signed_in("lin", Role::Reader).await;
    let list = lin.get(at).await;
    assert_eq!(
        list.texts(".paragraphs a"),
        ["Why", "The receiver of the segment is slow.", "Same.", "Same.", "an item of a list"]
    );
    let links = list.attributes(".paragraphs a", "href");
    assert_eq!(links.iter().collect::<BTreeSet<_>>().len(), 5, "{links:?}");
    for (n, link) in [(1, &links[1]), (3, &links[3]), (4, &links[4])] {
        let form = lin.get(link.split('#').next().unwrap()).await;
        assert_eq!(form.texts("#focus > blockquote").len(), 1, "{}", form.text());
        let on = form.attributes("#focus input[name=on]", "value").remove(0);
        say(&lin, at, &[("do", "add"), ("on", &on), ("text", &format!("on {n}"))]).await;
    }
    // As a script of the page asks.
    let marks = json_of(&wiki.anonymous().get_json(at).await);
    let blocks: Vec<Value> = marks["blocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| json!([it["quote"], it["nth"], it["open"]]))
        .collect();
    assert_eq!(
        json!(blocks),
        json!([["The receiver of the segment is slow.", 0, 1], ["Same.", 1, 1], ["an item of a list", 0, 1]])
    );
    assert_eq!((&marks["count"], &marks["may_comment"]), (&json!(3), &json!(false)));
    let focus = lin.get(&format!("{at}?quote=Same.&nth=1")).await;
    assert_eq!(focus.texts("#focus .remark-text"), ["on 3"]);
    assert_eq!(lin.get(&format!("{at}?quote=Same.&nth=2")).await.texts("#focus").len(), 0);

    // From the page itself, one comes back to the paragraph.
    let on = focus.attributes("#focus input[name=on]", "value").remove(0);
    let back = lin.post(at, &[("do", "add"), ("on", &on), ("back", "page"), ("text", "more")]).await;
    assert_eq!(back.header("location"), "/en/w#why:~:text=Same%2E");

    let after = before.replace("is slow.", "waits.").replace("- an item of a list\n", "Another end.\n");
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let base = ren.get("/-/edit/en/w").await.attributes("input[name=base]", "value").remove(0);
    let saved = ren.post("/-/edit/en/w", &[("base", &base), ("text", &after), ("do", "save")]).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let page = lin.get(at).await;
    let threads = page.texts(".thread");
    let thread = |text: &str| threads.iter().find(|it| it.contains(text)).unwrap();
    let changed = "The text has changed since.";
    assert!(
        thread("on 1").contains("The receiver of the segment is slow.") && thread("on 1").contains(changed)
    );
    assert!(!thread("on 3").contains(changed), "{}", thread("on 3"));
    assert!(thread("on 4").contains("an item of a list") && thread("on 4").contains(changed));
    let links = page.attributes(".thread .quoted a", "href");
    assert!(
        links.contains(&"/en/w#why:~:text=The%20receiver%20of%20the%20segment%20waits%2E".to_string()),
        "{links:?}"
    );
    assert_eq!(page.texts(".thread .quoted").len() - links.len(), 1, "where nothing is, no link leads");
    // A paragraph that is gone: the text is not.
    let gone = lin.post(at, &[("do", "add"), ("on", "0123456789abcdef"), ("text", "a long thought")]).await;
    assert_eq!(gone.status, 422);
    assert_eq!(gone.texts("textarea"), ["a long thought"]);
    assert_eq!(gone.attributes("#write input[name=on]", "value"), [""]);
}

#[tokio::test]
async fn a_text_that_is_refused_is_shown_again() {
    let wiki = TestWiki::new(SAMPLE).await;
    let lin = wiki.signed_in("lin", Role::Reader).await;
    let first = say(&lin, AT, &[("do", "add"), ("text", "first")]).await;
    let long = "长".repeat(30_000);
    for (at, fields, status, says) in [
        (AT, [("do", "add"), ("id", ""), ("text", " \n ")], 422, "The text is empty."),
        (AT, [("do", "add"), ("id", ""), ("text", &long)], 422, "too long"),
        (AT, [("do", "reply"), ("id", "gone"), ("text", "to nobody")], 422, "not there any more"),
        (AT, [("do", "edit"), ("id", "gone"), ("text", "of nothing")], 422, "not there any more"),
        (AT, [("do", "edit"), ("id", &first), ("text", "")], 422, "The text is empty."),
        ("/-/comments/zh/tcp/tw-recycle", [("do", "add"), ("id", ""), ("text", "")], 422, "内容不能为空"),
        (
            "/-/comments/en/tcp/none",
            [("do", "add"), ("id", ""), ("text", "where?")],
            404,
            "The page is not there",
        ),
        ("/-/comments/zh/tcp/none", [("do", "add"), ("id", ""), ("text", "在哪里")], 404, "页面已不存在"),
    ] {
        let answer = lin.post(at, &fields).await;
        assert_eq!(answer.status, status, "{at} {fields:?}");
        let problem = answer.texts("[role=alert]");
        assert!(problem[0].contains(says), "{problem:?}");
        let text = fields[2].1.trim();
        assert_eq!(answer.texts("textarea").first().map_or("", String::as_str), text);
    }
    assert_eq!(wiki.wiki().database().comments("tcp/tw-recycle", "en").await.unwrap().len(), 1);

    // The form of an earlier session, then that of none.
    lin.post("/-/logout", &[]).await;
    let ended = lin.post(AT, &[("do", "reply"), ("id", &first), ("text", "kept <1>")]).await;
    assert_eq!(ended.status, 401);
    assert_eq!(ended.texts("textarea"), ["kept <1>"]);
    assert_eq!(
        ended.attributes(".problem a", "href"),
        ["/-/login?next=%2F-%2Fcomments%2Fen%2Ftcp%2Ftw-recycle"]
    );
    lin.sign_in("lin").await;
    let sent = lin.post_with(AT, &[], &[("do", "reply"), ("id", &first), ("text", "kept <2>")]).await;
    assert_eq!(sent.status, 303, "the form is of this session");
    let other = format!("csrf=0000&do=reply&id={first}&text=kept+3");
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let stale = lin.send(Method::POST, AT, &headers, Body::from(other)).await;
    assert_eq!(stale.status, 403);
    assert_eq!(stale.texts(".thread textarea"), ["kept 3"], "in the conversation that it belongs to");
    assert_eq!(stale.attributes("#write input[name=csrf]", "value"), [lin.csrf()]);
    assert_eq!(wiki.wiki().database().comments("tcp/tw-recycle", "en").await.unwrap().len(), 2);
}

#[tokio::test]
async fn nobody_floods_a_page() {
    let wiki = TestWiki::new(SAMPLE).await;
    let lin = wiki.signed_in("lin", Role::Reader).await;
    for n in 0..60 {
        lin.post(AT, &[("do", "add"), ("text", "")]).await;
        assert_eq!(
            lin.post(AT, &[("do", "add"), ("text", "x")]).await.status,
            303,
            "{n}: the empty ones do not count"
        );
    }
    let refused = lin.post(AT, &[("do", "add"), ("text", "one more")]).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.texts("textarea"), ["one more"]);
    let mei = wiki.signed_in("mei", Role::Reader).await;
    assert_eq!(mei.post(AT, &[("do", "add"), ("text", "another's")]).await.status, 303);
}

#[tokio::test]
async fn who_may_not_read_a_page_learns_nothing_of_its_comments() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ann = wiki.signed_in("ann", Role::Administrator).await;
    let lin = wiki.signed_in("lin", Role::Writer).await;
    let secret = say(&lin, AT, &[("do", "add"), ("text", "a word of the hidden")]).await;
    hide(&wiki, "tcp").await;
    for client in [&lin, &wiki.anonymous()] {
        for (method, uri) in [
            (Method::GET, AT.to_string()),
            (Method::GET, format!("{AT}?edit={secret}")),
            (Method::GET, "/api/v1/comments/en/tcp/tw-recycle".to_string()),
        ] {
            let answer = client.send(method, &uri, &[], Body::empty()).await;
            assert_eq!(answer.status, 404, "{uri}");
        }
        assert_eq!(client.get_json(AT).await.status, 404);
        let list = client.get("/-/comments").await;
        assert!(list.status == 200 && !list.text().contains("a word of"), "{}", list.text());
    }
    // The answer about a page that is hidden is that about one that never was.
    let answers =
        [AT, "/-/comments/en/tcp/never-was"].map(|at| lin.post(at, &[("do", "add"), ("text", "hm")]));
    let [hidden, never] = answers;
    let (hidden, never) = (hidden.await, never.await);
    assert_eq!((hidden.status.as_u16(), never.status.as_u16()), (404, 404));
    assert_eq!(hidden.text().replace("tw-recycle", "never-was").replace("%2Ftw-recycle", ""), never.text());
    let delete = [("do", "delete"), ("id", secret.as_str())];
    assert_eq!(lin.post(AT, &delete).await.status, 404);
    assert_eq!(
        lin.send(
            Method::DELETE,
            &format!("/api/v1/comment/{secret}"),
            &[("x-csrf", &lin.csrf())],
            Body::empty()
        )
        .await
        .status,
        404
    );
    assert_eq!(ann.get(AT).await.texts(".remark-text"), ["a word of the hidden"]);
    assert!(ann.get("/-/comments").await.text().contains("a word of the hidden"));

    let private = TestWiki::private(SAMPLE).await;
    let stranger = private.anonymous();
    assert_eq!(stranger.get(AT).await.status, 302);
    assert_eq!(stranger.get("/-/comments").await.status, 302);
    let kept = stranger.post(AT, &[("do", "add"), ("text", "my text")]).await;
    assert_eq!(kept.status, 401);
    assert_eq!(kept.texts("textarea"), ["my text"]);
    assert!(!kept.text().contains("Why your SYN"), "the title is nothing for strangers");
}

#[tokio::test]
async fn the_newest_comments_of_all_pages_are_listed() {
    let wiki = TestWiki::new(SAMPLE).await;
    let lin = wiki.user("lin", Role::Reader).await;
    let mut new = NewComment {
        path: "about".to_string(),
        lang: "en".to_string(),
        parent: None,
        anchor: None,
        user_id: lin.id,
        body: String::new(),
    };
    for n in 0..130 {
        new.path = if n % 2 == 0 { "about" } else { "secret/page" }.to_string();
        new.body = format!("number <{n}>");
        wiki.wiki().database().add_comment(new.clone()).await.unwrap();
    }
    let stranger = wiki.anonymous();
    let page = stranger.get("/-/comments").await;
    let texts = page.texts(".recent-comments li p:last-child");
    assert_eq!((texts.len(), texts[0].as_str(), texts[49].as_str()), (50, "number <128>", "number <30>"));
    assert!(page.attributes(".recent-comments a", "href")[0].starts_with("/-/comments/en/about#c-"));
    let older = page.attributes("a[rel~=next]", "href").remove(0);
    let texts = stranger.get(&older).await.texts(".recent-comments li p:last-child");
    assert_eq!((texts.len(), texts[14].as_str()), (15, "number <0>"));
    assert_eq!(stranger.get("/-/comments?lang=zh").await.texts("h1"), ["最新评论"]);
    let changes = stranger.get("/-/changes").await;
    assert!(changes.attributes("main a", "href").contains(&"/-/comments?lang=en".to_string()));
}

#[tokio::test]
async fn programs_comment_as_their_tokens_say() {
    let wiki = TestWiki::new(SAMPLE).await;
    let bot = wiki.user("bot", Role::Reader).await;
    let database = wiki.wiki().database();
    let mut tokens = Vec::new();
    for scopes in [&[Scope::Read][..], &[Scope::Read, Scope::Write]] {
        let scopes: BTreeSet<Scope> = scopes.iter().copied().collect();
        tokens
            .push(format!("Bearer {}", database.create_token(&bot.id, "t", &scopes, None).await.unwrap().1));
    }
    let call = async |token: &str, method: Method, uri: &str, body: Value| {
        let headers = [("authorization", token), ("content-type", "application/json")];
        let answer = wiki.anonymous().send(method, uri, &headers, Body::from(body.to_string())).await;
        (answer.status.as_u16(), json_of(&answer))
    };
    let (reads, writes) = (tokens[0].as_str(), tokens[1].as_str());
    let at = "/api/v1/comments/en/tcp/tw-recycle";
    let say = json!({ "body": "By a *bot*" });
    assert_eq!(call(reads, Method::POST, at, say.clone()).await.0, 403);
    assert_eq!(call("Bearer cbk_0", Method::POST, at, say.clone()).await.0, 401);
    assert_eq!(wiki.anonymous().send(Method::POST, at, &[], Body::from("body=x")).await.status, 401);
    let (status, made) = call(writes, Method::POST, at, say).await;
    assert_eq!((status, &made["body"]), (201, &json!("By a *bot*")), "{made}");
    let id = made["id"].as_str().unwrap();

    let (_, all) = call(reads, Method::GET, at, Value::Null).await;
    assert_eq!(all["may_comment"], false);
    let on = &all["paragraphs"][1];
    assert_eq!(on["quote"], "Text & more.");
    let about = json!({ "body": "on it", "on": on["on"] });
    assert_eq!(call(writes, Method::POST, at, about).await.0, 201);
    assert_eq!(call(writes, Method::POST, at, json!({ "body": "x", "on": "nowhere" })).await.0, 422);
    assert_eq!(call(writes, Method::POST, at, json!({ "body": "x", "parent": "nobody" })).await.0, 422);
    assert_eq!(call(writes, Method::POST, at, json!({ "body": "answer", "parent": id })).await.0, 201);
    assert_eq!(call(writes, Method::POST, at, json!({})).await.0, 422);
    assert_eq!(call(writes, Method::POST, "/api/v1/comments/en/none", json!({ "body": "x" })).await.0, 404);

    let one = format!("/api/v1/comment/{id}");
    assert_eq!(call(reads, Method::PATCH, &one, json!({ "settled": true })).await.0, 403);
    assert_eq!(call(writes, Method::PATCH, &one, json!({ "settled": "perhaps" })).await.0, 422);
    let (status, changed) =
        call(writes, Method::PATCH, &one, json!({ "body": "Better", "settled": true })).await;
    assert_eq!((status, &changed["body"]), (200, &json!("Better")));
    // Whoever asks for it may know what everybody may read.
    let all = json_of(&wiki.anonymous().get(at).await);
    let threads: Vec<Value> = all["threads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            json!([
                it["settled"],
                it["paragraph"]["quote"],
                it["comments"][0]["body"],
                it["comments"][0]["author"]
            ])
        })
        .collect();
    assert_eq!(
        json!(threads),
        json!([[true, null, "Better", "bot"], [false, "Text & more.", "on it", "bot"]])
    );
    assert_eq!(all["open"], 1);
    assert_eq!(call(reads, Method::DELETE, &one, Value::Null).await.0, 403);
    assert_eq!(call(writes, Method::DELETE, &one, Value::Null).await.0, 200);
    assert_eq!(call(writes, Method::DELETE, &one, Value::Null).await.0, 404);
    let other = wiki.signed_in("mei", Role::Writer).await;
    let theirs = json_of(&wiki.anonymous().get(at).await)["threads"][1]["id"].as_str().unwrap().to_string();
    let theirs = format!("/api/v1/comment/{theirs}");
    let headers = [("x-csrf", other.csrf()), ("content-type", "application/json".to_string())];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let body = json!({ "body": "not mine" }).to_string();
    assert_eq!(other.send(Method::PATCH, &theirs, &headers, Body::from(body)).await.status, 403);
}

#[tokio::test]
async fn pages_lead_to_their_comments() {
    let wiki = TestWiki::new(SAMPLE).await;
    for (page, to, word) in [
        ("/en/tcp/tw-recycle", AT, "Comments"),
        ("/zh/tcp/tw-recycle", "/-/comments/zh/tcp/tw-recycle", "评论"),
        ("/en/", "/-/comments/en", "Comments"),
    ] {
        let answer = wiki.anonymous().get(page).await;
        assert_eq!(answer.attributes("a.comments-link", "href"), [to]);
        assert_eq!(answer.texts("a.comments-link"), [word]);
        let scripts = answer.attributes("script", "src");
        assert!(scripts.iter().any(|it| it.starts_with("/static/js/comments-")), "{scripts:?}");
        let styles = answer.attributes("link[rel=stylesheet]", "href");
        assert!(styles.iter().any(|it| it.starts_with("/static/css/comments-")), "{styles:?}");
    }
    let chinese = wiki.anonymous().get("/-/comments/zh/tcp/tw-recycle").await;
    assert!(chinese.text().contains("这个页面还没有评论。"));
    // A site that nobody edits has nothing of it.
    let plain = TestApp::sample();
    let answer = plain.get("/en/tcp/tw-recycle").await;
    assert!(!answer.text().contains("comments"), "{}", answer.text());
    assert_eq!(plain.get(AT).await.status, 404);
}
