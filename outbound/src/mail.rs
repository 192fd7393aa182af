//! Mail, by SMTP.

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
