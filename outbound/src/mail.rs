//! Mail, by SMTP.

use lettre::address::AddressError;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::{Duration, SystemTime};

/// How long the server may take for each answer.
const ANSWER: Duration = Duration::from_secs(20);

/// How long it may take for a mail as a whole.
const WHOLE: Duration = Duration::from_secs(120);

/// Where mails go, as the operator says.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `smtp://…` or `smtps://user:password@host:port`
    pub url: String,
    /// Who mails are from: an address, perhaps with a name before it.
    pub from: String,
}

impl std::fmt::Debug for Settings {
    /// Without the password that may be in the address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("from", &self.from).finish_non_exhaustive()
    }
}

/// A mail of plain text.
#[derive(Clone, Copy, Debug)]
pub struct Mail<'a> {
    /// The address that it goes to.
    pub to: &'a str,
    /// The subject. Control characters become spaces.
    pub subject: &'a str,
    /// The text.
    pub text: &'a str,
    /// A word of letters and digits that no other mail has: the same when the mail is sent again.
    pub id: &'a str,
    /// When it was written.
    pub written: SystemTime,
    /// Where whoever gets it can end such mails with one POST (RFC 8058).
    pub unsubscribe: Option<&'a str>,
}

/// Why a mail was not sent, or none can be.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address of the mail server. It may hold a password, so it is not repeated.
    #[error(
        "the address of the mail server is none ({0}); write smtp://HOST, smtp://USER:PASSWORD@HOST or \
         smtps://USER:PASSWORD@HOST"
    )]
    Server(#[source] smtp::Error),
    /// Who mails are from.
    #[error(
        "`{from}` is nobody whom mails can be from ({reason}); write wiki@example.org or Wiki <wiki@example.org>"
    )]
    From {
        /// As the operator wrote it.
        from: String,
        /// What is wrong with it.
        reason: AddressError,
    },
    /// The address that a mail goes to.
    #[error("`{to}` is no mail address: {reason}")]
    To {
        /// The address.
        to: String,
        /// What is wrong with it.
        reason: AddressError,
    },
    /// Something in the mail that cannot be in one.
    #[error("this cannot be in a mail: {0}")]
    Content(String),
    /// The server did not take it.
    #[error("the mail server did not take it: {0}")]
    Refused(#[source] smtp::Error),
    /// The server did not answer in time.
    #[error("the mail server takes too long")]
    TooLong,
}

/// Sends mails to one server, which passes them on.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mailer {
    /// Reads the settings; nothing is sent yet.
    ///
    /// # Errors
    /// When one of them cannot be used.
    pub fn new(settings: &Settings) -> Result<Mailer, Error> {
        let from =
            settings.from.parse().map_err(|reason| Error::From { from: settings.from.clone(), reason })?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&guarded(&settings.url));
        let transport = transport.map_err(Error::Server)?.timeout(Some(ANSWER)).build();
        Ok(Mailer { transport, from })
    }

    /// Sends a mail.
    ///
    /// # Errors
    /// When it cannot be written as a mail, or the server does not take it.
    pub async fn send(&self, mail: &Mail<'_>) -> Result<(), Error> {
        let message = self.message(mail)?;
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(done) => done.map(|_| ()).map_err(Error::Refused),
            Err(_) => Err(Error::TooLong),
        }
    }

    /// The mail as it is sent. No text can become a header: subject and addresses are encoded by their types.
    fn message(&self, mail: &Mail<'_>) -> Result<Message, Error> {
        let to: Address = mail.to.parse().map_err(|reason| Error::To { to: mail.to.to_string(), reason })?;
        if mail.id.is_empty() || !mail.id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Error::Content(format!("the id {:?}", mail.id)));
        }
        let subject: String = mail.subject.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .date(mail.written)
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())));
        message = header(message, "Auto-Submitted", "auto-generated")?;
        if let Some(url) = mail.unsubscribe {
            if !url.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>')) {
                return Err(Error::Content(format!("the address {url:?}")));
            }
            message = header(message, "List-Unsubscribe", &format!("<{url}>"))?;
            message = header(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?;
        }
        let message = message.header(ContentType::TEXT_PLAIN).body(mail.text.to_string());
        message.map_err(|error| Error::Content(error.to_string()))
    }
}

fn header(message: MessageBuilder, name: &str, value: &str) -> Result<MessageBuilder, Error> {
    let name = HeaderName::new_from_ascii(name.to_string());
    let name = name.map_err(|error| Error::Content(error.to_string()))?;
    Ok(message.raw_header(HeaderValue::new(name, value.to_string())))
}

/// The address of the server, so that a password is never sent in the clear: where the operator does not say how
/// `smtp://` is protected, the server has to offer STARTTLS.
fn guarded(url: &str) -> String {
    let authority =
        url.strip_prefix("smtp://").map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    if !authority.is_some_and(|authority| authority.contains('@')) || url.contains("tls=") {
        return url.to_string();
    }
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}tls=required")
}

#[cfg(test)]
mod tests {
    use super::{Error, Mail, Mailer, Settings, guarded};
    use std::time::{Duration, SystemTime};

    fn mailer(url: &str, from: &str) -> Result<Mailer, Error> {
        Mailer::new(&Settings { url: url.to_string(), from: from.to_string() })
    }

    fn mail<'a>(subject: &'a str, text: &'a str) -> Mail<'a> {
        Mail {
            to: "mei@example.org",
            subject,
            text,
            id: "0123abc",
            written: SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_460_299),
            unsubscribe: None,
        }
    }

    fn formatted(mail: &Mail<'_>) -> String {
        let mailer = mailer("smtp://localhost", "Wiki <wiki@kb.example>").unwrap();
        String::from_utf8(mailer.message(mail).unwrap().formatted()).unwrap()
    }

    #[test]
    fn settings_that_cannot_be_used_are_named_and_passwords_are_not() {
        for url in ["", "localhost", "http://u:secret@host", "smtp://", "smtp://u:secret@host?tls=maybe"] {
            let error = mailer(url, "wiki@kb.example").unwrap_err().to_string();
            assert!(
                error.contains("smtps://USER:PASSWORD@HOST") && !error.contains("secret"),
                "{url}: {error}"
            );
        }
        for from in ["", "wiki", "wiki@", "a@b c@d", "Wiki <wiki>"] {
            let error = mailer("smtp://localhost", from).unwrap_err().to_string();
            assert!(error.contains("Wiki <wiki@example.org>") && error.contains(from), "{from}: {error}");
        }
        let settings = Settings { url: "smtps://u:secret@host".to_string(), from: "a@b.c".to_string() };
        assert!(!format!("{settings:?}").contains("secret"));
    }

    #[test]
    fn a_password_wants_tls() {
        for (url, becomes) in [
            ("smtp://host", "smtp://host"),
            ("smtp://u:p@host", "smtp://u:p@host?tls=required"),
            ("smtp://u:p@host:587/name?x=1", "smtp://u:p@host:587/name?x=1&tls=required"),
            ("smtp://u:p@host?tls=opportunistic", "smtp://u:p@host?tls=opportunistic"),
            ("smtps://u:p@host", "smtps://u:p@host"),
        ] {
            assert_eq!(guarded(url), becomes);
        }
    }

    #[test]
    fn a_mail_says_what_it_is() {
        let url = format!("https://kb.example/-/unsubscribe/{}.{}", "a".repeat(32), "b".repeat(43));
        let text = formatted(&Mail { unsubscribe: Some(&url), ..mail("News", "One line\nand another\n") });
        for line in [
            "From: Wiki <wiki@kb.example>",
            "To: mei@example.org",
            "Subject: News",
            "Date: Mon, 02 Mar 2026 14:04:59 +0000",
            "Message-ID: <0123abc@kb.example>",
            "Auto-Submitted: auto-generated",
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            "Content-Type: text/plain; charset=utf-8",
            "One line",
            "and another",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
        }
        // A long address may stand on a line of its own.
        assert!(text.replace("\r\n ", " ").contains(&format!("List-Unsubscribe: <{url}>\r\n")), "{text}");
        assert!(!formatted(&mail("News", "")).contains("List-Unsubscribe"));
    }

    #[test]
    fn no_text_becomes_a_header() {
        for (subject, text) in [
            ("a\r\nBcc: eve@example.org", "x"),
            ("a\nBcc: eve@example.org", "x"),
            ("a\rBcc: eve@example.org", "重传\r\n\r\nBcc: eve@example.org"),
            ("重传\r\nBcc: eve@example.org", "\r\n.\r\nRCPT TO:<eve@example.org>"),
        ] {
            let mail = formatted(&mail(subject, text));
            let (head, _) = mail.split_once("\r\n\r\n").unwrap();
            let names: Vec<_> = head
                .split("\r\n")
                .filter(|line| !line.starts_with([' ', '\t']))
                .map(|line| line.split(':').next().unwrap())
                .collect();
            assert!(
                !names.contains(&"Bcc") && head.bytes().all(|byte| byte != b'\n' || head.contains("\r\n"))
            );
            assert_eq!(names.iter().filter(|name| **name == "Subject").count(), 1, "{head}");
        }
        let mailer = mailer("smtp://localhost", "wiki@kb.example").unwrap();
        for wrong in [
            Mail { to: "mei@example.org\r\nBcc: eve@example.org", ..mail("", "") },
            Mail { to: "mei", ..mail("", "") },
            Mail { id: "a\r\nb", ..mail("", "") },
            Mail { id: "", ..mail("", "") },
            Mail { unsubscribe: Some("https://kb.example/\r\nBcc: eve@example.org"), ..mail("", "") },
            Mail { unsubscribe: Some("https://kb.example/> <x"), ..mail("", "") },
        ] {
            assert!(mailer.message(&wrong).is_err(), "{wrong:?}");
        }
    }
}
