//! What an operator says of the provider.

use super::Error;
use openidconnect::url::{Host, Url};

/// The provider, as the operator says.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// The provider's issuer: its address, which its discovery document repeats.
    pub issuer: String,
    /// What the provider calls this site.
    pub client_id: String,
    /// What this site proves itself with; none for a public client.
    pub client_secret: Option<String>,
    /// What the button says, such as the name of the company.
    pub name: Option<String>,
}

impl std::fmt::Debug for Settings {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// What people know the provider as: its name, or the host of its issuer.
    pub fn shown_name(&self) -> String {
        let host = || Url::parse(&self.issuer).ok()?.host_str().map(str::to_string);
        self.name.clone().or_else(host).unwrap_or_else(|| self.issuer.clone())
    }

    /// Whether the issuer can be trusted to be who it is: by HTTPS, or on this machine, or on a network that the
    /// operator trusts.
    ///
    /// # Errors
    /// When it cannot, or is no web address.
    pub(super) fn check(&self, plain_http: bool) -> Result<(), Error> {
        let wrong = |why: &str| Err(Error::Settings(format!("the issuer `{}` {why}", self.issuer)));
        let Ok(url) = Url::parse(&self.issuer) else {
            return wrong("is no web address; write https://HOST as the provider spells it");
        };
        let is_here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => Ok(()),
            "http" if is_here || plain_http => Ok(()),
            "http" => wrong("is reached over plain HTTP, where anybody on the way can sign in as anybody"),
            _ => wrong("is no web address; write https://HOST as the provider spells it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;

    fn settings(issuer: &str, name: Option<&str>) -> Settings {
        Settings {
            issuer: issuer.to_string(),
            client_id: "casebook".to_string(),
            client_secret: Some("secret".to_string()),
            name: name.map(str::to_string),
        }
    }

    #[test]
    fn a_provider_is_reached_by_https_or_nearby() {
        for (issuer, plain_http, fits) in [
            ("https://id.example.org", false, true),
            ("https://id.example.org/realms/team", false, true),
            ("http://127.0.0.1:8081", false, true),
            ("http://[::1]:8081", false, true),
            ("http://localhost:8081/oidc", false, true),
            ("http://id.example.org", false, false),
            ("http://127.0.0.1.example.org", false, false),
            ("http://id.example.org", true, true),
            ("ftp://id.example.org", true, false),
            ("id.example.org", true, false),
            ("", true, false),
        ] {
            let checked = settings(issuer, None).check(plain_http);
            assert_eq!(checked.is_ok(), fits, "{issuer} {plain_http}: {checked:?}");
        }
    }

    #[test]
    fn a_provider_without_a_name_is_called_by_its_host() {
        let shown = |issuer, name| settings(issuer, name).shown_name();
        assert_eq!(shown("https://id.example.org/realms/team", None), "id.example.org");
        assert_eq!(shown("https://id.example.org", Some("Example")), "Example");
        assert_eq!(shown("nonsense", None), "nonsense");
    }

    #[test]
    fn the_secret_is_not_printed() {
        assert!(!format!("{:?}", settings("https://id.example.org", None)).contains("secret\""));
    }
}
