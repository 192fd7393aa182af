//! From drafts to the files that are written: places, aliases, links.

use super::anchors;
use super::draft::{Draft, Head, Site};
use super::links::Index;
use super::report::{Finding, Report};
use super::source::Source;
use super::{names, permalink, rewrite};
use crate::address;
use crate::content::front_matter;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Longer pages are written, but the site does not show them.
const LONGEST: usize = 1 << 20;

/// A page to write.
#[derive(Debug)]
pub(super) struct Page {
    /// File of the source.
    pub(super) from: String,
    /// File of the content folder.
    pub(super) to: String,
    pub(super) text: String,
}

/// What is to be written.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) pages: Vec<Page>,
    /// Files of the source, and of the content folder.
    pub(super) files: Vec<(String, String)>,
}

/// Puts everything in its place.
pub(super) fn plan(source: &Source, mut site: Site, into: &str, report: &mut Report) -> Plan {
    let places = names::places(&site.drafts, into);
    titles(&mut site);
    aliases(&mut site, &places, report);
    let index = Index::new(source, &site);
    let headings: Vec<_> =
        site.drafts.iter().map(|draft| anchors::headings(&draft.text.text, draft.anchors)).collect();
    let repeated: Vec<_> = site
        .drafts
        .iter()
        .zip(&headings)
        .map(|(draft, headings)| rewrite::repeated_title(draft, headings))
        .collect();
    let cx =
        rewrite::Cx { site: &site, index: &index, places: &places, headings: &headings, titles: &repeated };
    let mut copies =
        Copies { source, site: &site, into, taken: names::Files::default(), files: BTreeMap::new() };
    if site.ours {
        source.files().filter(|file| !names::is_markdown(file)).for_each(|file| {
            copies.place(file);
        });
    }
    let mut remote = HashSet::new();
    let mut texts = Vec::new();
    for number in 0..site.drafts.len() {
        let changes = rewrite::page(&cx, number, &mut remote, &mut |file| copies.place(file));
        report.findings.extend(changes.findings);
        texts.push(changes.edits);
    }
    let files = copies.files.into_iter().collect();
    let mut pages = Vec::new();
    for ((draft, to), edits) in site.drafts.into_iter().zip(places).zip(texts) {
        let Draft { file, head, text, .. } = draft;
        let body = text.edit(edits).text;
        let text = match head {
            Head::Kept(head, _) => head + &body,
            Head::New(front) => {
                // The head ends where the text begins: one empty line, if the author left any.
                let body = body.strip_prefix("\r\n").or_else(|| body.strip_prefix('\n')).unwrap_or(&body);
                format!("{}\n{body}", front.write())
            }
        };
        if text.len() > LONGEST {
            let message =
                format!("is longer than {LONGEST} bytes, which is the most that the site shows; split it");
            report.findings.push(Finding::note(&file, 0, message));
        }
        if let Err(diagnostic) = front_matter::parse(&to, &text) {
            report.findings.push(Finding::note(
                &file,
                0,
                format!("the new head cannot be read: {}", diagnostic.message),
            ));
        }
        pages.push(Page { from: file, to, text });
    }
    pages.sort_by(|a, b| (&a.from, &a.to).cmp(&(&b.from, &b.to)));
    Plan { pages, files }
}

/// Pages without a title have their first heading's, else their file's name.
fn titles(site: &mut Site) {
    for draft in &mut site.drafts {
        if draft.title().is_some() {
            continue;
        }
        let first = anchors::headings(&draft.text.text, anchors::Style::GitHub).into_iter().next();
        let first = first.filter(|it| it.level == 1 && !it.text.is_empty()).map(|it| it.text);
        let name = match names::name(&draft.path) {
            "" => names::name(names::suffix(names::stem(&draft.file)).0).to_string(),
            name => name.to_string(),
        };
        if let Head::New(front) = &mut draft.head {
            front.title = first.or(Some(name));
        }
    }
}

/// Old addresses become aliases; one leads to one page, and never to what the site shows there itself.
fn aliases(site: &mut Site, places: &[String], report: &mut Report) {
    let new: HashSet<String> = places.iter().filter_map(|place| address_of(place)).collect();
    let mut taken: HashMap<String, String> = HashMap::new();
    for draft in &mut site.drafts {
        let Head::New(front) = &mut draft.head else { continue };
        let given: Vec<(String, bool)> =
            std::mem::take(&mut front.aliases).into_iter().map(|it| (it, true)).collect();
        let old = draft.old.iter().map(|it| (it.clone(), false));
        for (old, is_given) in old.chain(given) {
            let mut say = |message: String| report.findings.push(Finding::note(&draft.file, 0, message));
            let path = permalink::path_of(&old);
            let old = if old.contains("://") { path } else { permalink::rooted("", &old) };
            if is_given && old.contains(['?', '#']) {
                say(format!(
                    "the old address `{old}` has a query or an anchor, which no alias can have; it is left out"
                ));
                continue;
            }
            let Some(alias) = permalink::alias(&old, is_given) else {
                if permalink::key(&old).len() > 1 {
                    say(format!("the old address `{old}` cannot be kept"));
                }
                continue;
            };
            let key = permalink::key(&alias);
            if new.contains(&key) {
                continue;
            }
            match taken.get(&key) {
                Some(other) if *other != draft.file => {
                    say(format!("the old address `{old}` leads to {other}, which had it first"));
                }
                Some(_) => {}
                None => {
                    taken.insert(key, draft.file.clone());
                    front.aliases.push(alias);
                }
            }
        }
    }
}

/// The address of a page on our side, as old ones are compared with it.
fn address_of(place: &str) -> Option<String> {
    use crate::content::path::{Kind, classify};
    match classify(place) {
        Kind::Page { path, lang, .. } => Some(permalink::key(&address::decode(&path.address(lang))?)),
        Kind::Attachment => None,
    }
}

/// Files that pages refer to.
struct Copies<'a> {
    source: &'a Source,
    site: &'a Site,
    into: &'a str,
    taken: names::Files,
    files: BTreeMap<String, String>,
}

impl Copies<'_> {
    /// Where a file of the source goes.
    fn place(&mut self, file: &str) -> String {
        if let Some(place) = self.files.get(file) {
            return place.clone();
        }
        let prefix =
            self.site.prefixes.iter().find(|prefix| !prefix.is_empty() && file.starts_with(prefix.as_str()));
        let rest = &file[prefix.map_or(0, String::len)..];
        let wanted = match self.site.ours {
            true => rest.to_string(),
            false => names::file(rest),
        };
        let bytes = || self.source.read(file).ok();
        let extension = if self.site.ours {
            None
        } else {
            bytes().and_then(|bytes| names::picture_extension(file, &bytes))
        };
        let wanted = extension.map_or(wanted.clone(), |extension| format!("{wanted}.{extension}"));
        let place = self.taken.take(names::unreserved(names::join(self.into, &wanted)));
        self.files.insert(file.to_string(), place.clone());
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{hexo, jekyll, mdbook, plain};
    use jiff::civil::date;

    const TODAY: jiff::civil::Date = date(2026, 1, 1);

    fn planned(source: &Source, site: Site) -> (Plan, Report) {
        let mut report = Report::default();
        let plan = plan(source, site, "", &mut report);
        report.sort();
        (plan, report)
    }

    /// The body of a post of Hexo, and what is said of it.
    fn hexo_body(text: &str) -> (String, Vec<String>) {
        let post = format!("---\ntitle: T\ndate: 2020-01-02\n---\n{text}");
        let source = Source::of(&[
            ("_config.yml", "url: https://x.example\n"),
            ("source/_posts/a.md", &post),
            ("source/_posts/b.md", "---\ntitle: B\nlang: en\ndate: 2020-01-03\n---\n## 为什么？\n\n## A_b\n"),
            ("source/images/x (1).png", "x"),
            ("source/images/q~t:1.awebp", "RIFF....WEBP"),
        ]);
        let (plan, report) = planned(&source, hexo::read(&source, None, TODAY));
        let page = plan.pages.into_iter().find(|page| page.from.ends_with("a.md")).unwrap();
        let (_, body) = page.text.split_once("---\n\n").unwrap();
        let findings = report.findings.iter().filter(|it| it.file.ends_with("a.md"));
        (body.to_string(), findings.map(|it| format!("{}: {}", it.line, it.message)).collect())
    }

    #[test]
    fn references_are_rewritten() {
        for (text, wanted) in [
            ("[b](/2020/01/03/b/#为什么？)", "[b](b.en.md#为什么？)"),
            (
                "[b](https://x.example/2020/01/03/b/index.html#%E4%B8%BA%E4%BB%80%E4%B9%88%EF%BC%9F)",
                "[b](b.en.md#为什么？)",
            ),
            ("[b](b.md#a-b) [r]\n\n[r]: /2020/01/03/b/", "[b](b.en.md#A-b) [r]\n\n[r]: b.en.md"),
            ("![x](/images/x (1).png)", "![x](images/x-1.png)"),
            ("![x](<../images/x (1).png> \"t\")", "![x](images/x-1.png \"t\")"),
            ("![x](/Users/me/q~t:1.awebp)", "![x](images/q-t-1.awebp.webp)"),
            ("a <img src=\"/images/x%20(1).png\" alt=y style=\"zoom:80%\"> b", "a ![y](images/x-1.png) b"),
            (
                "<div>\n<img style='x' src='/images/x (1).png' alt=\"y\"id=z>\n</div>\n",
                "<div>\n<img src='images/x-1.png' alt=\"y\">\n</div>\n",
            ),
            ("[![x](/images/x%20%281%29.png)](/)", "[![x](images/x-1.png)](/en/)"),
            ("[top](#T)\n\n# Other {#T}\n", "[top](#T)\n\n# Other {#T}\n"),
        ] {
            assert_eq!(hexo_body(text), (wanted.to_string(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn headings_keep_their_old_ids() {
        for (text, wanted) in [
            ("# T\n\nText\n", "Text\n"),
            ("## Ab c ##\n", "## Ab c ## {#Ab-c}\n"),
            ("Ab\n---\n\nx\n", "Ab {#Ab}\n---\n\nx\n"),
            ("> ## Ab\n> x\n", "> ## Ab {#Ab}\n> x\n"),
            ("## awk {print $1}\n", "## awk {print $1} {#awk-print-1}\n"),
            ("## a\n\n## a\n\n## a\n", "## a\n\n## a {#a-1}\n\n## a {#a-2}\n"),
        ] {
            assert_eq!(hexo_body(text), (wanted.to_string(), Vec::new()), "{text}");
        }
        let (_, notes) = hexo_body("## search\n");
        assert!(notes[0].contains("the heading has `#search-2`"), "{notes:?}");
    }

    #[test]
    fn what_meant_text_stays_text() {
        for (text, wanted) in
            [("if [[ -f x ]]; then", "if \\[[ -f x ]]; then"), ("echo $PATH:$HOME", "echo \\$PATH:\\$HOME")]
        {
            assert_eq!(hexo_body(text), (wanted.to_string(), Vec::new()), "{text}");
        }
    }

    #[test]
    fn everything_else_stays_byte_for_byte() {
        let blocks = [
            "```bash\n$ ls // [x](/nowhere) {% raw %}\n## no heading\n```\n",
            "    indented // ![x](y.png)\n\t$tab$\n",
            "| a | b |\n|--|:-:|\n| `x|y` | **c**\\| |\n",
            "* one\n  * two  \n\n1) three\r\n",
            "<details>\n<summary>x</summary>\n\ntext\n</details>\n",
            "Text with trailing spaces  \nand a\ttab, `[[code]]`, \\[escaped](x), <https://y.example>.\n",
            "[^1] and https://z.example/a_b_(c)\n\n[^1]: A note.\n",
            "<!-- more -->\n",
            "> quoted\nlazy\n",
            "~~~\n$$\n~~~\n",
            "***\n",
        ];
        // Each block, and each two after each other.
        for first in blocks {
            for second in blocks {
                let text = format!("Begin.\n\n{first}\nBetween.\n\n{second}");
                assert_eq!(hexo_body(&text), (text.clone(), Vec::new()));
            }
        }
    }

    #[test]
    fn remote_pictures_are_named_once() {
        let (body, notes) = hexo_body("![a](https://c.example/x.png)\n\n![b](https://c.example/x.png)\n");
        assert_eq!(body, "![a](https://c.example/x.png)\n\n![b](https://c.example/x.png)\n");
        assert_eq!(notes.len(), 1);
    }

    #[test]
    fn an_old_address_leads_to_one_page() {
        let source = Source::of(&[
            ("_posts/2020-01-02-a.md", "---\ntitle: A\nredirect_from: [/b.html, /?p=1]\n---\n"),
            ("_posts/2020-01-02-b.md", "---\ntitle: B\npermalink: /b.html\n---\n"),
        ]);
        let (plan, report) = planned(&source, jekyll::read(&source, None, TODAY));
        assert!(
            plan.pages[0].text.contains("aliases:\n  - /2020/01/02/a.html\n  - /b.html\n---"),
            "{}",
            plan.pages[0].text
        );
        assert!(!plan.pages[1].text.contains("aliases"), "{}", plan.pages[1].text);
        assert_eq!(report.findings.len(), 2, "{:?}", report.findings);
    }

    #[test]
    fn our_own_pages_and_files_stay() {
        let page = "\u{feff}---\r\ntitle: A\r\n# c\r\n---\r\n# A\r\n\r\n[b](b.md#x) ![p](p q.png) <img src=\"p%20q.png\" style=x>";
        let source = Source::of(&[
            ("t/a.en.md", page),
            ("t/b.en.md", "## x\n"),
            ("t/p q.png", "p"),
            ("t/unused.pcap", "u"),
        ]);
        let (plan, report) = planned(&source, plain::read(&source, None));
        assert_eq!((plan.pages[0].to.as_str(), plan.pages[0].text.as_str()), ("t/a.en.md", page));
        let files: Vec<_> = plan.files.iter().map(|(_, to)| to.as_str()).collect();
        assert_eq!((files, report.findings), (vec!["t/p q.png", "t/unused.pcap"], Vec::new()));
    }

    #[test]
    fn our_own_pages_in_another_folder_follow() {
        let page = "---\ntitle: A\n---\n[b](b.md#x) [r](/t/b.md) [l](/en/t/b#x) [[t/b|w]] [[b]] ![p](./p.png) ![q](/t/p.png)";
        let source = Source::of(&[("t/a.en.md", page), ("t/b.en.md", "## x\n"), ("t/p.png", "p")]);
        let mut report = Report::default();
        let plan = plan(&source, plain::read(&source, None), "old", &mut report);
        let wanted = "---\ntitle: A\n---\n[b](b.md#x) [r](b.en.md) [l](b.en.md#x) [[old/t/b|w]] [[b]] ![p](./p.png) ![q](p.png)";
        assert_eq!((plan.pages[0].to.as_str(), plan.pages[0].text.as_str()), ("old/t/a.en.md", wanted));
        let plan = super::plan(&source, plain::read(&source, None), "", &mut report);
        assert_eq!((plan.pages[0].text.as_str(), report.findings), (page, Vec::new()));
    }

    #[test]
    fn the_title_of_a_chapter_is_its_first_heading() {
        let source = Source::of(&[
            ("book.toml", ""),
            ("src/SUMMARY.md", "[X](a.md)\n"),
            ("src/a.md", "# The `title`\n\n[up](#the-title)\n"),
        ]);
        let (plan, report) = planned(&source, mdbook::read(&source, None));
        assert_eq!(
            plan.pages[0].text,
            "---\ntitle: The title\naliases:\n  - /a.html\norder: 1\n---\n\n[up](#top)\n"
        );
        assert_eq!(report.findings, []);
    }
}
