//! What counts as a paragraph, and how it is found again.

use super::{Found, Paragraph, beginning, find, of};
use database::Anchor;

fn quotes(html: &str) -> Vec<String> {
    of(html).into_iter().map(|it| it.quote).collect()
}

#[test]
fn paragraphs_are_what_somebody_would_point_at() {
    for (html, is) in [
        ("<p>One\n  line.</p>\n<p> </p><p>Two &amp; <em>more</em>.</p>", "One line.|Two & more."),
        ("<h2 id=\"a\">A<a class=\"anchor\" href=\"#a\">#</a></h2>", "A"),
        (
            "<ul>\n<li><p>one</p>\n<p>more</p><ul><li>inner</li></ul>\nafter</li><li>two</li>\n</ul>",
            "one more after|inner|two",
        ),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "a|b"),
        ("<aside class=\"callout note\"><p class=\"callout-title\">Note</p><p>x</p></aside>", "x"),
        (
            "<div class=\"table\"><table><tr><th>a</th><th>b</th></tr>\n<tr><td><p>1</p></td><td>2</td></tr></table></div>",
            "a b 1 2",
        ),
        (
            "<figure class=\"code console\"><figcaption>Terminal<button>Copy</button></figcaption><pre><code>ls\n</code></pre></figure>",
            "ls",
        ),
        (
            "<figure class=\"lab\"><figcaption>A lab</figcaption><details><p>x</p></details><figure><figcaption>y</figcaption></figure></figure>",
            "A lab",
        ),
        ("<figure class=\"picture\"><a><img alt=\"What it shows\"></a></figure>", "What it shows"),
        ("<figure class=\"picture\"><a><img alt=\"no\"></a><figcaption>Yes</figcaption></figure>", "Yes"),
        (
            "<p>x<sup class=\"footnote-ref\"><a>1</a></sup></p><section><ol><li><p>note <a class=\"footnote-back\">b</a></p></li></ol></section>",
            "x|note",
        ),
        ("<dl><dt>RTO</dt><dd>a<br>b</dd></dl>", "RTO|ab"),
        ("<div class=\"math\"><math><mi>x</mi></math></div><div>loose</div>", "x"),
    ] {
        assert_eq!(quotes(html).join("|"), is, "{html}");
    }
    let long = format!("<p>{}</p>", "长".repeat(200));
    assert_eq!(quotes(&long)[0].chars().count(), 120);
}

#[test]
fn equal_texts_are_told_apart() {
    let found = of("<p>same</p><p>other</p><p>same</p>");
    assert_eq!(found.iter().map(|it| it.nth).collect::<Vec<_>>(), [0, 0, 1]);
    assert!(found[0].hash != found[2].hash && found[0].hash.len() == 16);
    assert_eq!(found[0].hash, of("<p>new</p><p>same</p>")[1].hash, "its place does not count");
}

fn anchor(of: &Paragraph) -> Anchor {
    Anchor { hash: of.hash.clone(), quote: of.quote.clone() }
}

#[test]
fn a_paragraph_is_found_after_a_small_change() {
    let before = anchor(&of("<p>The kernel drops the segment silently.</p>")[0]);
    for (now, is) in [
        ("<p>x</p><p>The kernel drops the segment silently.</p>", Some((1, true))),
        ("<p>x</p><p>The kernel drops the segment, and says so.</p>", Some((1, false))),
        ("<p>The kernel drops it.</p><p>The kernel drops the segment.</p>", Some((1, false))),
        ("<p>The kernel answers.</p>", None),
        ("", None),
    ] {
        let now_there = of(now);
        let found = find(&now_there, &before).map(|found| match found {
            Found::Same(it) => (it, true),
            Found::Changed(it) => (it, false),
        });
        let found = found.map(|(it, same)| (now_there.iter().position(|other| other == it).unwrap(), same));
        assert_eq!(found, is, "{now}");
    }
}

#[test]
fn links_lead_to_whole_words() {
    let of_words = "one two ".repeat(10);
    assert_eq!(beginning(&of_words), of_words[..59].trim_end());
    assert_eq!(beginning("short one"), "short one");
    let han = format!("{}，{}", "字".repeat(20), "字".repeat(60));
    assert_eq!(beginning(&han), "字".repeat(20));
    let found = of("<h2 id=\"why\">Why</h2><p>a-b, c</p>");
    assert_eq!(found[1].fragment(), "#why:~:text=a%2Db%2C%20c");
}
