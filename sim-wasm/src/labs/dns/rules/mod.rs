//! The rules that decide: one variant each, with the numbers that decided, and what is said of it.
//!
//! - `names`: which names are tried
//! - `servers`: which server is asked, and for how long (glibc)
//! - `musl`: the same for musl
//! - `network`: what happens on the way, and at Docker's daemon
//! - `others`: sources before DNS, Go, and the tools

mod musl;
mod names;
mod network;
mod others;
mod servers;

use crate::text::Lang;

/// The numbers behind a wait of glibc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Why {
    /// Seconds it came to.
    pub(super) wait: u64,
    /// Seconds of `timeout`.
    pub(super) timeout: u64,
    pub(super) servers: usize,
    pub(super) next: Next,
}

/// Who is asked after a server that was of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Another server.
    Server,
    /// The same one.
    Again,
    /// Nobody is left for this name.
    Nobody,
}

impl Next {
    /// Who follows a step of `steps` when there are so many servers; the steps go around them.
    pub(super) fn after(step: usize, steps: usize, servers: usize) -> Next {
        match (step + 1 < steps, servers) {
            (false, _) => Next::Nobody,
            (true, 1) => Next::Again,
            (true, _) => Next::Server,
        }
    }

    /// `; next server`.
    fn word(self, lang: Lang) -> &'static str {
        match self {
            Next::Server => lang.pick("; next server", "，换下一台"),
            Next::Again => lang.pick("; same server again", "，再问这一台"),
            Next::Nobody => lang.pick("; no server left", "，没有服务器可问了"),
        }
    }
}

impl Why {
    /// Seconds that the server of an index is waited for (`send_dg`): the first has the whole timeout, each later one the
    /// doubled timeout divided among all.
    pub(super) fn seconds(timeout: u64, index: usize, servers: usize) -> u64 {
        let shifted = timeout << index.min(8);
        let wait = if index > 0 { shifted / servers.max(1) as u64 } else { shifted };
        wait.max(1)
    }

    /// `ns 0: 5 s, ns 1: (5 << 1) / 3 = 3 s`.
    fn formula(self) -> String {
        let Why { timeout, servers, .. } = self;
        let each = (0..servers).map(|index| {
            let wait = Why::seconds(timeout, index, servers);
            match index {
                0 => format!("ns 0: {wait} s"),
                _ => format!("ns {index}: ({timeout} << {index}) / {servers} = {wait} s"),
            }
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

/// A rule that decided something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// The name is an address already.
    Literal,
    /// `getaddrinfo` asks no server for what cannot be a host name.
    NoHostName,
    /// The line `hosts:` ends without `dns`.
    NoDnsSource,
    /// A name of more than 253 bytes, or a label of more than 63.
    TooLong,
    InHosts,
    /// A line of hosts that has the name, behind a space that is none.
    WideSpace {
        line: usize,
        space: char,
    },
    NscdNegative,
    NscdPositive,
    NscdAsks,
    MyHostname,
    MdnsNotFound,
    ResolvedAsks,
    ActionReturns {
        source: String,
        status: &'static str,
        action: String,
    },
    Absolute,
    AsIsFirst {
        dots: u64,
        ndots: u64,
        suffixes: usize,
    },
    SuffixFirst {
        dots: u64,
        ndots: u64,
        suffixes: usize,
    },
    /// An address came.
    Found,
    /// The name has its answer, without an address.
    NameDone {
        rcode: &'static str,
        more: bool,
    },
    FailureStops {
        left: usize,
        bare: bool,
    },
    RefusedStops,
    FirstErrorKept,
    NoServerLeft {
        servfail: bool,
        refused: bool,
    },
    NextServer {
        said: String,
        next: Next,
    },
    Unreachable(Next),
    Timeout(Why),
    ConnectTimeout,
    ToSingleRequest(Why),
    ToReopen(Why),
    OneAnswerTaken(Why),
    SingleRequestWaits(Why),
    /// A first, AAAA after its answer, by option.
    SingleRequest {
        reopen: bool,
    },
    UseVc,
    RotateOld {
        first: usize,
    },
    RotateNew {
        first: usize,
    },
    MuslNoSearch,
    MuslSearchEmptied {
        dots: u64,
        ndots: u64,
        suffixes: usize,
    },
    MuslParallel {
        servers: usize,
    },
    MuslAgain {
        interval_ms: u64,
        timeout_ms: u64,
        attempts: u64,
    },
    MuslMissing {
        qtype: &'static str,
        other: bool,
    },
    MuslNoData {
        more: bool,
        old: bool,
    },
    MuslFail,
    MuslServFail {
        again: bool,
    },
    MuslIgnored,
    MuslLate,
    GoTimeout {
        wait: u64,
        next: Next,
    },
    /// The second packet of a flow that is not confirmed yet.
    Race,
    OptDropped,
    DockerAnswers,
    DockerForwards,
    DockerWaits(Next),
    GoForeign {
        source: String,
    },
    DigAsIs,
    ToolAsIs {
        dots: u64,
        ndots: u64,
        suffixes: usize,
    },
    ToolNoRotate,
    ToolTimeout {
        wait: u64,
        tries: u64,
        next: Next,
    },
    ToolDone,
}

/// What is said of a rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Stable word for programs.
    pub(super) code: &'static str,
    /// A few words, for a table.
    pub(super) short: String,
    /// What happened. Empty: nothing that needs an explanation.
    pub(super) text: String,
    pub(super) source: &'static str,
    pub(super) condition: String,
    pub(super) change: String,
    /// 0: decided the outcome; 1: cost time; 2: the order of things.
    pub(super) rank: u8,
}

impl Rule {
    /// What is said of it.
    pub(super) fn told(&self, lang: Lang) -> Told {
        names::told(self, lang)
            .or_else(|| servers::told(self, lang))
            .or_else(|| musl::told(self, lang))
            .or_else(|| network::told(self, lang))
            .or_else(|| others::told(self, lang))
            .unwrap_or_default()
    }
}
