//! The words of the editor's script, by their keys.

use sim_wasm::text::Lang;

/// Key, English, Chinese.
const WORDS: &[(&str, &str, &str)] = &[];

/// The words of a language as a JSON object.
pub fn words(lang: Lang) -> String {
    let words: serde_json::Map<String, serde_json::Value> =
        WORDS.iter().map(|(key, en, zh)| (key.to_string(), lang.pick(*en, *zh).into())).collect();
    serde_json::Value::Object(words).to_string()
}
