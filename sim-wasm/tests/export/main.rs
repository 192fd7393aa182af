//! Reports as files: what is in the report is in the file, and a reader written from the format's own document gets it
//! out again.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod csv;
mod decoder;
mod pcapng;

use sim_wasm::export::endpoints;
use sim_wasm::lab::report::{EventKind, Fate};
use sim_wasm::lab::{self, Report};
use sim_wasm::text::Lang;

/// A run of each scene of each lab.
fn scenes(lang: Lang) -> impl Iterator<Item = Report> {
    let scenes = lab::all().iter().flat_map(|lab| lab.presets.iter().map(move |preset| (lab, preset)));
    scenes.map(move |(lab, preset)| lab.params(Some(preset.id), []).unwrap().run(lang))
}

/// Files use the words of the JSON.
#[test]
fn words_are_those_of_the_json() {
    let json = |value: serde_json::Result<String>| value.unwrap().replace('"', "");
    for fate in [Fate::Delivered, Fate::Dropped, Fate::Lost, Fate::InFlight] {
        assert_eq!(fate.word(), json(serde_json::to_string(&fate)));
    }
    for kind in [EventKind::Packet, EventKind::State] {
        assert_eq!(kind.word(), json(serde_json::to_string(&kind)));
    }
}

/// Every packet of every scene can be put into a capture: its addresses are numbers and its sender is a host.
#[test]
fn packets_name_their_hosts() {
    for report in scenes(Lang::En) {
        for event in &report.events {
            let Some(packet) = &event.packet else { continue };
            let (src, dst) = endpoints(packet).unwrap();
            assert_eq!((src.to_string(), dst.to_string()), (packet.src.clone(), packet.dst.clone()));
            assert!(report.hosts.iter().any(|host| host.id == event.from), "{event:?}");
        }
    }
}
