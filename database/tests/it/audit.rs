//! The log.

use database::audit::Filter;
use serde_json::json;

use crate::{START, Site, on_both};

on_both! { the_log_is_listed_newest_first_by_pages_and_filters no_text_is_too_long_or_strange_for_the_log }

async fn the_log_is_listed_newest_first_by_pages_and_filters(site: Site) {
    for n in 0..5 {
        let (user, action) = if n % 2 == 0 { (Some("ada"), "role") } else { (None, "sign_in") };
        site.db.log(user, action, &format!("object {n}"), "192.0.2.1", &json!({ "n": n })).await.unwrap();
        // Two in each second.
        site.clock.advance(n % 2);
    }
    let objects = async |filter: Filter, most| {
        let entries = site.db.audit(&filter, most).await.unwrap();
        entries.iter().map(|entry| entry.detail["n"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(objects(Filter::default(), 9).await, [4, 3, 2, 1, 0]);
    let page = site.db.audit(&Filter::default(), 2).await.unwrap();
    assert_eq!(
        (page[1].made, page[1].object.as_str(), page[1].ip.as_str()),
        (START + 1, "object 3", "192.0.2.1")
    );
    let before = Some(page[1].id.clone());
    assert_eq!(objects(Filter { before, ..Filter::default() }, 2).await, [2, 1]);
    let ada = Filter { user_id: Some("ada".into()), ..Filter::default() };
    assert_eq!(objects(ada.clone(), 2).await, [4, 2]);
    assert_eq!(objects(Filter { action: Some("sign_in".into()), ..Filter::default() }, 9).await, [3, 1]);
    assert_eq!(objects(Filter { action: Some("sign_in".into()), ..ada }, 9).await, Vec::<i64>::new());
}

async fn no_text_is_too_long_or_strange_for_the_log(site: Site) {
    let long = "汉".repeat(20_000);
    site.db.log(None, &long, &long, &long, &json!({ "text": long })).await.unwrap();
    site.db.log(None, "a\0b", "line\r\nbreak\u{1b}[31m", "", &json!("\0")).await.unwrap();
    let entries = site.db.audit(&Filter::default(), 9).await.unwrap();
    assert_eq!(
        (entries[0].action.as_str(), entries[0].object.as_str()),
        ("a\u{fffd}b", "line\r\nbreak\u{1b}[31m")
    );
    assert_eq!(entries[0].detail, json!("\0"));
    assert_eq!((entries[1].action.len(), entries[1].object.len(), entries[1].ip.len()), (99, 999, 99));
    assert!(entries[1].detail["cut"].as_str().unwrap().starts_with("{\"text\":\"汉"));
}
