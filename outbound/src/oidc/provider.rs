//! What is known of the provider, and the two calls of a sign-in.

use super::client::{Http, chain};
use super::flow::{Answer, Begun, Secrets, SignedIn};
use super::profile::Profile;
use super::{Error, Settings};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm as Algorithm, CoreProviderMetadata, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    SignatureVerificationError, TokenResponse,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How long what the provider says of itself is believed.
const KNOWN_FOR: Duration = Duration::from_secs(60 * 60);

/// The longest subject that OpenID Connect allows (Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// Signatures by the provider's own keys. Not those by the secret that is shared with it, nor none at all.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
    Algorithm::EdDsa,
];

/// A provider that people sign in with.
pub struct Provider {
    settings: Settings,
    issuer: IssuerUrl,
    redirect: RedirectUrl,
    http: Http,
    known: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Provider {
    /// A provider that sends people back to `redirect`. Nothing is asked of it yet. Over plain HTTP it may only be on
    /// this machine, unless `plain_http` says that the network is trusted.
    ///
    /// # Errors
    /// When the settings cannot be right, or this machine knows no certificate authority.
    pub fn new(settings: Settings, redirect: &str, plain_http: bool) -> Result<Provider, Error> {
        let http = Http::new().map_err(|error| Error::Settings(error.to_string()))?;
        Provider::asking(settings, redirect, plain_http, http)
    }

    pub(super) fn asking(
        settings: Settings,
        redirect: &str,
        plain_http: bool,
        http: Http,
    ) -> Result<Provider, Error> {
        settings.check(plain_http)?;
        let wrong = |error: openidconnect::url::ParseError| Error::Settings(error.to_string());
        Ok(Provider {
            issuer: IssuerUrl::new(settings.issuer.clone()).map_err(wrong)?,
            redirect: RedirectUrl::new(redirect.to_string()).map_err(wrong)?,
            settings,
            http,
            known: Mutex::new(None),
        })
    }

    /// Begins a sign-in.
    ///
    /// # Errors
    /// When the provider does not say where it signs people in.
    pub async fn begin(&self) -> Result<Begun, Error> {
        let known = self.known(None).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = self.client(&known);
        let request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(["profile", "email"].map(|scope| Scope::new(scope.to_string())))
            .set_pkce_challenge(challenge);
        let (address, state, nonce) = request.url();
        Ok(Begun {
            address: address.to_string(),
            secrets: Secrets {
                state: state.into_secret(),
                nonce: nonce.secret().clone(),
                verifier: verifier.into_secret(),
            },
        })
    }

    /// Ends a sign-in: checks that the answer is to this browser's question, fetches the provider's word with its
    /// code, and checks that.
    ///
    /// # Errors
    /// When the answer is not to this question, the provider let nobody in or cannot be asked, or its word cannot be
    /// believed.
    pub async fn finish(&self, secrets: &Secrets, answer: &Answer) -> Result<SignedIn, Error> {
        if secrets.state.is_empty() || answer.state != secrets.state {
            return Err(Error::Foreign("another state"));
        }
        if answer.issuer.as_ref().is_some_and(|issuer| *issuer != *self.issuer) {
            return Err(Error::Foreign("another issuer"));
        }
        if let Some(error) = &answer.error {
            let said = format!("{error:?} {:?}", answer.description.as_deref().unwrap_or_default());
            return Err(match error.as_str() {
                "server_error" | "temporarily_unavailable" => Error::Away(said),
                _ => Error::Denied(said),
            });
        }
        let Some(code) = &answer.code else { return Err(Error::Foreign("no code")) };
        let known = self.known(None).await?;
        let token = self.exchange(&known, code, &secrets.verifier).await?;
        let nonce = Nonce::new(secrets.nonce.clone());
        let claims = match self.believe(&known, &token, &nonce) {
            // The provider may have new keys by now.
            Err(Doubt::UnknownKey) => {
                let known = self.known(Some(&known)).await?;
                self.believe(&known, &token, &nonce)
            }
            done => done,
        };
        let claims = claims.map_err(|doubt| match doubt {
            Doubt::UnknownKey => Error::Unbelievable("it is signed with an unknown key".to_string()),
            Doubt::Other(error) => error,
        })?;
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.contains(char::is_control) {
            return Err(Error::Unbelievable("the subject is no name for somebody".to_string()));
        }
        Ok(SignedIn {
            issuer: self.issuer.to_string(),
            subject: subject.to_string(),
            profile: Profile::of_token(claims),
            access: token.access_token().clone(),
        })
    }

    /// What the provider says of somebody: in its word, or when asked for more.
    ///
    /// # Errors
    /// When the provider cannot be asked, or tells of somebody else.
    pub async fn profile(&self, who: &SignedIn) -> Result<Profile, Error> {
        if who.profile.is_complete() {
            return Ok(who.profile.clone());
        }
        let known = self.known(None).await?;
        let subject = openidconnect::SubjectIdentifier::new(who.subject.clone());
        let client = self.client(&known);
        // Not every provider has more to say.
        let Ok(request) = client.user_info(who.access.clone(), Some(subject)) else {
            return Ok(who.profile.clone());
        };
        let told: CoreUserInfoClaims =
            request.request_async(&self.http).await.map_err(|error| Error::Away(chain(&error)))?;
        Ok(who.profile.clone().or(Profile::told(&told)))
    }

    /// What the provider says of itself, and its keys; asked anew when that is old, or is `doubted`.
    async fn known(
        &self,
        doubted: Option<&Arc<CoreProviderMetadata>>,
    ) -> Result<Arc<CoreProviderMetadata>, Error> {
        // Held while asking: many who come at once ask once.
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = known.as_ref()
            && since.elapsed() < KNOWN_FOR
            && !doubted.is_some_and(|doubted| Arc::ptr_eq(doubted, metadata))
        {
            return Ok(metadata.clone());
        }
        let asked = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http).await;
        let metadata = Arc::new(asked.map_err(|error| Error::Away(chain(&error)))?);
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    async fn exchange(
        &self,
        known: &CoreProviderMetadata,
        code: &str,
        verifier: &str,
    ) -> Result<CoreTokenResponse, Error> {
        let client = self.client(known);
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_string()))
            .map_err(|error| Error::Away(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(verifier.to_string()));
        request.request_async(&self.http).await.map_err(|error| match error {
            // Such as a code that was used already.
            openidconnect::RequestTokenError::ServerResponse(said) => {
                Error::Unbelievable(format!("it refused the code: {:?}", said.to_string()))
            }
            error => Error::Away(chain(&error)),
        })
    }

    /// Checks signature, issuer, audience, time and nonce.
    fn believe<'a>(
        &self,
        known: &CoreProviderMetadata,
        token: &'a CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<&'a CoreIdTokenClaims, Doubt> {
        let Some(word) = token.id_token() else {
            return Err(Doubt::Other(Error::Unbelievable("it gave no ID token".to_string())));
        };
        let verifier = CoreIdTokenVerifier::new_public_client(
            ClientId::new(self.settings.client_id.clone()),
            self.issuer.clone(),
            known.jwks().clone(),
        )
        .set_allowed_algs(ALGORITHMS);
        word.claims(&verifier, nonce).map_err(|error| match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                Doubt::UnknownKey
            }
            error => Doubt::Other(Error::Unbelievable(chain(&error))),
        })
    }

    fn client(&self, known: &CoreProviderMetadata) -> Client {
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(self.settings.client_id.clone());
        CoreClient::from_provider_metadata(known.clone(), id, secret)
            .set_redirect_uri(self.redirect.clone())
            .set_auth_type(proof(known))
    }
}

/// A client as a discovery document makes it.
type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// How this site proves itself: in a header, unless the provider takes the secret in the body alone.
fn proof(known: &CoreProviderMetadata) -> AuthType {
    let takes = |method| {
        known.token_endpoint_auth_methods_supported().is_none_or(|methods| methods.contains(&method))
    };
    match takes(CoreClientAuthMethod::ClientSecretBasic) || !takes(CoreClientAuthMethod::ClientSecretPost) {
        true => AuthType::BasicAuth,
        false => AuthType::RequestBody,
    }
}

/// Why a token is not believed.
enum Doubt {
    UnknownKey,
    Other(Error),
}
