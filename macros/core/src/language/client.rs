//! The values of `oauth2_client_credentials(…)`: who the client is, and what it says of itself.

use syn::parse::ParseStream;
use syn::{LitStr, parenthesized};

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
            Credential::Literal(name) if name.value().is_empty() => Err(syn::Error::new_spanned(
                &name,
                "the client's name is empty\nhelp: write the id that the API gave to the client, or `secret(name)`",
            )),
            id => Ok(Self(id)),
        }
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
pub(crate) struct RequestData(pub(crate) Vec<(LitStr, LitStr)>);

impl OptionValue for RequestData {
    const FORM: Form = Form::Group("\"audience\" = \"…\"");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let content;
        parenthesized!(content in input);
        let mut data: Vec<(LitStr, LitStr)> = Vec::new();
        entries(&content, errors, |input| {
            add(&mut data, pair(input)?, "set", errors, |(name, _)| {
                (name.value(), name.clone(), format!("`{}`", name.value()))
            });
            Ok(())
        });
        Ok(Self(data))
    }
}

fn pair(input: ParseStream<'_>) -> syn::Result<(LitStr, LitStr)> {
    refuse_name(input, |name| format!("the name is a string here\nhelp: write `\"{name}\" = \"value\"`"))?;
    let name = string(input, "\"audience\"")?;
    let text = name.value();
    let wrong = |message: String| Err(syn::Error::new_spanned(&name, message));
    match text.as_str() {
        "" => return wrong("this name is empty".to_owned()),
        "grant_type" => return wrong("`grant_type` is sent by the client itself".to_owned()),
        "scope" => return wrong("scopes have an option of their own\nhelp: write `scopes = [\"…\"]`".to_owned()),
        "client_id" => return wrong("the client has options of its own\nhelp: write `client_id = \"…\"`".to_owned()),
        "client_secret" => {
            return wrong(
                "secrets do not belong in source code\nhelp: write `client_secret = secret(name)`".to_owned(),
            );
        }
        name if is_secret(name, "…") => {
            return wrong(format!(
                "`{name}` carries a secret, and secrets do not belong in source code\nhelp: the client's own is `client_secret = secret(name)`; for another write a type of your own: `custom(path::To::Type, secret(name))`"
            ));
        }
        _ => {}
    }
    assigned(input, &name, &format!("`{text}`"))?;
    Ok((name, string(input, "\"value\"")?))
}
