//! Requests by HTTP to addresses that somebody typed into a form. Whoever may do that must not reach through us what
//! only we can reach, so that nothing is connected to but public addresses and those that the operator allows.

mod resolver;

use crate::address::is_public;
use crate::tls;
use reqwest::redirect::Policy;
use reqwest::{Response, Url};
use resolver::Resolver;
use std::error::Error as _;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(3);
/// How long an answer may take.
const ANSWER: Duration = Duration::from_secs(10);
/// How much is read of an answer that says that something is wrong, in bytes.
const LONGEST_ANSWER: usize = 4096;
/// How much of it is told, in characters.
const LONGEST_TOLD: usize = 200;
/// What is told of an answer that sends us elsewhere, where nobody would have checked the address.
const NO_REDIRECTS: &str = "redirects are not followed";

/// Why a request was not made or not answered well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a web address.
    #[error("this is not an address of the web: {0}")]
    NoWebAddress(String),
    /// There is a name or a password in the address.
    #[error("the address has a name or password in it; leave it out")]
    Credentials,
    /// The address is not public, nor one that is allowed.
    #[error("the address {0} is not public")]
    NotPublic(IpAddr),
    /// All addresses of a name are not public.
    #[error("{name} is at {address}, which is not public")]
    NameNotPublic {
        /// The name.
        name: String,
        /// One of its addresses.
        address: IpAddr,
    },
    /// The name has no address.
    #[error("cannot find the machine {name}: {reason}")]
    NoSuchName {
        /// The name.
        name: String,
        /// What the system said.
        reason: String,
    },
    /// No connection came about.
    #[error("cannot connect: {0}")]
    NoConnection(String),
    /// There was no answer in time.
    #[error("no answer in {} seconds", ANSWER.as_secs())]
    NoAnswer,
    /// The answer is not one of success; redirects are among these.
    #[error("it answered {status}{}", told(.text))]
    Answered {
        /// The status.
        status: u16,
        /// How its body begins; empty when it has none.
        text: String,
    },
    /// Something else, such as an answer that is no HTTP.
    #[error("the request failed: {0}")]
    Failed(String),
}

fn told(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {text}") }
}

/// Whether an address may be connected to. One of IPv4 that is written as one of IPv6 is the same.
fn is_allowed(address: IpAddr, also: &[IpAddr]) -> bool {
    let address = address.to_canonical();
    is_public(address) || also.iter().any(|allowed| allowed.to_canonical() == address)
}

/// Checks what can be told of a web address without asking where its name is: `also` are addresses that are allowed and
/// not public.
///
/// # Errors
/// When it is not one of HTTP or HTTPS, has a password in it, or names an address that is not allowed.
pub fn check(url: &str, also: &[IpAddr]) -> Result<(), Error> {
    read(url, also).map(|_| ())
}

fn read(url: &str, also: &[IpAddr]) -> Result<Url, Error> {
    let url = Url::parse(url).map_err(|error| Error::NoWebAddress(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::NoWebAddress(format!("{} is neither https nor http", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Error::Credentials);
    }
    // What stands for an address in any spelling (decimal, hexadecimal, short) has become the usual one by now.
    let host = url.host_str().unwrap_or_default();
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let literal = match bare {
        Some(bare) => bare.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse().ok(),
    };
    match literal {
        Some(address) if !is_allowed(address, also) => Err(Error::NotPublic(address)),
        _ => Ok(url),
    }
}

/// What makes requests. Its clones are the same.
#[derive(Clone, Debug)]
pub struct Client {
    also: Arc<[IpAddr]>,
    /// How long an answer may take.
    patience: Duration,
    /// Made when it is first needed: certificates are read for it.
    http: Arc<OnceLock<Result<reqwest::Client, String>>>,
}

impl Client {
    /// A client that connects to public addresses and to those in `also`.
    pub fn new(also: Vec<IpAddr>) -> Client {
        Client { also: also.into(), patience: ANSWER, http: Arc::default() }
    }

    /// Sends a body; the status of the answer when it is one of success. Redirects are not followed, and no proxy is
    /// asked.
    ///
    /// # Errors
    /// When the address is not allowed, nobody answers in ten seconds, or with another status.
    pub async fn post(&self, url: &str, headers: &[(&str, &str)], body: String) -> Result<u16, Error> {
        let url = read(url, &self.also)?;
        let http = self.http.get_or_init(|| self.open()).as_ref();
        let mut request = http.map_err(|reason| Error::Failed(reason.clone()))?.post(url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.map_err(|error| explain(&error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(status.as_u16());
        }
        let text = match status.is_redirection() {
            true => NO_REDIRECTS.to_string(),
            false => beginning(answer).await,
        };
        Err(Error::Answered { status: status.as_u16(), text })
    }

    fn open(&self) -> Result<reqwest::Client, String> {
        tls::choose();
        let builder = reqwest::Client::builder()
            .user_agent(concat!("Casebook/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .dns_resolver(Arc::new(Resolver::new(self.also.clone())))
            .connect_timeout(CONNECT)
            .timeout(self.patience)
            .pool_max_idle_per_host(0);
        builder.build().map_err(|error| root(&error))
    }
}

/// The beginning of an answer in one line.
async fn beginning(mut answer: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < LONGEST_ANSWER {
        match answer.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            // What came so far is better than nothing.
            Ok(None) | Err(_) => break,
        }
    }
    bytes.truncate(LONGEST_ANSWER);
    let text = String::from_utf8_lossy(&bytes);
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    line.chars().take(LONGEST_TOLD).collect()
}

fn explain(error: &reqwest::Error) -> Error {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(ours) = inner.downcast_ref::<Error>() {
            return ours.clone();
        }
        cause = inner.source();
    }
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => Error::NoConnection(format!("no connection in {} seconds", CONNECT.as_secs())),
        (true, false) => Error::NoConnection(root(error)),
        (false, true) => Error::NoAnswer,
        (false, false) => Error::Failed(root(error)),
    }
}

/// What is at the bottom of an error: the layers above it say only that something failed.
fn root(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = inner.to_string();
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests;
