//! A browser that goes from the site to the provider and back, with the cookies of both.

use super::Site;
use crate::app::{Answer, PUBLIC_URL};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tower::ServiceExt;

type Cookies = BTreeMap<String, String>;

/// A browser.
pub(super) struct Browser {
    router: Router,
    /// Those of the site.
    pub(super) cookies: Cookies,
    at_provider: Cookies,
    csrf: String,
}

impl Browser {
    pub(super) fn new(site: &Site) -> Browser {
        Browser {
            router: site.router.clone(),
            cookies: Cookies::new(),
            at_provider: Cookies::new(),
            csrf: String::new(),
        }
    }

    /// GET of the site.
    pub(super) async fn get(&mut self, uri: &str) -> Answer {
        self.send(Method::GET, uri, Body::empty()).await
    }

    /// Sends a form of the site.
    pub(super) async fn post(&mut self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf).extend_pairs(fields);
        self.send(Method::POST, uri, Body::from(form.finish())).await
    }

    async fn send(&mut self, method: Method, uri: &str, body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, written(&self.cookies));
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        keep(&mut self.cookies, &parts.headers);
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// Whether the site knows who it is; then its forms' token is known, too.
    pub(super) async fn is_signed_in(&mut self) -> bool {
        let account = self.get("/-/account").await;
        self.csrf = account.attributes("input[name=csrf]", "value").into_iter().next().unwrap_or_default();
        account.status == StatusCode::OK
    }

    /// The name of the account, as its page says it.
    pub(super) async fn name(&mut self) -> String {
        let names = self.get("/-/account").await.texts("p.lede strong");
        names.into_iter().next().unwrap_or_default()
    }

    /// Goes to the provider, where `who` signs in, and gives the address of the site that they are sent back to.
    pub(super) async fn go(&mut self, form: &str, fields: &[(&str, &str)], who: &str) -> String {
        let page = self.post(form, fields).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let refresh = page.header("refresh").strip_prefix("0; url=").expect("it leads somewhere").to_string();
        assert_eq!(page.attributes("p.actions a", "href"), [refresh.as_str()], "by itself or by hand");
        self.at_provider(refresh, who)
    }

    fn at_provider(&mut self, mut url: String, who: &str) -> String {
        let origin: String = url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
        for _ in 0..10 {
            if let Some(back) = url.strip_prefix(PUBLIC_URL) {
                return back.to_string();
            }
            if url.starts_with('/') {
                url = format!("{origin}{url}");
            }
            let cookies = written(&self.at_provider);
            let answer = call("GET", &url, &[("cookie", &cookies), ("x-who", who)], "");
            keep(&mut self.at_provider, &answer.headers);
            url = answer.header("location").to_string();
            assert!(!url.is_empty(), "{}: {}", answer.status, answer.text());
        }
        panic!("the provider sends people in circles");
    }

    /// Signs in from the sign-in page, as `who` at the provider.
    pub(super) async fn sign_in(&mut self, who: &str) -> Answer {
        let back = self.go("/-/oidc/start", &[("next", "/en/tcp")], who).await;
        self.get(&back).await
    }
}

fn written(cookies: &Cookies) -> String {
    cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
}

fn keep(cookies: &mut Cookies, headers: &HeaderMap) {
    for set in headers.get_all(header::SET_COOKIE) {
        let pair = set.to_str().unwrap().split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        match value {
            "" => cookies.remove(name),
            value => cookies.insert(name.to_string(), value.to_string()),
        };
    }
}

/// A request over the network.
pub(super) fn call(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {host}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::try_from(value).unwrap());
    }
    Answer { status, headers, body: body.to_string().into() }
}
