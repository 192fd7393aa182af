//! What a chain of pointers finds.

use super::chase::{self, Chase};
use super::findings::{Findings, axis, curve, here, level_name, verdict};
use super::levels::WHOLE;
use super::settings::{Order, Settings};
use super::words::{bytes, grouped, percent, time};
use crate::lab::figure::{AxisScale, Bar, Bars, CurveStyle, Drawing, Figure, Mark, Plot};
use crate::lab::report::{Explanation, Mood, Table, Totals};
use crate::text::Lang;

/// Working sets of the curve, as powers of two, and how many lie in each doubling.
const FIRST: u32 = 12;
const LAST: u32 = 30;
const EACH: u64 = 4;

/// The working sets of the curve.
fn sizes() -> impl Iterator<Item = u64> {
    (FIRST..LAST)
        .flat_map(|power| (0..EACH).map(move |part| (1 << power) + part * (1 << power) / EACH))
        .chain([1 << LAST])
}

fn name(order: Order, lang: Lang) -> &'static str {
    match order {
        Order::Permutation => lang.pick("a random cycle", "随机排列成环"),
        Order::Random => lang.pick("any line each time", "每次任意一行"),
        Order::Sequential => lang.pick("in sequence", "顺序"),
    }
}

/// All of it.
pub(super) fn findings(settings: &Settings, lang: Lang) -> Findings {
    let own = chase::chase(settings, settings.order, settings.working_set);
    let cached = WHOLE - own.shares[3];
    let mut totals = Totals::default();
    totals.thousandths.extend([("access_ns", own.access), ("cached_percent", cached / 10)]);
    totals.counts.push(("lines", own.lines));
    let names = ["l1_ppm", "l2_ppm", "l3_ppm", "memory_ppm"];
    totals.counts.extend(names.into_iter().zip(own.shares));
    Findings {
        verdict: outcome(settings, &own, lang),
        totals,
        figures: vec![sweep(settings, &own, lang), shares(&own, lang)],
        explanations: reasons(settings, &own, lang),
        tables: vec![levels(settings, &own, lang), sizes_table(settings, lang)],
    }
}

fn outcome(settings: &Settings, own: &Chase, lang: Lang) -> crate::lab::report::Verdict {
    let (access, size) = (time(own.access), bytes(settings.working_set));
    let most = (0..4).rev().max_by_key(|level| own.shares[*level]).unwrap_or(3);
    let (level, share) = (level_name(most, lang), percent(own.shares[most]));
    if own.prefetched && most > 0 {
        return verdict(
            "hidden",
            Mood::Neutral,
            lang.pick(
                format!("{access} per access through {size}, though {share} percent of the lines come from {level}: the prefetcher has them near before they are asked for."),
                format!("{size} 走下来每次访问 {access}，虽然 {share}% 的行来自{}{level}：还没访问，预取器就把它们取到跟前了。", if most == 3 { "" } else { " " }),
            ),
        );
    }
    let code = ["l1", "l2", "l3", "memory"][most];
    let mood = if most == 3 { Mood::Bad } else { Mood::Good };
    verdict(
        code,
        mood,
        lang.pick(
            format!("{access} per access through {size}: {share} percent of them are served by {level}."),
            format!(
                "{size} 走下来每次访问 {access}，其中 {share}% 由{}{level}{}提供。",
                if most == 3 { "" } else { " " },
                if most == 3 { "" } else { " " }
            ),
        ),
    )
}

fn sweep(settings: &Settings, own: &Chase, lang: Lang) -> Figure {
    let over = |order| -> Vec<(i64, i64)> {
        sizes()
            .map(|size| (size as i64, chase::chase(settings, order, size).access.div_ceil(10) as i64))
            .collect()
    };
    let mut curves = vec![curve("model", name(settings.order, lang), CurveStyle::Line, over(settings.order))];
    let other = if settings.order == Order::Sequential { Order::Permutation } else { Order::Sequential };
    curves.push(curve("other", name(other, lang), CurveStyle::Line, over(other)));
    curves.push(here(settings.working_set, own.access.div_ceil(10), lang));
    let caches = settings.processor.caches.iter().enumerate();
    Figure {
        id: "sweep",
        title: lang.pick("Time of an access over the working set", "访问时间随工作集的变化").to_string(),
        drawing: Drawing::Plot(Plot {
            x: axis(lang.pick("working set", "工作集"), "bytes", AxisScale::Doubling, 1),
            y: axis(lang.pick("per access", "每次访问"), "ns", AxisScale::Doubling, 100),
            curves,
            marks: caches
                .map(|(level, cache)| Mark {
                    x: cache.bytes as i64,
                    label: level_name(level, lang).to_string(),
                })
                .collect(),
        }),
    }
}

/// Who serves the accesses, and whose time it is.
fn shares(own: &Chase, lang: Lang) -> Figure {
    let times: Vec<u64> = own.shares.iter().zip(own.costs).map(|(share, cost)| share * cost).collect();
    let whole = times.iter().sum::<u64>().max(1);
    let permille = |part: u64, whole: u64| (u128::from(part) * 1000 / u128::from(whole)) as i64;
    let bar = |label: &str, parts: Vec<i64>| Bar { label: label.to_string(), parts, note: " ".to_string() };
    Figure {
        id: "shares",
        title: lang
            .pick("Who serves the accesses, and takes the time, %", "访问由谁提供，时间花在谁身上，%")
            .to_string(),
        drawing: Drawing::Bars(Bars {
            unit: "%",
            per: 10,
            parts: (0..4).map(|level| level_name(level, lang).to_string()).collect(),
            bars: vec![
                bar(
                    lang.pick("accesses", "访问"),
                    own.shares.iter().map(|share| permille(*share, WHOLE)).collect(),
                ),
                bar(lang.pick("time", "时间"), times.iter().map(|part| permille(*part, whole)).collect()),
            ],
            bound: None,
        }),
    }
}

fn reasons(settings: &Settings, own: &Chase, lang: Lang) -> Vec<Explanation> {
    let processor = settings.processor;
    let sum: Vec<String> = (0..4)
        .filter(|level| own.shares[*level] > 0)
        .map(|level| format!("{} % x {}", percent(own.shares[level]), time(own.costs[level])))
        .collect();
    let mut all = vec![Explanation {
        code: "levels",
        text: lang.pick(
            format!("{} lines are visited over and over. The mean of what the levels take, by their shares, is the time of an access.", grouped(own.lines)),
            format!("反复访问 {} 个缓存行。各级的用时按份额平均，就是一次访问的时间。", grouped(own.lines)),
        ),
        source: processor.cited(lang),
        condition: format!("{} = {}", sum.join(" + "), time(own.access)),
        would_change: lang.pick("a smaller working set, or an order that the prefetcher knows", "更小的工作集，或预取器认得的顺序").to_string(),
    }];
    let fits = processor.caches.iter().position(|cache| own.lines * processor.line <= cache.bytes);
    let level = level_name(fits.unwrap_or(3), lang);
    let size = bytes(own.lines * processor.line);
    all.push(match settings.order {
        Order::Random => Explanation {
            code: "share",
            text: lang.pick(
                format!("Any line may be next, so a cache that holds a part of {size} has the next one with that probability: the curve leaves a plateau gently."),
                format!("下一行可能是任意一行，缓存装得下 {size} 的几成，就有几成的概率命中：曲线缓缓离开台阶。"),
            ),
            source: String::new(),
            condition: lang.pick("size of the cache / working set", "缓存大小 / 工作集").to_string(),
            would_change: String::new(),
        },
        _ => Explanation {
            code: "cycle",
            text: lang.pick(
                format!("{size} would fit in {level}. But a cycle is the worst case for LRU: a set with one line more than ways loses each just before its turn, and has no hit at all. That makes cliffs at the size of L1, and slopes before L2 and L3, where chance fills some sets sooner than others."),
                format!("{size} 按容量放得进{}{level}。但循环访问正是 LRU 的最坏情形：一组里多出一行，每行都在轮到之前被换出，一次也不命中。所以 L1 处是悬崖；L2、L3 的组由物理页随机分摊，有的先满，于是还没到容量就开始上坡。", if fits.is_none() { "" } else { " " }),
            ),
            source: lang.pick("P(Poisson(lines / sets) <= ways - 1), LRU", "P(Poisson(行数/组数) <= 路数 - 1)，LRU").to_string(),
            condition: cycle_condition(settings, own),
            would_change: lang.pick("huge pages fill the sets of L2 evenly", "大页让 L2 各组填得一样满").to_string(),
        },
    });
    if settings.order == Order::Sequential {
        let line = time(processor.stream(processor.line));
        all.push(Explanation {
            code: "prefetch",
            text: if own.prefetched {
                lang.pick(
                    format!("Each line is {} bytes behind the one before it. The prefetcher recognises that and fetches ahead: what comes from L3 costs as much as L2, and memory costs its bandwidth, {line} for a line.", settings.stride),
                    format!("后一个元素总在前一个之后 {} 字节。预取器认出来就提前取：L3 的行只花 L2 的时间，内存的行只受带宽限制，每行 {line}。", settings.stride),
                )
            } else {
                lang.pick(
                    format!("The elements are {} bytes apart: too far for the prefetcher.", settings.stride),
                    format!("元素相隔 {} 字节，预取器跟不上。", settings.stride),
                )
            },
            source: lang.pick("a chain with stride 64 measured on Xeon 8163: 5.6 to 5.8 ns from 64 KiB to 1 MiB, 5.9 to 6.1 up to 8 MiB, 7.0 at 16 MiB", "Xeon 8163 上步长 64 的链实测：64 KiB 到 1 MiB 为 5.6 到 5.8 ns，到 8 MiB 为 5.9 到 6.1，16 MiB 为 7.0").to_string(),
            condition: format!("{} <= 2048; {} x 1e6 / {} = {line}", settings.stride, processor.line, processor.bandwidth),
            would_change: lang.pick("order = a random cycle", "改成随机排列").to_string(),
        });
    }
    all
}

/// Lines and ways of the sets of each cache.
fn cycle_condition(settings: &Settings, own: &Chase) -> String {
    let parts = settings.processor.caches.iter().enumerate().map(|(level, cache)| {
        let sets = (cache.bytes / cache.ways / settings.processor.line).max(1);
        let tenths = own.lines * 10 / sets;
        format!("L{}: {} lines a set, {} ways", level + 1, super::words::tenths(tenths), cache.ways)
    });
    parts.collect::<Vec<_>>().join("; ")
}

fn levels(settings: &Settings, own: &Chase, lang: Lang) -> Table {
    let columns = [
        lang.pick("level", "层级"),
        lang.pick("size", "大小"),
        lang.pick("takes", "用时"),
        lang.pick("serves, %", "提供，%"),
    ];
    let sizes = settings.processor.caches.iter().map(|cache| bytes(cache.bytes)).chain([String::new()]);
    let rows = sizes.enumerate().map(|(level, size)| {
        vec![level_name(level, lang).to_string(), size, time(own.costs[level]), percent(own.shares[level])]
    });
    let title = lang.pick(
        format!("Through {}", bytes(settings.working_set)),
        format!("工作集 {}", bytes(settings.working_set)),
    );
    Table::cells("levels", &title, columns.map(String::from).to_vec(), rows.collect())
}

/// The three orders at some sizes.
fn sizes_table(settings: &Settings, lang: Lang) -> Table {
    let orders = [Order::Sequential, Order::Permutation, Order::Random];
    let mut columns = vec![lang.pick("working set", "工作集").to_string()];
    columns.extend(orders.iter().map(|order| name(*order, lang).to_string()));
    let rows = [14, 16, 18, 20, 22, 24, 26, 28].map(|power| {
        let cost = |order: &Order| time(chase::chase(settings, *order, 1 << power).access);
        std::iter::once(bytes(1 << power)).chain(orders.iter().map(cost)).collect()
    });
    Table::cells("sizes", lang.pick("Per access", "每次访问"), columns, rows.to_vec())
}
