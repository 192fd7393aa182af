//! A few connections packet by packet, as a capture would have them.
//!
//! The population knows packets by their kind alone. Sequence numbers and timestamps are kept here for the connections
//! that are recorded; options and windows are those of a handshake between two real hosts.

use super::client::{Clients, FromClient, HZ};
use super::population::{SERVER, client_end, forged_end};
use super::server::{FromServer, Server};
use super::settings::Settings;
use crate::kernel::{Change, KernelVersion, Sysctl, Timestamps};
use crate::net::{Endpoint, Flags, SackBlocks, Segment, TcpOptions, TimestampOption};
use crate::rng::mix;
use crate::tcp::timestamps::TimestampClock;
use crate::tcp::{Flow, Host, HostConfig, Why, cookies};
use crate::time::Time;
use crate::world::{HostId, Packet};
use std::collections::VecDeque;

/// Bytes of a request and of its answer: each one segment, and small enough to leave the windows as they are.
pub(super) const REQUEST: u32 = 91;
pub(super) const ANSWER: u32 = 120;

/// The hosts of a recording: all clients are one. Forged sources are the next, if there are any; the server is the last.
const CLIENTS: HostId = 0;

/// What packets of the two kernels look like.
#[derive(Clone, Copy, Debug)]
struct Shapes {
    syn: Segment,
    syn_ack: Segment,
    of_client: Segment,
    of_server: Segment,
}

/// Lets a client and a server shake hands and talk once.
fn shapes(settings: &Settings) -> Option<Shapes> {
    let boot = |kernel: KernelVersion, at: Endpoint| {
        let uptime = Time::from_secs(100_000);
        let sysctl = Sysctl { tcp_syncookies: 0, ..Sysctl::defaults(kernel) };
        let addrs = vec![at.addr];
        Host::new(HostConfig { kernel, sysctl, hz: HZ, uptime, wall: Time::ZERO, secret: 1, addrs })
    };
    let (now, at) = (Time::ZERO, client_end(0));
    let mut client = boot(settings.client_kernel, at);
    let mut server = boot(settings.server_kernel, SERVER);
    server.open_listener(SERVER.port, 1);
    let id = client.open(now, at.addr, SERVER, None).ok()?;
    let syn = client.poll_segment()?;
    server.receive(now, &syn);
    let syn_ack = server.poll_segment()?;
    client.receive(now, &syn_ack);
    let of_client = client.poll_segment()?;
    server.receive(now, &of_client);
    client.write(now, id, REQUEST).ok()?;
    server.receive(now, &client.poll_segment()?);
    Some(Shapes { syn, syn_ack, of_client, of_server: server.poll_segment()? })
}

/// One end of a recorded connection. Numbers count from its first one.
#[derive(Clone, Copy, Debug)]
struct End {
    at: Endpoint,
    isn: u32,
    /// The next number to send.
    next: u32,
    /// The next number that it expects of the other end; 0 before the SYN.
    expects: u32,
    /// The next number that it has told the other end to send (`rcv_wup`).
    acked: u32,
    clock: TimestampClock,
    /// What it adds to the clock.
    offset: u32,
    /// The last timestamp of the other end.
    recent: u32,
    window: u16,
}

impl End {
    fn new(at: Endpoint, to: Endpoint, clock: TimestampClock, n: u32, window: u16) -> End {
        let offset = clock.offset(Timestamps::On, Flow { local: at, remote: to });
        let isn = mix(clock.secret ^ u64::from(n)) as u32;
        End { at, isn, next: 1, expects: 0, acked: 0, clock, offset, recent: 0, window }
    }

    fn timestamp(&self, now: Time) -> TimestampOption {
        TimestampOption { tsval: self.clock.now(now).wrapping_add(self.offset), tsecr: self.recent }
    }

    /// A segment to the end `to`, from its `seq`th number on.
    fn segment(&self, to: &End, now: Time, flags: Flags, seq: u32, len: u32) -> Segment {
        let opts = TcpOptions { ts: Some(self.timestamp(now)), ..TcpOptions::default() };
        let (seq, ack) = (self.isn.wrapping_add(seq), to.isn.wrapping_add(self.expects));
        Segment { src: self.at, dst: to.at, flags, seq, ack, len, win: self.window, opts }
    }
}

/// A recorded connection.
#[derive(Clone, Copy, Debug)]
struct Book {
    n: u32,
    client: End,
    server: End,
    /// Number of the client's FIN, once it was sent.
    fin: Option<u32>,
    /// Has the server got it before the request?
    early_fin: bool,
}

/// Records packets of a run.
#[derive(Debug)]
pub(super) struct Recorder {
    /// The connections to record, ascending.
    wanted: Vec<u32>,
    /// How many forged SYNs to record.
    forged: u32,
    shapes: Option<Shapes>,
    listener: HostId,
    books: Vec<Book>,
    pub(super) packets: Vec<Packet>,
    /// Places in `packets` of what is under way to the server and to the clients.
    to_server: VecDeque<usize>,
    to_clients: VecDeque<usize>,
    /// What arrived last: an RST answers it.
    arrived: Option<Segment>,
}

impl Recorder {
    pub(super) fn new(settings: &Settings, wanted: Vec<u32>, forged: u32) -> Recorder {
        Recorder {
            wanted,
            forged,
            shapes: shapes(settings),
            listener: CLIENTS + 1 + usize::from(settings.flood_pct > 0),
            books: Vec::new(),
            packets: Vec::new(),
            to_server: VecDeque::new(),
            to_clients: VecDeque::new(),
            arrived: None,
        }
    }

    /// Is this connection recorded?
    pub(super) fn wants(&self, n: u32) -> bool {
        self.wanted.binary_search(&n).is_ok()
    }

    fn push(&mut self, now: Time, from: HostId, conn: u32, segment: Segment, lost: bool) {
        let written = (segment.src, segment.dst);
        let to = match from {
            from if from != self.listener => self.listener,
            _ if conn > 0 => CLIENTS,
            _ => CLIENTS + 1,
        };
        if !lost {
            let way = if to == self.listener { &mut self.to_server } else { &mut self.to_clients };
            way.push_back(self.packets.len());
        }
        let (to, arrived_at, why, peer) = (Some(to), None, None, None);
        let sent_at = now;
        self.packets.push(Packet { sent_at, arrived_at, from, to, lost, segment, written, conn, why, peer });
    }

    /// The packet that arrives now, with what became of it.
    fn arrive(&mut self, now: Time, at_server: bool, why: Option<Why>) -> Option<Segment> {
        let way = if at_server { &mut self.to_server } else { &mut self.to_clients };
        let packet = self.packets.get_mut(way.pop_front()?)?;
        packet.arrived_at = Some(now);
        packet.why = match (why, self.shapes) {
            (Some(Why::OutOfWindow { at, .. }), Some(shapes)) => {
                let scale = shapes.syn_ack.opts.wscale.unwrap_or(0);
                let window = u32::from(shapes.of_server.win) << scale;
                Some(Why::OutOfWindow {
                    at,
                    seq: packet.segment.seq,
                    rcv_nxt: packet.segment.seq.wrapping_add(1),
                    window,
                })
            }
            _ => why,
        };
        self.arrived = Some(packet.segment);
        self.arrived
    }

    fn book(&mut self, n: u32, clients: &Clients, server: &Server) -> Option<&mut Book> {
        if !self.wants(n) {
            return None;
        }
        let at = match self.books.iter().position(|book| book.n == n) {
            Some(at) => at,
            None => {
                let shapes = self.shapes?;
                let at = client_end(n);
                let client = End::new(at, SERVER, clients.clock(n), n, shapes.of_client.win);
                let server = End::new(SERVER, at, server.clock, n, shapes.of_server.win);
                self.books.push(Book { n, client, server, fin: None, early_fin: false });
                self.books.len() - 1
            }
        };
        self.books.get_mut(at)
    }

    /// A client sends.
    pub(super) fn client_sends(
        &mut self,
        n: u32,
        now: Time,
        packet: FromClient,
        clients: &Clients,
        server: &Server,
    ) {
        let (arrived, shapes) = (self.arrived, self.shapes);
        let (Some(book), Some(shapes)) = (self.book(n, clients, server), shapes) else { return };
        let (flags, fin) = (packet.flags(), book.fin.unwrap_or(book.client.next));
        let (client, to) = (&mut book.client, &book.server);
        let segment = match packet {
            FromClient::Syn => {
                let opts = TcpOptions { ts: Some(client.timestamp(now)), ..shapes.syn.opts };
                let syn = client.segment(to, now, flags, 0, 0);
                Segment { ack: 0, win: shapes.syn.win, opts, ..syn }
            }
            FromClient::Ack | FromClient::LastAck => client.segment(to, now, flags, client.next, 0),
            FromClient::AckAgain => {
                let mut ack = client.segment(to, now, flags, client.next, 0);
                ack.opts.sack = SackBlocks::new([(to.isn, to.isn.wrapping_add(1))]);
                ack
            }
            FromClient::Data => client.segment(to, now, flags, 1, REQUEST),
            FromClient::Fin => client.segment(to, now, flags, fin, 0),
            FromClient::DataFin => client.segment(to, now, flags, 1, REQUEST),
            FromClient::Rst | FromClient::EarlyRst => match arrived {
                Some(arrived) => arrived.reset_in_answer(),
                None => return,
            },
        };
        match packet {
            FromClient::Data => client.next = client.next.max(1 + REQUEST),
            FromClient::Fin => {
                client.next = fin + 1;
                book.fin = Some(fin);
            }
            _ => {}
        }
        self.push(now, CLIENTS, n + 1, segment, false);
    }

    /// The server sends.
    pub(super) fn server_sends(
        &mut self,
        n: u32,
        now: Time,
        packet: FromServer,
        cookie: bool,
        clients: &Clients,
        of: &Server,
    ) {
        let (arrived, shapes) = (self.arrived, self.shapes);
        let (Some(book), Some(shapes)) = (self.book(n, clients, of), shapes) else { return };
        let (flags, server, to) = (packet.flags(), &mut book.server, &book.client);
        let segment = match packet {
            FromServer::SynAck => {
                if cookie && of.changes.has(Change::CookieWithoutOffset) {
                    server.offset = 0;
                }
                let mut ts = server.timestamp(now);
                if cookie {
                    let clock = server.clock.now(now);
                    ts.tsval = cookies::timestamp(clock, &shapes.syn.opts).wrapping_add(server.offset);
                }
                let opts = TcpOptions { ts: Some(ts), ..shapes.syn_ack.opts };
                Segment { win: shapes.syn_ack.win, opts, ..server.segment(to, now, flags, 0, 0) }
            }
            FromServer::AckOfData | FromServer::AckOfFin => server.segment(to, now, flags, server.next, 0),
            FromServer::AckOfGap | FromServer::AckOfFinAgain => {
                let fin = to.isn.wrapping_add(book.fin.unwrap_or(0));
                let mut ack = server.segment(to, now, flags, server.next, 0);
                ack.opts.sack = SackBlocks::new([(fin, fin.wrapping_add(1))]);
                ack
            }
            FromServer::Answer | FromServer::AnswerToFin => server.segment(to, now, flags, 1, ANSWER),
            FromServer::Fin => server.segment(to, now, flags, server.next, 0),
            FromServer::Rst => match arrived {
                Some(arrived) => arrived.reset_in_answer(),
                None => return,
            },
        };
        server.acked = server.expects;
        match packet {
            FromServer::Answer | FromServer::AnswerToFin => server.next = 1 + ANSWER,
            FromServer::Fin => server.next += 1,
            _ => {}
        }
        self.push(now, self.listener, n + 1, segment, false);
    }

    /// A packet of a client arrives.
    pub(super) fn reaches_server(&mut self, n: u32, now: Time, packet: FromClient, why: Option<Why>) {
        if !self.wants(n) {
            return;
        }
        let Some(segment) = self.arrive(now, true, why) else { return };
        let Some(book) = self.books.iter_mut().find(|book| book.n == n).filter(|_| why.is_none()) else {
            return;
        };
        let server = &mut book.server;
        let seq = segment.seq.wrapping_sub(book.client.isn);
        let early = seq > server.expects;
        // tcp_replace_ts_recent
        if let Some(tsval) = segment.tsval().filter(|_| seq <= server.acked) {
            server.recent = tsval;
        }
        match packet {
            FromClient::Syn => server.expects = 1,
            FromClient::Data => server.expects = 1 + REQUEST + u32::from(book.early_fin),
            FromClient::DataFin => server.expects = 1 + REQUEST + 1,
            FromClient::Fin if early => book.early_fin = true,
            FromClient::Fin => server.expects = seq + 1,
            FromClient::Ack
            | FromClient::AckAgain
            | FromClient::LastAck
            | FromClient::Rst
            | FromClient::EarlyRst => {}
        }
    }

    /// A packet of the server arrives.
    pub(super) fn reaches_client(&mut self, n: u32, now: Time, packet: FromServer, why: Option<Why>) {
        if !self.wants(n) {
            return;
        }
        let Some(segment) = self.arrive(now, false, why) else { return };
        let Some(book) = self.books.iter_mut().find(|book| book.n == n).filter(|_| why.is_none()) else {
            return;
        };
        let client = &mut book.client;
        client.recent = segment.tsval().unwrap_or(client.recent);
        match packet {
            FromServer::SynAck => client.expects = 1,
            FromServer::Answer | FromServer::AnswerToFin => client.expects = 1 + ANSWER,
            FromServer::Fin => client.expects += 1,
            _ => {}
        }
    }

    /// A SYN is forged.
    pub(super) fn forged_syn(&mut self, n: u32, now: Time) {
        let Some(shapes) = self.shapes.filter(|_| n < self.forged) else { return };
        let syn = Segment { src: forged_end(n), seq: mix(u64::from(n)) as u32, ..shapes.syn };
        self.push(now, CLIENTS + 1, 0, syn, false);
    }

    /// A forged SYN arrives.
    pub(super) fn forged_reaches(&mut self, n: u32, now: Time, why: Option<Why>) {
        if n < self.forged {
            self.arrive(now, true, why);
        }
    }

    /// The server answers a forged SYN, or does so again: nobody gets it.
    pub(super) fn forged_answered(&mut self, n: u32, now: Time, of: &Server) {
        let Some(shapes) = self.shapes.filter(|_| n < self.forged) else { return };
        let server = End::new(SERVER, forged_end(n), of.clock, n, 0);
        let ts = TimestampOption { tsecr: shapes.syn.tsval().unwrap_or(0), ..server.timestamp(now) };
        let (seq, ack) = (server.isn, (mix(u64::from(n)) as u32).wrapping_add(1));
        let opts = TcpOptions { ts: Some(ts), ..shapes.syn_ack.opts };
        self.push(
            now,
            self.listener,
            0,
            Segment { dst: forged_end(n), seq, ack, opts, ..shapes.syn_ack },
            true,
        );
    }
}
