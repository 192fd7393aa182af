//! The run of a lab as a file: what the API answers, and where the page of a lab links to it.

use crate::app::TestApp;
use sim_wasm::export::Format;
use sim_wasm::lab;
use sim_wasm::text::Lang;

#[tokio::test]
async fn every_format_has_its_type_and_name() {
    let app = TestApp::sample();
    for (format, content_type, disposition) in [
        (Format::Json, "application/json", "inline; filename=\"paws.json\""),
        (Format::Csv, "text/csv; charset=utf-8; header=present", "attachment; filename=\"paws.csv\""),
        (Format::Pcapng, "application/x-pcapng", "attachment; filename=\"paws.pcapng\""),
        (Format::Svg, "image/svg+xml", "inline; filename=\"paws.svg\""),
    ] {
        for lang in Lang::ALL {
            let (word, code) = (format.word(), lang.code());
            let uri = format!("/api/v1/labs/paws/run?preset=two-paths&seed=5&lang={code}&format={word}");
            let answer = app.get(&uri).await;
            assert_eq!(answer.status, 200, "{uri}");
            assert_eq!(answer.header("content-type"), content_type, "{uri}");
            assert_eq!(answer.header("content-disposition"), disposition, "{uri}");
            let lab = lab::find("paws").unwrap();
            let report = lab.params(Some("two-paths"), [("seed", "5")]).unwrap().run(lang);
            assert!(answer.body == format.file(&report, lang), "{uri}");
            let again = app.get_with(&uri, &[("if-none-match", answer.header("etag"))]).await;
            assert_eq!(again.status, 304, "{uri}");
        }
    }
}

#[tokio::test]
async fn an_unknown_format_is_told_which_there_are() {
    let app = TestApp::sample();
    let answer = app.get("/api/v1/labs/paws/run?format=pcap").await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("content-disposition"), "");
    let says = "`format` is one of json, csv, pcapng, svg, not `pcap`";
    assert!(answer.text().contains(says), "{}", answer.text());
}

/// The links work without a script; a script replaces their query but for what stands in `data-rest`.
#[tokio::test]
async fn the_page_of_a_lab_links_to_its_run_in_every_format() {
    let app = TestApp::sample();
    for lang in Lang::ALL {
        let code = lang.code();
        let page = app.get(&format!("/{code}/labs/paws?connections=3&seed=9")).await;
        let links = page.attributes(".lab-actions a.lab-link", "href");
        let rests = page.attributes(".lab-actions a.lab-link", "data-rest");
        assert_eq!(page.texts(".lab-actions a.lab-link"), ["JSON", "CSV", "PCAPNG", "SVG"]);
        assert_eq!((links.len(), rests.len()), (Format::ALL.len(), Format::ALL.len()));
        for ((format, link), rest) in Format::ALL.into_iter().zip(links).zip(rests) {
            assert_eq!(rest, format!("&lang={code}&format={}", format.word()));
            assert!(link.contains("connections=3&") && link.ends_with(&rest), "{link}");
            let answer = app.get(&link).await;
            assert_eq!(answer.status, 200, "{link}");
            let lab = lab::find("paws").unwrap();
            let report = lab.params(None, [("connections", "3"), ("seed", "9")]).unwrap().run(lang);
            assert!(answer.body == format.file(&report, lang), "{link}");
        }
    }
}
