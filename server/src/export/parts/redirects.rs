//! Old addresses: a small page at each, and the same as rules of servers that can answer 301.

use crate::address;
use crate::export::tree::Tree;
use crate::export::{Source, addresses};
use crate::pages::moved;
use std::collections::{BTreeMap, BTreeSet};

/// The pages, `_redirects` and `redirects.nginx.conf`.
pub(super) fn add(source: &Source<'_>, tree: &mut Tree) -> anyhow::Result<()> {
    let cx = source.edition.context();
    let base = source.addresses.base();
    let (mut rules, mut map) = (String::new(), Map::default());
    for (from, to) in all(source) {
        let from = address::plain(&from);
        let Some(path) = address::decode(&from) else { continue };
        let is_file = path.ends_with(".html") || path.ends_with(".htm");
        // A page at `/a` is a file in the folder `a`; at `/a.html` it is that file.
        let (file, folder) = match is_file {
            true => (addresses::file(&from), from.rsplit_once('/').map_or("/", |(folder, _)| folder)),
            false => (addresses::page_file(&from), from.as_str()),
        };
        let html = source.page(folder, &moved::render(&cx, &to)?);
        let added = tree.len();
        tree.add(&file, html);
        if tree.len() == added {
            continue;
        }
        let target = source.addresses.absolute(&to);
        let slash = if is_file { None } else { Some("/") };
        for end in std::iter::once("").chain(slash) {
            rules += &format!("{base}{from}{end} {target} 301\n");
            map.add(&format!("{base}{path}{end}"), &target);
        }
    }
    if !rules.is_empty() {
        tree.add("_redirects", rules);
        tree.add("redirects.nginx.conf", map.text());
    }
    Ok(())
}

/// Old addresses and where they lead, in the end, to a page that is there.
fn all(source: &Source<'_>) -> BTreeMap<String, String> {
    let edition = source.edition;
    let named = edition.aliases().map(|(from, to)| (from.to_string(), to.to_string()));
    let moved = source.moved.iter().filter(|(from, _)| edition.document(from).is_none()).cloned();
    // What a page says itself comes last, and stays.
    let all: BTreeMap<String, String> = moved.chain(named).collect();
    let settled = all.into_iter().map(|(from, to)| (from, edition.settled(&to).to_string()));
    settled.filter(|(from, to)| from != to && is_there(source, to)).collect()
}

fn is_there(source: &Source<'_>, address: &str) -> bool {
    let attachment = || {
        let path = addresses::file(address);
        source.edition.site.attachments.get(path.split_once('/')?.1)
    };
    source.edition.document(address).is_some_and(|it| it.status == 200) || attachment().is_some()
}

/// A `map` of nginx, which looks an address up without regard to case, and wants each once.
#[derive(Default)]
struct Map {
    lines: String,
    seen: BTreeSet<String>,
}

impl Map {
    fn add(&mut self, from: &str, to: &str) {
        if self.seen.insert(from.to_lowercase()) {
            // nginx compares what it has decoded, and reads variables in what it answers.
            let from = from.replace('\\', "\\\\").replace('"', "\\\"");
            self.lines += &format!("    \"{from}\" \"{}\";\n", to.replace('$', "%24"));
        }
    }

    fn text(&self) -> String {
        format!(
            "# Include this in `http {{ … }}`, and in the `server {{ … }}` of the site write:\n\
             #     if ($casebook_moved) {{ return 301 $casebook_moved; }}\n\
             map $uri $casebook_moved {{\n    default \"\";\n{}}}\n",
            self.lines
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Map;

    #[test]
    fn what_nginx_would_trip_over_is_written_for_it() {
        let mut map = Map::default();
        for (from, to) in [("/a \"b\"\\", "/en/x/"), ("/A", "/en/y$z/"), ("/a", "/en/other/")] {
            map.add(from, to);
        }
        assert!(map.text().contains("    \"/a \\\"b\\\"\\\\\" \"/en/x/\";\n    \"/A\" \"/en/y%24z/\";\n}\n"));
        assert!(!map.text().contains("other"), "one address twice, for nginx");
    }
}
