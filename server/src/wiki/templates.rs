//! What new pages begin with: a few lines, a template of ours, or a page that a team keeps in the folder `templates`.

use crate::content::path::PagePath;
use jiff::civil::Date;
use sim_wasm::text::Lang;

/// The folder of a team's own templates.
pub const FOLDER: &str = "templates";

/// The name of our own template.
pub const POST_MORTEM: &str = "post-mortem";

const POST_MORTEM_EN: &str = include_str!("templates/post-mortem.en.md");
const POST_MORTEM_ZH: &str = include_str!("templates/post-mortem.zh.md");

/// What a page without a template begins with: its title, as its name has it.
pub fn blank(path: &PagePath) -> String {
    let name = path.name().replace(['-', '_'], " ");
    format!("---\ntitle: {}\n---\n\n", serde_json::Value::from(name))
}

/// Our own template of this name.
pub fn own(name: &str, lang: Lang) -> Option<&'static str> {
    (name == POST_MORTEM).then(|| lang.pick(POST_MORTEM_EN, POST_MORTEM_ZH))
}

/// A template with what is filled in: `{date}`.
pub fn fill(template: &str, today: Date) -> String {
    template.replace("{date}", &today.to_string())
}

#[cfg(test)]
mod tests {
    use super::{POST_MORTEM, fill, own};
    use crate::assets::Assets;
    use crate::content::path::PagePath;
    use crate::edition::preview::Draft;
    use crate::edition::{Edition, Frame, Parsed};
    use crate::folder::Snapshot;
    use jiff::civil::date;
    use sim_wasm::text::Lang;

    #[test]
    fn our_templates_are_pages_without_mistakes() {
        let frame = Frame { public_url: "http://x".into(), wiki: true, exported: false };
        let parsed = Parsed::new(Snapshot::default());
        let edition = Edition::new(&parsed, &|_| true, Assets::embedded(), frame, None).unwrap();
        for lang in Lang::ALL {
            let text = fill(own(POST_MORTEM, lang).unwrap(), date(2026, 11, 30));
            let file = format!("x.{}.md", lang.code());
            let preview = edition.preview(&Draft { file, path: PagePath::new("x"), lang }, &text);
            assert!(preview.diagnostics.is_empty(), "{:?}", preview.diagnostics);
            assert_eq!(preview.labs, ["paws"]);
        }
        assert!(own("none", Lang::En).is_none());
    }
}
