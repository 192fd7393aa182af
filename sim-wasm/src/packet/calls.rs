//! File descriptors and system calls, as the program of a script makes them: they block unless they are told not to.

use super::outcome::{Failure, Status};
use super::ready::Epoll;
use super::run::{Due, Runner, later};
use super::wire::Conn;
use crate::net::{Endpoint, Ipv4};
use crate::script::ast::{Arg, Call, NotModelled, Value};
use crate::script::symbols;
use crate::sorted::SortedMap;
use crate::tcp::{Closing, Errno, Shutdown, SocketId, State};
use crate::text::Text;
use crate::time::Time;

/// What is open.
#[derive(Debug, Default)]
pub(super) struct Descriptors {
    open: SortedMap<i64, Descriptor>,
}

#[derive(Debug)]
pub(super) enum Descriptor {
    Socket(Socket),
    /// A file as long as it has to be.
    File,
    Epoll(Epoll),
}

/// A socket as the program knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Socket {
    pub(super) id: SocketId,
    pub(super) nonblocking: bool,
    /// connect() has been called and has not told its outcome (SS_CONNECTING).
    connecting: bool,
    /// `TCP_INQ`: recvmsg() tells what is left to read.
    pub(super) tells_unread: bool,
}

impl Socket {
    fn of_socket(id: SocketId, nonblocking: bool) -> Descriptor {
        Descriptor::Socket(Socket { id, nonblocking, connecting: false, tells_unread: false })
    }
}

/// A call that has not returned.
#[derive(Clone, Debug)]
pub(super) struct Waiting<'a> {
    index: usize,
    call: &'a Call,
    /// When it should return.
    end: Due,
    /// The socket in whose buffer a write waits for room, and whether it was told that there is some.
    blocked_on: Option<(SocketId, bool)>,
    progress: Progress,
}

impl Waiting<'_> {
    /// When it gives up by itself.
    pub(super) fn timeout(&self) -> Option<Time> {
        self.progress.timeout
    }
}

/// How far a call that waits has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Progress {
    /// Has it been tried before?
    again: bool,
    /// Bytes that it has moved.
    bytes: u32,
    pub(super) timeout: Option<Time>,
    /// The connection whose end close() waits for.
    closing: Option<crate::tcp::Flow>,
}

/// What came of trying a call.
#[derive(Debug)]
pub(super) enum Done {
    Returns(i64),
    Fails(&'static str),
    /// It blocks.
    Waits,
    /// The model has nothing of the kind.
    Beyond(&'static Text, String),
    /// It returned this, and what it filled in is not as the script has it; or it could not be made.
    Wrong(Box<Failure>),
}

/// What a step of a call gives, or how the call ends before.
pub(super) type Tried<T> = Result<T, Done>;

impl Done {
    pub(super) fn wrong(failure: Failure) -> Done {
        Done::Wrong(Box::new(failure))
    }
}

impl From<Errno> for Done {
    fn from(errno: Errno) -> Done {
        let name = errno.to_string();
        let known = symbols::ERRNOS.iter().find(|(known, _)| *known == name);
        Done::Fails(known.map_or("EINVAL", |(known, _)| known))
    }
}

static CALL: Text = Text::new("system call", "系统调用");
static ARGUMENT: Text = Text::new("argument of a call", "调用的参数");
static FLAGS: Text = Text::new("flags of a call", "调用的标志");
static SOCKET: Text = Text::new("socket of another kind", "其他类型的套接字");

impl Descriptors {
    /// Something happened to a socket.
    pub(super) fn woken(&mut self, id: SocketId) {
        for descriptor in self.open.values_mut() {
            if let Descriptor::Epoll(epoll) = descriptor {
                epoll.woken(id);
            }
        }
    }

    pub(super) fn get_mut(&mut self, number: i64) -> Option<&mut Descriptor> {
        self.open.get_mut(&number)
    }

    pub(super) fn socket(&self, number: i64) -> Option<Socket> {
        match self.open.get(&number)? {
            Descriptor::Socket(socket) => Some(*socket),
            _ => None,
        }
    }

    /// Opens a descriptor under the script's number, or under one that is free.
    pub(super) fn insert(&mut self, wanted: Option<i64>, descriptor: Descriptor) -> Tried<i64> {
        let free = || (3..).find(|number| !self.open.contains_key(number)).unwrap_or(3);
        // A script that expects an error and gets a descriptor does not name it.
        let number = wanted.filter(|number| *number >= 0).unwrap_or_else(free);
        if self.open.contains_key(&number) {
            return Err(Done::wrong(Failure::Descriptor { number, open: true }));
        }
        self.open.insert(number, descriptor);
        Ok(number)
    }
}

/// A number among the arguments.
pub(super) fn int(call: &Call, index: usize) -> Tried<i64> {
    let arg = call.args.get(index);
    arg.and_then(Arg::int).ok_or_else(|| Done::Beyond(&ARGUMENT, format!("{}: {}", call.name, index + 1)))
}

impl<'a> Runner<'a> {
    /// Makes a call.
    pub(super) fn call(&mut self, index: usize, call: &'a Call, due: Due) {
        let mut progress = Progress::default();
        let done = self.attempt(call, &mut progress);
        let end = call.until.map(|until| {
            let base = match self.script.events.get(index).map(|event| event.when) {
                Some(crate::script::When::After(span)) => due.from - span,
                _ => Time::ZERO,
            };
            let end = later(base, until);
            let share = Time((end - due.from).0 / 1000 * u64::from(self.config().tolerance_per_mille));
            Due { from: end, to: end, tolerance: self.config().tolerance.max(share), any: false }
        });
        match (done, end) {
            (Done::Waits, Some(end)) => {
                progress.again = true;
                let blocked_on = match call.name {
                    "write" | "writev" | "send" | "sendto" | "sendmsg" | "sendfile" => self.named(call).ok(),
                    _ => None,
                };
                let blocked_on = blocked_on.map(|socket| (socket.id, false));
                self.waiting = Some(Waiting { index, call, end, blocked_on, progress });
            }
            (Done::Waits, None) => self.fail(index, Failure::Waits),
            (done, end) => self.returned(index, call, done, end),
        }
    }

    /// Something happened to a socket: a write that waits for room in its buffer tries again
    /// (`sk_stream_wait_memory`).
    pub(super) fn wake(&mut self, id: SocketId) {
        self.fds.woken(id);
        if let Some(Waiting { blocked_on: Some((socket, told)), .. }) = &mut self.waiting
            && *socket == id
        {
            *told = true;
        }
    }

    /// Lets the call that waits go on. True when it returned.
    pub(super) fn resume(&mut self) -> bool {
        let asleep = |waiting: &Waiting<'_>| matches!(waiting.blocked_on, Some((_, false)));
        if self.waiting.as_ref().is_none_or(asleep) {
            return false;
        }
        let Some(mut waiting) = self.waiting.take() else { return false };
        if let Some((_, told)) = &mut waiting.blocked_on {
            *told = false;
        }
        match self.attempt(waiting.call, &mut waiting.progress) {
            Done::Waits => {
                self.waiting = Some(waiting);
                false
            }
            done => {
                self.returned(waiting.index, waiting.call, done, Some(waiting.end));
                true
            }
        }
    }

    /// The next call waits for the one before, for a second at most.
    pub(super) fn await_idle(&mut self) {
        let until = later(self.now, Time::from_secs(1));
        while self.waiting.is_some() && self.step(until) {}
        if let Some(waiting) = self.waiting.take() {
            self.now = until;
            self.fail(waiting.index, Failure::StillWaits);
        }
    }

    /// The end of the script.
    pub(super) fn finish(&mut self) {
        if self.waiting.is_some() {
            self.await_idle();
        }
    }

    fn returned(&mut self, index: usize, call: &Call, done: Done, end: Option<Due>) {
        let (result, error, wrong) = match done {
            Done::Returns(result) => (result, None, None),
            Done::Fails(error) => (-1, Some(error), None),
            Done::Wrong(failure) => (0, None, Some(*failure)),
            Done::Beyond(what, text) => {
                return self.leave_out(index, NotModelled { at: call.at, what, text, matters: true });
            }
            Done::Waits => return,
        };
        let number = |name: &str| symbols::ERRNOS.iter().find(|(known, _)| *known == name).map(|(_, n)| *n);
        let opens = matches!(call.name, "socket" | "accept" | "accept4" | "open" | "epoll_create");
        let same_result = match call.result {
            None => true,
            Some(expected) => result == expected || (opens && result >= 0 && expected >= 0),
        };
        let same_error = call.errno.is_none_or(|expected| {
            error.and_then(number).is_some_and(|number| i64::from(number) == expected.number)
        });
        let late = end.and_then(|end| end.judge(self.now));
        let failure = match wrong {
            Some(failure @ Failure::Descriptor { .. }) => Some(failure),
            _ if !same_result || !same_error => {
                let error = error.map(|error| format!(" {error}")).unwrap_or_default();
                Some(Failure::Returned { result: format!("{result}{error}") })
            }
            wrong => wrong.or(late),
        };
        match failure {
            Some(failure) => self.fail(index, failure),
            None => {
                self.steps[index].time = Some(self.now);
                self.steps[index].status = Status::Held;
            }
        }
    }

    /// Tries a call: what it returns now, or that it waits.
    fn attempt(&mut self, call: &Call, progress: &mut Progress) -> Done {
        let again = std::mem::replace(&mut progress.again, true);
        let tried = match call.name {
            "socket" => self.socket(call),
            "bind" => self.bind(call),
            "listen" => self.listen(call),
            "accept" | "accept4" => self.accept(call),
            "connect" => self.connect(call, again),
            "read" | "readv" | "recv" | "recvfrom" | "recvmsg" => self.receive(call, progress),
            "write" | "writev" | "send" | "sendto" | "sendmsg" | "sendfile" => self.send(call, progress),
            "shutdown" => self.shutdown(call),
            "close" => self.close(call, progress),
            "setsockopt" => self.setsockopt(call),
            "getsockopt" => self.getsockopt(call),
            "fcntl" => self.fcntl(call),
            "ioctl" => self.ioctl(call),
            "poll" => self.poll(call, progress),
            "open" => self.fds.insert(call.result, Descriptor::File),
            "epoll_create" => self.fds.insert(call.result, Descriptor::Epoll(Epoll::default())),
            "epoll_ctl" => self.epoll_ctl(call),
            "epoll_wait" => self.epoll_wait(call, progress),
            name => Err(Done::Beyond(&CALL, name.to_string())),
        };
        tried.map_or_else(|done| done, Done::Returns)
    }

    /// The socket that the first argument names.
    pub(super) fn named(&self, call: &Call) -> Tried<Socket> {
        let number = int(call, 0)?;
        self.fds.socket(number).ok_or(Done::wrong(Failure::Descriptor { number, open: false }))
    }

    fn socket(&mut self, call: &Call) -> Tried<i64> {
        const NONBLOCK: i64 = 2048;
        const CLOEXEC: i64 = 0x80000;
        let family = call.args.first().filter(|arg| arg.value != Value::Any).and_then(Arg::int);
        let kind = int(call, 1)?;
        let protocol = int(call, 2)?;
        if family.is_some_and(|family| family != 2)
            || kind & !(NONBLOCK | CLOEXEC) != 1
            || !matches!(protocol, 0 | 6)
        {
            return Err(Done::Beyond(&SOCKET, format!("socket({kind}, {protocol})")));
        }
        let socket = Socket::of_socket(self.host.socket(), kind & NONBLOCK != 0);
        // Packets that follow belong to it.
        self.current = None;
        self.fds.insert(call.result, socket)
    }

    /// The address that an argument of bind() or connect() gives.
    fn end(&self, call: &Call, default: Endpoint) -> Tried<Endpoint> {
        let Some(arg) = call.args.get(1).filter(|arg| arg.value != Value::Any) else { return Ok(default) };
        let port = arg.field("sin_port").map(|arg| match (&arg.value, arg.int()) {
            (Value::Port(port), _) => Some(*port),
            // A number that did not go through htons().
            (_, Some(number)) => u16::try_from(number).ok().map(u16::swap_bytes),
            _ => None,
        });
        let addr = arg.field("sin_addr").map(|arg| match arg.value {
            Value::Addr(addr) => Some(addr),
            Value::Int(0) => Some(Ipv4(0)),
            _ => None,
        });
        let other = || Done::Beyond(&ARGUMENT, format!("{}: 2", call.name));
        if port.is_none() && addr.is_none() {
            return Err(other());
        }
        let port = port.unwrap_or(Some(default.port)).ok_or_else(other)?;
        Ok(Endpoint::new(addr.unwrap_or(Some(default.addr)).ok_or_else(other)?, port))
    }

    fn bind(&mut self, call: &Call) -> Tried<i64> {
        let config = self.config();
        let to = self.end(call, Endpoint::new(config.local_ip, config.bind_port))?;
        self.host.bind(self.named(call)?.id, to)?;
        Ok(0)
    }

    fn listen(&mut self, call: &Call) -> Tried<i64> {
        let backlog = int(call, 1)? as i32;
        self.host.listen(self.named(call)?.id, backlog)?;
        Ok(0)
    }

    fn accept(&mut self, call: &Call) -> Tried<i64> {
        const NONBLOCK: i64 = 2048;
        let listener = self.named(call)?;
        let id = match self.host.accept(listener.id) {
            Err(Errno::EAGAIN) if !listener.nonblocking => return Err(Done::Waits),
            accepted => accepted?,
        };
        let nonblocking = call.name == "accept4" && int(call, 3)? & NONBLOCK != 0;
        self.fds.insert(call.result, Socket::of_socket(id, nonblocking))
    }

    fn connect(&mut self, call: &Call, again: bool) -> Tried<i64> {
        let socket = self.named(call)?;
        let state = self.host.connection_of(socket.id).map(|connection| connection.state);
        if socket.connecting {
            if matches!(state, Some(State::SynSent | State::SynRecv)) {
                return if again && !socket.nonblocking {
                    Err(Done::Waits)
                } else {
                    Err(Errno::EALREADY.into())
                };
            }
            // The first call after the handshake tells how it went (inet_stream_connect).
            self.set_connecting(call, false)?;
            return match self.host.take_error(socket.id) {
                Some(errno) => Err(errno.into()),
                None if state == Some(State::Closed) => Err(Done::Fails("ECONNABORTED")),
                None => Ok(0),
            };
        }
        let config = self.config();
        let to = self.end(call, Endpoint::new(config.remote_ip, config.connect_port))?;
        match self.host.connect(self.now, socket.id, to) {
            Err(Errno::EINPROGRESS) => {
                self.set_connecting(call, true)?;
                if let Some(flow) = self.host.flow(socket.id) {
                    self.conns.push(Conn::new(flow));
                    self.current = Some(self.conns.len() - 1);
                }
                if socket.nonblocking { Err(Errno::EINPROGRESS.into()) } else { Err(Done::Waits) }
            }
            Err(errno) => Err(errno.into()),
            Ok(()) => Ok(0),
        }
    }

    fn set_connecting(&mut self, call: &Call, on: bool) -> Tried<()> {
        if let Some(Descriptor::Socket(socket)) = self.fds.get_mut(int(call, 0)?) {
            socket.connecting = on;
        }
        Ok(())
    }

    /// How many bytes a call is about, and its flags.
    fn amount(call: &Call) -> Tried<(u32, i64)> {
        let sum = |list: Option<&Arg>| -> Tried<i64> {
            let other = || Done::Beyond(&ARGUMENT, format!("{}: 2", call.name));
            let parts = list.and_then(Arg::list).ok_or_else(other)?;
            parts.iter().try_fold(0, |sum, part| match &part.value {
                Value::Struct(fields) => {
                    fields.last().and_then(|field| field.arg.int()).map(|len| sum + len).ok_or_else(other)
                }
                _ => Err(other()),
            })
        };
        let (bytes, flags) = match call.name {
            "read" | "write" => (int(call, 2)?, 0),
            "sendfile" => (int(call, 3)?, 0),
            "readv" | "writev" => (sum(call.args.get(1))?, 0),
            "recvmsg" | "sendmsg" => {
                let message = call.args.get(1);
                if call.name == "sendmsg"
                    && message.is_some_and(|message| message.field("msg_control").is_some())
                {
                    return Err(Done::Beyond(&ARGUMENT, "msg_control".to_string()));
                }
                (sum(message.and_then(|message| message.field("msg_iov")))?, int(call, 2)?)
            }
            _ => (int(call, 2)?, int(call, 3)?),
        };
        Ok((u32::try_from(bytes).unwrap_or(if bytes < 0 { 0 } else { i32::MAX as u32 }), flags))
    }

    fn receive(&mut self, call: &Call, progress: &mut Progress) -> Tried<i64> {
        const PEEK: i64 = 2;
        const TRUNC: i64 = 32;
        const DONTWAIT: i64 = 64;
        const WAITALL: i64 = 256;
        const HARMLESS: i64 = 0x4000 | 0x4000_0000; // NOSIGNAL, CMSG_CLOEXEC
        let socket = self.named(call)?;
        let (most, flags) = Self::amount(call)?;
        if flags & !(PEEK | TRUNC | DONTWAIT | WAITALL | HARMLESS) != 0 {
            return Err(Done::Beyond(&FLAGS, format!("{}: {flags:#x}", call.name)));
        }
        if flags & PEEK != 0
            && let Some(unread) = self.host.connection_of(socket.id).map(|connection| connection.unread())
            && unread > 0
        {
            return Ok(unread.min(most).into());
        }
        if most > 0 && no_buffer(call) && self.host.connection_of(socket.id).is_some_and(|it| it.unread() > 0)
        {
            return Err(Done::Fails("EFAULT"));
        }
        let waits = !socket.nonblocking && flags & DONTWAIT == 0;
        // A call that may wait takes no less (`sock_rcvlowat`).
        let lowat = self.host.options(socket.id).map_or(1, |options| options.rcvlowat());
        let least = if flags & WAITALL != 0 { most } else { lowat.min(most) };
        loop {
            match self.host.read(self.now, socket.id, most - progress.bytes) {
                Ok(bytes) => {
                    progress.bytes += bytes;
                    let more = bytes > 0 && progress.bytes < least;
                    if !more {
                        return self.told(call, socket, progress.bytes.into());
                    }
                }
                Err(Errno::EAGAIN) if waits => return Err(Done::Waits),
                Err(_) if progress.bytes > 0 => return Ok(progress.bytes.into()),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    /// What recvmsg() fills in besides the bytes: of control messages, what is left to read (`tcp_inq_hint`).
    fn told(&self, call: &Call, socket: Socket, bytes: i64) -> Tried<i64> {
        let message = call.args.get(1).filter(|_| call.name == "recvmsg");
        let Some(control) = message.and_then(|message| message.field("msg_control")) else {
            return Ok(bytes);
        };
        let kind =
            control.boxed().filter(|part| part.field("cmsg_type").and_then(Arg::name) == Some("TCP_CM_INQ"));
        let (Some(expected), true) =
            (kind.and_then(|part| part.field("cmsg_data")).and_then(Arg::int), socket.tells_unread)
        else {
            return Err(Done::Beyond(&ARGUMENT, "msg_control".to_string()));
        };
        let connection = self.host.connection_of(socket.id);
        let unread = connection.map_or(0, |connection| connection.unread().max(connection.at_end().into()));
        if i64::from(unread) == expected {
            return Ok(bytes);
        }
        let (what, expected, value) = ("cmsg_data".to_string(), expected.to_string(), unread.to_string());
        Err(Done::wrong(Failure::FilledIn { what, expected, value }))
    }

    fn send(&mut self, call: &Call, progress: &mut Progress) -> Tried<i64> {
        const DONTWAIT: i64 = 64;
        const MORE: i64 = 0x8000;
        const HARMLESS: i64 = 0x4000; // NOSIGNAL
        let socket = self.named(call)?;
        let (all, flags) = Self::amount(call)?;
        if flags & !(DONTWAIT | MORE | HARMLESS) != 0 {
            return Err(Done::Beyond(&FLAGS, format!("{}: {flags:#x}", call.name)));
        }
        if all > 0 && no_buffer(call) {
            return Err(Done::Fails("EFAULT"));
        }
        let waits = !socket.nonblocking && flags & DONTWAIT == 0;
        let more = flags & MORE != 0;
        loop {
            match self.host.write_some(self.now, socket.id, all - progress.bytes, more) {
                Ok(bytes) => {
                    progress.bytes += bytes;
                    if progress.bytes >= all || !waits {
                        return Ok(progress.bytes.into());
                    }
                }
                Err(Errno::EAGAIN) if waits => return Err(Done::Waits),
                Err(_) if progress.bytes > 0 => return Ok(progress.bytes.into()),
                Err(errno) => return Err(errno.into()),
            }
        }
    }

    fn shutdown(&mut self, call: &Call) -> Tried<i64> {
        let socket = self.named(call)?;
        let how = match int(call, 1)? {
            0 => Shutdown::Read,
            1 => Shutdown::Write,
            2 => Shutdown::Both,
            _ => return Err(Errno::EINVAL.into()),
        };
        self.host.shutdown(self.now, socket.id, how)?;
        Ok(0)
    }

    fn close(&mut self, call: &Call, progress: &mut Progress) -> Tried<i64> {
        if let Some(flow) = progress.closing {
            let open = matches!(self.host.state(flow), Some("FIN-WAIT-1" | "CLOSING" | "LAST-ACK"));
            let over = progress.timeout.is_some_and(|at| at <= self.now);
            return if open && !over { Err(Done::Waits) } else { Ok(0) };
        }
        let number = int(call, 0)?;
        let closed = self.fds.open.remove(&number);
        let Some(closed) = closed else {
            return Err(Done::wrong(Failure::Descriptor { number, open: false }));
        };
        let Descriptor::Socket(socket) = closed else { return Ok(0) };
        let flow = self.host.flow(socket.id);
        if let Closing::Lingers(time) = self.host.close(self.now, socket.id) {
            progress.closing = flow;
            progress.timeout = Some(later(self.now, time));
            return self.close(call, progress);
        }
        Ok(0)
    }

    fn fcntl(&mut self, call: &Call) -> Tried<i64> {
        const READ_WRITE: i64 = 2;
        const NONBLOCK: i64 = 2048;
        let (number, command) = (int(call, 0)?, int(call, 1)?);
        let Some(Descriptor::Socket(socket)) = self.fds.get_mut(number) else {
            return Err(Done::wrong(Failure::Descriptor { number, open: false }));
        };
        match command {
            3 => Ok(READ_WRITE | if socket.nonblocking { NONBLOCK } else { 0 }),
            4 => {
                socket.nonblocking = int(call, 2)? & NONBLOCK != 0;
                Ok(0)
            }
            1 => Ok(0),
            2 => Ok(0),
            _ => Err(Done::Beyond(&CALL, format!("fcntl {command}"))),
        }
    }

    fn ioctl(&mut self, call: &Call) -> Tried<i64> {
        let socket = self.named(call)?;
        let command = int(call, 1)?;
        let Some(connection) = self.host.connection_of(socket.id) else { return Err(Errno::EINVAL.into()) };
        let (name, value) = match command {
            21531 => ("SIOCINQ", connection.unread()),
            21521 => ("SIOCOUTQ", connection.unacknowledged()),
            35147 => ("SIOCOUTQNSD", connection.not_sent()),
            _ => return Err(Done::Beyond(&CALL, format!("ioctl {command}"))),
        };
        filled(name, call.args.get(2), value.into())
    }
}

/// Is NULL passed where the bytes should be?
fn no_buffer(call: &Call) -> bool {
    call.args.get(1).and_then(Arg::int) == Some(0)
}

/// A call has filled in a number: is it the one between the script's brackets?
pub(super) fn filled(what: &str, arg: Option<&Arg>, value: i64) -> Tried<i64> {
    let Some(expected) = arg.and_then(Arg::boxed).and_then(Arg::int) else { return Ok(0) };
    if expected == value {
        return Ok(0);
    }
    let (what, expected, value) = (what.to_string(), expected.to_string(), value.to_string());
    Err(Done::wrong(Failure::FilledIn { what, expected, value }))
}
