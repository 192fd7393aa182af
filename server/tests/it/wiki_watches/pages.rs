//! The pages where watches begin and end.

use super::*;
use database::Pace;

async fn watches(site: &Site, name: &str) -> Vec<(Watched, String)> {
    let user = site.database().user_by_name(name).await.unwrap().unwrap();
    let watches = site.database().watches(&user.id).await.unwrap();
    watches.into_iter().map(|watch| (watch.kind, watch.target)).collect()
}

#[tokio::test]
async fn a_page_offers_itself_its_folders_and_its_tags() {
    let site = Site::new().await;
    let ada = site.wiki.signed_in("ada", Role::Reader).await;
    assert!(site.wiki.anonymous().get("/en/tcp/syn").await.text().contains("href=\"/-/watch/en/tcp/syn\""));
    for (page, offers) in [
        ("/en/tcp/syn", ["page tcp/syn", "folder tcp", "folder ", "tag 重传", "tag SYN"].as_slice()),
        ("/zh/tcp/rst", &["page tcp/rst", "folder tcp", "folder "]),
        ("/en/tcp", &["page tcp", "folder tcp", "folder "]),
        ("/en", &["folder "]),
    ] {
        let answer = ada.get(&format!("/-/watch{page}")).await;
        assert_eq!(answer.status, 200, "{page}");
        let kinds = answer.attributes("main input[name=kind]", "value");
        let targets = answer.attributes("main input[name=target]", "value");
        let found: Vec<_> =
            kinds.iter().zip(&targets).map(|(kind, target)| format!("{kind} {target}")).collect();
        assert_eq!(found, offers, "{page}");
    }
    let page = ada.get("/-/watch/zh/tcp/rst").await;
    assert!(
        page.text().contains("文件夹 tcp 及其中的所有内容") && page.text().contains("关注"),
        "{}",
        page.text()
    );
    let watch = ada.post("/-/watch/en/tcp/syn", &[]).await;
    assert_eq!((watch.status.as_u16(), watch.header("location")), (303, "/-/watch/en/tcp/syn?done=watched"));
    for (kind, target) in [("folder", ""), ("tag", "重传"), ("folder", "tcp")] {
        assert_eq!(ada.post("/-/watch/en/tcp/syn", &[("kind", kind), ("target", target)]).await.status, 303);
    }
    let wanted =
        [(Watched::Page, "tcp/syn"), (Watched::Folder, ""), (Watched::Folder, "tcp"), (Watched::Tag, "重传")];
    let wanted = wanted.map(|(kind, target)| (kind, target.to_string()));
    assert_eq!(watches(&site, "ada").await, wanted);
    let page = ada.get(watch.header("location")).await;
    assert_eq!(page.attributes("main button", "value"), ["end", "end", "end", "end", "watch"]);
    assert!(page.text().contains("You now watch it."));
    ada.post("/-/watch/en/tcp/syn", &[("do", "end")]).await;
    assert_eq!(watches(&site, "ada").await, wanted[1..]);
}

#[tokio::test]
async fn the_list_ends_watches_and_sets_the_pace() {
    let site = Site::new().await;
    let ada = site.wiki.signed_in("ada", Role::Reader).await;
    let bob = site.wiki.signed_in("bob", Role::Reader).await;
    assert!(ada.get("/-/account").await.text().contains("href=\"/-/watches?lang=en\""));
    assert!(ada.get("/-/watches").await.text().contains("You watch nothing yet."));
    assert!(ada.get("/-/watches?lang=zh").await.text().contains("还没有关注任何内容。"));
    let prefilled = ada.get("/-/watches?tag=TCP%2FIP").await;
    assert_eq!(prefilled.attributes("#tag", "value"), ["TCP/IP"]);
    assert_eq!(ada.post("/-/watches", &[("kind", "tag"), ("target", " TCP/IP ")]).await.status, 303);
    assert_eq!(ada.post("/-/watches", &[("kind", "page"), ("target", "tcp/rst")]).await.status, 303);
    let list = ada.get("/-/watches").await;
    assert!(
        list.text().contains("pages with the tag TCP/IP") && list.text().contains("href=\"/en/tcp/rst\"")
    );
    let ids = list.attributes("main input[name=id]", "value");
    assert_eq!(bob.post("/-/watches/end", &[("id", &ids[0])]).await.status, 422, "it is not his");
    assert_eq!(ada.post("/-/watches/end", &[("id", &ids[0])]).await.status, 303);
    assert_eq!(watches(&site, "ada").await, [(Watched::Tag, "TCP/IP".to_string())]);
    for (lang, html_lang) in [("en", "en"), ("zh", "zh-Hans")] {
        let refused = ada.post(&format!("/-/watches?lang={lang}"), &[("kind", "tag"), ("target", "")]).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.attributes("html", "lang"), [html_lang], "{lang}");
    }
    assert_eq!(ada.post("/-/watches/pace", &[("pace", "daily")]).await.status, 303);
    let user = site.database().user_by_name("ada").await.unwrap().unwrap();
    assert_eq!(site.database().pace(&user.id).await.unwrap(), Pace::Daily);
    assert_eq!(ada.get("/-/watches").await.attributes("input[name=pace][checked]", "value"), ["daily"]);
}

#[tokio::test]
async fn what_cannot_be_watched_is_refused() {
    let site = Site::new().await;
    site.hide("secret").await;
    let ada = site.wiki.signed_in("ada", Role::Reader).await;
    for (fields, status) in [
        ([("kind", "page"), ("target", "secret/plan")], 404),
        ([("kind", "folder"), ("target", "secret")], 404),
        ([("kind", "page"), ("target", "no/such/page")], 404),
        ([("kind", "page"), ("target", "../etc")], 422),
        ([("kind", "page"), ("target", "")], 422),
        ([("kind", "tag"), ("target", " ")], 422),
        ([("kind", "star"), ("target", "tcp")], 400),
        ([("kind", ""), ("target", "tcp")], 400),
    ] {
        for address in ["/-/watches", "/-/watch/en/tcp/syn"] {
            assert_eq!(ada.post(address, &fields).await.status, status, "{address} {fields:?}");
        }
    }
    assert_eq!(ada.post("/-/watches/pace", &[("pace", "hourly")]).await.status, 400);
    for page in ["/-/watch/en/secret/plan", "/-/watch/en/secret", "/-/watch/en/nothing", "/-/watch/fr/tcp"] {
        assert_eq!(ada.get(page).await.status, 404, "{page}");
    }
    assert_eq!(watches(&site, "ada").await, []);
    let stranger = site.wiki.anonymous();
    for page in ["/-/watches", "/-/watch/en/tcp/syn"] {
        assert!(stranger.get(page).await.header("location").starts_with("/-/login"), "{page}");
    }
    for address in ["/-/watches", "/-/watches/end", "/-/watches/pace", "/-/watch/en/tcp/syn"] {
        let fields = [("kind", "tag"), ("target", "x"), ("pace", "never"), ("id", "x")];
        assert_eq!(stranger.post(address, &fields).await.status, 401, "{address}");
        let forged = ada.post_with(address, &[("x-csrf", "forged")], &fields).await;
        assert_eq!(forged.status, 403, "{address}");
    }
}

#[tokio::test]
async fn a_tag_can_be_watched_from_its_list() {
    let dated = "---\ntitle: A case\ndate: 2026-03-02\ntags: [TCP/IP]\n---\nText.\n";
    let wiki = TestWiki::new(&[("a.en.md", dated)]).await;
    let list = wiki.anonymous().get("/en/tags/TCP%2FIP").await;
    let links = list.attributes("main .meta a", "href");
    assert!(links.contains(&"/-/watches?lang=en&tag=TCP%2FIP".to_string()), "{links:?}");
    let ada = wiki.signed_in("ada", Role::Reader).await;
    assert!(ada.get("/-/watches").await.text().contains("This site sends no mails."));
}
