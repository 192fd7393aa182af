//! The gate in front of the store: what a reader may do with a page is decided here and nowhere else. Handlers have no
//! other way to the store.

use super::reader::Reader;
use super::{Wiki, keeper};
use crate::content::path::{self, Kind, PagePath};
use database::May;
use sim_wasm::text::Lang;
use store::{
    BlameLine, Change, ChangeKind, Conflict, Entry, Removed, Revision, Save, Saved, Scope, Start, Store,
};

/// Why a reader is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is nothing there, or nothing that this reader may know of: the two look the same.
    NotFound,
    /// Somebody who has signed in may do more.
    SignIn,
    /// This reader may read it, but not change it.
    Forbidden,
}

/// A page's file that a reader may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readable {
    /// Path relative to the content folder.
    pub file: String,
    may_write: bool,
}

/// The store as one reader may use it.
#[derive(Clone, Copy, Debug)]
pub struct Pages<'a> {
    wiki: &'a Wiki,
    reader: &'a Reader,
}

impl<'a> Pages<'a> {
    pub(super) fn new(wiki: &'a Wiki, reader: &'a Reader) -> Pages<'a> {
        Pages { wiki, reader }
    }

    /// Whether the reader may see a file: a page by its path, an attachment by its own.
    pub fn shows(&self, file: &str) -> bool {
        self.may(file) != May::Nothing
    }

    /// A file that the reader may see, whether it is there or not.
    ///
    /// # Errors
    /// That there is nothing for this reader.
    pub fn readable(&self, file: &str) -> Result<Readable, Refused> {
        match self.may(file) {
            May::Nothing if self.reader.is_anonymous() && self.wiki.is_private() => Err(Refused::SignIn),
            May::Nothing => Err(Refused::NotFound),
            may => Ok(Readable { file: file.to_string(), may_write: may == May::Write }),
        }
    }

    /// A file that the reader may change.
    ///
    /// # Errors
    /// That the reader may not see it, has to sign in, or may only read it.
    pub fn writable(&self, file: &str) -> Result<Writable, Refused> {
        match self.readable(file)? {
            Readable { may_write: true, file } if self.reader.may_change() => Ok(Writable { file }),
            _ if self.reader.is_anonymous() => Err(Refused::SignIn),
            _ => Err(Refused::Forbidden),
        }
    }

    /// The file of a page: the one that is there, else the one that a new page is written to. The names a page can have are
    /// looked at in the order in which the site prefers them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn file_of(&self, path: &PagePath, lang: Lang) -> Result<String, store::Error> {
        let (path, code) = (path.as_str().to_string(), lang.code());
        let is_default = lang == Lang::default();
        self.blocking(move |store| {
            let index = if path.is_empty() { "index".to_string() } else { format!("{path}/index") };
            let stems = if path.is_empty() { vec![index] } else { vec![path.clone(), index] };
            let named = stems.iter().map(|stem| format!("{stem}.{code}.md"));
            let plain = stems.iter().filter(|_| is_default).map(|stem| format!("{stem}.md"));
            for file in named.clone().chain(plain) {
                if store.read(&file, None)?.is_some() {
                    return Ok(file);
                }
            }
            Ok(named.into_iter().next().unwrap_or_default())
        })
        .await
    }

    /// The bytes of a file, at a revision or as they are now; none when it is not there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn read(&self, page: &Readable, at: Option<Revision>) -> Result<Option<Vec<u8>>, store::Error> {
        let file = page.file.clone();
        self.blocking(move |store| store.read(&file, at.as_ref())).await
    }

    /// The newest revision of the whole store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn head(&self) -> Result<Revision, store::Error> {
        self.blocking(Store::head).await
    }

    /// What an editor begins from: the text as it is, and the revision that a save of it names as its base.
    ///
    /// # Errors
    /// When the store cannot be read, or what was changed in the folder cannot be committed.
    pub async fn start(&self, page: &Writable) -> Result<Start, store::Error> {
        let file = page.file.clone();
        self.blocking(move |store| store.start(&file)).await
    }

    /// Saves a page; what comes of it when somebody else has changed it meanwhile is in the answer.
    ///
    /// # Errors
    /// When the store cannot be written; nothing has been saved then.
    pub async fn save(
        &self,
        page: &Writable,
        base: Option<Revision>,
        text: Vec<u8>,
        message: String,
    ) -> Result<Saved, store::Error> {
        let save = Save { file: page.file.clone(), base, text, author: self.reader.author(), message };
        let remote = self.wiki.settings.remote.clone();
        let saved = self
            .blocking(move |store| match remote {
                Some(remote) => store.save_through(&save, &remote),
                None => store.save(&save),
            })
            .await?;
        if matches!(saved, Saved::Committed { .. }) {
            keeper::tell_pages(self.wiki).await;
        }
        Ok(saved)
    }

    /// Writes and removes several files in one commit.
    ///
    /// # Errors
    /// When the store cannot be written; nothing has been changed then.
    pub async fn commit(
        &self,
        changes: Vec<(Writable, Option<Vec<u8>>)>,
        message: String,
    ) -> Result<Revision, store::Error> {
        let author = self.reader.author();
        let changes: Vec<Change> = changes
            .into_iter()
            .map(|(page, bytes)| match bytes {
                Some(bytes) => Change::Write { file: page.file, bytes },
                None => Change::Remove { file: page.file },
            })
            .collect();
        let remote = self.wiki.settings.remote.clone();
        let revision = self
            .blocking(move |store| {
                let revision = store.commit(&changes, &author, &message)?;
                if let Some(remote) = remote {
                    store.sync(&remote)?;
                }
                Ok(revision)
            })
            .await?;
        keeper::tell_pages(self.wiki).await;
        Ok(revision)
    }

    /// Versions that lost against others in a merge that nobody was there to see, of files that the reader may change.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn conflicts(&self) -> Result<Vec<Conflict>, store::Error> {
        let conflicts = self.blocking(Store::conflicts).await?;
        Ok(conflicts.into_iter().filter(|conflict| self.writable(&conflict.file).is_ok()).collect())
    }

    /// Settles one of them with the text that the page is to have.
    ///
    /// # Errors
    /// When there is no such conflict, or the store cannot be written.
    pub async fn settle(
        &self,
        id: Revision,
        page: &Writable,
        base: Revision,
        text: Vec<u8>,
        message: String,
    ) -> Result<Saved, store::Error> {
        let author = self.reader.author();
        let save = Save { file: page.file.clone(), base: Some(base), text, author, message };
        self.blocking(move |store| store.settle(&id, &save)).await
    }

    /// The commits that changed a file, newest first, under whatever name: only [`super::past`] knows which of them the
    /// reader may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) async fn log(
        &self,
        page: &Readable,
        from: Option<Revision>,
        limit: usize,
    ) -> Result<Vec<Entry>, store::Error> {
        let file = page.file.clone();
        self.blocking(move |store| store.log(Scope::File(&file), from.as_ref(), limit)).await
    }

    /// The newest commits of the whole store or of a folder, `limit` of them. Files that the reader may not see are left
    /// out, with what was said about them, and commits of nothing else with them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn changes(
        &self,
        folder: Option<String>,
        from: Option<Revision>,
        limit: usize,
    ) -> Result<Vec<Entry>, store::Error> {
        let (mut visible, mut after, mut batch) = (Vec::new(), from, limit);
        loop {
            let folder = folder.clone();
            let entries = self
                .blocking(move |store| {
                    let scope = folder.as_deref().map_or(Scope::Everything, Scope::Folder);
                    store.log(scope, after.as_ref(), batch)
                })
                .await?;
            let was_last = entries.len() < batch;
            after = entries.last().map(|entry| entry.revision);
            visible.extend(entries.into_iter().filter_map(|entry| self.seen(entry)));
            if was_last || visible.len() >= limit {
                visible.truncate(limit);
                return Ok(visible);
            }
            batch = (batch * 2).min(2000);
        }
    }

    /// A commit as the reader may know of it; none when it is not here, or changed nothing that the reader may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn entry(&self, at: Revision) -> Result<Option<Entry>, store::Error> {
        let entry = self.blocking(move |store| store.entry(&at)).await?;
        Ok(entry.and_then(|entry| self.seen(entry)))
    }

    /// A commit as the reader may know of it; none when it changed nothing that the reader may see.
    fn seen(&self, mut entry: Entry) -> Option<Entry> {
        let all = entry.files.len();
        entry.files.retain(|change| self.shows(&change.file));
        let mut hides = entry.files.len() < all;
        for change in &mut entry.files {
            if let ChangeKind::Renamed { from } = &change.kind
                && !self.shows(from)
            {
                change.kind = ChangeKind::Added;
                hides = true;
            }
        }
        if hides {
            // What was said about it may name what is hidden.
            entry.message.clear();
        }
        (!entry.files.is_empty()).then_some(entry)
    }

    /// The files of the newest commit that the reader may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn files(&self) -> Result<Vec<String>, store::Error> {
        let files = self.blocking(|store| store.list(&store.head()?)).await?;
        Ok(files.into_iter().filter(|file| self.shows(file)).collect())
    }

    /// Who wrote each line of a file.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn blame(&self, page: &Readable, at: Revision) -> Result<Vec<BlameLine>, store::Error> {
        let file = page.file.clone();
        self.blocking(move |store| store.blame(&file, &at)).await
    }

    /// Files that were removed and can be brought back, newest first, those that the reader may see.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn removed(&self, limit: usize) -> Result<Vec<Removed>, store::Error> {
        let removed = self.blocking(move |store| store.removed(limit)).await?;
        Ok(removed.into_iter().filter(|removed| self.shows(&removed.file)).collect())
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, store::Error> {
        self.wiki.blocking(work).await
    }

    fn may(&self, file: &str) -> May {
        let rules = self.wiki.rules();
        match path::classify(file) {
            Kind::Page { path, .. } => rules.may(self.reader.subject(), path.as_str()),
            Kind::Attachment => rules.may(self.reader.subject(), file),
        }
    }
}

/// A page's file that a reader may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writable {
    file: String,
}

impl Writable {
    /// Path relative to the content folder.
    pub fn file(&self) -> &str {
        &self.file
    }
}

/// The whole site, as only the server itself sees it: it has to learn of every commit before it can ask whom to tell.
/// [`super::follow`] asks the rules for each reader, and [`super::news`] asks them again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole<'a>(pub(super) &'a Wiki);

impl Whole<'_> {
    /// The commits that came since one, oldest first; none when that is not here. See [`Store::since`].
    pub(super) async fn since(
        self,
        after: Revision,
        limit: usize,
    ) -> Result<Option<Vec<Entry>>, store::Error> {
        self.0.blocking(move |store| store.since(&after, limit)).await
    }

    /// The newest commit.
    pub(super) async fn head(self) -> Result<Revision, store::Error> {
        self.0.blocking(Store::head).await
    }

    /// The texts of files, each at its revision or as it is now; none for one that was not there.
    pub(super) async fn texts(
        self,
        files: Vec<(String, Option<Revision>)>,
    ) -> Result<Vec<Option<String>>, store::Error> {
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        self.0
            .blocking(move |store| {
                let read = |(file, at): &(String, Option<Revision>)| match store.read(file, at.as_ref()) {
                    // git knows names that no page of ours can have.
                    Err(store::Error::Path { .. }) => Ok(None),
                    read => Ok(read?.map(text)),
                };
                files.iter().map(read).collect()
            })
            .await
    }
}
