//! `auth = oauth2_client_credentials(access_token_url = "…", client_id = "…", client_secret = secret(name))`, and the other
//! grants of OAuth 2.0.

use syn::parse::ParseStream;
use syn::{Ident, LitStr};

use super::auth_kinds::{JwtBearerOptions, OAuth2Options, PasswordOptions, RefreshTokenOptions};
use super::client::{Audience, Claims, ClientId, Party, RequestData};
use super::client_text::{AuthPlace, AuthText, ClientText};
use super::secret::{Credential, Secret, Username};
use super::words::{Algorithm, ClientAuth, RequestFormat};
use crate::diagnostic::Sink;
use crate::literal::{Duration, Scope, Step, Steps, TokenUrl};
use crate::syntax::{Slot, Text, group, needed};

/// A client that gets its access tokens by itself (RFC 6749).
#[derive(Clone)]
pub(crate) struct OAuth2 {
    pub(crate) grant: Grant,
    pub(crate) access_token_url: Text<TokenUrl>,
    pub(crate) client_id: Option<Credential>,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) scopes: Vec<Text<Scope>>,
    pub(crate) request_data: Vec<(LitStr, ClientText)>,
    pub(crate) request_format: RequestFormat,
    pub(crate) client_auth: ClientAuth,
    pub(crate) token_path: Option<Vec<Step>>,
    pub(crate) expires_in_path: Option<Vec<Step>>,
    pub(crate) default_token_expiration: Slot<Text<Duration>>,
}

/// What it shows for them.
#[derive(Clone)]
pub(crate) enum Grant {
    /// Section 4.4.
    ClientCredentials,
    /// Section 6.
    RefreshToken { refresh_token: Secret, rotating: Option<bool>, path: Option<Vec<Step>> },
    /// Section 4.3.
    Password { username: Credential, password: Secret },
    /// RFC 7523, section 2.1.
    JwtBearer(Box<JwtBearer>),
}

/// A JSON web token that the client signs.
#[derive(Clone)]
pub(crate) struct JwtBearer {
    pub(crate) issuer: Credential,
    pub(crate) subject: Option<Credential>,
    pub(crate) audience: Option<ClientText>,
    pub(crate) private_key: Secret,
    pub(crate) key_id: Option<Credential>,
    pub(crate) algorithm: Algorithm,
    pub(crate) claims: Vec<(LitStr, ClientText)>,
    pub(crate) lifetime: Option<Duration>,
}

/// The options that all grants have.
pub(super) struct Common {
    pub(super) access_token_url: Slot<Text<TokenUrl>>,
    pub(super) client_id: Slot<ClientId>,
    pub(super) client_secret: Slot<Secret>,
    pub(super) scopes: Slot<Vec<Text<Scope>>>,
    pub(super) request_data: Slot<RequestData>,
    pub(super) request_format: Slot<RequestFormat>,
    pub(super) client_auth: Slot<ClientAuth>,
    pub(super) token_path: Slot<Text<Steps>>,
    pub(super) expires_in_path: Slot<Text<Steps>>,
    pub(super) default_token_expiration: Slot<Text<Duration>>,
}

/// Options that a grant needs, and whether each is absent.
type Absent = [(&'static str, bool)];

pub(super) fn client_credentials(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<OAuth2>> {
    let common = group::<OAuth2Options>(input, errors)?.common();
    let absent = [("client_id", common.client_id.is_absent()), ("client_secret", common.client_secret.is_absent())];
    Ok(common.with(Some(Grant::ClientCredentials), &absent, CLIENT, word, errors))
}

pub(super) fn refresh_token(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<OAuth2>> {
    let mut options = group::<RefreshTokenOptions>(input, errors)?;
    let (common, token) = (options.common(), &options.refresh_token);
    let absent = [("client_id", common.client_id.is_absent()), ("refresh_token", token.is_absent())];
    if let Some(token) = token.get() {
        token.alone("a refresh token is sent as the server gave it out", errors);
    }
    let grant = token.get().map(|token| Grant::RefreshToken {
        refresh_token: token.clone(),
        rotating: options.rotating.get().map(|rotating| rotating.value),
        path: steps(&options.refresh_token_path),
    });
    Ok(common.with(grant, &absent, "client_id = \"…\", refresh_token = secret(name)", word, errors))
}

pub(super) fn password(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<OAuth2>> {
    let mut options = group::<PasswordOptions>(input, errors)?;
    let (common, PasswordOptions { username, password, .. }) = (options.common(), &options);
    let absent = [("username", username.is_absent()), ("password", password.is_absent())];
    let grant = username.get().zip(password.get()).map(|(Username(username), password)| Grant::Password {
        username: username.clone(),
        password: password.clone(),
    });
    Ok(common.with(grant, &absent, "username = \"…\", password = secret(name)", word, errors))
}

pub(super) fn jwt_bearer(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<OAuth2>> {
    let mut options = group::<JwtBearerOptions>(input, errors)?;
    let (common, JwtBearerOptions { issuer, private_key, .. }) = (options.common(), &options);
    let absent = [("issuer", issuer.is_absent()), ("private_key", private_key.is_absent())];
    if let Some(key) = private_key.get() {
        key.alone("a key is read as it is", errors);
    }
    let party = |slot: &Slot<Party>| slot.get().map(|Party(party)| party.clone());
    let grant = party(issuer).zip(private_key.get()).map(|(issuer, private_key)| {
        Grant::JwtBearer(Box::new(JwtBearer {
            issuer,
            subject: party(&options.subject),
            audience: options.audience.get().map(|Audience(audience)| audience.clone()),
            private_key: private_key.clone(),
            key_id: party(&options.key_id),
            algorithm: options.algorithm.get().copied().unwrap_or(Algorithm::Rs256),
            claims: options.claims.get().map(|Claims(claims)| claims.clone()).unwrap_or_default(),
            lifetime: options.lifetime.get().map(|lifetime| lifetime.value),
        }))
    });
    Ok(common.with(grant, &absent, "issuer = \"…\", private_key = secret(name)", word, errors))
}

const CLIENT: &str = "client_id = \"…\", client_secret = secret(name)";

fn steps(slot: &Slot<Text<Steps>>) -> Option<Vec<Step>> {
    slot.get().map(|path| path.value.0.clone())
}

impl Common {
    /// The whole, if it is complete. `example` has the options that the grant needs.
    fn with(self, grant: Option<Grant>, absent: &Absent, example: &str, word: &Ident, errors: &Sink) -> Option<OAuth2> {
        let absent = [&[("access_token_url", self.access_token_url.is_absent())], absent].concat();
        needed(word, &absent, &format!("write `{word}(access_token_url = \"https://…\", {example})`"), errors);
        self.pair(errors);
        let own = grant.as_ref().map_or(&[][..], Grant::fields);
        for (name, _) in self.request_data.get().into_iter().flat_map(|data| &data.0) {
            if let Some(option) = own.iter().find(|own| name.value() == **own) {
                errors.report(
                    name,
                    format!("`{option}` is sent by the client itself\nhelp: its option is `{option} = …`"),
                );
            }
        }
        Some(OAuth2 {
            grant: grant?,
            access_token_url: self.access_token_url.get()?.clone(),
            client_id: self.client_id.get().map(|ClientId(id)| id.clone()),
            client_secret: self.client_secret.get().cloned(),
            scopes: self.scopes.get().cloned().unwrap_or_default(),
            request_data: self.request_data.get().map(|data| data.0.clone()).unwrap_or_default(),
            request_format: self.request_format.get().copied().unwrap_or(RequestFormat::Form),
            token_path: steps(&self.token_path),
            expires_in_path: steps(&self.expires_in_path),
            client_auth: self.client_auth.get().copied().unwrap_or(ClientAuth::Body),
            default_token_expiration: self.default_token_expiration,
        })
    }

    /// Reports a secret of nobody, and a header without a secret.
    fn pair(&self, errors: &Sink) {
        let Self { client_id, client_secret, client_auth, .. } = self;
        if let (Slot::Set(key, _), true) = (client_secret, client_id.is_absent()) {
            // A grant that cannot do without has said so.
            if errors.is_sound() {
                errors.report(
                    key,
                    "this is the secret of a client without a name\nhelp: write `client_id = \"…\"` as well",
                );
            }
        }
        if let (Slot::Set(key, ClientAuth::Header), true) = (client_auth, client_secret.is_absent())
            && errors.is_sound()
        {
            errors.report(key, "a client without a secret has nothing to send in a header\nhelp: leave this out, or write `client_secret = secret(name)`");
        }
    }
}

impl Grant {
    /// The fields of a request that its options fill in.
    fn fields(&self) -> &'static [&'static str] {
        match self {
            Self::RefreshToken { .. } => &["refresh_token"],
            Self::Password { .. } => &["username"],
            Self::JwtBearer(_) => &["assertion"],
            Self::ClientCredentials => &[],
        }
    }
}

impl OAuth2 {
    /// Its texts, which client-wide params are filled in to.
    pub(crate) fn texts(&self) -> Vec<AuthText> {
        let name = |place: AuthPlace, name: &Credential| name.text().map(|text| place.of(text));
        let mut texts = vec![AuthPlace::Url.template(&self.access_token_url.value.0, &self.access_token_url.token)];
        texts.extend(self.client_id.as_ref().and_then(|id| name(AuthPlace::Needed("client's name"), id)));
        match &self.grant {
            Grant::ClientCredentials | Grant::RefreshToken { .. } => {}
            Grant::Password { username, .. } => texts.extend(name(AuthPlace::Needed("user name"), username)),
            Grant::JwtBearer(jwt) => {
                texts.extend(name(AuthPlace::Needed("issuer"), &jwt.issuer));
                let names = [&jwt.subject, &jwt.key_id].into_iter().flatten();
                texts.extend(names.filter_map(|party| name(AuthPlace::Field, party)));
                let claims = jwt.claims.iter().map(|(_, value)| value);
                texts.extend(jwt.audience.iter().chain(claims).map(|text| AuthPlace::Field.of(text)));
            }
        }
        texts.extend(self.scopes.iter().map(|scope| AuthPlace::Field.template(&scope.value.0, &scope.token)));
        texts.extend(self.request_data.iter().map(|(_, value)| AuthPlace::Field.of(value)));
        texts
    }

    /// The secrets that a token is requested with.
    pub(crate) fn secrets(&self) -> Vec<&Secret> {
        let client = self.client_id.as_ref().and_then(Credential::secret).into_iter().chain(&self.client_secret);
        match &self.grant {
            Grant::ClientCredentials => client.collect(),
            Grant::RefreshToken { refresh_token, .. } => client.chain([refresh_token]).collect(),
            Grant::Password { username, password } => client.chain(username.secret()).chain([password]).collect(),
            Grant::JwtBearer(jwt) => {
                let named = [Some(&jwt.issuer), jwt.subject.as_ref(), jwt.key_id.as_ref()].into_iter().flatten();
                client.chain(named.filter_map(Credential::secret)).chain([&jwt.private_key]).collect()
            }
        }
    }
}
