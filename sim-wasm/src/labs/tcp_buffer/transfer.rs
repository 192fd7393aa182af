//! One transfer between two hosts over a path with two directions, event by event.
//!
//! Made for tens of millions of segments: nothing is kept of a packet but what an [`Observer`] keeps, and nothing is
//! looked up or put in order that has its place anyway. What happens at the same moment happens in the order of
//! [`Due`].

use super::programs::{MARK, Reader, Writer, Writing};
pub use super::scene::{Observer, Scene, Side};
use crate::kernel::{KernelVersion, Sysctl};
use crate::net::bottleneck::{Bottleneck, BottleneckConfig, Passage, UnderWay};
use crate::net::{Endpoint, Ipv4};
use crate::rng::Rng;
use crate::tcp::{Errno, EventKind, Host, HostConfig, SocketOption};
use crate::time::Time;

/// The address of the host that writes, and of the one that reads.
pub const ADDRS: [Ipv4; 2] = [Ipv4::new(198, 51, 100, 10), Ipv4::new(203, 0, 113, 20)];
/// The port that the reader listens on.
pub const PORT: u16 = 5001;
/// How much longer than the reader the writer goes on.
const SLACK: Time = Time::from_millis(200);
/// Jiffies per second, as distributions configure servers.
const HZ: u64 = 250;

/// One host of a transfer.
#[derive(Clone, Debug)]
pub struct HostSettings {
    /// Its kernel.
    pub kernel: KernelVersion,
    /// Its settings.
    pub sysctl: Sysctl,
    /// What `SO_SNDBUF` or `SO_RCVBUF` is set to before the connection begins; none leaves it to the kernel.
    pub buffer: Option<u32>,
}

/// A transfer.
#[derive(Clone, Debug)]
pub struct TransferSettings {
    /// The host that writes: it connects.
    pub sender: HostSettings,
    /// The host that reads: it listens.
    pub receiver: HostSettings,
    /// The direction of the data.
    pub forward: BottleneckConfig,
    /// The direction of the acknowledgements.
    pub back: BottleneckConfig,
    /// Reno in place of CUBIC.
    pub reno: bool,
    /// When the sender's program writes, and how much.
    pub writing: Writing,
    /// Megabits per second that the reading program takes at most; 0 for as fast as it can.
    pub reader_mbps: u64,
    /// From the moment the connection is accepted.
    pub duration: Time,
    /// Decides chance, uptimes and sequence numbers.
    pub seed: u64,
    /// Steps after which a run stops for good.
    pub fuel: u64,
}

/// What happens next, in the order in which it happens at the same moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    ArrivesAtReceiver,
    ArrivesAtSender,
    SenderTimer,
    ReceiverTimer,
    WriterWakes,
    ReaderWakes,
}

impl Due {
    /// Whom it happens to.
    fn side(self) -> Side {
        match self {
            Due::ArrivesAtSender | Due::SenderTimer | Due::WriterWakes => Side::Sender,
            Due::ArrivesAtReceiver | Due::ReceiverTimer | Due::ReaderWakes => Side::Receiver,
        }
    }
}

/// A transfer that is being run.
#[derive(Clone, Debug)]
pub struct Transfer<O> {
    scene: Scene,
    observer: O,
    settings: TransferSettings,
    fuel: u64,
    ends_at: Option<Time>,
    over: bool,
}

/// What a transfer came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Bytes that the kernel took from the writing program.
    pub written: u64,
    /// Bytes that the reading program got.
    pub read: u64,
    /// The application's rate over the second half.
    pub steady_kbps: u64,
    /// Its rate from the beginning to the end.
    pub mean_kbps: u64,
    /// Steps that it took.
    pub steps: u64,
    /// Was the run cut off?
    pub out_of_fuel: bool,
}

impl<O: Observer> Transfer<O> {
    /// Sets everything up, and lets the sender call connect().
    pub fn new(settings: TransferSettings, observer: O) -> Transfer<O> {
        let mut rng = Rng::new(settings.seed, 1);
        let [sender, receiver] = [(&settings.sender, 0), (&settings.receiver, 1)].map(|(host, n)| {
            Host::new(HostConfig {
                kernel: host.kernel,
                sysctl: host.sysctl.clone(),
                hz: HZ,
                uptime: Time(rng.between(3_600_000_000_000, 20 * 86_400_000_000_000)),
                wall: Time(rng.between(0, 999_999_999)),
                secret: rng.next_u64(),
                addrs: vec![ADDRS[n]],
            })
        });
        let (mut sender, mut receiver) = (sender, receiver);
        let listener = receiver.socket();
        let socket = sender.socket();
        // Calls on sockets that were made a line before do not fail; connect() says that it has begun.
        if let Some(bytes) = settings.receiver.buffer {
            let _ = receiver.setsockopt(Time::ZERO, listener, SocketOption::RcvBuf(bytes));
        }
        let _ = receiver.bind(listener, Endpoint::new(Ipv4(0), PORT));
        let _ = receiver.listen(listener, 1);
        if let Some(bytes) = settings.sender.buffer {
            let _ = sender.setsockopt(Time::ZERO, socket, SocketOption::SndBuf(bytes));
        }
        let _ = sender.setsockopt(Time::ZERO, socket, SocketOption::Reno(settings.reno));
        let _ = sender.connect(Time::ZERO, socket, Endpoint::new(ADDRS[1], PORT));
        let scene = Scene {
            now: Time::ZERO,
            sender,
            receiver,
            forward: Bottleneck::new(settings.forward, Rng::new(settings.seed, 2)),
            back: Bottleneck::new(settings.back, Rng::new(settings.seed, 3)),
            writer: None,
            reader: None,
            sender_socket: socket,
            receiver_socket: None,
            failed: None,
            listener,
        };
        let fuel = settings.fuel;
        let mut transfer = Transfer { scene, observer, settings, fuel, ends_at: None, over: false };
        transfer.send_all(Side::Sender);
        transfer.observer.after(&transfer.scene, Side::Sender);
        transfer
    }

    /// Goes on for so many steps at most. True while there is more to come.
    pub fn advance(&mut self, steps: u64) -> bool {
        for _ in 0..steps {
            if self.over || !self.step() {
                self.over = true;
                return false;
            }
        }
        !self.over
    }

    /// How far it has come, and where it will end, as far as is known.
    pub fn progress(&self) -> (Time, Time) {
        (self.scene.now, self.ends_at.unwrap_or(self.settings.duration))
    }

    /// What it came to so far, with hosts, path and programs as they are, and whoever watched.
    pub fn finish(self) -> (Outcome, Scene, O) {
        let (writer, reader) = (self.scene.writer.as_ref(), self.scene.reader.as_ref());
        let read = reader.map_or(0, |reader| reader.read);
        let elapsed = reader.map_or(Time::ZERO, |reader| self.scene.now - reader.began_at);
        let outcome = Outcome {
            written: writer.map_or(0, |writer| writer.written),
            read,
            steady_kbps: reader.map_or(0, |reader| reader.steady_kbps(self.settings.duration)),
            mean_kbps: read * 8 / elapsed.millis().max(1),
            steps: self.settings.fuel - self.fuel,
            out_of_fuel: self.fuel == 0,
        };
        (outcome, self.scene, self.observer)
    }

    /// Runs it to its end.
    pub fn run(mut self) -> (Outcome, Scene, O) {
        self.advance(u64::MAX);
        self.finish()
    }

    /// The next thing, and when: the first of those that come first.
    fn next(&self) -> Option<(Time, Due)> {
        let scene = &self.scene;
        let mut next = (Time::MAX, Due::ArrivesAtReceiver);
        let mut look = |at: Option<Time>, due| {
            if let Some(at) = at.filter(|at| *at < next.0) {
                next = (at, due);
            }
        };
        look(scene.forward.next_arrival(), Due::ArrivesAtReceiver);
        look(scene.back.next_arrival(), Due::ArrivesAtSender);
        look(scene.sender.next_deadline(), Due::SenderTimer);
        look(scene.receiver.next_deadline(), Due::ReceiverTimer);
        look(scene.writer.as_ref().and_then(|writer| writer.wakes_at), Due::WriterWakes);
        look(scene.reader.as_ref().and_then(|reader| reader.wakes_at), Due::ReaderWakes);
        (next.0 < Time::MAX).then_some(next)
    }

    /// One thing happens. False when nothing more can, or the time is up.
    fn step(&mut self) -> bool {
        if self.fuel == 0 {
            return false;
        }
        let Some((at, due)) = self.next() else { return false };
        if let Some(end) = self.ends_at {
            // The last mark is set by the first call behind it: for that the run goes on a little.
            let marked = |reader: &Reader| (reader.marks.len() as u64) >= self.settings.duration.0 / MARK.0;
            let end = if self.scene.reader.as_ref().is_some_and(marked) { end } else { end + SLACK };
            if at > end {
                self.scene.now = self.scene.now.max(end);
                return false;
            }
        } else if at > self.settings.duration {
            // No connection came about.
            return false;
        }
        self.fuel -= 1;
        self.scene.now = self.scene.now.max(at);
        let now = self.scene.now;
        match due {
            Due::ArrivesAtReceiver => {
                if let Some(packet) = self.scene.forward.arrive() {
                    let why = self.scene.receiver.receive(now, &packet.segment).why;
                    self.observer.arrived(now, Side::Receiver, packet.number, &packet.segment, why);
                }
                self.receiver_reacts();
            }
            Due::ArrivesAtSender => {
                if let Some(packet) = self.scene.back.arrive() {
                    let why = self.scene.sender.receive(now, &packet.segment).why;
                    self.observer.arrived(now, Side::Sender, packet.number, &packet.segment, why);
                }
                self.sender_reacts();
            }
            Due::SenderTimer => {
                self.scene.sender.on_timers(now);
                self.sender_reacts();
            }
            Due::ReceiverTimer => {
                self.scene.receiver.on_timers(now);
                self.receiver_reacts();
            }
            Due::WriterWakes => {
                if let Some(writer) = &mut self.scene.writer {
                    writer.wakes_at = None;
                }
                self.write();
                self.sender_reacts();
            }
            Due::ReaderWakes => {
                if let Some(reader) = &mut self.scene.reader {
                    reader.wakes_at = None;
                }
                self.read();
                self.receiver_reacts();
            }
        }
        self.observer.after(&self.scene, due.side());
        true
    }

    /// The sender's program learns what there is to learn, and the host's packets go on their way.
    fn sender_reacts(&mut self) {
        while let Some(event) = self.scene.sender.poll_event() {
            match event.kind {
                EventKind::Connected => {
                    let now = self.scene.now;
                    let stops_at = now + self.settings.duration + SLACK;
                    self.scene.writer = Some(Writer::new(self.settings.writing, now, stops_at));
                    self.write();
                }
                EventKind::Writable => self.write(),
                EventKind::Failed(error) => self.scene.failed = Some((Side::Sender, error)),
                _ => {}
            }
        }
        self.send_all(Side::Sender);
    }

    fn receiver_reacts(&mut self) {
        while let Some(event) = self.scene.receiver.poll_event() {
            match event.kind {
                EventKind::Acceptable => {
                    self.scene.receiver_socket = self.scene.receiver.accept(self.scene.listener).ok();
                    self.scene.reader = Some(Reader::new(self.settings.reader_mbps, self.scene.now));
                    self.ends_at = Some(self.scene.now + self.settings.duration);
                    self.read();
                }
                EventKind::Readable(_) if self.reader_waits() => self.read(),
                EventKind::Failed(error) => self.scene.failed = Some((Side::Receiver, error)),
                _ => {}
            }
        }
        self.send_all(Side::Receiver);
    }

    fn reader_waits(&self) -> bool {
        self.scene.reader.as_ref().is_some_and(|reader| reader.wakes_at.is_none())
    }

    /// The program calls send() until one of them blocks or it has no more to write.
    fn write(&mut self) {
        let Scene { now, sender, writer: Some(writer), sender_socket, .. } = &mut self.scene else { return };
        loop {
            let wanted = writer.wants(*now);
            if wanted == 0 {
                return;
            }
            match sender.write(*now, *sender_socket, wanted) {
                Ok(taken) => writer.took(taken),
                Err(error) => {
                    writer.blocked = error == Errno::EAGAIN;
                    return;
                }
            }
        }
    }

    /// The program calls recv() until it would block, or sleeps.
    fn read(&mut self) {
        let Scene { now, receiver, reader: Some(reader), receiver_socket: Some(socket), .. } =
            &mut self.scene
        else {
            return;
        };
        while let Ok(bytes) = receiver.read(*now, *socket, super::programs::CALL)
            && bytes > 0
            && reader.got(*now, bytes)
        {}
    }

    /// Puts on its way what a host has to send.
    fn send_all(&mut self, by: Side) {
        let Scene { now, sender, receiver, forward, back, .. } = &mut self.scene;
        let (host, path) = match by {
            Side::Sender => (sender, forward),
            Side::Receiver => (receiver, back),
        };
        while let Some(segment) = host.poll_segment() {
            let passage = path.passage(*now, segment.ip_len());
            let number = self.observer.sent(*now, by, &segment, passage);
            if let Passage::Arrives { at, held } = passage {
                path.carry(UnderWay { at, number, segment }, held);
            }
        }
    }
}
