//! The editions that are shown now: one for each part of the site that some reader may see.

use crate::assets::Assets;
use crate::content::path::{self, Kind};
use crate::diagnostic::Severity;
use crate::edition::{self, Edition, Frame, Parsed};
use crate::finder::Finder;
use crate::folder::{self, Now};
use anyhow::Context as _;
use arc_swap::ArcSwap;
use database::View;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// So many different views are kept at most; one that is asked for again later is made again.
const VIEWS: usize = 16;

/// Where editions come from and where they are found.
#[derive(Debug)]
pub struct Shelf {
    content: PathBuf,
    frame: Frame,
    finder: Arc<Finder>,
    shown: ArcSwap<Shown>,
    /// Files that were saved since the last reading of the folder began. Who holds it may replace what is shown.
    saved: Mutex<Vec<String>>,
}

/// What is shown at one moment.
#[derive(Clone, Debug)]
struct Shown {
    parsed: Arc<Parsed>,
    assets: Arc<Assets>,
    /// Those of anonymous readers first.
    editions: Vec<(View, Arc<Edition>)>,
}

impl Shelf {
    /// Reads the folder and makes the edition that anonymous readers see.
    ///
    /// # Errors
    /// When the folder cannot be read, or a template fails.
    pub fn open(
        content: PathBuf,
        assets: Arc<Assets>,
        frame: Frame,
        anonymous: &View,
    ) -> anyhow::Result<Shelf> {
        let parsed = Arc::new(read(&content)?);
        let edition =
            Edition::new(&parsed, &|path| anonymous.shows(path), assets.clone(), frame.clone(), None)?
                .whole(anonymous.shows_all());
        log_findings(&edition, None);
        let editions = vec![(anonymous.clone(), Arc::new(edition))];
        let finder = Finder::open(parsed.clone());
        let shown = ArcSwap::from_pointee(Shown { parsed, assets, editions });
        Ok(Shelf { content, frame, finder, shown, saved: Mutex::default() })
    }

    /// The edition of a view, if it is there already.
    pub fn ready(&self, view: &View) -> Option<Arc<Edition>> {
        let shown = self.shown.load();
        shown.editions.iter().find(|(seen, _)| seen == view).map(|(_, edition)| edition.clone())
    }

    /// The edition that anonymous readers saw when the site was opened: for what does not depend on the view.
    pub fn first(&self) -> Arc<Edition> {
        self.shown.load().editions[0].1.clone()
    }

    /// The edition of a view, made when it is not there yet.
    ///
    /// # Errors
    /// When a template fails.
    pub fn edition(&self, view: &View) -> anyhow::Result<Arc<Edition>> {
        if let Some(edition) = self.ready(view) {
            return Ok(edition);
        }
        let saved = self.replacing();
        if let Some(edition) = self.ready(view) {
            return Ok(edition);
        }
        let mut shown = Shown::clone(&self.shown.load());
        let edition = Arc::new(self.make(&shown, view, Some(&shown.editions[0].1))?);
        let edition = self.patched(view, edition, &saved)?;
        if shown.editions.len() == VIEWS {
            shown.editions.remove(1);
        }
        shown.editions.push((view.clone(), edition.clone()));
        self.shown.store(Arc::new(shown));
        Ok(edition)
    }

    /// The index of all pages.
    pub fn finder(&self) -> &Arc<Finder> {
        &self.finder
    }

    /// Shows files as they are now. Readers see them when this returns.
    ///
    /// # Errors
    /// When a template fails.
    pub fn saved(&self, files: &[String]) -> anyhow::Result<()> {
        let mut saved = self.replacing();
        saved.extend_from_slice(files);
        let mut shown = Shown::clone(&self.shown.load());
        self.patch(&mut shown, files)?;
        self.shown.store(Arc::new(shown));
        for file in files {
            if let Kind::Page { path, lang, .. } = path::classify(file) {
                let page = match folder::read_one(&self.content, file) {
                    Some(Now::Page(source)) => edition::page_of(source),
                    _ => None,
                };
                self.finder.saved(&path, lang, page.as_ref());
            }
        }
        Ok(())
    }

    /// Reads the folder again and makes all editions anew.
    ///
    /// # Errors
    /// When the folder cannot be read, or a template fails; what was shown is shown on.
    pub fn refresh(&self, assets: Option<Arc<Assets>>) -> anyhow::Result<()> {
        self.replacing().clear();
        self.finder.folder_is_read();
        let before = self.shown.load_full();
        let assets = assets.unwrap_or_else(|| before.assets.clone());
        let mut next = Shown { parsed: Arc::new(read(&self.content)?), assets, editions: Vec::new() };
        for (view, old) in &before.editions {
            let edition = self.make(&next, view, Some(old))?;
            log_findings(&edition, Some(old));
            next.editions.push((view.clone(), Arc::new(edition)));
        }
        let saved = self.replacing();
        // Before it is shown: readers must not lose sight of what was saved meanwhile. Views that were asked for meanwhile
        // are made again when they are asked for again.
        self.patch(&mut next, &saved)?;
        let parsed = next.parsed.clone();
        self.shown.store(Arc::new(next));
        drop(saved);
        self.finder.follow(&parsed);
        Ok(())
    }

    fn make(&self, shown: &Shown, view: &View, previous: Option<&Arc<Edition>>) -> askama::Result<Edition> {
        let shows = |path: &str| view.shows(path);
        let edition = Edition::new(
            &shown.parsed,
            &shows,
            shown.assets.clone(),
            self.frame.clone(),
            previous.map(AsRef::as_ref),
        )?;
        Ok(edition.whole(view.shows_all()))
    }

    fn patch(&self, shown: &mut Shown, files: &[String]) -> anyhow::Result<()> {
        for (view, edition) in &mut shown.editions {
            *edition = self.patched(view, edition.clone(), files)?;
        }
        Ok(())
    }

    /// An edition with these files as they are now.
    fn patched(&self, view: &View, edition: Arc<Edition>, files: &[String]) -> anyhow::Result<Arc<Edition>> {
        let shows = |file: &String| match path::classify(file) {
            Kind::Page { path, .. } => view.shows(path.as_str()),
            Kind::Attachment => view.shows(file),
        };
        // A file may have been saved several times.
        let files: BTreeSet<&String> = files.iter().filter(|file| shows(file)).collect();
        if files.is_empty() {
            return Ok(edition);
        }
        let now = files.into_iter().map(|file| (file.as_str(), folder::read_one(&self.content, file)));
        Ok(Arc::new(edition.with_files(now)?))
    }

    fn replacing(&self) -> MutexGuard<'_, Vec<String>> {
        // What is shown is replaced as a whole, so a panic leaves nothing half done.
        self.saved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(content: &Path) -> anyhow::Result<Parsed> {
    let snapshot = folder::read(content).with_context(|| {
        format!("cannot read the content folder `{}`; name another with --content", content.display())
    })?;
    Ok(Parsed::new(snapshot))
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
