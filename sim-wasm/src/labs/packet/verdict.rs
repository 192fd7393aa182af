//! How a script went, in a sentence.

use super::lines::Asked;
use super::settings;
use crate::lab::Params;
use crate::lab::report::{Mood, Verdict};
use crate::packet::{self, Failure, Outcome};
use crate::script::ScriptError;
use crate::text::Lang;

/// The sentence about a script that was run.
pub(super) fn verdict(params: &Params, outcome: &Outcome, asked: &Asked, lang: Lang) -> Verdict {
    let kernel = outcome.kernel;
    let (code, mood, text) = match outcome.verdict() {
        packet::Verdict::Passed => ("passed", Mood::Good, passed(outcome, lang)),
        packet::Verdict::Failed => ("failed", Mood::Bad, failed(outcome, asked, lang)),
        packet::Verdict::NotModelled if outcome.out_of_fuel => (
            "cut_off",
            Mood::Neutral,
            lang.pick(
                format!("Not decided on Linux {kernel}: the run takes more steps than are allowed."),
                format!("在 Linux {kernel} 上没有结论：运行步数超过了上限。"),
            ),
        ),
        packet::Verdict::NotModelled => ("not_modelled", Mood::Neutral, undecided(params, outcome, lang)),
    };
    Verdict { code, mood, text }
}

/// The sentence about a script that cannot be read.
pub(super) fn unreadable(errors: &[ScriptError], lang: Lang) -> Verdict {
    let text = errors.first().map_or(String::new(), |error| {
        let (line, col) = (error.at.line, error.at.col);
        let message = error.message(lang);
        let more = errors.len() - 1;
        let mut text = lang.pick(
            format!("Line {line}, column {col}: {message}"),
            format!("第 {line} 行第 {col} 列：{message}"),
        );
        if !message.ends_with(['?', '？']) {
            text += lang.pick(".", "。");
        }
        if more > 0 {
            text += &lang.pick(format!(" {more} more below."), format!("另有 {more} 处，见下文。"));
        }
        text
    });
    Verdict { code: "script_error", mood: Mood::Bad, text }
}

fn passed(outcome: &Outcome, lang: Lang) -> String {
    let kernel = outcome.kernel;
    match outcome.expectations().0 {
        0 => lang.pick(
            format!("Linux {kernel} ran the script, which expects nothing."),
            format!("Linux {kernel} 跑完了脚本，脚本没有写任何期望。"),
        ),
        1 => lang.pick(
            format!("The one expectation holds on Linux {kernel}."),
            format!("在 Linux {kernel} 上，唯一的一条期望成立。"),
        ),
        all => lang.pick(
            format!("All {all} expectations hold on Linux {kernel}."),
            format!("在 Linux {kernel} 上，{all} 条期望全部成立。"),
        ),
    }
}

fn failed(outcome: &Outcome, asked: &Asked, lang: Lang) -> String {
    let kernel = outcome.kernel;
    let Some((line, failure, instead)) = asked.first_failure(outcome) else { return String::new() };
    let instead = match failure {
        Failure::NothingSent { .. } => lang.pick("nothing is sent".into(), "没有报文发出".into()),
        Failure::OtherSent { .. } => {
            lang.pick(format!("it sends `{instead}` instead"), format!("实际发出的是 `{instead}`"))
        }
        _ => {
            let message = failure.message(lang);
            let message = message.trim_end_matches(['.', '。']);
            let mut chars = message.chars();
            let first = chars.next().map(|first| first.to_ascii_lowercase().to_string()).unwrap_or_default();
            format!("{first}{}", chars.as_str())
        }
    };
    lang.pick(
        format!("Line {line} does not hold on Linux {kernel}: {instead}."),
        format!("在 Linux {kernel} 上，第 {line} 行不成立：{instead}。"),
    )
}

fn undecided(params: &Params, outcome: &Outcome, lang: Lang) -> String {
    let kernel = outcome.kernel;
    let Some(note) = outcome.not_modelled().into_iter().find(|note| note.matters) else {
        return String::new();
    };
    let (what, text) = (note.what.get(lang), &note.text);
    match settings::is_about(note, params) {
        true => lang.pick(
            format!("Not decided on Linux {kernel}: the model has no setting `{text}`."),
            format!("在 Linux {kernel} 上没有结论：模型没有 `{text}` 这项设置。"),
        ),
        false => {
            let line = note.at.line;
            lang.pick(
                format!("Not decided on Linux {kernel}: line {line} needs what the model has not, {what} `{text}`."),
                format!("在 Linux {kernel} 上没有结论：第 {line} 行用到了模型没有的{what} `{text}`。"),
            )
        }
    }
}
