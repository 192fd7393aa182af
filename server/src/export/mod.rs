//! The whole site as static files.
//!
//! - [`parts`]: what an export is made of, a function for each; whoever comes first has the name
//! - [`tree`]: the files before any of them is written
//! - [`target`]: the folder that they are written to
//! - `addresses`: where an address leads when pages are folders
//! - `html`: our own HTML with other addresses

mod addresses;
mod html;
pub mod parts;
pub mod target;
pub mod tree;

use crate::edition::Edition;
use crate::http::security::SITE_POLICY;
use addresses::Addresses;
use std::path::Path;
use tree::Tree;

/// What the parts of an export are made from.
pub struct Source<'a> {
    /// The site; its frame says that it is exported.
    pub edition: &'a Edition,
    /// The content folder.
    pub content: &'a Path,
    /// Old addresses besides those that pages name themselves, and where they lead.
    pub moved: &'a [(String, String)],
    addresses: Addresses<'a>,
    policy: String,
}

impl Source<'_> {
    /// A page as a file at `address`, with its policy in it and with links that start from there.
    pub fn page(&self, address: &str, html: &str) -> String {
        let from = addresses::folder(address);
        html::rewrite(html, &self.policy, &|to| self.addresses.relative(&from, to))
    }

    /// A page that a server shows at addresses of any depth.
    fn page_anywhere(&self, html: &str) -> String {
        html::rewrite(html, &self.policy, &|to| self.addresses.absolute(to))
    }
}

/// All files of the site.
///
/// # Errors
/// When a template fails.
pub fn site(edition: &Edition, content: &Path, moved: &[(String, String)]) -> anyhow::Result<Tree> {
    let addresses = Addresses::new(edition);
    let source = Source { edition, content, moved, addresses, policy: policy_of_pages() };
    let mut tree = Tree::default();
    for part in parts::ALL {
        part(&source, &mut tree)?;
    }
    Ok(tree)
}

/// What the server's policy says, but for what browsers do not take from a page itself.
fn policy_of_pages() -> String {
    let directives = SITE_POLICY.split(';').map(str::trim);
    directives.filter(|it| !it.starts_with("frame-ancestors")).collect::<Vec<_>>().join("; ")
}
