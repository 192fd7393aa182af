use super::resolver::choose;
use super::{Client, Error, check};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// A server that gives every connection this answer; its port, and the requests that came.
fn server(answer: &'static str) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, requests) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = Vec::new();
            let mut buffer = [0; 1024];
            while !request.ends_with(b"the body") {
                match stream.read(&mut buffer) {
                    Ok(read) if read > 0 => request.extend_from_slice(&buffer[..read]),
                    _ => break,
                }
            }
            let _ = sender.send(String::from_utf8_lossy(&request).to_string());
            // A client may have read enough before the end.
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    (port, requests)
}

async fn post(client: &Client, url: &str) -> Result<u16, Error> {
    client.post(url, &[("x-test", "yes")], "the body".to_string()).await
}

#[test]
fn addresses_as_they_are_typed() {
    let here = [HERE];
    for (url, also, wrong) in [
        ("https://example.org/hook?x=1", &[][..], None),
        ("http://1.1.1.1:8080/", &[], None),
        ("https://[2606:4700:4700::1111]/", &[], None),
        ("http://localhost/", &[], None),
        ("http://127.0.0.1/", &here, None),
        ("http://[::ffff:127.0.0.1]/", &here, None),
        ("http://127.0.0.1/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://127.0.0.1./", &[], Some("the address 127.0.0.1 is not public")),
        ("http://2130706433/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://0x7f000001/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://0177.0.0.1/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://127.1/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://127。0。0。1/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://①②⑦.0.0.1/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://%31%32%37.0.0.1/", &[], Some("the address 127.0.0.1 is not public")),
        ("http://127.0.0.2/", &here, Some("the address 127.0.0.2 is not public")),
        ("http://0/", &[], Some("the address 0.0.0.0 is not public")),
        ("http://[::1]/", &here, Some("the address ::1 is not public")),
        ("http://[::ffff:127.0.0.1]/", &[], Some("the address ::ffff:127.0.0.1 is not public")),
        ("http://169.254.169.254/latest", &here, Some("the address 169.254.169.254 is not public")),
        ("http://me@example.org/", &[], Some("the address has a name or password in it; leave it out")),
        ("http://:pw@example.org/", &[], Some("the address has a name or password in it; leave it out")),
        ("ftp://example.org/", &[], Some("this is not an address of the web: ftp is neither https nor http")),
        ("example.org", &[], Some("this is not an address of the web: relative URL without a base")),
        ("https://", &[], Some("this is not an address of the web: empty host")),
    ] {
        let found = check(url, also).err().map(|error| error.to_string());
        assert_eq!(found.as_deref(), wrong, "{url} {also:?}");
    }
}

#[test]
fn of_a_names_addresses_the_allowed_are_taken() {
    let at = |ip: &str| SocketAddr::new(ip.parse().unwrap(), 0);
    let all = vec![at("10.0.0.1"), at("1.1.1.1"), at("::1"), at("127.0.0.1"), at("2606:4700:4700::1111")];
    let name = || "hook.example".to_string();
    let allowed = choose(name(), all.clone(), &[HERE]).unwrap();
    assert_eq!(allowed, [at("1.1.1.1"), at("127.0.0.1"), at("2606:4700:4700::1111")]);
    let none = choose(name(), vec![at("10.0.0.1"), at("::1")], &[HERE]).unwrap_err();
    assert_eq!(none.to_string(), "hook.example is at 10.0.0.1, which is not public");
    let nothing = choose(name(), Vec::new(), &[]).unwrap_err();
    assert_eq!(nothing.to_string(), "cannot find the machine hook.example: it has no address");
}

#[tokio::test]
async fn a_request_and_what_comes_of_it() {
    let client = Client::new(vec![HERE]);
    let long = "HTTP/1.1 500 Oh\r\ncontent-length: 1000000\r\n\r\n<p>\r\n  broken\u{1}\t汉 </p>";
    for (answer, expected) in [
        ("HTTP/1.1 204 No Content\r\n\r\n", Ok(204)),
        // The body of a good answer is nobody's business: it is never read, however long it takes.
        ("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n", Ok(200)),
        (long, Err("it answered 500: <p> broken 汉 </p>")),
        ("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", Err("it answered 410")),
        (
            "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n",
            Err("it answered 302: redirects are not followed"),
        ),
        ("SSH-2.0-OpenSSH\r\n", Err("the request failed: invalid HTTP version parsed")),
        ("", Err("the request failed: connection closed before message completed")),
    ] {
        let (port, requests) = server(answer);
        let found = post(&client, &format!("http://127.0.0.1:{port}/hook?x=1")).await;
        assert_eq!(found.map_err(|error| error.to_string()), expected.map_err(str::to_string), "{answer}");
        let request = requests.recv().unwrap();
        assert!(request.starts_with("POST /hook?x=1 HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("\r\nx-test: yes\r\n"), "{request}");
        assert!(request.ends_with("\r\n\r\nthe body"), "{request}");
        assert!(requests.try_recv().is_err(), "it asked again: {answer}");
    }
}

#[tokio::test]
async fn what_is_not_allowed_is_never_connected_to() {
    let (port, requests) = server("HTTP/1.1 204 No Content\r\n\r\n");
    let strict = Client::new(Vec::new());
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0", "2130706433", "0x7f000001"] {
        let found = post(&strict, &format!("http://{host}:{port}/")).await;
        let wrong = found.unwrap_err();
        assert!(matches!(wrong, Error::NotPublic(_) | Error::NameNotPublic { .. }), "{host}: {wrong}");
    }
    assert!(requests.try_recv().is_err());
    // The same server is there for those who may.
    assert_eq!(post(&Client::new(vec![HERE]), &format!("http://localhost:{port}/")).await, Ok(204));
    assert!(requests.try_recv().is_ok());
}

#[tokio::test]
async fn nobody_is_there() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = Client::new(vec![HERE]);
    let refused = post(&client, &format!("http://127.0.0.1:{port}/")).await.unwrap_err();
    assert!(matches!(refused, Error::NoConnection(_)), "{refused}");
    assert!(refused.to_string().contains("refused"), "{refused}");
    let unknown = post(&client, "http://no-such-machine.invalid/").await.unwrap_err();
    assert!(matches!(unknown, Error::NoSuchName { .. }), "{unknown}");
    let wrong = client.post(&format!("http://127.0.0.1:{port}/"), &[("a b", "c")], String::new()).await;
    assert!(matches!(wrong, Err(Error::Failed(_))), "{wrong:?}");
}

#[tokio::test]
async fn who_does_not_answer_is_left() {
    let (sender, connected) = channel();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let stream = listener.accept().unwrap();
        sender.send(stream).unwrap();
    });
    let client = Client { patience: Duration::from_millis(200), ..Client::new(vec![HERE]) };
    let silent = post(&client, &format!("http://127.0.0.1:{port}/")).await.unwrap_err();
    assert_eq!(silent.to_string(), "no answer in 10 seconds");
    assert!(connected.try_recv().is_ok());
}
