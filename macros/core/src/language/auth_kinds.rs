//! The options of each kind of credentials, and of a secret.

use syn::LitBool;

use super::auth::Auth;
use super::client::{Audience, Claims, ClientId, Party, RequestData};
use super::login::{LoginBody, LoginData, LoginHeaders};
use super::oauth2::Common;
use super::options_macro::options;
use super::secret::{Around, Password, Secret, Username};
use super::words::{Algorithm, ClientAuth, Location, Method, RequestFormat};
use crate::literal::{Duration, FieldName, LoginUrl, Scope, Steps, TokenUrl, WireName};
use crate::syntax::Text;

options! {
    /// What follows the name of a secret: `secret(name, prefix = "…")`.
    SecretOptions in "secret" {
        "prefix" prefix: Around, "What is sent before the secret.";
        "suffix" suffix: Around, "What is sent after the secret.";
    }
}

options! {
    /// `bearer(…)`
    BearerOptions in "bearer" {
        "token" token: Secret, "The secret to send.";
    }
}

options! {
    /// `http_basic(…)`
    HttpBasicOptions in "http_basic" {
        "username" username: Username, "The user's name, or the secret that stands for one.";
        "password" password: Password, "The secret to send.";
    }
}

options! {
    /// `api_key(…)`
    ApiKeyOptions in "api_key" {
        "name" name: Text<WireName>, "What the key is sent as.";
        "api_key" api_key: Secret, "The secret to send.";
        "location" location: Location, "Where the key goes: a header, the query or a cookie.";
    }
}

/// Makes the context of a grant of OAuth 2.0: the options of all of them, and its own.
macro_rules! grant {
    ($(#[$meta:meta])* $name:ident in $context:literal { $($own:tt)* }) => {
        options! {
            $(#[$meta])*
            $name in $context {
                "access_token_url" access_token_url: Text<TokenUrl>, "Where access tokens are issued: a URL, or a path below the base URL.";
                "client_id" client_id: ClientId, "The client's name, or the secret that stands for it.";
                "client_secret" client_secret: Secret, "The secret of the client.";
                $($own)*
                "scopes" scopes: Vec<Text<Scope>>, "The scopes to request.";
                "access_token_request_data" access_token_request_data: RequestData, "Further fields of a token request.";
                "request_format" request_format: RequestFormat, "How the fields of such a request are written: as a form, or as JSON.";
                "client_auth" client_auth: ClientAuth, "Where such a request holds the client's name and secret: the body or a header.";
                "token_path" token_path: Text<Steps>, "Where in the response the token is.";
                "expires_in_path" expires_in_path: Text<Steps>, "Where in the response its lifetime is, in seconds.";
                "default_token_expiration" default_token_expiration: Text<Duration>, "How long a token is valid that does not say so.";
            }
        }

        impl $name {
            /// Takes the options that all grants have.
            pub(super) fn common(&mut self) -> Common {
                Common {
                    access_token_url: std::mem::take(&mut self.access_token_url),
                    client_id: std::mem::take(&mut self.client_id),
                    client_secret: std::mem::take(&mut self.client_secret),
                    scopes: std::mem::take(&mut self.scopes),
                    request_data: std::mem::take(&mut self.access_token_request_data),
                    request_format: std::mem::take(&mut self.request_format),
                    client_auth: std::mem::take(&mut self.client_auth),
                    token_path: std::mem::take(&mut self.token_path),
                    expires_in_path: std::mem::take(&mut self.expires_in_path),
                    default_token_expiration: std::mem::take(&mut self.default_token_expiration),
                }
            }
        }
    };
}

grant! {
    /// `oauth2_client_credentials(…)`
    OAuth2Options in "oauth2_client_credentials" {}
}

grant! {
    /// `oauth2_refresh_token(…)`
    RefreshTokenOptions in "oauth2_refresh_token" {
        "refresh_token" refresh_token: Secret, "The first refresh token.";
        "rotating" rotating: LitBool, "Whether each response holds another refresh token, which replaces the one before.";
        "refresh_token_path" refresh_token_path: Text<Steps>, "Where in the response the next refresh token is.";
    }
}

grant! {
    /// `oauth2_password(…)`
    PasswordOptions in "oauth2_password" {
        "username" username: Username, "The user's name, or the secret that stands for one.";
        "password" password: Secret, "The user's password.";
    }
}

grant! {
    /// `oauth2_jwt_bearer(…)`
    JwtBearerOptions in "oauth2_jwt_bearer" {
        "issuer" issuer: Party, "Who signs: the claim `iss`, or the secret that stands for it.";
        "subject" subject: Party, "For whom a token is requested: the claim `sub`, or the secret that stands for it.";
        "audience" audience: Audience, "Who reads what is signed: the claim `aud`.";
        "private_key" private_key: Secret, "The key to sign with.";
        "key_id" key_id: Party, "The name of the key, `kid`, or the secret that stands for it.";
        "algorithm" algorithm: Algorithm, "How it is signed.";
        "claims" claims: Claims, "Further claims.";
        "lifetime" lifetime: Text<Duration>, "How long what is signed is valid.";
    }
}

options! {
    /// `session_token(…)`
    SessionTokenOptions in "session_token" {
        "path" path: Text<LoginUrl>, "Where to log in, below the base URL.";
        "url" url: Text<LoginUrl>, "Where to log in, if not below the base URL.";
        "method" method: Method, "The method of the login.";
        "auth" auth: Auth, "The credentials of the login.";
        "headers" headers: LoginHeaders, "The headers of the login.";
        "json" json: LoginBody, "The body of the login, which may have secrets.";
        "data" data: LoginData, "The body of the login, where it is a form.";
        "token_path" token_path: Text<Steps>, "Where in the response the token is.";
        "header" header: Text<FieldName>, "The header that the token is sent in.";
        "param" param: Text<WireName>, "The query parameter that the token is sent in.";
        "prefix" prefix: Around, "What is sent before the token.";
        "expires_in_path" expires_in_path: Text<Steps>, "Where in the response its lifetime is, in seconds.";
        "expires_in" expires_in: Text<Duration>, "How long a token is valid that does not say so.";
    }
}
