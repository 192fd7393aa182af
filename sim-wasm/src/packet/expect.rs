//! A line that expects a packet: waits for it, puts the segments of a large one together, compares, and says what was
//! sent instead.

use super::outcome::{Failure, Status};
use super::run::{Due, Runner, notes_of};
use super::wire::{self, Difference, Sent};
use crate::script::Packet;
use crate::script::ast::Action;
use crate::time::Time;

/// How long a line waits whose time may be any.
const ANY_TIME: Time = Time::from_secs(24 * 3600);
/// How far ahead the model is run to tell what it sends next, and how many timers that may take.
const AHEAD: (Time, u32) = (Time::from_secs(600), 2_000);

/// What was taken for an expected packet.
struct Taken {
    sent: Sent,
    /// Segments of which it is made.
    count: usize,
}

impl Runner<'_> {
    /// Waits for a packet and compares it.
    pub(super) fn expect(&mut self, index: usize, packet: &Packet, due: Due) {
        self.steps[index].notes = notes_of(packet, true);
        let Some(conn) = self.conn_expected(packet) else {
            return self.nothing_sent(index, None, packet, due);
        };
        self.conns[conn].expects(packet);
        let (_, last) = due.bounds();
        let until = if due.any { super::run::later(self.now, ANY_TIME) } else { last };
        while self.conns[conn].queue.is_empty() && self.step(until) {}
        let Some(taken) = self.assemble(conn, packet) else {
            return self.nothing_sent(index, Some(conn), packet, due);
        };
        let sent = taken.sent;
        let differences = self.differences(conn, packet, &sent);
        self.base = self.now;
        if differences.is_empty() {
            self.use_up(index, conn, packet, &taken);
            self.steps[index].time = Some(sent.at);
            return match due.judge(sent.at) {
                Some(failure) => self.fail_at(index, sent.at, failure),
                None => {
                    self.dropped = None;
                    self.steps[index].status = Status::Held;
                }
            };
        }
        let written = self.conns[conn].to_packet(&sent.segment, Some(packet));
        let dropped = self.dropped.take();
        self.fail_at(index, sent.at, Failure::OtherSent { at: sent.at, sent: written, differences, dropped });
        self.resynchronise(index, conn, packet, &taken);
    }

    fn fail_at(&mut self, index: usize, at: Time, failure: Failure) {
        self.fail(index, failure);
        self.steps[index].time = Some(at);
    }

    /// The connection whose packet is expected: that of its ports, else the current one, else the one of any packet that
    /// was sent.
    fn conn_expected(&mut self, packet: &Packet) -> Option<usize> {
        if packet.ends.is_none() && self.current.is_none() {
            self.current = self.conns.iter().rposition(|conn| !conn.queue.is_empty());
            return self.current;
        }
        Some(self.conn_of(packet.ends, packet))
    }

    /// The oldest packet that nobody has taken. A script writes packets as they are before a device that offloads
    /// segmentation has cut them, and the model sends what goes over the wire. So a line stands for several segments when
    /// they follow each other without a gap, acknowledge the same, are as long as the first but for the last, which may be
    /// shorter, and make up just what the line says. Flags are compared with those of the last: a device sets PSH and FIN there.
    /// With `--strict_segments` a line is one segment.
    fn assemble(&self, conn: usize, packet: &Packet) -> Option<Taken> {
        let queue = &self.conns[conn].queue;
        let mut sent = *queue.front()?;
        let mut count = 1;
        let wanted = u32::from(packet.len);
        let first_len = sent.segment.len;
        while sent.segment.len > 0 && sent.segment.len < wanted && !self.config().strict_segments {
            let Some(next) = queue.get(count) else { break };
            let follows = next.segment.seq == sent.segment.end_seq()
                && next.segment.ack == sent.segment.ack
                && next.segment.len > 0;
            let full = next.segment.len == first_len || sent.segment.len + next.segment.len >= wanted;
            if !follows || !full || sent.segment.len + next.segment.len > wanted {
                break;
            }
            sent.segment.len += next.segment.len;
            // Those two are told by the last.
            sent.segment.flags = next.segment.flags;
            count += 1;
        }
        if sent.segment.len < wanted {
            // Not all of it has come: then it is the first segment that is not as expected.
            (sent, count) = (*queue.front()?, 1);
        }
        Some(Taken { sent, count })
    }

    fn differences(&self, conn: usize, packet: &Packet, sent: &Sent) -> Vec<Difference> {
        let written = self.conns[conn].to_packet(&sent.segment, Some(packet));
        wire::differences(packet, &written, self.config())
    }

    fn use_up(&mut self, index: usize, conn: usize, packet: &Packet, taken: &Taken) {
        let conn = &mut self.conns[conn];
        conn.learn_stamp(packet, &taken.sent.segment);
        let used = conn.queue.drain(..taken.count.min(conn.queue.len()));
        self.steps[index].packets.extend(used.map(|sent| sent.index));
    }

    /// What was sent is not what the line says. Is it what one of the next lines says, it is left for that one; was what the line
    /// says sent later, everything up to it is passed over; else it stands for it.
    fn resynchronise(&mut self, index: usize, conn: usize, packet: &Packet, taken: &Taken) {
        let script = self.script;
        let later = script.events.iter().skip(index + 1).map_while(|event| match &event.action {
            Action::Expect(other) => Some(other),
            _ => None,
        });
        let mut later = later.filter(|other| other.ends == packet.ends);
        if later.any(|other| self.differences(conn, other, &taken.sent).is_empty()) {
            return;
        }
        let queue = &self.conns[conn].queue;
        let place = queue.iter().position(|sent| self.differences(conn, packet, sent).is_empty());
        let count = place.map_or(taken.count, |place| place + 1);
        let sent = queue.get(count - 1).copied().unwrap_or(taken.sent);
        self.use_up(index, conn, packet, &Taken { sent, count });
    }

    fn nothing_sent(&mut self, index: usize, conn: Option<usize>, packet: &Packet, due: Due) {
        let (_, last) = due.bounds();
        let until = if due.any { self.now } else { last };
        self.advance(until);
        let next = self.next_sent(index, conn, packet);
        let dropped = self.dropped.take();
        self.fail(index, Failure::NothingSent { until, next, dropped });
        // Lines that follow keep their distance from when it should have been.
        self.base = if due.any { self.now } else { due.to.min(self.now) };
    }

    /// What the host would send next on a connection if nothing else happened: the script is run again up to this event.
    /// A copy of the host would do as well, but the code that copies one is a thirtieth of what a page loads.
    fn next_sent(&self, index: usize, conn: Option<usize>, packet: &Packet) -> Option<(Time, Packet, bool)> {
        let conn = conn.filter(|_| self.ends_before.is_none())?;
        let mut ahead = Runner::new(self.script, self.options);
        ahead.ends_before = Some(index);
        ahead.lines();
        ahead.advance(self.now);
        let (conn, host) = (ahead.conns.get_mut(conn)?, &mut ahead.host);
        let mut fuel = AHEAD.1;
        let until = super::run::later(self.now, AHEAD.0);
        while let Some(at) = host.next_deadline().filter(|at| *at <= until && fuel > 0) {
            fuel -= 1;
            host.on_timers(at);
            while let Some(segment) = host.poll_segment() {
                if (segment.src, segment.dst) == (conn.flow.local, conn.flow.remote) {
                    conn.sent(at, segment, 0);
                    let written = conn.to_packet(&segment, Some(packet));
                    let same = wire::differences(packet, &written, self.config()).is_empty();
                    return Some((at, written, same));
                }
            }
        }
        None
    }
}
