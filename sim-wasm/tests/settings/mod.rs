//! Valid settings of a lab, by a seed: mostly small runs, sometimes the largest.

use sim_wasm::lab::{Kind, Lab, Param, Params, query};
use sim_wasm::rng::Rng;

/// Steps of a run: thousands of runs are not to take an hour.
const LONGEST: u64 = 20_000;

/// The settings of a seed, as `name=value` pairs with spaces between them; texts are encoded.
pub(crate) fn random(lab: &'static Lab, seed: u64) -> String {
    let mut rng = Rng::new(seed, 77);
    let value = |param: &'static Param, rng: &mut Rng| match &param.kind {
        Kind::Int { min, max, .. } | Kind::Wide { min, max, .. } => {
            let high = if rng.percent(20) { *max } else { (*max / 8).max(*min + 1) };
            (min + rng.between(0, high.abs_diff(*min)) as i64).to_string()
        }
        Kind::Choice(choices) => choices[rng.between(0, choices.len() as u64 - 1) as usize].value.to_string(),
        Kind::Kernel(kernels) => kernels[rng.between(0, kernels.len() as u64 - 1) as usize].to_string(),
        Kind::Text { .. } => query::encode(&text(lab, param, rng)),
    };
    let mut values: Vec<String> = lab.params.iter().map(|param| value(param, &mut rng)).collect();
    loop {
        let pairs = lab.params.iter().zip(&values).map(|(param, value)| format!("{}={value}", param.name));
        let settings = pairs.collect::<Vec<_>>().join(" ");
        if params(lab, "", &settings).steps() <= LONGEST || !shorten(lab, &mut values) {
            return settings;
        }
    }
}

/// Halves what makes a run long; false when that is at its least.
fn shorten(lab: &Lab, values: &mut [String]) -> bool {
    let names = lab.long.as_ref().map_or(&[][..], |long| long.shortened_by);
    let mut shortened = false;
    for (param, value) in lab.params.iter().zip(values).filter(|(param, _)| names.contains(&param.name)) {
        let (Kind::Int { min, .. } | Kind::Wide { min, .. }) = &param.kind else { continue };
        let less = value.parse().map_or(*min, |number: i64| min + (number - min) / 2).to_string();
        shortened |= less != *value;
        *value = less;
    }
    shortened
}

/// The text of a preset, in half of all cases with something wrong in it: a line that is lost, or comes twice, or a
/// character that is another.
fn text(lab: &Lab, param: &Param, rng: &mut Rng) -> String {
    let of_presets = lab.presets.iter().flat_map(|preset| preset.values);
    let texts: Vec<&str> = of_presets
        .filter(|(name, _)| *name == param.name)
        .map(|(_, text)| *text)
        .chain([param.default])
        .collect();
    let mut pick = |count: usize| rng.between(0, count.max(1) as u64 - 1) as usize;
    let text = texts[pick(texts.len())];
    let mut lines: Vec<String> = text.split('\n').map(String::from).collect();
    let at = pick(lines.len());
    match pick(6) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[at].clone()),
        2 => {
            let mut line: Vec<char> = lines[at].chars().collect();
            let place = pick(line.len());
            line.splice(
                place..(place + 1).min(line.len()),
                ["~", "9", " ", "}", "\u{4e2d}"][pick(5)].chars(),
            );
            lines[at] = line.into_iter().collect();
        }
        _ => {}
    }
    lines.join("\n")
}

/// A preset, or the defaults when it has no name, changed by `name=value` pairs; values may be encoded.
pub(crate) fn params(lab: &'static Lab, preset: &str, settings: &str) -> Params {
    let pairs: Vec<_> = query::pairs(&settings.split_whitespace().collect::<Vec<_>>().join("&")).collect();
    let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    lab.params((!preset.is_empty()).then_some(preset), pairs).unwrap()
}
