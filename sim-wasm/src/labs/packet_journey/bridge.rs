//! The switch: learns who is where, forwards, floods (IEEE 802.1D; Linux: net/bridge).

use super::addr::Mac;
use super::facts::Fact;
use super::packet::Frame;
use super::settings::{Caches, Settings};
use super::topology::Who;
use super::walk::{Rewritten, World};

/// A line of the switch's table.
#[derive(Clone, Copy, Debug)]
pub(super) struct FdbEntry {
    pub(super) mac: Mac,
    pub(super) vlan: u16,
    pub(super) port: usize,
}

impl World {
    /// What the switch knows at the start.
    pub(super) fn fill_fdb(&mut self) {
        if self.settings.caches != Caches::Known {
            return;
        }
        for (port, plugged) in self.topology.ports.iter().enumerate() {
            let mac = self.node(plugged.to.0).ifaces.get(plugged.to.1).map(|iface| iface.mac);
            self.fdb.extend(mac.map(|mac| FdbEntry { mac, vlan: plugged.vlan, port }));
        }
    }

    /// A frame arrives at a port (br_handle_frame_finish, net/bridge/br_input.c).
    pub(super) fn switch(&mut self, port: usize, frame: Frame, step: usize) {
        let Some(vlan) = self.topology.ports.get(port).map(|port| port.vlan) else { return };
        // br_fdb_update: the source address is on the port that it came from.
        match self.fdb.iter_mut().find(|entry| entry.mac == frame.src && entry.vlan == vlan) {
            Some(entry) => entry.port = port,
            None => self.fdb.push(FdbEntry { mac: frame.src, vlan, port }),
        }
        let known = self.fdb.iter().find(|entry| entry.mac == frame.dst && entry.vlan == vlan);
        if let Some(out) = known.map(|entry| entry.port) {
            // A station on the port that the frame came from has it already.
            if out != port {
                let did = vec![Fact::Switched { mac: frame.dst, vlan, port: out }];
                self.hand_over(out, frame, did, step);
            }
            return;
        }
        let ports = &self.topology.ports;
        let mut others: Vec<usize> =
            (0..ports.len()).filter(|&other| other != port && ports[other].vlan == vlan).collect();
        if others.is_empty() {
            return self.drops(step, Fact::Alone { vlan, others: Settings::VLAN });
        }
        // Who gets it first answers first: the impostor's port comes before the others, or after them.
        let is_impostor = |&port: &usize| ports[port].to.0 == Who::Impostor;
        others.sort_by_key(|port| is_impostor(port) != self.settings.stranger_first);
        let ports = others.len();
        for out in others {
            self.hand_over(out, frame, vec![Fact::Flooded { mac: frame.dst, vlan, ports }], step);
        }
    }

    fn hand_over(&mut self, port: usize, frame: Frame, did: Vec<Fact>, step: usize) {
        let Some(to) = self.topology.ports.get(port).map(|port| port.to) else { return };
        self.put((Who::Switch, port), to, frame, (Rewritten::default(), did), Some(step), 0);
    }
}
