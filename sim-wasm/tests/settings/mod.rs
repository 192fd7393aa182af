//! Valid settings of a lab, by a seed: mostly small runs, sometimes the largest.

use sim_wasm::lab::{Kind, Lab, Param, Params, query};
use sim_wasm::rng::Rng;

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
    let pairs = lab.params.iter().map(|param| format!("{}={}", param.name, value(param, &mut rng)));
    pairs.collect::<Vec<_>>().join(" ")
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
