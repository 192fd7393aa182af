//! The running site: what is shown, how the next edition comes about, and the wiki when there is one.

use crate::assets::Assets;
use crate::edition::{Edition, Frame};
use crate::folder::watch;
use crate::shelf::Shelf;
use crate::wiki::Wiki;
use crate::wiki::reader::everything;
use anyhow::Context as _;
use database::View;
use std::num::NonZero;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use tokio::sync::Semaphore;

/// What the site is made from.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The content folder.
    pub content: PathBuf,
    /// Where the site is reached: scheme and host, without a slash at the end.
    pub public_url: String,
    /// A folder to take the files of the design from, instead of those built in.
    pub static_dir: Option<PathBuf>,
}

/// The running site.
#[derive(Debug)]
pub struct App {
    settings: Settings,
    shelf: Shelf,
    wiki: Option<Wiki>,
    /// As many labs run at once as there are cores: more would only make all of them late.
    labs: Arc<Semaphore>,
}

impl App {
    /// Reads everything and makes the first edition. With `wiki`, pages can be edited.
    ///
    /// # Errors
    /// When the content folder or the static folder cannot be read.
    pub fn open(settings: Settings, wiki: Option<Wiki>) -> anyhow::Result<Arc<App>> {
        let assets = read_assets(&settings)?;
        let frame =
            Frame { public_url: settings.public_url.as_str().into(), wiki: wiki.is_some(), exported: false };
        let anonymous = wiki.as_ref().map_or_else(everything, Wiki::anonymous_view);
        let shelf = Shelf::open(settings.content.clone(), assets, frame, &anonymous)?;
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Ok(Arc::new(App { settings, shelf, wiki, labs: Arc::new(Semaphore::new(cores)) }))
    }

    /// The site as readers with this view see it.
    ///
    /// # Errors
    /// When it has to be made and that fails.
    pub async fn edition(self: &Arc<App>, view: &View) -> anyhow::Result<Arc<Edition>> {
        if let Some(edition) = self.shelf.ready(view) {
            return Ok(edition);
        }
        let (app, view) = (self.clone(), view.clone());
        tokio::task::spawn_blocking(move || app.shelf.edition(&view)).await?
    }

    /// Shows files as they are now in the content folder; readers see them when this returns.
    ///
    /// # Errors
    /// When a page cannot be made, which is a mistake in the program.
    pub async fn saved(self: &Arc<App>, files: Vec<String>) -> anyhow::Result<()> {
        let app = self.clone();
        tokio::task::spawn_blocking(move || app.shelf.saved(&files)).await?
    }

    /// The editions.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// Accounts and the store of pages, when pages can be edited.
    pub fn wiki(&self) -> Option<&Wiki> {
        self.wiki.as_ref()
    }

    /// What the site is made from.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Runs a lab, or whatever else takes a core, without holding up other requests.
    ///
    /// # Errors
    /// When the work panicked.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        // The permit goes with the work: a reader who gave up waiting does not make room for another.
        let permit = self.labs.clone().acquire_owned().await?;
        let done = tokio::task::spawn_blocking(move || {
            let result = work();
            drop(permit);
            result
        });
        Ok(done.await?)
    }

    /// Follows changes of the folders for as long as the site lives.
    pub fn watch(self: &Arc<App>) {
        let folders =
            [Some(self.settings.content.clone()), self.settings.static_dir.clone()].into_iter().flatten();
        let app = Arc::downgrade(self);
        watch::watch(folders.collect(), move || {
            let Some(app) = app.upgrade() else { return false };
            if let Some(wiki) = app.wiki() {
                wiki.folder_changed();
            }
            app.refresh();
            true
        });
    }

    /// Makes the next editions. When that fails as a whole, the current ones stay and the log says why.
    pub fn refresh(&self) {
        // A mistake of the program in one page must not end the thread that all later changes depend on.
        let made = panic::catch_unwind(AssertUnwindSafe(|| -> anyhow::Result<()> {
            let assets = match &self.settings.static_dir {
                Some(_) => Some(read_assets(&self.settings)?),
                None => None,
            };
            self.shelf.refresh(assets)
        }));
        match made {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!("the change is not shown: {error:#}"),
            Err(_) => tracing::error!("the change is not shown: making the pages panicked"),
        }
    }
}

fn read_assets(settings: &Settings) -> anyhow::Result<Arc<Assets>> {
    match &settings.static_dir {
        None => Ok(Assets::embedded()),
        Some(folder) => Assets::read(folder)
            .map(Arc::new)
            .with_context(|| format!("cannot read the static folder `{}`", folder.display())),
    }
}
