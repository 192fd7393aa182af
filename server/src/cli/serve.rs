//! `casebook serve`.

use super::{Failure, print};
use crate::app::{App, Settings};
use crate::config::{Config, Options};
use crate::http::routes;
use crate::wiki::{self, Wiki, keeper};
use anyhow::Context as _;
use axum::http::HeaderName;
use std::future::Future;
use std::io::{self, IsTerminal};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use store::Remote;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// How long readers have to finish after the program was asked to end.
const DRAIN: Duration = Duration::from_secs(10);

/// How long git may take with the remote: a save fetches and pushes, and has to be answered before browsers are told
/// that it takes too long.
const REMOTE: Duration = Duration::from_secs(4);

pub(super) fn run(options: Options) -> Result<(), Failure> {
    let config = Config::new(options)?;
    log_to_stderr();
    // Labs, compression and files block. More threads than cores would only fill memory with their heaps.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(cores.max(2))
        .thread_keep_alive(std::time::Duration::from_secs(600))
        .enable_all()
        .build()?;
    runtime.block_on(serve(config))
}

fn log_to_stderr() {
    let colour = io::stderr().is_terminal();
    // When a folder is deleted, its watch is gone before `notify` removes it, and it says so each time.
    let wanted = Targets::new().with_default(LevelFilter::INFO).with_target("notify", LevelFilter::WARN);
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(colour).with_target(false);
    tracing_subscriber::registry().with(wanted).with(lines).init();
}

async fn serve(config: Config) -> Result<(), Failure> {
    if let Some(url) = config.public_url.as_deref().filter(|url| url.matches('/').count() > 2) {
        return Err(Failure::Usage(format!(
            "the server answers at the root of a host, not at {url}; give scheme and host alone with --public-url. Only \
             what `casebook export` writes may lie in a folder of another site"
        )));
    }
    let listener = TcpListener::bind(&config.listen)
        .await
        .with_context(|| format!("cannot listen on {}; name another address with --listen", config.listen))?;
    let address = format!("http://{}", listener.local_addr()?);
    let public_url = config.public_url.clone().unwrap_or_else(|| address.clone());
    let wiki = match (config.wiki, config.private) {
        (true, _) => Some(open_wiki(&config, &public_url).await?),
        (false, false) => None,
        (false, true) => {
            let message = "only a wiki has accounts to sign in with; --private needs --wiki";
            return Err(Failure::Usage(message.to_string()));
        }
    };
    let app =
        App::open(Settings { content: config.content, public_url, static_dir: config.static_dir }, wiki)?;
    app.watch();
    keeper::keep(&app);
    if let Some(wiki) = app.wiki()
        && let Some(token) = wiki.database().first_administrator().await?
    {
        let link = format!("{}/-/join/{token}", app.settings().public_url);
        tracing::warn!(
            "nobody has an account yet; whoever opens this link becomes the administrator: {link}"
        );
    }
    let (stop, stopping) = watch::channel(false);
    let asked = asked_to_end()?;
    tokio::spawn(async move {
        asked.await;
        // The receiver is gone only when the server has ended by itself.
        let _ = stop.send(true);
    });
    print(&format!("{address}\n"))?;
    let mut told = stopping.clone();
    let service = routes::router(app).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        let _ = told.wait_for(|stop| *stop).await;
    });
    let mut told = stopping;
    tokio::select! {
        done = async { server.await } => done?,
        () = async { let _ = told.wait_for(|stop| *stop).await; tokio::time::sleep(DRAIN).await } => {
            tracing::warn!("some readers had not finished");
        }
    }
    Ok(())
}

/// Opens the wiki, unless browsers would not keep its cookies.
async fn open_wiki(config: &Config, public_url: &str) -> Result<Wiki, Failure> {
    if let Some(rest) = public_url.strip_prefix("http://") {
        let host =
            rest.strip_prefix('[').map_or_else(|| rest.split(':').next(), |rest| rest.split(']').next());
        let host = host.unwrap_or_default();
        let address: Option<IpAddr> = host.parse().ok();
        if address.is_some_and(|address| address.is_unspecified()) {
            let message = format!("nobody can reach {public_url}; name the site's address with --public-url");
            return Err(Failure::Usage(message));
        }
        // Browsers count these as secure without TLS.
        let local = host == "localhost"
            || host.ends_with(".localhost")
            || address.is_some_and(|address| address.is_loopback());
        if !local && !config.plain_http {
            let message = format!(
                "the wiki is at {public_url}, where browsers send no protected cookies; put it behind HTTPS and name \
                 that address with --public-url, or, on a network that you trust, allow cookies over plain HTTP with \
                 --plain-http"
            );
            return Err(Failure::Usage(message));
        }
    }
    let settings = wiki::Settings {
        data: config.data.clone(),
        database_url: config.database_url.clone(),
        private: config.private,
        remote: config
            .remote
            .as_deref()
            .map(|url| Remote::new(url, &config.branch))
            .transpose()?
            .map(|remote| remote.with_timeout(REMOTE)),
        plain_http: config.plain_http,
        trusted_proxies: config.trusted_proxies.clone(),
        user_header: config.user_header.as_deref().map(header_name).transpose()?,
        oidc: config.oidc.clone(),
        new_accounts: config.new_accounts,
        backups: config.backups.clone(),
        mail: config.mail.clone(),
        webhook_also: config.webhook_also.clone(),
    };
    Ok(Wiki::open(&config.content, settings).await?)
}

/// The name of a header in the spelling in which it is looked up.
fn header_name(name: &str) -> Result<String, Failure> {
    let wrong = |_| Failure::Usage(format!("`{name}` is no name of a header; write one such as Remote-User"));
    name.parse().map(|name: HeaderName| name.to_string()).map_err(wrong)
}

/// Ends when the terminal (SIGINT) or the system (SIGTERM) asks the program to.
#[cfg(unix)]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ends when the terminal asks the program to.
#[cfg(not(unix))]
fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
