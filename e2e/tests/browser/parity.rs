//! Native code and WebAssembly give the same reports, to the byte.

use e2e::modules::Modules;
use e2e::repository;
use e2e::settings::Settings;
use sim_wasm::lab::{self, Lab};
use sim_wasm::{api, text::Lang};
use std::fs;
use std::path::{Path, PathBuf};

/// How many settings of each lab are compared, half of them in each language.
const RUNS: usize = 10_000;

/// The same for modules that nobody is served: another toolchain must not change what they do.
const FRESH_RUNS: usize = 1_000;

/// The committed modules, and those just built when the caller built some: toolchains differ, behaviour must not.
fn compare(lang: Lang, code: &str, seed: u64) {
    let committed = Modules::load(repository("static/sim"));
    let fresh = std::env::var_os("CASEBOOK_FRESH_WASM").map(PathBuf::from);
    let fresh = fresh.map(|folder| (Modules::load(folder.clone()), folder));
    for lab in lab::all() {
        let queries: Vec<String> = Settings::new(lab, seed).take(RUNS / 2).collect();
        let native: Vec<String> = queries
            .iter()
            .map(|query| {
                format!("{:016x}", api::report_hash(lab.id, query, lang).expect("settings are valid"))
            })
            .collect();
        // The same bytes need not run twice.
        let fresh =
            fresh.iter().filter(|(_, folder)| bytes(folder, lab) != bytes(&repository("static/sim"), lab));
        let fresh = fresh.map(|(modules, _)| (modules, &queries[..FRESH_RUNS / 2]));
        for (modules, queries) in fresh.chain([(&committed, &queries[..])]) {
            let hashes = modules.report_hashes(lab.id, queries, code);
            let differing: Vec<&String> = queries
                .iter()
                .zip(hashes.iter().zip(&native))
                .filter(|(_, (a, b))| a != b)
                .map(|(q, _)| q)
                .collect();
            let (number, first) = (differing.len(), differing.first());
            assert!(
                first.is_none(),
                "{number} of {} differ in {code}, e.g. {}?{first:?}",
                queries.len(),
                lab.id
            );
        }
    }
}

/// The module of a lab.
fn bytes(folder: &Path, lab: &Lab) -> Vec<u8> {
    fs::read(folder.join(format!("{}_bg.wasm", lab.id))).expect("a module for each lab")
}

#[test]
fn english_reports_equal_native() {
    compare(Lang::En, "en", 20_260_101);
}

#[test]
fn chinese_reports_equal_native() {
    compare(Lang::Zh, "zh", 20_260_102);
}

#[test]
fn presets_equal_native() {
    let modules = Modules::load(repository("static/sim"));
    for lab in lab::all() {
        for preset in lab.presets {
            let query = lab.params(Some(preset.id), []).expect("a preset is valid").to_query();
            let ours = api::report_hash(lab.id, &query, Lang::En).expect("a preset is valid");
            let theirs = modules.report_hashes(lab.id, std::slice::from_ref(&query), "en");
            assert_eq!(theirs, [format!("{ours:016x}")], "{}, preset {}", lab.id, preset.id);
        }
    }
}

#[test]
fn wrong_settings_give_no_report() {
    let modules = Modules::load(repository("static/sim"));
    let queries = ["clients=0".to_string(), "nonsense=1".to_string()];
    assert_eq!(modules.report_hashes("paws", &queries, "en"), ["", ""]);
}
