//! Other programs that are told of what happens: calls, what becomes of those that fail, and the administrators' pages.

mod pages;

use casebook::wiki::call::Caller;
use database::audit::Filter;
use database::{Channel, Clock, Database, Webhook};
use outbound::signature::Secret;
use outbound::web::Client;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::{self, TryRecvError};
use std::thread;
use std::time::Duration;
use tempfile::TempDir;

/// Where the receivers of these tests listen.
pub(crate) const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Longer than any of these rounds takes.
const LONG: Duration = Duration::from_secs(60);

const START: i64 = 1_772_460_299;

const OK: &str = "HTTP/1.1 204 No Content\r\n\r\n";

/// A call as a receiver sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A program that is called.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    calls: mpsc::Receiver<Call>,
}

impl Receiver {
    /// One that answers like this: it is given the number of the call, from 0.
    pub(crate) fn new(answer: impl FnMut(usize) -> &'static str + Send + 'static) -> Receiver {
        Receiver::at(TcpListener::bind("127.0.0.1:0").unwrap(), answer)
    }

    fn at(listener: TcpListener, mut answer: impl FnMut(usize) -> &'static str + Send + 'static) -> Receiver {
        let port = listener.local_addr().unwrap().port();
        let (sender, calls) = mpsc::channel();
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let mut stream = stream.unwrap();
                // Nobody may be interested any more.
                let _ = sender.send(read(&mut stream));
                let _ = stream.write_all(answer(number).as_bytes());
            }
        });
        Receiver { port, calls }
    }

    /// Its address under any name of this machine.
    pub(crate) fn url(&self, host: &str) -> String {
        format!("http://{host}:{}/hook", self.port)
    }

    /// The next call, which may be on its way.
    pub(crate) fn next(&self) -> Call {
        self.calls.recv_timeout(LONG).unwrap()
    }

    /// The calls that came.
    pub(crate) fn all(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        loop {
            match self.calls.try_recv() {
                Ok(call) => calls.push(call),
                Err(TryRecvError::Empty) => return calls,
                Err(TryRecvError::Disconnected) => panic!("the receiver has ended"),
            }
        }
    }
}

fn read(stream: &mut TcpStream) -> Call {
    let mut lines = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        line.trim_end().to_string()
    };
    let path = line().split(' ').nth(1).unwrap_or_default().to_string();
    let mut headers = BTreeMap::new();
    while let Some((name, value)) = line().split_once(": ") {
        headers.insert(name.to_string(), value.to_string());
    }
    let mut body = vec![0; headers.get("content-length").map_or(0, |length| length.parse().unwrap())];
    lines.read_exact(&mut body).unwrap();
    Call { path, headers, body: String::from_utf8(body).unwrap() }
}

/// A database with a clock that stands, and somebody who calls.
struct Desk {
    _folder: TempDir,
    clock: Clock,
    database: Database,
    caller: Caller,
}

impl Desk {
    async fn new(also: &[IpAddr]) -> Desk {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Clock::standing(START));
        let url = format!("sqlite:{}", folder.path().join("casebook.sqlite").display());
        let database = Database::open_with(&url, clock.clone()).await.unwrap();
        let caller = Caller::new(database.clone(), Client::new(also.to_vec()));
        Desk { _folder: folder, clock, database, caller }
    }

    async fn hook(&self, url: &str) -> Webhook {
        self.database.create_webhook(url, &BTreeSet::new()).await.unwrap()
    }

    async fn happens(&self, bodies: &[&str]) {
        for body in bodies {
            self.database.queue_event("page.changed", body).await.unwrap();
        }
    }

    /// Makes the calls that are due.
    async fn round(&mut self) {
        self.caller.round(LONG).await;
    }

    /// How often each call that failed was tried, and why it failed; the oldest first.
    async fn failures(&self) -> Vec<(i64, String)> {
        let mut failures = self.database.undelivered(Channel::Webhook, 100).await.unwrap();
        failures.reverse();
        failures.into_iter().map(|it| (it.tries, it.error.unwrap_or_default())).collect()
    }

    /// Whether nothing is left to be sent, now or later.
    async fn is_done(&self) -> bool {
        self.clock.advance(10 * 24 * 60 * 60);
        self.database.claim(Channel::Webhook).await.unwrap().is_none()
    }
}

#[tokio::test]
async fn a_call_is_signed_and_tried_again_under_the_same_id() {
    let receiver = Receiver::new(|call| match call {
        0 => "HTTP/1.1 500 Oh\r\ncontent-length: 4\r\n\r\nbusy",
        _ => OK,
    });
    let mut desk = Desk::new(&[HERE]).await;
    let hook = desk.hook(&receiver.url("127.0.0.1")).await;
    desk.happens(&[r#"{"a":"汉"}"#]).await;
    desk.round().await;
    assert_eq!(desk.failures().await, [(1, "it answered 500: busy".to_string())]);
    let first = receiver.next();
    desk.round().await;
    assert_eq!(receiver.all(), [], "it is not due yet");
    desk.clock.advance(60);
    desk.round().await;
    let second = receiver.next();
    assert_eq!(receiver.all(), []);
    let id = &first.headers["webhook-id"];
    assert_eq!(id.len(), 32, "{id}");
    let secret = Secret::stored(&hook.secret);
    for (call, time) in [(&first, START), (&second, START + 60)] {
        assert_eq!((call.path.as_str(), call.body.as_str()), ("/hook", r#"{"a":"汉"}"#));
        assert_eq!(call.headers["content-type"], "application/json");
        for (name, value) in secret.headers(id, time, &call.body) {
            assert_eq!(call.headers[name], value, "{name}");
        }
    }
    assert!(desk.is_done().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_receiver_holds_nobody_up() {
    let (release, released) = mpsc::channel::<()>();
    let slow = Receiver::new(move |_| {
        let _ = released.recv();
        OK
    });
    let quick = Receiver::new(|_| OK);
    let desk = Desk::new(&[HERE]).await;
    desk.hook(&slow.url("127.0.0.1")).await;
    desk.hook(&quick.url("127.0.0.1")).await;
    let bodies: Vec<String> = (0..20).map(|number| number.to_string()).collect();
    desk.happens(&bodies.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut caller = Caller::new(desk.database.clone(), Client::new(vec![HERE]));
    let round = tokio::spawn(async move { caller.round(LONG).await });
    let heard: Vec<String> = bodies.iter().map(|_| quick.next().body).collect();
    assert_eq!(heard, bodies, "one after the other, as it happened");
    assert_eq!(slow.next().body, "0");
    assert_eq!(slow.all(), [], "one call at a time");
    // From here on it is quick, too.
    drop(release);
    round.await.unwrap();
    assert_eq!(slow.all().into_iter().map(|call| call.body).collect::<Vec<_>>(), bodies[1..]);
    assert!(desk.is_done().await);
}

#[tokio::test]
async fn what_waits_behind_a_call_that_nobody_took_waits_for_the_next_try() {
    // It takes connections and ends them.
    let receiver = Receiver::new(|_| "");
    let mut desk = Desk::new(&[HERE]).await;
    desk.hook(&receiver.url("127.0.0.1")).await;
    desk.happens(&["1", "2", "3"]).await;
    desk.round().await;
    let failures = desk.failures().await;
    assert_eq!(failures.len(), 3);
    for (tries, error) in &failures {
        assert_eq!((*tries, error), (1, &failures[0].1));
        assert!(error.starts_with("the request failed: "), "{error}");
    }
    assert_eq!(receiver.all().len(), 1);
    // A program that is there and refuses gets each of them.
    let receiver = Receiver::new(|_| "HTTP/1.1 400 No\r\ncontent-length: 0\r\n\r\n");
    let mut desk = Desk::new(&[HERE]).await;
    desk.hook(&receiver.url("127.0.0.1")).await;
    desk.happens(&["1", "2", "3"]).await;
    desk.round().await;
    assert_eq!(desk.failures().await, [(); 3].map(|()| (1, "it answered 400".to_string())));
    assert_eq!(receiver.all().len(), 3);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let receiver = Receiver::new(|_| "HTTP/1.1 307 Go\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
    let mut desk = Desk::new(&[HERE]).await;
    desk.hook(&receiver.url("127.0.0.1")).await;
    desk.happens(&["{}"]).await;
    desk.round().await;
    assert_eq!(receiver.all().len(), 1);
    assert_eq!(desk.failures().await, [(1, "it answered 307: redirects are not followed".to_string())]);
}

#[tokio::test]
async fn who_is_gone_is_called_no_more() {
    let receiver = Receiver::new(|_| "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n");
    let mut desk = Desk::new(&[HERE]).await;
    let hook = desk.hook(&receiver.url("127.0.0.1")).await;
    desk.happens(&["1", "2"]).await;
    desk.round().await;
    assert_eq!(receiver.all().len(), 1);
    assert!(!desk.database.webhook(&hook.id).await.unwrap().unwrap().active);
    let log = desk.database.audit(&Filter::default(), 10).await.unwrap();
    assert_eq!((log[0].action.as_str(), &log[0].object), ("webhook gone", &hook.url));
    assert!(desk.is_done().await);
}

#[tokio::test]
async fn nothing_is_sent_to_a_webhook_that_was_paused_or_removed() {
    let receiver = Receiver::new(|_| OK);
    let mut desk = Desk::new(&[HERE]).await;
    let (paused, removed) =
        (desk.hook(&receiver.url("127.0.0.1")).await, desk.hook(&receiver.url("localhost")).await);
    desk.happens(&["1", "2"]).await;
    desk.database.set_webhook(&paused.id, &paused.url, &paused.events, false).await.unwrap();
    assert!(desk.database.remove_webhook(&removed.id).await.unwrap());
    desk.round().await;
    assert_eq!(receiver.all(), []);
    assert!(desk.is_done().await);
}

/// Addresses of this machine and its network, in the spellings that filters have been tricked with.
pub(crate) const FORBIDDEN: &[&str] = &[
    "127.0.0.1",
    "[::1]",
    "localhost",
    "169.254.169.254",
    "0.0.0.0",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.1",
    "127.0.0.1.",
    "localhost.",
    "10.0.0.1",
];

#[tokio::test]
async fn addresses_that_are_not_public_are_never_connected_to() {
    let receiver = Receiver::new(|_| OK);
    // The same port of the other loopback address, where the machine has it.
    let six = TcpListener::bind(("::1", receiver.port)).ok().map(|listener| Receiver::at(listener, |_| OK));
    let mut desk = Desk::new(&[]).await;
    for host in FORBIDDEN {
        desk.hook(&receiver.url(host)).await;
    }
    desk.happens(&["{}"]).await;
    desk.round().await;
    let failures = desk.failures().await;
    assert_eq!(failures.len(), FORBIDDEN.len(), "{failures:?}");
    for ((_, error), host) in failures.iter().zip(FORBIDDEN) {
        let by_name = host.ends_with('.') && error.contains("cannot find the machine");
        assert!(error.contains("not public") || by_name, "{host}: {error}");
    }
    assert_eq!(receiver.all(), []);
    assert_eq!(six.map(|six| six.all()).unwrap_or_default(), []);
    // The receiver was there all the time.
    let mut allowed = Desk::new(&[HERE]).await;
    allowed.hook(&receiver.url("localhost")).await;
    allowed.happens(&["{}"]).await;
    allowed.round().await;
    assert_eq!(receiver.all().len(), 1);
}
