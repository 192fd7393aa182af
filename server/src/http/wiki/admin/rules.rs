//! `/-/admin/rules`: who may do what where.

use super::{desk, obstacle};
use crate::http::error::AppError;
use crate::http::wiki::account::place;
use crate::http::wiki::account::visit::Visit;
use crate::http::wiki::form::Fields;
use crate::pages::wiki::admin::rules::{self, Answer, Because, Book, Question};
use axum::response::Response;
use database::{May, Refusal, Role, Rule, Rules, User, Who};

const HERE: &str = "/-/admin/rules";

/// `GET /-/admin/rules`; with `?user=&page=`, what somebody may do with a page, and why.
pub(super) async fn list(visit: Visit) -> Result<Response, AppError> {
    visit.administrator()?;
    respond(&visit, None, "").await
}

async fn respond(visit: &Visit, problem: Option<&str>, folder: &str) -> Result<Response, AppError> {
    let csrf = visit.csrf()?;
    let wiki = visit.wiki()?;
    let (all, users) = (wiki.database().rules().await?, wiki.database().users().await?);
    let public = !wiki.is_private();
    let question = Question {
        user: visit.query("user").unwrap_or_default(),
        page: visit.query("page").unwrap_or_default(),
    };
    let asked = visit.query("page").and_then(place::read);
    let wrong = visit.query("page").filter(|_| asked.is_none()).map(|_| visit.words().path_wrong);
    let answer = match &asked {
        Some((_, path)) => Some(explain(public, &all, subject(&users, question.user)?, path)),
        None => None,
    };
    let problem = problem.or(wrong);
    let book = Book { rules: &all, users: &users, public, folder, question, answer };
    let html = rules::render(&visit.edition.context(), desk(visit, &csrf, problem)?, book)?;
    Ok(visit.answer(if problem.is_some() { 422 } else { 200 }, html).await)
}

/// The account of an id; none for those who have not signed in.
fn subject<'a>(users: &'a [User], id: &str) -> Result<Option<&'a User>, AppError> {
    match id {
        "" => Ok(None),
        id => users.iter().find(|user| user.id == id).map(Some).ok_or(AppError::BadRequest),
    }
}

/// What somebody may do with a page, and what decides it.
fn explain<'a>(public: bool, rules: &'a [Rule], user: Option<&User>, path: &str) -> Answer<'a> {
    let reader = user.map(|user| (user.id.as_str(), user.role));
    let may = Rules::new(public, rules.iter().cloned()).may(reader, path);
    let is_at = |folder: &str| {
        folder.is_empty()
            || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let folders = rules.iter().map(|rule| rule.folder.as_str());
    // Of the folders on the way, the longest is the nearest.
    let nearest = folders.filter(|folder| is_at(folder)).max_by_key(|folder| folder.len());
    let because = match (user.map(|user| user.role), nearest) {
        (Some(Role::Administrator), _) => Because::Administrator,
        (_, Some(folder)) => Because::Folder(folder),
        (_, None) => Because::Default,
    };
    let gives = |rule: &&Rule| Rules::new(public, [(*rule).clone()]).may(reader, path) == may;
    let giver = match because {
        Because::Folder(folder) if may != May::Nothing => {
            rules.iter().filter(|rule| rule.folder == folder).find(gives).map(|rule| &rule.who)
        }
        _ => None,
    };
    Answer { may, because, giver }
}

/// `POST /-/admin/rules`: sets a rule.
pub(super) async fn set(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    visit.administrator()?;
    let typed = fields.get("folder");
    if let Some(problem) = obstacle(&visit, &fields).await? {
        return respond(&visit, Some(problem), typed).await;
    }
    let wiki = visit.wiki()?;
    let Some((_, folder)) = place::read(typed) else {
        return respond(&visit, Some(visit.words().path_wrong), typed).await;
    };
    let (Some(who), Some(may)) = (Who::parse(fields.get("who")), May::parse(fields.get("may"))) else {
        return Err(AppError::BadRequest);
    };
    let who_name = name(&visit, &who).await?;
    if who_name.is_none() {
        return respond(&visit, Some(&visit.refusal(&Refusal::NoSuchUser)), typed).await;
    }
    match wiki.database().set_rule(&Rule { folder: folder.clone(), who, may }).await {
        Ok(()) => {
            wiki.rules_changed().await?;
            let object = format!("/{folder}: {} {}", who_name.unwrap_or_default(), may.word());
            visit.audit("rule set", &object).await?;
            Ok(visit.back(HERE, "rule"))
        }
        Err(database::Error::Refused(why)) => respond(&visit, Some(&visit.refusal(&why)), typed).await,
        Err(error) => Err(error.into()),
    }
}

/// `POST /-/admin/rules/remove`
pub(super) async fn remove(visit: Visit, fields: Fields) -> Result<Response, AppError> {
    visit.administrator()?;
    if let Some(problem) = obstacle(&visit, &fields).await? {
        return respond(&visit, Some(problem), "").await;
    }
    let wiki = visit.wiki()?;
    let who = Who::parse(fields.get("who")).ok_or(AppError::BadRequest)?;
    if !wiki.database().remove_rule(fields.get("folder"), &who).await? {
        return respond(&visit, Some(&visit.refusal(&Refusal::Gone)), "").await;
    }
    wiki.rules_changed().await?;
    // The account of a rule may be gone; then its id says whom the rule was for.
    let name = name(&visit, &who).await?.unwrap_or_else(|| who.to_string());
    visit.audit("rule removed", &format!("/{}: {name}", fields.get("folder"))).await?;
    Ok(visit.back(HERE, "rule-removed"))
}

/// Whom a rule is for, in the log's words; none when there is no such account.
async fn name(visit: &Visit, who: &Who) -> Result<Option<String>, AppError> {
    match who {
        Who::User(id) => Ok(visit.wiki()?.database().user(id).await?.map(|user| user.name)),
        who => Ok(Some(who.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Because, explain};
    use database::{May, Role, Rule, User, Who};

    fn user(role: Role) -> User {
        User {
            id: "7".to_string(),
            name: "ren".to_string(),
            display: "Ren".to_string(),
            email: None,
            role,
            disabled: false,
            created: 0,
        }
    }

    #[test]
    fn the_nearest_folder_is_named() {
        let rule = |folder: &str, who, may| Rule { folder: folder.to_string(), who, may };
        let rules = [
            rule("", Who::SignedIn, May::Read),
            rule("tcp", Who::Writers, May::Write),
            rule("tcp/secret", Who::User("7".to_string()), May::Write),
        ];
        let (signed_in, writers, named) = (Some(&rules[0].who), Some(&rules[1].who), Some(&rules[2].who));
        let (reader, writer) = (user(Role::Reader), user(Role::Writer));
        let administrator = user(Role::Administrator);
        for (who, path, may, because, giver) in [
            (None, "lvs", May::Nothing, Because::Folder(""), None),
            (Some(&reader), "lvs", May::Read, Because::Folder(""), signed_in),
            (Some(&reader), "tcp/syn", May::Nothing, Because::Folder("tcp"), None),
            (Some(&reader), "tcp2", May::Read, Because::Folder(""), signed_in),
            (Some(&writer), "tcp", May::Write, Because::Folder("tcp"), writers),
            (Some(&reader), "tcp/secret/x", May::Write, Because::Folder("tcp/secret"), named),
            (Some(&administrator), "tcp/secret", May::Write, Because::Administrator, None),
        ] {
            assert_eq!(explain(true, &rules, who, path), Answer { may, because, giver }, "{who:?} {path}");
        }
        let answer = explain(false, &rules[1..], None, "lvs");
        assert_eq!(answer, Answer { may: May::Nothing, because: Because::Default, giver: None });
    }
}
