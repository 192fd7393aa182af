//! How many segments a second a transfer takes, whole runs of the lab `tcp-buffer`: a segment is what one host sends and
//! the other takes, or the path drops; data and acknowledgements both.
//!
//! Measured is the time on the processor, so that what else the machine does counts as little as it can.
//! `cargo xtask bench` runs the same settings in WebAssembly beside it: `transfer.mjs` reads them from Criterion's files.

use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use rustix::time::{ClockId, clock_gettime};
use sim_wasm::api::{self, Rendered, Run};
use sim_wasm::text::Lang;
use sim_wasm::view::Detail;
use std::time::Duration;

const LAB: &str = "tcp-buffer";
/// Steps that are taken at once.
const STEPS: u64 = 1_000_000;

/// What is run, as the address of the lab's page says it: a fast path with a short way, a long way, losses to repair.
const RUNS: [&str; 3] = [
    "rate_mbps=10000&rtt_ms=1&queue_pkts=1000&duration_s=1",
    "rate_mbps=1000&rtt_ms=40&queue_pkts=2000&duration_s=10",
    "rate_mbps=1000&rtt_ms=40&queue_pkts=2000&loss_ppm=1000&duration_s=60",
];

/// Time that this thread has been on a processor.
#[derive(Clone, Copy, Debug)]
struct ProcessorTime;

impl ProcessorTime {
    fn now() -> Duration {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec as u32)
    }
}

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        ProcessorTime::now()
    }

    fn end(&self, start: Duration) -> Duration {
        ProcessorTime::now().saturating_sub(start)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        value.as_nanos() as f64
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}

/// Segments that both hosts send in a run.
fn segments(query: &str) -> u64 {
    let report = api::params(LAB, query).ok().map(|params| params.run(Lang::En));
    let totals = report.iter().flat_map(|report| report.totals.iter());
    totals.filter(|(name, _)| ["data_segments", "acks"].contains(name)).map(|(_, count)| count).sum()
}

/// What a page does with a run.
fn run(query: &str) -> Option<Rendered> {
    let mut run = Run::start(LAB, query, Lang::En)?;
    while !run.advance(STEPS).over {}
    Some(run.render("x", Detail::Figure))
}

fn transfers(criterion: &mut Criterion<ProcessorTime>) {
    let mut group = criterion.benchmark_group(LAB);
    group.sample_size(10).sampling_mode(SamplingMode::Flat).warm_up_time(Duration::from_secs(1));
    for query in RUNS {
        group.throughput(Throughput::Elements(segments(query)));
        group.bench_with_input(BenchmarkId::from_parameter(query), query, |bencher, query| {
            bencher.iter(|| run(query));
        });
    }
    group.finish();
}

criterion_group!(
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime);
    targets = transfers
);
criterion_main!(benches);
