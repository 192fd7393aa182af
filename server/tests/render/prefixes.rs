//! A page is rendered while it is being typed: every beginning of a page is a page.

use super::en;

const NASTY: &[&str] = &[
    "# A `b` *c* [[d|e]] {#f .g h=i}\n\n> [!NOTE]\n> - [x] a\n>   1. b[^1]\n>\n>      ```c\n>      int 中 = '\\x';\n>      ```\n\n[^1]: n[^2] <b>x\n[^2]: $\\frac{1}{2}$\n",
    "<details open><summary>a</summary>\n\n**b** <kbd title='x>y'>c</kbd>\n\n<script>\nalert(1)\n</script>\n\n</details><!-- d --> &amp; &#x41; <a href=\"javascript:x\">\n",
    "| a | b |\n|:-:|--:|\n| $x_1$ | `c|d` |\n| ![i](a.png \"t\") | [[e#f]] |\n\n$$\n\\begin{aligned} a &= b \\\\ &= \\text{中} \\end{aligned}\n$$\n\n![中文](a.png \"标题\")\n",
    "```lab paws\npreset: nat-two-clients\nserver_kernel: 3.10\nquestion: \"Who: is dropped?\"\nchoices: [a, 'b', \"c\\u4e2d\"]\nanswer: 2\nexplain: |\n  Long\n  text\ncompare: {server_kernel: 4.12}\n```\n\n```console\n[root@web ~]# ss -s \\\n> | head\nout\n```\n",
];

#[test]
fn every_beginning_of_a_page_is_a_page() {
    for text in NASTY {
        for (end, _) in text.char_indices() {
            en(&text[..end]);
        }
        for (start, _) in text.char_indices().step_by(3) {
            en(&text[start..]);
        }
    }
}

#[test]
fn so_is_every_beginning_of_a_head() {
    let text = "\u{feff}---\r\ntitle: \"a: \\u4e2d\"\ntags: [x, [y, z]]\nverified:\n  - {kernel: 3.10, date: 2024-01-02, how: >\n     x}\nsummary: |\n  中\n---\nbody\n";
    for (end, _) in text.char_indices() {
        let _ = casebook::content::front_matter::parse("x.en.md", &text[..end]);
        let _ = casebook::content::front_matter::parse("x.en.md", &text[end..]);
    }
}
