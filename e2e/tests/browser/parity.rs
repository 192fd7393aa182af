//! Native code and WebAssembly give the same reports, to the byte.

use e2e::modules::Modules;
use e2e::repository;
use e2e::settings::Settings;
use sim_wasm::{api, lab, text::Lang};
use std::path::PathBuf;

/// How many settings of each lab are compared.
const RUNS: usize = 10_000;

fn compare(folder: PathBuf) {
    let modules = Modules::load(folder);
    for lab in lab::all() {
        for (lang, code) in [(Lang::En, "en"), (Lang::Zh, "zh")] {
            let queries: Vec<String> = Settings::new(lab, 20_260_101).take(RUNS / 2).collect();
            let theirs = modules.report_hashes(lab.id, &queries, code);
            let mut differing = Vec::new();
            for (query, hash) in queries.iter().zip(theirs) {
                let ours = api::report_hash(lab.id, query, lang).expect("settings are valid");
                if hash != format!("{ours:016x}") {
                    differing.push(query);
                }
            }
            let first = differing.first();
            assert!(
                first.is_none(),
                "{} of {RUNS} differ in {code}, e.g. {}?{first:?}",
                differing.len(),
                lab.id
            );
        }
    }
}

/// The committed module, and the one just built when the caller built one: toolchains differ, behaviour must not.
#[test]
fn modules_equal_native() {
    compare(repository("static/sim"));
    if let Some(folder) = std::env::var_os("CASEBOOK_FRESH_WASM") {
        compare(PathBuf::from(folder));
    }
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
