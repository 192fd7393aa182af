//! The built WebAssembly modules of all labs, loaded in a browser without the site around them.

use crate::browser::{Browser, Window};
use crate::files::Files;
use serde_json::json;
use sim_wasm::lab;
use std::path::PathBuf;

/// A window that has loaded the modules.
pub struct Modules {
    browser: Browser,
}

impl Modules {
    /// Loads the modules in `folder`.
    pub fn load(folder: PathBuf) -> Modules {
        let labs: Vec<&str> = lab::all().iter().map(|lab| lab.id).collect();
        for lab in &labs {
            let module = folder.join(format!("{lab}_bg.wasm"));
            assert!(module.exists(), "no {}; run `cargo xtask wasm`", module.display());
        }
        let files = Files::serve(&[("modules", folder)]);
        let browser = Browser::start(Window::default(), files.url(""));
        browser.open("/");
        let _: Option<()> = browser.script(include_str!("scripts/load_modules.js"), &[json!(labs)]);
        Modules { browser }
    }

    /// The hash of each report: `sim_wasm::api::report_hash` in hexadecimal, empty where a setting is wrong.
    pub fn report_hashes(&self, lab: &str, queries: &[String], lang: &str) -> Vec<String> {
        // In portions, so that no single answer is long in coming.
        let portions = queries.chunks(500).flat_map(|queries| {
            let script = "const [lab, queries, lang] = arguments; \
                          return queries.map((query) => window.modules[lab].report_hash(lab, query, lang))";
            self.browser.script::<Vec<String>>(script, &[json!(lab), json!(queries), json!(lang)])
        });
        portions.collect()
    }

    /// The text of a result area as the module renders it on a lab's own page, with single spaces.
    pub fn result_text(&self, lab: &str, query: &str, lang: &str) -> String {
        let script = "const { html, errors } = JSON.parse(window.modules[arguments[0]].render(...arguments, 'x', 'full')); \
                      if (errors.length) throw new Error(JSON.stringify(errors)); \
                      return new DOMParser().parseFromString(html, 'text/html').body.textContent";
        let text: String = self.browser.script(script, &[json!(lab), json!(query), json!(lang)]);
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
