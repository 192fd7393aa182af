//! The server's program: workers that accept a connection, read from it, answer and accept the next.

use super::scenario::{Alarm, Ending, REQUEST_BYTES, Read, Run, SERVER};
use super::settings::Settings;
use crate::sorted::SortedMap;
use crate::tcp::{Errno, EventKind, Flow, Host, SocketId, SocketOption};
use crate::time::Time;
use crate::world::ConnId;

const RESPONSE_BYTES: u32 = 600;

/// The program's state.
pub(super) struct Program {
    pub(super) listener: SocketId,
    /// What the workers are reading from, one socket each.
    pub(super) reading: Vec<SocketId>,
    /// The numbers of the connections that accept() may return.
    conns: SortedMap<Flow, ConnId>,
}

impl Program {
    /// socket(), bind(), listen(), and the options that connections inherit.
    pub(super) fn listen(host: &mut Host, settings: &Settings) -> Program {
        let listener = host.open_listener(SERVER.port, settings.backlog);
        if let Some(idle) = settings.keepalive {
            for option in [SocketOption::KeepAlive(true), SocketOption::KeepIdle(idle)] {
                // The socket was made above.
                let _ = host.setsockopt(Time::ZERO, listener, option);
            }
        }
        Program { listener, reading: Vec::new(), conns: SortedMap::default() }
    }
}

impl Run<'_> {
    /// The server's program learns something of a socket.
    pub(super) fn serve(&mut self, socket: SocketId, flow: Flow, conn: ConnId, kind: EventKind) {
        let now = self.outcomes.world.now();
        match kind {
            EventKind::Acceptable => {
                self.program.conns.insert(flow, conn);
                if let Some(call) = self.call(conn) {
                    call.established = Some(now);
                }
                self.accept();
            }
            EventKind::Failed(_) => {
                self.end(conn, Ending::Reset);
                self.read_again(socket, conn);
            }
            EventKind::Readable(_) | EventKind::EndOfFile => self.read_again(socket, conn),
            EventKind::Connected | EventKind::Writable => {}
        }
    }

    /// Workers that have nothing to do take what waits.
    fn accept(&mut self) {
        while self.program.reading.len() < self.settings.workers {
            let (server, listener) = (self.outcomes.server, self.program.listener);
            let accepted = self.outcomes.world.act(server, |host, _| {
                let socket = host.accept(listener).ok()?;
                Some((socket, host.flow(socket)?))
            });
            let Some((socket, flow)) = accepted else { return };
            let conn = self.program.conns.get(&flow).copied().unwrap_or(0);
            if let Some(call) = self.call(conn) {
                call.accepted = true;
            }
            self.program.reading.push(socket);
            if let Some(timeout) = self.settings.read_timeout {
                let at = self.outcomes.world.now() + timeout;
                self.outcomes.world.alarm(at, Alarm::ReadTimeout(socket));
            }
            self.read(socket, conn);
        }
    }

    /// Something has happened to a socket: the worker that reads from it tries again.
    fn read_again(&mut self, socket: SocketId, conn: ConnId) {
        if self.program.reading.contains(&socket) {
            self.read(socket, conn);
            self.accept();
        }
    }

    fn read(&mut self, socket: SocketId, conn: ConnId) {
        let server = self.outcomes.server;
        let result = self.outcomes.world.act(server, |host, now| host.read(now, socket, REQUEST_BYTES));
        let read = match result {
            Err(Errno::EAGAIN) => return,
            Ok(0) => Read::EndOfFile,
            Ok(_) => Read::Bytes,
            Err(error) => Read::Failed(error),
        };
        if read == Read::Bytes {
            // Whoever asked may be gone: then close() below is all there is left to do.
            let _ = self.outcomes.world.act(server, |host, now| host.write(now, socket, RESPONSE_BYTES));
        }
        self.finish(socket, conn, read, Ending::Closed);
    }

    /// SO_RCVTIMEO has passed.
    pub(super) fn read_timed_out(&mut self, socket: SocketId) {
        if self.program.reading.contains(&socket) {
            let flow = self.outcomes.world.host(self.outcomes.server).flow(socket);
            let conn = flow.and_then(|flow| self.program.conns.get(&flow).copied()).unwrap_or(0);
            self.finish(socket, conn, Read::TimedOut, Ending::TimedOut);
            self.accept();
        }
    }

    /// The worker closes the connection and is free.
    fn finish(&mut self, socket: SocketId, conn: ConnId, read: Read, ending: Ending) {
        let server = self.outcomes.server;
        self.outcomes.world.act(server, |host, now| host.close(now, socket));
        self.program.reading.retain(|reading| *reading != socket);
        if let Some(call) = self.call(conn) {
            call.read = Some(read);
        }
        self.end(conn, ending);
    }

    /// The server's connection is over, or given up.
    fn end(&mut self, conn: ConnId, ending: Ending) {
        let now = self.outcomes.world.now();
        if let Some(call) = self.call(conn) {
            call.ended.get_or_insert((now, ending));
        }
    }
}
