//! What holds for every lab, whatever it is about.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use settings::{params, random};
use sim_wasm::lab::figure::Drawing;
use sim_wasm::lab::report::{Fate, Report};
use sim_wasm::lab::{self, Lab, Params};
use sim_wasm::text::Lang;
use sim_wasm::view::{self, Detail};

/// Random settings that each lab is tried with.
const RUNS: u64 = 2_000;

#[test]
fn every_report_holds() {
    for lab in lab::all() {
        let presets = lab.presets.iter().map(|preset| params(lab, preset.id, ""));
        for params in presets.chain((0..RUNS).map(|seed| params(lab, "", &random(lab, seed)))) {
            let report = params.run(Lang::En);
            the_books_balance(lab, &params, &report);
            no_drop_is_without_its_reason(lab, &params, &report);
            what_a_report_names_is_there(lab, &params, &report);
            figures_are_whole(lab, &params, &report);
        }
    }
}

fn the_books_balance(lab: &Lab, params: &Params, report: &Report) {
    let settings = params.to_query();
    assert_ne!(report.verdict.code, "cut_off", "{} {settings}: out of fuel", lab.id);
    if !report.has_packets() {
        assert!(report.events.is_empty() && !report.figures.is_empty(), "{} {settings}", lab.id);
        return;
    }
    let total = |name| report.totals.iter().find(|(total, _)| *total == name).map(|(_, value)| *value);
    let fates = ["delivered", "dropped", "lost", "in_flight"].map(total);
    let sum = fates.into_iter().try_fold(0, |sum, fate| Some(sum + fate?));
    assert_eq!(total("packets"), sum, "{} {settings}", lab.id);
    let packets = report.events.iter().filter(|event| event.packet.is_some()).count() as u64;
    assert_eq!(total("packets"), Some(packets), "{} {settings}", lab.id);
    assert!(report.events.is_sorted_by_key(|event| event.t_us), "{} {settings}", lab.id);
    assert!(report.events.iter().map(|event| event.n).eq(1..=report.events.len() as u32));
}

fn no_drop_is_without_its_reason(lab: &Lab, params: &Params, report: &Report) {
    let settings = params.to_query();
    let mut used = vec![false; report.reasons.len()];
    for event in &report.events {
        let Some(packet) = &event.packet else { continue };
        let told = packet.why.is_some();
        match packet.fate {
            Fate::Dropped => assert!(told, "{} {settings}", lab.id),
            // The network of some labs tells why it lost a packet.
            Fate::Lost => {}
            _ => assert!(!told, "{} {settings}", lab.id),
        }
        if let Some(why) = packet.why {
            used[why as usize - 1] = true;
        }
    }
    assert!(!used.contains(&false), "{} {settings}: a reason that dropped nothing", lab.id);
    for (reason, id) in report.reasons.iter().zip(1..) {
        assert_eq!(reason.id, id);
        let texts = [reason.code, reason.function, reason.file, &reason.condition, &reason.text];
        for text in texts.into_iter().chain([reason.would_change.as_str()]) {
            assert!(!text.is_empty(), "{} {settings}: {reason:?}", lab.id);
        }
        let same = report.reasons.iter().filter(|other| {
            (&other.condition, &other.text, &other.kernel)
                == (&reason.condition, &reason.text, &reason.kernel)
        });
        assert_eq!(same.count(), 1, "{} {settings}: told twice: {reason:?}", lab.id);
    }
}

fn what_a_report_names_is_there(lab: &Lab, params: &Params, report: &Report) {
    let settings = params.to_query();
    let known = |id: &str| id.is_empty() || report.hosts.iter().any(|host| host.id == id);
    for event in &report.events {
        assert!(known(&event.from) && known(&event.to), "{} {settings}: {event:?}", lab.id);
    }
    for table in &report.tables {
        assert!(known(&table.host), "{} {settings}: {}", lab.id, table.id);
        let cells = table.rows.iter().all(|row| row.len() == table.columns.len());
        assert!(cells, "{} {settings}: a row of {} is short", lab.id, table.id);
    }
    for series in &report.series {
        let drawn = report.charts.iter().any(|chart| chart.id == series.chart);
        assert!(series.chart.is_empty() || drawn, "{} {settings}: {}", lab.id, series.id);
        let ids = report.series.iter().filter(|other| other.id == series.id);
        assert_eq!(ids.count(), 1, "{} {settings}: {}", lab.id, series.id);
        let sorted = series.points.is_sorted_by_key(|(t_us, _)| *t_us);
        assert!(series.chart.is_empty() || sorted, "{} {settings}: {}", lab.id, series.id);
    }
}

fn figures_are_whole(lab: &Lab, params: &Params, report: &Report) {
    let settings = params.to_query();
    for figure in &report.figures {
        let what = || format!("{} {settings}: {}", lab.id, figure.id);
        let same = report.figures.iter().filter(|other| other.id == figure.id);
        assert_eq!(same.count(), 1, "{}", what());
        match &figure.drawing {
            Drawing::Plot(plot) => {
                assert!(plot.x.per > 0 && plot.y.per > 0, "{}", what());
                for curve in &plot.curves {
                    let sorted = curve.points.windows(2).all(|pair| pair[0].0 < pair[1].0);
                    assert!(sorted && !curve.points.is_empty(), "{}: {}", what(), curve.id);
                }
            }
            Drawing::Bars(bars) => {
                assert!(bars.per > 0 && !bars.bars.is_empty(), "{}", what());
                for bar in &bars.bars {
                    assert_eq!(bar.parts.len(), bars.parts.len(), "{}: {}", what(), bar.label);
                    assert!(bar.parts.iter().all(|part| *part >= 0), "{}: {}", what(), bar.label);
                }
            }
            Drawing::Hops(way) => {
                for hop in &way.hops {
                    assert!(hop.from < way.nodes.len() && hop.to < way.nodes.len(), "{}", what());
                    assert_eq!(hop.values.len(), way.fields.len(), "{}: {}", what(), hop.label);
                }
            }
            Drawing::Lanes(lanes) => {
                for span in &lanes.spans {
                    let inside = span.from_us <= span.to_us && span.to_us <= lanes.end_us;
                    assert!(inside && span.lane < lanes.lanes.len(), "{}: {}", what(), span.label);
                }
            }
        }
    }
    for told in &report.explanations {
        assert!(!told.code.is_empty() && !told.text.is_empty(), "{} {settings}: {told:?}", lab.id);
    }
}

#[test]
fn totals_below_the_verdict_exist() {
    for lab in lab::all() {
        let totals: Vec<&str> = lab
            .presets
            .iter()
            .flat_map(|preset| params(lab, preset.id, "").run(Lang::En).totals.names().collect::<Vec<_>>())
            .collect();
        for (total, _) in lab.shown {
            assert!(totals.contains(total), "{}: no preset has a total {total}", lab.id);
        }
    }
}

#[test]
fn the_same_settings_give_the_same_report_and_harmless_markup() {
    for lab in lab::all() {
        for seed in 0..RUNS / 10 {
            let params = params(lab, "", &random(lab, seed));
            for lang in Lang::ALL {
                let report = params.run(lang);
                assert_eq!(report.hash(), params.run(lang).hash(), "{} {}", lab.id, params.to_query());
                let html = view::result_html(&report, lang, "lab", Detail::Full);
                assert!(!html.contains(" style=") && !html.contains("<script"), "{}", params.to_query());
                assert!(view::text(&report, lang).starts_with(&report.verdict.text));
                assert!(view::svg(&report, lang).starts_with("<svg "));
            }
        }
    }
}

#[test]
fn a_run_in_portions_gives_the_same_report() {
    for lab in lab::all() {
        let Some(long) = &lab.long else { continue };
        for seed in 0..RUNS / 20 {
            let params = params(lab, "", &random(lab, seed));
            let (settings, whole) = (params.to_query(), params.run(Lang::En).hash());
            for portion in [1, 97 + seed, params.steps() / 2 + 1] {
                let mut run = (long.start)(&params, Lang::En);
                let (mut passed, mut portions) = (0, 0);
                loop {
                    let progress = run.advance(portion);
                    assert!(progress.done_us >= passed, "{} {settings}: time goes back", lab.id);
                    assert!(progress.done_us <= progress.total_us, "{} {settings}: {progress:?}", lab.id);
                    passed = progress.done_us;
                    portions += 1;
                    if progress.over {
                        break;
                    }
                }
                let most = 4 * params.steps() / portion + 100;
                assert!(portions <= most, "{} {settings}: {portions} of {portion} steps, not {most}", lab.id);
                assert_eq!(run.report().hash(), whole, "{} {settings} in portions of {portion}", lab.id);
            }
        }
    }
}

/// The values of an attribute in HTML.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn links_within_a_result_lead_somewhere() {
    for lab in lab::all() {
        for preset in lab.presets {
            let report = params(lab, preset.id, "").run(Lang::En);
            for detail in [Detail::Figure, Detail::Full, Detail::Folded] {
                let html = view::result_html(&report, Lang::En, "x", detail);
                let ids = values(&html, " id=\"");
                for link in values(&html, " href=\"#") {
                    assert!(ids.contains(&link), "{} {}, {detail:?}: #{link}", lab.id, preset.id);
                }
            }
        }
    }
}

#[test]
fn every_preset_sets_what_exists() {
    for lab in lab::all() {
        for preset in lab.presets {
            for (name, value) in preset.values {
                lab.param(name).unwrap().read(value).unwrap();
            }
            params(lab, preset.id, "");
        }
    }
}

#[test]
fn an_address_holds_the_whole_state() {
    for lab in lab::all() {
        for seed in 0..1000 {
            let params = params(lab, "", &random(lab, seed));
            let texts = lab.params.iter().map(|param| lab::query::encode(params.text(param.name)).len());
            let query = params.to_query();
            assert!(query.len() < 1000 + texts.sum::<usize>(), "{query}");
            let again = sim_wasm::api::params(lab.id, &query).unwrap();
            assert_eq!(again.to_query(), query);
        }
    }
}
