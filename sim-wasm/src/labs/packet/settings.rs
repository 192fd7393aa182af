//! The field of settings: one sysctl a line, `net.ipv4.tcp_syn_retries=2`.

use crate::kernel::{KernelVersion, Sysctl};
use crate::lab::Params;
use crate::packet::sysctl;
use crate::script::NotModelled;
use crate::script::ast::Pos;
use crate::text::Lang;

/// Name and value of each line. A line without a value has an empty one.
pub(super) fn settings(params: &Params) -> Vec<(&str, &str)> {
    numbered(params).map(|(_, setting)| setting).collect()
}

fn numbered(params: &Params) -> impl Iterator<Item = (u32, (&str, &str))> {
    let lines = params.text("set").lines().map(str::trim).zip(1..);
    let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
    lines.map(|(line, number)| {
        let setting = line.strip_prefix("sysctl ").unwrap_or(line);
        let setting = setting.strip_prefix("-w ").unwrap_or(setting).trim();
        let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
        (number, (name.trim(), value.trim()))
    })
}

/// What of a setting the model has not.
fn not_modelled(kernel: KernelVersion, (name, value): (&str, &str)) -> Option<NotModelled> {
    sysctl::set(&mut Sysctl::defaults(kernel), kernel, name, value, Pos::START)
}

/// Is a note about one of the settings, and not about the script?
pub(super) fn is_about(note: &NotModelled, params: &Params) -> bool {
    note.at == Pos::START && numbered(params).any(|(_, (name, value))| note.text == format!("{name}={value}"))
}

/// Remarks on lines that set nothing.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let kernel = params.kernel("kernel");
    let lines = numbered(params).filter_map(|(number, setting)| {
        let (name, value) = setting;
        if value.is_empty() {
            return Some(lang.pick(
                format!("Line {number}: a setting is written name=value."),
                format!("第 {number} 行：设置应写成 name=value。"),
            ));
        }
        not_modelled(kernel, setting)?;
        Some(lang.pick(
            format!("Line {number}: the model of Linux {kernel} has no setting {name}={value}."),
            format!("第 {number} 行：Linux {kernel} 的模型没有 {name}={value} 这项设置。"),
        ))
    });
    let remarks: Vec<String> = lines.collect();
    if remarks.is_empty() { Vec::new() } else { vec![("set", remarks.join(lang.pick(" ", "")))] }
}
