//! What watchers are to be told, gathered into one mail.

use super::Wiki;
use super::follow::event;
use super::letter::{self, Item, Letter, Reason};
use super::pages::Pages;
use super::reader::{Reader, Scopes};
use crate::address;
use crate::app::App;
use crate::content::path::PagePath;
use crate::i18n::watches as words;
use database::{Happening, News, SiteKey, User, Watch, Watched};
use sim_wasm::text::Lang;
use std::collections::BTreeMap;

/// What the mark of a link that ends all mails is for.
const ALL: &str = "all mails";

/// Makes one mail for each whose news have waited long enough.
///
/// # Errors
/// When the store or the database fails; the news wait on.
pub async fn gather(app: &App) -> anyhow::Result<()> {
    let Some(wiki) = app.wiki().filter(|wiki| wiki.mailer().is_some()) else { return Ok(()) };
    let database = wiki.database();
    for (user, news) in database.due_news().await? {
        let letter = match &user.email {
            Some(email) if !user.disabled => {
                write(app, wiki, &user, &news).await?.map(|letter| (email.as_str(), letter))
            }
            _ => None,
        };
        let body = letter.as_ref().map(|(_, letter)| serde_json::to_string(&letter.body)).transpose()?;
        let mail = letter.as_ref().zip(body.as_deref());
        let mail = mail.map(|((email, letter), body)| (*email, letter.subject.as_str(), body));
        database.hand_over(&news, mail).await?;
    }
    Ok(())
}

/// The account as one that reads: what it may see is asked of the rules as they are now.
pub fn reader(wiki: &Wiki, user: User) -> Reader {
    let view = wiki.rules().hidden(Some((user.id.as_str(), user.role)));
    Reader::program(user, Scopes::default(), view)
}

/// The mail of what somebody may still know of; none when that is nothing.
async fn write(app: &App, wiki: &Wiki, user: &User, news: &[News]) -> anyhow::Result<Option<Letter>> {
    let database = wiki.database();
    let (key, watches) = (database.site_key().await?, database.watches(&user.id).await?);
    let reader = reader(wiki, user.clone());
    let pages = wiki.pages(&reader);
    let site = app.settings().public_url.as_str();
    let mut told = Vec::new();
    for one in news {
        let what = &one.telling.what;
        let Some(lang) = Lang::from_code(&what.lang) else { continue };
        if !reader.view().shows(&what.path) {
            continue;
        }
        let watch = match &one.telling.watch_id {
            None => None,
            // They may have ended the watch meanwhile, and have another.
            Some(id) => {
                let same = watches.iter().find(|it| it.id == *id);
                let covering = || watches.iter().find(|it| it.covers(&what.path, &[]));
                match same.filter(|it| is_open_about(it, what, &reader)).or_else(covering) {
                    None => continue,
                    watch => watch,
                }
            }
        };
        if let Some(said) = said(wiki, &pages, what).await? {
            told.push((what, lang, said, watch));
        }
    }
    if told.is_empty() {
        return Ok(None);
    }
    let lang = if told.iter().all(|(_, lang, ..)| *lang == Lang::Zh) { Lang::Zh } else { Lang::En };
    // Those of a page together, pages in the order in which something happened to them first.
    let mut order = BTreeMap::new();
    for (n, (what, ..)) in told.iter().enumerate() {
        order.entry((what.path.as_str(), what.lang.as_str())).or_insert(n);
    }
    told.sort_by_key(|(what, ..)| order.get(&(what.path.as_str(), what.lang.as_str())));
    let items: Vec<Item> =
        told.iter().map(|(what, of, said, _)| item(site, &reader, lang, (what, *of), said)).collect();
    let mut reasons: Vec<Reason> = Vec::new();
    for watch in told.iter().filter_map(|(.., watch)| *watch) {
        let reason = Reason {
            watched: words::watched(lang, watch.kind, &watch.target),
            end: format!("{site}/-/unsubscribe/{}", watch.unsubscribe_token(&key)),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let end_all = format!("{site}/-/unsubscribe/{}", end_all_token(&key, &user.id));
    Ok(Some(letter::news(&letter::News { lang, site, items: &items, reasons: &reasons, end_all: &end_all })))
}

/// Whether a watch may be named as the reason: that of a folder which the page has left would tell that it was there.
fn is_open_about(watch: &Watch, what: &Happening, reader: &Reader) -> bool {
    let shown = |from: &String| reader.view().shows(from);
    watch.kind == Watched::Tag || watch.covers(&what.path, &[]) || what.moved_from.as_ref().is_some_and(shown)
}

/// What somebody said who changed a page, or wrote in a comment, as far as the reader may know it; none when it is
/// not to be told any more.
async fn said(wiki: &Wiki, pages: &Pages<'_>, what: &Happening) -> anyhow::Result<Option<String>> {
    if what.event == event::COMMENTED {
        let comment = wiki.database().comment(&what.source).await?;
        return Ok(comment.filter(|comment| comment.deleted.is_none()).map(|comment| comment.body));
    }
    // The commit may be at another server alone for a moment; that it was made is known all the same.
    let entry = pages.entry(what.source.parse()?).await?;
    Ok(Some(entry.map(|entry| entry.message).unwrap_or_default()))
}

fn item(site: &str, reader: &Reader, lang: Lang, (what, of): (&Happening, Lang), said: &str) -> Item {
    let path = PagePath::new(what.path.as_str());
    let page = format!("{site}{}", path.address(of));
    // A name that the reader may not see leaves no trace: to them, the page is new.
    let from = what.moved_from.as_deref().filter(|from| reader.view().shows(from));
    let event = match (what.event.as_str(), from) {
        (event::MOVED, None) => event::CREATED,
        (event, _) => event,
    };
    let link = match event {
        event::COMMENTED => format!("{site}{}", comment_address(of, &what.path, &what.source)),
        _ => format!("{site}{}?to={}", address::wiki("diff", of, &what.path), what.source),
    };
    Item {
        page,
        title: what.title.clone(),
        author: what.author.clone(),
        did: did(lang, event, from),
        said: said.to_string(),
        link,
    }
}

/// Where a comment is shown.
pub(super) fn comment_address(lang: Lang, path: &str, id: &str) -> String {
    format!("{}#c-{id}", address::wiki("comments", lang, path))
}

/// What happened, behind the name of who did it.
fn did(lang: Lang, event: &str, from: Option<&str>) -> String {
    let w = words::strings(lang);
    match (event, from) {
        (event::MOVED, Some(from)) => words::moved_from(lang, from),
        (event::CREATED, _) => w.did_create.to_string(),
        (event::REMOVED, _) => w.did_remove.to_string(),
        (event::COMMENTED, _) => w.did_comment.to_string(),
        _ => w.did_change.to_string(),
    }
}

/// The token of the link that ends all mails to somebody.
pub fn end_all_token(key: &SiteKey, user_id: &str) -> String {
    format!("all-{user_id}.{}", key.sign(ALL, user_id))
}

/// Whose mails a token ends.
pub fn end_all_of<'a>(key: &SiteKey, token: &'a str) -> Option<&'a str> {
    let (id, mark) = token.strip_prefix("all-")?.split_once('.')?;
    key.verify(ALL, id, mark).then_some(id)
}
