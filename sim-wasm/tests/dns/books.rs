//! Every query has its outcome and its place, whatever is written into the files.

use super::{lab, params, rows, run, settings, total};
use sim_wasm::lab::figure::Drawing;
use sim_wasm::lab::report::Report;
use sim_wasm::lab::{Kind, query};
use sim_wasm::rng::Rng;
use sim_wasm::text::Lang;

/// The books: every query has one outcome, stands in the capture and in the table, and fits its figure.
fn balances(report: &Report, settings: &str) {
    let parts = ["answered", "unanswered", "refused"].map(|name| total(report, name));
    assert_eq!(total(report, "queries"), parts.iter().sum::<u64>(), "{settings}");
    let rows = rows(report, "queries").iter().filter(|row| !row[3].is_empty()).count() as u64;
    let all = total(report, "queries") + total(report, "forwarded");
    assert!(rows == all || rows > 150, "{settings}: {rows} rows for {all} queries");
    for figure in &report.figures {
        let Drawing::Lanes(lanes) = &figure.drawing else { panic!("{settings}: {figure:?}") };
        for span in &lanes.spans {
            assert!(span.lane < lanes.lanes.len(), "{settings}: {span:?}");
            assert!(span.from_us <= span.to_us && span.to_us <= lanes.end_us, "{settings}: {span:?}");
        }
        assert!(lanes.spans.is_sorted_by_key(|span| span.from_us), "{settings}");
    }
    let good = report.verdict.code.starts_with("address");
    if !good && report.verdict.code != "too_many" {
        let named = !params_name(settings).trim().is_empty();
        assert!(!named || !report.explanations.is_empty(), "{settings}: failed without a reason");
    }
    for explanation in &report.explanations {
        assert!(
            !explanation.text.is_empty() && !explanation.source.is_empty(),
            "{settings}: {explanation:?}"
        );
        let same = report.explanations.iter().filter(|other| other.code == explanation.code);
        assert_eq!(same.count(), 1, "{settings}: {}", explanation.code);
    }
}

fn params_name(settings: &str) -> String {
    let pairs = query::pairs(settings);
    pairs.into_iter().find(|(name, _)| name == "name").map(|(_, value)| value.to_string()).unwrap_or_default()
}

/// Ten thousand settings: texts of presets mixed, cut and spoilt, and words of all of them thrown together.
#[test]
fn nothing_breaks_whatever_is_written() {
    let words: Vec<&str> = lab()
        .presets
        .iter()
        .flat_map(|preset| preset.values)
        .flat_map(|(_, text)| text.split_inclusive([' ', '\n', ':']))
        .chain([
            "\u{3000}",
            "[",
            "]",
            "..",
            "#",
            "@9",
            "::",
            "*.",
            "-",
            "ndots:99999999999",
            "%lo",
            "\t",
            "\n",
        ])
        .collect();
    let soup = |rng: &mut Rng| -> String {
        (0..rng.between(0, 30)).map(|_| words[rng.between(0, words.len() as u64 - 1) as usize]).collect()
    };
    for seed in 0..10_000 {
        let mut settings = settings::random(lab(), seed);
        let mut rng = Rng::new(seed, 5);
        if seed % 3 == 0 {
            let texts = lab().params.iter().filter(|param| matches!(param.kind, Kind::Text { .. }));
            let pairs: Vec<String> = texts
                .map(|param| {
                    let text: String = soup(&mut rng).chars().take(80).collect();
                    format!("{}={}", param.name, query::encode(&text))
                })
                .collect();
            let kept = settings.split(' ').filter(|pair| {
                let name = pair.split('=').next().unwrap();
                !matches!(lab().param(name).unwrap().kind, Kind::Text { .. })
            });
            settings = kept.map(String::from).chain(pairs).collect::<Vec<_>>().join(" ");
        }
        let params = settings::params(lab(), "", &settings);
        let report = params.run(if seed % 2 == 0 { Lang::En } else { Lang::Zh });
        balances(&report, &settings.replace(' ', "&"));
    }
}

/// A list of a thousand domains is cut off, and takes no time to speak of.
#[test]
fn long_search_lists_are_cut_off() {
    let file = format!("nameserver 10.0.0.1\nsearch{}\n", " a".repeat(900));
    let report = run("", &[("resolv_conf", &file), ("name", "www")]);
    assert_eq!(report.verdict.code, "too_many");
    assert!(total(&report, "queries") < 700);
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Chinese sentences have Chinese punctuation, and a space between Han characters and others.
#[test]
fn chinese_is_set_as_chinese() {
    let mut texts: Vec<String> = vec![lab().title.zh.into(), lab().summary.zh.into()];
    texts.extend(lab().assumptions.iter().chain(lab().not_modelled).map(|text| text.zh.to_string()));
    texts.extend(
        lab().params.iter().flat_map(|param| [param.help.zh.to_string(), param.label.zh.to_string()]),
    );
    for preset in lab().presets {
        texts.extend([preset.title.zh.to_string(), preset.summary.zh.to_string()]);
    }
    // Not those in which a name is spoilt with a Chinese character.
    let random =
        (0..600).map(|seed| settings::random(lab(), seed)).filter(|settings| !settings.contains("%E4"));
    let random = random.map(|settings| settings::params(lab(), "", &settings));
    for params in lab().presets.iter().map(|preset| params(preset.id, &[])).chain(random) {
        let report = params.run(Lang::Zh);
        texts.push(report.verdict.text);
        texts.extend(report.explanations.into_iter().map(|explanation| explanation.text));
        texts.extend(params.notes(Lang::Zh).into_iter().map(|(_, note)| note));
        let tables = report.tables.into_iter().filter(|table| table.id != "files");
        texts.extend(tables.flat_map(|table| table.rows).flatten());
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
