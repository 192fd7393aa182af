//! What a time-sequence graph shows, whatever is in it.

use super::draw::{Bar, bars};
use super::*;
use crate::lab;
use crate::lab::time_sequence::SegmentKind;
use crate::view::scale::Scale;
use expect_test::expect;
use proptest::prelude::*;

/// Two segments of which the first is lost, a SACK, the retransmission, a closed window and its probe.
fn graph() -> TimeSequence {
    TimeSequence {
        from: "c1".into(),
        to: "srv".into(),
        from_us: 0,
        to_us: 100_000,
        segments: vec![
            (0, 1, 1449, SegmentKind::Lost),
            (10_000, 1449, 2897, SegmentKind::Sent),
            (30_000, 1, 1449, SegmentKind::Resent),
            (60_000, 2896, 2896, SegmentKind::Probe),
        ],
        acks: vec![(0, 1), (40_000, 2897)],
        window: vec![(0, 2897), (80_000, 5793)],
        sacks: vec![(20_000, 1449, 2897)],
    }
}

fn report(graph: TimeSequence, lang: Lang) -> Report {
    let params = lab::find("tcp-timers").unwrap().params(None, []).unwrap();
    let mut report = params.run(lang);
    let names = report.hosts.iter().map(|host| host.id.as_str()).collect::<Vec<_>>();
    assert_eq!(names, ["c1", "srv"]);
    report.time_sequence = Some(graph);
    report
}

#[test]
fn a_graph_has_its_marks_its_words_and_a_legend() {
    let svg = picture(&report(graph(), Lang::En), Lang::En);
    expect![[r##"
        <svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 480 380" width="480" height="380" role="img" aria-label="Sequence numbers over time, client → server, bytes" font-family="ui-monospace, monospace" font-size="12">
        <desc>From 0.000 s to 0.100 s. segment: 2 ×, 2896 bytes, from 0.000 s to 0.010 s. sent again: 1 ×, 1448 bytes, from 0.030 s to 0.030 s. lost by the network: 1 ×, 1448 bytes, from 0.000 s to 0.000 s. ACK: 2 ×, from 0.000 s to 0.040 s. end of the receive window: 2 ×, from 0.000 s to 0.080 s. SACK block: 1 ×, 1448 bytes, from 0.020 s to 0.020 s. zero window: 1 ×, from 0.040 s to 0.040 s. probe: 1 ×, from 0.060 s to 0.060 s.</desc>
        <g class="plain" fill="#22211e" stroke="#22211e">
        <text x="58" y="13" stroke="none">Sequence numbers over time, client → server, bytes</text>
        </g>
        <g class="grid" fill="#dfdcd3" stroke="#dfdcd3">
        <path d="M58 288L466 288"/>
        <path d="M58 245L466 245"/>
        <path d="M58 202L466 202"/>
        <path d="M58 158L466 158"/>
        <path d="M58 115L466 115"/>
        <path d="M58 72L466 72"/>
        <path d="M58 28L466 28"/>
        </g>
        <g class="rule" fill="#b9b4a7" stroke="#b9b4a7">
        <path d="M58 288L466 288"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <path d="M62 288L62 292"/>
        <text x="62" y="306" text-anchor="middle" stroke="none">0</text>
        <path d="M142 288L142 292"/>
        <text x="142" y="306" text-anchor="middle" stroke="none">20 ms</text>
        <path d="M222 288L222 292"/>
        <text x="222" y="306" text-anchor="middle" stroke="none">40 ms</text>
        <path d="M302 288L302 292"/>
        <text x="302" y="306" text-anchor="middle" stroke="none">60 ms</text>
        <path d="M382 288L382 292"/>
        <text x="382" y="306" text-anchor="middle" stroke="none">80 ms</text>
        <path d="M462 288L462 292"/>
        <text x="462" y="306" text-anchor="middle" stroke="none">100 ms</text>
        <text x="52" y="292" text-anchor="end" stroke="none">0</text>
        <text x="52" y="249" text-anchor="end" stroke="none">1 k</text>
        <text x="52" y="206" text-anchor="end" stroke="none">2 k</text>
        <text x="52" y="162" text-anchor="end" stroke="none">3 k</text>
        <text x="52" y="119" text-anchor="end" stroke="none">4 k</text>
        <text x="52" y="76" text-anchor="end" stroke="none">5 k</text>
        <text x="52" y="32" text-anchor="end" stroke="none">6 k</text>
        </g>
        <g class="curve-1" fill="#34509c" stroke="#34509c" stroke-dasharray="8 3">
        <path class="curve" fill="none" d="M62 163H382V37H462"/>
        </g>
        <g class="memory" fill="#34509c" stroke="#34509c">
        <path class="curve" fill="none" d="M141 226V163m1 0V226m1 0V163"/>
        </g>
        <g class="delivered" fill="#1f6f54" stroke="#1f6f54">
        <path class="curve" fill="none" d="M62 288H222V163H462"/>
        </g>
        <g class="dropped" fill="#b3261e" stroke="#b3261e">
        <path class="curve" fill="none" d="M217 153h10l-5 8zM222 162H382M222 165H382"/>
        </g>
        <g class="curve-2" fill="#22211e" stroke="#22211e">
        <path class="curve" fill="none" d="M60 288h4m-2 0V226m-2 0h4M100 226h4m-2 0V163m-2 0h4"/>
        <path d="M302 158l5 5l-5 5l-5 -5z"/>
        </g>
        <g class="again" fill="#6b5788" stroke="#6b5788">
        <path class="curve" fill="none" d="M179 288V226h6V288z"/>
        </g>
        <g class="lost" fill="#7a6a00" stroke="#7a6a00">
        <path class="cross" d="M57 252l10 10m0 -10l-10 10"/>
        </g>
        <g class="curve-2" fill="#22211e" stroke="#22211e">
        <path class="curve" fill="none" d="M64 335h4m-2 0V321m-2 0h4"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="80" y="332" stroke="none">segment</text>
        </g>
        <g class="again" fill="#6b5788" stroke="#6b5788">
        <path class="curve" fill="none" d="M155 335V321h6V335z"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="172" y="332" stroke="none">sent again</text>
        </g>
        <g class="lost" fill="#7a6a00" stroke="#7a6a00">
        <path class="cross" d="M269 323l10 10m0 -10l-10 10"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="288" y="332" stroke="none">lost by the network</text>
        </g>
        <g class="delivered" fill="#1f6f54" stroke="#1f6f54">
        <path class="curve" fill="none" d="M58 348h16"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="80" y="352" stroke="none">ACK</text>
        </g>
        <g class="curve-1" fill="#34509c" stroke="#34509c" stroke-dasharray="8 3">
        <path class="curve" fill="none" d="M118 348h16"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="140" y="352" stroke="none">end of the receive window</text>
        </g>
        <g class="memory" fill="#34509c" stroke="#34509c">
        <path class="curve" fill="none" d="M361 341v14m1 0v-14m1 0v14"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="376" y="352" stroke="none">SACK block</text>
        </g>
        <g class="dropped" fill="#b3261e" stroke="#b3261e">
        <path class="curve" fill="none" d="M57 361h10l-5 8zM62 370H74M62 373H74"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="80" y="372" stroke="none">zero window</text>
        </g>
        <g class="curve-2" fill="#22211e" stroke="#22211e">
        <path d="M190 363l5 5l-5 5l-5 -5z"/>
        </g>
        <g class="faint" fill="#6b675e" stroke="#6b675e">
        <text x="204" y="372" stroke="none">probe</text>
        </g>
        </svg>"##]].assert_eq(&svg.replace("><", ">\n<"));
}

#[test]
fn a_graph_is_a_table_too() {
    let html = |lang, detail| {
        let mut out = String::new();
        html(&mut out, &report(graph(), lang), lang, detail);
        out
    };
    let full = html(Lang::Zh, Detail::Full);
    let table = &full[full.find("<details").unwrap()..];
    expect![[r#"
        <details class="packets" data-part="time-sequence-rows"><summary>这张图的数据表：9 行</summary><div class="table" role="region" tabindex="0" aria-label="序号随时间的变化，客户端 → 服务端，字节"><table><thead>
        <tr><th scope="col">秒</th><th scope="col">内容</th><th scope="col">起始序号</th><th scope="col">结束序号</th><th scope="col">字节</th></tr></thead><tbody>
        <tr><td>0.000000</td><td>ACK</td><td>1</td><td></td><td></td></tr>
        <tr><td>0.000000</td><td>接收窗口右沿</td><td>2897</td><td></td><td></td></tr>
        <tr class="lost"><td>0.000000</td><td>报文段, 网络丢失</td><td>1</td><td>1449</td><td>1448</td></tr>
        <tr><td>0.010000</td><td>报文段</td><td>1449</td><td>2897</td><td>1448</td></tr>
        <tr><td>0.020000</td><td>SACK 块</td><td>1449</td><td>2897</td><td>1448</td></tr>
        <tr class="again"><td>0.030000</td><td>重传</td><td>1</td><td>1449</td><td>1448</td></tr>
        <tr><td>0.040000</td><td>ACK</td><td>2897</td><td></td><td></td></tr>
        <tr><td>0.060000</td><td>探测报文</td><td>2896</td><td>2896</td><td>0</td></tr>
        <tr><td>0.080000</td><td>接收窗口右沿</td><td>5793</td><td></td><td></td></tr></tbody></table></div></details>"#]].assert_eq(&table.replace("<tr", "\n<tr"));
    let folded = html(Lang::En, Detail::Folded);
    assert!(folded.contains("This graph as a table: 9 rows") && !folded.contains("<td>"), "{folded}");
    assert!(!html(Lang::En, Detail::Figure).contains("<table"));
}

#[test]
fn figures_stand_in_for_the_graph() {
    let mut out = String::new();
    text(&mut out, &report(graph(), Lang::En), Lang::En);
    expect![[r#"

        # Sequence numbers over time, client → server, bytes
                                   count  bytes  first at, s  last at, s
        segment                        2   2896        0.000       0.010
        sent again                     1   1448        0.030       0.030
        lost by the network            1   1448        0.000       0.000
        ACK                            2               0.000       0.040
        end of the receive window      2               0.000       0.080
        SACK block                     1   1448        0.020       0.020
        zero window                    1               0.040       0.040
        probe                          1               0.060       0.060
    "#]]
    .assert_eq(&out);
}

#[test]
fn a_window_is_closed_from_the_ack_that_fills_it_to_the_one_that_opens_it() {
    assert_eq!(closed(&graph()), [(40_000, 80_000)]);
    let open_to_the_end = TimeSequence { window: vec![(0, 2897)], ..graph() };
    assert_eq!(closed(&open_to_the_end), [(40_000, 100_000)], "never opened again");
    assert_eq!(closed(&TimeSequence { window: vec![(0, 9000)], ..graph() }), []);
    assert_eq!(closed(&TimeSequence::default()), []);
}

#[test]
fn a_window_far_above_the_data_leaves_the_picture() {
    let far = TimeSequence { window: vec![(0, 4_000_000)], ..graph() };
    let svg = picture(&report(far, Lang::En), Lang::En);
    assert!(svg.contains(">↑</text>"), "the legend says where it went");
    let near = picture(&report(graph(), Lang::En), Lang::En);
    assert!(!near.contains('↑'));
    assert_eq!(near.matches("class=\"curve-1\"").count(), 2, "the line and its place in the legend");
}

#[test]
fn an_empty_graph_is_drawn_all_the_same() {
    let svg = picture(&report(TimeSequence::default(), Lang::En), Lang::En);
    assert!(svg.starts_with("<svg ") && !svg.contains("NaN"));
}

proptest! {
    #[test]
    fn every_column_shows_all_that_was_sent_in_it(
        spans in proptest::collection::vec((0..9_000_u64, 0..100_000_u64, 1..3_000_u64), 1..500),
    ) {
        let mut spans: Vec<(u64, u64, u64)> =
            spans.into_iter().map(|(t, from, length)| (t, from, from + length)).collect();
        spans.sort_unstable();
        let x = Scale { from: 0, to: 9_000, start: 60, end: 160 };
        let y = Scale { from: 0, to: 103_000, start: 288, end: 28 };
        let bars = bars(spans.iter().copied(), &x, &y);
        for (t, from, behind) in spans {
            let (top, bottom) = (y.at(behind as i64), y.at(from as i64));
            let own = |bar: &&Bar| bar.x == x.at(t as i64);
            prop_assert!(bars.iter().filter(own).any(|bar| bar.top <= top && bar.bottom >= bottom));
        }
        for pair in bars.windows(2) {
            prop_assert!(pair[0].x < pair[1].x || pair[0].bottom <= pair[1].top, "drawn twice: {:?}", pair);
        }
    }
}
