//! Sign-ins with a provider that a test makes up: it answers what the test wants, signed with a real key.

use super::client::{Coming, Failed, Http};
use super::{Answer, Begun, Error, Profile, Provider, Settings, SignedIn};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::url::{Url, form_urlencoded};
use openidconnect::{HttpRequest, HttpResponse, JsonWebKeyId, PrivateSigningKey, http};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the provider and the site both know.
const SECRET: &str = "s3cret&";

const ISSUER: &str = "https://id.example.org";
const REDIRECT: &str = "https://kb.example.org/-/oidc/callback";

/// Two keys that were made for these tests.
const KEYS: [&str; 2] =
    ["ICz2G31GHI93Ybf/ehd3E+QZ0ZkgGItgK23k+BO6lEfs", "IKNaHzgH9dt7YDKMFMbL5F2uFQ+/nMA4A6DLCKucuNgY"];

fn key(number: usize, id: &str) -> CoreEdDsaPrivateSigningKey {
    let mark = "PRIVATE KEY";
    let body = format!("MC4CAQAwBQYDK2VwBCIE{}", KEYS[number]);
    let pem = format!("-----BEGIN {mark}-----\n{body}\n-----END {mark}-----\n");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(id.to_string()))).unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A signed token.
fn token(header: &Value, claims: &Value, key: &CoreEdDsaPrivateSigningKey) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = match header["alg"].as_str() {
        Some("none") => Vec::new(),
        Some("HS256") => {
            let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            mac.update(signed.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
        _ => key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap(),
    };
    format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature))
}

/// What the provider answers, and what it was asked.
struct World {
    discovery: Value,
    keys: Vec<(usize, &'static str)>,
    /// The header and the claims of the ID token; `nonce` is filled in when it is null.
    header: Value,
    claims: Value,
    signed_by: (usize, &'static str),
    nonce: String,
    token: Option<(u16, Value)>,
    user_info: Value,
    asked: Vec<String>,
    exchanged: BTreeMap<String, String>,
    authorization: Option<String>,
}

impl World {
    fn new() -> World {
        World {
            discovery: json!({
                "issuer": ISSUER,
                "authorization_endpoint": "https://id.example.org/auth",
                "token_endpoint": "https://id.example.org/token",
                "userinfo_endpoint": "https://id.example.org/me",
                "jwks_uri": "https://id.example.org/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none", "XX1"],
            }),
            keys: vec![(0, "first")],
            header: json!({ "alg": "EdDSA", "kid": "first" }),
            claims: json!({
                "iss": ISSUER, "sub": "ada-1", "aud": "casebook", "iat": now(), "exp": now() + 300,
                "nonce": null,
            }),
            signed_by: (0, "first"),
            nonce: String::new(),
            token: None,
            user_info: json!({ "sub": "ada-1", "preferred_username": "ada" }),
            asked: Vec::new(),
            exchanged: BTreeMap::new(),
            authorization: None,
        }
    }

    fn answer(&mut self, request: &HttpRequest) -> Result<HttpResponse, Failed> {
        let path = request.uri().path().to_string();
        self.asked.push(path.clone());
        let (status, body) = match path.as_str() {
            "/.well-known/openid-configuration" => (200, self.discovery.clone()),
            "/keys" => {
                let public = |(number, id): &(usize, &str)| {
                    serde_json::to_value(key(*number, id).as_verification_key()).unwrap()
                };
                (200, json!({ "keys": self.keys.iter().map(public).collect::<Vec<_>>() }))
            }
            "/token" => {
                self.exchanged = form_urlencoded::parse(request.body()).into_owned().collect();
                let header = request.headers().get("authorization");
                self.authorization = header.map(|value| value.to_str().unwrap().to_string());
                let mut claims = self.claims.clone();
                if claims["nonce"].is_null() {
                    claims["nonce"] = json!(self.nonce);
                }
                let signer = key(self.signed_by.0, self.signed_by.1);
                let word = token(&self.header, &claims, &signer);
                self.token.clone().unwrap_or_else(|| {
                    (200, json!({ "access_token": "open", "token_type": "Bearer", "id_token": word }))
                })
            }
            "/me" => (200, self.user_info.clone()),
            _ => return Err(Failed(format!("nobody answers at {path}"))),
        };
        let response = http::Response::builder().status(status).header("content-type", "application/json");
        Ok(response.body(body.to_string().into_bytes()).unwrap())
    }
}

/// A provider, and the world that it asks.
struct Site {
    provider: Provider,
    world: Arc<Mutex<World>>,
}

impl Site {
    fn new(secret: Option<&str>) -> Site {
        let world = Arc::new(Mutex::new(World::new()));
        let asked = world.clone();
        let http = Http(Box::new(move |request| -> Coming {
            let answer = asked.lock().unwrap().answer(&request);
            Box::pin(async move { answer })
        }));
        let settings = Settings {
            issuer: ISSUER.to_string(),
            client_id: "casebook".to_string(),
            client_secret: secret.map(str::to_string),
            name: None,
        };
        Site { provider: Provider::asking(settings, REDIRECT, false, http).unwrap(), world }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Begins a sign-in; the provider takes note of the nonce.
    async fn begin(&self) -> (Begun, BTreeMap<String, String>) {
        let begun = self.provider.begin().await.unwrap();
        let asked: BTreeMap<_, _> = Url::parse(&begun.address).unwrap().query_pairs().into_owned().collect();
        self.world().nonce = asked["nonce"].clone();
        (begun, asked)
    }

    /// A sign-in from beginning to end.
    async fn sign_in(&self) -> Result<SignedIn, Error> {
        let (begun, asked) = self.begin().await;
        let answer =
            Answer { state: asked["state"].clone(), code: Some("code".to_string()), ..Answer::default() };
        self.provider.finish(&begun.secrets, &answer).await
    }
}

#[tokio::test]
async fn a_sign_in_asks_with_a_challenge_and_names_issuer_and_subject() {
    let site = Site::new(Some(SECRET));
    let (begun, asked) = site.begin().await;
    assert!(begun.address.starts_with("https://id.example.org/auth?"), "{}", begun.address);
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "casebook"),
        ("redirect_uri", REDIRECT),
        ("scope", "openid profile email"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked[name], value, "{name}");
    }
    assert!(asked["state"].len() >= 20 && asked["nonce"].len() >= 20 && asked["code_challenge"].len() == 43);
    let (_, others) = site.begin().await;
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(asked[name], others[name], "{name} is new each time");
    }

    site.world().nonce = asked["nonce"].clone();
    let answer = Answer {
        state: asked["state"].clone(),
        code: Some("code".to_string()),
        issuer: Some(ISSUER.to_string()),
        ..Answer::default()
    };
    let who = site.provider.finish(&begun.secrets, &answer).await.unwrap();
    assert_eq!((who.issuer.as_str(), who.subject.as_str()), (ISSUER, "ada-1"));
    let exchanged = site.world().exchanged.clone();
    assert_eq!((exchanged["code"].as_str(), exchanged["redirect_uri"].as_str()), ("code", REDIRECT));
    assert!(exchanged["code_verifier"].len() >= 43);
    assert!(!exchanged.contains_key("client_secret"));
    let basic = data_encoding::BASE64.encode(b"casebook:s3cret%26");
    assert_eq!(site.world().authorization, Some(format!("Basic {basic}")));
}

#[tokio::test]
async fn the_site_proves_itself_as_the_provider_wants() {
    for (secret, methods, in_body) in [
        (None, json!(["none"]), None),
        (Some(SECRET), json!(["client_secret_post"]), Some(SECRET)),
        (Some(SECRET), json!(["client_secret_post", "client_secret_basic"]), None),
    ] {
        let site = Site::new(secret);
        site.world().discovery["token_endpoint_auth_methods_supported"] = methods.clone();
        site.sign_in().await.unwrap();
        let world = site.world();
        assert_eq!(world.exchanged.get("client_secret").map(String::as_str), in_body, "{methods}");
        assert_eq!(world.authorization.is_some(), secret.is_some() && in_body.is_none(), "{methods}");
    }
}

#[tokio::test]
async fn an_answer_to_another_question_is_not_taken_to_the_provider() {
    let site = Site::new(None);
    let (begun, asked) = site.begin().await;
    let right = Answer {
        state: asked["state"].clone(),
        code: Some("code".to_string()),
        issuer: Some(ISSUER.to_string()),
        ..Answer::default()
    };
    let before = site.world().asked.len();
    let away = Answer { error: Some("temporarily_unavailable".to_string()), ..right.clone() };
    let refused = site.provider.finish(&begun.secrets, &away).await.unwrap_err();
    assert!(matches!(refused, Error::Away(_)), "{refused}");
    for (answer, foreign) in [
        (Answer { state: "guessed".to_string(), ..right.clone() }, true),
        (Answer { state: String::new(), ..right.clone() }, true),
        (Answer { issuer: Some("https://id.example.net".to_string()), ..right.clone() }, true),
        (Answer { code: None, ..right.clone() }, true),
        (Answer { error: Some("access_denied".to_string()), ..right.clone() }, false),
    ] {
        let refused = site.provider.finish(&begun.secrets, &answer).await.unwrap_err();
        assert_eq!(matches!(refused, Error::Foreign(_)), foreign, "{answer:?}: {refused}");
        assert_eq!(matches!(refused, Error::Denied(_)), !foreign, "{answer:?}: {refused}");
    }
    assert_eq!(site.world().asked.len(), before);
    site.provider.finish(&begun.secrets, &right).await.unwrap();
}

#[tokio::test]
async fn a_word_that_cannot_be_believed_is_not() {
    type Change = fn(&mut World);
    let cases: [(&str, Change); 14] = [
        ("another issuer", |world| world.claims["iss"] = json!("https://id.example.net")),
        ("another audience", |world| world.claims["aud"] = json!("wiki")),
        ("others besides", |world| world.claims["aud"] = json!(["casebook", "wiki"])),
        ("no audience", |world| world.claims["aud"] = json!([])),
        ("expired", |world| world.claims["exp"] = json!(now() - 1)),
        ("no expiry", |world| world.claims["exp"] = json!(null)),
        ("another nonce", |world| world.claims["nonce"] = json!("guessed")),
        ("an empty nonce", |world| world.claims["nonce"] = json!("")),
        ("signed by another key of that name", |world| world.signed_by = (1, "first")),
        ("signed by an unknown key", |world| {
            world.header["kid"] = json!("second");
            world.signed_by = (1, "second");
        }),
        ("not signed", |world| world.header = json!({ "alg": "none" })),
        ("signed with what both know", |world| world.header = json!({ "alg": "HS256" })),
        ("an empty subject", |world| world.claims["sub"] = json!("")),
        ("a subject beyond all measure", |world| world.claims["sub"] = json!("a".repeat(256))),
    ];
    for (what, change) in cases {
        let site = Site::new(Some(SECRET));
        change(&mut site.world());
        let refused = site.sign_in().await.unwrap_err();
        let is_away = matches!(refused, Error::Away(_)) && what == "no expiry";
        assert!(matches!(refused, Error::Unbelievable(_)) || is_away, "{what}: {refused:?}");
    }
    Site::new(Some(SECRET)).sign_in().await.unwrap();
}

#[tokio::test]
async fn what_the_provider_is_asked_is_kept_and_new_keys_are_fetched_once() {
    let site = Site::new(None);
    site.sign_in().await.unwrap();
    site.sign_in().await.unwrap();
    let count = |path: &str| site.world().asked.iter().filter(|asked| *asked == path).count();
    assert_eq!((count("/.well-known/openid-configuration"), count("/keys"), count("/token")), (1, 1, 2));

    // The provider has another key now.
    let rotate = |published| {
        let mut world = site.world();
        world.keys = published;
        world.header["kid"] = json!("second");
        world.signed_by = (1, "second");
    };
    rotate(vec![(0, "first"), (1, "second")]);
    site.sign_in().await.unwrap();
    assert_eq!((count("/keys"), count("/token")), (2, 3));

    // A name that is in no set of keys is looked for once per sign-in, not again and again.
    rotate(vec![(0, "first")]);
    site.world().header["kid"] = json!("third");
    site.sign_in().await.unwrap_err();
    assert_eq!((count("/keys"), count("/token")), (3, 4));
}

#[tokio::test(start_paused = true)]
async fn what_the_provider_says_of_itself_grows_old() {
    let site = Site::new(None);
    site.begin().await;
    tokio::time::advance(Duration::from_secs(59 * 60)).await;
    site.begin().await;
    assert_eq!(site.world().asked.len(), 2);
    tokio::time::advance(Duration::from_secs(2 * 60)).await;
    site.begin().await;
    assert_eq!(site.world().asked.len(), 4);
}

#[tokio::test]
async fn a_provider_that_does_not_answer_as_it_should_is_away() {
    type Change = fn(&mut World);
    let cases: [(&str, Change); 4] = [
        ("it is somebody else", |world| world.discovery["issuer"] = json!("https://id.example.net")),
        ("it does not say where its keys are", |world| world.discovery["jwks_uri"] = json!(null)),
        ("there are no keys there", |world| world.discovery["jwks_uri"] = json!("https://id.example.org/x")),
        ("it says nothing", |world| world.discovery = json!({})),
    ];
    for (what, change) in cases {
        let site = Site::new(None);
        change(&mut site.world());
        let error = site.provider.begin().await.unwrap_err();
        assert!(matches!(error, Error::Away(_)), "{what}: {error:?}");
        *site.world() = World::new();
        site.sign_in().await.unwrap();
    }
    for (what, answer, away) in [
        ("it failed", (500, json!("oops")), true),
        ("the code was used", (400, json!({ "error": "invalid_grant" })), false),
        ("there is no ID token", (200, json!({ "access_token": "x", "token_type": "Bearer" })), false),
    ] {
        let site = Site::new(None);
        site.world().token = Some(answer);
        let error = site.sign_in().await.unwrap_err();
        assert_eq!(matches!(error, Error::Away(_)), away, "{what}: {error:?}");
        assert_eq!(matches!(error, Error::Unbelievable(_)), !away, "{what}: {error:?}");
    }
}

#[tokio::test]
async fn people_are_told_of_in_the_token_or_when_asked() {
    let site = Site::new(None);
    site.world().user_info = json!({
        "sub": "ada-1", "preferred_username": "ada", "name": "Ada", "email": "ada@example.org",
        "email_verified": true,
    });
    let who = site.sign_in().await.unwrap();
    let told = Profile {
        username: Some("ada".to_string()),
        name: Some("Ada".to_string()),
        email: Some("ada@example.org".to_string()),
        email_verified: true,
    };
    assert_eq!(site.provider.profile(&who).await.unwrap(), told);

    // The word on one address is none on another.
    site.world().claims["email"] = json!("ada@example.net");
    let who = site.sign_in().await.unwrap();
    let mixed = Profile { email: Some("ada@example.net".to_string()), email_verified: false, ..told.clone() };
    assert_eq!(site.provider.profile(&who).await.unwrap(), mixed);

    site.world().user_info["sub"] = json!("eve-2");
    let error = site.provider.profile(&who).await.unwrap_err();
    assert!(matches!(error, Error::Away(_)), "{error:?}");

    let quiet = Site::new(None);
    quiet.world().discovery["userinfo_endpoint"] = json!(null);
    let who = quiet.sign_in().await.unwrap();
    assert_eq!(quiet.provider.profile(&who).await.unwrap(), Profile::default());
}
