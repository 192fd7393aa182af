//! The arithmetic of ports: how many there are, how long each is held, how many connections a second that allows.

use super::grouped;
use super::population::Course;
use super::sample::Pattern;
use super::settings::{Settings, Side};
use crate::kernel::Change;
use crate::lab::report::Table;
use crate::tcp::time_wait;
use crate::text::Lang;
use crate::time::Time;

/// The sums of a rate.
pub(super) struct Sums {
    /// How long a connection and what is left of it hold a port at most, in milliseconds.
    pub(super) held_ms: u64,
    /// How long TIME_WAIT lasts, in milliseconds.
    waits_ms: u64,
    /// Hundredths of connections a second that the ports allow; none when there is no room for so many TIME_WAITs, and
    /// ports are always left.
    pub(super) most_per_s: Option<u64>,
    /// Hundredths of seconds until the ports are used up, when the rate is higher than that.
    pub(super) used_up_after: Option<u64>,
}

impl Sums {
    pub(super) fn new(settings: &Settings, pattern: &Pattern) -> Sums {
        let waits = time_wait::lasts(settings.recycles(), pattern.rto.unwrap_or_default());
        let held = match settings.closes_first {
            Side::Server => pattern.client.gone,
            Side::Client if settings.reuses() => {
                let next_second = settings.client_kernel.has(Change::TwReuseNextSecond);
                waits.min(Time::from_secs(if next_second { 1 } else { 2 }))
            }
            Side::Client => waits,
        };
        let (held_ms, waits_ms) = (held.millis().max(1), waits.millis());
        let (places, buckets) = (settings.places(), u64::from(settings.max_tw_buckets));
        let unlimited = settings.closes_first == Side::Client && buckets < places;
        let most_per_s = (!unlimited).then(|| places * 100_000 / held_ms);
        let exceeded = most_per_s.is_some_and(|most| settings.rate_per_s * 100 > most);
        let used_up_after = exceeded.then(|| places * 100 / settings.rate_per_s);
        Sums { held_ms, waits_ms, most_per_s, used_up_after }
    }

    /// The sums with their numbers, and what the run came to.
    pub(super) fn table(&self, settings: &Settings, course: &Course, lang: Lang) -> Table {
        let number = |n| grouped(n, lang);
        let span = |ms| lang.pick(format!("{} s", seconds(ms)), format!("{} 秒", seconds(ms)));
        let (first, last) = settings.ports;
        let (ports, places) = (number(settings.port_count()), number(settings.places()));
        let rate = number(settings.rate_per_s);
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut row = |en: &str, zh: &str, sum: String, value: String| {
            rows.push(vec![lang.pick(en, zh).to_string(), sum, value]);
        };
        row("ports", "端口", format!("{last} − {first} + 1"), ports.clone());
        if settings.destinations > 1 {
            let sum = format!("{ports} × {}", settings.destinations);
            row("towards all destinations", "全部目的地合计", sum, places.clone());
        }
        let holds = match settings.closes_first {
            Side::Server => lang.pick("the connection alone", "只有连接本身"),
            Side::Client if settings.recycles() => "tcp_tw_recycle: 3.5 × RTO",
            Side::Client if settings.reuses() => "tcp_tw_reuse",
            Side::Client => "TIME_WAIT",
        };
        row("a port is held for", "一个端口被占", holds.to_string(), span(self.held_ms));
        if let Some(most) = self.most_per_s {
            let sum = format!("{places} / {}", span(self.held_ms));
            row("connections per second, at most", "每秒最多连接数", sum, per_second(most, lang));
        }
        row("connections per second, wanted", "每秒需要连接数", String::new(), rate.clone());
        if let Some(after) = self.used_up_after {
            let sum = format!("{places} / {rate}");
            row("the ports last for", "端口能撑", sum, span(after * 10));
        }
        let wanted = settings.rate_per_s * self.waits_ms / 1000;
        let sum = format!("{rate} × {}", span(self.waits_ms));
        row("TIME_WAITs that this rate makes", "这个速率产生的 TIME_WAIT", sum, number(wanted));
        if settings.closes_first == Side::Server {
            let sum = lang.pick("one for each port and destination", "每个端口、每个目的地一个");
            row(
                "TIME_WAITs of this client, at most",
                "这个客户端最多有的 TIME_WAIT",
                sum.to_string(),
                places,
            );
        }
        if u64::from(settings.max_tw_buckets) < wanted {
            let sum = "tcp_max_tw_buckets".to_string();
            row(
                "TIME_WAITs that may exist",
                "允许存在的 TIME_WAIT",
                sum,
                number(settings.max_tw_buckets.into()),
            );
        }
        let run = lang.pick("in this run", "这次运行").to_string();
        row("ports in use, most at once", "端口占用最多时", run.clone(), number(course.most.ports));
        row("TIME_WAITs, most at once", "TIME_WAIT 最多时", run, number(course.most.time_waits.into()));
        let columns = lang.pick(["", "sum", "value"], ["", "算式", "值"]).map(String::from).to_vec();
        Table::cells("arithmetic", lang.pick("The arithmetic of ports", "端口的算术"), columns, rows)
    }
}

/// `47.05`, `60`: seconds without zeros at their end.
pub(super) fn seconds(ms: u64) -> String {
    let text = format!("{}.{:03}", ms / 1000, ms % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// Hundredths of connections a second: with their fraction, unless they are many.
pub(super) fn per_second(hundredths: u64, lang: Lang) -> String {
    match (hundredths / 100, hundredths % 100) {
        (whole @ 1000.., _) | (whole, 0) => grouped(whole, lang),
        (whole, rest) => format!("{whole}.{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_people_write_them() {
        assert_eq!([60_000, 703, 47_050, 3, 1000].map(seconds), ["60", "0.703", "47.05", "0.003", "1"]);
        let rates = [47_053, 2_000, 1_411_600, 99_999].map(|rate| per_second(rate, Lang::En));
        assert_eq!(rates, ["470.53", "20", "14,116", "999.99"]);
    }
}
