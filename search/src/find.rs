//! The pages that answer a query, best first.
//!
//! A page counts when it has all that was asked for, wherever in it. How well it answers is BM25 over its fields, a term
//! counting by where it stands (title, heading, label, text, code) and by how few pages have it; words that stand
//! together, and titles that are what was asked for, count more.
//!
//! When no page has all of it: a Latin word that no page has is taken for a slip of the fingers, a long run of Han
//! characters for a sentence of which most pairs will do, and in the end most of the words will do.

use crate::clause::{self, Place};
use crate::index::Index;
use crate::near;
use crate::page::{Field, Page};
use crate::query::{Clause, Filter, Query, Term};
use crate::snippet::{self, Part};
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// What somebody wants to see.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Pages in this language alone, unless the query names one; all when none.
    pub lang: Option<&'a str>,
    /// Which pages there are for this reader, by key; all when none.
    pub visible: Option<&'a dyn Fn(&str) -> bool>,
    /// So many pages are passed over.
    pub skip: usize,
    /// So many are wanted.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Found {
    /// The pages, best first.
    pub hits: Vec<Hit>,
    /// How many pages answer in all.
    pub total: usize,
    /// What was looked for instead, when a word was taken for a slip.
    pub corrected: Option<String>,
    /// No page has everything that was asked for; these have most of it.
    pub partial: bool,
}

/// A page that answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// What it is known by, for who made the index.
    #[serde(skip)]
    pub key: String,
    /// Its language.
    pub lang: String,
    /// Its path.
    pub path: String,
    /// Where it is read.
    pub address: String,
    /// Its title, with what was found in it.
    pub title: Vec<Part>,
    /// The anchor of the section that answers best; empty for the beginning of the page.
    pub anchor: String,
    /// That section's heading, with what was found in it.
    pub heading: Vec<Part>,
    /// Some of its text, with what was found in it.
    pub snippet: Vec<Part>,
}

/// Saturation and length normalisation of BM25.
const K1: f32 = 1.2;
const B: f32 = 0.5;

/// A run of Han characters this long may be a sentence of which no page has all.
const SENTENCE: usize = 3;

/// So many of the best are looked at closely, where words stand together; the others come behind in their rough order.
const CLOSELY: usize = 300;

/// Where a clause was found.
#[derive(Clone, Debug, Default)]
struct Evaluated {
    /// By section.
    places: Vec<Place>,
    /// Each page with the range of its places.
    pages: Vec<(u32, Range<u32>)>,
}

impl Evaluated {
    fn new(index: &Index, places: Vec<Place>) -> Evaluated {
        let mut pages: Vec<(u32, Range<u32>)> = Vec::new();
        for (at, place) in (0..).zip(&places) {
            let page = index.page_of[place.section as usize];
            match pages.last_mut() {
                Some((last, range)) if *last == page => range.end = at + 1,
                _ => pages.push((page, at..at + 1)),
            }
        }
        Evaluated { places, pages }
    }

    fn pages(&self) -> impl Iterator<Item = u32> {
        self.pages.iter().map(|(page, _)| *page)
    }

    /// The places in a page.
    fn of(&self, page: u32) -> &[Place] {
        match self.pages.binary_search_by_key(&page, |(page, _)| *page) {
            Ok(at) => self.at(at),
            Err(_) => &[],
        }
    }

    /// The places in the page with this number among its pages.
    fn at(&self, at: usize) -> &[Place] {
        let Range { start, end } = self.pages[at].1;
        &self.places[start as usize..end as usize]
    }

    /// The same as [`Evaluated::of`] for pages that are asked for in ascending order, with a place to go on from.
    fn next_of(&self, from: &mut usize, page: u32) -> &[Place] {
        while self.pages.get(*from).is_some_and(|(its, _)| *its < page) {
            *from += 1;
        }
        match self.pages.get(*from) {
            Some((its, _)) if *its == page => self.at(*from),
            _ => &[],
        }
    }

    fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }
}

impl Index {
    /// The pages that answer a query.
    pub fn find(&self, query: &Query, asked: Asked<'_>) -> Found {
        if query.is_empty() {
            return Found::default();
        }
        // Who names a language in the query wants that one, whatever language they read.
        let named = query.filters.iter().any(|filter| matches!(filter, (Filter::Lang(_), true)));
        let asked = Asked { lang: asked.lang.filter(|_| !named), ..asked };
        let allowed = vec![None; self.pages.len()];
        let mut search = Search { index: self, query, asked, allowed, clauses: query.must.clone() };
        search.run()
    }
}

struct Search<'a> {
    index: &'a Index,
    query: &'a Query,
    asked: Asked<'a>,
    /// Whether a page counts, once that was asked.
    allowed: Vec<Option<bool>>,
    clauses: Vec<Clause>,
}

impl Search<'_> {
    fn run(&mut self) -> Found {
        if self.clauses.is_empty() {
            return self.listed();
        }
        let mut evaluated = self.evaluate_all();
        let mut corrected = None;
        if evaluated.iter().any(Evaluated::is_empty) {
            corrected = self.correct(&mut evaluated);
            self.loosen(&mut evaluated);
        }
        let excluded = self.excluded();
        let mut pages = common(&evaluated);
        pages.retain(|page| excluded.binary_search(page).is_err());
        let partial = pages.is_empty();
        if partial {
            pages = self.most(&mut evaluated, &excluded);
        }
        let total = pages.len();
        let idf: Vec<f32> = self.clauses.iter().map(|clause| self.rarity(clause)).collect();
        let best = self.best(&pages, &evaluated, &idf);
        let shown = best.into_iter().skip(self.asked.skip).take(self.asked.limit);
        let hits = shown.filter_map(|page| self.hit(page, &evaluated, &idf)).collect();
        Found { hits, total, corrected: corrected.filter(|_| total > 0), partial: partial && total > 0 }
    }

    /// As many of the pages as are asked for, best first.
    fn best(&mut self, pages: &[u32], evaluated: &[Evaluated], idf: &[f32]) -> Vec<u32> {
        let wanted = self.asked.skip.saturating_add(self.asked.limit);
        if self.asked.limit == 0 {
            return Vec::new();
        }
        let by_score = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        let mut from = vec![0; evaluated.len()];
        let mut scored: Vec<(f32, u32)> =
            pages.iter().map(|page| (self.score(*page, evaluated, &mut from, idf), *page)).collect();
        let most = CLOSELY.max(wanted);
        if scored.len() > most {
            scored.select_nth_unstable_by(most, by_score);
            scored.truncate(most);
        }
        let mut close: Vec<u32> = scored.iter().map(|(_, page)| *page).collect();
        close.sort_unstable();
        let together = self.together(&close);
        for (score, page) in &mut scored {
            *score = self.close_score(*page, *score, evaluated, idf, together.as_ref());
        }
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| self.key(a.1).cmp(self.key(b.1))));
        scored.truncate(wanted);
        scored.into_iter().map(|(_, page)| page).collect()
    }

    /// The pages that meet the filters, when no word was asked for.
    fn listed(&mut self) -> Found {
        let excluded = self.excluded();
        let mut pages: Vec<u32> = (0..self.index.pages.len() as u32)
            .filter(|page| self.allowed(*page) && excluded.binary_search(page).is_err())
            .collect();
        pages.sort_by(|a, b| self.key(*a).cmp(self.key(*b)));
        let total = pages.len();
        let shown = pages.into_iter().skip(self.asked.skip).take(self.asked.limit);
        Found { hits: shown.filter_map(|page| self.hit(page, &[], &[])).collect(), total, ..Found::default() }
    }

    fn page(&self, number: u32) -> Option<&Page> {
        self.index.pages.get(number as usize)?.as_deref()
    }

    fn key(&self, number: u32) -> &str {
        self.page(number).map(|page| page.key.as_str()).unwrap_or_default()
    }

    /// Does the page count for this reader and this query?
    fn allowed(&mut self, number: u32) -> bool {
        if let Some(known) = self.allowed[number as usize] {
            return known;
        }
        // Looking at thousands of pages takes longer than all else: only if something is asked of them.
        let at = number as usize;
        let allowed = self.asked.lang.is_none_or(|lang| self.index.langs[at] == lang)
            && self.index.pages[at].as_ref().is_some_and(|page| {
                self.query.filters.iter().all(|(filter, holds)| filter.holds(page) == *holds)
                    && self.asked.visible.is_none_or(|visible| visible(&page.key))
            });
        self.allowed[number as usize] = Some(allowed);
        allowed
    }

    fn evaluate_all(&mut self) -> Vec<Evaluated> {
        // What is rare first, so that of the others only the pages that have it are looked at.
        let mut order: Vec<usize> = (0..self.clauses.len()).collect();
        order.sort_by_cached_key(|at| clause::entries(self.index, &self.clauses[*at]));
        let mut evaluated: Vec<Evaluated> = vec![Evaluated::default(); self.clauses.len()];
        let mut candidates: Option<Vec<u32>> = None;
        for at in order {
            let it = self.evaluate(&self.clauses[at].clone(), candidates.as_deref());
            if !it.is_empty() {
                candidates = Some(it.pages().collect());
            }
            evaluated[at] = it;
        }
        evaluated
    }

    /// Where a clause is found, in pages that count; among `candidates`, ascending, if there are any.
    fn evaluate(&mut self, clause: &Clause, candidates: Option<&[u32]>) -> Evaluated {
        let index = self.index;
        let mut from = 0;
        let mut wanted = |section: u32| {
            let page = index.page_of[section as usize];
            if let Some(candidates) = candidates {
                // Sections come in ascending order, but for beginnings of several terms.
                if candidates.get(from).is_some_and(|candidate| *candidate > page) {
                    from = candidates.partition_point(|candidate| *candidate < page);
                }
                while candidates.get(from).is_some_and(|candidate| *candidate < page) {
                    from += 1;
                }
                if candidates.get(from) != Some(&page) {
                    return false;
                }
            }
            self.allowed(page)
        };
        Evaluated::new(index, clause::places(index, clause, &mut wanted))
    }

    /// Replaces words that no page has by those that were meant; the query as it should have been, if there were any.
    fn correct(&mut self, evaluated: &mut Vec<Evaluated>) -> Option<String> {
        let mut text = self.query.text.clone();
        let mut changed = false;
        // From the end on, so that what stands before keeps its place in the text.
        for at in (0..self.clauses.len()).rev() {
            let mut clause = self.clauses[at].clone();
            if clause.quoted || !self.evaluate(&clause, None).is_empty() {
                continue;
            }
            let mut words = Vec::new();
            for term in clause.terms.iter_mut().filter(|term| !self.exists(&term.text)) {
                if let Some(meant) = near::nearest(self.index, &term.text, &|near| self.exists(near)) {
                    words.push((term.span.clone(), meant.clone()));
                    *term = Term { text: meant, prefix: false, ..term.clone() };
                }
            }
            clause.whole = None;
            if words.is_empty() || self.evaluate(&clause, None).is_empty() {
                continue;
            }
            for (span, meant) in words.into_iter().rev() {
                let written = self.as_written(&meant).unwrap_or(meant);
                text.replace_range(span, &written);
            }
            self.clauses[at] = clause;
            changed = true;
        }
        if changed {
            *evaluated = self.evaluate_all();
        }
        changed.then_some(text)
    }

    /// Does any page that counts have the term?
    fn exists(&self, term: &str) -> bool {
        let mut alone = Search { allowed: self.allowed.clone(), clauses: Vec::new(), ..*self };
        !alone.evaluate(&Clause::of(term), None).is_empty()
    }

    /// How the first page that has a term writes it.
    fn as_written(&mut self, term: &str) -> Option<String> {
        let clause = Clause::of(term);
        let place = *self.evaluate(&clause, None).places.first()?;
        let number = self.index.page_of[place.section as usize];
        let section = place.section - self.index.first_section[number as usize];
        let fields = self.page(number)?.fields(section as usize);
        let (_, text) = fields.into_iter().find(|(field, _)| *field == place.field)?;
        let Range { start, end } = snippet::spans(&text, &[clause]).into_iter().next()?;
        Some(text[start..end].to_lowercase())
    }

    /// Lets most pairs do for a run of Han characters that no page has.
    fn loosen(&mut self, evaluated: &mut [Evaluated]) {
        for (at, it) in evaluated.iter_mut().enumerate() {
            let clause = self.clauses[at].clone();
            let is_sentence = !clause.quoted
                && clause.terms.len() + 1 >= SENTENCE
                && clause.terms.iter().all(|term| term.text.chars().all(crate::fold::is_cjk));
            if !it.is_empty() || !is_sentence {
                continue;
            }
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            let mut places = Vec::new();
            for term in &clause.terms {
                let alone =
                    Clause { terms: vec![Term { offset: 0, ..term.clone() }], whole: None, ..clause.clone() };
                let found = self.evaluate(&alone, None);
                found.pages().for_each(|page| *counts.entry(page).or_default() += 1);
                places.extend(found.places);
            }
            let enough = clause.terms.len().div_ceil(2);
            places.retain(|place| {
                let page = self.index.page_of[place.section as usize];
                counts.get(&page).is_some_and(|count| *count >= enough)
            });
            places.sort_by_key(|place| (place.section, place.field));
            *it = Evaluated::new(self.index, places);
        }
    }

    /// The pages that have most of the clauses, at least half of them.
    fn most(&mut self, evaluated: &mut [Evaluated], excluded: &[u32]) -> Vec<u32> {
        if evaluated.len() < 2 {
            return Vec::new();
        }
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for (at, it) in evaluated.iter_mut().enumerate() {
            // They were evaluated for the pages of the rarest alone.
            let all = self.evaluate(&self.clauses[at].clone(), None);
            if !all.is_empty() {
                *it = all;
            }
            for page in it.pages().filter(|page| excluded.binary_search(page).is_err()) {
                *counts.entry(page).or_default() += 1;
            }
        }
        let best = counts.values().copied().max().unwrap_or_default();
        if best * 2 < evaluated.len() {
            return Vec::new();
        }
        counts.into_iter().filter(|(_, count)| *count == best).map(|(page, _)| page).collect()
    }

    fn excluded(&mut self) -> Vec<u32> {
        let clauses = self.query.must_not.clone();
        let mut pages: Vec<u32> = clauses
            .iter()
            .flat_map(|clause| self.evaluate(clause, None).pages().collect::<Vec<_>>())
            .collect();
        pages.sort_unstable();
        pages
    }

    /// Where all words of the query stand one after the other, when there are several.
    fn together(&mut self, candidates: &[u32]) -> Option<Evaluated> {
        if self.clauses.len() < 2 || candidates.is_empty() {
            return None;
        }
        let mut terms = Vec::new();
        let mut offset = 0;
        for clause in &self.clauses {
            terms.extend(
                clause.terms.iter().map(|term| Term { offset: offset + term.offset, ..term.clone() }),
            );
            let last = clause.terms.last()?;
            // A pair takes the places of both its characters.
            let width =
                if last.text.chars().all(crate::fold::is_cjk) { last.text.chars().count() as u32 } else { 1 };
            offset += last.offset + width;
        }
        let clause = Clause { terms, whole: None, span: 0..0, quoted: true };
        Some(self.evaluate(&clause, Some(candidates)))
    }

    /// How much a clause tells pages apart.
    fn rarity(&self, clause: &Clause) -> f32 {
        let (all, having) = (self.index.page_of.len() as f32, clause::entries(self.index, clause) as f32);
        (1.0 + (all - having + 0.5).max(0.0) / (having + 0.5)).ln().max(0.05)
    }

    /// What all places of a clause in a page count together.
    fn weigh(&self, page: u32, places: &[Place]) -> f32 {
        let average = self.index.length as f32 / self.index.lengths.len().max(1) as f32;
        let long = self.index.lengths[page as usize] as f32 / average.max(1.0);
        let mut counts = [0_u32; Field::ALL.len()];
        for place in places {
            counts[place.field as usize] += place.count;
        }
        let fields = Field::ALL.into_iter().map(|field| {
            let count = counts[field as usize] as f32;
            match field {
                Field::Text | Field::Code => field.weight() * count / (1.0 - B + B * long),
                // Headings name the word again and again on a page that is about it, which the text says already.
                _ => field.weight() * count.min(2.0),
            }
        });
        fields.sum()
    }

    /// How well a page answers, clause by clause; pages are asked for in ascending order.
    fn score(&self, page: u32, evaluated: &[Evaluated], from: &mut [usize], idf: &[f32]) -> f32 {
        let mut score = 0.0;
        for ((it, from), idf) in evaluated.iter().zip(from).zip(idf) {
            let frequency = self.weigh(page, it.next_of(from, page));
            score += idf * (saturate(frequency) + 0.3 * saturate(frequency / 8.0));
        }
        score
    }

    /// The score with what it counts that words stand together.
    fn close_score(
        &self,
        page: u32,
        mut score: f32,
        evaluated: &[Evaluated],
        idf: &[f32],
        together: Option<&Evaluated>,
    ) -> f32 {
        if let Some(places) = together.map(|it| it.of(page)).filter(|places| !places.is_empty()) {
            let idf = idf.iter().copied().fold(0.0, f32::max);
            score += 0.8 * idf * saturate(self.weigh(page, places));
        }
        let best = self.sections(page, evaluated, idf).into_values().fold(0.0, f32::max);
        let all: f32 = idf.iter().sum();
        score * (1.0 + 0.2 * best / all.max(0.01))
    }

    /// What the sections of a page have of the query: the weights of the clauses that are in each.
    fn sections(&self, page: u32, evaluated: &[Evaluated], idf: &[f32]) -> BTreeMap<u32, f32> {
        let mut sections: BTreeMap<u32, f32> = BTreeMap::new();
        for (it, idf) in evaluated.iter().zip(idf) {
            let mut last = None;
            for place in it.of(page) {
                // Title and labels are the page's, not its first section's.
                let own = !matches!(place.field, Field::Title | Field::Labels);
                if own && last != Some(place.section) {
                    last = Some(place.section);
                    *sections.entry(place.section).or_default() += idf;
                }
            }
        }
        sections
    }

    /// How well a section answers: what it has, its heading before its text.
    fn best_section(&self, page: u32, evaluated: &[Evaluated], idf: &[f32]) -> u32 {
        let first = self.index.first_section[page as usize];
        let mut sections = self.sections(page, evaluated, idf);
        for (it, idf) in evaluated.iter().zip(idf) {
            for place in it.of(page) {
                if let Some(score) = sections.get_mut(&place.section) {
                    *score += match place.field {
                        Field::Heading => 0.5 * idf,
                        Field::Text => 0.02 * idf * place.count.min(5) as f32,
                        _ => 0.0,
                    };
                }
            }
        }
        let best = sections.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
        best.map_or(first, |(section, _)| section)
    }

    fn hit(&self, number: u32, evaluated: &[Evaluated], idf: &[f32]) -> Option<Hit> {
        let page = self.page(number)?;
        let section = self.best_section(number, evaluated, idf) - self.index.first_section[number as usize];
        let section = page.sections.get(section as usize);
        let (anchor, heading) = section.map_or(("", ""), |it| (&it.anchor, &it.heading));
        let loosened = snippet::loosened(&self.clauses);
        let shown = section.map(|section| snippet::cut(section, &self.clauses, &loosened));
        let mark = |text: &str| snippet::marked(text, &self.clauses, &loosened);
        Some(Hit {
            key: page.key.clone(),
            lang: page.lang.clone(),
            path: page.path.clone(),
            address: page.address.clone(),
            title: mark(&page.title),
            anchor: anchor.to_string(),
            heading: mark(heading),
            snippet: shown.unwrap_or_default(),
        })
    }
}

fn saturate(frequency: f32) -> f32 {
    frequency / (frequency + K1)
}

/// The pages that are in all of them.
fn common(evaluated: &[Evaluated]) -> Vec<u32> {
    let Some(least) = evaluated.iter().min_by_key(|it| it.pages.len()) else { return Vec::new() };
    let mut from = vec![0; evaluated.len()];
    let in_all = |page: &u32| {
        let mut each = evaluated.iter().zip(&mut from);
        each.all(|(it, from)| !it.next_of(from, *page).is_empty())
    };
    least.pages().filter(in_all).collect()
}
