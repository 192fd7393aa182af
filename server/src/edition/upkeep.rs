//! What wants somebody's hand: links that lead nowhere, pages that nothing leads to, pages that nobody verified for long.

use super::Edition;
use crate::content::page::Page;
use crate::diagnostic::Diagnostic;
use jiff::civil::Date;
use std::collections::HashSet;
use std::sync::Arc;

/// After so many days a page wants to be verified again.
const FRESH_DAYS: i32 = 365;

/// What wants a hand, each by path.
#[derive(Debug, Default)]
pub struct Upkeep {
    /// What is wrong with the pages, by file and line.
    pub findings: Vec<Diagnostic>,
    /// Pages that no other page links to. Pages that describe a folder are reached through it.
    pub orphans: Vec<Arc<Page>>,
    /// Pages that say on which kernel they were verified, and for how long nobody did it again.
    pub stale: Vec<(Arc<Page>, Date)>,
}

impl Edition {
    /// What wants a hand on a day.
    pub fn upkeep(&self, today: Date) -> Upkeep {
        let linked: HashSet<&str> = self
            .rendered
            .values()
            .flat_map(|entry| {
                let own = entry.address();
                entry.links().filter(move |href| *href != own)
            })
            .collect();
        let mut upkeep = Upkeep { findings: self.diagnostics.clone(), ..Upkeep::default() };
        for page in self.site.pages() {
            if !page.is_index && !linked.contains(page.address().as_str()) {
                upkeep.orphans.push(page.clone());
            }
            let last = page.front.verified.iter().filter_map(|verified| verified.date).max();
            let old = |date: &Date| {
                date.checked_add(jiff::Span::new().days(FRESH_DAYS)).is_ok_and(|until| until < today)
            };
            if let Some(date) = last.filter(old) {
                upkeep.stale.push((page.clone(), date));
            }
        }
        upkeep.stale.sort_by_key(|(_, date)| *date);
        upkeep
    }
}
