//! `auth = session_token(path = "/login", json = { "password": secret(password) }, token_path = "token")`.

use syn::parse::ParseStream;
use syn::{Ident, LitStr, parenthesized, token};

use super::auth::Auth;
use super::auth_kinds::SessionTokenOptions;
use super::client_text::{AuthPlace, AuthText, ClientText};
use super::data::plain;
use super::header::assigned;
use super::json::{JsonTemplate, JsonText};
use super::secret::{Around, Secret};
use super::words::MethodKind;
use crate::diagnostic::Sink;
use crate::literal::header::is_own;
use crate::literal::{Duration, HeaderName, HeaderValue, LoginUrl, Step};
use crate::syntax::{Form, OptionValue, Slot, Text, add, entries, expected, group, needed, refuse_name};

/// A login that gives a token.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) url: Text<LoginUrl>,
    pub(crate) method: MethodKind,
    pub(crate) auth: Auth,
    pub(crate) headers: Vec<(LitStr, JsonTemplate)>,
    pub(crate) body: Option<Body>,
    pub(crate) token_path: Vec<Step>,
    pub(crate) place: TokenPlace,
    pub(crate) prefix: Option<String>,
    pub(crate) expires_in_path: Option<Vec<Step>>,
    pub(crate) expires_in: Option<Duration>,
}

/// What a login sends.
#[derive(Clone)]
pub(crate) enum Body {
    Json(JsonTemplate),
    Form(JsonTemplate),
}

impl Body {
    fn template(&self) -> &JsonTemplate {
        match self {
            Self::Json(body) | Self::Form(body) => body,
        }
    }
}

/// Where the token goes.
#[derive(Clone)]
pub(crate) enum TokenPlace {
    /// `Authorization: Bearer …`
    Bearer,
    Header(LitStr),
    Param(LitStr),
}

impl Login {
    /// Everything in headers and body that has a value.
    fn values(&self) -> impl Iterator<Item = &JsonTemplate> {
        let body = self.body.iter().map(Body::template);
        self.headers.iter().map(|(_, value)| value).chain(body)
    }

    /// The secrets in headers and body.
    pub(crate) fn own_secrets(&self) -> Vec<&Secret> {
        self.values().flat_map(JsonTemplate::secrets).collect()
    }

    /// The secrets that it logs in with.
    pub(crate) fn secrets(&self) -> Vec<&Secret> {
        let mut secrets = self.auth.secrets();
        secrets.extend(self.own_secrets());
        secrets
    }

    /// Its texts, and the params that stand as values.
    pub(crate) fn texts(&self) -> Vec<AuthText> {
        let url = AuthPlace::Url.template(&self.url.value.0, &self.url.token);
        let params = self.values().flat_map(JsonTemplate::params).map(|name| AuthPlace::Field.param(name));
        let texts = self.values().flat_map(JsonTemplate::texts).map(|JsonText { pattern, token }| AuthText {
            text: ClientText { pattern: pattern.clone(), token: token.clone() },
            place: AuthPlace::Field,
        });
        [url].into_iter().chain(self.auth.texts()).chain(params).chain(texts).collect()
    }
}

/// The body of a login.
#[derive(Clone)]
pub(crate) struct LoginBody(pub(crate) JsonTemplate);

impl OptionValue for LoginBody {
    const FORM: Form = Form::Value("{ \"password\": secret(name) }");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        JsonTemplate::read(input, errors).map(Self)
    }
}

/// The form that a login sends.
#[derive(Clone)]
pub(crate) struct LoginData(pub(crate) JsonTemplate);

impl OptionValue for LoginData {
    const FORM: Form = Form::Value("{ \"password\": secret(name) }");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if !input.peek(token::Brace) {
            return Err(expected(input, "a form such as `{ \"password\": secret(name) }`"));
        }
        let form = JsonTemplate::read(input, errors)?;
        plain(&form, errors);
        Ok(Self(form))
    }
}

/// The headers of a login: texts, and secrets.
#[derive(Clone)]
pub(crate) struct LoginHeaders(Vec<(LitStr, JsonTemplate)>);

impl OptionValue for LoginHeaders {
    const FORM: Form = Form::Group("\"Name\" = secret(name)");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut headers: Vec<(LitStr, JsonTemplate)> = Vec::new();
        entries(&content, errors, |input| {
            add(&mut headers, header(input, errors)?, "set", errors, |(name, _)| {
                (name.value().to_lowercase(), name.clone(), format!("the header `{}`", name.value()))
            });
            Ok(())
        });
        Ok(Self(headers))
    }
}

fn header(input: ParseStream<'_>, errors: &Sink) -> syn::Result<(LitStr, JsonTemplate)> {
    refuse_name(input, |name| {
        let name = name.replace('_', "-");
        format!("the name of a header is a string\nhelp: write `\"{name}\" = \"value\"`")
    })?;
    let Text { token: name, .. } = Text::<HeaderName>::read(input, errors)?;
    assigned(input, &name, &format!("the header `{}`", name.value()))?;
    if !input.peek(LitStr) {
        return Ok((name, JsonTemplate::Secret(Secret::read(input, errors)?)));
    }
    let Text { value: HeaderValue(pattern), token } = Text::<HeaderValue>::read(input, errors)?;
    Ok((name, JsonTemplate::Text(JsonText { pattern, token: quote::ToTokens::to_token_stream(&token) })))
}

pub(super) fn read(input: ParseStream<'_>, word: &Ident, errors: &Sink) -> syn::Result<Option<Login>> {
    let options = group::<SessionTokenOptions>(input, errors)?;
    let url = place(&options.path, &options.url, errors);
    let is_placed = options.path.is_absent() && options.url.is_absent();
    let absent = [("path", is_placed), ("token_path", options.token_path.is_absent())];
    needed(
        word,
        &absent,
        &format!("write `{word}(path = \"/login\", json = {{ … }}, token_path = \"token\")`"),
        errors,
    );
    let method = options.method.get().map_or(MethodKind::Post, |method| method.kind);
    let body = body(&options, method, errors);
    let auth = options.auth.get().cloned().unwrap_or(Auth::None);
    if let (Slot::Set(key, _), false) = (&options.auth, auth.is_simple()) {
        errors.report(key, "a login is authorized by what the program has, not by another login\nhelp: write `http_basic(…)`, `api_key(…)` or `bearer(…)`");
    }
    let token = token_place(&options, errors);
    let (Some(url), Some(token_path)) = (url, options.token_path.get()) else { return Ok(None) };
    Ok(Some(Login {
        url,
        method,
        auth,
        headers: options.headers.get().map(|headers| headers.0.clone()).unwrap_or_default(),
        body,
        token_path: token_path.value.0.clone(),
        place: token,
        prefix: options.prefix.get().map(|Around(prefix)| prefix.value()),
        expires_in_path: options.expires_in_path.get().map(|path| path.value.0.clone()),
        expires_in: options.expires_in.get().map(|time| time.value),
    }))
}

/// Where to log in: a path or a URL.
fn place(path: &Slot<Text<LoginUrl>>, url: &Slot<Text<LoginUrl>>, errors: &Sink) -> Option<Text<LoginUrl>> {
    if let (Slot::Set(first, _), Slot::Set(key, _)) = (path, url) {
        errors.conflict(key, "a login has one place: a `path` or a `url`", first, "the path is set here");
    }
    if let Some(Text { token, .. }) = path.get().filter(|path| !path.token.value().starts_with('/')) {
        errors.report(token, format!("a path begins with `/`\nhelp: write `url = {:?}`", token.value()));
    }
    if let Some(Text { token, .. }) = url.get().filter(|url| url.token.value().starts_with('/')) {
        errors.report(token, format!("a URL begins with `https://`\nhelp: write `path = {:?}`", token.value()));
    }
    path.get().or(url.get()).cloned()
}

fn body(options: &SessionTokenOptions, method: MethodKind, errors: &Sink) -> Option<Body> {
    if let (Slot::Set(first, _), Slot::Set(key, _)) = (&options.json, &options.data) {
        errors.conflict(key, "a request has one body: `json` or `data`", first, "the other is set here");
    }
    if let (Some(key), MethodKind::Get) = (options.json.key().or(options.data.key()), method) {
        errors.report(key, "a GET has no body\nhelp: leave out `method = GET`, or send this in `headers(…)`");
    }
    let json = options.json.get().map(|LoginBody(json)| Body::Json(json.clone()));
    json.or_else(|| options.data.get().map(|LoginData(form)| Body::Form(form.clone())))
}

fn token_place(options: &SessionTokenOptions, errors: &Sink) -> TokenPlace {
    if let (Slot::Set(first, _), Slot::Set(key, _)) = (&options.header, &options.param) {
        errors.conflict(key, "the token goes to one place: a `header` or a `param`", first, "the header is set here");
    }
    if let (Slot::Set(key, _), true) = (&options.prefix, options.header.is_absent() && options.param.is_absent()) {
        errors.report(key, "without `header` the token is sent as `Authorization: Bearer …`\nhelp: leave this out, or name the header: `header = \"Authorization\"`");
    }
    match (options.header.get(), options.param.get()) {
        (Some(name), _) => {
            if is_own(&name.token.value()) {
                let text = name.token.value();
                errors
                    .report(&name.token, format!("`{text}` is set by the client itself\nhelp: choose another header"));
            }
            TokenPlace::Header(name.token.clone())
        }
        (None, Some(name)) => TokenPlace::Param(name.token.clone()),
        (None, None) => TokenPlace::Bearer,
    }
}
