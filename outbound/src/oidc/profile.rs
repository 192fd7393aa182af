//! What the provider says of somebody.

use openidconnect::core::{CoreIdTokenClaims, CoreUserInfoClaims};

/// What the provider says of somebody. All of it may change, and be of several people at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The name to sign in with.
    pub username: Option<String>,
    /// The name that others see.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// Whether the provider has made sure that they read there.
    pub email_verified: bool,
}

impl Profile {
    pub(super) fn is_complete(&self) -> bool {
        self.username.is_some() && self.name.is_some() && self.email.is_some()
    }

    /// These, and what is missing from the other. An address goes with the word on whether it was verified.
    pub(super) fn or(self, other: Profile) -> Profile {
        let (email, email_verified) = match self.email {
            Some(email) => (Some(email), self.email_verified),
            None => (other.email, other.email_verified),
        };
        Profile {
            username: self.username.or(other.username),
            name: self.name.or(other.name),
            email,
            email_verified,
        }
    }
}

/// The same for both places in which a provider tells of somebody: the crate has no trait for them.
macro_rules! told {
    ($name:ident, $claims:ty) => {
        impl Profile {
            pub(super) fn $name(claims: &$claims) -> Profile {
                let name =
                    claims.name().and_then(|name| name.get(None).or_else(|| Some(name.iter().next()?.1)));
                Profile {
                    username: claims.preferred_username().map(|name| name.to_string()),
                    name: name.map(|name| name.to_string()),
                    email: claims.email().map(|email| email.to_string()),
                    email_verified: claims.email_verified() == Some(true),
                }
            }
        }
    };
}

told!(of_token, CoreIdTokenClaims);
told!(told, CoreUserInfoClaims);
