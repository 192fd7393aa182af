//! The fields of `tcp_info` that code in a script asks for.

use super::run::Runner;

impl Runner<'_> {
    /// A field's value; none when the model does not keep it, or there is no connection to ask.
    pub(super) fn info(&self, name: &str) -> Option<i64> {
        let flow = self.conns.get(self.current?)?.flow;
        self.host.tcp_info(self.now, flow, name)
    }
}
