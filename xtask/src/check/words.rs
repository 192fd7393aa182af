//! Rules of the form "this word is not used there": the layers of the crates, determinism, the security policy.

use super::tree::{File, Finding, Tree};

/// Words that a part of the repository does without.
pub(super) struct Ban {
    /// Where: a folder or a file.
    pub(super) under: &'static str,
    /// Files it is about, by the end of their names.
    pub(super) ends: &'static str,
    /// Where the words may stand all the same.
    pub(super) except: &'static [&'static str],
    /// The words; a letter, digit or `_` at their edge must not go on in the text.
    pub(super) words: &'static [&'static str],
    /// What to do instead.
    pub(super) instead: &'static str,
}

/// Which layer may know what.
pub(super) const LAYERS: &[Ban] = &[
    Ban {
        under: "server/src",
        ends: ".rs",
        except: &["server/src/http", "server/src/cli", "server/src/main.rs"],
        words: &["axum", "tower_http"],
        instead: "HTTP is the business of server/src/http alone; hand it a value",
    },
    Ban {
        under: "server/src",
        ends: ".rs",
        except: &[],
        words: &["wasm_bindgen"],
        instead: "the server runs labs natively, through sim_wasm",
    },
    Ban {
        under: "sim-wasm/src",
        ends: ".rs",
        except: &["sim-wasm/src/js.rs"],
        words: &["wasm_bindgen", "js_sys", "web_sys"],
        instead: "only js.rs knows the browser",
    },
    Ban {
        under: "sim-wasm/src",
        ends: ".rs",
        except: &[
            "sim-wasm/src/lab",
            "sim-wasm/src/labs",
            "sim-wasm/src/view",
            "sim-wasm/src/export",
            "sim-wasm/src/api.rs",
            "sim-wasm/src/js.rs",
        ],
        words: &["crate::lab", "crate::labs", "crate::view", "crate::api"],
        instead: "a model knows nothing of labs and of how they are shown",
    },
    Ban {
        under: "sim-wasm/src/lab",
        ends: ".rs",
        except: &["sim-wasm/src/lab/trace.rs", "sim-wasm/src/lab/ss.rs"],
        words: &["crate::net", "crate::tcp", "crate::world", "crate::view"],
        instead: "parameters and reports are data; lab/trace.rs and lab/ss.rs alone read a world",
    },
    Ban {
        under: "sim-wasm/src/labs",
        ends: ".rs",
        except: &[],
        words: &["crate::view"],
        instead: "a lab makes a report; how it looks is the business of sim-wasm/src/view",
    },
    Ban {
        under: "sim-wasm/src/view",
        ends: ".rs",
        except: &[],
        words: &["crate::labs", "crate::net", "crate::tcp", "crate::world"],
        instead: "a view shows what the report says, of any lab",
    },
    Ban {
        under: "sim-wasm",
        ends: "",
        except: &[],
        words: &["casebook::", "path = \"../server\""],
        instead: "the server depends on sim-wasm, never the other way round",
    },
];

/// What would make a lab's run depend on more than its parameters, or differ between machines.
pub(super) const DETERMINISM: &[Ban] = &[
    Ban {
        under: "sim-wasm/src",
        ends: ".rs",
        except: &[],
        words: &["std::time", "std::fs", "std::thread", "std::env", "std::net", "std::process", "SystemTime"],
        instead: "a lab's world is in its parameters; pass it in",
    },
    Ban {
        under: "sim-wasm/src",
        ends: ".rs",
        except: &[],
        words: &["HashMap", "HashSet", "RandomState"],
        instead: "their order differs from run to run; take BTreeMap, BTreeSet or a sorted Vec",
    },
    Ban {
        under: "sim-wasm/src",
        ends: ".rs",
        except: &[],
        words: &[
            "powf(", "exp(", "exp2(", "exp_m1(", "ln(", "ln_1p(", "log(", "log2(", "log10(", "sin(", "cos(",
            "tan(", "sinh(", "cosh(", "tanh(", "asin(", "acos(", "atan(", "atan2(", "hypot(",
        ],
        instead: "these differ between native code and WebAssembly in the last bits; use integers",
    },
];

/// What the content security policy would block, or what would tell others who reads here.
pub(super) const INLINE: &[Ban] = &[Ban {
    under: "server/templates",
    ends: ".html",
    except: &[],
    words: &[
        "<style",
        " style=",
        "<script>",
        " onclick=",
        " onload=",
        " onerror=",
        " onchange=",
        " oninput=",
        "javascript:",
    ],
    instead: "the security policy allows no inline script or style; use static/js and static/css",
}];

/// Every place where a word stands that is banned there.
pub(super) fn find(bans: &[Ban], tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ban in bans {
        let allowed = |file: &&File| !ban.except.iter().any(|place| file.is_below(place));
        for file in tree.below(ban.under, ban.ends).filter(allowed) {
            let lines: Vec<(usize, &str)> =
                if file.path.ends_with(".rs") { file.code().collect() } else { file.lines().collect() };
            for (number, line) in lines {
                if let Some(word) = ban.words.iter().find(|word| contains_word(line, word)) {
                    findings.push(file.finding(number, format!("`{}`: {}", word.trim(), ban.instead)));
                }
            }
        }
    }
    findings
}

/// Whether `word` stands in `line` by itself, not as a part of a longer name.
fn contains_word(line: &str, word: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let joined_before = word.starts_with(is_name) && before.is_some_and(is_name);
        let joined_after = word.ends_with(is_name) && after.is_some_and(is_name);
        !joined_before && !joined_after
    })
}
