//! Requests to the provider. The operator chose it, so it may be anywhere, also within the network; what is bounded is
//! how long it may take and how much it may say, and nobody is followed to another place.

use crate::tls;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse, http};
use reqwest::redirect::Policy;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// How long an answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The longest answer: key sets and tokens have some kilobytes.
const LONGEST: usize = 256 * 1024;

/// Why a request has no answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Failed(pub(super) String);

/// An answer that is still to come.
pub(super) type Coming = Pin<Box<dyn Future<Output = Result<HttpResponse, Failed>> + Send>>;

/// A client for one provider. Tests answer themselves.
pub(super) struct Http(pub(super) Box<dyn Fn(HttpRequest) -> Coming + Send + Sync>);

impl Http {
    /// A client that sends what it is given.
    ///
    /// # Errors
    /// When there is no randomness, or no certificate authority is known here.
    pub(super) fn new() -> Result<Http, Failed> {
        tls::choose();
        let client = reqwest::Client::builder()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            // People sign in seldom, and a connection that was kept may be closed when it is needed again.
            .pool_max_idle_per_host(0)
            .user_agent(concat!("casebook/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failed(chain(&error)))?;
        Ok(Http(Box::new(move |request| Box::pin(ask(client.clone(), request)))))
    }
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Failed;
    type Future = Coming;

    fn call(&'c self, request: HttpRequest) -> Coming {
        (self.0)(request)
    }
}

async fn ask(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Failed> {
    let place = request.uri().to_string();
    let failed = |error: reqwest::Error| Failed(format!("{place}: {}", chain(&error.without_url())));
    let request = reqwest::Request::try_from(request).map_err(failed)?;
    let mut response = client.execute(request).await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(failed)? {
        if body.len() + part.len() > LONGEST {
            return Err(Failed(format!("{place}: the answer is longer than {LONGEST} bytes")));
        }
        body.extend_from_slice(&part);
    }
    let mut answer = http::Response::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    Ok(answer)
}

/// An error with what caused it.
pub(super) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::Http;
    use openidconnect::{AsyncHttpClient, http};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// What becomes of a request when the other side answers so, again and again.
    async fn ask(answer: String) -> Result<(u16, usize), String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let uri = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut asked = [0; 1024];
                let _ = stream.read(&mut asked).await;
                // It may have been given up on.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        let request = http::Request::get(uri).body(Vec::new()).unwrap();
        let response = Http::new().unwrap().call(request).await.map_err(|error| error.to_string())?;
        Ok((response.status().as_u16(), response.body().len()))
    }

    #[tokio::test]
    async fn answers_are_bounded_and_nobody_is_followed() {
        let of = |length: usize| {
            format!(
                "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{}",
                "x".repeat(length)
            )
        };
        assert_eq!(ask(of(256 * 1024)).await, Ok((200, 256 * 1024)));
        assert!(ask(of(256 * 1024 + 1)).await.unwrap_err().contains("longer than"));
        let elsewhere = "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(ask(elsewhere.to_string()).await, Ok((302, 0)));
        assert!(ask("nonsense".to_string()).await.is_err());
    }

    #[tokio::test]
    async fn nobody_there_is_an_error_with_the_place() {
        let request = http::Request::get("http://127.0.0.1:1/keys").body(Vec::new()).unwrap();
        let error = Http::new().unwrap().call(request).await.unwrap_err().to_string();
        assert!(error.starts_with("http://127.0.0.1:1/keys: "), "{error}");
    }
}
