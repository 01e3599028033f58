//! Credentials: whether those that are declared are among those that an operation takes.

use super::operation::Operation;
use super::params::same;
use super::schema::text;
use crate::json::JsonValue;
use crate::language::{ApiKey, Auth};
use crate::syntax::Word;

/// What an operation takes.
enum Scheme<'s> {
    Bearer,
    Basic,
    Key {
        name: &'s str,
        location: &'s str,
    },
    OAuth2,
    /// Not judged.
    Other,
}

impl<'s> Scheme<'s> {
    fn of(value: &'s JsonValue) -> Self {
        let scheme = text(value, "scheme").unwrap_or_default().to_lowercase();
        match text(value, "type") {
            Some("http") if scheme == "bearer" => Self::Bearer,
            Some("http") if scheme == "basic" => Self::Basic,
            Some("apiKey") => match (text(value, "name"), text(value, "in")) {
                (Some(name), Some(location)) => Self::Key { name, location },
                _ => Self::Other,
            },
            Some("oauth2" | "openIdConnect") => Self::OAuth2,
            _ => Self::Other,
        }
    }

    fn fits(&self, auth: &Auth) -> bool {
        let in_authorization =
            |name: &str, location: &str| location == "header" && name.eq_ignore_ascii_case("authorization");
        match (self, auth) {
            (_, Auth::OneOf(choices)) => choices.iter().any(|choice| self.fits(choice)),
            (_, Auth::None) => matches!(self, Self::Other),
            (Self::Other, _)
            // What a login gives may be sent as any of them.
            | (_, Auth::Login(_) | Auth::Custom(_) | Auth::Broken { .. })
            | (Self::Bearer | Self::OAuth2, Auth::Bearer(_) | Auth::OAuth2(_))
            | (Self::Basic, Auth::HttpBasic(..)) => true,
            (Self::Key { name, location }, Auth::ApiKey(key)) => {
                *location == key.location.word() && same(location, name, &key.name.value())
            }
            (Self::Key { name, location }, _) => in_authorization(name, location),
            (_, Auth::ApiKey(key)) => in_authorization(&key.name.value(), key.location.word()),
            _ => false,
        }
    }

    /// How it is declared.
    fn written(&self) -> String {
        match self {
            Self::Bearer => "bearer(token = secret(…))".to_owned(),
            Self::Basic => "http_basic(username = …, password = secret(…))".to_owned(),
            Self::Key { name, location: "header" } if name.eq_ignore_ascii_case("authorization") => {
                "bearer(token = secret(…))".to_owned()
            }
            Self::Key { name, location } => {
                let place = if *location == "header" { String::new() } else { format!(", location = {location}") };
                format!("api_key(name = {name:?}, api_key = secret(…){place})")
            }
            Self::OAuth2 => "oauth2_client_credentials(…)".to_owned(),
            Self::Other => "custom(…)".to_owned(),
        }
    }
}

/// The credentials that an operation takes.
struct Accepted<'s> {
    schemes: Vec<Scheme<'s>>,
    /// Whether it also responds without.
    optional: bool,
}

/// None where that is not known.
fn accepted<'s>(operation: &Operation<'s>) -> Option<Accepted<'s>> {
    let spec = operation.spec;
    let Some(JsonValue::Object(known)) =
        spec.get("components").and_then(|components| components.get("securitySchemes"))
    else {
        return None;
    };
    let scheme = |value| spec.follow(value).map_or(Scheme::Other, Scheme::of);
    let Some(security) = operation.value.get("security").or_else(|| spec.get("security")) else {
        // None of the known schemes is required.
        return Some(Accepted { schemes: known.iter().map(|(_, value)| scheme(value)).collect(), optional: true });
    };
    let JsonValue::Array(choices) = security else { return None };
    let mut accepted = Accepted { schemes: Vec::new(), optional: choices.is_empty() };
    for choice in choices {
        let JsonValue::Object(names) = choice else { return None };
        accepted.optional |= names.is_empty();
        for (name, _) in names {
            let found = known.iter().find(|(known, _)| known == name);
            accepted.schemes.push(found.map_or(Scheme::Other, |(_, value)| scheme(value)));
        }
    }
    Some(accepted)
}

/// What is wrong with credentials that an operation does not take.
pub(crate) fn fits(operation: &Operation<'_>, auth: &Auth) -> Option<String> {
    let Accepted { schemes, optional } = accepted(operation)?;
    if matches!(auth, Auth::None) && optional || schemes.iter().any(|scheme| scheme.fits(auth)) {
        return None;
    }
    // Requests that need no credentials may have any.
    if schemes.is_empty() {
        return None;
    }
    let mut written: Vec<String> = schemes.iter().map(Scheme::written).collect();
    written.dedup();
    let problem = match auth {
        Auth::None => format!("{operation} requires credentials"),
        Auth::ApiKey(ApiKey { name: key, location, .. }) => {
            format!("{operation} takes no key `{}` in a {}", key.value(), location.word())
        }
        _ => format!("{operation} does not take these credentials"),
    };
    let help = written.iter().map(|way| format!("`auth = {way}`")).collect::<Vec<_>>().join(" or ");
    Some(format!("{problem}\nhelp: write {help}"))
}

/// Whether an operation takes as a key what is sent under one of these names.
pub(crate) fn takes(operation: &Operation<'_>, names: &[String]) -> bool {
    let keys = accepted(operation).map(|accepted| accepted.schemes).unwrap_or_default();
    keys.iter().any(|scheme| match scheme {
        Scheme::Key { name, .. } => names.iter().any(|sent| sent.eq_ignore_ascii_case(name)),
        Scheme::Bearer | Scheme::Basic | Scheme::OAuth2 => {
            names.iter().any(|sent| sent.eq_ignore_ascii_case("authorization"))
        }
        Scheme::Other => true,
    })
}
