//! `/etc/resolv.conf` as each resolver reads it: what it takes, what it limits, and what it passes over without a word.

use super::settings::Client;
use super::zone::{is_v4, is_v6, number};

/// Name servers that are used (`MAXNS`).
const MAX_SERVERS: usize = 3;
/// Search domains up to glibc 2.25 (`MAXDNSRCH`), and bytes of them.
const OLD_SEARCH: usize = 6;
const OLD_SEARCH_BYTES: usize = 256;

/// What became of a line, or of a word of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Taken as it stands.
    Taken,
    /// A fourth name server and more.
    TooManyServers,
    /// No address.
    NoAddress,
    /// A keyword that it does not know.
    UnknownKeyword,
    /// The keyword does not stand at the beginning of the line.
    Indented,
    /// A later `search` or `domain` replaces it.
    Replaced,
    /// Only so many domains of it are used.
    Shortened(usize),
    /// `#` does not begin a comment here: it and what follows are domains.
    HashIsADomain,
    /// An option with a value above the limit.
    Clamped(&'static str, u64),
    /// An option that this resolver does not know.
    UnknownOption(String),
}

/// The file as a resolver has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ResolvConf {
    pub(super) servers: Vec<String>,
    pub(super) search: Vec<String>,
    pub(super) ndots: u64,
    /// Was `ndots` given?
    pub(super) ndots_given: bool,
    /// Seconds.
    pub(super) timeout: u64,
    pub(super) attempts: u64,
    /// Were `timeout` and `attempts` given?
    pub(super) attempts_given: bool,
    pub(super) rotate: bool,
    pub(super) single_request: bool,
    pub(super) reopen: bool,
    pub(super) use_vc: bool,
    pub(super) edns0: bool,
    pub(super) no_aaaa: bool,
    pub(super) no_tld_query: bool,
    /// Each line that is no comment, with what became of it.
    pub(super) lines: Vec<(usize, String, Reading)>,
}

impl ResolvConf {
    /// Reads the file as a resolver does.
    pub(super) fn read(text: &str, client: Client) -> ResolvConf {
        let mut conf = ResolvConf {
            servers: Vec::new(),
            search: Vec::new(),
            ndots: 1,
            ndots_given: false,
            timeout: 5,
            attempts: 2,
            attempts_given: false,
            rotate: false,
            single_request: false,
            reopen: false,
            use_vc: false,
            edns0: false,
            no_aaaa: false,
            no_tld_query: false,
            lines: Vec::new(),
        };
        for (index, line) in text.lines().enumerate() {
            let bare = line.trim();
            if bare.is_empty() || bare.starts_with(['#', ';']) {
                continue;
            }
            let reading = conf.line(line, client);
            conf.lines.push((index + 1, bare.to_string(), reading));
        }
        conf.remark_on_search(client);
        if conf.servers.is_empty() {
            conf.servers.push("127.0.0.1".to_string());
            if client == Client::Go {
                conf.servers.push("::1".to_string());
            }
        }
        conf
    }

    fn line(&mut self, line: &str, client: Client) -> Reading {
        // Go and BIND split a line into words; the C libraries compare its beginning.
        if line.starts_with([' ', '\t']) && !matches!(client, Client::Go | Client::Bind) {
            return Reading::Indented;
        }
        let mut words = line.split_whitespace();
        match words.next() {
            Some("nameserver") => self.nameserver(words.next().unwrap_or("")),
            Some("search") => self.searched(words.map(String::from).collect(), client),
            Some("domain") => self.searched(words.take(1).map(String::from).collect(), client),
            Some("options") => {
                let mut reading = Reading::Taken;
                for word in words {
                    let read = self.option(word, client);
                    if read != Reading::Taken {
                        reading = read;
                    }
                }
                reading
            }
            Some("sortlist") if !matches!(client, Client::Musl | Client::OldMusl | Client::Go) => {
                Reading::Taken
            }
            _ => Reading::UnknownKeyword,
        }
    }

    fn nameserver(&mut self, address: &str) -> Reading {
        let bare = address.split('%').next().unwrap_or("");
        if !is_v4(bare) && !is_v6(bare) {
            return Reading::NoAddress;
        }
        if self.servers.len() >= MAX_SERVERS {
            return Reading::TooManyServers;
        }
        self.servers.push(bare.to_string());
        Reading::Taken
    }

    /// The last of all `search` and `domain` lines holds.
    fn searched(&mut self, domains: Vec<String>, client: Client) -> Reading {
        if client == Client::OldMusl || domains.is_empty() {
            return Reading::UnknownKeyword;
        }
        for (_, text, reading) in &mut self.lines {
            if text.starts_with("search") || text.starts_with("domain") {
                *reading = Reading::Replaced;
            }
        }
        let hash = domains.iter().any(|domain| domain.starts_with('#'));
        self.search = domains;
        if hash { Reading::HashIsADomain } else { Reading::Taken }
    }

    /// Up to glibc 2.25 the list ended with the sixth domain, or with 256 bytes.
    fn remark_on_search(&mut self, client: Client) {
        if client != Client::OldGlibc {
            return;
        }
        let mut bytes = 0;
        let fits = self.search.iter().take(OLD_SEARCH).take_while(|domain| {
            bytes += domain.len() + 1;
            bytes <= OLD_SEARCH_BYTES
        });
        let kept = fits.count();
        if kept < self.search.len() {
            self.search.truncate(kept);
            let last = self.lines.iter_mut().rev().find(|(_, text, _)| text.starts_with("search"));
            if let Some((_, _, reading)) = last {
                *reading = Reading::Shortened(kept);
            }
        }
    }

    /// `res_setoptions`; `__get_resolv_conf` of musl; `dnsReadConfig` of Go (some of it from memory).
    fn option(&mut self, word: &str, client: Client) -> Reading {
        let (name, value) = word.split_once(':').map_or((word, None), |(name, value)| (name, Some(value)));
        let glibc = matches!(client, Client::Glibc | Client::OldGlibc);
        let unknown = || Reading::UnknownOption(word.to_string());
        if let Some(value) = value {
            let given = number(value);
            // The limits of glibc are RES_MAXNDOTS, RES_MAXRETRANS and RES_MAXRETRY.
            let (most, least) = match (name, client) {
                ("ndots", Client::OldMusl) => return unknown(),
                ("ndots", _) => (15, 0),
                ("timeout", Client::Musl) => (60, 0),
                ("timeout", Client::Go) => (u64::MAX, 1),
                ("timeout", Client::Bind) => (30, 1),
                ("timeout", _) => (30, 0),
                ("attempts", Client::Musl | Client::OldMusl) => (10, 1),
                ("attempts", Client::Go) => (u64::MAX, 1),
                ("attempts", Client::Bind) => (5, 1),
                ("attempts", _) => (5, 0),
                _ => return unknown(),
            };
            let used = given.clamp(least, most);
            let name = match name {
                "ndots" => {
                    (self.ndots, self.ndots_given) = (used, true);
                    "ndots"
                }
                "timeout" => {
                    self.timeout = used;
                    "timeout"
                }
                _ => {
                    (self.attempts, self.attempts_given) = (used, true);
                    "attempts"
                }
            };
            return if used == given { Reading::Taken } else { Reading::Clamped(name, used) };
        }
        match name {
            "rotate" if glibc || client == Client::Go => self.rotate = true,
            "single-request" if glibc || client == Client::Go => self.single_request = true,
            "single-request-reopen" if glibc => self.reopen = true,
            "single-request-reopen" if client == Client::Go => self.single_request = true,
            "use-vc" if glibc || client == Client::Go => self.use_vc = true,
            "edns0" if glibc => self.edns0 = true,
            "edns0" | "trust-ad" | "no-reload" if client == Client::Go => {}
            "no-aaaa" if client == Client::Glibc => self.no_aaaa = true,
            "no-tld-query" if glibc => self.no_tld_query = true,
            "trust-ad" | "no-reload" if client == Client::Glibc => {}
            "inet6" if glibc => {}
            _ => return unknown(),
        }
        Reading::Taken
    }
}
