//! Formulas: TeX to MathML on the server.

use super::mathml;
use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};
use std::sync::LazyLock;

const MAX_BYTES: usize = 2000;

/// The converter calls itself for each level of nesting, and every byte of a formula may open one: this is enough for
/// [`MAX_BYTES`] of them in an unoptimised build. Only touched pages of it take memory.
const STACK_BYTES: usize = 128 << 20;

static CONVERTER: LazyLock<Option<LatexToMathML>> =
    LazyLock::new(|| LatexToMathML::new(MathCoreConfig::default()).ok());

/// A formula as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Formula<'a> {
    /// TeX, without the dollar signs.
    pub(super) tex: &'a str,
    /// Written with two dollar signs.
    pub(super) display: bool,
}

/// Converts the formulas of a page, each to MathML or to what is wrong with it.
pub(super) fn convert(formulas: &[Formula<'_>]) -> Vec<Result<String, String>> {
    if formulas.is_empty() {
        return Vec::new();
    }
    let all = || formulas.iter().map(|formula| convert_one(*formula)).collect();
    let on_its_own_stack = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, all).ok()?;
        thread.join().ok()
    });
    on_its_own_stack.unwrap_or_else(|| vec![Err("the formula could not be converted".into()); formulas.len()])
}

fn convert_one(Formula { tex, display }: Formula<'_>) -> Result<String, String> {
    if tex.len() > MAX_BYTES {
        return Err(format!("a formula of {} bytes is too long; {MAX_BYTES} is the limit", tex.len()));
    }
    let converter = CONVERTER.as_ref().ok_or("the formula could not be converted")?;
    let mode = if display { MathDisplay::Block } else { MathDisplay::Inline };
    let result = converter
        .convert_with_local_state(tex, mode)
        .map_err(|error| format!("this formula cannot be read: {error}"))?;
    mathml::restyle(&result.mathml).ok_or_else(|| "this formula uses what a page cannot show".to_string())
}

#[cfg(test)]
mod tests {
    use super::{Formula, convert};

    #[test]
    fn nesting_to_the_limit_does_no_harm() {
        for unit in ["{", r"\sqrt", r"\frac1", r"\left(", "x^{", r"\text{", r"\begin{cases}"] {
            let tex = unit.repeat(1999 / unit.len());
            assert_eq!(convert(&[Formula { tex: &tex, display: true }]).len(), 1);
        }
        let closed = format!("{}x{}", "{".repeat(990), "}".repeat(990));
        assert!(convert(&[Formula { tex: &closed, display: false }])[0].is_ok());
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let errors = convert(&[
            Formula { tex: r"\undefined x", display: false },
            Formula { tex: &"x".repeat(2001), display: false },
        ]);
        assert_eq!(
            errors[0].as_ref().unwrap_err(),
            r#"this formula cannot be read: Unknown command "\undefined"."#
        );
        assert!(errors[1].as_ref().unwrap_err().contains("too long"));
    }
}
