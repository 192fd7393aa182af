//! Valid settings of a lab, by a seed: mostly small runs, sometimes the largest.

use sim_wasm::lab::{Kind, Lab, Param, Params};
use sim_wasm::rng::Rng;

/// The settings of a seed, as `name=value` pairs.
pub(crate) fn random(lab: &'static Lab, seed: u64) -> String {
    let mut rng = Rng::new(seed, 77);
    let value = |param: &'static Param, rng: &mut Rng| match &param.kind {
        Kind::Int { min, max, .. } | Kind::Wide { min, max, .. } => {
            let high = if rng.percent(20) { *max } else { (*max / 8).max(*min + 1) };
            (min + rng.between(0, high.abs_diff(*min)) as i64).to_string()
        }
        Kind::Choice(choices) => choices[rng.between(0, choices.len() as u64 - 1) as usize].value.to_string(),
        Kind::Kernel(kernels) => kernels[rng.between(0, kernels.len() as u64 - 1) as usize].to_string(),
    };
    let pairs = lab.params.iter().map(|param| format!("{}={}", param.name, value(param, &mut rng)));
    pairs.collect::<Vec<_>>().join(" ")
}

/// A preset, or the defaults when it has no name, changed by `name=value` pairs.
pub(crate) fn params(lab: &'static Lab, preset: &str, settings: &str) -> Params {
    let pairs = settings.split_whitespace().map(|pair| pair.split_once('=').unwrap());
    lab.params((!preset.is_empty()).then_some(preset), pairs).unwrap()
}
