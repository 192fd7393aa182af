//! The page that an address is about: `/-/edit/en/tcp/syn`, `/api/v1/pages/en/tcp/syn`.

use crate::address;
use crate::content::path::PagePath;
use crate::edition::Edition;
use crate::http::error::AppError;
use crate::pages::wiki::Subject;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use sim_wasm::text::Lang;

/// A page in a language, whether it is there or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its language.
    pub lang: Lang,
    /// Where it stands.
    pub path: PagePath,
}

impl Target {
    /// Its address.
    pub fn address(&self) -> String {
        self.path.address(self.lang)
    }

    /// The title of the page that is there; its path when none is.
    pub fn title(&self, edition: &Edition) -> String {
        match edition.site.page(&self.path, self.lang) {
            Some(page) => page.title.clone(),
            None => format!("/{}", self.path.as_str()),
        }
    }

    /// The page as the wiki's own pages name it.
    pub fn subject<'a>(&'a self, title: &'a str) -> Subject<'a> {
        Subject { lang: self.lang, path: &self.path, title }
    }

    /// The address of what the wiki does with it: `edit`, `history`, …
    pub fn wiki_address(&self, verb: &str) -> String {
        address::wiki(verb, self.lang, self.path.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Target {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Target, AppError> {
        parse(parts.uri.path()).ok_or(AppError::NotFound)
    }
}

fn parse(path: &str) -> Option<Target> {
    let rest = path.strip_prefix("/-/").or_else(|| path.strip_prefix("/api/v1/"))?;
    let (_verb, rest) = rest.split_once('/')?;
    let (code, page) = rest.split_once('/').unwrap_or((rest, ""));
    Some(Target { lang: Lang::from_code(code)?, path: PagePath::new(address::decode(page)?) })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn addresses_name_pages() {
        for (path, found) in [
            ("/-/edit/en/tcp/syn", Some("/en/tcp/syn")),
            ("/-/history/zh/%E9%87%8D", Some("/zh/%E9%87%8D")),
            ("/-/edit/en", Some("/en/")),
            ("/-/edit/fr/x", None),
            ("/api/v1/x", None),
            ("/-/edit", None),
        ] {
            let target = parse(path);
            assert_eq!(target.as_ref().map(|it| it.address()).as_deref(), found, "{path}");
            if let Some(target) = target {
                let verb = path.split('/').nth(2).unwrap();
                assert_eq!(target.wiki_address(verb), path);
            }
        }
    }
}
