//! Where an address of the site leads when the site is files: pages are folders, and links are relative, so that the
//! site works in whatever folder of a server it lies.

use crate::address;
use crate::edition::Edition;
use crate::pages::{labs, search};
use sim_wasm::lab;
use sim_wasm::text::Lang;
use std::collections::HashSet;

/// The addresses of an export.
pub(super) struct Addresses<'a> {
    edition: &'a Edition,
    /// Addresses whose document is a page.
    pages: HashSet<String>,
    /// The path of the public address: empty, or `/notes`.
    base: String,
}

impl<'a> Addresses<'a> {
    pub(super) fn new(edition: &'a Edition) -> Addresses<'a> {
        let documents = edition.documents();
        let pages = documents.filter(|(_, it)| it.content_type.starts_with("text/html"));
        let labs =
            Lang::ALL.into_iter().flat_map(|lang| lab::all().iter().map(move |it| labs::address(lang, it)));
        let searches = Lang::ALL.map(search::address_in);
        let pages = pages.map(|(address, _)| address.to_string()).chain(labs).chain(searches).collect();
        let host = edition.context().public_url.split_once("://").map_or("", |(_, host)| host);
        let base = host.find('/').map_or("", |at| &host[at..]).to_string();
        Addresses { edition, pages, base }
    }

    /// The path of the public address, without a slash at its end.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// The address in the export, from its root: `/en/tcp/paws?x#y` is `/en/tcp/paws/?x#y`.
    pub(super) fn of(&self, written: &str) -> String {
        let (path, rest) = written.split_at(written.find(['?', '#']).unwrap_or(written.len()));
        let Some(canonical) = address::canonical(path) else { return written.to_string() };
        let settled = self.edition.settled(&canonical);
        let (query, fragment) = rest.split_at(rest.find('#').unwrap_or(rest.len()));
        let query = scene(settled, query).unwrap_or_else(|| query.to_string());
        let path = match self.pages.contains(settled) {
            true => folder(settled),
            false => address::plain(settled),
        };
        format!("{path}{query}{fragment}")
    }

    /// What a page in the folder `from`, such as `/en/tcp/paws/`, writes to lead to an address.
    pub(super) fn relative(&self, from: &str, written: &str) -> String {
        let to = self.of(written);
        let (path, rest) = to.split_at(to.find(['?', '#']).unwrap_or(to.len()));
        let folders: Vec<&str> = from.trim_matches('/').split('/').filter(|name| !name.is_empty()).collect();
        let names: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let same = folders.iter().zip(&names[..names.len() - 1]).take_while(|(a, b)| a == b).count();
        let down = names[same..].join("/");
        match folders.len() - same {
            // What looks like a scheme, or is nothing, needs a beginning.
            0 if down.is_empty() || names[same].contains(':') => format!("./{down}{rest}"),
            up => format!("{}{down}{rest}", "../".repeat(up)),
        }
    }

    /// What a page writes that is shown at addresses of any depth.
    pub(super) fn absolute(&self, written: &str) -> String {
        format!("{}{}", self.base, self.of(written))
    }
}

/// The values of a lab's scene instead of its name, which only a server could look up.
fn scene(address: &str, query: &str) -> Option<String> {
    let (code, id) = address.strip_prefix('/')?.split_once("/labs/")?;
    let (lang, lab) = (Lang::from_code(code)?, lab::find(id)?);
    let mut given: Vec<(String, String)> =
        form_urlencoded::parse(query.strip_prefix('?')?.as_bytes()).into_owned().collect();
    let preset = given.remove(given.iter().position(|(name, _)| name == "preset")?).1;
    let pairs = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let params = lab.params_in(lang, Some(&preset), pairs).ok()?;
    Some(format!("?{}", params.to_query()))
}

/// The path of a page's file.
pub(super) fn page_file(address: &str) -> String {
    file(&format!("{}/index.html", address.trim_end_matches('/')))
}

/// The path of any other file. An address that cannot be one stays as it is, and is refused as a path.
pub(super) fn file(address: &str) -> String {
    let path = address::decode(&address::plain(address));
    path.map_or_else(|| address.to_string(), |path| path.trim_start_matches('/').to_string())
}

/// The folder that a page's links start from.
pub(super) fn folder(address: &str) -> String {
    format!("{}/", address::plain(address).trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::{Addresses, folder, page_file};
    use crate::assets::Assets;
    use crate::edition::{Edition, Frame, Parsed};
    use crate::folder::{Snapshot, SourceFile};
    use sim_wasm::text::Lang;

    fn edition(public_url: &str) -> Edition {
        let text = "---\ntags: [TCP/IP]\ndate: 2026-01-01\naliases: [/old]\n---\ntext\n";
        let page = |path: &str| SourceFile {
            file: format!("{path}.en.md"),
            path: crate::content::path::PagePath::new(path),
            lang: Lang::En,
            is_index: false,
            text: Ok(if path == "tcp/a" { text.to_string() } else { "text\n".to_string() }),
        };
        let pages = ["tcp/a", "tcp/b", "tcp/x:y", "网/络"].map(page).into();
        let parsed = Parsed::new(Snapshot { pages, ..Snapshot::default() });
        let frame = Frame { public_url: public_url.into(), wiki: false, exported: true };
        Edition::new(&parsed, &|_| true, Assets::embedded(), frame, None).unwrap()
    }

    #[test]
    fn links_lead_from_folder_to_folder() {
        let edition = edition("https://a.example");
        let addresses = Addresses::new(&edition);
        for (from, to, wanted) in [
            ("/en/tcp/a", "/en/tcp/b", "../b/"),
            ("/en/tcp/a", "/en/tcp/b?x=/y#z", "../b/?x=/y#z"),
            ("/en/tcp/a", "/en/tcp/a#z", "./#z"),
            ("/en/tcp/a", "/en/tcp", "../"),
            ("/en/tcp/a", "/en/", "../../"),
            ("/en/tcp/a", "/", "../../../"),
            ("/en/tcp/a", "/en/tcp/a.md", "../a.md"),
            ("/en/tcp", "/en/tcp.md", "../tcp.md"),
            ("/en/tcp", "/en/tcp/a", "a/"),
            ("/en/tcp", "/en/tcp/x:y", "./x:y/"),
            ("/en/tcp/a", "/static/css/x.css", "../../../static/css/x.css"),
            ("/en/tcp/a", "/zh/网/络", "../../../zh/%E7%BD%91/%E7%BB%9C"),
            ("/en/tcp/a", "/en/%E7%BD%91/络", "../../%E7%BD%91/%E7%BB%9C/"),
            ("/en/tcp/a", "/EN/TCP/B/", "../b/"),
            ("/en/tcp/a", "/old", "./"),
            ("/en/tcp/a", "/en/none", "../../none"),
            ("/en/tags/TCP%2FIP", "/en/tcp/a", "../../../tcp/a/"),
            ("/en/tcp/a", "/en/tags/TCP%2FIP", "../../tags/TCP/IP/"),
            ("/en/tcp/a", "/en/labs/paws?connections=7", "../../labs/paws/?connections=7"),
            ("/en/tcp/a", "/en/labs/paws?preset=none", "../../labs/paws/?preset=none"),
            ("/", "/en/", "en/"),
            ("/", "/", "./"),
        ] {
            assert_eq!(addresses.relative(&folder(from), to), wanted, "{from} to {to}");
        }
        let scene = addresses.of("/en/labs/paws?preset=nat-two-clients&connections=7");
        assert!(scene.starts_with("/en/labs/paws/?") && scene.contains("connections=7"), "{scene}");
        assert!(!scene.contains("preset"), "{scene}");
    }

    #[test]
    fn the_public_address_may_have_a_path() {
        for (url, wanted) in
            [("https://a.example", "/en/tcp/b/"), ("https://a.example/x/y", "/x/y/en/tcp/b/")]
        {
            let edition = edition(url);
            assert_eq!(Addresses::new(&edition).absolute("/en/tcp/b"), wanted);
        }
    }

    #[test]
    fn names_of_files_are_decoded() {
        for (address, wanted) in [
            ("/en/", "en/index.html"),
            ("/zh/%E7%BD%91/a", "zh/网/a/index.html"),
            ("/en/tags/TCP%2FIP", "en/tags/TCP/IP/index.html"),
            ("/en/%ff", "/en/%ff/index.html"),
        ] {
            assert_eq!(page_file(address), wanted);
        }
    }
}
