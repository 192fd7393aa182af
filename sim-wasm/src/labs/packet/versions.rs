//! The same script on every kernel that is offered: where the behaviour changes.

use super::lines::Asked;
use super::params;
use crate::kernel::KernelVersion;
use crate::lab::Params;
use crate::lab::report::Table;
use crate::packet::{self, Options, Outcome, Verdict};
use crate::text::Lang;

/// Packets of a run beyond which the other kernels are not asked: they would take as long.
const MOST_PACKETS: usize = 500;

/// Red Hat's kernel, which stands between no others.
const EL7: &str = "el7";

/// Kernels that do the same.
struct Stretch {
    first: &'static str,
    last: &'static str,
    el7: bool,
    /// How it went, on which line, and what happened there instead.
    told: [String; 3],
}

/// One row for each stretch of kernels that do the same.
pub(super) fn table(
    params: &Params,
    options: &Options<'_>,
    own: &Outcome,
    asked: &Asked,
    lang: Lang,
) -> Table {
    let mut stretches: Vec<Stretch> = Vec::new();
    if own.packets.len() <= MOST_PACKETS && !own.out_of_fuel {
        let mainline = params::KERNELS.iter().filter(|name| **name != EL7);
        for name in mainline.chain([&EL7]) {
            let Ok(kernel) = KernelVersion::parse(name) else { continue };
            let options = Options { kernel, ..options.clone() };
            let Ok(outcome) = packet::run(params.text("script"), &options) else { continue };
            let told = told(&outcome, asked, lang);
            let same = |stretch: &&mut Stretch| stretch.told == told;
            match stretches.last_mut().filter(same) {
                Some(stretch) if *name != EL7 => stretch.last = name,
                _ => match stretches.iter_mut().find(same).filter(|_| *name == EL7) {
                    Some(stretch) => stretch.el7 = true,
                    None => stretches.push(Stretch { first: name, last: name, el7: false, told }),
                },
            }
        }
    }
    let rows = stretches.into_iter().map(|Stretch { first, last, el7, told }| {
        let range = if first == last { first.to_string() } else { format!("{first} – {last}") };
        let range = if el7 { range + ", el7" } else { range };
        [range].into_iter().chain(told).collect()
    });
    let title = lang.pick("The same script on each kernel", "同一脚本在各个内核上");
    let columns = lang
        .pick(["Linux", "outcome", "line", "what happens there"], ["Linux", "结果", "行", "那里发生了什么"]);
    Table::cells("versions", title, columns.map(String::from).to_vec(), rows.collect())
}

fn told(outcome: &Outcome, asked: &Asked, lang: Lang) -> [String; 3] {
    let words = match outcome.verdict() {
        Verdict::Passed => lang.pick("holds", "成立"),
        Verdict::Failed => lang.pick("does not hold", "不成立"),
        Verdict::NotModelled => lang.pick("not decided", "没有结论"),
    };
    let (line, instead) = match asked.first_failure(outcome) {
        Some((line, failure, instead)) if instead.is_empty() => (line.to_string(), failure.message(lang)),
        Some((line, _, instead)) => (line.to_string(), instead),
        None => (String::new(), String::new()),
    };
    [words.to_string(), line, instead]
}
