//! MathML as it leaves the converter, made fit for a strict content security policy: alignment and rules come out as
//! classes instead of `style` attributes, and nothing but the elements and attributes of MathML Core comes out at all.

/// What the converter writes into `style`, and the class that stands for it.
const DECLARATIONS: &[(&str, &str)] = &[
    ("text-align: left", "m-left"),
    ("text-align: right", "m-right"),
    ("padding-left: 0", "m-tight-left"),
    ("padding-right: 0", "m-tight-right"),
    ("padding-left:1em", "m-gap-left"),
    ("border-right: 0.05em solid currentcolor", "m-rule-right"),
    ("border-right: 0.05em dashed currentcolor", "m-dash-right"),
    ("border-left: 0.05em solid currentcolor", "m-rule-left"),
    ("border-left: 0.05em dashed currentcolor", "m-dash-left"),
    ("border-top: 0.05em solid currentcolor", "m-rule-top"),
    ("border-top: 0.05em dashed currentcolor", "m-dash-top"),
    ("width: 100%", "m-wide"),
    ("width: 50%", "m-fill"),
];

/// MathML Core, and the HTML that stands inside `mtext` for `\\textbf` and its like.
const ELEMENTS: &[&str] = &[
    "b",
    "code",
    "em",
    "i",
    "math",
    "menclose",
    "merror",
    "mfrac",
    "mi",
    "mmultiscripts",
    "mn",
    "mo",
    "mover",
    "mpadded",
    "mphantom",
    "mprescripts",
    "mroot",
    "mrow",
    "ms",
    "mspace",
    "msqrt",
    "msub",
    "msubsup",
    "msup",
    "mtable",
    "mtd",
    "mtext",
    "mtr",
    "munder",
    "munderover",
    "s",
    "u",
];

const ATTRIBUTES: &[&str] = &[
    "accent",
    "accentunder",
    "columnspan",
    "depth",
    "display",
    "displaystyle",
    "fence",
    "form",
    "height",
    "largeop",
    "linethickness",
    "lspace",
    "mathvariant",
    "maxsize",
    "minsize",
    "movablelimits",
    "notation",
    "rspace",
    "scriptlevel",
    "separator",
    "stretchy",
    "symmetric",
    "voffset",
    "width",
];

/// The same formula without `style`; none when it holds an element that no formula has.
pub(super) fn restyle(mathml: &str) -> Option<String> {
    let mut out = String::with_capacity(mathml.len());
    let mut rest = mathml;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tag_and_rest = &rest[start + 1..];
        let end = tag_and_rest.find('>')?;
        write_tag(&mut out, &tag_and_rest[..end])?;
        rest = &tag_and_rest[end + 1..];
    }
    out.push_str(rest);
    Some(out)
}

/// Writes one tag, given without its angle brackets.
fn write_tag(out: &mut String, tag: &str) -> Option<()> {
    if let Some(name) = tag.strip_prefix('/') {
        if ELEMENTS.contains(&name) {
            *out += &format!("</{name}>");
        }
        return (ELEMENTS.contains(&name) || name == "span").then_some(());
    }
    let (tag, closed) = tag.strip_suffix('/').map_or((tag, ""), |tag| (tag, "/"));
    let name_end = tag.find(' ').unwrap_or(tag.len());
    let (name, mut attributes) = (&tag[..name_end], &tag[name_end..]);
    if name == "span" {
        return Some(()); // \textsc and sizes: the text goes on as it is
    }
    if !ELEMENTS.contains(&name) {
        return None;
    }
    out.push('<');
    out.push_str(name);
    while let Some((before, after)) = attributes.split_once("=\"") {
        let (value, after) = after.split_once('"')?;
        match before.trim() {
            "style" => write_classes(out, value),
            attribute if ATTRIBUTES.contains(&attribute) => *out += &format!(" {attribute}=\"{value}\""),
            _ => {}
        }
        attributes = after;
    }
    out.push_str(closed);
    out.push('>');
    Some(())
}

fn write_classes(out: &mut String, style: &str) {
    let class = |declaration: &str| DECLARATIONS.iter().find(|(text, _)| *text == declaration.trim());
    let classes: Vec<&str> = style.split(';').filter_map(class).map(|(_, class)| *class).collect();
    if !classes.is_empty() {
        *out += &format!(" class=\"{}\"", classes.join(" "));
    }
}

#[cfg(test)]
mod tests {
    use super::restyle;

    #[test]
    fn style_becomes_classes_or_nothing() {
        let mtd = r#"<mtd style="text-align: right;justify-items: end;padding-right: 0;"><mi>a</mi></mtd>"#;
        assert_eq!(restyle(mtd).unwrap(), r#"<mtd class="m-right m-tight-right"><mi>a</mi></mtd>"#);
        assert_eq!(restyle(r#"<mrow style="color:#FF0000;"></mrow>"#).unwrap(), "<mrow></mrow>");
        assert_eq!(restyle(r#"<mspace width="1em"/>"#).unwrap(), r#"<mspace width="1em"/>"#);
    }

    #[test]
    fn what_is_no_formula_is_refused() {
        assert_eq!(restyle("<math><script>x</script></math>"), None);
        assert_eq!(restyle(r#"<mi onclick="x" href="y">a</mi>"#).unwrap(), "<mi>a</mi>");
        assert_eq!(restyle("<mi"), None);
    }
}
