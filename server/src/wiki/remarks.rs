//! The text of a comment as HTML: what pages are made with makes it, too, but for labs, which are not run here.

use crate::content::links::SiteLinks;
use crate::content::page::Page;
use crate::content::site::Site;
use crate::markdown::{self, Source};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use std::ops::Range;

/// Safe HTML of a comment on a page. What it links to, it links to as the page would; ids in it begin with the comment's.
pub fn render(site: &Site, page: &Page, id: &str, text: &str) -> String {
    let text = without_labs(text);
    let links = SiteLinks { site, page };
    let source = Source { file: &page.file, lang: page.lang, text: &text, first_line: 1 };
    below(&markdown::render(source, &links).html, &format!("c-{id}-"), &page.address())
}

/// The text with its labs as the data that they are written in: the labs of a page are few and run once, and neither is so of
/// those in comments.
fn without_labs(text: &str) -> String {
    let mut out = text.to_string();
    let infos: Vec<Range<usize>> = Parser::new_ext(text, markdown::options())
        .into_offset_iter()
        .filter_map(|(event, range)| match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info)))
                if info.split_whitespace().next() == Some("lab") =>
            {
                // The whole of it, since an author can write `lab` with character references.
                let line = text[range.clone()].lines().next()?;
                let fence = line.find(['`', '~'])?;
                let info = line[fence..].trim_start_matches(['`', '~']);
                Some(range.start + line.len() - info.len()..range.start + line.len())
            }
            _ => None,
        })
        .collect();
    for info in infos.into_iter().rev() {
        out.replace_range(info, "yaml");
    }
    out
}

/// HTML of the renderer for a place in another page: headings below those around it, ids that are nobody else's, and links to
/// what is not in it lead to `page`. Text and attributes hold neither `<` nor `"`, so that what is replaced can only be
/// markup.
fn below(html: &str, prefix: &str, page: &str) -> String {
    let mut parts = html.split(" href=\"#");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        let id = part.split('"').next().unwrap_or_default();
        let is_inside = html.contains(&format!(" id=\"{id}\""));
        out += if is_inside { " href=\"#" } else { " href=\"" };
        out += if is_inside { prefix } else { page };
        out += if is_inside { "" } else { "#" };
        out += part;
    }
    out = out.replace(" id=\"", &format!(" id=\"{prefix}"));
    for level in ["2", "3", "5", "6"] {
        out = out.replace(&format!("<h{level} "), "<h4 ").replace(&format!("</h{level}>"), "</h4>");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{below, without_labs};

    #[test]
    fn labs_are_data() {
        for (text, is) in [
            ("a\n\n```lab paws\npreset: x\n```\n", "a\n\n```yaml\npreset: x\n```\n"),
            ("> ~~~~ lab\n> x\n\n```c\nlab\n```\n", "> ~~~~yaml\n> x\n\n```c\nlab\n```\n"),
            ("- ```&#108;ab paws\n  x\n  ```\n", "- ```yaml\n  x\n  ```\n"),
            ("```label\n```\n中文 lab `lab`", "```label\n```\n中文 lab `lab`"),
        ] {
            assert_eq!(without_labs(text), is);
        }
    }

    #[test]
    fn ids_are_of_the_comment() {
        for (html, is) in [
            (
                "<h2 id=\"a\">A<a class=\"anchor\" href=\"#a\">#</a></h2>",
                "<h4 id=\"c-1-a\">A<a class=\"anchor\" href=\"#c-1-a\">#</a></h4>",
            ),
            ("<p>&lt;h2 id=&quot;x&quot;</p>", "<p>&lt;h2 id=&quot;x&quot;</p>"),
            ("<a href=\"#fix\">there</a>", "<a href=\"/en/x#fix\">there</a>"),
        ] {
            assert_eq!(below(html, "c-1-", "/en/x"), is);
        }
    }
}
