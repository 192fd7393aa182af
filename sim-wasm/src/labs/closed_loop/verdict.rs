//! The outcome in a sentence.

use super::capacity::Capacity;
use super::findings::{millis, percent};
use super::network::Outcome;
use super::params::Settings;
use super::whereabouts::{Limit, Whereabouts};
use crate::lab::report::{Mood, Verdict};
use crate::text::Lang;

pub(super) fn verdict(settings: &Settings, outcome: &Outcome, lang: Lang) -> Verdict {
    let capacity = Capacity::of(&settings.network).processors;
    let there = Whereabouts::of(&settings.network, outcome);
    let threads = settings.threads;
    let per_s = outcome.per_1000_s / 1000;
    let ms = millis(outcome.response_ns);
    let (code, mood, text) = match there.limit(threads) {
        Limit::Threads => {
            let text = lang.pick(
                format!("{per_s} requests per second in {ms} ms each: hardly anybody waits in line, the {threads} threads are the limit."),
                format!("每秒 {per_s} 个请求，平均 {ms} 毫秒：几乎没人排队，上限就是这 {threads} 个线程。"),
            );
            ("threads", Mood::Good, text)
        }
        Limit::SlowPath => {
            let line = there.waiting_for_slow_path / 1000;
            let done = u128::from(outcome.per_1000_s) * 1000 / u128::from(capacity.max(1));
            let lost = percent(1000_u128.saturating_sub(done) as u64);
            let text = lang.pick(
                format!("The slow path is the limit: {per_s} requests per second in {ms} ms each, {lost} % less than the processors could do. {line} of {threads} threads stand in line for it."),
                format!("瓶颈是慢路径：每秒 {per_s} 个请求，平均 {ms} 毫秒，比处理器能做到的少 {lost}%。{threads} 个线程里有 {line} 个排在它前面。"),
            );
            ("slow_path", Mood::Bad, text)
        }
        Limit::Processors => {
            let text = lang.pick(
                format!("The processors are the limit: {per_s} requests per second in {ms} ms each."),
                format!("瓶颈是处理器：每秒 {per_s} 个请求，平均 {ms} 毫秒。"),
            );
            ("processors", Mood::Neutral, text)
        }
    };
    Verdict { code, mood, text }
}
