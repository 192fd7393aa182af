//! The lab `spinlock`: delays as long as InnoDB's, throughput as the closed forms of the locks have it, presets that
//! give the answers of the articles.
#![cfg(feature = "spinlock")]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::lab::figure::Drawing;
use sim_wasm::lab::{self, Lab, Params, Report};
use sim_wasm::text::Lang;

fn lab() -> &'static Lab {
    lab::find("spinlock").unwrap()
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

fn rate(preset: &str, settings: &str) -> u64 {
    total(&run(preset, settings), "acquisitions_per_s")
}

/// A curve of a plot.
fn curve(report: &Report, figure: &str, id: &str) -> Vec<(i64, i64)> {
    let figure = report.figures.iter().find(|known| known.id == figure).unwrap();
    let Drawing::Plot(plot) = &figure.drawing else { panic!("no plot") };
    plot.curves.iter().find(|curve| curve.id == id).unwrap().points.clone()
}

fn told<'a>(report: &'a Report, code: &str) -> &'a sim_wasm::lab::report::Explanation {
    report.explanations.iter().find(|told| told.code == code).unwrap_or_else(|| panic!("{code}"))
}

/// systems.md 5.2, the table of rounds at 2.5 GHz, and the vector [spin] of section 10: nanoseconds of the mean and the
/// longest round, and of 30 rounds.
#[test]
fn rounds_are_as_long_as_computed() {
    for (cycles, delay, expected) in [
        (10, 6, [500, 1_000, 15_000, 30_000]),
        (10, 30, [2_900, 5_800, 87_000, 174_000]),
        (36, 6, [1_800, 3_600, 54_000, 108_000]),
        (140, 6, [7_000, 14_000, 210_000, 420_000]),
        (140, 30, [40_600, 81_200, 1_218_000, 2_436_000]),
    ] {
        let settings = format!("cpu=custom mhz=2500 pause_cycles={cycles} spin_wait_delay={delay}");
        let report = run("", &settings);
        let names = ["round_us", "round_max_us", "until_sleep_us", "until_sleep_max_us"];
        assert_eq!(names.map(|name| total(&report, name)), expected, "{settings}");
    }
}

/// The product of the settings is no delay that ever happens (systems.md 5.2: 6 us and 84 us).
#[test]
fn the_product_is_told_apart_from_the_delay() {
    for (cpu, condition) in [
        ("broadwell", "30 x 50 x 10 = 15,000 cycles = 6.00 µs"),
        ("skylake", "30 x 50 x 140 = 210,000 cycles = 84.0 µs"),
    ] {
        let report = run("", &format!("cpu={cpu} spin_wait_delay=30"));
        assert_eq!(told(&report, "product").condition, condition);
        assert!(total(&report, "round_max_us") < 84_000);
    }
    // The upper bound is excluded: a delay of 1 is none.
    assert_eq!(total(&run("", "spin_wait_delay=1"), "round_max_us"), 0);
    assert_eq!(total(&run("", "spin_wait_delay=0"), "pauses"), 0);
}

/// WL#12616: the multiplier that makes up for a PAUSE of 140 cycles is 50 x 10 / 140, rounded.
#[test]
fn the_multiplier_that_fits_is_named() {
    for (cycles, multiplier) in [(140, 4), (36, 14), (44, 11), (65, 8), (11, 45)] {
        let report = run("", &format!("cpu=custom mhz=2500 pause_cycles={cycles}"));
        let expected = format!("innodb_spin_wait_pause_multiplier = {multiplier}");
        assert_eq!(told(&report, "round").would_change, expected);
    }
}

/// systems.md 5.1: cycles of a PAUSE are 1 / IPC of a loop of it, not IPC x 140.
#[test]
fn cycles_are_the_inverse_of_ipc() {
    assert_eq!(15_542_649_611_u64 * 10 / 436_989_474, 355);
    for (cpu, condition) in [
        ("skylake", "1 / 140 = 0.007"),
        ("cascade-lake", "1 / 36 = 0.027"),
        ("arm-yield", "1 / 0.25 = 4.000"),
    ] {
        assert_eq!(told(&run("", &format!("cpu={cpu}")), "pause").condition, condition);
    }
}

/// systems.md 5.2: 1 percent of serial code on 64 cores leaves 39.3 of them.
#[test]
fn amdahl_is_told() {
    let report = run("mcs", "section_ns=100 work_ns=9900");
    let text = &told(&report, "amdahl").text;
    assert!(text.contains("64 running threads do the work of 39.26;"), "{text}");
}

/// Waiters n of the closed model, in thousandths: n with N = n + X (S + W), X = 1 / (S + handover(n)), or none where
/// the lock is not saturated (systems.md 5.3).
fn closed_model(threads: u64, section: u64, work: u64, handover: impl Fn(u64) -> u64) -> u64 {
    let free = threads * 1_000_000_000 / (section + work);
    // Every waiter more makes X smaller and n larger: bisect.
    let (mut low, mut high) = (0, threads * 1000);
    for _ in 0..40 {
        let n = (low + high) / 2;
        let x = 1_000_000_000 / (section + handover(n));
        let sum = n + x * (section + work) / 1_000_000;
        if sum < threads * 1000 { low = n } else { high = n }
    }
    free.min(1_000_000_000 / (section + handover(low)))
}

/// The simulation and the closed forms of systems.md 5.3 agree where the lock is saturated.
#[test]
fn throughput_is_that_of_the_closed_forms() {
    let (section, work, t) = (300, 5000, 40);
    for (preset, lock) in [("tas-collapse", "tas"), ("ticket-collapse", "ticket"), ("mcs", "mcs")] {
        for (threads, simulated) in curve(&run(preset, ""), "threads", "lock") {
            let threads = threads as u64;
            let closed = match lock {
                "tas" => closed_model(threads, section, work, |n| n * t / 1000),
                "ticket" => closed_model(threads, section, work, |n| t + n * t / 2000),
                _ => closed_model(threads, section, work, |_| t),
            };
            let simulated = simulated.unsigned_abs();
            // Around the knee chance makes queues that the closed form, which knows means alone, has not.
            let percent = if threads >= 32 || threads <= 4 { 4 } else { 26 };
            let near = simulated.abs_diff(closed) * 100 <= closed * percent;
            assert!(near, "{lock}, {threads} threads: {simulated}, by the closed form {closed}");
        }
    }
}

/// systems.md 5.3, expected shapes: MCS is flat after saturation; ticket and test-and-set rise, peak and collapse.
#[test]
fn locks_have_their_shapes() {
    let mcs = curve(&run("mcs", ""), "threads", "lock");
    let flat: Vec<i64> = mcs.iter().filter(|(x, _)| *x >= 24).map(|(_, y)| *y).collect();
    let (low, high) = (flat.iter().min().unwrap(), flat.iter().max().unwrap());
    assert!((high - low) * 100 < *high, "{mcs:?}");
    for preset in ["tas-collapse", "ticket-collapse"] {
        let points = curve(&run(preset, ""), "threads", "lock");
        let peak = points.iter().max_by_key(|(_, y)| *y).unwrap();
        assert!((8..=16).contains(&peak.0), "{preset}: {points:?}");
        let before = points.iter().filter(|(x, _)| *x <= peak.0);
        assert!(before.is_sorted_by_key(|(_, y)| *y), "{preset}: {points:?}");
        let after = points.iter().filter(|(x, _)| *x >= peak.0);
        assert!(after.is_sorted_by_key(|(_, y)| -*y), "{preset}: {points:?}");
        assert!(points.last().unwrap().1 * 3 < peak.1, "{preset}: {points:?}");
    }
}

/// More sockets: the peak comes with fewer threads, and is lower.
#[test]
fn sockets_move_the_peak_left() {
    for lock in ["tas", "ticket"] {
        let peak = |sockets: u64| {
            let report = run("tas-collapse", &format!("lock={lock} sockets={sockets}"));
            curve(&report, "threads", "lock").into_iter().max_by_key(|(_, y)| *y).unwrap()
        };
        let peaks = [1, 2, 4].map(peak);
        assert!(peaks[1].0 < peaks[0].0 && peaks[2].0 <= peaks[1].0, "{lock}: {peaks:?}");
        assert!(peaks[2].1 < peaks[1].1 && peaks[1].1 < peaks[0].1, "{lock}: {peaks:?}");
    }
}

/// A longer PAUSE, and a longer delay, mean fewer acquisitions and more spinning.
#[test]
fn longer_delays_cost_throughput() {
    for cpu in ["broadwell", "cascade-lake", "skylake", "zen2", "arm-isb"] {
        let [six, thirty] = [6, 30].map(|delay| rate("", &format!("cpu={cpu} spin_wait_delay={delay}")));
        assert!(thirty * 10 < six * 9, "{cpu}: {six} and {thirty}");
    }
    let rates = [10, 36, 65, 140].map(|c| rate("", &format!("cpu=custom pause_cycles={c} mhz=2500")));
    assert!(rates.is_sorted_by_key(|rate| std::cmp::Reverse(*rate)), "{rates:?}");
    let [broadwell, skylake, cured] = ["broadwell", "skylake", "multiplier"].map(|preset| rate(preset, ""));
    assert!(skylake * 10 < broadwell * 7 && cured * 10 > broadwell * 9, "{broadwell} {skylake} {cured}");
}

/// The counters of a Java program (systems.md 5.2): 100 million increments under a spin lock took 2.5 s with one thread
/// and 11.9 s with eight on eight cores; a hundred threads were slower on 16 cores than on 8.
#[test]
fn more_cores_are_slower() {
    let ns = |settings: &str| 1_000_000_000 / rate("more-cores", settings);
    assert!((25..=30).contains(&ns("threads=1 cores=8")));
    assert!((112..=128).contains(&ns("threads=8 cores=8")), "{}", ns("threads=8 cores=8"));
    let [eight, sixteen] = ["cores=8", ""].map(ns);
    assert!(sixteen * 10 > eight * 13, "{eight} ns on 8 cores, {sixteen} ns on 16");
}

#[test]
fn presets_tell_their_story() {
    for (preset, code) in [
        ("broadwell", "free"),
        ("broadwell-30", "spins"),
        ("skylake", "spins"),
        ("skylake-30", "spins"),
        ("multiplier", "free"),
        ("arm-yield", "sleeps"),
        ("tas-collapse", "collapsed"),
        ("ticket-collapse", "collapsed"),
        ("mcs", "saturated"),
        ("two-sockets", "collapsed"),
        ("more-cores", "collapsed"),
        ("mutex", "sleeps"),
    ] {
        let report = run(preset, "");
        assert_eq!(report.verdict.code, code, "{preset}: {}", report.verdict.text);
    }
    assert_eq!(lab().presets.len(), 12);
    // The yield that does nothing: threads sleep, though the lock is as short.
    let [asleep, awake] =
        ["arm-yield", "arm-isb"].map(|cpu| total(&run("arm-yield", &format!("cpu={cpu}")), "sleeps"));
    assert!(asleep > 20 * awake.max(1), "{asleep} and {awake}");
    assert_eq!(total(&run("skylake-30", ""), "sleeps"), 0);
}

/// What perf prints agrees with the totals.
#[test]
fn perf_prints_the_same() {
    let report = run("skylake", "");
    let table = report.tables.iter().find(|table| table.id == "perf").unwrap();
    let line = |event: &str| table.text.lines().find(|line| line.contains(event)).unwrap().to_string();
    let ipc = total(&report, "ipc") / 10;
    assert!(line("instructions").ends_with(&format!("0.{ipc:02}  insn per cycle")), "{}", table.text);
    assert!(line("task-clock").contains("# "), "{}", table.text);
    assert!(line("cycles").contains("2.500 GHz"), "{}", table.text);
}

/// What stands beside the run is what those settings give, but for the length of the run.
#[test]
fn the_table_of_changes_is_true() {
    for (row, settings) in [
        ("innodb_spin_wait_delay = 30", "spin_wait_delay=30"),
        ("innodb_spin_wait_pause_multiplier = 4", "pause_multiplier=4"),
        ("MCS lock", "lock=mcs"),
        ("a PAUSE of 10 cycles", "cpu=broadwell"),
    ] {
        let report = run("skylake", "");
        let table = report.tables.iter().find(|table| table.id == "changes").unwrap();
        let told = table.rows.iter().find(|cells| cells[0] == row).unwrap_or_else(|| panic!("{row}"));
        let told: u64 = told[1].replace(',', "").parse().unwrap();
        let own = rate("skylake", settings);
        assert!(told.abs_diff(own) * 100 < own * 8, "{row}: {told}, not {own}");
    }
}

#[test]
fn settings_without_effect_are_remarked() {
    for (settings, noted) in [
        ("", ""),
        (
            "lock=mcs spin_wait_delay=7 sync_spin_loops=3 pause_multiplier=9",
            "spin_wait_delay pause_multiplier sync_spin_loops",
        ),
        ("spin_wait_delay=1 pause_multiplier=9", "pause_multiplier"),
        ("pause_cycles=9 mhz=3000", "pause_cycles mhz"),
        ("cpu=custom pause_cycles=9 mhz=3000", ""),
        ("remote_ns=200", "remote_ns"),
        ("sockets=2 remote_ns=20", "remote_ns"),
        ("sockets=4 cores=2", "sockets"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        let fields: Vec<&str> = notes.iter().map(|(name, _)| *name).collect();
        // A note on the machine's other settings may join; the first ones are these.
        assert_eq!(fields.join(" "), noted, "{settings}");
    }
    assert!(params("mcs", "switch_ns=3000").notes(Lang::En).iter().any(|(name, _)| *name == "switch_ns"));
}

/// Whatever the settings: the time of all threads adds up, no core works more than all of the time, no lock is held by
/// two, and the acquisitions of the threads are all there are.
#[test]
fn the_books_balance() {
    // A run beside forty others takes milliseconds: two halves at the same time.
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (half..10_000).step_by(2).for_each(balance));
        }
    });
}

fn balance(seed: u64) {
    let settings = settings::random(lab(), seed);
    let params = params("", &settings);
    let report = params.run(Lang::En);
    let number = |name| params.int(name) as u64;
    let (elapsed, acquired) = (total(&report, "elapsed_ns"), total(&report, "acquisitions"));
    let threads = number("threads");
    let spent = total(&report, "thread_ns");
    assert!(spent.abs_diff(elapsed * threads) <= threads, "{settings}: {spent} of {elapsed} x {threads}");
    assert!(total(&report, "cpus") <= 1000 * number("cores").min(threads), "{settings}");
    assert!(total(&report, "useful_percent") <= 100_000, "{settings}");
    // One section that had begun before may end within the measured time.
    assert!(acquired.saturating_sub(1) * number("section_ns") <= elapsed, "{settings}");
    let (fewest, most) = (total(&report, "fewest_by_thread"), total(&report, "most_by_thread"));
    assert!(fewest * threads <= acquired && acquired <= most * threads, "{settings}");
    assert!(total(&report, "wait_us") <= total(&report, "longest_wait_ns"), "{settings}");
    for figure in &report.figures {
        let Drawing::Bars(bars) = &figure.drawing else { continue };
        for bar in &bars.bars {
            let sum: i64 = bar.parts.iter().sum();
            assert!(sum == 1000 && bar.parts.iter().all(|part| *part >= 0), "{settings}: {:?}", bar.parts);
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
