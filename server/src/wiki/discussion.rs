//! What is said about a page, as one reader may use it: the gate in front of the comments. Whoever may read the page may
//! read them, and with an account write.

use super::Wiki;
use super::pages::Refused;
use super::reader::Reader;
use super::threads::{self, Thread};
use crate::content::path::PagePath;
use crate::edition::Edition;
use database::attempts::{Attempt, COMMENTS};
use database::{Anchor, Comment, NewComment, Refusal};
use sim_wasm::text::Lang;
use std::collections::BTreeSet;

/// Why something was not done.
#[derive(Debug)]
pub enum NotDone {
    /// The reader may not.
    Turned(Refused),
    /// Not before so many seconds have passed.
    Wait(u64),
    /// It is not possible.
    Refused(Refusal),
    /// The database failed.
    Failed(database::Error),
}

impl From<Refused> for NotDone {
    fn from(why: Refused) -> NotDone {
        NotDone::Turned(why)
    }
}

impl From<database::Error> for NotDone {
    fn from(error: database::Error) -> NotDone {
        match error {
            database::Error::Refused(why) => NotDone::Refused(why),
            error => NotDone::Failed(error),
        }
    }
}

/// The comments of a page that a reader may see.
#[derive(Debug)]
pub struct Discussion<'a> {
    wiki: &'a Wiki,
    reader: &'a Reader,
    path: PagePath,
    lang: Lang,
    may_write: bool,
    /// The conversations, oldest first.
    pub threads: Vec<Thread>,
}

impl<'a> Discussion<'a> {
    /// Those of a page of the reader's edition.
    ///
    /// # Errors
    /// When there is no page for this reader, or the database fails.
    pub async fn of(
        wiki: &'a Wiki,
        reader: &'a Reader,
        edition: &Edition,
        path: &PagePath,
        lang: Lang,
    ) -> Result<Discussion<'a>, NotDone> {
        let Some(page) = edition.site.page(path, lang) else {
            let why =
                if reader.is_anonymous() && wiki.is_private() { Refused::SignIn } else { Refused::NotFound };
            return Err(why.into());
        };
        // The edition may be a moment older than a rule.
        let pages = wiki.pages(reader);
        pages.readable(&page.file)?;
        let comments = wiki.database().comments(path.as_str(), lang.code()).await?;
        Ok(Discussion {
            wiki,
            reader,
            path: path.clone(),
            lang,
            may_write: pages.writable(&page.file).is_ok(),
            threads: threads::of(comments),
        })
    }

    /// The ids of those who wrote comments, or settled a conversation.
    pub fn people(&self) -> BTreeSet<&str> {
        let mut people = BTreeSet::new();
        for comment in self.threads.iter().flat_map(|thread| &thread.comments) {
            people.insert(comment.user_id.as_str());
            people.extend(comment.resolved_by.as_deref());
        }
        people
    }

    /// The texts of the comments, by their ids.
    pub fn texts(&self) -> Vec<(String, String)> {
        let living = self.threads.iter().flat_map(Thread::living);
        living.map(|comment| (comment.id.clone(), comment.body.clone())).collect()
    }

    /// How many comments are in conversations that nobody has settled.
    pub fn open(&self) -> usize {
        let open = self.threads.iter().filter(|thread| !thread.is_settled());
        open.map(|thread| thread.living().count()).sum()
    }

    /// The conversation that a comment belongs to which was not deleted.
    pub fn thread_of(&self, id: &str) -> Option<&Thread> {
        self.threads.iter().find(|thread| thread.find(id).is_some())
    }

    /// A comment that was not deleted.
    pub fn comment(&self, id: &str) -> Option<&Comment> {
        self.threads.iter().find_map(|thread| thread.find(id))
    }

    /// Whether the reader may comment.
    pub fn may_comment(&self) -> bool {
        self.reader.user().is_some() && self.reader.may_change()
    }

    /// Whether the reader may change a comment: their own.
    pub fn may_edit(&self, comment: &Comment) -> bool {
        self.may_comment() && self.is_own(comment)
    }

    /// Whether the reader may delete a comment: their own, and administrators any.
    pub fn may_delete(&self, comment: &Comment) -> bool {
        self.may_comment() && (self.is_own(comment) || self.reader.is_administrator())
    }

    /// Whether the reader may settle a conversation or open it again: whoever began it, or may write the page.
    pub fn may_settle(&self, thread: &Thread) -> bool {
        let began = thread.comments.first().is_some_and(|first| self.is_own(first));
        self.may_comment() && (began || self.may_write)
    }

    fn is_own(&self, comment: &Comment) -> bool {
        self.reader.user().is_some_and(|user| user.id == comment.user_id)
    }

    /// Makes a comment: on the page, on a paragraph of it, or as an answer to another.
    ///
    /// # Errors
    /// When the reader may not, the text is refused, or there were too many.
    pub async fn add(
        &self,
        body: &str,
        parent: Option<&str>,
        anchor: Option<Anchor>,
    ) -> Result<Comment, NotDone> {
        let user = self.writer()?;
        let parent = match parent {
            // An answer to an answer stands below what began the conversation.
            Some(id) => Some(self.thread_of(id).ok_or(NotDone::Refused(Refusal::Gone))?.id().to_string()),
            None => None,
        };
        let anchor = anchor.filter(|_| parent.is_none());
        let database = self.wiki.database();
        let counted = match database.attempt(&COMMENTS, &user.id).await? {
            Attempt::Allowed(id) => id,
            Attempt::Wait(seconds) => return Err(NotDone::Wait(seconds.unsigned_abs())),
        };
        let new = NewComment {
            path: self.path.as_str().to_string(),
            lang: self.lang.code().to_string(),
            parent,
            anchor,
            user_id: user.id.clone(),
            body: body.to_string(),
        };
        match database.add_comment(new).await {
            Ok(comment) => Ok(comment),
            Err(error) => {
                database.withdraw_attempt(&counted).await?;
                Err(error.into())
            }
        }
    }

    /// Changes the text of a comment.
    ///
    /// # Errors
    /// When the reader may not, or the text is refused.
    pub async fn edit(&self, id: &str, body: &str) -> Result<(), NotDone> {
        let comment = self.there(id)?;
        self.let_pass(self.may_edit(comment))?;
        Ok(self.wiki.database().edit_comment(id, body).await?)
    }

    /// Deletes a comment.
    ///
    /// # Errors
    /// When the reader may not.
    pub async fn delete(&self, id: &str) -> Result<(), NotDone> {
        let comment = self.there(id)?;
        self.let_pass(self.may_delete(comment))?;
        let database = self.wiki.database();
        // A settled conversation stays settled when the comment goes that said so.
        let thread = self.thread_of(id).filter(|thread| thread.is_settled());
        let next = thread.and_then(|thread| thread.living().find(|it| it.id != id));
        if let (Some(next), Some(by)) = (next, &comment.resolved_by) {
            database.resolve_comment(&next.id, Some(by)).await?;
        }
        Ok(database.delete_comment(id).await?)
    }

    /// Marks the conversation of a comment as settled, or as open again.
    ///
    /// # Errors
    /// When the reader may not.
    pub async fn settle(&self, id: &str, settled: bool) -> Result<(), NotDone> {
        let user = self.writer()?;
        let thread = self.thread_of(id).ok_or(NotDone::Refused(Refusal::Gone))?;
        self.let_pass(self.may_settle(thread))?;
        let speaker = thread.speaker().ok_or(NotDone::Refused(Refusal::Gone))?;
        let by = settled.then_some(user.id.as_str());
        Ok(self.wiki.database().resolve_comment(&speaker.id, by).await?)
    }

    fn writer(&self) -> Result<&'a database::User, NotDone> {
        let user = self.reader.user().ok_or(Refused::SignIn)?;
        self.let_pass(self.reader.may_change())?;
        Ok(user)
    }

    fn there(&self, id: &str) -> Result<&Comment, NotDone> {
        self.writer()?;
        self.comment(id).ok_or(NotDone::Refused(Refusal::Gone))
    }

    fn let_pass(&self, may: bool) -> Result<(), NotDone> {
        if may { Ok(()) } else { Err(Refused::Forbidden.into()) }
    }
}
