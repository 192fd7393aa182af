//! Who may do what: sessions, forms of other sites, private wikis, and folders that some may not see.

use crate::app::SAMPLE;
use crate::archive;
use crate::wiki::{PASSWORD, TestWiki};
use axum::body::Body;
use axum::http::Method;
use database::{May, Role, Rule, Who};

#[tokio::test]
async fn the_first_link_makes_the_first_administrator() {
    let wiki = TestWiki::new(SAMPLE).await;
    let token = wiki.wiki().database().first_administrator().await.unwrap().unwrap();
    let client = wiki.anonymous();
    let address = format!("/-/join/{token}");
    assert_eq!(client.get(&address).await.texts("h1"), ["The first administrator"]);
    let weak = client.post(&address, &[("name", "ren"), ("password", "password")]).await;
    assert_eq!(weak.status, 422);
    assert!(weak.texts("[role=alert]")[0].contains("attackers"), "{:?}", weak.texts("[role=alert]"));
    assert_eq!(weak.attributes("input[name=name]", "value"), ["ren"], "what was typed is kept");
    let made = client.post(&address, &[("name", "ren"), ("password", PASSWORD)]).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let cookie = made.header("set-cookie");
    for part in ["__Host-casebook=", "; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert_eq!(client.get("/-/edit/en/about").await.status, 200);
    let spent = wiki.anonymous().post(&address, &[("name", "eve"), ("password", PASSWORD)]).await;
    assert_eq!(spent.status, 410);
    assert_eq!(wiki.wiki().database().first_administrator().await.unwrap(), None);
}

#[tokio::test]
async fn signing_in_and_out() {
    let wiki = TestWiki::new(SAMPLE).await;
    wiki.user("ren", Role::Writer).await;
    let client = wiki.anonymous();
    let asked = client.get("/-/edit/en/about?x=1").await;
    assert_eq!(
        (asked.status.as_u16(), asked.header("location")),
        (302, "/-/login?next=%2F-%2Fedit%2Fen%2Fabout%3Fx%3D1")
    );
    let wrong = client.post("/-/login", &[("name", "ren"), ("password", "not it, sorry")]).await;
    let unknown = client.post("/-/login", &[("name", "nobody"), ("password", "not it, sorry")]).await;
    assert_eq!((wrong.status, unknown.status), (unknown.status, wrong.status));
    assert_eq!(
        wrong.texts("[role=alert]"),
        unknown.texts("[role=alert]"),
        "nobody learns which names there are"
    );
    let form = [("name", "REN"), ("password", PASSWORD), ("next", "//evil.example")];
    let right = client.post("/-/login", &form).await;
    assert_eq!((right.status.as_u16(), right.header("location")), (303, "/"));
    let log = wiki.wiki().database().audit(&Default::default(), 1).await.unwrap();
    assert!(log[0].action == "signed in" && log[0].user_id.is_some(), "the log says who signed in");
    let stranger = wiki.anonymous();
    let chinese = stranger.post("/-/login?lang=zh", &[("name", "lin"), ("password", "not it, sorry")]).await;
    assert_eq!(chinese.texts("h1"), ["登录"]);
    assert_eq!(stranger.get("/-/history/zh/none").await.texts("h1"), ["没有这个页面"]);
    let first = right.header("set-cookie").to_string();
    assert_eq!(client.get("/-/edit/en/about").await.status, 200);
    let again = client.post("/-/login", &form).await;
    assert_ne!(again.header("set-cookie"), first, "each sign-in is a session of its own");
    client.sign_in("ren").await;
    assert_eq!(client.post("/-/logout", &[]).await.status, 303);
    assert_eq!(client.get("/-/edit/en/about").await.status, 302);
}

#[tokio::test]
async fn guessing_passwords_is_slowed_down() {
    let wiki = TestWiki::new(SAMPLE).await;
    wiki.user("ren", Role::Writer).await;
    let client = wiki.anonymous();
    // The account's name and its address have the tries of one account.
    for name in ["ren", "ren@example.org"].iter().cycle().take(10) {
        let answer = client.post("/-/login", &[("name", name), ("password", "a wrong one")]).await;
        assert_eq!(answer.status, 401);
    }
    let answer = client.post("/-/login", &[("name", "Ren"), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, 429);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "{wait}");
}

#[tokio::test]
async fn other_sites_can_change_nothing() {
    let wiki = TestWiki::new(SAMPLE).await;
    let ren = wiki.signed_in("ren", Role::Writer).await;
    let form = "base=&text=x&do=save";
    let media = ("content-type", "application/x-www-form-urlencoded");
    for headers in [
        vec![media],
        vec![media, ("sec-fetch-site", "cross-site")],
        vec![media, ("origin", "https://evil.example"), ("host", "kb.example")],
        vec![media, ("x-csrf", "0000")],
        vec![("content-type", "text/plain")],
    ] {
        let answer = ren.send(Method::POST, "/-/edit/en/x", &headers, Body::from(form)).await;
        assert_eq!(answer.status, 403, "{headers:?}");
    }
    let with_token = format!("{form}&csrf={}", ren.csrf());
    let headers = [media, ("sec-fetch-site", "cross-site")];
    assert_eq!(ren.send(Method::POST, "/-/edit/en/x", &headers, Body::from(with_token)).await.status, 403);
    assert!(!wiki.path("x.en.md").exists());
}

#[tokio::test]
async fn readers_cannot_write_and_strangers_are_asked_to_sign_in() {
    let wiki = TestWiki::new(SAMPLE).await;
    let reader = wiki.signed_in("rita", Role::Reader).await;
    let stranger = wiki.anonymous();
    assert_eq!(reader.get("/-/edit/en/about").await.status, 403);
    assert_eq!(reader.post("/-/edit/en/about", &[("text", "x")]).await.status, 403);
    assert_eq!(stranger.post("/-/edit/en/about", &[("text", "x")]).await.status, 401);
    assert_eq!(wiki.file("about.en.md"), SAMPLE.iter().find(|(name, _)| *name == "about.en.md").unwrap().1);
}

#[tokio::test]
async fn a_private_wiki_tells_strangers_nothing() {
    let wiki = TestWiki::private(SAMPLE).await;
    let stranger = wiki.anonymous();
    for address in [
        "/",
        "/en/",
        "/en/about",
        "/en/about.md",
        "/en/no-such-page",
        "/en/tcp/notes.txt",
        "/sitemap.xml",
        "/offline.json",
        "/en/atom.xml",
        "/en/tags",
        "/en/labs",
        "/en/labs/paws",
        "/-/edit/en/about",
        "/2019/05/16/syn/",
    ] {
        let answer = stranger.get(address).await;
        assert_eq!(answer.status, 302, "{address}");
        assert!(answer.header("location").starts_with("/-/login?next="), "{address}");
    }
    assert_eq!(stranger.get("/api/v1/labs").await.status, 401);
    assert_eq!(stranger.get("/healthz").await.status, 200);
    assert_eq!(stranger.get("/-/login").await.status, 200);
    let reader = wiki.signed_in("rita", Role::Reader).await;
    assert_eq!(reader.get("/en/about").await.status, 200);
    assert_eq!(reader.get("/en/about").await.header("cache-control"), "private, no-cache");
}

#[tokio::test]
async fn a_hidden_folder_leaves_no_trace() {
    let mut files = SAMPLE.to_vec();
    let secret = "---\ntitle: Xylophone affair\ndate: 2026-06-06\ncategories: [xylophones]\ntags: [xylophone]\n---\nXylophones.\n";
    files.push(("ops/secret/xylophone.en.md", secret));
    files.push(("ops/secret/xylophone.zh.md", secret));
    files.push(("ops/secret/plan.txt", "xylophone plan"));
    files
        .push(("ops/open.en.md", "---\ntitle: Open\n---\n[see](secret/xylophone.md) [[secret/xylophone]]\n"));
    let wiki = TestWiki::new(&files).await;
    let lin = wiki.user("lin", Role::Reader).await;
    let database = wiki.wiki().database();
    let rule = |who, may| Rule { folder: "ops/secret".to_string(), who, may };
    database.set_rule(&rule(Who::User(lin.id.clone()), May::Read)).await.unwrap();
    wiki.wiki().reload_rules().await.unwrap();
    let client = wiki.anonymous();
    client.sign_in("lin").await;
    let writer = wiki.signed_in("wang", Role::Writer).await;
    let admin = wiki.signed_in("ada", Role::Administrator).await;
    let walked = [
        "/en/",
        "/zh/",
        "/en/ops",
        "/en/ops/open",
        "/en/archives",
        "/en/archives/2026",
        "/en/tags",
        "/en/categories",
        "/en/atom.xml",
        "/sitemap.xml",
        "/offline.json",
        "/robots.txt",
        "/en/ops/secret",
        "/en/ops/secret/xylophone",
        "/en/ops/secret/xylophone.md",
        "/zh/ops/secret/xylophone",
        "/en/ops/secret/plan.txt",
        "/en/tags/xylophone",
        "/en/tags/xylophone/atom.xml",
        "/en/categories/xylophones",
        "/ops/secret/xylophone",
        "/en/ops/SECRET/xylophone",
        "/en/ops/secret/xylophon",
        "/-/edit/en/ops/secret/xylophone",
        "/-/complete/en?q=xylo",
        "/-/draft/en/ops/secret/xylophone",
        "/-/history/en/ops/secret/xylophone",
        "/-/changes",
        "/-/removed",
        "/-/changes/atom.xml",
    ];
    let stranger = wiki.anonymous();
    for address in walked {
        for (who, client) in [("stranger", &stranger), ("writer", &writer)] {
            let answer = client.get(address).await;
            // An address that was asked for may be repeated; what it would have shown may not.
            let text =
                answer.text().replace("ops/secret/xylophon", "").replace("ops%2Fsecret%2Fxylophon", "");
            let text = text.replace("tags/xylophone", "").replace("categories/xylophones", "");
            assert!(
                !text.to_lowercase().contains("xylophone affair") && !text.contains("Xylophones."),
                "{who} {address}: {text}"
            );
        }
        let hidden = address.contains("secret/x") || address.contains("/xylophone");
        if hidden && !address.contains("/-/") {
            let absent =
                stranger.get(&address.replace("xylophone", "zebra").replace("secret", "nothing")).await;
            let answer = stranger.get(address).await;
            assert_eq!(answer.status, absent.status, "{address}");
        }
    }
    for client in [&client, &admin] {
        assert_eq!(client.get("/en/ops/secret/xylophone").await.status, 200);
        assert!(client.get("/en/ops/open").await.text().contains("/en/ops/secret/xylophone"));
        assert!(client.get("/en/tags").await.text().contains("xylophone"));
        assert_eq!(client.get("/en/ops/secret/plan.txt").await.status, 200);
    }
    assert_eq!(client.get("/-/edit/en/ops/secret/xylophone").await.status, 403);
    assert_eq!(admin.get("/-/edit/en/ops/secret/xylophone").await.status, 200);
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % n
    }
}

#[tokio::test]
async fn whatever_the_rules_nobody_sees_a_byte_of_a_hidden_page() {
    const PAGES: [(&str, &str); 4] =
        [("a/x", "wordax"), ("a/b/y", "wordaby"), ("c/z", "wordcz"), ("w", "wordw")];
    let text = |word: &str| {
        format!(
            "---\ntitle: {word} title\ndate: 2026-06-06\ncategories: [k{word}]\ntags: [t{word}]\n---\nBody {word}.\n"
        )
    };
    let files: Vec<(String, String)> = PAGES
        .iter()
        .flat_map(|(page, word)| {
            [(format!("{page}.en.md"), text(word)), (format!("{page}.{word}.txt"), "beside".to_string())]
        })
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let wiki = TestWiki::new(&files).await;
    let mei = wiki.user("mei", Role::Reader).await;
    let named = wiki.anonymous();
    named.sign_in("mei").await;
    let readers = [
        (None, wiki.anonymous()),
        (Some(("rita", Role::Reader)), wiki.signed_in("rita", Role::Reader).await),
        (Some(("wang", Role::Writer)), wiki.signed_in("wang", Role::Writer).await),
        (Some((mei.id.as_str(), Role::Reader)), named),
    ];
    // Something in the history and among the removed, too.
    let writer = &readers[2].1;
    for (page, word) in PAGES {
        let at = format!("/-/edit/en/{page}");
        let base = writer.get(&at).await.attributes("input[name=base]", "value").remove(0);
        let form =
            [("base", base.as_str()), ("text", &text(word).replace("Body", "Text")), ("message", word)];
        assert_eq!(writer.post(&at, &form).await.status, 303);
        let comment = [("do", "add"), ("text", word)];
        assert_eq!(writer.post(&format!("/-/comments/en/{page}"), &comment).await.status, 303);
    }
    // What somebody watches before it is hidden from them, and its feeds, which need no session.
    let mut feeds = Vec::new();
    for (_, client) in &readers {
        for (page, _) in PAGES {
            client.post("/-/watches", &[("kind", "page"), ("target", page)]).await;
        }
        let hrefs = client.get("/-/watches").await.attributes("main a", "href");
        feeds.push(hrefs.into_iter().filter(|href| href.contains("atom.xml")).collect::<Vec<_>>());
    }
    assert_eq!(feeds.iter().map(Vec::len).collect::<Vec<_>>(), [0, 5, 5, 5]);
    let mut addresses: Vec<String> = [
        "/en/",
        "/zh/",
        "/en/a",
        "/en/a/b",
        "/en/c",
        "/en/archives",
        "/en/archives/2026",
        "/en/tags",
        "/en/categories",
        "/en/atom.xml",
        "/sitemap.xml",
        "/offline.json",
        "/-/changes",
        "/-/changes/atom.xml",
        "/-/removed",
        "/-/conflicts",
        "/-/comments",
        "/-/watches",
        "/-/upkeep",
        "/-/attachments",
        "/-/attachments?unused=1",
        "/-/complete/en?q=",
        "/api/v1/pages",
        "/api/v1/search?q=title",
        "/api/v1/search?q=path:secret",
        "/en/search?q=title",
        "/api/v1/archive",
        "/api/v1/attachments",
        "/en/nothing",
        "/-/account",
        "/-/admin",
    ]
    .map(str::to_string)
    .into();
    for (page, word) in PAGES {
        for verb in
            ["edit", "history", "diff", "blame", "revision", "draft", "move", "delete", "comments", "watch"]
        {
            addresses.push(format!("/-/{verb}/en/{page}"));
        }
        addresses.extend([
            format!("/en/{page}"),
            format!("/en/{page}.md"),
            format!("/zh/{page}"),
            format!("/{page}"),
            format!("/en/{page}x"),
            format!("/en/{page}.{word}.txt"),
            format!("/api/v1/pages/en/{page}"),
            format!("/api/v1/history/en/{page}"),
            format!("/api/v1/comments/en/{page}"),
            format!("/api/v1/archive/{page}"),
            // Neither found, nor offered for a word that was mistyped.
            format!("/api/v1/search?q={word}"),
            format!("/api/v1/search?q={word}x"),
            format!("/api/v1/search?q={}*", &word[..word.len() - 1]),
            format!("/-/attachments/file/{page}.{word}.txt"),
            format!("/en/tags/t{word}"),
            format!("/en/tags/t{word}/atom.xml"),
            format!("/en/categories/k{word}"),
        ]);
    }
    let (mut dice, mut hidden, mut shown) = (Dice(2026), 0, 0);
    for _ in 0..12 {
        let database = wiki.wiki().database();
        for rule in database.rules().await.unwrap() {
            database.remove_rule(&rule.folder, &rule.who).await.unwrap();
        }
        for _ in 0..1 + dice.below(4) {
            let folder = ["", "a", "a/b", "c", "a/x"][dice.below(5)].to_string();
            let who =
                [Who::Anyone, Who::SignedIn, Who::Writers, Who::User(mei.id.clone())][dice.below(4)].clone();
            let may = [May::Nothing, May::Read, May::Write][dice.below(3)];
            database.set_rule(&Rule { folder, who, may }).await.unwrap();
        }
        wiki.wiki().reload_rules().await.unwrap();
        let rules = wiki.wiki().rules();
        for ((reader, client), feeds) in readers.iter().zip(&feeds) {
            for address in addresses.iter().chain(feeds) {
                let answer = client.get(address).await;
                let said = match answer.header("content-type") {
                    "application/zip" => format!("{:?}", archive::files(&answer)),
                    _ => answer.text().to_string(),
                };
                for (page, word) in PAGES {
                    if rules.may(*reader, page) != May::Nothing {
                        continue;
                    }
                    // An address that was asked for may be repeated.
                    let text = said.replace(&format!("t{word}"), "").replace(&format!("k{word}"), "");
                    let name = page.rsplit('/').next().unwrap_or(page);
                    let text = text.replace(&format!("{name}.{word}"), "");
                    assert!(!text.contains(word), "{reader:?} {address} tells of {page}: {text}");
                }
            }
            for (page, word) in PAGES {
                let answer = client.get(&format!("/en/{page}")).await;
                match rules.may(*reader, page) {
                    May::Nothing => {
                        assert_eq!(answer.status, 404, "{page}");
                        hidden += 1;
                    }
                    _ => {
                        assert!(answer.text().contains(word), "{page}");
                        shown += 1;
                    }
                }
                // A file follows the rules of its folder, not those of the page that it lies beside.
                let file = format!("{page}.{word}.txt");
                let answer = client.get(&format!("/en/{file}")).await;
                assert_eq!(answer.status == 200, rules.may(*reader, &file) != May::Nothing, "{file}");
            }
        }
    }
    assert!(hidden > 20 && shown > 20, "{hidden} {shown}: the rules hide all or nothing");
}
