//! A lab as HTML: its form, its result, and the figure around them. Everything here is made from typed values or
//! escaped; the form and the result come from the lab itself.

use crate::i18n::strings;
use crate::too_long;
use sim_wasm::export::Format;
use sim_wasm::lab::{Lab, Params, query};
use sim_wasm::text::Lang;
use sim_wasm::view::form::{Filled, fields_html};
use sim_wasm::view::html::escape;
use sim_wasm::view::scope::scope_html;
use sim_wasm::view::{Detail, difference_html, result_html};

/// A lab with everything its author said about it.
#[derive(Clone, Debug)]
pub struct LabFigure {
    /// Its values.
    pub params: Params,
    /// A second set of values, shown beside the first.
    pub compare: Option<Params>,
    /// Title; the preset's or the lab's when the author gives none.
    pub title: String,
    /// What the reader is asked before the result is shown.
    pub question: Option<Question>,
}

/// A bet that the reader makes before seeing what happens.
#[derive(Clone, Debug)]
pub struct Question {
    /// The question.
    pub text: String,
    /// What may be answered.
    pub choices: Vec<String>,
    /// Number of the right choice, from 1.
    pub answer: usize,
    /// Said after the answer; may be empty.
    pub explain: String,
}

/// Where a lab stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In an article.
    Article,
    /// Alone on a page that is served.
    Alone,
    /// Alone on a page that is a file, with no server that would make others.
    File,
}

/// The form and the result of a lab that stands alone on its page. `prefix` makes the ids unique.
pub fn form_and_result(lab: &'static Lab, params: &Params, lang: Lang, prefix: &str, place: Place) -> String {
    let form = form(lab, &Filled::Valid(params), lang, prefix, place);
    let progress = progress(lab, lang, prefix) + &measurement(lab, lang);
    format!("{form}{progress}{}{STATUS}", result(params, lang, prefix, Detail::Full))
}

/// The form of a lab; with [`Filled::Wrong`] it says beside each field what is wrong. In an article it leads to the lab
/// alone, and there to the report as files.
pub fn form(lab: &'static Lab, filled: &Filled<'_>, lang: Lang, prefix: &str, place: Place) -> String {
    let action = format!("/{}/labs/{}", lang.code(), lab.id);
    // Shown by a script, once there is something to take back.
    let reset = lang.pick("Back to the article’s values", "恢复文章里的参数");
    let links = match (filled, place) {
        (Filled::Valid(params), Place::Article) => {
            format!(" <button type=\"button\" class=\"reset\" hidden>{reset}</button>")
                + &link(params, lang, lang.pick("Open this lab alone", "单独打开这个实验"))
        }
        (_, Place::File) => format!(" <span>{}</span>", elsewhere(lab, lang)),
        (filled, _) => {
            let (query, served) = match filled {
                Filled::Valid(params) => (params.to_query(), params.is_served()),
                Filled::Wrong { .. } => (String::new(), true),
            };
            let files: String =
                Format::of(lab).map(|format| file_link(lab, &query, lang, format, served)).collect();
            let label = lang.pick("This run as a file", "把这次运行存成文件");
            format!(" <span class=\"lab-files\" role=\"group\" aria-label=\"{label}\">{files}</span>")
        }
    };
    format!(
        "<form class=\"lab-form\" method=\"get\" action=\"{action}\" data-longest=\"{}\">{}\
         <p class=\"lab-actions\"><button type=\"submit\">{}</button>{links}</p></form>\n",
        query::LONGEST,
        fields_html(lab, filled, lang, prefix),
        lang.pick("Run", "运行"),
    )
}

/// Where a script says what changed, for those who do not see it.
pub const STATUS: &str = "<p class=\"sr-only\" role=\"status\" aria-live=\"polite\"></p>\n";

fn link(params: &Params, lang: Lang, text: &str) -> String {
    let query = escape(&params.to_query());
    let (code, id) = (lang.code(), params.lab().id);
    format!(" <a class=\"lab-link\" href=\"/{code}/labs/{id}?{query}\">{}</a>", escape(text))
}

/// The report as a file. Without a query it is that of the defaults; out of sight while the server does not make it.
fn file_link(lab: &Lab, query: &str, lang: Lang, format: Format, served: bool) -> String {
    let (query, code, id, format) = (escape(query), lang.code(), lab.id, format.word());
    let hidden = if served { "" } else { " hidden" };
    let (rest, name) = (format!("&amp;lang={code}&amp;format={format}"), format.to_uppercase());
    format!(
        " <a class=\"lab-link\" href=\"/api/v1/labs/{id}/run?{query}{rest}\" data-rest=\"{rest}\"{hidden}>{name}</a>"
    )
}

/// Where a run can be had as a file when it cannot be had here.
fn elsewhere(lab: &Lab, lang: Lang) -> String {
    let formats: Vec<String> = Format::of(lab).map(|format| format.word().to_uppercase()).collect();
    let command = format!("<code>casebook lab run {} … --format …</code>", lab.id);
    lang.pick(
        format!("A run as a file ({}): {command} on the command line", formats.join(", ")),
        format!("把运行存成文件（{}）：在命令行里用 {command}", formats.join("、")),
    )
}

/// How far a run has come that a page makes beside everything else: out of sight, with its place kept, until there is
/// one. What it says then stands here, since scripts know no language.
fn progress(lab: &Lab, lang: Lang, prefix: &str) -> String {
    if lab.long.is_none() {
        return String::new();
    }
    let at = lang.pick("{done} of {total} s", "{done} / {total} 秒");
    let stopped = lang.pick(
        "Stopped at {done} of {total} s. The result is that of the values before.",
        "已停在 {done} / {total} 秒。下面仍是之前参数的结果。",
    );
    let nothing = lang.pick(
        "Stopped at {done} of {total} s. There is no result.",
        "已停在 {done} / {total} 秒，没有结果。",
    );
    format!(
        "<div class=\"lab-progress\" hidden data-at=\"{at}\" data-stopped=\"{stopped}\" data-nothing=\"{nothing}\">\
         <label for=\"{prefix}-progress\">{}</label><progress id=\"{prefix}-progress\" max=\"1\"></progress>\
         <span class=\"at\"></span><button type=\"button\">{}</button></div>\n",
        lang.pick("Running in your browser", "正在浏览器里运行"),
        lang.pick("Stop", "停止"),
    )
}

/// The button by which a reader's own machine is measured, out of sight until a script can; the words for it stand here.
fn measurement(lab: &Lab, lang: Lang) -> String {
    let Some(limits) = lab.measures else { return String::new() };
    let start = lang.pick("Measure my machine", "测一测我的机器");
    format!(
        "<div class=\"lab-measure\" hidden data-start=\"{start}\" data-stop=\"{}\" data-done=\"{}\">\
         <button type=\"button\">{start}</button><progress max=\"1\" hidden aria-label=\"{}\"></progress>\
         <span class=\"at\"></span><p>{}</p></div>\n",
        lang.pick("Stop measuring", "停止测量"),
        lang.pick("Measured, and drawn over the model.", "测完了，已画在模型上面。"),
        lang.pick("How far the measurement has come", "测量进度"),
        escape(limits.get(lang)),
    )
}

/// What stands in the place of a result that only the reader's own machine makes; a script does, when it finds it.
fn waiting(params: &Params, lang: Lang) -> String {
    let lower = too_long::shortened_by(params, lang, true);
    let advice = lang.pick(
        format!("Lower {} and run it again, or let your browser run it, which it does where scripts are allowed. The command line has no limit: ", lower.join(" or ")),
        format!("可以调小{}再运行。允许脚本时，浏览器会自己运行它；命令行没有限制：", lower.join("或")),
    );
    format!(
        "<div class=\"lab-waiting\" data-part=\"waiting\"><p><strong>{}</strong> {}</p><p>{}<code>{}</code></p></div>",
        escape(&(strings(lang).run_too_long.to_string() + lang.pick(".", "。"))),
        escape(&too_long::sentence(params, lang)),
        escape(&advice),
        escape(&too_long::command(params)),
    )
}

fn result(params: &Params, lang: Lang, prefix: &str, detail: Detail) -> String {
    let full = if detail == Detail::Full { " data-full" } else { "" };
    if !params.is_served() {
        return format!("<div class=\"lab-result\"{full} data-waiting>{}</div>\n", waiting(params, lang));
    }
    let html = result_html(&params.run(lang), lang, prefix, detail);
    format!("<div class=\"lab-result\"{full}>{html}</div>\n")
}

impl LabFigure {
    /// What its author and its lab say in it, without its result.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let question = self.question.iter().flat_map(|it| {
            [it.text.as_str()]
                .into_iter()
                .chain(it.choices.iter().map(String::as_str))
                .chain([it.explain.as_str()])
        });
        [self.title.as_str()].into_iter().chain(question).filter(|words| !words.is_empty())
    }

    /// The figure; `id` is unique on the page and begins every id in it.
    pub fn html(&self, lang: Lang, id: &str) -> String {
        let (lab, code) = (self.params.lab(), lang.code());
        let mut html =
            format!("<figure class=\"lab\" id=\"{id}\" data-lab=\"{}\" data-lang=\"{code}\">\n", lab.id);
        html += &format!("<figcaption>{}</figcaption>\n", escape(&self.title));
        let shown = self.shown(lang, id);
        match &self.question {
            Some(question) => html += &question.html(&shown, lang, id),
            None => html += &shown,
        }
        html + STATUS + "</figure>\n"
    }

    /// What a reader without a question sees at once.
    fn shown(&self, lang: Lang, id: &str) -> String {
        let form = form(self.params.lab(), &Filled::Valid(&self.params), lang, id, Place::Article);
        let controls = format!(
            "<details class=\"lab-controls\"><summary>{}</summary>\n{form}</details>\n",
            lang.pick("Change the values", "改变参数")
        );
        let scope = scope_html(self.params.lab(), lang);
        let controls =
            controls + &progress(self.params.lab(), lang, id) + &measurement(self.params.lab(), lang);
        match &self.compare {
            None => controls + &result(&self.params, lang, id, Detail::Figure) + &scope + "\n",
            Some(other) => {
                let heads = self.params.differences(other);
                let (a, b) = (self.params.run(lang), other.run(lang));
                let difference = difference_html(&a, &b, &heads, lang);
                let (first, second) = heads;
                controls
                    + &difference
                    + "<div class=\"lab-compare\">"
                    + &section(&self.params, &first, lang, id)
                    + &section(other, &second, lang, &format!("{id}-compare"))
                    + "</div>\n"
                    + &scope
                    + "\n"
            }
        }
    }
}

fn section(params: &Params, heading: &str, lang: Lang, prefix: &str) -> String {
    let link = link(params, lang, lang.pick("Open alone", "单独打开"));
    format!(
        "<section><h4>{}</h4><p>{link}</p>\n{}</section>\n",
        escape(heading),
        result(params, lang, prefix, Detail::Figure)
    )
}

impl Question {
    /// The question, and behind it, folded, what happens.
    fn html(&self, shown: &str, lang: Lang, id: &str) -> String {
        let mut html = format!(
            "<fieldset class=\"bet\" data-answer=\"{}\"><legend>{}</legend>\n",
            self.answer,
            escape(&self.text)
        );
        for (number, choice) in (1..).zip(&self.choices) {
            html += &format!(
                "<label><input type=\"radio\" name=\"{id}-bet\" value=\"{number}\"> <span>{}</span></label>\n",
                escape(choice)
            );
        }
        html += "</fieldset>\n";
        let summary = lang.pick("Show what happens", "看看会发生什么");
        html += &format!("<details class=\"reveal\"><summary>{summary}</summary>\n");
        let right = self.choices.get(self.answer - 1).map_or("", String::as_str);
        html += &format!(
            "<p class=\"bet-answer\">{}{}</p>\n",
            lang.pick("Right answer: ", "正确答案："),
            escape(right)
        );
        if !self.explain.is_empty() {
            html += &format!("<p class=\"bet-explain\">{}</p>\n", escape(&self.explain));
        }
        html + shown + "</details>\n"
    }
}
