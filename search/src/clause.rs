//! Where one part of a query is found.

use crate::index::Index;
use crate::page::Field;
use crate::postings::Postings;
use crate::query::{Clause, Term};

/// How often a clause was found in a field of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) section: u32,
    pub(crate) field: Field,
    pub(crate) count: u32,
}

/// A beginning may be that of very many terms; those beyond are not looked at.
const MOST_TERMS: usize = 4000;

/// The places of a clause in sections that `wanted` lets through, in the order of sections and fields.
pub(crate) fn places(index: &Index, clause: &Clause, wanted: &mut dyn FnMut(u32) -> bool) -> Vec<Place> {
    let mut found = match clause.terms.as_slice() {
        [] => Vec::new(),
        [term] => single(index, term, wanted),
        terms => in_a_row(index, terms, wanted),
    };
    if let Some(whole) = &clause.whole {
        let prefix = clause.terms.last().is_some_and(|term| term.prefix);
        found.extend(single(index, &Term { text: whole.clone(), offset: 0, prefix, span: 0..0 }, wanted));
        merge(&mut found);
    }
    found
}

/// In how many fields of sections a clause is at most.
pub(crate) fn entries(index: &Index, clause: &Clause) -> u32 {
    let of_term = |term: &Term| lists(index, term).iter().map(|postings| postings.entries).sum();
    let all: u32 = clause.terms.iter().map(of_term).min().unwrap_or_default();
    let whole = clause.whole.as_ref().and_then(|whole| index.term(whole));
    all + whole.map_or(0, |postings| postings.entries)
}

/// The terms of the index that will do for a term.
fn lists<'a>(index: &'a Index, term: &Term) -> Vec<&'a Postings> {
    if !term.prefix {
        return index.term(&term.text).into_iter().collect();
    }
    let begins = index.terms_from(&term.text).take_while(|(text, _)| text.starts_with(term.text.as_str()));
    begins.map(|(_, postings)| postings).take(MOST_TERMS).collect()
}

fn single(index: &Index, term: &Term, wanted: &mut dyn FnMut(u32) -> bool) -> Vec<Place> {
    let lists = lists(index, term);
    let mut found = Vec::new();
    if lists.iter().map(|postings| postings.entries as usize).sum::<usize>() < index.page_of.len() {
        for entry in lists.iter().flat_map(|postings| postings.iter()) {
            if wanted(entry.section) {
                found.push(Place { section: entry.section, field: entry.field, count: entry.count });
            }
        }
        if lists.len() > 1 {
            merge(&mut found);
        }
        return found;
    }
    // So many that counting in a table is quicker than sorting.
    let fields = Field::ALL.len();
    let mut counts = vec![0_u32; index.page_of.len() * fields];
    for entry in lists.iter().flat_map(|postings| postings.iter()) {
        counts[entry.section as usize * fields + entry.field as usize] += entry.count;
    }
    for (section, counts) in counts.chunks_exact(fields).enumerate() {
        let section = section as u32;
        if counts.iter().any(|count| *count > 0) && wanted(section) {
            let fields = Field::ALL.into_iter().zip(counts).filter(|(_, count)| **count > 0);
            found.extend(fields.map(|(field, count)| Place { section, field, count: *count }));
        }
    }
    found
}

/// Brings places into their order; those of the same field become one.
fn merge(found: &mut Vec<Place>) {
    found.sort_unstable_by_key(|place| (place.section, place.field));
    found.dedup_by(|next, first| {
        let same = (next.section, next.field) == (first.section, first.field);
        if same {
            first.count += next.count;
        }
        same
    });
}

/// A place at which a row may begin: section, field, position.
type Start = (u32, Field, u32);

fn in_a_row(index: &Index, row: &[Term], wanted: &mut dyn FnMut(u32) -> bool) -> Vec<Place> {
    // The rarest first: the others need to be read only where it stands.
    let mut order: Vec<(usize, &Term, Vec<&Postings>)> = row
        .iter()
        .map(|term| {
            let lists = lists(index, term);
            (lists.iter().map(|postings| postings.size()).sum(), term, lists)
        })
        .collect();
    order.sort_unstable_by_key(|(size, ..)| *size);
    let mut starts: Option<Vec<Start>> = None;
    for (_, term, lists) in order {
        let mut next: Vec<Start> = Vec::new();
        for postings in &lists {
            match &starts {
                None => begin(postings, term.offset, wanted, &mut next),
                Some(starts) => go_on(postings, term.offset, starts, &mut next),
            }
        }
        if lists.len() > 1 {
            next.sort_unstable();
            next.dedup();
        }
        if next.is_empty() {
            return Vec::new();
        }
        starts = Some(next);
    }
    let starts = starts.unwrap_or_default();
    let fields = starts.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    fields.map(|all| Place { section: all[0].0, field: all[0].1, count: all.len() as u32 }).collect()
}

/// Where rows begin of which a term at `offset` is all that is known.
fn begin(postings: &Postings, offset: u32, wanted: &mut dyn FnMut(u32) -> bool, starts: &mut Vec<Start>) {
    for entry in postings.iter() {
        if wanted(entry.section) {
            let begun = entry.positions().filter_map(|at| at.checked_sub(offset));
            starts.extend(begun.map(|at| (entry.section, entry.field, at)));
        }
    }
}

/// Those of the beginnings that a term follows at `offset`.
fn go_on(postings: &Postings, offset: u32, starts: &[Start], next: &mut Vec<Start>) {
    let mut from = 0;
    for entry in postings.iter() {
        let place = (entry.section, entry.field);
        while starts.get(from).is_some_and(|start| (start.0, start.1) < place) {
            from += 1;
        }
        let Some(start) = starts.get(from) else { return };
        if (start.0, start.1) != place {
            continue;
        }
        let to = from + starts[from..].iter().take_while(|start| (start.0, start.1) == place).count();
        let here = &starts[from..to];
        let follows = entry.positions().filter_map(|at| at.checked_sub(offset));
        next.extend(
            follows
                .filter(|at| here.binary_search_by_key(at, |start| start.2).is_ok())
                .map(|at| (place.0, place.1, at)),
        );
        from = to;
    }
}
