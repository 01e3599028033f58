//! Where the API is: one base, the paths below it, and what is elsewhere.

use super::request::segments;
use super::stream::Draft;
use crate::declaration::{Entry, Source, Value, set};

/// Chooses the base and the credentials of the source, and puts all resources below them.
pub(super) fn settle(drafts: &mut [Draft], source: &mut Source) {
    let base = base(drafts);
    source.options.insert(0, ("base_url".to_owned(), Value::text(&base)));
    let mut trusted: Vec<String> = Vec::new();
    for draft in drafts.iter_mut() {
        let Some(url) = &draft.url else { continue };
        if let Some(note) = url.note.as_ref().filter(|note| !source.notes.contains(note)) {
            source.notes.push(note.clone());
        }
        let whole = format!("{}{}", url.base, url.path);
        let path = match whole.strip_prefix(&base).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            Some("") => "/".to_owned(),
            Some(rest) => rest.to_owned(),
            None => {
                let origin = origin(&whole);
                if !origin.contains('{') && !trusted.contains(&origin) && draft.auth != Value::word("none") {
                    trusted.push(origin);
                }
                whole
            }
        };
        draft.resource.options.retain(|(name, _)| name != "path");
        draft.resource.options.insert(0, ("path".to_owned(), Value::Text(path)));
    }
    credentials(drafts, source, &base);
    if format!("{:?}", source.options).contains("oauth2_jwt_bearer") {
        source.notes.push("Needs the feature `jwt` of declarest.".to_owned());
    }
    if !trusted.is_empty() {
        source.options.push(("trust".to_owned(), Value::List(trusted.into_iter().map(Value::Text).collect())));
    }
}

/// Scheme and host, or the placeholder that stands for them.
fn origin(url: &str) -> String {
    let start = url.find("://").map_or(0, |index| index + 3);
    let rest = url.get(start..).unwrap_or_default();
    let first = segments(rest).into_iter().next().unwrap_or_default();
    format!("{}{first}", url.get(..start).unwrap_or_default())
}

/// The longest base that all resources of the most frequent origin share.
fn base(drafts: &[Draft]) -> String {
    let bases: Vec<&str> = drafts.iter().filter_map(|draft| draft.url.as_ref()).map(|url| url.base.as_str()).collect();
    let origins: Vec<String> = bases.iter().map(|base| origin(base)).collect();
    let count = |wanted: &String| origins.iter().filter(|origin| *origin == wanted).count();
    let Some(best) = origins.iter().rev().max_by_key(|origin| count(origin)) else {
        return "https://api.example.com".to_owned();
    };
    let mut shared: Option<Vec<String>> = None;
    for base in bases.iter().zip(&origins).filter(|(_, origin)| *origin == best).map(|(base, _)| base) {
        let parts = segments(base);
        shared = Some(match shared {
            None => parts,
            Some(known) => known.into_iter().zip(parts).take_while(|(a, b)| a == b).map(|(a, _)| a).collect(),
        });
    }
    let mut shared = shared.unwrap_or_default();
    // A base has no values that differ from request to request.
    if let Some(index) = shared
        .iter()
        .position(|part| ["{resources.", "{+resources.", "{incremental."].iter().any(|mark| part.contains(mark)))
    {
        shared.truncate(index);
    }
    shared.join("/")
}

/// The credentials that most resources have are the source's.
fn credentials(drafts: &mut [Draft], source: &mut Source, base: &str) {
    for draft in drafts.iter_mut() {
        relative(&mut draft.auth, base);
    }
    let kinds: Vec<Value> = drafts
        .iter()
        .filter(|draft| draft.resource.losses.iter().all(|loss| loss.option != "auth"))
        .map(|draft| draft.auth.clone())
        .collect();
    let count = |wanted: &Value| kinds.iter().filter(|kind| *kind == wanted).count();
    let best = kinds.iter().rev().max_by_key(|kind| count(kind)).cloned().unwrap_or_else(|| Value::word("none"));
    if best != Value::word("none") {
        source.options.push(("auth".to_owned(), best.clone()));
    }
    for draft in drafts.iter_mut() {
        let lost = draft.resource.losses.iter().any(|loss| loss.option == "auth");
        if draft.auth != best && !lost {
            set(&mut draft.resource.options, "auth", draft.auth.clone());
        }
    }
}

/// A login below the base is named by its path.
fn relative(auth: &mut Value, base: &str) {
    let Value::Call(name, entries) = auth else { return };
    let name = name.clone();
    for entry in entries {
        match entry {
            Entry::Plain(inner) => relative(inner, base),
            Entry::Named(key, Value::Text(url))
                if (name == "session_token" && key == "url") || key == "access_token_url" =>
            {
                let path = url.strip_prefix(base).filter(|path| path.starts_with('/')).map(str::to_owned);
                // A login below the base is a path of its own name.
                if key == "url" && (path.is_some() || url.starts_with('/')) {
                    "path".clone_into(key);
                }
                if let Some(path) = path {
                    *url = path;
                }
            }
            _ => {}
        }
    }
}
