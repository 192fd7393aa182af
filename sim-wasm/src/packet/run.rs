//! The lines of a script one after the other, each at its time: packets arrive, programs call, packets are awaited.

use super::calls::{Descriptors, Waiting};
use super::outcome::{Failure, Outcome, Status, Step};
use super::sysctl;
use super::wire::Conn;
use crate::kernel::{KernelVersion, Sysctl};
use crate::net::{Endpoint, Icmp, Segment, Unreachable};
use crate::script::ast::{
    Action, Address, Command, Ecn, Event, Icmp as IcmpLine, NotModelled, Pos, TcpFlags, TcpOption, When,
};
use crate::script::options::Config;
use crate::script::{Code, Memory, Packet, Script, ScriptError, parse_with, settings};
use crate::tcp::{Flow, Host, HostConfig, Why};
use crate::text::Text;
use crate::time::Time;
use crate::world;
use std::cell::RefCell;

/// How a script is run.
#[derive(Clone, Debug)]
pub struct Options<'a> {
    /// The kernel that answers.
    pub kernel: KernelVersion,
    /// Its ticks per second (CONFIG_HZ).
    pub hz: u64,
    /// Sysctls by name, set before anything of the script.
    pub settings: Vec<(&'a str, &'a str)>,
    /// Names that stand for something else, as with the tool's `-D NAME=value`.
    pub defines: Vec<(&'a str, &'a str)>,
    /// Files that the script may read settings from: the path as the script names it, and the text.
    pub files: Vec<(&'a str, &'a str)>,
    /// Go on behind a line that did not hold? The tool stops there.
    pub keep_going: bool,
}

impl Options<'_> {
    /// What the tool would do, on this kernel.
    pub fn new(kernel: KernelVersion) -> Self {
        Options {
            kernel,
            hz: 1000,
            settings: Vec::new(),
            defines: Vec::new(),
            files: Vec::new(),
            keep_going: true,
        }
    }
}

/// Steps of the clock in a run at most.
const FUEL: u32 = 200_000;
/// Packets in a run at most.
const PACKETS: usize = 20_000;
/// No line happens later: what a script can write in one time.
const END_OF_TIME: Time = Time::from_secs(1_000_000_000);
/// The port that a peer connects from when the script names none.
const PEER_PORT: u16 = 40_000;
/// How long the host had been up: some time, and a quarter of a millisecond so that lines fall between two ticks of its
/// clock (`schedule_start_time_usecs` of the tool).
const UPTIME: Time = Time::from_micros(2_000_000_250);

/// Runs a script.
///
/// # Errors
/// What is wrong with the script, or with a setting of it.
pub fn run(source: &str, options: &Options<'_>) -> Result<Outcome, Vec<ScriptError>> {
    let script = parse_with(source, &options.defines)?;
    Ok(run_script(&script, options))
}

/// The files of settings that a script reads, as it names them.
///
/// # Errors
/// What is wrong with the script.
pub fn files(source: &str, defines: &[(&str, &str)]) -> Result<Vec<String>, Vec<ScriptError>> {
    let script = parse_with(source, defines)?;
    let shells = script.events.iter().filter_map(|event| match &event.action {
        Action::Shell(commands) => Some(commands),
        _ => None,
    });
    let commands = script.init.iter().chain(shells.flatten());
    let paths = commands.filter_map(|command| match command {
        Command::Include { path, .. } => Some(path.clone()),
        _ => None,
    });
    Ok(paths.collect())
}

fn run_script(script: &Script, options: &Options<'_>) -> Outcome {
    let mut runner = Runner::new(script, options);
    if !script.config.dry_run {
        runner.commands(&script.init);
        runner.lines();
        runner.finish();
    }
    runner.commands_not_run(&script.cleanup);
    runner.outcome()
}

/// A run under way.
pub(super) struct Runner<'a> {
    pub(super) script: &'a Script,
    pub(super) options: &'a Options<'a>,
    pub(super) host: Host,
    pub(super) now: Time,
    fuel: u32,
    /// The connections, in the order in which they came up.
    pub(super) conns: Vec<Conn>,
    /// The one that packets without ports belong to (`socket_under_test`).
    pub(super) current: Option<usize>,
    pub(super) fds: Descriptors,
    /// A call that has not returned yet.
    pub(super) waiting: Option<Waiting<'a>>,
    pub(super) steps: Vec<Step>,
    notes: Vec<NotModelled>,
    packets: Vec<world::Packet>,
    memory: Memory,
    /// The last packet of the peer since the host was asked for one, and why it was dropped.
    pub(super) dropped: Option<(Pos, Why)>,
    failed: bool,
    /// The time that the event before had in the script, and whether it was a packet of the peer.
    before: Option<(Time, bool)>,
    /// The moment from which relative times count.
    pub(super) base: Time,
    /// The event before which a run ends that only finds out what would have come next.
    pub(super) ends_before: Option<usize>,
}

/// When an event should happen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) from: Time,
    pub(super) to: Time,
    pub(super) tolerance: Time,
    pub(super) any: bool,
}

impl Due {
    /// The first and the last moment that would do.
    pub(super) fn bounds(self) -> (Time, Time) {
        (self.from - self.tolerance, later(self.to, self.tolerance))
    }

    /// What is wrong when it happens at this time.
    pub(super) fn judge(self, at: Time) -> Option<Failure> {
        let (from, to) = self.bounds();
        (!self.any && (at < from || at > to)).then_some(Failure::WrongTime { at, from, to })
    }
}

/// Behind `time` by `span`; times without end stop at the end of time.
pub(super) fn later(time: Time, span: Time) -> Time {
    Time(time.0.saturating_add(span.0)).min(END_OF_TIME)
}

impl<'a> Runner<'a> {
    pub(super) fn new(script: &'a Script, options: &'a Options<'a>) -> Runner<'a> {
        let config = &script.config;
        let kernel = options.kernel;
        let mut settings = Sysctl::defaults(kernel);
        let mut notes = Vec::new();
        for (name, value) in &options.settings {
            notes.extend(sysctl::set(&mut settings, kernel, name, value, Pos::START));
        }
        let mut host = Host::new(HostConfig {
            kernel,
            sysctl: settings,
            hz: options.hz,
            uptime: UPTIME,
            wall: Time::from_secs(1_000_000_000),
            secret: 1,
            addrs: vec![config.local_ip],
        });
        host.set_mtu(config.mtu.into());
        notes.extend(config.not_modelled.iter().cloned());
        let steps = script.events.iter().map(|event| Step {
            at: event.at,
            expected: match event.action {
                Action::Call(_) | Action::Expect(_) | Action::Code(_) => event.text.clone(),
                _ => String::new(),
            },
            time: None,
            status: Status::NotTried,
            notes: Vec::new(),
            why: None,
            printed: Vec::new(),
            packets: Vec::new(),
            state: None,
        });
        Runner {
            script,
            options,
            host,
            now: Time::ZERO,
            fuel: FUEL,
            conns: Vec::new(),
            current: None,
            fds: Descriptors::default(),
            waiting: None,
            steps: steps.collect(),
            notes,
            packets: Vec::new(),
            memory: Memory::default(),
            dropped: None,
            failed: false,
            before: None,
            base: Time::ZERO,
            ends_before: None,
        }
    }

    pub(super) fn config(&self) -> &'a Config {
        &self.script.config
    }

    pub(super) fn lines(&mut self) {
        let script = self.script;
        for (index, event) in script.events.iter().enumerate() {
            let fails = self.failed && !self.options.keep_going;
            if fails || self.out_of_fuel() || self.ends_before == Some(index) {
                return;
            }
            let due = self.due(event);
            match &event.action {
                Action::Expect(packet) => self.expect(index, packet, due),
                action => self.happen(index, action, due),
            }
            let inbound = matches!(event.action, Action::Inject(_) | Action::InjectIcmp(_));
            self.before = Some((due.from, inbound));
            let flow = self.current.map(|conn| self.conns[conn].flow);
            self.steps[index].state = flow.and_then(|flow| self.host.state(flow));
        }
    }

    /// When an event should happen (`adjust_relative_event_times`, `verify_time`).
    fn due(&self, event: &Event) -> Due {
        let inbound = matches!(event.action, Action::Inject(_) | Action::InjectIcmp(_));
        let base = match self.before {
            // Packets of the peer keep their distance, however long the host took for them.
            Some((time, true)) if inbound => time,
            _ => self.base,
        };
        let (from, to, any) = match event.when {
            When::At(time) => (time, time, false),
            When::After(span) => (later(base, span), later(base, span), false),
            When::Any => (base, base, true),
            When::Between(from, to) => (from, to, false),
            When::AfterBetween(from, to) => (later(base, from), later(base, to), false),
        };
        let config = self.config();
        let since = from - self.before.map_or(from, |(time, _)| time);
        let share = Time(since.0 / 1000 * u64::from(config.tolerance_per_mille));
        Due { from, to, tolerance: config.tolerance.max(share), any }
    }

    /// Anything but an expected packet: waits for its time and does it.
    fn happen(&mut self, index: usize, action: &'a Action, due: Due) {
        if matches!(action, Action::Call(_)) {
            self.await_idle();
        }
        self.advance(due.from);
        if !self.failed
            && index > 0
            && let Some(failure) = due.judge(self.now)
        {
            return self.fail(index, failure);
        }
        self.base = self.now;
        let step = &mut self.steps[index];
        (step.time, step.status) = (Some(self.now), Status::Held);
        match action {
            Action::Call(call) => self.call(index, call, due),
            Action::Inject(packet) => self.inject(index, packet),
            Action::InjectIcmp(icmp) => self.inject_icmp(index, icmp),
            Action::Code(code) => self.code(index, code),
            Action::Shell(commands) => {
                let notes = self.run_commands(commands);
                self.steps[index].notes.extend(notes);
            }
            Action::ExpectIcmp(icmp) => {
                let what = &Text { en: "ICMP message of the host", zh: "主机发出的 ICMP 报文" };
                let text = format!("type {} code {}", icmp.kind, icmp.code);
                self.leave_out(index, NotModelled { at: icmp.at, what, text, matters: true });
            }
            Action::NotModelled(note) => self.leave_out(index, note.clone()),
            Action::Expect(_) => {}
        }
        self.settle();
    }

    fn code(&mut self, index: usize, code: &Code) {
        let mut memory = std::mem::take(&mut self.memory);
        let missing = RefCell::new(None);
        let result = code.run(&mut memory, &|name| {
            let value = self.info(name);
            if value.is_none() {
                missing.replace(Some(name.to_string()));
            }
            value
        });
        self.memory = memory;
        match result {
            Ok(printed) => self.steps[index].printed = printed,
            Err(failed) if failed.not_modelled => {
                let text = missing.into_inner().unwrap_or_else(|| code.text.trim().to_string());
                let what = if super::info::absent(self.options.kernel, &text) {
                    &Text {
                        en: "field that tcp_info of this kernel does not have",
                        zh: "此内核的 tcp_info 没有的字段",
                    }
                } else {
                    &Text { en: "field of tcp_info", zh: "tcp_info 字段" }
                };
                self.leave_out(index, NotModelled { at: failed.error.at, what, text, matters: true });
            }
            Err(failed) => self.fail(index, Failure::Asserted(failed.error)),
        }
    }

    /// The event did not hold.
    pub(super) fn fail(&mut self, index: usize, failure: Failure) {
        self.failed = true;
        self.steps[index].time = Some(self.now);
        self.steps[index].status = Status::Failed(Box::new(failure));
    }

    /// The event is left out, or was not tried as the script means it.
    pub(super) fn leave_out(&mut self, index: usize, note: NotModelled) {
        self.steps[index].status = Status::NotTried;
        self.steps[index].notes.push(note);
    }

    fn commands(&mut self, commands: &[Command]) {
        let notes = self.run_commands(commands);
        self.notes.extend(notes);
    }

    fn commands_not_run(&mut self, commands: &[Command]) {
        self.notes.extend(commands.iter().filter_map(|command| match command {
            Command::NotModelled(note) => Some(NotModelled { matters: false, ..note.clone() }),
            _ => None,
        }));
    }

    fn run_commands(&mut self, commands: &[Command]) -> Vec<NotModelled> {
        let kernel = self.options.kernel;
        let mut notes = Vec::new();
        for command in commands {
            match command {
                Command::Set(setting) => {
                    let (name, value) = (&setting.name, &setting.value);
                    notes.extend(sysctl::set(self.host.sysctl_mut(), kernel, name, value, setting.at));
                }
                Command::Include { at, path } => {
                    let file = self.options.files.iter().find(|(known, _)| known == path);
                    let read = file.map(|(_, text)| settings::read(text));
                    for command in read.into_iter().flatten() {
                        match command {
                            Command::Set(setting) => {
                                let (name, value) = (&setting.name, &setting.value);
                                notes.extend(sysctl::set(self.host.sysctl_mut(), kernel, name, value, *at));
                            }
                            Command::NotModelled(note) => notes.push(NotModelled { at: *at, ..note }),
                            Command::Include { .. } => {}
                        }
                    }
                    if file.is_none() {
                        for (name, value) in settings::DEFAULTS {
                            notes.extend(sysctl::set(self.host.sysctl_mut(), kernel, name, value, *at));
                        }
                    }
                }
                Command::NotModelled(note) => notes.push(note.clone()),
            }
        }
        notes
    }

    fn inject(&mut self, index: usize, packet: &Packet) {
        let conn = self.conn_of(packet.ends.map(|(from, to)| (to, from)), packet);
        let config = self.config();
        let (segment, strange) = self.conns[conn].arriving(packet, config);
        self.steps[index].notes.extend(notes_of(packet, false));
        self.conns[conn].tally.arrived(&segment);
        let why = self.host.receive(self.now, &segment).why;
        self.steps[index].why = why;
        self.steps[index].packets.push(self.packets.len());
        self.dropped = why.map(|why| (self.steps[index].at, why));
        self.record(0, conn, segment, why);
        self.settle();
        if let Some(ecr) = strange {
            self.fail(index, Failure::EchoUnknown { ecr });
        }
    }

    fn inject_icmp(&mut self, index: usize, line: &IcmpLine) {
        let kind = match (line.kind, line.code, line.mtu) {
            (3, 0 | 6 | 11, _) => Some(Unreachable::Net),
            (3, 1 | 12, _) => Some(Unreachable::Host),
            (3, 2, _) => Some(Unreachable::Protocol),
            (3, 3, _) => Some(Unreachable::Port),
            (3, 4, Some(mtu)) => Some(Unreachable::FragmentationNeeded { mtu }),
            (3, 13, _) => Some(Unreachable::Filtered),
            _ => None,
        };
        let note = |what, text: String| NotModelled { at: line.at, what, text, matters: true };
        let (Some(kind), Some(current)) = (kind, self.current) else {
            let what = &Text { en: "ICMP message", zh: "ICMP 报文" };
            return self.leave_out(index, note(what, format!("type {} code {}", line.kind, line.code)));
        };
        let conn = &self.conns[current];
        let seq = conn.own_seq(line.quoted.map_or(0, |(seq, _)| seq));
        let icmp = Icmp { src: conn.flow.local, dst: conn.flow.remote, seq, kind };
        self.host.receive_icmp(self.now, &icmp);
    }

    /// The connection of a packet, made when there is none yet. `ends` are the host's and the peer's.
    pub(super) fn conn_of(&mut self, ends: Option<(Address, Address)>, packet: &Packet) -> usize {
        let config = self.config();
        let flow = ends.map(|(own, peer)| Flow {
            local: Endpoint::new(own.ip.unwrap_or(config.local_ip), own.port),
            remote: Endpoint::new(peer.ip.unwrap_or(config.remote_ip), peer.port),
        });
        match (flow, self.current) {
            (None, Some(current)) => return current,
            (Some(flow), _) => {
                if let Some(known) = self.conns.iter().position(|conn| conn.flow == flow) {
                    return known;
                }
            }
            (None, None) => {}
        }
        let flow = flow.unwrap_or(Flow {
            local: Endpoint::new(config.local_ip, config.bind_port),
            remote: Endpoint::new(config.remote_ip, self.free_peer_port()),
        });
        // A packet to nobody's connection does not become what later lines are about.
        let opens = packet.flags.has(TcpFlags::SYN) || self.current.is_none();
        self.conns.push(Conn::new(flow));
        let index = self.conns.len() - 1;
        if opens {
            self.current = Some(index);
        }
        index
    }

    fn free_peer_port(&self) -> u16 {
        let taken = |port: &u16| self.conns.iter().any(|conn| conn.flow.remote.port == *port);
        (PEER_PORT..=u16::MAX).find(|port| !taken(port)).unwrap_or(PEER_PORT)
    }

    /// Has the run used up its steps?
    pub(super) fn out_of_fuel(&self) -> bool {
        self.fuel == 0 || self.packets.len() >= PACKETS
    }

    /// Runs the host's timers up to a moment.
    pub(super) fn advance(&mut self, until: Time) {
        while self.step(until) {}
        self.now = self.now.max(until);
    }

    /// Runs the host's next timer, or lets a waiting call give up, if that is due by then.
    pub(super) fn step(&mut self, until: Time) -> bool {
        let timeout = self.waiting.as_ref().and_then(Waiting::timeout);
        let next = self.host.next_deadline().into_iter().chain(timeout).min();
        let Some(at) = next.filter(|at| *at <= until && !self.out_of_fuel()) else { return false };
        self.fuel = self.fuel.saturating_sub(1);
        self.now = self.now.max(at);
        self.host.on_timers(self.now);
        self.settle();
        true
    }

    /// Takes what the host sends and tells, and lets a waiting call go on.
    pub(super) fn settle(&mut self) {
        loop {
            while let Some(event) = self.host.poll_event() {
                self.wake(event.socket);
            }
            while let Some(segment) = self.host.poll_segment() {
                self.take(segment);
            }
            if !self.resume() {
                return;
            }
        }
    }

    /// The host sends a segment.
    fn take(&mut self, segment: Segment) {
        let flow = Flow { local: segment.src, remote: segment.dst };
        let conn = self.conns.iter().position(|conn| conn.flow == flow).unwrap_or_else(|| {
            self.conns.push(Conn::new(flow));
            self.conns.len() - 1
        });
        self.conns[conn].sent(self.now, segment, self.packets.len());
        self.record(1, conn, segment, None);
    }

    fn record(&mut self, from: usize, conn: usize, segment: Segment, why: Option<Why>) {
        self.packets.push(world::Packet {
            sent_at: self.now,
            arrived_at: Some(self.now),
            from,
            to: Some(1 - from),
            lost: false,
            segment,
            written: (segment.src, segment.dst),
            conn: conn as u32 + 1,
            why,
            peer: None,
        });
    }

    fn outcome(self) -> Outcome {
        let out_of_fuel = self.out_of_fuel();
        let unasked = self
            .conns
            .iter()
            .flat_map(|conn| conn.queue.iter().map(|sent| (sent.at, conn.to_packet(&sent.segment, None))));
        let written = self.packets.iter().map(|packet| {
            let conn = self.conns.get((packet.conn as usize).checked_sub(1)?)?;
            (packet.from == 1).then(|| conn.to_packet(&packet.segment, None))
        });
        let written = written.collect();
        let mut unasked: Vec<(Time, Packet)> = unasked.collect();
        unasked.sort_by_key(|(at, _)| *at);
        Outcome {
            kernel: self.options.kernel,
            steps: self.steps,
            notes: self.notes,
            unasked,
            packets: self.packets,
            written,
            peer: self.script.config.remote_ip,
            host: self.host,
            ended_at: self.now,
            out_of_fuel,
        }
    }
}

/// What of a packet the model has not.
pub(super) fn notes_of(packet: &Packet, expected: bool) -> Vec<NotModelled> {
    let mut notes = Vec::new();
    let at = packet.at;
    let mut note = |what: &'static Text, text: String, matters| {
        notes.push(NotModelled { at, what, text, matters });
    };
    let ecn = TcpFlags(packet.flags.0 & !0x3f);
    // The host never sends them, and does not heed them.
    if ecn.0 != 0 {
        note(&Text { en: "ECN flags", zh: "ECN 标志" }, ecn.to_string(), expected);
    }
    if packet.ip != Default::default() {
        let text = packet.to_string();
        let header = text.split_inclusive(']').next().unwrap_or_default();
        let marked = !matches!(packet.ip.ecn, None | Some(Ecn::NotEct));
        note(&Text { en: "fields of the IP header", zh: "IP 首部字段" }, header.to_string(), marked);
    }
    if let Some(urg) = packet.urg.filter(|urg| *urg > 0) {
        note(&Text { en: "urgent pointer", zh: "紧急指针" }, format!("urg {urg}"), true);
    }
    for option in packet.options.iter().flatten() {
        if let TcpOption::FastOpen { .. } | TcpOption::Md5(_) | TcpOption::NotModelled(_) = option {
            note(&Text { en: "TCP option", zh: "TCP 选项" }, option.to_string(), true);
        }
    }
    notes
}
