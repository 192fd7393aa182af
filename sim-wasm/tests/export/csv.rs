//! CSV: one row for each event, read back by the rules of RFC 4180.

use super::scenes;
use expect_test::expect;
use sim_wasm::export::Format;
use sim_wasm::lab;
use sim_wasm::lab::Report;
use sim_wasm::lab::figure::Drawing;
use sim_wasm::text::Lang;

/// The records of a file, after RFC 4180 §2.
fn records(file: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut chars, mut quoted) = (file.chars().peekable(), false);
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' if quoted => quoted = false,
            '"' => {
                assert!(cell.is_empty(), "a quote within a cell: {cell}");
                quoted = true;
            }
            ',' if !quoted => record.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'), "a record ends with CRLF");
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            '\n' if !quoted => panic!("a line feed alone"),
            c => cell.push(c),
        }
    }
    assert!(!quoted && record.is_empty() && cell.is_empty(), "the last record has no end");
    records
}

#[test]
fn the_first_rows_of_a_run() {
    let params = lab::find("paws").unwrap().params(Some("nat-two-clients"), [("tw_recycle", "1")]).unwrap();
    let file = String::from_utf8(Format::Csv.file(&params.run(Lang::En), Lang::En)).unwrap();
    let dropped = file.lines().find(|line| line.contains(",dropped,")).unwrap();
    let written = file.lines().find(|line| line.contains(",state,")).unwrap();
    let head: Vec<&str> = file.lines().take(4).chain([dropped, written]).collect();
    expect![[r#"
        n,t_us,arrived_us,kind,from,to,src,dst,conn,flags,seq,ack,len,win,mss,wscale,sack_ok,tsval,tsecr,sack,fate,reason,function,condition,counters,peer,t1,age_s,d,note
        1,0,5000,packet,c1,srv,203.0.113.7:38787,192.0.2.10:80,1,S,397229793,0,0,14600,1460,7,true,268505636,0,,delivered,,,,,,,,,
        2,5000,10000,packet,srv,c1,192.0.2.10:80,203.0.113.7:38787,1,S.,447353934,397229794,0,14480,1460,7,true,623204146,268505636,,delivered,,,,,,,,,
        3,10000,15000,packet,c1,srv,203.0.113.7:38787,192.0.2.10:80,1,.,397229794,447353935,0,115,,,false,268505646,623204146,,delivered,,,,,,,,,
        23,2000000,2005000,packet,c1,srv,203.0.113.7:38788,192.0.2.10:80,3,S,499181781,0,0,14600,1460,7,true,268507636,0,,dropped,paws_passive,tcp_v4_conn_request,age 1 s < 60 s && (s32)(1027223866 - 268507636) = 758716230 > 1,PAWSPassive ListenDrops,203.0.113.7,1027223866,1,-758716230,
        11,25000,,state,srv,srv,,,1,,,,,,,,,,,,,,,,,203.0.113.7,268505656,,,remembers T1 = 268505656 of 203.0.113.7"#]].assert_eq(&head.join("\n"));
}

/// Of a lab without packets every value of every figure is a row.
#[test]
fn every_value_of_a_figure_is_a_row() {
    for lang in Lang::ALL {
        for report in scenes(lang).filter(|report| !report.has_packets()) {
            let file = String::from_utf8(Format::Csv.file(&report, lang)).unwrap();
            let records = records(&file);
            let values: usize = report
                .figures
                .iter()
                .map(|figure| match &figure.drawing {
                    Drawing::Plot(plot) => plot.curves.iter().map(|curve| curve.points.len()).sum(),
                    Drawing::Bars(bars) => bars.bars.iter().map(|bar| bar.parts.len()).sum(),
                    Drawing::Hops(way) => way.hops.len() * (3 + way.fields.len()),
                    Drawing::Lanes(lanes) => lanes.spans.len() * 2,
                })
                .sum();
            assert_eq!(records[0], ["figure", "series", "x", "value"]);
            assert_eq!(records.len() - 1, values, "{}", report.lab);
            assert!(records.iter().all(|record| record.len() == 4), "{}", report.lab);
        }
    }
}

#[test]
fn every_event_is_a_row_with_all_its_values() {
    for lang in Lang::ALL {
        for report in scenes(lang).filter(Report::has_packets) {
            let file = String::from_utf8(Format::Csv.file(&report, lang)).unwrap();
            let records = records(&file);
            let (names, rows) = records.split_first().unwrap();
            assert_eq!(rows.len(), report.events.len());
            for (event, row) in report.events.iter().zip(rows) {
                assert_eq!(row.len(), names.len());
                let cell = |name: &str| row[names.iter().position(|it| it == name).unwrap()].as_str();
                let number = |value: Option<i64>| value.map_or(String::new(), |value| value.to_string());
                assert_eq!((cell("n"), cell("t_us")), (&*event.n.to_string(), &*event.t_us.to_string()));
                assert_eq!((cell("from"), cell("to")), (&*event.from, &*event.to));
                assert_eq!((cell("conn"), cell("note")), (&*event.conn.to_string(), &*event.note));
                let Some(packet) = &event.packet else {
                    assert_eq!((cell("kind"), cell("src"), cell("seq"), cell("fate")), ("state", "", "", ""));
                    continue;
                };
                assert_eq!((cell("kind"), cell("fate")), ("packet", packet.fate.word()));
                assert_eq!(
                    (cell("src"), cell("dst"), cell("flags")),
                    (&*packet.src, &*packet.dst, &*packet.flags)
                );
                let opts = &packet.opts;
                for (name, value) in [
                    ("arrived_us", packet.arrived_us.map(|at| at as i64)),
                    ("seq", Some(packet.seq.into())),
                    ("ack", Some(packet.ack.into())),
                    ("len", Some(packet.len.into())),
                    ("win", Some(packet.win.into())),
                    ("mss", opts.mss.map(i64::from)),
                    ("wscale", opts.wscale.map(i64::from)),
                    ("tsval", opts.tsval.map(i64::from)),
                    ("tsecr", opts.tsecr.map(i64::from)),
                    ("t1", packet.peer.as_ref().map(|peer| peer.t1.into())),
                    ("age_s", packet.peer.as_ref().map(|peer| peer.age_s as i64)),
                    ("d", packet.peer.as_ref().and_then(|peer| peer.d).map(i64::from)),
                ] {
                    assert_eq!(cell(name), number(value), "{name} of {event:?}");
                }
                assert_eq!(cell("sack_ok"), opts.sack_ok.to_string());
                let reason = report.reasons.iter().find(|reason| Some(reason.id) == packet.why);
                assert_eq!(cell("reason"), reason.map_or("", |reason| reason.code));
                assert_eq!(cell("function"), reason.map_or("", |reason| reason.function));
                assert_eq!(cell("condition"), reason.map_or("", |reason| &reason.condition));
                let counters = reason.map_or(String::new(), |reason| reason.counters.join(" "));
                assert_eq!(cell("counters"), counters);
            }
        }
    }
}

#[test]
fn column_names_are_the_same_in_both_languages() {
    let names = |lang| {
        let report = scenes(lang).next().unwrap();
        String::from_utf8(Format::Csv.file(&report, lang)).unwrap().lines().next().unwrap().to_string()
    };
    assert_eq!(names(Lang::En), names(Lang::Zh));
    assert!(names(Lang::Zh).is_ascii());
}

/// Notes are the only free text of an event; a spreadsheet must neither run one nor break a row at it.
#[test]
fn a_hostile_note_stays_a_cell() {
    let mut report = scenes(Lang::En).next().unwrap();
    report.events.truncate(1);
    for (note, cell) in [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("-1+1,\"x\"\r\n@y", "'-1+1,\"x\"\r\n@y"),
        ("ends \"so\"", "ends \"so\""),
    ] {
        report.events[0].note = note.to_string();
        let file = String::from_utf8(Format::Csv.file(&report, Lang::En)).unwrap();
        let records = records(&file);
        assert_eq!(records.len(), 2);
        assert_eq!(records[1].last().unwrap(), cell);
    }
}

#[test]
fn sack_blocks_are_text() {
    let mut report = scenes(Lang::En).next().unwrap();
    let packet = report.events.iter_mut().find_map(|event| event.packet.as_mut()).unwrap();
    packet.opts.sack = vec![(10, 20), (4_294_967_290, 5)];
    let file = String::from_utf8(Format::Csv.file(&report, Lang::En)).unwrap();
    assert!(file.contains(",{10:20}{4294967290:5},"), "{file}");
}
