//! OpenID Connect: asking a provider who somebody is.

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
