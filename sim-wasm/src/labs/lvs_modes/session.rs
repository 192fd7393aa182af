//! The run: connections are opened one after the other, then a request is sent on each.

use super::client::{Errno, State};
use super::hosts::SERVER;
use super::settings::Settings;
use super::trace::Record;
use super::why::{ArpEvent, Deed, Why};
use super::world::World;

/// What a client's program sees of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has the response.
    Answered,
    /// connect() fails at once.
    Failed(Errno),
    /// connect() hangs in SYN_SENT, and fails with ETIMEDOUT.
    TimedOut,
    /// connect() succeeded; the answer never comes.
    Hangs,
    /// connect() succeeded; then ECONNRESET.
    Reset,
}

/// A connection from beginning to end.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) outcome: Outcome,
    /// The handshake.
    pub(super) opening: Vec<Record>,
    /// The request and its answer.
    pub(super) exchange: Vec<Record>,
    /// Did the gateway hand a real server what should have gone to the director?
    pub(super) past_director: bool,
    /// What getpeername() said on the real server; none when it served nothing.
    pub(super) peer: Option<super::addresses::End>,
}

impl Story {
    /// All its hops.
    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.opening.iter().chain(&self.exchange)
    }

    /// The first thing that went wrong.
    pub(super) fn why(&self) -> Option<Why> {
        self.records().find_map(|record| record.why)
    }
}

/// What a run found out.
pub(super) struct Run<'a> {
    pub(super) world: World<'a>,
    pub(super) stories: Vec<Story>,
    /// What ARP did, in its order.
    pub(super) arp: Vec<ArpEvent>,
}

impl Run<'_> {
    /// The connection to look at: the first one that did not go as it should.
    pub(super) fn shown(&self) -> Option<(usize, &Story)> {
        let odd = |(_, story): &(usize, &Story)| story.outcome != Outcome::Answered;
        let past = |(_, story): &(usize, &Story)| story.past_director;
        let stories = || self.stories.iter().enumerate();
        stories().find(odd).or_else(|| stories().find(past)).or_else(|| stories().next())
    }

    /// How many connections ended so.
    pub(super) fn count(&self, test: impl Fn(&Story) -> bool) -> u64 {
        self.stories.iter().filter(|story| test(story)).count() as u64
    }
}

/// Runs it.
pub(super) fn run(settings: &Settings) -> Run<'_> {
    let mut world = World::new(settings);
    let numbers = 0..settings.connections as usize;
    let mut openings = Vec::new();
    for number in numbers.clone() {
        world.age_neighbours();
        world.connect(number);
        world.settle();
        openings.push(std::mem::take(&mut world.trace));
    }
    let mut stories = Vec::new();
    for (number, opening) in numbers.zip(openings) {
        world.age_neighbours();
        world.write_request(number);
        world.settle();
        let exchange = std::mem::take(&mut world.trace);
        stories.push(tell(&world, number, opening, exchange));
    }
    let arp = std::mem::take(&mut world.arp_events);
    Run { world, stories, arp }
}

fn tell(world: &World<'_>, number: usize, opening: Vec<Record>, exchange: Vec<Record>) -> Story {
    let connection = world.connections.get(number);
    let outcome = match connection.map(|connection| (connection.state, connection.read)) {
        Some((State::Failed(errno), _)) => Outcome::Failed(errno),
        Some((State::Reset, _)) => Outcome::Reset,
        Some((State::Established, read)) if read >= world.settings.response => Outcome::Answered,
        Some((State::Established, _)) => Outcome::Hangs,
        Some((State::SynSent, _)) | None => Outcome::TimedOut,
    };
    let records = || opening.iter().chain(&exchange);
    let past_director = records().any(|record| record.is_past_director());
    let peer = records().find_map(|record| match record.deed {
        Deed::Read { peer } if record.to >= SERVER => Some(peer),
        _ => None,
    });
    Story { outcome, opening, exchange, past_director, peer }
}
