//! The links of mails that end a watch, or all mails.

use super::*;
use axum::body::Body;
use axum::http::Method;

/// A mail of a change, and its link without the site.
async fn mail_of_a_watch(site: &mut Site) -> (Mail, String) {
    site.watcher("ada", Watched::Page, "tcp/rst").await;
    site.commit("mei", "More", &[("tcp/rst.en.md", Some(&format!("{RST}More.\n")))]);
    let mail = site.mails_later().await.remove(0);
    let link = mail.unsubscribe().strip_prefix("https://kb.example").unwrap().to_string();
    (mail, link)
}

async fn watches(site: &Site) -> usize {
    let ada = site.database().user_by_name("ada").await.unwrap().unwrap();
    site.database().watches(&ada.id).await.unwrap().len()
}

#[tokio::test]
async fn a_link_asks_first_and_ends_the_watch_without_signing_in() {
    for (private, lang, asks, says) in [
        (
            false,
            "en",
            "No more news of: the page tcp/rst",
            "You do not watch this any more: the page tcp/rst",
        ),
        (true, "zh", "不再接收以下内容的消息： 页面 tcp/rst", "已取消关注： 页面 tcp/rst"),
    ] {
        let mut site = Site::with(private).await;
        let (_, link) = mail_of_a_watch(&mut site).await;
        let link = format!("{link}?lang={lang}");
        let stranger = site.wiki.anonymous();
        let asked = stranger.get(&link).await;
        assert!(asked.status == 200 && asked.text().contains(asks), "{}", asked.text());
        assert_eq!(watches(&site).await, 1, "asking ends nothing");
        let form = asked.attributes("form", "action").remove(0);
        let ended = stranger.post(&form, &[]).await;
        assert!(ended.status == 200 && ended.text().contains(says), "{}", ended.text());
        assert_eq!(watches(&site).await, 0);
        for answer in [stranger.get(&link).await, stranger.post(&link, &[]).await] {
            assert_eq!(answer.status, 404);
            assert!(answer.text().contains("href=\"/-/watches"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn a_mail_program_ends_it_with_one_request() {
    let mut site = Site::with(true).await;
    let (_, link) = mail_of_a_watch(&mut site).await;
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = Body::from("List-Unsubscribe=One-Click");
    let ended = site.wiki.anonymous().send(Method::POST, &link, &headers, body).await;
    assert_eq!((ended.status.as_u16(), watches(&site).await), (200, 0), "{}", ended.text());
}

#[tokio::test]
async fn links_that_are_not_ours_end_nothing() {
    let mut site = Site::new().await;
    let (_, link) = mail_of_a_watch(&mut site).await;
    let (id, mark) = link.strip_prefix("/-/unsubscribe/").unwrap().split_once('.').unwrap();
    let stranger = site.wiki.anonymous();
    for token in [
        format!("{id}.{}", &mark[1..]),
        format!("{id}."),
        format!("all-{id}.{mark}"),
        id.to_string(),
        "x".to_string(),
        "%3Cscript%3E".to_string(),
    ] {
        let address = format!("/-/unsubscribe/{token}");
        for answer in [stranger.get(&address).await, stranger.post(&address, &[]).await] {
            assert_eq!(answer.status, 404, "{token}");
            assert!(
                !answer.text().contains("tcp/rst") && answer.text().contains("nothing to end"),
                "{token}"
            );
        }
    }
    assert_eq!(watches(&site).await, 1);
}

#[tokio::test]
async fn whoever_has_signed_in_can_watch_again() {
    let mut site = Site::new().await;
    let (_, link) = mail_of_a_watch(&mut site).await;
    let ada = site.wiki.anonymous();
    ada.sign_in("ada").await;
    assert_eq!(ada.get(&link).await.attributes("main input[name=csrf]", "value"), [ada.csrf()]);
    let ended = ada.post(&link, &[]).await;
    assert_eq!(ended.attributes("main form", "action"), ["/-/watches?lang=en"], "{}", ended.text());
    assert_eq!(watches(&site).await, 0);
    assert_eq!(ada.post("/-/watches", &[("kind", "page"), ("target", "tcp/rst")]).await.status, 303);
    assert_eq!(watches(&site).await, 1);
}

#[tokio::test]
async fn one_link_ends_all_mails_and_leaves_the_watches() {
    let mut site = Site::new().await;
    let (mail, _) = mail_of_a_watch(&mut site).await;
    let all =
        mail.text.lines().find_map(|line| line.trim().strip_prefix("https://kb.example/-/unsubscribe/all-"));
    let link = format!("/-/unsubscribe/all-{}", all.unwrap());
    let stranger = site.wiki.anonymous();
    assert!(stranger.get(&link).await.text().contains("No more mails about changes"));
    site.commit("mei", "Waits", &[("tcp/rst.en.md", Some(&format!("{RST}Waits.\n")))]);
    site.look().await;
    let ended = stranger.post(&link, &[]).await;
    assert!(ended.status == 200 && ended.text().contains("no more mails"), "{}", ended.text());
    site.commit("mei", "Later", &[("tcp/rst.en.md", Some(&format!("{RST}Later.\n")))]);
    assert!(site.mails_later().await.is_empty());
    assert_eq!(watches(&site).await, 1);
}
