//! How requests are authorized, as constants.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::constant::{Constant, duration, json, list, members, pairs, plain, some, steps};
use crate::language::{
    ApiKey, Auth, ClientAuth, ClientText, Credential, Custom, Grant, JwtBearer, Login, LoginBody, MethodKind, OAuth2,
    RequestFormat, Secret, TokenPlace,
};
use crate::naming::unraw;

pub(super) fn auth(auth: &Auth) -> TokenStream {
    match auth {
        Auth::None | Auth::Broken { .. } => quote!(__private::Auth::None),
        Auth::Bearer(token) => {
            let token = secret_text(token);
            quote!(__private::Auth::Bearer { token: #token })
        }
        Auth::HttpBasic(username, password) => {
            let (username, password) = (credential(username), credential(password));
            quote!(__private::Auth::HttpBasic { username: #username, password: #password })
        }
        Auth::ApiKey(ApiKey { name, key, location }) => {
            let (name, key) = (name.value(), secret_text(key));
            quote!(__private::Auth::ApiKey { name: #name, api_key: #key, location: #location, })
        }
        Auth::OAuth2(own) => {
            let own = oauth2(own);
            quote!(__private::Auth::OAuth2(&#own))
        }
        Auth::Login(own) => {
            let own = login(own);
            quote!(__private::Auth::SessionToken(&#own))
        }
        Auth::OneOf(choices) => {
            let choices = list(choices.iter().map(self::auth));
            quote!(__private::Auth::OneOf(#choices))
        }
        Auth::Custom(Custom { ty, secrets }) => {
            let (name, secrets) = (plain(ty), secrets.iter().map(|secret| unraw(&secret.name)));
            quote! {
                __private::Auth::Custom(
                    __private::CustomAuthDef::new::<#ty>(#name, &[#(#secrets),*]),
                )
            }
        }
    }
}

fn oauth2(own: &OAuth2) -> Constant {
    let mut oauth2 = Constant::new(quote!(__private::OAuth2));
    oauth2.set_opt("grant", grant(&own.grant));
    oauth2.set("access_token_url", own.access_token_url.token.value());
    oauth2.set_some("client_id", own.client_id.as_ref().map(credential));
    oauth2.set_some("client_secret", own.client_secret.as_ref().map(secret_text));
    oauth2.set_list("scopes", own.scopes.iter().map(|scope| scope.value.0.written()));
    oauth2.set_list("request_data", texts(&own.request_data));
    oauth2.set_unless("request_format", own.request_format, RequestFormat::Form);
    oauth2.set_opt("token_path", own.token_path.as_deref().map(steps));
    oauth2.set_some("expires_in_path", own.expires_in_path.as_deref().map(steps));
    oauth2.set_unless("client_auth", own.client_auth, ClientAuth::Body);
    oauth2.set_opt("default_token_expiration", own.default_token_expiration.get().map(|time| duration(time.value)));
    oauth2
}

/// What the client shows for a token, unless that is the default.
fn grant(grant: &Grant) -> Option<TokenStream> {
    let variant = match grant {
        Grant::ClientCredentials => return None,
        Grant::RefreshToken { refresh_token, rotating, path } => {
            let (name, none) = (unraw(&refresh_token.name), || quote!(::core::option::Option::None));
            let rotating = rotating.map_or_else(none, some);
            let path = path.as_deref().map_or_else(none, |path| some(steps(path)));
            quote!(RefreshToken(__private::RefreshToken {
                refresh_token: #name, rotating: #rotating, refresh_token_path: #path,
            }))
        }
        Grant::Password { username, password } => {
            let (username, password) = (credential(username), secret_text(password));
            quote!(Password { username: #username, password: #password })
        }
        Grant::JwtBearer(own) => {
            let own = jwt_bearer(own);
            quote!(JwtBearer(#own))
        }
    };
    Some(quote!(__private::Grant::#variant))
}

fn jwt_bearer(own: &JwtBearer) -> Constant {
    let mut jwt = Constant::new(quote!(__private::JwtBearer));
    jwt.set("issuer", credential(&own.issuer));
    jwt.set_some("subject", own.subject.as_ref().map(credential));
    jwt.set_some("audience", own.audience.as_ref().map(|audience| audience.pattern.written()));
    jwt.set("private_key", unraw(&own.private_key.name));
    jwt.set_some("key_id", own.key_id.as_ref().map(credential));
    jwt.set("algorithm", own.algorithm);
    jwt.set_list("claims", texts(&own.claims));
    jwt.set_opt("lifetime", own.lifetime.map(duration));
    jwt
}

fn login(own: &Login) -> Constant {
    let mut login = Constant::new(quote!(__private::SessionToken));
    login.set("url", own.url.token.value());
    if own.method == MethodKind::Get {
        login.set("get", true);
    }
    if !matches!(own.auth, Auth::None) {
        let auth = auth(&own.auth);
        login.set("auth", quote!(&#auth));
    }
    let headers = own.headers.iter().map(|(name, value)| {
        let (name, value) = (name.value(), json(value));
        quote!((#name, #value))
    });
    login.set_list("headers", headers);
    match &own.body {
        Some(LoginBody::Json(body)) => login.set("json", some(json(body))),
        Some(LoginBody::Form(form)) => {
            let form = members(form);
            login.set("data", some(quote!(__private::DataDef::Form(#form))));
        }
        None => {}
    }
    login.set_list("secrets", own.own_secrets().into_iter().map(|secret| unraw(&secret.name)));
    login.set("token_path", steps(&own.token_path));
    let prefix = own.prefix.as_deref().unwrap_or_default();
    match &own.place {
        TokenPlace::Bearer => {}
        TokenPlace::Header(name) => {
            let name = name.value();
            login.set("place", quote!(__private::TokenPlace::Header { name: #name, prefix: #prefix }));
        }
        TokenPlace::Param(name) => {
            let name = name.value();
            login.set("place", quote!(__private::TokenPlace::Param { name: #name, prefix: #prefix }));
        }
    }
    login.set_some("expires_in_path", own.expires_in_path.as_deref().map(steps));
    login.set_some("expires_in", own.expires_in.map(duration));
    login
}

fn texts(list: &[(LitStr, ClientText)]) -> Vec<TokenStream> {
    pairs(&list.iter().map(|(name, value)| (name.value(), value.pattern.written())).collect::<Vec<_>>()).collect()
}

/// Names, and the secrets that are sent by them.
pub(super) fn secrets(named: &[(String, Secret)]) -> impl Iterator<Item = TokenStream> {
    named.iter().map(|(name, secret)| {
        let text = secret_text(secret);
        quote!((#name, #text))
    })
}

pub(super) fn secret_text(secret: &Secret) -> TokenStream {
    let (name, text) = (unraw(&secret.name), |text: &Option<LitStr>| text.as_ref().map(LitStr::value));
    match (text(&secret.prefix), text(&secret.suffix)) {
        (None, None) => quote!(__private::SecretText::new(#name)),
        (prefix, suffix) => {
            let (prefix, suffix) = (prefix.unwrap_or_default(), suffix.unwrap_or_default());
            quote!(__private::SecretText { name: #name, prefix: #prefix, suffix: #suffix })
        }
    }
}

fn credential(credential: &Credential) -> TokenStream {
    match credential {
        Credential::Text(text) if text.pattern.is_open() => {
            let template = text.pattern.written();
            quote!(__private::Credential::Template(#template))
        }
        Credential::Text(text) => {
            let text = text.pattern.plain();
            quote!(__private::Credential::Literal(#text))
        }
        Credential::Secret(secret) => {
            let secret = secret_text(secret);
            quote!(__private::Credential::Secret(#secret))
        }
    }
}
