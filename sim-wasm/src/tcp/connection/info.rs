//! `tcp_info` of a connection, as far as the model keeps it (`tcp_get_info`).

use super::{Connection, MIN_MSS, State};
use crate::kernel::Change;
use crate::tcp::rtt::RTO_MAX;
use crate::tcp::stack::Stack;
use crate::time::Time;

impl Connection {
    /// A field by its name; times are in the field's own unit.
    pub(in crate::tcp) fn info(&self, stack: &Stack, now: Time, name: &str) -> Option<i64> {
        if self.state == State::SynSent
            && let Some(value) = self.info_of_syn(stack, name)
        {
            return value;
        }
        let jiffy = stack.jiffy().0;
        // Kept in ticks, told in microseconds.
        let ticks = |time: Time| (time.0.div_ceil(jiffy) * jiffy / 1000) as i64;
        let since = |at: Time| (now - at).millis() as i64;
        Some(match name {
            "tcpi_state" => match self.state {
                State::Established => 1,
                State::SynSent => 2,
                State::SynRecv => 3,
                State::FinWait1 => 4,
                State::FinWait2 => 5,
                State::Closed => 7,
                State::CloseWait => 8,
                State::LastAck => 9,
                State::Closing => 11,
            },
            "tcpi_ca_state" => self.congestion_state(),
            "tcpi_retransmits" => self.timers.retransmits.into(),
            "tcpi_probes" => self.timers.probes.into(),
            "tcpi_backoff" => self.timers.backoff.into(),
            "tcpi_options" if self.snd_una == self.iss && !self.crossed_syn => 0,
            "tcpi_options" => {
                let scaling = self.snd_wscale > 0 || self.rcv_wscale > 0;
                i64::from(self.ts.is_some()) | i64::from(self.sack_ok) << 1 | i64::from(scaling) << 2
            }
            "tcpi_snd_wscale" => self.snd_wscale.into(),
            "tcpi_rcv_wscale" => self.rcv_wscale.into(),
            "tcpi_rto" => ticks(self.rto()),
            "tcpi_ato" => ticks(self.ack_timeout()),
            "tcpi_snd_mss" => self.mss_cache().into(),
            "tcpi_rcv_mss" => self.ack.rcv_mss().max(MIN_MSS).into(),
            "tcpi_unacked" => self.in_flight.len().into(),
            "tcpi_sacked" => self.in_flight.sacked_out.into(),
            "tcpi_lost" => self.in_flight.lost_out.into(),
            "tcpi_retrans" => self.in_flight.retrans_out.into(),
            "tcpi_last_data_sent" => since(self.sent_data_at?),
            "tcpi_last_data_recv" => since(self.ack.received_at),
            "tcpi_last_ack_recv" => since(self.received_at),
            "tcpi_pmtu" => self.path.mtu.into(),
            "tcpi_rcv_ssthresh" => self.buffer.ssthresh.into(),
            "tcpi_rtt" => self.rtt.srtt().unwrap_or_default().micros() as i64,
            "tcpi_rttvar" => self.rtt.deviation().micros() as i64,
            "tcpi_snd_ssthresh" => self.window.ssthresh.into(),
            "tcpi_snd_cwnd" => self.window.cwnd.into(),
            "tcpi_advmss" if self.snd_una == self.iss => self.own_mss.into(),
            "tcpi_advmss" => self.advmss().into(),
            "tcpi_reordering" => self.recovery.reordering.into(),
            "tcpi_total_retrans" => self.total_retrans.into(),
            "tcpi_notsent_bytes" => self.not_sent().into(),
            "tcpi_snd_wnd" => self.snd_wnd.into(),
            "tcpi_rcv_wnd" => self.receive_window().into(),
            "tcpi_busy_time" => self.limits(now).busy.micros() as i64,
            "tcpi_rwnd_limited" => self.limits(now).receive_window.micros() as i64,
            "tcpi_sndbuf_limited" => self.limits(now).send_buffer.micros() as i64,
            "tcpi_min_rtt" => self.min_rtt.map_or(u32::MAX.into(), |rtt| rtt.micros() as i64),
            "tcpi_rcv_space" => self.autotune.told().0.into(),
            "tcpi_rcv_rtt" => self.autotune.told().1.micros() as i64,
            "tcpi_dsack_dups" => self.recovery.dsacks.into(),
            "tcpi_reord_seen" => self.recovery.reordering_seen.into(),
            // The SYN counts (`tcp_create_openreq_child`).
            "tcpi_delivered" => i64::from(self.recovery.delivered) + 1,
            "tcpi_rcv_ooopack" => self.early_segments.into(),
            "SK_MEMINFO_RMEM_ALLOC" => self.receive_memory().into(),
            "SK_MEMINFO_RCVBUF" => self.receive_buffer().into(),
            "SK_MEMINFO_SNDBUF" => self.send_buffer_size().into(),
            "SK_MEMINFO_WMEM_QUEUED" => self.send_memory().into(),
            _ => return None,
        })
    }

    /// Fields that the SYN decides while it is the only segment; the inner none for what the model does not keep of it.
    #[allow(clippy::option_option)]
    fn info_of_syn(&self, stack: &Stack, name: &str) -> Option<Option<i64>> {
        let sent_again = self.timers.retransmits > 0;
        let backoff = self.timers.retransmits.saturating_sub(stack.sysctl.tcp_syn_linear_timeouts);
        let rto = Time(stack.initial_rto().0 << backoff.min(20)).min(RTO_MAX);
        // Up to 3.9 the first timeout was F-RTO's.
        let loses = stack.has(Change::TailLossProbe);
        let lost = |value: i64| (!sent_again).then_some(0).or(loses.then_some(value));
        Some(match name {
            "tcpi_unacked" => Some(1),
            "tcpi_retrans" => Some(sent_again.into()),
            "tcpi_backoff" => Some(backoff.into()),
            "tcpi_rto" => Some(rto.micros() as i64),
            "tcpi_lost" => lost(1),
            "tcpi_ca_state" => lost(4),
            "tcpi_snd_cwnd" if sent_again => loses.then_some(1),
            "tcpi_snd_ssthresh" if sent_again => {
                loses.then_some(self.control.clone().loss_ssthresh(self.window.cwnd).into())
            }
            _ => return None,
        })
    }

    /// The first sequence number that is not acknowledged, and the next that is expected.
    pub fn edges(&self) -> (u32, u32) {
        (self.snd_una, self.rcv_nxt)
    }

    /// Bytes that were written and not yet sent, a FIN included (`SIOCOUTQNSD`).
    pub fn not_sent(&self) -> u32 {
        self.write_seq.wrapping_sub(self.snd_nxt)
    }
}
