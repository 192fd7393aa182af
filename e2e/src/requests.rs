//! What a window asked for, from the browser's own log of its network.

use serde::Deserialize;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its address.
    pub url: String,
    /// What it was for, in the browser's words: `Document`, `Script`, `Fetch`, …
    pub kind: String,
}

#[derive(Deserialize)]
struct Entry {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    method: String,
    params: Params,
}

#[derive(Deserialize)]
struct Params {
    #[serde(default)]
    request: Option<Sent>,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct Sent {
    url: String,
}

/// The request that an entry of the browser's performance log tells of.
pub(crate) fn from_log(entry: &str) -> Option<Request> {
    let Entry { message } = serde_json::from_str(entry).ok()?;
    let sent = message.params.request.filter(|_| message.method == "Network.requestWillBeSent")?;
    Some(Request { url: sent.url, kind: message.params.kind })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_requests_that_were_sent_count() {
        let sent = r#"{"message":{"method":"Network.requestWillBeSent","params":{"request":{"url":"http://a/"},"type":"Document"}},"webview":"1"}"#;
        let request = Request { url: "http://a/".to_string(), kind: "Document".to_string() };
        assert_eq!(from_log(sent), Some(request));
        assert_eq!(from_log(&sent.replace("requestWillBeSent", "responseReceived")), None);
        assert_eq!(from_log("{}"), None);
    }
}
