//! The wiki: accounts and the store of pages, when editing is turned on.
//!
//! - [`discussion`]: the gate in front of the comments; [`threads`], [`remarks`]: how they are shown
//! - [`paragraphs`]: what of a page a comment can be on; [`tags`]: the HTML that they are found in
//! - [`follow`]: what happened; [`news`], [`letter`], [`post`], [`call`]: who is told of it, and how
//! - [`backups`]: one each day
//! - [`keeper`]: what goes on by itself
//! - [`past`]: a page's history, under the names that its file had
//! - [`relink`], [`redirects`]: links and addresses of pages that move
//! - [`newlines`]: line ends of texts that come from forms
//! - [`pages`]: the gate in front of the store
//! - [`reader`]: who asks
//! - [`templates`]: what new pages begin with
//! - [`settings`]: what an operator chooses

pub mod backups;
pub mod call;
pub mod discussion;
pub mod follow;
pub mod keeper;
pub mod letter;
pub mod newlines;
pub mod news;
pub mod pages;
pub mod paragraphs;
pub mod past;
pub mod post;
pub mod reader;
pub mod redirects;
pub mod relink;
pub mod remarks;
pub mod settings;
pub mod tags;
pub mod templates;
pub mod threads;

use anyhow::Context as _;
use arc_swap::ArcSwap;
use database::{Database, Rules, User, View};
use outbound::mail::Mailer;
use pages::Pages;
use reader::Reader;
use redirects::Redirects;
pub use settings::Settings;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Store, Synced};
use tokio::sync::Notify;

/// Accounts, permissions and pages.
#[derive(Debug)]
pub struct Wiki {
    store: Arc<Store>,
    database: Database,
    rules: ArcSwap<Rules>,
    settings: Settings,
    redirects: Redirects,
    /// Something changed in the folder, by a save or by somebody's editor.
    folder_changed: AtomicBool,
    /// There is a new commit to tell of.
    committed: Notify,
    /// Who takes mails, when the operator named somebody.
    mailer: Option<Mailer>,
}

impl Wiki {
    /// Opens the database and the repository in the content folder, which is made one if it is none.
    ///
    /// # Errors
    /// When either cannot be opened.
    pub async fn open(content: &Path, settings: Settings) -> anyhow::Result<Wiki> {
        std::fs::create_dir_all(&settings.data)
            .with_context(|| format!("cannot make the data folder `{}`", settings.data.display()))?;
        let database = Database::open(&settings.database_url()).await?;
        Wiki::with(content, settings, database).await
    }

    /// The same with a database that is open already.
    ///
    /// # Errors
    /// When the repository cannot be opened, or no mail can be sent with the settings.
    pub async fn with(content: &Path, settings: Settings, database: Database) -> anyhow::Result<Wiki> {
        std::fs::create_dir_all(content)
            .with_context(|| format!("cannot make the content folder `{}`", content.display()))?;
        let mailer = settings.mail.as_ref().map(Mailer::new).transpose()?;
        let store = Store::open(content)
            .with_context(|| format!("cannot use `{}` as a repository", content.display()))?;
        let wiki = Wiki {
            store: Arc::new(store),
            redirects: Redirects::load(&database).await?,
            folder_changed: AtomicBool::new(false),
            committed: Notify::new(),
            mailer,
            database,
            rules: ArcSwap::from_pointee(Rules::default()),
            settings,
        };
        wiki.reload_rules().await?;
        Ok(wiki)
    }

    /// Brings what others pushed to the remote, and takes what is here; none without a remote.
    ///
    /// # Errors
    /// When the remote is not there or the store cannot be written.
    pub async fn sync(&self) -> Result<Option<Synced>, store::Error> {
        let Some(remote) = self.settings.remote.clone() else { return Ok(None) };
        self.blocking(move |store| store.sync(&remote)).await.map(Some)
    }

    /// Notes that something changed in the folder.
    pub fn folder_changed(&self) {
        self.folder_changed.store(true, Ordering::Relaxed);
    }

    /// Commits what people changed in the folder with their editors, if they did.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn adopt(&self) -> Result<(), store::Error> {
        if !self.folder_changed.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let done = self.blocking(Store::adopt).await;
        if done.is_err() {
            // It is still to be done.
            self.folder_changed();
        }
        done
    }

    /// Works with the store, which blocks, where blocking holds nobody up.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, store::Error> + Send + 'static,
    ) -> Result<T, store::Error> {
        let store = self.store.clone();
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        }
    }

    /// The store, as far as this reader may use it.
    pub fn pages<'a>(&'a self, reader: &'a Reader) -> Pages<'a> {
        Pages::new(self, reader)
    }

    /// Who takes mails; none when the operator named nobody, and then there are no mails.
    pub fn mailer(&self) -> Option<&Mailer> {
        self.mailer.as_ref()
    }

    /// Accounts and everything else that is no page.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What the operator chose.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Who may do what.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.load_full()
    }

    /// Reads the rules again after they have changed here, and tells the other servers.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn rules_changed(&self) -> Result<(), database::Error> {
        self.reload_rules().await?;
        keeper::tell_rules(&self.database).await;
        Ok(())
    }

    /// Reads the rules again after they have changed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn reload_rules(&self) -> Result<(), database::Error> {
        let rules = self.database.permissions(!self.settings.private).await?;
        self.rules.store(Arc::new(rules));
        Ok(())
    }

    /// Writes down who did what. `object` is what it was done to, in words of the address or the form.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn audit(
        &self,
        who: Option<&User>,
        action: &str,
        object: &str,
        ip: IpAddr,
    ) -> Result<(), database::Error> {
        let who = who.map(|user| user.id.as_str());
        self.database.log(who, action, object, &ip.to_string(), &serde_json::Value::Null).await
    }

    /// A page was saved: its draft is of no use any more.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn forget_draft(&self, reader: &Reader, file: &str) -> Result<(), database::Error> {
        match reader.user() {
            Some(user) => self.database.delete_draft(&user.id, file).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Whether readers have to sign in to read, where no rule says otherwise.
    pub fn is_private(&self) -> bool {
        self.settings.private
    }

    /// What there is for those who have not signed in.
    pub fn anonymous_view(&self) -> View {
        self.rules.load().hidden(None)
    }
}
