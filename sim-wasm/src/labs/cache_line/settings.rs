//! The parameters as the model uses them, and which of them have no effect. Time is in picoseconds.

use super::processors::{self, Processor};
use crate::lab::Params;
use crate::text::Lang;

/// Bytes of an integer.
pub(super) const INT: u64 = 4;

/// What is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Experiment {
    /// A chain of pointers through working sets of all sizes.
    Sweep,
    /// A loop over every n-th integer of an array.
    Stride,
    /// Sums of a matrix by rows and by columns.
    Matrix,
    /// Counters of threads, in one line or in several.
    Sharing,
}

/// In which order a chain goes through its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// One cycle through all of them, in random order.
    Permutation,
    /// Each time to any of them.
    Random,
    /// As they lie in memory.
    Sequential,
}

/// Where the threads that share a line run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    /// In one group of cores.
    Group,
    /// On dies of one socket.
    Die,
    /// On two sockets.
    Socket,
}

/// Everything a run is told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    pub(super) experiment: Experiment,
    pub(super) processor: &'static Processor,
    pub(super) remote: bool,
    pub(super) order: Order,
    /// Bytes.
    pub(super) working_set: u64,
    /// Bytes from one element of the chain to the next.
    pub(super) stride: u64,
    /// Bytes of the array.
    pub(super) array: u64,
    /// Integers from one that is changed to the next.
    pub(super) step: u64,
    /// Arithmetic of one element.
    pub(super) element: u64,
    pub(super) rows: u64,
    pub(super) columns: u64,
    pub(super) threads: u64,
    /// Bytes from one counter to the next.
    pub(super) padding: u64,
    pub(super) placement: Placement,
    pub(super) atomic: bool,
    /// Millions of increments of each thread.
    pub(super) increments: u64,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let number = |name| params.int(name).unsigned_abs();
        Settings {
            experiment: match params.choice("experiment") {
                "stride" => Experiment::Stride,
                "matrix" => Experiment::Matrix,
                "sharing" => Experiment::Sharing,
                _ => Experiment::Sweep,
            },
            processor: processors::find(params.choice("cpu")),
            remote: params.choice("memory") == "remote",
            order: match params.choice("order") {
                "random" => Order::Random,
                "sequential" => Order::Sequential,
                _ => Order::Permutation,
            },
            working_set: number("working_set_kib") << 10,
            stride: number("stride_bytes").max(1),
            array: number("array_mib") << 20,
            step: number("step").max(1),
            element: number("element_ps"),
            rows: number("rows").max(1),
            columns: number("columns").max(1),
            threads: number("threads").max(1),
            padding: number("padding_bytes"),
            placement: match params.choice("placement") {
                "die" => Placement::Die,
                "socket" => Placement::Socket,
                _ => Placement::Group,
            },
            atomic: params.choice("increment") == "atomic",
            increments: number("increments_m"),
        }
    }

    /// What an access to memory takes.
    pub(super) fn memory(&self) -> u64 {
        self.processor.memory[usize::from(self.remote)]
    }
}

/// The parameters that each experiment uses, beside the processor.
const USED: [(Experiment, &[&str]); 4] = [
    (Experiment::Sweep, &["memory", "order", "working_set_kib", "stride_bytes"]),
    (Experiment::Stride, &["memory", "array_mib", "step", "element_ps"]),
    (Experiment::Matrix, &["memory", "rows", "columns", "element_ps"]),
    (Experiment::Sharing, &["threads", "padding_bytes", "placement", "increment", "increments_m"]),
];

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let used = USED.iter().find(|(experiment, _)| *experiment == settings.experiment);
    let used = used.map_or(&[][..], |(_, used)| *used);
    let mut notes = Vec::new();
    for (param, value) in params.iter() {
        let changed = value.to_string() != param.default;
        let known = USED.iter().any(|(_, names)| names.contains(&param.name));
        if changed && known && !used.contains(&param.name) {
            let text = lang.pick("Not used in this experiment.", "这个实验不用它。");
            notes.push((param.name, text.to_string()));
        }
    }
    if settings.experiment == Experiment::Sharing && settings.threads == 1 && settings.padding != 8 {
        let text =
            lang.pick("No effect: there is nobody to share a line with.", "不起作用：没有人来共用缓存行。");
        notes.push(("padding_bytes", text.to_string()));
    }
    notes
}
