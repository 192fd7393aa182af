//! The scene of one SYN: it comes from the port of a connection that is in TIME_WAIT at the server.

use super::hosts::{self, CLIENT, SERVER};
use super::settings::{Against, Settings};
use super::verdict;
use crate::kernel::Timestamps;
use crate::lab::report::Table;
use crate::lab::trace::{self, Findings, Trace, is_syn};
use crate::lab::{Params, Report};
use crate::net::Endpoint;
use crate::tcp::timestamps::Recent;
use crate::tcp::{Errno, EventKind, Flow, Host, SocketId, SocketOption, Why};
use crate::text::Lang;
use crate::time::Time;
use crate::world::{ConnId, Happening, HostId, Packet, World};

/// Steps of a run; the longest takes a tenth.
const FUEL: u32 = 20_000;
/// The client's port in both connections.
const PORT: u16 = 40_000;
/// How far the SYN's number lies from the expected one.
const SEQ_APART: u32 = 100_000;
/// How many ticks an older timestamp is older: more than a connect() waits.
const TICKS_APART: u32 = 1_000_000;

/// What happened.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) cut_off: bool,
    /// When connect() was called for the second time, and how it ended.
    pub(super) asked: Time,
    pub(super) connected: Option<Time>,
    pub(super) failed: Option<Time>,
    /// SYNs of the second connection.
    pub(super) syns: u32,
    /// Was there a TIME_WAIT for the first of them?
    pub(super) hit: bool,
    /// Old ACKs that came back.
    pub(super) old_acks: u32,
    /// Did anything make TIME_WAIT last longer?
    pub(super) started_anew: bool,
    /// Did a reset end TIME_WAIT?
    pub(super) ended_by_reset: bool,
    /// Rows for the ladder: when, at which host, of which connection, what.
    notes: Vec<(Time, HostId, ConnId, String)>,
}

/// What TIME_WAIT knows of the old connection.
#[derive(Clone, Copy)]
struct Left {
    rcv_nxt: u32,
    recent: Option<Recent>,
    deadline: Option<Time>,
}

struct Run<'a> {
    settings: &'a Settings,
    lang: Lang,
    world: World<()>,
    /// Both ends of the connection, as the server has them.
    flow: Flow,
    /// The client's sockets, of the first connection and of the second.
    sockets: [Option<SocketId>; 2],
    /// TIME_WAIT as it was after the last step, and as it was last.
    now: Option<Left>,
    last: Option<Left>,
    story: Story,
}

/// Runs the scene and makes its report.
pub(super) fn report(params: &Params, settings: &Settings, lang: Lang) -> Report {
    let remote = hosts::destination(settings, 0);
    let mut run = Run {
        settings,
        lang,
        world: hosts::boot(settings, FUEL),
        flow: Flow { local: remote, remote: Endpoint::new(hosts::client_addr(settings), PORT) },
        sockets: [None; 2],
        now: None,
        last: None,
        story: Story::default(),
    };
    run.play();
    let Run { world, story, .. } = run;
    let mut trace = Trace::new(&world, trace::clients_and_server(1, lang), lang);
    for (at, host, conn, note) in &story.notes {
        trace.state(*at, *host, *conn, note.clone(), None);
    }
    let resets = second(&world).filter(|packet| packet.segment.flags.rst()).count() as u64;
    let findings = Findings {
        verdict: verdict::of_hit(settings, &story, lang),
        totals: vec![
            ("connections", 2),
            ("established", 1 + u64::from(story.connected.is_some())),
            ("failed", u64::from(story.connected.is_none())),
            ("syns", u64::from(story.syns)),
            ("old_acks", u64::from(story.old_acks)),
            ("resets", resets),
        ],
        series: Vec::new(),
        charts: Vec::new(),
        tables: tables(&world, &story, lang),
    };
    trace.report(params, findings)
}

/// The packets of the second connection.
fn second(world: &World<()>) -> impl Iterator<Item = &Packet> {
    world.packets.iter().filter(|packet| packet.conn == 2)
}

impl Run<'_> {
    fn play(&mut self) {
        self.open(1, None);
        while let Some(turn) = self.world.turn() {
            match turn {
                Some(Happening::Alarm(())) => self.ask_again(),
                Some(Happening::App { host, socket, conn, kind, .. }) => self.tell(host, socket, conn, kind),
                Some(Happening::Raw { .. }) | None => {}
            }
            self.watch_time_wait();
            self.watch_first();
            let decided = self.story.connected.or(self.story.failed).is_some();
            if decided && self.world.is_quiet() {
                break;
            }
        }
        let story = &mut self.story;
        story.cut_off = self.world.out_of_fuel();
        story.syns = second(&self.world).filter(|packet| is_syn(packet)).count() as u32;
        let old =
            |packet: &&Packet| packet.to == Some(CLIENT) && matches!(packet.why, Some(Why::BadAck { .. }));
        story.old_acks = second(&self.world).filter(old).count() as u32;
    }

    /// The `conn`th connection, always from the same port.
    fn open(&mut self, conn: ConnId, syn: Option<(u32, Option<u32>)>) {
        let (local, remote) = (self.flow.remote, self.flow.local);
        let opened = self.world.open(CLIENT, conn, |host, now| connect(host, now, local, remote, syn));
        match opened {
            Ok(socket) => self.sockets[conn as usize - 1] = Some(socket),
            Err(_) => self.story.failed = Some(self.world.now()),
        }
    }

    fn tell(&mut self, host: HostId, socket: SocketId, conn: ConnId, kind: EventKind) {
        let now = self.world.now();
        if (host, conn) == (CLIENT, 2) {
            match kind {
                EventKind::Connected => self.story.connected = Some(now),
                EventKind::Failed(error) if self.story.connected.is_none() => {
                    self.story.failed = Some(now);
                    let note = self
                        .lang
                        .pick(format!("connect() fails: {error}"), format!("connect() 失败：{error}"));
                    self.story.notes.push((now, CLIENT, 2, note));
                }
                _ => {}
            }
        }
        hosts::converse(&mut self.world, self.settings.closes_first, host, socket, kind);
    }

    /// When the first connection is over at the client, the clock for the second connect() starts.
    fn watch_first(&mut self) {
        if let Some(socket) = self.sockets[0]
            && self.world.host(CLIENT).connection_of(socket).is_none()
        {
            self.sockets[0] = None;
            // A moment later, so that the row that tells of it stands above its SYN.
            let at = self.world.now() + self.settings.syn_after + Time(1);
            self.world.alarm(at, ());
        }
    }

    fn ask_again(&mut self) {
        self.story.asked = self.world.now();
        self.story.hit = self.now.is_some();
        if self.settings.timestamps && self.settings.syn_tsval == Against::Absent {
            self.world.act(CLIENT, |host, _| host.sysctl_mut().tcp_timestamps = Timestamps::Off);
        }
        let Some(left) = self.last else { return self.open(2, None) };
        let seq = match self.settings.syn_seq {
            Against::Newer => left.rcv_nxt.wrapping_add(SEQ_APART),
            Against::Older => left.rcv_nxt.wrapping_sub(SEQ_APART),
            Against::Equal | Against::Absent => left.rcv_nxt,
        };
        let apart = match self.settings.syn_tsval {
            Against::Equal => Some(0),
            Against::Older => Some(TICKS_APART),
            // The clock has gone on by itself.
            Against::Newer | Against::Absent => None,
        };
        let clock = self.world.host(CLIENT).timestamp_clock().now(self.story.asked);
        let tsval = left.recent.zip(apart).map(|(recent, apart)| recent.tsval.wrapping_sub(apart));
        let note = self.describe_syn(&left);
        self.story.notes.push((self.story.asked - Time(1), CLIENT, 2, note));
        self.open(2, Some((seq, tsval.map(|tsval| tsval.wrapping_sub(clock)))));
    }

    fn describe_syn(&self, left: &Left) -> String {
        let seq = match self.settings.syn_seq {
            Against::Newer => "rcv_nxt + 100000",
            Against::Older => "rcv_nxt − 100000",
            Against::Equal | Against::Absent => "rcv_nxt",
        };
        let tsval = match (left.recent, self.settings.syn_tsval) {
            (None, _) | (_, Against::Absent) => self.lang.pick("no timestamp", "无时间戳"),
            (_, Against::Newer) => self.lang.pick("newer TSval", "TSval 更新"),
            (_, Against::Equal) => self.lang.pick("equal TSval", "TSval 相等"),
            (_, Against::Older) => self.lang.pick("older TSval", "TSval 更旧"),
        };
        self.lang.pick(
            format!("connect() again: seq = {seq}, {tsval}"),
            format!("再次 connect()：seq = {seq}，{tsval}"),
        )
    }

    /// Writes down what becomes of TIME_WAIT.
    fn watch_time_wait(&mut self) {
        let server = self.world.host(SERVER);
        let left = server.time_wait(self.flow).filter(|bucket| bucket.deadline().is_some()).map(|bucket| {
            Left { rcv_nxt: bucket.rcv_nxt(), recent: bucket.recent(), deadline: bucket.deadline() }
        });
        let before = std::mem::replace(&mut self.now, left);
        self.last = left.or(self.last);
        let lang = self.lang;
        let at = self.world.now();
        let note = match (before, left) {
            (None, Some(_)) => lang.pick("TIME_WAIT begins", "进入 TIME_WAIT").to_string(),
            (Some(a), Some(b)) if a.deadline < b.deadline => {
                self.story.started_anew = true;
                lang.pick("TIME_WAIT: 60 s start anew", "TIME_WAIT：60 秒重新算起").to_string()
            }
            (Some(_), None) => self.how_it_ended(at).to_string(),
            _ => return,
        };
        let conn = if self.story.asked > Time::ZERO { 2 } else { 1 };
        self.story.notes.push((at, SERVER, conn, note));
    }

    fn how_it_ended(&mut self, at: Time) -> &'static str {
        let arrived = |packet: &Packet| packet.to == Some(SERVER) && packet.arrived_at == Some(at);
        let by = second(&self.world).filter(|packet| arrived(packet)).last();
        match by.map(|packet| packet.segment.flags) {
            Some(flags) if flags.rst() => {
                self.story.ended_by_reset = true;
                self.lang.pick("the RST deletes TIME_WAIT", "RST 删除 TIME_WAIT")
            }
            Some(_) => self.lang.pick("TIME_WAIT gives way to the SYN", "TIME_WAIT 给 SYN 让路"),
            None => self.lang.pick("TIME_WAIT is over", "TIME_WAIT 到期"),
        }
    }
}

/// socket(), bind(), connect(); with the number of the SYN and what its timestamps add to the clock.
fn connect(
    host: &mut Host,
    now: Time,
    local: Endpoint,
    remote: Endpoint,
    syn: Option<(u32, Option<u32>)>,
) -> Result<SocketId, Errno> {
    let socket = host.socket();
    host.bind(socket, local)?;
    if let Some((seq, timestamps)) = syn {
        host.setsockopt(now, socket, SocketOption::QueueSeq(seq))?;
        if let Some(offset) = timestamps {
            host.setsockopt(now, socket, SocketOption::OwnTimestamps(offset))?;
        }
    }
    match host.connect(now, socket, remote) {
        Ok(()) | Err(Errno::EINPROGRESS) => Ok(socket),
        Err(error) => Err(error),
    }
}

fn tables(world: &World<()>, story: &Story, lang: Lang) -> Vec<Table> {
    let columns = lang
        .pick(
            ["connection", "client", "started", "SYNs", "result"],
            ["连接", "客户端", "开始", "SYN 数", "结果"],
        )
        .map(String::from)
        .to_vec();
    let outcome = match story.connected {
        Some(_) if story.syns > 1 => "late",
        Some(_) => "established",
        None => "failed",
    };
    let row = |conn: u32, started: Time, syns: u32, outcome: &str| {
        let started = format!("{}.{:03} s", started.secs(), started.millis() % 1000);
        vec![
            conn.to_string(),
            trace::client_name(CLIENT, 1, lang),
            started,
            syns.to_string(),
            outcome.to_string(),
        ]
    };
    let rows = vec![row(1, Time::ZERO, 1, "established"), row(2, story.asked, story.syns, outcome)];
    let title = lang.pick("Connections", "连接");
    let netstat = |host: HostId, id: &str| Table { host: id.to_string(), ..trace::netstat(world.host(host)) };
    vec![
        netstat(SERVER, "srv"),
        netstat(CLIENT, "c1"),
        Table::cells(Table::CONNECTIONS, title, columns, rows),
    ]
}
