//! A wiki in temporary folders, with people who have accounts, and browsers that keep their cookies.

use crate::app::{Answer, PUBLIC_URL, write};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use casebook::app::{App, Settings};
use casebook::http::routes;
use casebook::wiki::{self, Wiki};
use database::{Clock, Database, NewUser, Role, User};
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tower::ServiceExt;

/// What everybody's password is in these tests.
pub(crate) const PASSWORD: &str = "three packets were lost";

/// A running wiki.
pub(crate) struct TestWiki {
    content: TempDir,
    _data: TempDir,
    app: Arc<App>,
    router: Router,
}

impl TestWiki {
    /// A public wiki of these files.
    pub(crate) async fn new(files: &[(&str, &str)]) -> TestWiki {
        TestWiki::with(files, false).await
    }

    /// A wiki whose readers sign in.
    pub(crate) async fn private(files: &[(&str, &str)]) -> TestWiki {
        TestWiki::with(files, true).await
    }

    async fn with(files: &[(&str, &str)], private: bool) -> TestWiki {
        let settings = wiki::Settings { private, ..wiki::Settings::default() };
        TestWiki::set_up(files, settings, Clock::system()).await
    }

    /// A wiki with these settings and a clock. Its data are in a folder of its own.
    pub(crate) async fn set_up(
        files: &[(&str, &str)],
        mut settings: wiki::Settings,
        clock: Clock,
    ) -> TestWiki {
        let (content, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (name, text) in files {
            write(&content.path().join(name), text);
        }
        settings.data = data.path().to_path_buf();
        let database = Database::open_with(&settings.database_url(), clock).await.unwrap();
        let wiki = Wiki::with(content.path(), settings, database).await.unwrap();
        let settings = Settings {
            content: content.path().to_path_buf(),
            public_url: PUBLIC_URL.to_string(),
            static_dir: None,
        };
        let app = App::open(settings, Some(wiki)).unwrap();
        TestWiki { router: routes::router(app.clone()), app, content, _data: data }
    }

    /// The site.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Its accounts and pages.
    pub(crate) fn wiki(&self) -> &Wiki {
        self.app.wiki().unwrap()
    }

    /// Where a file of it lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.content.path().join(name)
    }

    /// What a file holds.
    pub(crate) fn file(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Makes an account with [`PASSWORD`].
    pub(crate) async fn user(&self, name: &str, role: Role) -> User {
        let new = NewUser {
            name: name.to_string(),
            display: name.to_string(),
            email: Some(format!("{name}@example.org")),
            role,
        };
        let database = self.wiki().database();
        let user = database.create_user(&new).await.unwrap();
        database.set_password(&user, PASSWORD, "Casebook", None).await.unwrap();
        user
    }

    /// A browser of somebody who has not signed in.
    pub(crate) fn anonymous(&self) -> Client {
        Client { router: self.router.clone(), cookie: Mutex::default(), csrf: Mutex::default() }
    }

    /// A browser of somebody who has an account, and has signed in with it.
    pub(crate) async fn signed_in(&self, name: &str, role: Role) -> Client {
        self.user(name, role).await;
        let client = self.anonymous();
        let answer = client.sign_in(name).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        client
    }
}

/// A browser.
pub(crate) struct Client {
    router: Router,
    cookie: Mutex<String>,
    csrf: Mutex<String>,
}

impl Client {
    /// Signs in with [`PASSWORD`], and learns the session's form token as its pages tell it.
    pub(crate) async fn sign_in(&self, name: &str) -> Answer {
        let answer = self.post("/-/login", &[("name", name), ("password", PASSWORD)]).await;
        if answer.status == StatusCode::SEE_OTHER {
            let page = self.get("/-/account").await;
            let token = page.attributes("input[name=csrf]", "value").into_iter().next().unwrap_or_default();
            *self.csrf.lock().unwrap() = token;
        }
        answer
    }

    /// GET.
    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send(Method::GET, uri, &[], Body::empty()).await
    }

    /// GET as a script.
    pub(crate) async fn get_json(&self, uri: &str) -> Answer {
        self.send(Method::GET, uri, &[("accept", "application/json")], Body::empty()).await
    }

    /// Sends a form of the site.
    pub(crate) async fn post(&self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_with(uri, &[], fields).await
    }

    /// Sends a form with headers.
    pub(crate) async fn post_with(
        &self,
        uri: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let csrf = self.csrf();
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &csrf);
        form.extend_pairs(fields);
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.send(Method::POST, uri, &all, Body::from(form.finish())).await
    }

    /// The session's form token.
    pub(crate) fn csrf(&self) -> String {
        self.csrf.lock().unwrap().clone()
    }

    /// Any request, with the browser's cookie.
    pub(crate) async fn send(
        &self,
        method: Method,
        uri: &str,
        headers: &[(&str, &str)],
        body: Body,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let cookie = self.cookie.lock().unwrap().clone();
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, cookie);
        }
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().unwrap().split(';').next().unwrap().to_string();
            *self.cookie.lock().unwrap() = if pair.ends_with('=') { String::new() } else { pair };
        }
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}
