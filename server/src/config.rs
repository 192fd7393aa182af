//! Where settings come from: the command line wins, then the environment, then `casebook.toml`, then the defaults.

use anyhow::{Context as _, bail};
use clap::Args;
use serde::Deserialize;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file that is read when none is named and it is there.
const DEFAULT_FILE: &str = "casebook.toml";

/// What the command line and the environment say.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", env = "CASEBOOK_LISTEN")]
    pub listen: Option<SocketAddr>,
    #[command(flatten)]
    #[allow(missing_docs)] // a doc comment here would become the help text of the command
    pub common: CommonOptions,
    /// Where readers reach the site; links in feeds and the sitemap begin with it [default: http://ADDRESS:PORT]
    #[arg(long, value_name = "URL", env = "CASEBOOK_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Take style sheets and scripts from this folder, read again on change, instead of those built in
    #[arg(long = "static", value_name = "DIR", env = "CASEBOOK_STATIC")]
    pub static_dir: Option<PathBuf>,
}

/// What every command that reads the content folder takes.
#[derive(Args, Clone, Debug, Default)]
pub struct CommonOptions {
    /// The content folder [default: content]
    #[arg(long, value_name = "DIR", env = "CASEBOOK_CONTENT")]
    pub content: Option<PathBuf>,
    /// The configuration file [default: casebook.toml, if it exists]
    #[arg(long, value_name = "FILE", env = "CASEBOOK_CONFIG")]
    pub config: Option<PathBuf>,
}

/// `casebook.toml`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOptions {
    listen: Option<SocketAddr>,
    content: Option<PathBuf>,
    public_url: Option<String>,
    #[serde(rename = "static")]
    static_dir: Option<PathBuf>,
}

/// What holds in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// The content folder.
    pub content: PathBuf,
    /// Where readers reach the site; none for the address it listens on.
    pub public_url: Option<String>,
    /// Where the files of the design are, when not those built in.
    pub static_dir: Option<PathBuf>,
}

impl Config {
    /// Puts the sources together.
    ///
    /// # Errors
    /// When the configuration file cannot be read or says something that is not understood.
    pub fn new(options: Options) -> anyhow::Result<Config> {
        let file = read(options.common.config.as_deref())?;
        Ok(Config {
            listen: options.listen.or(file.listen).unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            content: options.common.content.or(file.content).unwrap_or_else(|| "content".into()),
            public_url: options.public_url.or(file.public_url),
            static_dir: options.static_dir.or(file.static_dir),
        })
    }
}

fn read(named: Option<&Path>) -> anyhow::Result<FileOptions> {
    let path = named.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => {
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
    for path in [&mut file.content, &mut file.static_dir].into_iter().flatten() {
        *path = folder.join(&*path);
    }
    Ok(file)
}

/// An origin: scheme and host, perhaps a port.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(plain) {
        return Err(format!(
            "`{text}` is no public URL; give scheme and host alone, such as https://kb.example.org"
        ));
    }
    Ok(url.to_string())
}

#[cfg(test)]
mod tests {
    use super::public_url;

    #[test]
    fn public_urls() {
        assert_eq!(public_url("https://kb.example.org/").as_deref(), Ok("https://kb.example.org"));
        assert_eq!(public_url("http://[::1]:8080").as_deref(), Ok("http://[::1]:8080"));
        for wrong in
            ["", "kb.example.org", "ftp://a", "https://", "https://a/b", "https://a?b", "https://a\"b"]
        {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }
}
