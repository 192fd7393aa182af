//! The parameters as the model uses them, and which of them have no effect.

use super::local::{self, Source};
use super::network::{Behaviour, MS, Network, Server};
use super::resolv_conf::ResolvConf;
use super::zone::Zone;
use crate::lab::Params;
use crate::text::Lang;

/// Whose rules hold: of the program that looks the name up, or of the tool beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    Glibc,
    /// Before 2.26.
    OldGlibc,
    Musl,
    /// Before 1.1.13.
    OldMusl,
    Go,
    /// dig, nslookup and host.
    Bind,
}

/// The tool that is run with the same files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    Nslookup,
    Dig,
    DigSearch,
    Host,
}

impl Tool {
    /// The command without the name.
    pub(super) fn command(self) -> &'static str {
        match self {
            Tool::Nslookup => "nslookup",
            Tool::Dig => "dig",
            Tool::DigSearch => "dig +search",
            Tool::Host => "host",
        }
    }
}

/// The daemon between programs and servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Daemon {
    None,
    /// nscd without an entry for the name.
    Nscd,
    NscdNegative,
    NscdPositive,
    /// systemd-resolved, as far as its NSS module is concerned.
    Resolved,
}

/// Everything a run is told.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) name: String,
    pub(super) client: Client,
    pub(super) tool: Tool,
    /// How often the same thread looks the name up.
    pub(super) lookups: u64,
    pub(super) conf: ResolvConf,
    /// The same file as dig, nslookup and host read it.
    pub(super) tool_conf: ResolvConf,
    pub(super) sources: Vec<Source>,
    pub(super) hosts: String,
    pub(super) daemon: Daemon,
    /// Where `rotate` begins (glibc from 2.26, Go).
    pub(super) rotate_start: u64,
    pub(super) network: Network,
}

impl Settings {
    pub(super) fn new(params: &Params) -> Settings {
        let client = match params.choice("resolver") {
            "glibc-old" => Client::OldGlibc,
            "musl" => Client::Musl,
            "musl-old" => Client::OldMusl,
            "go" => Client::Go,
            _ => Client::Glibc,
        };
        let tool = match params.choice("tool") {
            "dig" => Tool::Dig,
            "dig-search" => Tool::DigSearch,
            "host" => Tool::Host,
            _ => Tool::Nslookup,
        };
        let daemon = match params.choice("daemon") {
            "nscd" => Daemon::Nscd,
            "nscd-negative" => Daemon::NscdNegative,
            "nscd-positive" => Daemon::NscdPositive,
            "resolved" => Daemon::Resolved,
            _ => Daemon::None,
        };
        let file = params.text("resolv_conf");
        let conf = ResolvConf::read(file, client);
        let server = |behaviour, rtt| Server {
            behaviour: Behaviour::new(params.choice(behaviour)),
            rtt_us: params.int(rtt).unsigned_abs() * MS,
        };
        let network = Network {
            servers: [
                server("server1", "rtt1_ms"),
                server("server2", "rtt2_ms"),
                server("server3", "rtt3_ms"),
            ],
            zone: Zone::read(params.text("zone")),
            docker_keeps_bare_names: conf.ndots_given && conf.ndots > 0,
        };
        Settings {
            name: params.text("name").split_whitespace().next().unwrap_or("").to_string(),
            client,
            tool,
            lookups: params.int("lookups").unsigned_abs(),
            tool_conf: ResolvConf::read(file, Client::Bind),
            conf,
            sources: local::sources(params.text("nsswitch")),
            hosts: params.text("hosts").to_string(),
            daemon,
            rotate_start: params.int("rotate_start").unsigned_abs(),
            network,
        }
    }

    /// Does the C library of the program read nsswitch.conf and ask daemons?
    pub(super) fn has_nss(&self) -> bool {
        matches!(self.client, Client::Glibc | Client::OldGlibc)
    }

    /// Is the first server Docker's, so that the others are those of the host?
    pub(super) fn has_docker(&self) -> bool {
        self.network.servers.first().is_some_and(|server| server.behaviour == Behaviour::Docker)
    }
}

/// Dots in a name.
pub(super) fn dots(name: &str) -> u64 {
    name.bytes().filter(|byte| *byte == b'.').count() as u64
}

/// A name with a search domain behind it.
pub(super) fn joined(name: &str, domain: &str) -> String {
    let domain = domain.trim_matches('.');
    if domain.is_empty() { name.to_string() } else { format!("{name}.{domain}") }
}

/// Whether a name fits a query: 253 bytes, labels of 1 to 63 (RFC 1035, section 2.3.4).
pub(super) fn fits_a_query(name: &str) -> bool {
    let bare = name.strip_suffix('.').unwrap_or(name);
    bare.len() <= 253 && bare.split('.').all(|label| (1..=63).contains(&label.len()))
}

/// Remarks on settings that were changed and have no effect.
pub(super) fn notes(params: &Params, lang: Lang) -> Vec<(&'static str, String)> {
    let settings = Settings::new(params);
    let changed = |name: &str| {
        params.iter().any(|(param, value)| param.name == name && value.to_string() != param.default)
    };
    let mut notes = Vec::new();
    let mut note = |name: &'static str, useless: bool, text: &str| {
        if useless && changed(name) {
            notes.push((name, text.to_string()));
        }
    };
    let not_read = match settings.client {
        Client::Go => lang.pick(
            "Go without cgo takes the order of files and dns from it, and nothing else.",
            "不带 cgo 的 Go 只从中取 files 与 dns 的先后，别的不看。",
        ),
        _ => lang.pick("Not read: musl has no nsswitch.conf.", "不读取：musl 没有 nsswitch.conf。"),
    };
    note("nsswitch", !settings.has_nss(), not_read);
    note(
        "daemon",
        !settings.has_nss(),
        lang.pick(
            "Not asked: only glibc's NSS knows these daemons.",
            "不会去问：只有 glibc 的 NSS 认识这些守护进程。",
        ),
    );
    let rotates = settings.conf.rotate
        && settings.conf.servers.len() > 1
        && matches!(settings.client, Client::Glibc | Client::Go);
    note(
        "rotate_start",
        !rotates,
        lang.pick(
            "Not used: it takes `options rotate`, two servers, and glibc from 2.26 or Go.",
            "未使用：要有 `options rotate`、两台以上服务器，而且是 glibc 2.26 及以后或 Go。",
        ),
    );
    let unused = lang
        .pick("Not asked: resolv.conf names fewer servers.", "不会被问到：resolv.conf 里没有这么多服务器。");
    let count = settings.conf.servers.len();
    for (place, behaviour, rtt) in [(1, "server2", "rtt2_ms"), (2, "server3", "rtt3_ms")] {
        let idle = count <= place && !settings.has_docker();
        note(behaviour, idle, unused);
        note(rtt, idle, unused);
    }
    notes
}
