//! Where settings come from: the command line wins, then the environment, then `casebook.toml`, then the defaults.

use crate::wiki::backups;
use anyhow::{Context as _, bail};
use clap::builder::{BoolishValueParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, Args, Command};
use database::Role;
use outbound::{mail, oidc};
use serde::{Deserialize, Deserializer, de};
use std::ffi::OsStr;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// The file that is read when none is named and it is there.
const DEFAULT_FILE: &str = "casebook.toml";

/// As many backups are kept when nothing else is said.
const BACKUPS: usize = 14;

/// What the command line and the environment say. Every command takes them, before its name or after it.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Address or host name, and port, to listen on [default: 127.0.0.1:8080]
    #[arg(long, global = true, value_name = "ADDRESS:PORT", env = "CASEBOOK_LISTEN", value_parser = ListenParser)]
    pub listen: Option<String>,
    /// The content folder [default: content]
    #[arg(long, global = true, value_name = "DIR", env = "CASEBOOK_CONTENT")]
    pub content: Option<PathBuf>,
    /// The configuration file [default: casebook.toml, if it exists]
    #[arg(long, global = true, value_name = "FILE", env = "CASEBOOK_CONFIG")]
    pub config: Option<PathBuf>,
    /// Where readers reach the site; links in feeds and the sitemap begin with it [default: http://ADDRESS:PORT]
    #[arg(long, global = true, value_name = "URL", env = "CASEBOOK_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Take style sheets and scripts from this folder, read again on change, instead of those built in
    #[arg(long = "static", global = true, value_name = "DIR", env = "CASEBOOK_STATIC")]
    pub static_dir: Option<PathBuf>,
    /// Pages can be edited: accounts, history, and the content folder as a git repository
    #[arg(long, global = true, env = "CASEBOOK_WIKI", value_parser = BoolishValueParser::new())]
    pub wiki: bool,
    /// Readers of the wiki have to sign in
    #[arg(long, global = true, env = "CASEBOOK_PRIVATE", value_parser = BoolishValueParser::new())]
    pub private: bool,
    /// Send the wiki's cookies over plain HTTP, on a network that you trust
    #[arg(long, global = true, env = "CASEBOOK_PLAIN_HTTP", value_parser = BoolishValueParser::new())]
    pub plain_http: bool,
    /// Where the wiki keeps its database [default: data]
    #[arg(long, global = true, value_name = "DIR", env = "CASEBOOK_DATA")]
    pub data: Option<PathBuf>,
    /// `postgres://…`: the wiki's database is in PostgreSQL
    #[arg(long, global = true, value_name = "URL", env = "CASEBOOK_DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// A git repository that the wiki fetches from and pushes to, each save before it is acknowledged
    #[arg(long, global = true, value_name = "URL", env = "CASEBOOK_REMOTE")]
    pub remote: Option<String>,
    /// The address of a reverse proxy that may say where requests come from; once for each
    #[arg(long, global = true, value_name = "IP", env = "CASEBOOK_TRUSTED_PROXY", value_delimiter = ',')]
    pub trusted_proxy: Vec<IpAddr>,
    /// A proxy's header that names who is signed in, such as Remote-User; needs --trusted-proxy
    #[arg(long, global = true, value_name = "NAME", env = "CASEBOOK_USER_HEADER")]
    pub user_header: Option<String>,
    /// The issuer of an OpenID provider that people sign in with
    #[arg(long, global = true, value_name = "URL", env = "CASEBOOK_OIDC_ISSUER")]
    pub oidc_issuer: Option<String>,
    /// What that provider calls this site
    #[arg(long, global = true, value_name = "ID", env = "CASEBOOK_OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,
    /// What this site proves itself to the provider with
    #[arg(
        long,
        global = true,
        value_name = "SECRET",
        env = "CASEBOOK_OIDC_CLIENT_SECRET",
        hide_env_values = true
    )]
    pub oidc_client_secret: Option<String>,
    /// What the button of the provider says
    #[arg(long, global = true, value_name = "NAME", env = "CASEBOOK_OIDC_NAME")]
    pub oidc_name: Option<String>,
    /// Role of accounts that are made when somebody comes from the provider or the proxy for the first time [default:
    /// none are made]
    #[arg(long, global = true, value_name = "ROLE", env = "CASEBOOK_NEW_ACCOUNTS", value_parser = role)]
    pub new_accounts: Option<Role>,
    /// Make a backup in this folder each day
    #[arg(long, global = true, value_name = "DIR", env = "CASEBOOK_BACKUP_DIR")]
    pub backup_dir: Option<PathBuf>,
    /// Keep so many of them, the newest [default: 14]
    #[arg(long, global = true, value_name = "NUMBER", env = "CASEBOOK_BACKUP_KEEP")]
    pub backup_keep: Option<usize>,
    /// Where mails go: smtp://HOST, or smtps://USER:PASSWORD@HOST
    #[arg(long, global = true, value_name = "URL", env = "CASEBOOK_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// Who mails are from
    #[arg(long, global = true, value_name = "ADDRESS", env = "CASEBOOK_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// An address within your network that webhooks may be sent to; once for each
    #[arg(long, global = true, value_name = "IP", env = "CASEBOOK_WEBHOOK_ALSO", value_delimiter = ',')]
    pub webhook_also: Vec<IpAddr>,
    /// The branch of that repository [default: main]
    #[arg(long, global = true, value_name = "NAME", env = "CASEBOOK_BRANCH")]
    pub branch: Option<String>,
}

/// `casebook.toml`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOptions {
    #[serde(default, deserialize_with = "listen_in_file")]
    listen: Option<String>,
    content: Option<PathBuf>,
    public_url: Option<String>,
    #[serde(rename = "static")]
    static_dir: Option<PathBuf>,
    #[serde(default)]
    wiki: bool,
    #[serde(default)]
    private: bool,
    #[serde(default)]
    plain_http: bool,
    data: Option<PathBuf>,
    database_url: Option<String>,
    remote: Option<String>,
    branch: Option<String>,
    #[serde(default)]
    trusted_proxy: Vec<IpAddr>,
    user_header: Option<String>,
    oidc_issuer: Option<String>,
    oidc_client_id: Option<String>,
    oidc_client_secret: Option<String>,
    oidc_name: Option<String>,
    #[serde(default, deserialize_with = "role_in_file")]
    new_accounts: Option<Role>,
    backup_dir: Option<PathBuf>,
    backup_keep: Option<usize>,
    smtp_url: Option<String>,
    mail_from: Option<String>,
    #[serde(default)]
    webhook_also: Vec<IpAddr>,
}

/// What holds in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Address or host name, and port, to listen on.
    pub listen: String,
    /// The content folder.
    pub content: PathBuf,
    /// Where readers reach the site; none for the address it listens on.
    pub public_url: Option<String>,
    /// Where the files of the design are, when not those built in.
    pub static_dir: Option<PathBuf>,
    /// Pages can be edited.
    pub wiki: bool,
    /// Readers of the wiki have to sign in.
    pub private: bool,
    /// Cookies are sent over plain HTTP, too.
    pub plain_http: bool,
    /// Where the wiki keeps its database.
    pub data: PathBuf,
    /// The wiki's database, when it is PostgreSQL.
    pub database_url: Option<String>,
    /// The repository that all servers of the wiki share.
    pub remote: Option<String>,
    /// Its branch.
    pub branch: String,
    /// Reverse proxies that may say where requests come from.
    pub trusted_proxies: Vec<IpAddr>,
    /// The header in which they name who is signed in.
    pub user_header: Option<String>,
    /// The provider that people sign in with.
    pub oidc: Option<oidc::Settings>,
    /// Role of accounts that are made for people who come from the provider or a proxy for the first time.
    pub new_accounts: Option<Role>,
    /// Where a backup is made each day, and how many are kept.
    pub backups: Option<backups::Settings>,
    /// Where mails go.
    pub mail: Option<mail::Settings>,
    /// Addresses that are not public, and that webhooks may be sent to.
    pub webhook_also: Vec<IpAddr>,
}

impl Config {
    /// Puts the sources together.
    ///
    /// # Errors
    /// When the configuration file cannot be read or says something that is not understood.
    pub fn new(options: Options) -> anyhow::Result<Config> {
        let file = read(options.config.as_deref())?;
        let oidc = provider(&options, &file)?;
        let mail = post_office(&options, &file)?;
        let trusted_proxies = given(options.trusted_proxy, file.trusted_proxy);
        let user_header = options.user_header.or(file.user_header);
        if user_header.is_some() && trusted_proxies.is_empty() {
            bail!(
                "anybody could say who they are in the header of --user-header; name the proxy whose word is taken with \
                 --trusted-proxy"
            );
        }
        Ok(Config {
            listen: options.listen.or(file.listen).unwrap_or_else(|| "127.0.0.1:8080".to_string()),
            content: options.content.or(file.content).unwrap_or_else(|| "content".into()),
            public_url: options.public_url.or(file.public_url),
            static_dir: options.static_dir.or(file.static_dir),
            wiki: options.wiki || file.wiki,
            private: options.private || file.private,
            plain_http: options.plain_http || file.plain_http,
            data: options.data.or(file.data).unwrap_or_else(|| "data".into()),
            database_url: options.database_url.or(file.database_url),
            remote: options.remote.or(file.remote),
            trusted_proxies,
            user_header,
            oidc,
            new_accounts: options.new_accounts.or(file.new_accounts),
            backups: options.backup_dir.or(file.backup_dir).map(|folder| backups::Settings {
                folder,
                keep: options.backup_keep.or(file.backup_keep).unwrap_or(BACKUPS),
            }),
            mail,
            webhook_also: given(options.webhook_also, file.webhook_also),
            branch: options.branch.or(file.branch).unwrap_or_else(|| "main".to_string()),
        })
    }
}

/// A list as the command line or the environment has it, else as the file has it.
fn given<T>(options: Vec<T>, file: Vec<T>) -> Vec<T> {
    if options.is_empty() { file } else { options }
}

fn provider(options: &Options, file: &FileOptions) -> anyhow::Result<Option<oidc::Settings>> {
    let pick = |option: &Option<String>, file: &Option<String>| option.clone().or_else(|| file.clone());
    let issuer = pick(&options.oidc_issuer, &file.oidc_issuer);
    let client_id = pick(&options.oidc_client_id, &file.oidc_client_id);
    match (issuer, client_id) {
        (None, None) => Ok(None),
        (Some(issuer), Some(client_id)) => Ok(Some(oidc::Settings {
            issuer,
            client_id,
            client_secret: pick(&options.oidc_client_secret, &file.oidc_client_secret),
            name: pick(&options.oidc_name, &file.oidc_name),
        })),
        _ => bail!("a provider to sign in with needs both --oidc-issuer and --oidc-client-id"),
    }
}

fn post_office(options: &Options, file: &FileOptions) -> anyhow::Result<Option<mail::Settings>> {
    let url = options.smtp_url.clone().or_else(|| file.smtp_url.clone());
    let from = options.mail_from.clone().or_else(|| file.mail_from.clone());
    match (url, from) {
        (None, _) => Ok(None),
        (Some(url), Some(from)) => Ok(Some(mail::Settings { url, from })),
        (Some(_), None) => bail!("mails need an address that they are from; name it with --mail-from"),
    }
}

fn read(named: Option<&Path>) -> anyhow::Result<FileOptions> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(FileOptions::default());
        }
        Err(error) => {
            return Err(error)
                .with_context(|| format!("cannot read the configuration file `{}`", path.display()));
        }
    };
    let mut file: FileOptions = match toml::from_str(&text) {
        Ok(file) => file,
        Err(error) => {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            let message = error.message().lines().collect::<Vec<_>>().join(" ");
            bail!("{}:{line}: {message}", path.display());
        }
    };
    if let Some(url) = file.public_url.take() {
        let line = 1 + text.lines().position(|line| line.trim_start().starts_with("public_url")).unwrap_or(0);
        let url =
            public_url(&url).map_err(|message| anyhow::anyhow!("{}:{line}: {message}", path.display()))?;
        file.public_url = Some(url);
    }
    // Paths in a file are meant from where the file is, wherever the program was started.
    let folder = path.parent().unwrap_or(Path::new(""));
    for path in
        [&mut file.content, &mut file.static_dir, &mut file.data, &mut file.backup_dir].into_iter().flatten()
    {
        *path = folder.join(&*path);
    }
    Ok(file)
}

/// Where to listen: an address, or a host name that is looked up when the server begins to listen, and a port.
fn listen(text: &str) -> Result<String, String> {
    let is_name = |host: &str| {
        !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    let named =
        text.rsplit_once(':').is_some_and(|(host, port)| is_name(host) && port.parse::<u16>().is_ok());
    if named || text.parse::<SocketAddr>().is_ok() {
        return Ok(text.to_string());
    }
    Err(format!("cannot listen on `{text}`; write an address and a port, such as 127.0.0.1:8080"))
}

/// Reads `--listen` and CASEBOOK_LISTEN; an error names the one that is wrong.
#[derive(Clone, Debug)]
struct ListenParser;

impl TypedValueParser for ListenParser {
    type Value = String;

    fn parse_ref(&self, cmd: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        self.parse_ref_(cmd, arg, value, ValueSource::CommandLine)
    }

    fn parse_ref_(
        &self,
        cmd: &Command,
        _arg: Option<&Arg>,
        value: &OsStr,
        source: ValueSource,
    ) -> Result<String, clap::Error> {
        let place = if source == ValueSource::EnvVariable { "CASEBOOK_LISTEN" } else { "--listen" };
        listen(&value.to_string_lossy()).map_err(|message| {
            clap::Error::raw(ErrorKind::ValueValidation, format!("{place}: {message}\n")).with_cmd(cmd)
        })
    }
}

/// A bare port is what many people write first, so any value gets the same sentence.
fn listen_in_file<'de, D: Deserializer<'de>>(file: D) -> Result<Option<String>, D::Error> {
    let text = match toml::Value::deserialize(file)? {
        toml::Value::String(text) => text,
        other => other.to_string(),
    };
    listen(&text).map(Some).map_err(|message| de::Error::custom(format!("listen: {message}")))
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| format!("`{text}` is no role; write reader, writer or administrator"))
}

fn role_in_file<'de, D: Deserializer<'de>>(file: D) -> Result<Option<Role>, D::Error> {
    let text = String::deserialize(file)?;
    role(&text).map(Some).map_err(|message| de::Error::custom(format!("new_accounts: {message}")))
}

/// Scheme and host, perhaps a port, and the folder that an export lies in.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let name = |name: &str| {
        let plain =
            |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '%' | '+' | '@');
        !matches!(name, "" | "." | "..") && name.chars().all(plain)
    };
    if host.is_empty() || !host.chars().all(plain) || !path.split('/').skip(1).all(name) {
        return Err(format!("`{text}` is no public URL; write one such as https://kb.example.org"));
    }
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::{listen, public_url};

    #[test]
    fn places_to_listen() {
        for right in ["127.0.0.1:0", "[::1]:8080", "localhost:8080", "kb.example.org:80"] {
            assert_eq!(listen(right).as_deref(), Ok(right));
        }
        for wrong in
            ["", "8080", ":8080", "localhost", "localhost:", "localhost:99999", "http://a:80", "::1:"]
        {
            assert!(listen(wrong).unwrap_err().contains("such as 127.0.0.1:8080"), "{wrong}");
        }
    }

    #[test]
    fn public_urls() {
        assert_eq!(public_url("https://kb.example.org/").as_deref(), Ok("https://kb.example.org"));
        assert_eq!(public_url("http://[::1]:8080").as_deref(), Ok("http://[::1]:8080"));
        assert_eq!(public_url("https://a.example/b/c/").as_deref(), Ok("https://a.example/b/c"));
        for wrong in [
            "",
            "kb.example.org",
            "ftp://a",
            "https://",
            "https://a/b//c",
            "https://a/..",
            "https://a?b",
            "https://a\"b",
        ] {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }
}
