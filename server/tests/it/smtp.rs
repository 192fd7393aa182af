//! A mail server that keeps what it is given, or refuses it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A mail server on this machine.
pub(crate) struct Smtp {
    address: String,
    mails: Arc<Mutex<Vec<Mail>>>,
    refusal: Arc<Mutex<Option<&'static str>>>,
}

/// A mail that was taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mail {
    /// Those whom the sender named to the server.
    pub(crate) to: Vec<String>,
    /// The headers, each on one line.
    pub(crate) head: Vec<String>,
    /// The text, decoded.
    pub(crate) text: String,
}

impl Mail {
    fn new(to: Vec<String>, data: &str) -> Mail {
        let (head, body) = data.split_once("\n\n").unwrap();
        let mut lines: Vec<String> = Vec::new();
        for line in head.lines() {
            match lines.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
                Some(last) => *last = format!("{last} {}", line.trim_start()),
                None => lines.push(line.to_string()),
            }
        }
        let mut mail = Mail { to, head: lines, text: body.to_string() };
        mail.text = match mail.header("Content-Transfer-Encoding") {
            "base64" => text(base64(body)),
            "quoted-printable" => text(quoted_printable(body)),
            _ => mail.text,
        };
        mail
    }

    /// A header as it was sent; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        let prefix = format!("{name}: ");
        self.head.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default()
    }

    /// The subject, decoded.
    pub(crate) fn subject(&self) -> String {
        let subject = self.header("Subject").replace("?= =?", "?==?");
        let mut out = String::new();
        let mut rest = subject.as_str();
        while let Some((before, word)) = rest.split_once("=?utf-8?b?") {
            let (word, after) = word.split_once("?=").unwrap();
            out += before;
            out += &text(base64(word));
            rest = after;
        }
        out + rest
    }

    /// The address that ends what the mail comes of.
    pub(crate) fn unsubscribe(&self) -> &str {
        self.header("List-Unsubscribe").trim_matches(['<', '>'])
    }
}

impl Smtp {
    /// Starts one on a free port.
    pub(crate) fn start() -> Smtp {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let smtp = Smtp {
            address: listener.local_addr().unwrap().to_string(),
            mails: Arc::default(),
            refusal: Arc::default(),
        };
        let (mails, refusal) = (smtp.mails.clone(), smtp.refusal.clone());
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (mails, refusal) = (mails.clone(), refusal.clone());
                thread::spawn(move || talk(&stream, &mails, &refusal));
            }
        });
        smtp
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// From now on recipients are refused with this answer, or taken.
    pub(crate) fn refuse(&self, answer: Option<&'static str>) {
        *self.refusal.lock().unwrap() = answer;
    }

    /// What came since it was last asked.
    pub(crate) fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut self.mails.lock().unwrap())
    }
}

/// One connection; it ends when the other side goes.
fn talk(
    mut stream: &TcpStream,
    mails: &Mutex<Vec<Mail>>,
    refusal: &Mutex<Option<&'static str>>,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream).lines();
    let mut to = Vec::new();
    stream.write_all(b"220 sink\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let verb = line.split([' ', ':']).next().unwrap().to_uppercase();
        let refused = *refusal.lock().unwrap();
        let answer = match (verb.as_str(), refused) {
            ("EHLO", _) => "250-sink\r\n250 8BITMIME",
            ("RCPT", Some(refusal)) => refusal,
            ("RCPT", None) => {
                to.push(line.split(['<', '>']).nth(1).unwrap_or_default().to_string());
                "250 ok"
            }
            ("DATA", _) => {
                stream.write_all(b"354 go on\r\n")?;
                let mut data = String::new();
                while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                    data += line.strip_prefix('.').unwrap_or(&line);
                    data.push('\n');
                }
                mails.lock().unwrap().push(Mail::new(std::mem::take(&mut to), &data));
                "250 taken"
            }
            ("QUIT", _) => "221 bye",
            ("MAIL" | "RSET" | "NOOP", _) => "250 ok",
            _ => "500 what?",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

fn base64(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut out) = (0_u32, 0, Vec::new());
    for value in text.chars().filter_map(|c| LETTERS.find(c)) {
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    out
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let joined = text.replace("=\n", "");
    let (mut bytes, mut out) = (joined.bytes(), Vec::new());
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    out
}
