//! What stands beside the packets in the ladder: what each was for, what kept it, why an ACK came when it did.

use super::scenario::{CLIENT, Outcome, SERVER};
use super::waits::{Asked, Wait};
use super::watch::Rule;
use super::words::span;
use crate::lab::report::Fate;
use crate::lab::trace::{Trace, fate};
use crate::tcp::seq::after;
use crate::text::Lang;
use crate::time::Time;
use crate::world::Packet;
use std::collections::VecDeque;

/// Says beside each packet what it is, and when something was kept back.
pub(super) fn remark(trace: &mut Trace<'_>, outcome: &Outcome, asked: &[Asked], lang: Lang) {
    for wait in asked.iter().flat_map(|asked| &asked.waits) {
        trace.state(wait.hold.at, wait.hold.host, 1, held(wait, lang), None);
    }
    let mut ends = [End::default(), End::default()];
    for (n, packet) in outcome.world.packets.iter().enumerate() {
        let segment = &packet.segment;
        let (Some(to), false) = (packet.to, segment.flags.syn()) else { continue };
        let put_off = ends.get_mut(packet.from).and_then(|end| end.acknowledges(packet));
        if segment.len == 0 {
            if let Some(put_off) = put_off {
                let timer = outcome.watch.fired.binary_search(&(packet.sent_at, packet.from)).is_ok();
                trace.remark(n, acknowledgement(put_off, timer, lang));
            }
        } else {
            let at = asked.partition_point(|asked| asked.request.began <= packet.sent_at);
            let wait = asked.get(at.saturating_sub(1)).and_then(|asked| {
                asked.waits.iter().find(|wait| wait.hold.host == packet.from && wait.hold.seq == segment.seq)
            });
            trace.remark(n, data(packet, at, wait, lang));
        }
        if let (Some(end), Fate::Delivered) = (ends.get_mut(to), fate(packet)) {
            end.received(packet);
        }
    }
}

/// What one end has received and not acknowledged, oldest first.
#[derive(Debug, Default)]
struct End {
    waiting: VecDeque<(u32, Time)>,
}

impl End {
    fn received(&mut self, packet: &Packet) {
        if let Some(at) = packet.arrived_at.filter(|_| packet.segment.len > 0) {
            self.waiting.push_back((packet.segment.end_seq(), at));
        }
    }

    /// For how long the oldest data has been there that a packet acknowledges; none when it acknowledges nothing new.
    fn acknowledges(&mut self, packet: &Packet) -> Option<Time> {
        let mut oldest = None;
        while let Some((end, at)) = self.waiting.front().copied()
            && !after(end, packet.segment.ack)
            && at <= packet.sent_at
        {
            oldest = oldest.or(Some(packet.sent_at - at));
            self.waiting.pop_front();
        }
        oldest
    }
}

fn held(wait: &Wait, lang: Lang) -> String {
    let bytes = wait.hold.bytes;
    let waiting = wait.hold.snd_sml.wrapping_sub(wait.hold.snd_una);
    match wait.hold.rule {
        // Beside the server's lane there is less room.
        Rule::Nagle if wait.hold.host == SERVER => {
            lang.pick(format!("{bytes} bytes held (Nagle)"), format!("扣住 {bytes} 字节（Nagle）"))
        }
        Rule::Nagle => lang.pick(
            format!("{bytes} bytes held (Nagle): {waiting} unacknowledged"),
            format!("扣住 {bytes} 字节（Nagle）：{waiting} 字节未确认"),
        ),
        Rule::Cork => {
            lang.pick(format!("{bytes} bytes held (TCP_CORK)"), format!("扣住 {bytes} 字节（TCP_CORK）"))
        }
        Rule::Window => {
            lang.pick(format!("{bytes} bytes wait for the window"), format!("{bytes} 字节等窗口"))
        }
    }
}

fn acknowledgement(put_off: Time, timer: bool, lang: Lang) -> String {
    match (timer, put_off) {
        (true, _) => {
            let after = span(put_off, lang);
            lang.pick(format!("delayed ACK, after {after}"), format!("推迟的 ACK，{after}后"))
        }
        (false, Time::ZERO) => lang.pick("ACK at once", "立刻 ACK").to_string(),
        (false, _) => {
            let after = span(put_off, lang);
            lang.pick(format!("ACK after {after}"), format!("{after}后 ACK"))
        }
    }
}

fn data(packet: &Packet, request: usize, wait: Option<&Wait>, lang: Lang) -> String {
    let what = match packet.from {
        CLIENT => lang.pick(format!("request {request}"), format!("请求 {request}")),
        _ => lang.pick(format!("response {request}"), format!("响应 {request}")),
    };
    match wait {
        Some(wait) => {
            let held = span(wait.span(), lang);
            lang.pick(format!("{what}, held {held}"), format!("{what}，扣了 {held}"))
        }
        None => {
            let len = packet.segment.len;
            lang.pick(format!("{what}, {len} bytes"), format!("{what}，{len} 字节"))
        }
    }
}
