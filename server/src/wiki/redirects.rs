//! Where pages went that moved, in memory: asked whenever nothing is found.

use super::Wiki;
use super::reader::Reader;
use crate::address;
use arc_swap::ArcSwap;
use database::Database;
use sim_wasm::text::Lang;
use std::collections::HashMap;

/// Old addresses and those they lead to.
#[derive(Debug)]
pub(super) struct Redirects(ArcSwap<HashMap<String, String>>);

impl Redirects {
    /// Those of the database.
    pub(super) async fn load(database: &Database) -> Result<Redirects, database::Error> {
        Ok(Redirects(ArcSwap::from_pointee(read(database).await?)))
    }
}

async fn read(database: &Database) -> Result<HashMap<String, String>, database::Error> {
    let redirects = database.redirects().await?;
    Ok(redirects.into_iter().map(|redirect| (redirect.source, redirect.target)).collect())
}

impl Wiki {
    /// Where the page is now that was at this address. Nothing when the reader may see neither: the name that a hidden page
    /// got is nothing to tell.
    pub fn redirect_of(&self, reader: &Reader, address: &str) -> Option<String> {
        let redirects = self.redirects.0.load();
        let to = redirects.get(address)?;
        let shown = |address: &str| {
            let path =
                address.trim_start_matches('/').split_once('/').and_then(|(_, path)| address::decode(path));
            path.is_some_and(|path| reader.view().shows(&path))
        };
        (shown(to) && shown(address)).then(|| to.clone())
    }

    /// Notes that a page, a folder or a file moved: its addresses in all languages lead to the new ones. What is asked for
    /// later is answered so after [`Wiki::reload_redirects`].
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn redirect(&self, from: &str, to: &str) -> Result<(), database::Error> {
        for lang in Lang::ALL {
            let of = |path: &str| format!("/{}/{}", lang.code(), address::path(path));
            self.database.redirect(&of(from), &of(to)).await?;
        }
        Ok(())
    }

    /// Reads the redirects again after they have changed.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn reload_redirects(&self) -> Result<(), database::Error> {
        self.redirects.0.store(std::sync::Arc::new(read(&self.database).await?));
        Ok(())
    }
}
