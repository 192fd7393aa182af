//! The running site: the current edition, and how the next one comes about.

use crate::assets::Assets;
use crate::diagnostic::Severity;
use crate::document::Encoding;
use crate::edition::Edition;
use crate::folder;
use crate::folder::watch;
use anyhow::Context as _;
use arc_swap::ArcSwap;
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
    edition: ArcSwap<Edition>,
    /// As many labs run at once as there are cores: more would only make all of them late.
    labs: Arc<Semaphore>,
}

impl App {
    /// Reads everything and makes the first edition.
    ///
    /// # Errors
    /// When the content folder or the static folder cannot be read.
    pub fn open(settings: Settings) -> anyhow::Result<Arc<App>> {
        let assets = read_assets(&settings)?;
        let edition = make(&settings, assets.clone(), None)?;
        log_findings(&edition, None);
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        thread::spawn(move || compress(&assets));
        Ok(Arc::new(App {
            settings,
            edition: ArcSwap::from_pointee(edition),
            labs: Arc::new(Semaphore::new(cores)),
        }))
    }

    /// The current edition.
    pub fn edition(&self) -> Arc<Edition> {
        self.edition.load_full()
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
            app.refresh();
            true
        });
    }

    /// Makes the next edition. When that fails as a whole, the current one stays and the log says why.
    fn refresh(&self) {
        let current = self.edition();
        // A mistake of the program in one page must not end the thread that all later changes depend on.
        let made = panic::catch_unwind(AssertUnwindSafe(|| -> anyhow::Result<Edition> {
            let assets = match &self.settings.static_dir {
                Some(_) => read_assets(&self.settings)?,
                None => current.assets.clone(),
            };
            make(&self.settings, assets, Some(&current))
        }));
        match made {
            Ok(Ok(edition)) => {
                log_findings(&edition, Some(&current));
                self.edition.store(Arc::new(edition));
            }
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

fn make(settings: &Settings, assets: Arc<Assets>, previous: Option<&Edition>) -> anyhow::Result<Edition> {
    let content = &settings.content;
    let snapshot = folder::read(content).with_context(|| {
        format!("cannot read the content folder `{}`; name another with --content", content.display())
    })?;
    Ok(Edition::new(snapshot, assets, &settings.public_url, previous)?)
}

/// Says what is wrong with the content, once: what was wrong before has been said.
fn log_findings(edition: &Edition, previous: Option<&Edition>) {
    let known = previous.map(|edition| edition.diagnostics.as_slice()).unwrap_or_default();
    for diagnostic in edition.diagnostics.iter().filter(|diagnostic| !known.contains(diagnostic)) {
        let (place, message) = (diagnostic.place(), &diagnostic.message);
        match diagnostic.severity {
            Severity::Error => tracing::error!("{place}: {message}"),
            Severity::Warning => tracing::warn!("{place}: {message}"),
        }
    }
}

/// Makes the compressed forms before anyone asks for them, first those that nearly every browser asks for.
fn compress(assets: &Assets) {
    for encoding in Encoding::ALL {
        for document in assets.documents().filter(|document| document.is_compressible()) {
            document.compressed(encoding);
        }
    }
}
