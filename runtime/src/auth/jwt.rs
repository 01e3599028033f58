//! JSON web tokens that the client signs (RFC 7519), to show them for access tokens (RFC 7523).

use super::oauth2::JwtBearer;
use super::secrets::Secrets;
use crate::error::Result;

/// A signed token for one request. `scopes` is the claim `scope`, which some servers read there.
#[cfg(not(feature = "jwt"))]
pub(super) fn signed(_: &JwtBearer, _: &str, _: &str, _: &Secrets) -> Result<String> {
    // The macro has refused it.
    use crate::error::{Error, ErrorKind};
    Err(Error::internal(ErrorKind::Config, "a token cannot be signed without the feature `jwt`"))
}

#[cfg(feature = "jwt")]
pub(super) use signing::signed;

#[cfg(feature = "jwt")]
mod signing {
    use std::time::{SystemTime, UNIX_EPOCH};

    use jsonwebtoken::errors::Error as JwtError;
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::{Map, Value};

    use super::{JwtBearer, Result, Secrets};
    use crate::auth::credential::Credential;
    use crate::auth::oauth2::Algorithm;
    use crate::error::{Error, ErrorKind};

    /// A signed token for one request. `scopes` is the claim `scope`, which some servers read there.
    pub(in crate::auth) fn signed(def: &JwtBearer, scopes: &str, endpoint: &str, secrets: &Secrets) -> Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut claims: Map<String, Value> = Map::new();
        let mut claim = |name: &str, value: Value| drop(claims.insert(name.to_owned(), value));
        claim("iss", def.issuer.reveal(secrets)?.into());
        let params = secrets.params();
        let given = |name: Option<Credential>| name.map_or(Ok(None), |name| name.given(secrets));
        if let Some(subject) = given(def.subject)? {
            claim("sub", subject.into());
        }
        let audience = def.audience.and_then(|audience| params.fill(audience));
        claim("aud", audience.unwrap_or_else(|| endpoint.to_owned()).into());
        claim("iat", now.as_secs().into());
        claim("exp", (now + def.lifetime).as_secs().into());
        // No two are the same.
        claim("jti", format!("{:032x}", fastrand::u128(..)).into());
        if !scopes.is_empty() {
            claim("scope", scopes.into());
        }
        for (name, value) in def.claims {
            if let Some(text) = params.fill(value) {
                claim(name, text.into());
            }
        }
        let mut header = Header::new(algorithm(def.algorithm));
        header.kid = given(def.key_id)?.map(String::from);
        let unusable = |error: JwtError| {
            // The parser's own text might quote a part of the key.
            drop(error);
            let message = format!("the secret `{}` is no key to sign with", def.private_key);
            Error::new(ErrorKind::Config, message).with_help(key_help(def.algorithm))
        };
        let key = encoding_key(def.algorithm, secrets.expose(def.private_key)?).map_err(unusable)?;
        jsonwebtoken::encode(&header, &claims, &key).map_err(unusable)
    }

    fn encoding_key(algorithm: Algorithm, secret: &str) -> std::result::Result<EncodingKey, JwtError> {
        // A variable often has a key in one line.
        let pem = if secret.contains('\n') { secret.to_owned() } else { secret.replace("\\n", "\n") };
        match algorithm {
            Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => EncodingKey::from_rsa_pem(pem.as_bytes()),
            Algorithm::Es256 | Algorithm::Es384 => EncodingKey::from_ec_pem(pem.as_bytes()),
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => EncodingKey::from_secret(secret.as_bytes()),
        }
    }

    fn key_help(algorithm: Algorithm) -> &'static str {
        match algorithm {
            Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => {
                "set it to the text of a PEM file with an RSA key: `-----BEGIN PRIVATE KEY-----` and what follows"
            }
            Algorithm::Es256 => {
                "set it to the text of a PEM file with a PKCS #8 key of the curve P-256: `-----BEGIN PRIVATE KEY-----` and what follows"
            }
            Algorithm::Es384 => {
                "set it to the text of a PEM file with a PKCS #8 key of the curve P-384: `-----BEGIN PRIVATE KEY-----` and what follows"
            }
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => "set it to the key that the server knows",
        }
    }

    fn algorithm(algorithm: Algorithm) -> jsonwebtoken::Algorithm {
        match algorithm {
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
            Algorithm::Rs384 => jsonwebtoken::Algorithm::RS384,
            Algorithm::Rs512 => jsonwebtoken::Algorithm::RS512,
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::Es384 => jsonwebtoken::Algorithm::ES384,
            Algorithm::Hs256 => jsonwebtoken::Algorithm::HS256,
            Algorithm::Hs384 => jsonwebtoken::Algorithm::HS384,
            Algorithm::Hs512 => jsonwebtoken::Algorithm::HS512,
        }
    }
}
