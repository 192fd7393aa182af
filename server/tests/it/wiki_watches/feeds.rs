//! Feeds of what somebody watches.

use super::*;

/// The addresses of the feeds that the list of watches has: of each watch, and of all.
async fn addresses(client: &Client) -> Vec<String> {
    let list = client.get("/-/watches").await;
    let hrefs = list.attributes("main a", "href");
    hrefs.into_iter().filter(|href| href.contains("atom.xml")).collect()
}

#[tokio::test]
async fn a_feed_needs_its_key_and_no_session() {
    let mut site = Site::with(true).await;
    let ada = site.wiki.signed_in("ada", Role::Reader).await;
    let user = site.database().user_by_name("ada").await.unwrap().unwrap();
    for (kind, target) in [(Watched::Page, "tcp/syn"), (Watched::Folder, "tcp"), (Watched::Tag, "重传")] {
        site.database().watch(&user.id, kind, target).await.unwrap();
    }
    let changed = |text: &str| format!("{text}More.\n");
    site.commit("mei", "About <SYN>", &[("tcp/syn.en.md", Some(&changed(SYN)))]);
    site.commit("mei", "About resets", &[("tcp/rst.en.md", Some(&changed(RST)))]);
    site.commit("mei", "About something else", &[("other.en.md", Some(RST))]);
    site.look().await;
    site.wiki.app().refresh();
    let feeds = addresses(&ada).await;
    assert_eq!(feeds.len(), 4, "{feeds:?}");
    let stranger = site.wiki.anonymous();
    for (feed, says) in [
        (&feeds[0], ["About &#60;SYN&#62;"].as_slice()),
        (&feeds[1], &["About &#60;SYN&#62;", "About resets"]),
        (&feeds[2], &["About &#60;SYN&#62;"]),
        (&feeds[3], &["About &#60;SYN&#62;", "About resets"]),
    ] {
        let answer = stranger.get(feed).await;
        assert_eq!(answer.status, 200, "{feed}");
        assert_eq!(answer.header("content-type"), "application/atom+xml; charset=utf-8");
        for message in ["About &#60;SYN&#62;", "About resets", "About something else"] {
            assert_eq!(answer.text().contains(message), says.contains(&message), "{feed} {message}");
        }
        let itself = format!("https://kb.example{}", feed.replace('&', "&#38;"));
        assert!(answer.text().contains(&itself), "{} {itself}", answer.text());
    }
    for wrong in [
        feeds[0].replace("key=", "key=x"),
        feeds[3].replace("key=", "key=x"),
        feeds[0].split('?').next().unwrap().to_string(),
        "/-/watches/atom.xml".to_string(),
        format!("/-/watches/{}/atom.xml", "0".repeat(32)),
    ] {
        assert_eq!(stranger.get(&wrong).await.status, 404, "{wrong}");
    }
    let zh = stranger.get(&feeds[1].replace("lang=en", "lang=zh")).await;
    assert!(zh.text().contains("文件夹 tcp 及其中的所有内容"), "{}", zh.text());
    site.database().unwatch(&user.id, Watched::Page, "tcp/syn").await.unwrap();
    assert_eq!(stranger.get(&feeds[0]).await.status, 404, "its watch has ended");
    site.database().set_disabled(&user.id, true).await.unwrap();
    for feed in &feeds {
        assert_eq!(stranger.get(feed).await.status, 404, "the account is disabled");
    }
}

#[tokio::test]
async fn a_feed_shows_what_may_be_read_now() {
    let site = Site::new().await;
    let ada = site.wiki.signed_in("ada", Role::Reader).await;
    let user = site.database().user_by_name("ada").await.unwrap().unwrap();
    for (kind, target) in [(Watched::Folder, ""), (Watched::Folder, "secret"), (Watched::Tag, "重传")] {
        site.database().watch(&user.id, kind, target).await.unwrap();
    }
    let plan = "---\ntitle: The plan\ntags: [重传]\n---\nMore.\n";
    site.commit(
        "mei",
        "Both of them",
        &[("secret/plan.en.md", Some(plan)), ("tcp/rst.en.md", Some(&format!("{RST}More.\n")))],
    );
    site.wiki.app().refresh();
    let feeds = addresses(&ada).await;
    for feed in &feeds {
        assert!(site.wiki.anonymous().get(feed).await.text().contains("The plan"), "{feed}");
    }
    site.hide("secret").await;
    for feed in &feeds {
        let answer = site.wiki.anonymous().get(feed).await;
        let entries = answer.text().split_once("<entry>").map(|(_, entries)| entries).unwrap_or_default();
        for part in ["plan", "Both of them"] {
            assert!(!entries.contains(part), "{feed}: {entries}");
        }
    }
    assert!(site.wiki.anonymous().get(&feeds[0]).await.text().contains("Resets"));
}
