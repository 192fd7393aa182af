//! What a lab takes for granted and what it leaves out: the same for every run of it.

use super::html::escape;
use crate::lab::Lab;
use crate::text::{Lang, PageText};
use std::fmt::Write;

/// Folded, for an article; the page of a lab alone has sections for it.
pub fn scope_html(lab: &Lab, lang: Lang) -> String {
    let summary = lang.pick("What this lab assumes, and what it leaves out", "这个实验的假定与未涉及之处");
    let mut out = format!("<details class=\"scope\"><summary>{summary}</summary>");
    list(&mut out, lang.pick("It assumes", "假定"), lab.assumptions, lang);
    list(&mut out, lang.pick("It leaves out", "未涉及"), lab.not_modelled, lang);
    out + "</details>"
}

fn list(out: &mut String, title: &str, items: &[PageText], lang: Lang) {
    let _ = write!(out, "<p>{title}</p><ul>");
    for item in items {
        let _ = write!(out, "<li>{}</li>", escape(item.get(lang)));
    }
    out.push_str("</ul>");
}
