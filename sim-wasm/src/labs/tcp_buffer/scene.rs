//! Both ends of a transfer and the path between them, as those see it who watch.

use super::programs::{Reader, Writer};
use crate::net::Segment;
use crate::net::bottleneck::{Bottleneck, Passage};
use crate::tcp::{Connection, Errno, Host, SocketId, Why};
use crate::time::Time;

/// Which of the two hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that writes.
    Sender,
    /// The one that reads.
    Receiver,
}

/// Both hosts with their programs, and the path between them.
#[derive(Clone, Debug)]
pub struct Scene {
    /// The moment.
    pub now: Time,
    /// The host that writes.
    pub sender: Host,
    /// The host that reads.
    pub receiver: Host,
    /// The direction of the data.
    pub forward: Bottleneck,
    /// The other one.
    pub back: Bottleneck,
    /// The writing program, once it is connected.
    pub writer: Option<Writer>,
    /// The reading program, once it has accepted.
    pub reader: Option<Reader>,
    /// The sender's socket.
    pub sender_socket: SocketId,
    /// The receiver's, once accepted.
    pub receiver_socket: Option<SocketId>,
    /// What ended the connection, if anything did.
    pub failed: Option<(Side, Errno)>,
    pub(super) listener: SocketId,
}

impl Scene {
    /// The sender's connection.
    pub fn sending(&self) -> Option<&Connection> {
        self.sender.connection_of(self.sender_socket)
    }

    /// The receiver's connection.
    pub fn receiving(&self) -> Option<&Connection> {
        self.receiver.connection_of(self.receiver_socket?)
    }

    /// Is the writing program in a send() that waits for room?
    pub fn writer_blocked(&self) -> bool {
        self.writer.as_ref().is_some_and(|writer| writer.blocked)
    }
}

/// Somebody who watches a transfer.
pub trait Observer {
    /// A host hands a packet to the path. The answer comes back with [`Observer::arrived`].
    fn sent(&mut self, now: Time, by: Side, segment: &Segment, passage: Passage) -> u32;
    /// A packet arrived, and was dropped if there is a reason.
    fn arrived(&mut self, now: Time, at: Side, number: u32, segment: &Segment, why: Option<Why>);
    /// Something has happened to a host at `scene.now`, and everything that follows from it at once. The other host is as
    /// it was.
    fn after(&mut self, scene: &Scene, to: Side);
}

/// Nobody watches.
impl Observer for () {
    fn sent(&mut self, _: Time, _: Side, _: &Segment, _: Passage) -> u32 {
        0
    }

    fn arrived(&mut self, _: Time, _: Side, _: u32, _: &Segment, _: Option<Why>) {}

    fn after(&mut self, _: &Scene, _: Side) {}
}
