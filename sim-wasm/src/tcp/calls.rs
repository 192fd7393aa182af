//! The calls of a program, named like the system's. None blocks: one that would says `EAGAIN` or `EINPROGRESS`, and an
//! [`super::Event`] tells when it is worth trying again.

use super::connection::{Closing, Connection, MIN_MSS, Shutdown, State};
use super::host::{Entry, Fresh, Host, Socket};
use super::socket::{Errno, Flow, Options, SocketId, SocketOption};
use crate::kernel::Change;
use crate::net::{Endpoint, Ipv4};
use crate::time::Time;

/// TCP_MIN_MSS, as `TCP_MAXSEG` counts it.
const MIN_MAXSEG: u16 = MIN_MSS as u16;

impl Host {
    /// socket()
    pub fn socket(&mut self) -> SocketId {
        let id = self.new_id();
        // Which congestion control it has is settled now (`tcp_assign_congestion_control`).
        let options = Options { reno: self.stack.sysctl.reno, ..Options::default() };
        self.sockets.insert(id, Socket::Fresh(Fresh { options, ..Fresh::default() }));
        id
    }

    /// bind(): port 0 leaves the choice to the kernel.
    ///
    /// # Errors
    /// `EINVAL` when it is bound already, `EADDRNOTAVAIL` when the address is not this host's, `EADDRINUSE` when
    /// another socket has the port.
    pub fn bind(&mut self, id: SocketId, to: Endpoint) -> Result<(), Errno> {
        if to.addr != Ipv4(0) && !self.has_addr(to.addr) && !to.addr.is_loopback() {
            return Err(Errno::EADDRNOTAVAIL);
        }
        let port =
            if to.port == 0 { self.free_bind_port(to.addr).ok_or(Errno::EADDRINUSE)? } else { to.port };
        let taken = self.port_taken(id, port);
        let Some(Socket::Fresh(fresh)) = self.sockets.get_mut(&id) else { return Err(Errno::EINVAL) };
        if fresh.bound.is_some() {
            return Err(Errno::EINVAL);
        }
        if taken && !fresh.options.reuse_addr {
            return Err(Errno::EADDRINUSE);
        }
        fresh.bound = Some(Endpoint::new(to.addr, port));
        Ok(())
    }

    /// Has another socket the port? A TIME_WAIT counts too.
    fn port_taken(&self, id: SocketId, port: u16) -> bool {
        let bound = self.sockets.iter().any(|(other, socket)| {
            *other != id
                && matches!(socket, Socket::Fresh(fresh) if fresh.bound.is_some_and(|b| b.port == port))
        });
        bound || self.listeners.contains_key(&port) || self.table.keys().any(|flow| flow.local.port == port)
    }

    fn free_bind_port(&self, _addr: Ipv4) -> Option<u16> {
        let (first, last) = self.stack.sysctl.ip_local_port_range;
        (first..=last).find(|port| !self.port_taken(SocketId(0), *port))
    }

    /// setsockopt()
    ///
    /// # Errors
    /// `EBADF` for a socket that does not exist, `ENOPROTOOPT` for an option that the kernel does not know, `EINVAL` for a
    /// value that it does not take.
    pub fn setsockopt(&mut self, now: Time, id: SocketId, option: SocketOption) -> Result<(), Errno> {
        self.stack.now = now;
        if matches!(option, SocketOption::UserTimeout(_)) && !self.stack.has(Change::UserTimeout) {
            return Err(Errno::ENOPROTOOPT);
        }
        if matches!(option, SocketOption::MaxSeg(1..MIN_MAXSEG)) {
            return Err(Errno::EINVAL);
        }
        let (rmem_max, wmem_max) = (self.stack.sysctl.rmem_max, self.stack.sysctl.wmem_max);
        match self.sockets.get_mut(&id).ok_or(Errno::EBADF)? {
            Socket::Fresh(fresh) => fresh.options.set(option, rmem_max, wmem_max),
            Socket::Listener(listener) => listener.options.set(option, rmem_max, wmem_max),
            Socket::Connection(connection) => {
                connection.options.set(option, rmem_max, wmem_max);
                connection.option_changed(&mut self.stack, option);
                self.settle(id);
            }
        }
        Ok(())
    }

    /// The options of a socket, as getsockopt() tells them.
    pub fn options(&self, id: SocketId) -> Option<&Options> {
        Some(match self.sockets.get(&id)? {
            Socket::Fresh(fresh) => &fresh.options,
            Socket::Listener(listener) => &listener.options,
            Socket::Connection(connection) => &connection.options,
        })
    }

    /// accept(): the connection that has waited longest.
    ///
    /// # Errors
    /// `EAGAIN` when none waits, `EINVAL` when the socket does not listen.
    pub fn accept(&mut self, listener: SocketId) -> Result<SocketId, Errno> {
        let queues = self.listener_mut(listener).ok_or(Errno::EINVAL)?;
        let id = queues.accept_queue.pop_front().ok_or(Errno::EAGAIN)?;
        queues.queues.connection_goes();
        if let Some(Socket::Connection(connection)) = self.sockets.get_mut(&id) {
            connection.waits_at = None;
        }
        Ok(id)
    }

    /// connect(): sends a SYN. The answer comes as an event.
    ///
    /// # Errors
    /// `EINPROGRESS` when the SYN is on its way, `EADDRNOTAVAIL` when no port is free, `EISCONN` or `EALREADY` when it
    /// was called before; the error of the connection when that has failed.
    pub fn connect(&mut self, now: Time, id: SocketId, remote: Endpoint) -> Result<(), Errno> {
        self.stack.now = now;
        match self.sockets.get_mut(&id).ok_or(Errno::EBADF)? {
            Socket::Listener(_) => Err(Errno::EISCONN),
            Socket::Connection(connection) => match connection.state {
                State::SynSent | State::SynRecv => Err(Errno::EALREADY),
                State::Closed => Err(connection.error.take().unwrap_or(Errno::ECONNREFUSED)),
                _ => Err(Errno::EISCONN),
            },
            Socket::Fresh(fresh) => {
                let fresh = fresh.clone();
                self.start_connect(id, &fresh, remote)?;
                Err(Errno::EINPROGRESS)
            }
        }
    }

    /// Opens a connection in one go: socket(), connect(). `local` is the address it comes from.
    ///
    /// # Errors
    /// As [`Host::connect`], but for `EINPROGRESS`.
    pub fn open(
        &mut self,
        now: Time,
        local: Ipv4,
        remote: Endpoint,
        own_timestamps: Option<u32>,
    ) -> Result<SocketId, Errno> {
        self.stack.now = now;
        let id = self.socket();
        let options = Options { own_timestamps, reno: self.stack.sysctl.reno, ..Options::default() };
        let fresh = Fresh { bound: Some(Endpoint::new(local, 0)), options, error: None };
        let started = self.start_connect(id, &fresh, remote);
        if started.is_err() {
            self.sockets.remove(&id);
        }
        started.map(|()| id)
    }

    /// Opens a listener in one go: socket(), bind(), listen().
    pub fn open_listener(&mut self, port: u16, backlog: i32) -> SocketId {
        let id = self.socket();
        if let Some(Socket::Fresh(fresh)) = self.sockets.get_mut(&id) {
            fresh.bound = Some(Endpoint::new(Ipv4(0), port));
        }
        // A port that is taken already stays with its first listener.
        let _ = self.listen(id, backlog);
        id
    }

    /// read(): up to `most` bytes; 0 when the other side has closed.
    ///
    /// # Errors
    /// `EAGAIN` when there is nothing to read yet; `ECONNRESET`, `ETIMEDOUT`, … once, when the connection has failed.
    pub fn read(&mut self, now: Time, id: SocketId, most: u32) -> Result<u32, Errno> {
        self.stack.now = now;
        match self.sockets.get(&id).ok_or(Errno::EBADF)? {
            Socket::Connection(_) => {}
            _ => return Err(Errno::ENOTCONN),
        }
        self.with_connection(id, |connection, stack| connection.read(stack, most))
            .unwrap_or(Err(Errno::EBADF))
    }

    /// write(): takes as many bytes as the send buffer has room for.
    ///
    /// # Errors
    /// `EAGAIN` when it has none, `EPIPE` after shutdown or when the connection is gone, its error once when it has
    /// failed, `ENOTCONN` before connect().
    pub fn write(&mut self, now: Time, id: SocketId, len: u32) -> Result<u32, Errno> {
        self.write_some(now, id, len, false)
    }

    /// send(): `more` is `MSG_MORE`, which corks this call alone.
    ///
    /// # Errors
    /// As [`Host::write`].
    pub fn write_some(&mut self, now: Time, id: SocketId, len: u32, more: bool) -> Result<u32, Errno> {
        self.stack.now = now;
        match self.sockets.get_mut(&id).ok_or(Errno::EBADF)? {
            Socket::Connection(_) => {}
            Socket::Fresh(fresh) => return Err(fresh.error.take().unwrap_or(Errno::EPIPE)),
            Socket::Listener(_) => return Err(Errno::EPIPE),
        }
        self.with_connection(id, |connection, stack| connection.send(stack, len, more))
            .unwrap_or(Err(Errno::EBADF))
    }

    /// shutdown()
    ///
    /// # Errors
    /// `ENOTCONN` without a connection.
    pub fn shutdown(&mut self, now: Time, id: SocketId, how: Shutdown) -> Result<(), Errno> {
        self.stack.now = now;
        self.with_connection(id, |connection, stack| {
            if connection.state == State::Closed {
                return Err(Errno::ENOTCONN);
            }
            connection.shutdown(stack, how);
            Ok(())
        })
        .unwrap_or(Err(Errno::ENOTCONN))
    }

    /// close(): the program lets go of the socket. What the connection still has to do it does without it.
    pub fn close(&mut self, now: Time, id: SocketId) -> Closing {
        self.stack.now = now;
        match self.sockets.get(&id) {
            Some(Socket::Fresh(_)) => {
                self.sockets.remove(&id);
                Closing::Done
            }
            Some(Socket::Listener(_)) => {
                self.close_listener(id);
                Closing::Done
            }
            Some(Socket::Connection(_)) => {
                self.with_connection(id, |connection, stack| connection.close(stack)).unwrap_or(Closing::Done)
            }
            None => Closing::Done,
        }
    }

    /// Closes with `SO_LINGER` of zero: an RST instead of a FIN.
    pub fn abort(&mut self, now: Time, id: SocketId) {
        // A socket that does not exist has nothing to abort.
        let _ = self.setsockopt(now, id, SocketOption::Linger(Some(Time::ZERO)));
        self.close(now, id);
    }

    fn close_listener(&mut self, id: SocketId) {
        let Some(Socket::Listener(listener)) = self.sockets.remove(&id) else { return };
        self.listeners.remove(&listener.bound.port);
        // Connections that nobody accepted are reset; requests are forgotten (`inet_csk_listen_stop`).
        for waiting in &listener.accept_queue {
            self.with_connection(*waiting, |connection, stack| {
                connection.orphan = true;
                if connection.state != State::Closed {
                    connection.abort(stack);
                }
            });
        }
        let requests: Vec<Flow> = self
            .table
            .iter()
            .filter(|(_, entry)| matches!(entry, Entry::Request(request) if request.listener == id))
            .map(|(flow, _)| *flow)
            .collect();
        for flow in requests {
            self.forget(flow);
        }
    }

    /// getsockopt(SO_ERROR): the error that waits to be told, once.
    pub fn take_error(&mut self, id: SocketId) -> Option<Errno> {
        match self.sockets.get_mut(&id)? {
            Socket::Connection(connection) => connection.error.take(),
            Socket::Fresh(fresh) => fresh.error.take(),
            Socket::Listener(_) => None,
        }
    }

    /// Is connect() still waiting for an answer?
    pub fn is_connecting(&self, id: SocketId) -> bool {
        self.connection(id).is_some_and(|connection| connection.state == State::SynSent)
    }
}

impl Connection {
    /// `tcp_recvmsg`
    fn read(&mut self, stack: &mut crate::tcp::stack::Stack, most: u32) -> Result<u32, Errno> {
        if matches!(self.state, State::SynSent | State::SynRecv) {
            return Err(Errno::EAGAIN);
        }
        let copied = self.unread().min(most);
        self.fin_read |= self.fin_received && most > copied;
        if copied > 0 {
            // The kernel looks at its buffer behind each packet that it has copied: behind the first a new round has begun, so
            // that the others do not count. LIVE 6.18.44: the buffer of a slow reader never grows.
            let behind = self.copied_seq.wrapping_add(copied);
            self.copied_seq = self.first_packet_end(behind);
            self.adjust_receive_space(stack);
            self.copied_seq = behind;
            self.uncharge();
            self.after_read(stack, copied);
            return Ok(copied);
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if self.rcv_shutdown || self.state == State::Closed {
            return Ok(0);
        }
        self.after_read(stack, 0);
        Err(Errno::EAGAIN)
    }

    /// `tcp_sendmsg`
    fn send(&mut self, stack: &mut crate::tcp::stack::Stack, len: u32, more: bool) -> Result<u32, Errno> {
        if matches!(self.state, State::SynSent | State::SynRecv) {
            return Err(Errno::EAGAIN);
        }
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        if self.snd_shutdown || !matches!(self.state, State::Established | State::CloseWait) {
            return Err(Errno::EPIPE);
        }
        self.more_follows = more;
        let taken = self.take_in(stack, len);
        if taken == 0 && len > 0 {
            return Err(Errno::EAGAIN);
        }
        if taken < len {
            // A full buffer is no reason to hold a small end back (`wait_for_space`).
            self.push_all(stack);
        } else {
            let corked = self.options.cork;
            self.options.cork |= more;
            self.push_pending(stack);
            self.options.cork = corked;
        }
        Ok(taken)
    }

    fn option_changed(&mut self, stack: &mut crate::tcp::stack::Stack, option: SocketOption) {
        match option {
            SocketOption::KeepAlive(_) | SocketOption::KeepIdle(_) => self.keepalive_changed(stack),
            SocketOption::NoDelay(true) => self.push_all(stack),
            SocketOption::Cork(false) => self.push_pending(stack),
            SocketOption::QuickAck(on) => self.set_quickack(stack, on),
            SocketOption::Reno(_) => self.change_congestion(stack),
            SocketOption::NotSentLowat(_) => {
                self.set_not_sent_most(self.options.not_sent_lowat.unwrap_or(u32::MAX))
            }
            SocketOption::SndBuf(_) | SocketOption::SndBufForce(_) => {
                if let Some(size) = self.options.sndbuf {
                    self.set_send_buffer(size);
                }
            }
            _ => {}
        }
    }
}
