//! The lab `cache-line`: plateaus where the caches end, measured times met, presets that give the answers of the
//! articles.
#![cfg(feature = "cache-line")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::figure::{AxisScale, Drawing, Plot};
use sim_wasm::lab::{self, Lab, Params, Report};
use sim_wasm::text::Lang;

const CPUS: [&str; 7] = ["skylake", "cascade-lake", "broadwell", "rome", "hygon", "kunpeng", "ft2500"];

fn lab() -> &'static Lab {
    lab::find("cache-line").unwrap()
}

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn total(report: &Report, name: &str) -> u64 {
    let all = report.totals.thousandths.iter().chain(&report.totals.counts);
    all.filter(|(known, _)| *known == name)
        .map(|(_, n)| *n)
        .next()
        .unwrap_or_else(|| panic!("no total {name}"))
}

fn plot(report: &Report, id: &str) -> Plot {
    let figure = report.figures.iter().find(|figure| figure.id == id).unwrap_or_else(|| panic!("{id}"));
    let Drawing::Plot(plot) = &figure.drawing else { panic!("{id} is no plot") };
    plot.clone()
}

fn curve(report: &Report, figure: &str, id: &str) -> Vec<(i64, i64)> {
    plot(report, figure).curves.into_iter().find(|curve| curve.id == id).unwrap().points
}

/// Picoseconds of an access.
fn access(settings: &str) -> u64 {
    total(&run("", settings), "access_ns")
}

/// systems.md 5.5 and 4.4: what a random chain takes where one level has it all, in picoseconds.
#[test]
fn plateaus_are_as_high_as_published() {
    for (cpu, kib, low, high) in [
        // Measured with lat_mem_rd: L1 1.6 ns, L2 5.6 to 5.8; MLC 81.6.
        ("skylake", 16, 1_600, 1_600),
        ("skylake", 256, 5_600, 5_800),
        ("skylake", 262_144, 81_600, 81_600),
        ("skylake memory=remote", 262_144, 145_900, 145_900),
        ("cascade-lake", 262_144, 78_600, 78_600),
        ("broadwell", 262_144, 85_000, 85_000),
        ("broadwell memory=remote", 262_144, 136_300, 136_300),
        // 34 cycles, 10.3 ns, within a group of cores.
        ("rome", 4_096, 10_300, 10_310),
        ("rome", 262_144, 122_000, 122_000),
        ("hygon", 262_144, 106_800, 106_800),
        ("kunpeng", 16, 1_530, 1_600),
        ("kunpeng", 128, 3_000, 3_600),
        ("kunpeng", 262_144, 117_300, 117_300),
        ("ft2500", 1_048_576, 150_000, 150_000),
        ("ft2500 memory=remote", 1_048_576, 426_200, 426_200),
    ] {
        let found = access(&format!("cpu={cpu} working_set_kib={kib}"));
        assert!((low..=high).contains(&found), "{cpu} {kib} KiB: {found}");
    }
}

/// systems.md 5.5: the published sweep with a chain of stride 64 in sequence is flat (trap 48); a random one is not.
#[test]
fn the_prefetcher_hides_the_plateaus() {
    for (kib, low, high) in
        [(64, 5_600, 5_800), (1024, 5_600, 5_800), (8192, 5_600, 6_100), (16_384, 5_600, 7_000)]
    {
        let found = access(&format!("order=sequential working_set_kib={kib}"));
        assert!((low..=high).contains(&found), "{kib} KiB: {found}");
    }
    for cpu in CPUS {
        let [near, far] = ["sequential", "permutation"]
            .map(|order| access(&format!("cpu={cpu} order={order} working_set_kib=1048576")));
        assert!(near * 8 < far, "{cpu}: {near} and {far}");
    }
    // A stride that the prefetcher does not follow.
    assert!(access("order=sequential stride_bytes=4096 working_set_kib=1048576") > 50_000);
    // Several elements in a line: only the first of them waits.
    assert_eq!(access("order=sequential stride_bytes=8 working_set_kib=1024"), (5_600 + 7 * 1_600) / 8);
}

/// A curve of levels: it never falls, begins in L1, ends in memory, and has its knees at the sizes.
#[test]
fn curves_have_their_knees_at_the_sizes() {
    for cpu in CPUS {
        for order in ["permutation", "random", "sequential"] {
            let report = run("", &format!("cpu={cpu} order={order}"));
            let sweep = plot(&report, "sweep");
            assert_eq!((sweep.x.unit, sweep.x.scale, sweep.y.per), ("bytes", AxisScale::Doubling, 100));
            assert_eq!(sweep.marks.len(), 3);
            let points = curve(&report, "sweep", "model");
            assert!(points.is_sorted_by_key(|(_, y)| *y), "{cpu} {order}: {points:?}");
            assert!(points.is_sorted_by_key(|(x, _)| *x));
            assert_eq!((points[0].0, points.last().unwrap().0), (4096, 1 << 30));
        }
        let points = curve(&run("", &format!("cpu={cpu}")), "sweep", "model");
        let report = run("", &format!("cpu={cpu}"));
        let marks = plot(&report, "sweep").marks;
        let at = |x: i64| points.iter().rev().find(|(size, _)| *size <= x).unwrap().1;
        for mark in &marks {
            assert!(at(mark.x * 2) * 10 > at(mark.x / 2) * 12, "{cpu}: no knee at {}", mark.label);
        }
        // A cliff at L1: a quarter more than fits, and L1 has none.
        let l1 = marks[0].x;
        if cpu != "kunpeng" && cpu != "ft2500" {
            assert_eq!(at(l1), points[0].1, "{cpu}");
            assert!((at(l1 * 2) - at(l1 * 5 / 4)) * 50 < at(l1), "{cpu}: no cliff at L1");
        }
    }
}

/// Any line each time: a cache has the part of the working set that fits.
#[test]
fn random_access_is_served_by_share() {
    for (kib, l1, l2) in [(64, 500_000, 500_000), (128, 250_000, 750_000), (2048, 15_625, 484_375)] {
        let report = run("", &format!("order=random working_set_kib={kib}"));
        assert_eq!((total(&report, "l1_ppm"), total(&report, "l2_ppm")), (l1, l2), "{kib} KiB");
    }
}

/// P(Poisson(16) <= 15) = 0.4667: of a cycle as large as an L2 of 16 ways that much is found there. And of an L3 of 11
/// ways that is as large as the cycle P(Poisson(11) <= 10) = 0.4599.
#[test]
fn sets_are_filled_by_chance() {
    let report = run("", "working_set_kib=1024");
    assert!(total(&report, "l2_ppm").abs_diff(466_745) < 100, "{}", total(&report, "l2_ppm"));
    let report = run("", "working_set_kib=33792");
    assert!(total(&report, "l3_ppm").abs_diff(459_889) < 100, "{}", total(&report, "l3_ppm"));
}

/// systems.md 5.5: steps below a line leave the time as it is, and beyond each doubling halves it.
#[test]
fn steps_below_a_line_save_nothing() {
    let whole = curve(&run("stride", ""), "whole", "whole");
    let [flat, halved] = [&whole[..5], &whole[4..]];
    assert!(flat.iter().all(|(_, us)| *us == flat[0].1), "{whole:?}");
    for pair in halved.windows(2) {
        assert!((pair[0].1 - 2 * pair[1].1).abs() <= 1, "{whole:?}");
    }
}

/// systems.md 5.5 and trap 49: every 16th element in about a quarter of the time, not in a sixteenth. Measured: Kunpeng
/// 2790 and 730 ms, Xeon 8260 1770 and 370 ms.
#[test]
fn a_sixteenth_of_the_elements_takes_a_quarter() {
    for cpu in ["skylake", "cascade-lake"] {
        let whole = |step: u64| total(&run("stride-slow", &format!("cpu={cpu} step={step}")), "whole_us");
        let percent = whole(16) * 100 / whole(1);
        assert!((20..=30).contains(&percent), "{cpu}: {percent} percent");
    }
    assert_eq!((730 * 100 / 2790, 370 * 100 / 1770), (26, 20));
}

/// systems.md 5.5: the sum of 1024 x 512 took 0.081 ms by rows and 1.069 ms by columns.
#[test]
fn columns_take_as_long_as_measured() {
    let report = run("columns", "");
    let (row, column) = (total(&report, "row_ns"), total(&report, "column_ns"));
    assert!(row.abs_diff(81_000) * 100 < 81_000 * 5, "{row}");
    assert!(column.abs_diff(1_069_000) * 100 < 1_069_000 * 12, "{column}");
    // A row that is one line longer spreads a column over all sets.
    let padded = total(&run("padded-rows", ""), "column_ns");
    assert!(padded * 2 < column, "{padded} and {column}");
    let lengths = curve(&report, "lengths", "columns");
    let (longest, _) = lengths.iter().max_by_key(|(_, ps)| *ps).unwrap();
    assert_eq!(*longest, 512);
}

/// systems.md 5.5: two writers on one line cost a transfer each time, 20 to 200 times; a line for each removes it. The
/// table of the Disruptor: 500 million increments in 300 ms, 5.7 s with a locked instruction.
#[test]
fn a_shared_line_costs_a_transfer() {
    for (settings, ns, slowdown) in [
        ("", 30_600, 51),
        ("placement=die", 100_600, 167),
        ("placement=socket", 185_600, 309),
        ("increment=atomic", 41_400, 3),
        ("threads=4", 90_600, 151),
        ("threads=64", 210_600, 351),
        ("padding_bytes=32 threads=4", 30_600, 51),
        ("padding_bytes=64", 600, 1),
        ("padding_bytes=128 threads=64", 600, 1),
        ("threads=1", 600, 1),
        ("cpu=kunpeng padding_bytes=64", 30_600, 51),
        ("cpu=kunpeng padding_bytes=128", 600, 1),
    ] {
        let report = run("false-sharing", settings);
        assert_eq!(total(&report, "increment_ns"), ns, "{settings}");
        assert_eq!(total(&report, "slowdown") / 1000, slowdown, "{settings}");
    }
    for (increment, ms) in [("plain", 300), ("atomic", 5_700)] {
        let report = run("padded", &format!("increments_m=500 increment={increment}"));
        assert_eq!(total(&report, "whole_us"), ms * 1000);
    }
}

#[test]
fn presets_tell_their_story() {
    for (preset, code) in [
        ("plateaus", "l3"),
        ("prefetcher", "hidden"),
        ("remote", "memory"),
        ("one-ccx", "memory"),
        ("stride", "memory_bound"),
        ("stride-slow", "memory_bound"),
        ("columns", "columns_slow"),
        ("padded-rows", "columns_slow"),
        ("false-sharing", "shared"),
        ("padded", "apart"),
        ("two-sockets", "shared"),
        ("line-128", "shared"),
    ] {
        let report = run(preset, "");
        assert_eq!(report.verdict.code, code, "{preset}: {}", report.verdict.text);
    }
    assert_eq!(lab().presets.len(), 12);
}

#[test]
fn lscpu_prints_the_caches() {
    let report = run("", "cpu=rome");
    let table = report.tables.iter().find(|table| table.id == "lscpu").unwrap();
    let lines: Vec<Vec<&str>> = table.text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[1], ["L1d", "32K", "8", "Data", "1", "64", "64"]);
    assert_eq!(lines[3], ["L3", "16M", "16", "Unified", "3", "16384", "64"]);
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        ("step=4 rows=32", "step rows"),
        ("experiment=stride order=random step=4", "order"),
        ("experiment=matrix working_set_kib=8 rows=32", "working_set_kib"),
        ("experiment=sharing memory=remote", "memory"),
        ("experiment=sharing threads=1 padding_bytes=64", "padding_bytes"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        assert_eq!(fields.join(" "), noted, "{settings}");
    }
}

/// Whatever the settings: the shares of the levels are the whole, no access is faster than L1 or slower than memory, a
/// loop takes at least its arithmetic, and a line to oneself is never slower than a shared one.
#[test]
fn the_books_balance() {
    for seed in 0..10_000 {
        let settings = settings::random(lab(), seed);
        let report = run("", &settings);
        match params("", &settings).choice("experiment") {
            "sweep" => {
                let shares = ["l1_ppm", "l2_ppm", "l3_ppm", "memory_ppm"].map(|name| total(&report, name));
                assert_eq!(shares.iter().sum::<u64>(), 1_000_000, "{settings}");
                let points = curve(&report, "sweep", "model");
                let (low, high) =
                    (points.iter().map(|p| p.1).min().unwrap(), points.iter().map(|p| p.1).max());
                assert!(low >= 120 && high.unwrap() <= 42_620, "{settings}");
                let own = total(&report, "access_ns") as i64 / 10;
                assert!((low - 1..=high.unwrap() + 1).contains(&own), "{settings}: {own}");
            }
            "stride" => {
                let work = total(&report, "elements") * params("", &settings).int("element_ps") as u64;
                assert!(total(&report, "whole_us") >= work / 1_000_000, "{settings}");
                let whole = curve(&report, "whole", "whole");
                assert!(whole.is_sorted_by_key(|(_, us)| -us), "{settings}: {whole:?}");
            }
            "matrix" => {
                let (row, column) = (total(&report, "row_ns"), total(&report, "column_ns"));
                assert!(column * 101 >= row * 100, "{settings}: {row} {column}");
            }
            _ => {
                let threads = params("", &settings).int("threads") as u64;
                let sharers = total(&report, "sharers");
                assert!((1..=threads).contains(&sharers), "{settings}");
                assert_eq!(total(&report, "slowdown") == 1000, sharers == 1, "{settings}");
            }
        }
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Chinese sentences have Chinese punctuation, and a space between Han characters and others.
#[test]
fn chinese_is_set_as_chinese() {
    let mut texts: Vec<String> = vec![lab().title.zh.into(), lab().summary.zh.into()];
    texts.extend(lab().assumptions.iter().chain(lab().not_modelled).map(|text| text.zh.to_string()));
    texts.extend(lab().params.iter().map(|param| param.help.zh.to_string()));
    for preset in lab().presets {
        texts.extend([preset.title.zh.to_string(), preset.summary.zh.to_string()]);
    }
    let random = (0..100).map(|seed| params("", &settings::random(lab(), seed)));
    for params in lab().presets.iter().map(|preset| params(preset.id, "")).chain(random) {
        let report = params.run(Lang::Zh);
        texts.push(report.verdict.text);
        texts.extend(report.explanations.into_iter().map(|told| told.text));
        texts.extend(params.notes(Lang::Zh).into_iter().map(|(_, note)| note));
        texts.extend(report.figures.into_iter().map(|figure| figure.title));
        texts.extend(report.tables.into_iter().flat_map(|table| table.rows).flatten());
    }
    let latin = |c: char| c.is_ascii_alphanumeric();
    for text in texts {
        let chars: Vec<char> = text.chars().collect();
        for pair in chars.windows(2) {
            let [a, b] = pair[..] else { continue };
            let half = is_han(a) && ",:;?!()".contains(b) || ",:;?!".contains(a) && is_han(b);
            assert!(!half, "half-width {a}{b}: {text}");
            assert!(!(is_han(a) && latin(b) || latin(a) && is_han(b)), "no space in {a}{b}: {text}");
        }
        let apart = chars.windows(3).any(|three| is_han(three[0]) && three[1] == ' ' && is_han(three[2]));
        assert!(!apart, "a space between Han characters: {text}");
    }
}
