//! What wants somebody's hand, page by page.

use crate::address;
use crate::content::page::Page;
use crate::content::path::{self, Kind};
use crate::diagnostic::{Diagnostic, Severity};
use crate::i18n::attachments;
use crate::i18n::wiki::{self, Strings};
use crate::pages::layout::Layout;
use crate::pages::{Context, Link};
use askama::Template;
use jiff::civil::Date;
use sim_wasm::text::Lang;
use std::sync::Arc;

/// Something that is wrong with a page.
struct Finding<'a> {
    edit: String,
    place: String,
    is_error: bool,
    message: &'a str,
}

#[derive(Template)]
#[template(path = "wiki/upkeep.html")]
struct View<'a> {
    layout: Layout,
    w: &'static Strings,
    files: &'static str,
    findings: Vec<Finding<'a>>,
    orphans: Vec<Link>,
    stale: Vec<(Link, Date)>,
}

/// The page.
///
/// # Errors
/// When the template fails.
pub fn render(
    cx: &Context<'_>,
    lang: Lang,
    findings: &[Diagnostic],
    orphans: &[Arc<Page>],
    stale: &[(Arc<Page>, Date)],
) -> askama::Result<String> {
    let w = wiki::strings(lang);
    let findings = findings.iter().map(|finding| Finding {
        edit: match path::classify(&finding.file) {
            Kind::Page { path, lang, .. } => address::wiki("edit", lang, path.as_str()),
            Kind::Attachment => "#".to_string(),
        },
        place: finding.place(),
        is_error: finding.severity == Severity::Error,
        message: &finding.message,
    });
    View {
        layout: Layout::wiki(cx, lang, "/-/upkeep", w.upkeep),
        w,
        files: attachments::strings(lang).files,
        findings: findings.collect(),
        orphans: orphans.iter().map(|page| Link::to(page)).collect(),
        stale: stale.iter().map(|(page, date)| (Link::to(page), *date)).collect(),
    }
    .render()
}
