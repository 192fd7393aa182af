//! The lab `tcp-buffer`: what its presets show comes out, a transfer keeps its books whatever it meets, and what is kept of
//! it is little and true. That its rates are those of a live kernel is tested in `throughput.rs`.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod settings;

use sim_wasm::export::Format;
use sim_wasm::kernel::{KernelVersion, Sysctl};
use sim_wasm::lab::report::{EventKind, Fate};
use sim_wasm::lab::time_sequence::SegmentKind;
use sim_wasm::lab::{self, Params, Report};
use sim_wasm::labs::tcp_buffer::programs::Writing;
use sim_wasm::labs::tcp_buffer::transfer::{HostSettings, Observer, Scene, Side, Transfer, TransferSettings};
use sim_wasm::net::Segment;
use sim_wasm::net::bottleneck::{BottleneckConfig, Passage};
use sim_wasm::rng::Rng;
use sim_wasm::tcp::Why;
use sim_wasm::text::Lang;
use sim_wasm::time::Time;

fn params(preset: &str, settings: &str) -> Params {
    settings::params(lab::find("tcp-buffer").unwrap(), preset, settings)
}

fn run(preset: &str, settings: &str) -> Report {
    params(preset, settings).run(Lang::En)
}

fn total(report: &Report, name: &str) -> u64 {
    let find = |sums: &[(&str, u64)]| sums.iter().find(|(sum, _)| *sum == name).map(|(_, n)| *n);
    find(&report.totals.thousandths).or_else(|| find(&report.totals.counts)).unwrap()
}

fn most(report: &Report, series: &str) -> i64 {
    let series = report.series.iter().find(|known| known.id == series).unwrap();
    series.points.iter().map(|(_, value)| *value).max().unwrap()
}

fn table<'a>(report: &'a Report, id: &str) -> &'a [Vec<String>] {
    &report.tables.iter().find(|table| table.id == id).unwrap().rows
}

/// Preset, changes, verdict, and between which rates it ends, in kilobits per second.
#[test]
fn presets_show_what_they_are_for() {
    for (preset, settings, code, from, to) in [
        ("small-send-buffer", "", "send_buffer", 20_000, 70_000),
        ("small-send-buffer", "so_sndbuf=0", "path", 94_000, 96_533),
        ("slow-reader", "", "reader", 4_700, 5_300),
        ("slow-reader", "reader_mbps=0", "path", 47_000, 48_267),
        ("long-fat-no-scaling", "", "receive_window", 4_900, 5_300),
        ("buffer-bloat", "", "path_bloated", 9_500, 9_660),
        ("buffer-bloat", "queue_pkts=40", "path", 9_000, 9_660),
        ("loss-long-path", "", "loss", 4_000, 16_000),
        ("loss-long-path", "loss_ppm=0", "path", 45_000, 48_267),
        ("small-receive-buffer", "", "receive_window", 14_000, 17_000),
        ("small-receive-buffer", "so_rcvbuf=0", "path", 90_000, 96_533),
        ("autotuning", "", "path", 90_000, 97_000),
        ("app-limited", "", "writer", 5_100, 5_400),
        ("app-limited", "write_every_ms=50", "writer", 10_300, 10_700),
        ("reordering", "", "path", 40_000, 48_400),
        ("autotuning", "duration_s=1", "growing", 1_000, 96_000),
        ("app-limited", "loss_ppm=500000 duration_s=1", "loss", 0, 5_400),
    ] {
        let report = run(preset, settings);
        let steady = total(&report, "steady_mbps");
        assert_eq!(report.verdict.code, code, "{preset} {settings}: {}", report.verdict.text);
        assert!((from..=to).contains(&steady), "{preset} {settings}: {steady} kbit/s");
    }
}

#[test]
fn the_sentences_tell_the_numbers_that_decided() {
    for (preset, en, zh) in [
        ("slow-reader", "it takes 5.00 Mbit/s", "每秒只读 5.00 Mbit/s"),
        ("long-fat-no-scaling", "64 KiB at most", "最大 64 KiB"),
        ("buffer-bloat", "up to 999 packets wait", "最多有 999 个报文在等"),
        ("app-limited", "hands over 5.24 Mbit/s", "最多写 5.24 Mbit/s"),
        ("small-receive-buffer", "SO_RCVBUF of about", "SO_RCVBUF 大约要"),
    ] {
        for (lang, words) in [(Lang::En, en), (Lang::Zh, zh)] {
            let text = params(preset, "").run(lang).verdict.text;
            assert!(text.contains(words), "{preset}: {text}");
        }
    }
}

/// A buffer as large as the sentence says is enough.
#[test]
fn the_remedy_of_the_sentence_helps() {
    for (preset, name) in [("small-send-buffer", "so_sndbuf"), ("small-receive-buffer", "so_rcvbuf")] {
        let before = run(preset, "");
        let text = &before.verdict.text;
        let (_, size) = text.split_once("of about ").unwrap();
        let kib: u64 = size.split_once(" KiB").unwrap().0.parse().unwrap();
        let after = run(preset, &format!("{name}={}", kib * 1024));
        let (old, new) = (total(&before, "steady_mbps"), total(&after, "steady_mbps"));
        assert!(new > old * 5 / 4, "{preset}: {old} kbit/s, with {kib} KiB {new}");
    }
}

#[test]
fn a_closed_window_is_seen_everywhere() {
    let report = run("slow-reader", "");
    let closed = total(&report, "zero_windows");
    assert!(closed > 5, "{closed}");
    let graph = report.time_sequence.as_ref().unwrap();
    let window_at = |t: u64| graph.window.iter().rfind(|(at, _)| *at <= t).map(|(_, end)| *end);
    let met = |(t, ack): &(u64, u64)| window_at(*t) == Some(*ack);
    assert!(graph.acks.iter().any(met), "the window meets the acknowledgement");
    assert!(most(&report, "rmem") >= 100_000, "{}", most(&report, "rmem"));
    let limited = total(&report, "rwnd_limited_ms");
    assert!(limited * 10 > total(&report, "busy_ms") * 8, "{limited} ms");
    let ss = &report.tables.iter().find(|table| table.id == "ss").unwrap().text;
    assert!(ss.contains(&format!("rwnd_limited:{limited}ms(")), "{ss}");
    let zeroes = report.events.iter().filter_map(|event| event.packet.as_ref());
    assert!(zeroes.filter(|packet| packet.win == 0).count() > 0, "in the close-up");
}

#[test]
fn a_full_queue_is_the_reason_of_what_it_drops() {
    let report = run("buffer-bloat", "queue_pkts=60 duration_s=6");
    let dropped = total(&report, "queue_drops");
    let recorded = report.recorded.as_ref().unwrap();
    assert_eq!(recorded.dropped, [("queue_full", dropped)], "all of them are counted");
    assert_eq!(recorded.packets_of, Some(total(&report, "data_segments") + total(&report, "acks") + 2));
    let reason = report.reasons.iter().find(|reason| reason.code == "queue_full").unwrap();
    assert_eq!(reason.condition, "sch->q.qlen 60 >= sch->limit 60");
    assert_eq!((reason.function, reason.file), ("pfifo_enqueue", "net/sched/sch_fifo.c"));
    for event in report.events.iter().filter(|event| event.kind == EventKind::Packet) {
        let packet = event.packet.as_ref().unwrap();
        assert_eq!(packet.fate == Fate::Lost, packet.why.is_some(), "{event:?}");
    }
    assert_eq!(most(&report, "queue_drops"), 60);
    assert!(most(&report, "queue") <= 60);
}

#[test]
fn random_loss_and_reordering_are_told_apart() {
    let lost = run("loss-long-path", "");
    assert!(lost.reasons.iter().any(|reason| reason.code == "random_loss"), "{:?}", lost.reasons);
    assert!(total(&lost, "random_losses") > 0 && total(&lost, "queue_drops") == 0);
    let kinds = |report: &Report, kind: SegmentKind| {
        report.time_sequence.as_ref().unwrap().segments.iter().filter(|mark| mark.3 == kind).count() as u64
    };
    assert!(kinds(&lost, SegmentKind::Lost) > 0 && kinds(&lost, SegmentKind::Resent) > 0);
    let late = run("reordering", "");
    assert!(total(&late, "held_back") > 50 && total(&late, "random_losses") == 0);
    assert!(!late.time_sequence.unwrap().sacks.is_empty(), "what came early is told");
}

#[test]
fn bounds_and_shares_agree_with_what_was_measured() {
    let lab = lab::find("tcp-buffer").unwrap();
    for preset in lab.presets {
        let report = run(preset.id, "");
        let rate = |name: &str| -> f64 {
            let row = table(&report, "bounds").iter().find(|row| row[0] == name).unwrap();
            row[1].parse().unwrap_or(f64::INFINITY)
        };
        let measured = total(&report, "steady_mbps") as f64 / 1000.0;
        for bound in ["path", "receive window", "reader", "writer"] {
            assert!(measured <= rate(bound) * 1.05 + 0.01, "{}: {measured} over {bound}", preset.id);
        }
        let limits = table(&report, "limits");
        let percent = |cell: &str| cell.trim_end_matches('%').parse::<f64>().unwrap();
        let held: f64 = limits[..limits.len() - 1].iter().map(|row| percent(&row[1])).sum();
        assert!((99.0..=100.1).contains(&held), "{}: {held}% of the time", preset.id);
        let idle: f64 = limits[..limits.len() - 1].iter().map(|row| percent(&row[2])).sum();
        let busy = percent(&limits[limits.len() - 1][1]);
        assert!((99.0..=100.1).contains(&(idle + busy)), "{}: {idle} + {busy}", preset.id);
    }
}

#[test]
fn what_is_kept_of_a_run_is_little_and_in_order() {
    for (preset, settings) in [("autotuning", ""), ("reordering", "from_ms=0 to_ms=0"), ("slow-reader", "")] {
        let report = run(preset, settings);
        assert!(report.events.len() <= 1000, "{preset}: {} events", report.events.len());
        let graph = report.time_sequence.as_ref().unwrap();
        let within = |t: u64| (graph.from_us..=graph.to_us).contains(&t);
        assert!(graph.segments.len() <= 800 * 8 * 5, "{}", graph.segments.len());
        assert!(graph.acks.len() <= 4100 && graph.window.len() <= 4100);
        assert!(graph.segments.iter().all(|mark| within(mark.0) && mark.1 <= mark.2));
        assert!(
            graph.segments.is_sorted_by_key(|mark| mark.0) && graph.sacks.is_sorted_by_key(|mark| mark.0)
        );
        assert!(graph.acks.is_sorted() && graph.window.is_sorted());
        let highest = graph.segments.iter().map(|mark| mark.2).max().unwrap();
        assert!(
            graph.acks.iter().all(|(_, ack)| *ack <= highest),
            "nothing is acknowledged that was not sent"
        );
        for series in &report.series {
            assert!(series.points.len() <= 4100, "{}: {}", series.id, series.points.len());
        }
    }
    // Sequence numbers go on where the field wraps: more than 4 GiB.
    let report = run("", "rate_mbps=10000 rtt_ms=1 queue_pkts=1000 duration_s=4 tcp_rmem_max=33554432");
    let graph = report.time_sequence.unwrap();
    let (sent, read) =
        (graph.segments.iter().map(|mark| mark.2).max().unwrap(), total(&run_read(), "bytes_read"));
    assert!(sent > u64::from(u32::MAX) && read > u64::from(u32::MAX), "{sent} {read}");
}

fn run_read() -> Report {
    run("", "rate_mbps=10000 rtt_ms=1 queue_pkts=1000 duration_s=4 tcp_rmem_max=33554432")
}

#[test]
fn the_close_up_has_its_packets_and_a_capture_of_them() {
    let report = run("app-limited", "");
    let near = |t: u64| (2_000_000..=2_400_000).contains(&t);
    let listed = report.events.iter().filter(|event| near(event.t_us)).count();
    assert!(listed > 100, "{listed}");
    let recorded = report.recorded.as_ref().unwrap();
    assert!(recorded.packets_of > Some(report.events.len() as u64));
    let graph = report.time_sequence.as_ref().unwrap();
    assert_eq!((graph.from_us, graph.to_us), (2_000_000, 2_400_000));
    assert!(!Format::Pcapng.file(&report, Lang::En).is_empty());
}

#[test]
fn settings_without_effect_are_told() {
    for (settings, name) in [
        ("write_bytes=1000", "write_bytes"),
        ("writer=burst write_every_ms=50", "write_every_ms"),
        ("reorder_ms=9", "reorder_ms"),
        ("so_sndbuf=10000 tcp_wmem_max=100000", "tcp_wmem_max"),
        ("so_rcvbuf=10000 tcp_rmem_max=100000", "tcp_rmem_max"),
        ("from_ms=500 to_ms=400", "from_ms"),
        ("so_rcvbuf=1000000 receiver_kernel=4.9", "so_rcvbuf"),
        ("so_sndbuf=1000000 sender_kernel=4.9", "so_sndbuf"),
    ] {
        let notes = params("", settings).notes(Lang::En);
        assert!(notes.iter().any(|(note, _)| *note == name), "{settings}: {notes:?}");
    }
    assert!(params("", "").notes(Lang::En).is_empty());
    let cut = |settings| total(&run("small-receive-buffer", settings), "steady_mbps");
    let large = "receiver_kernel=4.9 duration_s=2 so_rcvbuf=";
    assert_eq!(cut(&format!("{large}1000000")), cut(&format!("{large}212992")), "rmem_max cuts it");
}

/// Watches a transfer and holds it to what always holds.
struct Auditor {
    /// Receiver's next sequence number, when it is known; it never falls back.
    rcv_nxt: Option<u32>,
    now: Time,
    sent: [u64; 2],
    arrived: [u64; 2],
    dropped: [u64; 2],
    queue_pkts: u64,
    first: [Option<u32>; 2],
    /// How far the sender has sent, counted from its SYN.
    sent_to: u64,
}

impl Observer for Auditor {
    fn sent(&mut self, now: Time, by: Side, segment: &Segment, passage: Passage) -> u32 {
        assert!(now >= self.now);
        self.sent[by as usize] += 1;
        match passage {
            Passage::Arrives { at, .. } => assert!(at > now),
            Passage::Lost => assert_eq!(by, Side::Sender, "only the sender's packets are lost at random"),
            Passage::QueueFull { waiting } => assert!(waiting >= self.queue_pkts),
        }
        self.dropped[by as usize] += u64::from(!matches!(passage, Passage::Arrives { .. }));
        let first = *self.first[by as usize].get_or_insert(segment.seq);
        if by == Side::Sender {
            let end = segment.end_seq().wrapping_sub(first);
            self.sent_to = self.sent_to.max(u64::from(end));
        }
        7
    }

    fn arrived(&mut self, now: Time, at: Side, number: u32, _: &Segment, _: Option<Why>) {
        assert!(now >= self.now && number == 7);
        self.arrived[at as usize] += 1;
    }

    fn after(&mut self, scene: &Scene, _: Side) {
        assert!(scene.now >= self.now, "time goes back");
        self.now = scene.now;
        for path in [&scene.forward, &scene.back] {
            assert!(path.queue(scene.now) <= self.queue_pkts, "the queue is longer than it may be");
        }
        let (Some(sender), Some(receiver), Some(reader)) =
            (scene.sending(), scene.receiving(), &scene.reader)
        else {
            return;
        };
        let (sender, receiver) = (sender.observed(), receiver.observed());
        let written = scene.writer.as_ref().map_or(0, |writer| writer.written);
        assert!(reader.read + u64::from(receiver.unread) <= written, "more is read than was written");
        if let Some(before) = self.rcv_nxt {
            assert!(receiver.rcv_nxt.wrapping_sub(before) < 1 << 31, "the receiver goes back");
        }
        self.rcv_nxt = Some(receiver.rcv_nxt);
        assert!(sender.in_flight() < 1 << 30 && sender.not_sent() < 1 << 30, "{sender:?}");
        let taken = sender.snd_una.wrapping_sub(self.first[0].unwrap());
        assert!(u64::from(taken) <= self.sent_to, "more is acknowledged than was sent");
    }
}

#[test]
fn whatever_happens_to_its_packets_a_transfer_keeps_its_books() {
    let kernels = ["2.6.32", "3.4", "3.10", "el7", "4.4", "4.9", "4.19", "5.10", "6.1", "6.6", "6.18"];
    let mut moved = 0;
    for seed in 0..10_000 {
        let mut rng = Rng::new(seed, 9);
        let mut host = |most: u32| {
            let kernel = KernelVersion::parse(kernels[rng.between(0, 10) as usize]).unwrap();
            let mut sysctl = Sysctl::defaults(kernel);
            sysctl.tcp_sack = !rng.percent(20);
            sysctl.tcp_window_scaling = !rng.percent(20);
            sysctl.tcp_moderate_rcvbuf = !rng.percent(20);
            let buffer = rng.percent(50).then(|| rng.between(0, u64::from(most)) as u32);
            HostSettings { kernel, sysctl, buffer }
        };
        let (sender, receiver) = (host(200_000), host(200_000));
        let mut pick = |low: u64, high: u64| rng.between(low, high);
        let queue_pkts = pick(1, 60);
        let path = BottleneckConfig {
            rate_kbps: pick(100, 20_000),
            delay: Time::from_micros(pick(0, 60_000)),
            queue_pkts,
            loss_ppm: [0, 1_000, 30_000, 200_000][pick(0, 3) as usize],
            reorder_ppm: [0, 0, 20_000, 300_000][pick(0, 3) as usize],
            hold: Time::from_micros(pick(1, 90_000)),
        };
        let (loss_ppm, reorder_ppm) = (path.loss_ppm, path.reorder_ppm);
        let settings = TransferSettings {
            sender,
            receiver,
            forward: path,
            back: BottleneckConfig { loss_ppm: 0, reorder_ppm: 0, ..path },
            reno: pick(0, 1) == 1,
            writing: match pick(0, 2) {
                0 => Writing::Bulk,
                1 => Writing::Chunks { bytes: pick(1, 90_000), every: Time::from_millis(pick(1, 300)) },
                _ => Writing::Burst { bytes: pick(1, 300_000) },
            },
            reader_mbps: [0, 0, 1, 3][pick(0, 3) as usize],
            duration: Time::from_secs(pick(1, 4)),
            seed,
            fuel: 1_000_000,
        };
        let auditor = Auditor {
            rcv_nxt: None,
            now: Time::ZERO,
            sent: [0; 2],
            arrived: [0; 2],
            dropped: [0; 2],
            queue_pkts,
            first: [None; 2],
            sent_to: 0,
        };
        let duration = settings.duration;
        let (outcome, scene, auditor) = Transfer::new(settings, auditor).run();
        assert!(!outcome.out_of_fuel, "seed {seed}");
        assert!(outcome.read <= outcome.written, "seed {seed}");
        assert!(scene.now <= duration + Time::from_secs(4), "seed {seed}: {:?}", scene.now);
        for (side, path) in [(0, &scene.forward), (1, &scene.back)] {
            let tally = path.tally;
            assert_eq!(tally.packets, auditor.sent[side]);
            assert_eq!(tally.lost + tally.queue_full, auditor.dropped[side], "seed {seed}");
            let under_way = tally.packets - auditor.dropped[side] - auditor.arrived[1 - side];
            assert_eq!(path.under_way() as u64, under_way, "seed {seed}: packets vanish");
            assert!(tally.longest_queue < queue_pkts);
        }
        if loss_ppm == 0 && reorder_ppm == 0 {
            assert_eq!(scene.forward.tally.lost + scene.forward.tally.held_back, 0);
        }
        moved += outcome.read;
    }
    assert!(moved > 20_000_000, "{moved} bytes in all runs");
}

#[test]
fn both_languages_tell_the_same() {
    let lab = lab::find("tcp-buffer").unwrap();
    for seed in 0..60 {
        let params = settings::params(lab, "", &settings::random(lab, seed));
        let (en, zh) = (params.run(Lang::En), params.run(Lang::Zh));
        assert_eq!(en.verdict.code, zh.verdict.code, "{}", params.to_query());
        assert_eq!(en.totals.counts, zh.totals.counts);
        assert_eq!(en.totals.thousandths, zh.totals.thousandths);
        assert!(en.verdict.text.is_ascii() || en.verdict.text.contains("µ"), "{}", en.verdict.text);
        let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c));
        assert!(chinese(&zh.verdict.text), "{}", zh.verdict.text);
        for table in zh.tables.iter().filter(|table| !table.columns.is_empty()) {
            assert!(chinese(&table.title) && table.columns.iter().any(|head| chinese(head)), "{}", table.id);
        }
    }
}

#[test]
fn other_seeds_lose_other_packets() {
    let lost = |seed: u64| run("loss-long-path", &format!("seed={seed} duration_s=2")).hash();
    assert_eq!(lost(1), lost(1));
    assert_ne!(lost(1), lost(2));
}
