//! `casebook export`: the whole site as static files.

use super::{Failure, accounts, print};
use crate::assets::Assets;
use crate::config::{Config, Options};
use crate::diagnostic::Severity;
use crate::edition::{Edition, Frame, Parsed};
use crate::export::target::Target;
use crate::wiki::reader::everything;
use crate::{address, export, folder};
use anyhow::Context as _;
use clap::Args;
use database::View;
use std::path::PathBuf;
use std::sync::Arc;

/// Where to.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// A new folder, or one that an earlier export wrote; of that, only what differs is written
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

impl Export {
    /// Writes it.
    pub(super) fn run(self, options: Options) -> Result<(), Failure> {
        let config = Config::new(options)?;
        let Some(public_url) = config.public_url.clone() else {
            return Err(Failure::Usage(
                "feeds and the sitemap need the address where readers will reach the site; name it with --public-url, \
                 such as https://kb.example.org or https://example.org/notes"
                    .to_string(),
            ));
        };
        if config.private && !config.wiki {
            let message = "only a wiki has accounts to sign in with; --private needs --wiki";
            return Err(Failure::Usage(message.to_string()));
        }
        let target = Target::open(&self.folder, &config.content).map_err(Failure::Usage)?;
        let snapshot = folder::read(&config.content)
            .with_context(|| format!("cannot read the content folder `{}`", config.content.display()))?;
        let public =
            if config.wiki { public(&config)? } else { Public { view: everything(), moved: Vec::new() } };
        let assets = match &config.static_dir {
            None => Assets::embedded(),
            Some(folder) => Assets::read(folder)
                .map(Arc::new)
                .with_context(|| format!("cannot read the static folder `{}`", folder.display()))?,
        };
        let frame = Frame { public_url: public_url.into(), wiki: false, exported: true };
        let edition =
            Edition::new(&Parsed::new(snapshot), &|path| public.view.shows(path), assets, frame, None)?;
        if config.wiki && !public.view.shows_all() && edition.site.pages().next().is_none() {
            let message =
                "nobody may read a page of this wiki without signing in, so there is nothing to export";
            return Err(Failure::Usage(message.to_string()));
        }
        let mut tree = export::site(&edition, &config.content, &public.moved)?;
        let done = target.write(&tree)?;

        let problems = tree.problems.drain(..).chain(done.problems);
        let mut out: String = problems.map(|problem| format!("{problem}\n")).collect();
        out += &format!(
            "{}: {} written, {} as before, {} removed\n",
            self.folder.display(),
            counted(done.written, "file"),
            done.unchanged,
            done.removed
        );
        let count = |severity| edition.diagnostics.iter().filter(|found| found.severity == severity).count();
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        if errors + warnings > 0 {
            out += &format!(
                "{} and {} in the content; `casebook check` lists them\n",
                counted(errors, "error"),
                counted(warnings, "warning")
            );
        }
        print(&out)
    }
}

/// What of a wiki everybody may see.
struct Public {
    view: View,
    /// Addresses of pages that moved, and the new ones.
    moved: Vec<(String, String)>,
}

fn public(config: &Config) -> anyhow::Result<Public> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let database = accounts::open(config).await?;
        let view = database.permissions(!config.private).await?.hidden(None);
        let moved = database.redirects().await?;
        database.close().await;
        let shown = |address: &str| {
            let path =
                address.trim_start_matches('/').split_once('/').and_then(|(_, path)| address::decode(path));
            path.is_some_and(|path| view.shows(&path))
        };
        // The name that a hidden page had, or has, is nothing to tell.
        let moved = moved.into_iter().filter(|it| shown(&it.source) && shown(&it.target));
        let moved = moved.map(|it| (it.source, it.target)).collect();
        Ok(Public { view, moved })
    })
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
