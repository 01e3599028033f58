//! JSON web tokens that the client signs (RFC 7523), over real HTTP: a server that verifies them.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256,
    RsaKeyPair, UnparsedPublicKey,
};
use aws_lc_rs::{hmac, rsa};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use declarest::ErrorKind;
use declarest_tests::{Reply, Request, Server};
use serde_json::{Value, json};

#[declarest::source(
    base_url = "http://127.0.0.1:9",
    auth = oauth2_jwt_bearer(
        access_token_url = "/token", issuer = secret(client_email), subject = "admin@example.com",
        audience = "https://login.example.com/", private_key = secret(private_key), key_id = "key-1",
        scopes = ["read", "write"], claims("tenant" = "x"), lifetime = "10m",
    ),
    retry(max_retries = 0),
    resource_defaults(paginator = single_page),
)]
mod api {
    #[resource(name = by_rsa, path = "/items")]
    #[derive(Debug)]
    pub struct ByRsa {
        pub id: u64,
    }

    #[resource(
        name = by_curve, path = "/items",
        auth = oauth2_jwt_bearer(
            access_token_url = "/token", issuer = "app", private_key = secret(curve_key), algorithm = ES256,
            client_id = "app",
        ),
    )]
    #[derive(Debug)]
    pub struct ByCurve {
        pub id: u64,
    }

    #[resource(
        name = by_shared_key, path = "/items",
        auth = oauth2_jwt_bearer(
            access_token_url = "/token", issuer = "app", private_key = secret(shared_key), algorithm = HS256,
        ),
    )]
    #[derive(Debug)]
    pub struct BySharedKey {
        pub id: u64,
    }
}

const SHARED_KEY: &str = "sh4r3d-k3y-of-some-length";

fn pem(der: &[u8]) -> String {
    let lines: Vec<_> = BASE64_STANDARD.encode(der).as_bytes().chunks(64).map(<[u8]>::to_vec).collect();
    let lines = lines.into_iter().map(|line| String::from_utf8(line).expect("base64")).collect::<Vec<_>>().join("\n");
    format!("-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n")
}

/// The parts of a token whose signature is right, else nothing.
fn verified(request: &Request, verify: impl Fn(&[u8], &[u8]) -> bool) -> Option<(Value, Value)> {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(request.body.as_bytes()).into_owned().collect();
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert_eq!(field("grant_type").as_deref(), Some("urn:ietf:params:oauth:grant-type:jwt-bearer"));
    let token = field("assertion")?;
    let (signed, signature) = token.rsplit_once('.')?;
    let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    if !verify(signed.as_bytes(), &bytes(signature)?) {
        return None;
    }
    let (header, claims) = signed.split_once('.')?;
    let part = |text: &str| serde_json::from_slice(&bytes(text)?).ok();
    part(header).zip(part(claims))
}

/// A server that gives a token for a signature that is right, and tells what was signed.
fn server(
    verify: impl Fn(&[u8], &[u8]) -> bool + Send + Sync + 'static,
    seen: impl Fn(&Value, &Value) + Send + Sync + 'static,
) -> Server {
    Server::start(move |request| match request.path.as_str() {
        "/token" => match verified(request, &verify) {
            Some((header, claims)) => {
                seen(&header, &claims);
                Reply::json(json!({ "access_token": "acc3ss", "expires_in": 3600 }))
            }
            None => Reply::status(400).body(
                json!({ "error": "invalid_grant", "error_description": format!("not {}", request.body) }).to_string(),
            ),
        },
        _ if request.header("authorization") == Some("Bearer acc3ss") => Reply::json(json!([{ "id": 1 }])),
        _ => Reply::status(401),
    })
}

fn builder(server: &Server) -> api::ClientBuilder {
    let builder = api::Client::builder().base_url(server.base_url()).client_email("robot@example.com");
    builder.private_key("no k3y").curve_key("no k3y").shared_key(SHARED_KEY)
}

#[tokio::test]
async fn a_token_is_signed_with_rsa() {
    let pair = RsaKeyPair::generate(rsa::KeySize::Rsa2048).expect("a key");
    let public = pair.public_key().as_ref().to_vec();
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let server = server(
        move |signed, signature| key.verify(signed, signature).is_ok(),
        move |header, claims| {
            assert_eq!(*header, json!({ "typ": "JWT", "alg": "RS256", "kid": "key-1" }));
            let issued = claims["iat"].as_u64().expect("seconds");
            assert!((now..now + 60).contains(&issued), "{claims}");
            assert_eq!(claims["exp"], issued + 600);
            assert_eq!(claims["jti"].as_str().map(str::len), Some(32));
            let mut rest = claims.as_object().expect("claims").clone();
            for name in ["iat", "exp", "jti"] {
                rest.remove(name);
            }
            let expected = json!({
                "iss": "robot@example.com", "sub": "admin@example.com", "aud": "https://login.example.com/",
                "scope": "read write", "tenant": "x",
            });
            assert_eq!(Value::Object(rest), expected);
        },
    );
    let text = pem(pair.as_der().expect("PKCS #8").as_ref());
    let client = builder(&server).private_key(text.clone()).build().expect("all is set");
    assert_eq!(client.by_rsa().await.expect("rows").len(), 1);
    assert!(server.requests()[0].body.contains("&scope=read+write"));
    // In a variable, a key often stands in one line.
    let client = builder(&server).private_key(text.replace('\n', "\\n")).build().expect("all is set");
    assert_eq!(client.by_rsa().await.expect("rows").len(), 1);
}

#[tokio::test]
async fn a_token_is_signed_with_a_curve() {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref()).expect("a key");
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref().to_vec());
    let server = server(
        move |signed, signature| key.verify(signed, signature).is_ok(),
        |header, claims| {
            assert_eq!(header["alg"], "ES256");
            // Without an audience, it is the token endpoint.
            assert!(claims["aud"].as_str().is_some_and(|aud| aud.ends_with("/token")), "{claims}");
            assert_eq!(claims["sub"], Value::Null);
        },
    );
    let client = builder(&server).curve_key(pem(pkcs8.as_ref())).build().expect("all is set");
    assert_eq!(client.by_curve().await.expect("rows").len(), 1);
    assert!(server.requests()[0].body.ends_with("&client_id=app"));
}

#[tokio::test]
async fn a_token_is_signed_with_a_shared_key() {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SHARED_KEY.as_bytes());
    let server = server(
        move |signed, signature| hmac::verify(&key, signed, signature).is_ok(),
        |header, _| assert_eq!(header["alg"], "HS256"),
    );
    assert_eq!(builder(&server).build().expect("all is set").by_shared_key().await.expect("rows").len(), 1);
    // Another key is refused: what was signed is not shown, nor the key.
    let client = builder(&server).shared_key("an0th3r-k3y").build().expect("all is set");
    let error = client.by_shared_key().await.expect_err("another key");
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    let text = format!("{error:#} {error:?}");
    let assertion = server.requests().pop().expect("a request").body;
    let (_, token) = assertion.split_once("assertion=").expect("a token");
    assert!(text.contains("`shared_key`") && text.contains("invalid_grant"), "{text}");
    assert!(!text.contains("an0th3r-k3y") && !text.contains(token), "{text}");
}

#[tokio::test]
async fn a_secret_that_is_no_key_is_named_and_not_shown() {
    let server = server(|_, _| true, |_, _| {});
    let broken = "-----BEGIN PRIVATE KEY-----\nnok3ynok3y==\n-----END PRIVATE KEY-----";
    let client = builder(&server).private_key(broken).build().expect("all is set");
    for (error, name) in [
        (client.by_rsa().await.expect_err("no key"), "`private_key`"),
        (client.by_curve().await.expect_err("no key"), "`curve_key`"),
    ] {
        assert_eq!(error.kind(), ErrorKind::Config);
        let text = format!("{error:#} {error:?}");
        assert!(text.contains(name) && text.contains("PEM"), "{text}");
        assert!(!text.contains("k3y"), "{text}");
    }
    assert_eq!(server.count(), 0);
}
