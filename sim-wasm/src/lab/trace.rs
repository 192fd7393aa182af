//! From a world of hosts to its report: packets with their fates and reasons, hosts, counters, tool output.
//! A lab adds what only it knows: its verdict, its own totals, curves and tables.

use super::Params;
use super::report::{
    Chart, Event, EventKind, Fate, HostInfo, Opts, PacketInfo, PeerInfo, Reason, RecordInfo, Report, Series,
    Table, Totals, Verdict,
};
use crate::kernel::{Counters, KernelVersion};
use crate::net::Ipv4;
use crate::tcp::seq::distance;
use crate::tcp::{Host, Why};
use crate::text::Lang;
use crate::time::Time;
use crate::world::{ConnId, HostId, Packet, World};

/// The kernel of the routers between hosts.
pub const ROUTER: KernelVersion = KernelVersion::series(6, 18);

/// What a report calls a host.
#[derive(Clone, Debug)]
pub struct Name {
    /// Short, as events have it: `c1`.
    pub id: String,
    /// As readers see it.
    pub text: String,
}

/// The names of `clients` hosts and of the server behind them.
pub fn clients_and_server(clients: usize, lang: Lang) -> Vec<Name> {
    let client = |client| Name { id: format!("c{}", client + 1), text: client_name(client, clients, lang) };
    let server = Name { id: "srv".to_string(), text: lang.pick("server", "服务端").to_string() };
    (0..clients).map(client).chain([server]).collect()
}

/// How readers call one of `clients` clients: by its number, when there is more than one.
pub fn client_name(client: HostId, clients: usize, lang: Lang) -> String {
    match clients {
        1 => lang.pick("client", "客户端").to_string(),
        _ => lang.pick(format!("client {}", client + 1), format!("客户端 {}", client + 1)),
    }
}

/// What became of a packet.
pub fn fate(packet: &Packet) -> Fate {
    match (packet.to, packet.arrived_at, packet.why) {
        (None, ..) => Fate::Lost,
        _ if packet.lost => Fate::Lost,
        // A router dropped it.
        (_, None, Some(_)) => Fate::Dropped,
        (_, None, None) => Fate::InFlight,
        (_, _, Some(_)) => Fate::Dropped,
        _ => Fate::Delivered,
    }
}

/// A SYN that opens a connection.
pub fn is_syn(packet: &Packet) -> bool {
    packet.segment.flags.syn() && !packet.segment.flags.ack()
}

/// `netstat -s` of a host, at the end of the run.
pub fn netstat(host: &Host) -> Table {
    netstat_of(host.counters(), host.kernel())
}

/// The same for a machine that is no host.
pub fn netstat_of(counters: &Counters, kernel: KernelVersion) -> Table {
    Table::output("netstat", "netstat -s", counters.netstat_s(kernel))
}

/// A machine as a report tells of it: a host, or something that stands for many.
#[derive(Debug)]
pub struct Machine<'a> {
    /// What it is called.
    pub name: Name,
    /// Its kernel, if it is to be told.
    pub kernel: Option<KernelVersion>,
    /// Its address, or its network.
    pub addr: String,
    /// Its counters, if they are to be told.
    pub counters: Option<&'a Counters>,
}

impl<'a> Machine<'a> {
    /// A host.
    pub fn host(name: Name, host: &'a Host) -> Machine<'a> {
        let (kernel, counters) = (Some(host.kernel()), Some(host.counters()));
        Machine { name, kernel, addr: host.addr().to_string(), counters }
    }

    /// A peer that has no kernel, such as a script.
    pub fn silent(name: Name, addr: Ipv4) -> Machine<'a> {
        Machine { name, kernel: None, addr: addr.to_string(), counters: None }
    }
}

/// What a lab itself finds out in a run.
#[derive(Debug)]
pub struct Findings {
    /// The outcome.
    pub verdict: Verdict,
    /// Its own sums; those of the packets follow them.
    pub totals: Vec<(&'static str, u64)>,
    /// Curves over time.
    pub series: Vec<Series>,
    /// The pictures of those curves that name one.
    pub charts: Vec<Chart>,
    /// Tool output and tables.
    pub tables: Vec<Table>,
}

/// Whose run it is: what stands at the head of its report.
#[derive(Clone, Debug)]
pub struct Head {
    /// The lab's id.
    pub lab: &'static str,
    /// The lab's model number.
    pub model: u32,
    /// Every parameter with its value.
    pub params: Vec<(&'static str, String)>,
    /// Seed of the random source.
    pub seed: u64,
}

/// A run on its way into a report.
#[derive(Debug)]
pub struct Trace<'a> {
    lang: Lang,
    hosts: Vec<Machine<'a>>,
    events: Vec<(Time, Event)>,
    reasons: Reasons,
    /// Packets delivered, dropped, lost, in flight.
    fates: [u64; 4],
}

impl<'a> Trace<'a> {
    /// Reads the packets of a run. `names` has one for each host of the world, in the order of their ids.
    pub fn new<A: Copy>(world: &'a World<A>, names: Vec<Name>, lang: Lang) -> Trace<'a> {
        let hosts =
            names.into_iter().zip(0..).map(|(name, id)| Machine::host(name, world.host(id))).collect();
        Trace::of(hosts, &world.packets, lang)
    }

    /// Reads packets that were not exchanged by the hosts of a world; their senders and receivers are places in `hosts`.
    pub fn of(hosts: Vec<Machine<'a>>, packets: &[Packet], lang: Lang) -> Trace<'a> {
        let mut trace = Trace { lang, hosts, events: Vec::new(), reasons: Reasons::default(), fates: [0; 4] };
        for packet in packets {
            let info = trace.packet_info(packet);
            trace.fates[info.fate as usize] += 1;
            let event = Event {
                n: 0,
                t_us: packet.sent_at.micros(),
                kind: EventKind::Packet,
                from: trace.id(packet.from),
                to: packet.to.map_or(String::new(), |to| trace.id(to)),
                packet: Some(info),
                note: String::new(),
                conn: packet.conn,
                record: None,
            };
            trace.events.push((packet.sent_at, event));
        }
        trace
    }

    /// Adds that a host changed, by itself or by hand: what `note` says, and for a memory of peers the record. What
    /// happens at the same moment keeps the order in which it was added, packets first.
    pub fn state(&mut self, at: Time, host: HostId, conn: ConnId, note: String, record: Option<RecordInfo>) {
        let (from, to) = (self.id(host), self.id(host));
        let t_us = at.micros();
        let event = Event { n: 0, t_us, kind: EventKind::State, from, to, packet: None, note, conn, record };
        self.events.push((at, event));
    }

    /// Says beside a packet, by its place among the world's packets, what it did. The ladder draws it then, whatever it
    /// is.
    pub fn remark(&mut self, packet: usize, note: String) {
        if let Some((_, event)) = self.events.get_mut(packet) {
            event.note = note;
        }
    }

    /// The report of a lab's run.
    pub fn report(self, params: &Params, findings: Findings) -> Report {
        let lab = params.lab();
        let head = Head {
            lab: lab.id,
            model: lab.model,
            params: params.iter().map(|(param, value)| (param.name, value.to_string())).collect(),
            seed: params.int("seed").unsigned_abs(),
        };
        self.report_as(head, findings)
    }

    /// The report of a run under any head.
    pub fn report_as(mut self, head: Head, findings: Findings) -> Report {
        let Findings { verdict, mut totals, series, charts, tables } = findings;
        totals.push(("packets", self.fates.iter().sum()));
        totals.extend(["delivered", "dropped", "lost", "in_flight"].into_iter().zip(self.fates));
        self.events.sort_by_key(|(at, _)| *at);
        put_overtaken_behind(&mut self.events);
        Report {
            lab: head.lab,
            lang: self.lang,
            model: head.model,
            params: head.params,
            seed: head.seed,
            verdict,
            totals: Totals { counts: totals, thousandths: Vec::new() },
            hosts: self.hosts.iter().map(host_info).collect(),
            script: None,
            events: self.events.into_iter().zip(1..).map(|((_, event), n)| Event { n, ..event }).collect(),
            recorded: None,
            reasons: self.reasons.list,
            counters: self.hosts.iter().filter_map(counters).collect(),
            series,
            charts,
            time_sequence: None,
            figures: Vec::new(),
            explanations: Vec::new(),
            tables,
        }
    }

    fn id(&self, host: HostId) -> String {
        self.hosts.get(host).map_or(String::new(), |machine| machine.name.id.clone())
    }

    fn packet_info(&mut self, packet: &Packet) -> PacketInfo {
        let segment = &packet.segment;
        let opts = &segment.opts;
        let from_last = packet.from + 1 == self.hosts.len();
        let (src, dst) = if from_last { packet.written } else { (segment.src, segment.dst) };
        let judge = packet.to.and_then(|to| self.hosts.get(to)?.kernel);
        let judge = if packet.why.is_some_and(|why| why.is_of_path()) { Some(ROUTER) } else { judge };
        let why = packet.why.zip(judge).map(|(why, kernel)| self.reasons.id(why, kernel, self.lang));
        PacketInfo {
            arrived_us: packet.arrived_at.map(Time::micros),
            src: src.to_string(),
            dst: dst.to_string(),
            flags: segment.flags.to_string(),
            seq: segment.seq,
            ack: segment.ack,
            len: segment.len,
            win: segment.win,
            opts: Opts {
                mss: opts.mss,
                tsval: opts.ts.map(|ts| ts.tsval),
                tsecr: opts.ts.map(|ts| ts.tsecr),
                wscale: opts.wscale,
                sack_ok: opts.sack_ok,
                sack: opts.sack.as_slice().to_vec(),
            },
            fate: fate(packet),
            why,
            peer: packet.peer.map(|(key, record, age_s)| PeerInfo {
                key: key.to_string(),
                t1: record.tsval,
                age_s,
                d: segment.tsval().map(|tsval| distance(tsval, record.tsval)),
            }),
        }
    }
}

/// Of packets that leave for the same host at the same moment the first to arrive stands first.
fn put_overtaken_behind(events: &mut [(Time, Event)]) {
    let arrived = |event: &Event| event.packet.as_ref().and_then(|packet| packet.arrived_us);
    for n in 1..events.len() {
        let [(sent, before), (at, after)] = &events[n - 1..=n] else { continue };
        let together = sent == at && before.from == after.from && before.to == after.to;
        if let (true, Some(first), Some(then)) = (together, arrived(before), arrived(after))
            && then < first
        {
            events.swap(n - 1, n);
        }
    }
}

fn host_info(machine: &Machine<'_>) -> HostInfo {
    let Machine { name, kernel, addr, .. } = machine;
    let kernel = kernel.map(|kernel| kernel.to_string());
    HostInfo { id: name.id.clone(), name: name.text.clone(), kernel, addr: addr.clone() }
}

fn counters(machine: &Machine<'_>) -> Option<(String, Vec<(String, u64)>)> {
    let moved = machine.counters?.moved().map(|(counter, n)| (counter.full_name(), n));
    Some((machine.name.id.clone(), moved.collect()))
}

/// The reasons of a run: each once, however many packets it dropped.
#[derive(Debug, Default)]
struct Reasons {
    /// By id, from 1.
    list: Vec<Reason>,
    /// Places in the list, sorted by what the reasons say: a run may have one for each of its packets.
    sorted: Vec<usize>,
}

impl Reasons {
    /// The number of a reason.
    fn id(&mut self, why: Why, kernel: KernelVersion, lang: Lang) -> u32 {
        let at = why.decided_at(kernel);
        let reason = Reason {
            id: self.list.len() as u32 + 1,
            code: at.code,
            function: at.function,
            file: at.file,
            kernel: kernel.to_string(),
            condition: why.condition(),
            counters: why.counters(kernel).iter().map(|counter| format!("{counter:?}")).collect(),
            would_change: why.would_change().to_string(),
            text: why.text(lang),
        };
        match self.sorted.binary_search_by(|&known| says(&self.list[known]).cmp(&says(&reason))) {
            Ok(place) => self.list[self.sorted[place]].id,
            Err(place) => {
                self.sorted.insert(place, self.list.len());
                self.list.push(reason);
                self.list.len() as u32
            }
        }
    }
}

/// Everything but its number.
fn says(reason: &Reason) -> impl Ord + '_ {
    let Reason { id: _, code, function, file, kernel, condition, counters, would_change, text } = reason;
    (code, function, file, kernel, condition, counters, would_change, text)
}
