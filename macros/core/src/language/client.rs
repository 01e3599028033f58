//! The values of OAuth 2.0: who the client is, and what it says of itself.

use syn::parse::ParseStream;
use syn::{LitStr, parenthesized};

use super::client_text::ClientText;
use super::header::assigned;
use super::secret::{Credential, name_or_secret};
use crate::diagnostic::Sink;
use crate::literal::Scope;
use crate::literal::secrets::is_secret;
use crate::syntax::{Form, OptionValue, Text, add, array, entries, refuse_name, string};

/// The client's name, which need not be a secret.
#[derive(Clone)]
pub(crate) struct ClientId(pub(crate) Credential);

impl OptionValue for ClientId {
    const FORM: Form = Form::Value("\"name\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        match name_or_secret(input, errors, "client's name", None)? {
            Credential::Text(name) if name.is_empty() => Err(syn::Error::new_spanned(
                &name.token,
                "the client's name is empty\nhelp: write the id that the API gave to the client, or `secret(name)`",
            )),
            id => Ok(Self(id)),
        }
    }
}

/// A name in what the client signs, which need not be a secret.
#[derive(Clone)]
pub(crate) struct Party(pub(crate) Credential);

impl OptionValue for Party {
    const FORM: Form = Form::Value("\"name\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        match name_or_secret(input, errors, "name", None)? {
            Credential::Text(name) if name.is_empty() => {
                Err(syn::Error::new_spanned(&name.token, "this name is empty\nhelp: write it, or `secret(name)`"))
            }
            party => Ok(Self(party)),
        }
    }
}

/// Who reads what the client signs.
#[derive(Clone)]
pub(crate) struct Audience(pub(crate) ClientText);

impl OptionValue for Audience {
    const FORM: Form = Form::Value("\"https://login.example.com/\"");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        let text = ClientText::read(input, "\"https://login.example.com/\"")?;
        if text.is_empty() {
            return Err(syn::Error::new_spanned(&text.token, "this text is empty\nhelp: leave the option out"));
        }
        Ok(Self(text))
    }
}

impl OptionValue for Vec<Text<Scope>> {
    const FORM: Form = Form::Value("[\"read\", \"write\"]");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let scope = |input: ParseStream<'_>| Text::<Scope>::read(input, errors);
        array(input, errors, "[\"read\", \"write\"]", scope, |scope| {
            (scope.token.value(), scope.token.clone(), "this scope".to_owned())
        })
    }
}

/// Further fields of a token request.
#[derive(Clone)]
pub(crate) struct RequestData(pub(crate) Vec<(LitStr, ClientText)>);

impl OptionValue for RequestData {
    const FORM: Form = Form::Group("\"audience\" = \"…\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        pairs(input, "\"audience\"", field, errors).map(Self)
    }
}

/// Further claims of what the client signs.
#[derive(Clone)]
pub(crate) struct Claims(pub(crate) Vec<(LitStr, ClientText)>);

impl OptionValue for Claims {
    const FORM: Form = Form::Group("\"name\" = \"…\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        pairs(input, "\"name\"", claim, errors).map(Self)
    }
}

/// Texts by name, each once. `refuse` says what is wrong with a name.
fn pairs(
    input: ParseStream<'_>,
    example: &str,
    refuse: fn(&str) -> Result<(), String>,
    errors: &Sink,
) -> syn::Result<Vec<(LitStr, ClientText)>> {
    let content;
    parenthesized!(content in input);
    let mut data: Vec<(LitStr, ClientText)> = Vec::new();
    entries(&content, errors, |input| {
        refuse_name(input, |name| format!("the name is a string here\nhelp: write `\"{name}\" = \"value\"`"))?;
        let name = string(input, example)?;
        refuse(&name.value()).map_err(|message| syn::Error::new_spanned(&name, message))?;
        assigned(input, &name, &format!("`{}`", name.value()))?;
        let value = ClientText::read(input, "\"value\"")?;
        add(&mut data, (name, value), "set", errors, |(name, _)| {
            (name.value(), name.clone(), format!("`{}`", name.value()))
        });
        Ok(())
    });
    Ok(data)
}

/// What is wrong with the name of a field of a token request.
fn field(name: &str) -> Result<(), String> {
    Err(match name {
        "" => "this name is empty".to_owned(),
        "grant_type" => "`grant_type` is sent by the client itself".to_owned(),
        "scope" => "scopes have an option of their own\nhelp: write `scopes = [\"…\"]`".to_owned(),
        "client_id" => "the client has options of its own\nhelp: write `client_id = \"…\"`".to_owned(),
        "client_secret" => {
            "secrets do not belong in source code\nhelp: write `client_secret = secret(name)`".to_owned()
        }
        name if is_secret(name, "…") => format!(
            "`{name}` carries a secret, and secrets do not belong in source code\nhelp: the client's own is `client_secret = secret(name)`; for another write a type of your own: `custom(path::To::Type, secret(name))`"
        ),
        _ => return Ok(()),
    })
}

/// What is wrong with the name of a claim.
fn claim(name: &str) -> Result<(), String> {
    let option = match name {
        "" => return Err("this name is empty".to_owned()),
        "iss" => "issuer = \"…\"",
        "sub" => "subject = \"…\"",
        "aud" => "audience = \"…\"",
        "scope" => "scopes = [\"…\"]",
        "exp" => "lifetime = \"5m\"",
        "iat" | "jti" => return Err(format!("`{name}` is set by the client itself")),
        _ => return Ok(()),
    };
    Err(format!("the claim `{name}` has an option of its own\nhelp: write `{option}`"))
}
