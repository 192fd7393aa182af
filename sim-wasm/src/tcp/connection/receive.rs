//! Data in order and out of order, FIN, and what is told of it (`tcp_data_queue`, `tcp_ofo_queue`, `tcp_fin`).

use super::window::collapsed_memory;
use super::{Connection, State};
use crate::kernel::{Change, Counter};
use crate::net::{SackBlocks, Segment};
use crate::tcp::seq::{after, before};
use crate::tcp::socket::EventKind;
use crate::tcp::stack::Stack;
use crate::tcp::time_wait::Substate;

/// A segment that came before what lies in front of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Early {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Does a FIN end it?
    fin: bool,
    memory: u32,
    /// Bytes that find room behind it, and how many came early before it.
    room: u32,
    order: u32,
}

impl Connection {
    /// Takes the payload and the FIN of a segment.
    pub(in crate::tcp) fn queue_data(&mut self, stack: &mut Stack, segment: &Segment) {
        let (seq, end) = (segment.seq, segment.end_seq());
        if seq == end {
            return;
        }
        let window = self.receive_window();
        if seq == self.rcv_nxt {
            if window == 0 {
                return self.out_of_window(stack);
            }
            return self.queue_in_order(stack, segment);
        }
        if !after(end, self.rcv_nxt) {
            // Came already: acknowledged at once.
            stack.count(Counter::DelayedACKLost);
            self.tell_of_duplicate(stack, seq, end);
            return self.out_of_window(stack);
        }
        if !before(seq, self.rcv_nxt.wrapping_add(window)) {
            return self.out_of_window(stack);
        }
        if !stack.has(Change::QuickAckLimited) {
            self.enter_quickack_mode(stack);
        }
        if before(seq, self.rcv_nxt) {
            self.tell_of_duplicate(stack, seq, self.rcv_nxt);
            if window == 0 {
                return self.out_of_window(stack);
            }
            return self.queue_in_order(stack, segment);
        }
        self.queue_out_of_order(stack, segment);
    }

    fn out_of_window(&mut self, stack: &Stack) {
        self.enter_quickack_mode(stack);
        self.schedule_ack();
    }

    fn queue_in_order(&mut self, stack: &mut Stack, segment: &Segment) {
        // An empty queue takes one segment whatever the memory (`sk_forced_mem_schedule`), from 4.14 on.
        let forced = self.unread() == 0 && stack.has(Change::EmptyQueueTakesOne);
        if !forced && !self.has_receive_memory(stack) {
            stack.count(Counter::TCPRcvQDrop);
            return self.schedule_ack();
        }
        let fresh = segment.end_seq().wrapping_sub(self.rcv_nxt).wrapping_sub(u32::from(segment.flags.fin()));
        self.rcv_nxt = segment.end_seq();
        if segment.len > 0 {
            self.charge(
                stack,
                segment.end_seq().wrapping_sub(u32::from(segment.flags.fin())),
                fresh.min(segment.len),
            );
            self.data_received(stack, segment);
        }
        if segment.flags.fin() {
            self.receive_fin(stack);
        }
        if !self.out_of_order.is_empty() {
            self.fill_gaps(stack);
        }
        self.forget_acknowledged_blocks();
        let unread = self.unread();
        if unread > 0 && segment.len > 0 {
            self.tell(stack, EventKind::Readable(unread));
        }
    }

    /// `tcp_ofo_queue`: what had come early is in order now.
    fn fill_gaps(&mut self, stack: &mut Stack) {
        // How far what comes now may have come before.
        let mut high = self.rcv_nxt;
        while let Some(Early { start, end, fin, memory, .. }) = self.out_of_order.front().copied() {
            if after(start, self.rcv_nxt) {
                break;
            }
            if before(start, high) {
                let mut told = high;
                if before(end, high) {
                    let exact = stack.has(Change::DsackEndsWithEarlyData);
                    *if exact { &mut told } else { &mut high } = end;
                }
                self.tell_of_more_duplicates(stack, start, told);
            }
            self.out_of_order.pop_front();
            if !after(end, self.rcv_nxt) {
                self.release_early(memory);
            } else {
                self.rcv_nxt = end;
                self.charge_filled(end.wrapping_sub(u32::from(fin)), memory);
                if fin {
                    self.receive_fin(stack);
                }
            }
        }
        if self.out_of_order.is_empty() {
            self.ack_filled_gap(stack);
        }
    }

    /// `tcp_data_queue_ofo`: what overlaps with segments that came before is told of as a duplicate, and segments that the
    /// new one covers are dropped for it.
    fn queue_out_of_order(&mut self, stack: &mut Stack, segment: &Segment) {
        if !self.has_receive_memory(stack) {
            return;
        }
        stack.count(Counter::TCPOFOQueue);
        self.early_segments += 1;
        self.schedule_ack();
        let (start, end, fin) = (segment.seq, segment.end_seq(), segment.flags.fin());
        let mut at = self.out_of_order.partition_point(|known| !after(known.start, start));
        let before_it = at.checked_sub(1).and_then(|n| self.out_of_order.get(n).copied());
        if stack.has(Change::EarlyDataInTree) && self.joins_early(segment) {
            return self.sack(start, end);
        }
        if let Some(known) = before_it.filter(|known| before(start, known.end)) {
            if !after(end, known.end) {
                self.tell_of_duplicate(stack, start, end);
                return self.sack(start, end);
            }
            if known.start == start {
                at -= 1;
            } else {
                self.tell_of_duplicate(stack, start, known.end);
            }
        }
        let memory = self.charge_early(stack, segment.len);
        while let Some(known) = self.out_of_order.get(at).copied() {
            if !after(end, known.start) {
                break;
            }
            if before(end, known.end) {
                self.tell_of_more_duplicates(stack, known.start, end);
                break;
            }
            self.tell_of_more_duplicates(stack, known.start, known.end);
            self.out_of_order.remove(at);
            self.release_early(known.memory);
        }
        let room = self.room_behind(segment.len);
        let order = self.early_count;
        self.early_count += 1;
        self.out_of_order.insert(at, Early { start, end, fin, memory, room, order });
        self.sack(start, end);
        if stack.has(Change::EarlyDataGrowsWindow) && self.grow_window(stack, segment.len) {
            self.ack.one_quick();
        }
    }

    /// The search in the tree meets a segment that ends where this one begins, and that has room behind it: they become
    /// one, whatever lies behind (`tcp_ooo_try_coalesce`). Of two neighbours the search meets the older one first.
    fn joins_early(&mut self, segment: &Segment) -> bool {
        let at = self.out_of_order.partition_point(|known| before(known.start, segment.seq));
        let next = self.out_of_order.get(at).map(|next| next.order);
        let Some(known) = at.checked_sub(1).and_then(|n| self.out_of_order.get_mut(n)) else { return false };
        let older = next.is_none_or(|next| known.order < next);
        if known.end != segment.seq || segment.len > known.room || known.fin || !older {
            return false;
        }
        known.end = segment.end_seq();
        known.fin = segment.flags.fin();
        known.room -= segment.len;
        true
    }

    /// Neighbours of what came early are moved together (`tcp_collapse_ofo_queue`).
    pub(super) fn collapse_early(&mut self, stack: &mut Stack) {
        let mut at = 0;
        while let Some(first) = self.out_of_order.get(at).copied() {
            let (mut end, mut behind, mut memory, mut fin) = (first.end, at + 1, first.memory, first.fin);
            while let Some(next) = self.out_of_order.get(behind).filter(|next| !after(next.start, end)) {
                end = if after(next.end, end) { next.end } else { end };
                memory += next.memory;
                fin |= next.fin;
                behind += 1;
            }
            let moved = collapsed_memory(end.wrapping_sub(first.start));
            if behind > at + 1 && moved < memory {
                for _ in at..behind {
                    stack.count(Counter::TCPRcvCollapsed);
                }
                self.release_early(memory - moved);
                self.out_of_order.drain(at + 1..behind);
                if let Some(run) = self.out_of_order.get_mut(at) {
                    *run = Early { end, fin, memory: moved, room: 0, ..first };
                }
            }
            at += 1;
        }
    }

    /// How far what came early reaches beyond what is in order.
    pub(super) fn early_span(&self) -> u32 {
        self.out_of_order.back().map_or(0, |last| last.end.wrapping_sub(self.rcv_nxt))
    }

    /// What came early is dropped to have memory: all of it, from 4.9 on from the end as far as needed
    /// (`tcp_prune_ofo_queue`).
    pub(super) fn drop_early(&mut self, stack: &mut Stack) {
        if self.out_of_order.is_empty() {
            return;
        }
        stack.count(Counter::OfoPruned);
        let gently = stack.has(Change::EarlyDataPrunedFromEnd);
        while let Some(last) = self.out_of_order.pop_back() {
            self.release_early(last.memory);
            if gently && !self.over_receive_buffer() {
                break;
            }
        }
        // What was told as received is not there any more.
        self.sack_blocks.clear();
    }

    /// `tcp_sack_new_ofo_skb`: the block of what came last is the first.
    fn sack(&mut self, start: u32, end: u32) {
        let (mut start, mut end) = (start, end);
        self.sack_blocks.retain(|(from, to)| {
            let apart = after(start, *to) || after(*from, end);
            if !apart {
                start = if before(*from, start) { *from } else { start };
                end = if after(*to, end) { *to } else { end };
            }
            apart
        });
        self.sack_blocks.insert(0, (start, end));
        self.sack_blocks.truncate(SackBlocks::MOST);
    }

    /// Is something missing in front of what has come?
    pub(in crate::tcp) fn has_gap(&self) -> bool {
        !self.out_of_order.is_empty()
    }

    fn forget_acknowledged_blocks(&mut self) {
        let rcv_nxt = self.rcv_nxt;
        if self.out_of_order.is_empty() {
            self.sack_blocks.clear();
        } else {
            self.sack_blocks.retain(|(start, _)| after(*start, rcv_nxt));
        }
    }

    /// `tcp_dsack_set`: the next ACK tells that this came twice (RFC 2883).
    pub(in crate::tcp) fn tell_of_duplicate(&mut self, stack: &Stack, start: u32, end: u32) {
        if self.sack_ok && stack.sysctl.tcp_dsack {
            self.duplicate = Some((start, end));
        }
    }

    /// `tcp_dsack_extend`: what came twice is one range with what is told already, or is not told.
    fn tell_of_more_duplicates(&mut self, stack: &Stack, start: u32, end: u32) {
        match &mut self.duplicate {
            None => self.tell_of_duplicate(stack, start, end),
            Some((first, last)) if !after(start, *last) && !after(*first, end) => {
                if before(start, *first) {
                    *first = start;
                }
                if after(end, *last) {
                    *last = end;
                }
            }
            Some(_) => {}
        }
    }

    /// How many blocks the SACK option of the next segment has.
    pub(super) fn blocks_to_tell(&self) -> u32 {
        if !self.sack_ok {
            return 0;
        }
        let most = if self.ts.is_some() { 3 } else { 4 };
        (u32::from(self.duplicate.is_some()) + self.sack_blocks.len() as u32).min(most)
    }

    /// The SACK option of the next segment.
    pub(in crate::tcp) fn sack_option(&self) -> SackBlocks {
        let most = self.blocks_to_tell() as usize;
        if most == 0 {
            return SackBlocks::default();
        }
        SackBlocks::new(self.duplicate.into_iter().chain(self.sack_blocks.iter().copied()).take(most))
    }

    /// The duplicate has been told.
    pub(in crate::tcp) fn duplicate_told(&mut self) {
        self.duplicate = None;
    }

    /// `tcp_fin`
    fn receive_fin(&mut self, stack: &mut Stack) {
        self.schedule_ack();
        self.fin_received = true;
        self.rcv_shutdown = true;
        match self.state {
            State::SynRecv | State::Established => {
                self.state = State::CloseWait;
                self.ack.pingpong = true;
            }
            State::FinWait1 => {
                self.send_ack(stack);
                self.state = State::Closing;
            }
            State::FinWait2 => {
                self.send_ack(stack);
                self.become_time_wait(stack, Substate::TimeWait, None);
            }
            _ => {}
        }
        // tcp_sack_reset: nothing is told any more of what came twice.
        while let Some(early) = self.out_of_order.pop_front() {
            self.release_early(early.memory);
        }
        self.sack_blocks.clear();
        self.duplicate_told();
        self.tell(stack, EventKind::EndOfFile);
    }
}
