//! Random settings of a lab: the same sequence from the same seed, on every machine.

use sim_wasm::lab::{Kind, Lab, Param, query};

/// Steps of a run: ten thousand runs are not to take an hour.
const LONGEST: u64 = 20_000;

/// An endless sequence of query strings that a lab accepts.
pub struct Settings {
    lab: &'static Lab,
    random: u64,
}

impl Settings {
    /// The sequence of this seed.
    pub fn new(lab: &'static Lab, seed: u64) -> Settings {
        Settings { lab, random: seed }
    }

    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn value(&mut self, param: &Param) -> String {
        match &param.kind {
            // Beyond the usual numbers runs are long.
            Kind::Int { min, max, .. } | Kind::Wide { min, max, .. } => match self.below(4) {
                // The ends are where off-by-one errors live.
                0 => [min, max][self.below(2) as usize].to_string(),
                // Most readers stay near the beginning of a long scale.
                1 => (min + self.below(max.abs_diff(*min).min(20) + 1) as i64).to_string(),
                2 => (min + self.below(max.abs_diff(*min) / 8 + 1) as i64).to_string(),
                _ => (min + self.below(max.abs_diff(*min).saturating_add(1).max(1)) as i64).to_string(),
            },
            Kind::Choice(choices) => choices[self.below(choices.len() as u64) as usize].value.to_string(),
            Kind::Kernel(offered) => offered[self.below(offered.len() as u64) as usize].to_string(),
            Kind::Text { .. } => query::encode(&self.text(param)),
        }
    }

    /// The text of a preset, at times without one of its lines.
    fn text(&mut self, param: &Param) -> String {
        let of_presets = self.lab.presets.iter().flat_map(|preset| preset.values);
        let texts = of_presets.filter(|(name, _)| *name == param.name).map(|(_, text)| *text);
        let texts: Vec<&str> = texts.chain([param.default]).collect();
        let mut lines: Vec<&str> = texts[self.below(texts.len() as u64) as usize].split('\n').collect();
        if self.below(3) == 0 {
            lines.remove(self.below(lines.len() as u64) as usize);
        }
        lines.join("\n")
    }
}

impl Iterator for Settings {
    type Item = String;

    fn next(&mut self) -> Option<String> {
        let lab = self.lab;
        let mut values: Vec<String> = lab.params.iter().map(|param| self.value(param)).collect();
        loop {
            let pairs =
                lab.params.iter().zip(&values).map(|(param, value)| format!("{}={value}", param.name));
            let query = pairs.collect::<Vec<_>>().join("&");
            let is_short =
                sim_wasm::api::params(lab.id, &query).is_ok_and(|params| params.steps() <= LONGEST);
            if is_short || !shorten(lab, &mut values) {
                return Some(query);
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_accepted() {
        for lab in sim_wasm::lab::all() {
            for query in Settings::new(lab, 1).take(1_000) {
                let read = sim_wasm::api::params(lab.id, &query).map(|params| params.to_query());
                assert_eq!(read.as_ref().ok(), Some(&query), "{}: {read:?}", lab.id);
                let steps = sim_wasm::api::params(lab.id, &query).map_or(0, |params| params.steps());
                assert!(steps <= LONGEST, "{}: {steps} steps of {query}", lab.id);
            }
        }
    }

    #[test]
    fn a_seed_gives_one_sequence() {
        let lab = sim_wasm::lab::all()[0];
        let take = |seed| Settings::new(lab, seed).take(10).collect::<Vec<_>>();
        assert_eq!(take(7), take(7));
        assert_ne!(take(7), take(8));
    }
}
