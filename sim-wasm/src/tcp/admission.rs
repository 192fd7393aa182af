//! A listener's two queues: how long they may grow, and what a SYN or a last ACK meets when they are full.
//!
//! The rules alone, on numbers: [`super::listen`] applies them to real requests, the lab `accept-queue` to a million.

use super::why::Why;
use crate::kernel::{Change, ChangeSet, Counter, Sysctl};

/// How full a listener's queues are, and their limits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Queues {
    /// `sk_max_ack_backlog`: the lesser of what listen() was given and `somaxconn` at that moment.
    pub backlog: u32,
    /// Places of the SYN table, up to 4.3 (`nr_table_entries`).
    pub syn_table: u32,
    /// Requests in SYN_RECV.
    pub requests: u32,
    /// Those of them whose SYN-ACK has not been sent again.
    pub young: u32,
    /// Connections that wait for accept() (`sk_ack_backlog`).
    pub waiting: u32,
}

/// How an admitted SYN is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// With a request in the SYN queue.
    Request,
    /// With a SYN cookie: nothing is kept.
    Cookie,
}

impl Queues {
    /// What listen(`backlog`) sets up. A negative backlog is a huge one.
    pub fn listen(changes: ChangeSet, sysctl: &Sysctl, backlog: i32) -> Queues {
        let mut limit = (backlog as u32).min(sysctl.somaxconn);
        if !changes.has(Change::Backlog32Bit) {
            // sk_max_ack_backlog is an unsigned short: 65536 becomes 0.
            limit &= 0xffff;
        }
        let asked = (backlog as u32).min(sysctl.somaxconn);
        let syn_table = (asked.min(sysctl.tcp_max_syn_backlog).max(8) + 1).next_power_of_two();
        Queues { backlog: limit, syn_table, ..Queues::default() }
    }

    /// Is there no place for one more connection (`sk_acceptq_is_full`)? One more than the backlog fit.
    pub fn accept_queue_full(&self) -> bool {
        self.waiting > self.backlog
    }

    /// Is there no place for one more request (`inet_csk_reqsk_queue_is_full`)?
    pub fn syn_queue_full(&self, changes: ChangeSet) -> bool {
        if changes.has(Change::SynQueueHoldsBacklogPlusOne) {
            self.requests > self.backlog
        } else if changes.has(Change::SynQueueHoldsBacklog) {
            self.requests >= self.backlog
        } else {
            self.requests >= self.syn_table
        }
    }

    /// How many requests fit.
    pub fn syn_queue_limit(&self, changes: ChangeSet) -> u32 {
        if changes.has(Change::SynQueueHoldsBacklogPlusOne) {
            self.backlog.saturating_add(1)
        } else if changes.has(Change::SynQueueHoldsBacklog) {
            self.backlog
        } else {
            self.syn_table
        }
    }

    /// A SYN was admitted and became a request.
    pub fn request_comes(&mut self) {
        self.requests += 1;
        self.young += 1;
    }

    /// The SYN-ACK of a request is sent again for the first time.
    pub fn request_ages(&mut self) {
        self.young = self.young.saturating_sub(1);
    }

    /// A request whose timer has fired `timeouts` times has become a connection, or was given up.
    pub fn request_goes(&mut self, timeouts: u32) {
        self.requests = self.requests.saturating_sub(1);
        self.young = self.young.saturating_sub(u32::from(timeouts == 0));
    }

    /// A connection begins to wait for accept().
    pub fn connection_comes(&mut self) {
        self.waiting += 1;
    }

    /// accept() takes a connection.
    pub fn connection_goes(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// The first two questions to a SYN (`tcp_conn_request`): is the SYN queue full, is the accept queue full?
    ///
    /// # Errors
    /// Why it is dropped.
    pub fn admit(&self, changes: ChangeSet, sysctl: &Sysctl) -> Result<Admission, Why> {
        let always = sysctl.tcp_syncookies == 2 && changes.has(Change::SyncookiesAlways);
        let full = self.syn_queue_full(changes);
        let cookie = (always || full) && sysctl.tcp_syncookies > 0;
        if full && !cookie {
            return Err(Why::SynQueueFull { requests: self.requests, limit: self.syn_queue_limit(changes) });
        }
        if self.accept_queue_full() && (changes.has(Change::AcceptQueueFullDropsSyn) || self.young > 1) {
            let (waiting, backlog) = (self.waiting, self.backlog);
            return Err(Why::AcceptQueueFullOnSyn { waiting, backlog, young: self.young, cookie });
        }
        Ok(if cookie { Admission::Cookie } else { Admission::Request })
    }

    /// The last question, asked without SYN cookies: the last quarter of `tcp_max_syn_backlog` is kept for peers that
    /// have proved to be real.
    ///
    /// # Errors
    /// Why it is dropped.
    pub fn last_quarter(&self, sysctl: &Sysctl, proven: bool) -> Result<(), Why> {
        let max = i64::from(sysctl.tcp_max_syn_backlog);
        let left = max - i64::from(self.requests);
        if sysctl.tcp_syncookies == 0 && left < max >> 2 && !proven {
            return Err(Why::LastQuarter {
                requests: self.requests,
                max_syn_backlog: sysctl.tcp_max_syn_backlog,
            });
        }
        Ok(())
    }

    /// The question to the last ACK of a handshake (`tcp_v4_syn_recv_sock`): is there room for the connection? The
    /// answer to a `cookie` is never an RST.
    ///
    /// # Errors
    /// Why it is dropped.
    pub fn complete(&self, sysctl: &Sysctl, cookie: bool) -> Result<(), Why> {
        if !self.accept_queue_full() {
            return Ok(());
        }
        let aborted = sysctl.tcp_abort_on_overflow && !cookie;
        Err(Why::AcceptQueueFull { waiting: self.waiting, backlog: self.backlog, aborted, cookie })
    }

    /// How often a SYN-ACK is sent again when `retries` are allowed: fewer when old requests crowd the young out
    /// (`inet_csk_reqsk_queue_prune`, `reqsk_timer_handler`).
    pub fn synack_retries(&self, changes: ChangeSet, retries: u32) -> u32 {
        let crowded = if changes.has(Change::SynQueueHoldsBacklog) {
            self.requests * 2 > self.backlog.max(8)
        } else {
            self.requests >= self.syn_table / 2
        };
        let mut limit = retries;
        let mut young = self.young * 2;
        while crowded && limit > 2 && self.requests >= young {
            limit -= 1;
            young *= 2;
        }
        limit
    }
}

/// What is counted when a SYN is answered with a cookie.
pub fn cookie_counters(changes: ChangeSet) -> impl Iterator<Item = Counter> {
    let also = [
        (Change::ReqQFullCounters, Counter::TCPReqQFullDoCookies),
        (Change::CookieCountsListenDrops, Counter::ListenDrops),
    ];
    std::iter::once(Counter::SyncookiesSent)
        .chain(also.into_iter().filter(move |(change, _)| changes.has(*change)).map(|(_, counter)| counter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::KernelVersion;

    fn limit(kernel: &str, backlog: i32, max_syn_backlog: u32) -> u32 {
        let kernel = KernelVersion::parse(kernel).unwrap();
        let mut sysctl = Sysctl::defaults(kernel);
        sysctl.somaxconn = 4096;
        sysctl.tcp_max_syn_backlog = max_syn_backlog;
        Queues::listen(kernel.changes(), &sysctl, backlog).syn_queue_limit(kernel.changes())
    }

    #[test]
    fn the_syn_queue_by_version() {
        for (backlog, old, middle, new) in [
            (0, 16, 0, 1),
            (1, 16, 1, 2),
            (15, 16, 15, 16),
            (16, 32, 16, 17),
            (64, 128, 64, 65),
            (128, 256, 128, 129),
        ] {
            assert_eq!(limit("3.10", backlog, 1024), old, "3.10, {backlog}");
            assert_eq!(limit("4.3", backlog, 1024), old, "4.3, {backlog}");
            assert_eq!(limit("4.4", backlog, 1024), middle, "4.4, {backlog}");
            assert_eq!(limit("6.12", backlog, 1), middle, "6.12, {backlog}");
            assert_eq!(limit("6.14", backlog, 1), new, "6.14, {backlog}");
        }
        assert_eq!(limit("3.10", 512, 16), 32, "tcp_max_syn_backlog limits it too");
    }

    #[test]
    fn a_backlog_of_65536_is_none_on_16_bits() {
        let mut sysctl = Sysctl::defaults(KernelVersion::EL7);
        sysctl.somaxconn = 65_536;
        assert_eq!(Queues::listen(KernelVersion::EL7.changes(), &sysctl, 65_536).backlog, 0);
        let new = KernelVersion::series(4, 1);
        assert_eq!(Queues::listen(new.changes(), &sysctl, 65_536).backlog, 65_536);
        assert_eq!(Queues::listen(new.changes(), &sysctl, -1).backlog, 65_536);
    }
}
