//! A lab's settings as programs and the terminal give them, and what is wrong with each.

use serde::Serialize;
use sim_wasm::lab::{Lab, ParamError, Params, Problem};
use sim_wasm::text::Lang;

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// Its name.
    pub name: String,
    /// Its value as given.
    pub value: String,
    /// What is wrong with it and what would be right.
    pub message: String,
}

/// The values of a preset, or the defaults, changed by `given`.
///
/// # Errors
/// Every setting that cannot be used.
pub fn params(
    lab: &'static Lab,
    preset: Option<&str>,
    given: &[(String, String)],
    lang: Lang,
) -> Result<Params, Vec<Wrong>> {
    let pairs = given.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    lab.params_in(lang, preset, pairs).map_err(|errors| {
        let mut errors = errors.into_iter();
        let of_preset = preset.filter(|id| lab.preset(id).is_none()).and_then(|id| {
            // The lab reports a preset that it does not have before anything else.
            errors.next().map(|error| no_preset(lab, id, &error, lang))
        });
        of_preset.into_iter().chain(errors.map(|error| wrong(error, given, lang))).collect()
    })
}

/// The lab knows what is wrong with the name alone; the reader also wants to know which names there are.
fn no_preset(lab: &Lab, id: &str, error: &ParamError, lang: Lang) -> Wrong {
    let mut message = error.message(lang);
    if !matches!(error.problem, Problem::Unknown { suggestion: Some(_), .. }) {
        let ids: Vec<&str> = lab.presets.iter().map(|preset| preset.id).collect();
        message +=
            &lang.pick(format!("; there are: {}", ids.join(", ")), format!("，现有：{}", ids.join("、")));
    }
    Wrong { name: "preset".to_string(), value: id.to_string(), message }
}

fn wrong(error: ParamError, given: &[(String, String)], lang: Lang) -> Wrong {
    let message = error.message(lang);
    let value = match error.problem {
        Problem::Unknown { .. } => given.iter().find(|(name, _)| *name == error.name).map(|(_, value)| value),
        _ => None,
    };
    Wrong { value: value.cloned().unwrap_or(error.value), name: error.name, message }
}

#[cfg(test)]
mod tests {
    use super::params;
    use sim_wasm::lab;
    use sim_wasm::text::Lang;

    #[test]
    fn every_wrong_setting_keeps_its_name_and_value() {
        let lab = lab::find("paws").unwrap();
        let given = [("colour", "red"), ("connections", "many")];
        let given = given.map(|(name, value)| (name.to_string(), value.to_string()));
        let wrongs = params(lab, Some("nope"), &given, Lang::En).unwrap_err();
        let named: Vec<_> = wrongs.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
        assert_eq!(named, [("preset", "nope"), ("colour", "red"), ("connections", "many")]);
        assert!(wrongs[0].message.contains("; there are: "), "{}", wrongs[0].message);
        assert!(lab.presets.iter().all(|preset| wrongs[0].message.contains(preset.id)));
        let near = params(lab, Some("nat-two-client"), &[], Lang::En).unwrap_err();
        assert!(near[0].message.ends_with("did you mean `nat-two-clients`?"), "{}", near[0].message);
    }
}
