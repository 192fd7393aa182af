//! Each rule finds what it is for, and nothing in what is right.

use super::*;
use expect_test::{Expect, expect};

fn check(files: &[(&str, &str)], expect: Expect) {
    let tree = Tree::of(files);
    let found: Vec<String> =
        RULES.iter().flat_map(|rule| (rule.check)(&tree)).map(|finding| format!("{finding}\n")).collect();
    expect.assert_eq(&found.concat());
}

#[test]
fn a_file_says_its_job() {
    check(
        &[("server/src/a.rs", "//! A job.\n"), ("server/src/b.rs", "fn b() {}\n")],
        expect![[r#"
            server/src/b.rs:1: the file does not say what it is for
        "#]],
    );
}

#[test]
fn layers_hold_outside_comments_and_tests() {
    check(
        &[
            ("server/src/http/mod.rs", "//! Edge.\nuse axum::Router;\n"),
            ("server/src/content/mod.rs", "//! No axum here.\nuse axum::Router;\nfn my_axum() {}\n"),
            ("sim-wasm/src/js.rs", "//! Boundary.\nuse wasm_bindgen::prelude::*;\n"),
            ("sim-wasm/src/tcp/host.rs", "//! Model.\nuse crate::lab::Report;\n"),
            ("sim-wasm/src/lab/report.rs", "//! Data.\nuse crate::world::Packet;\nuse crate::labs::paws;\n"),
            ("sim-wasm/src/lab/trace.rs", "//! Reads a world.\nuse crate::world::Packet;\n"),
            ("sim-wasm/src/labs/paws/mod.rs", "//! Lab.\nuse crate::world::World;\nuse crate::view::svg;\n"),
            ("sim-wasm/src/view/result.rs", "//! View.\nuse crate::lab::Report;\nuse crate::tcp::Why;\n"),
            (
                "sim-wasm/src/lab.rs",
                "//! Lab.\nuse std::time::Instant; // why\nlet explog = x.ln();\n#[cfg(test)]\nmod tests {\nuse std::fs;\n}\n",
            ),
        ],
        expect![[r#"
            server/src/content/mod.rs:2: `axum`: HTTP is the business of server/src/http alone; hand it a value
            sim-wasm/src/tcp/host.rs:2: `crate::lab`: a model knows nothing of labs and of how they are shown
            sim-wasm/src/lab/report.rs:2: `crate::world`: parameters and reports are data; lab/trace.rs and lab/ss.rs alone read a world
            sim-wasm/src/labs/paws/mod.rs:3: `crate::view`: a lab makes a report; how it looks is the business of sim-wasm/src/view
            sim-wasm/src/view/result.rs:3: `crate::tcp`: a view shows what the report says, of any lab
            sim-wasm/src/lab.rs:2: `std::time`: a lab's world is in its parameters; pass it in
            sim-wasm/src/lab.rs:3: `ln(`: these differ between native code and WebAssembly in the last bits; use integers
        "#]],
    );
}

#[test]
fn templates_keep_the_security_policy() {
    check(
        &[(
            "server/templates/page.html",
            "<p style=\"color:red\">{{ title }}</p>\n<script>go()</script>\n<script src=\"/static/a.js\"></script>\n\
             {{ body | safe }}\n<img src=\"https://example.org/a.png\">\n\
             <link rel=\"canonical\" href=\"https://example.org/\">\n<a href=\"https://example.org/\">out</a>\n",
        )],
        expect![[r#"
            server/templates/page.html:1: `style=`: the security policy allows no inline script or style; use static/js and static/css
            server/templates/page.html:2: `<script>`: the security policy allows no inline script or style; use static/js and static/css
            server/templates/page.html:4: `body|safe`: who made this HTML safe?
            server/templates/page.html:5: loads something from another site: vendor it under static/
        "#]],
    );
}

#[test]
fn styles_and_scripts_load_only_from_here() {
    check(
        &[
            (
                "static/css/a.css",
                "@import url(\"https://example.org/a.css\");\na { background: url(a.svg); }\n",
            ),
            ("static/js/a.js", "import x from \"https://example.org/x.js\";\n// see https://example.org\n"),
        ],
        expect![[r#"
            static/css/a.css:1: loads something from another site: vendor it under static/
            static/js/a.js:1: loads something from another site: vendor it under static/
        "#]],
    );
}

#[test]
fn pages_come_in_pairs_and_fonts_with_a_licence() {
    check(
        &[
            ("content/a.en.md", "a"),
            ("content/a.zh.md", "a"),
            ("content/b.zh.md", "b"),
            ("static/VENDORED.md", "| `fonts/serif.woff2` | Serif | 1.0 | OFL |"),
            ("static/fonts/serif.woff2", ""),
            ("static/fonts/mono.woff2", ""),
        ],
        expect![[r#"
            content/b.zh.md:1: content/b.en.md is missing
            static/fonts/mono.woff2:1: not listed in static/VENDORED.md with version and licence
        "#]],
    );
}

#[test]
fn a_long_file_is_named() {
    let long = format!("//! Long.\n{}", "fn f() {}\n".repeat(700));
    check(
        &[("server/src/long.rs", &long)],
        expect![[r#"
            server/src/long.rs:700: too long: split it where its parts have names
        "#]],
    );
}
