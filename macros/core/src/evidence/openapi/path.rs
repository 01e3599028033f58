//! Paths: which one of an OpenAPI file a resource declares.

use syn::LitStr;

use super::operation::Operation;
use super::spec::{Spec, reference};
use crate::diagnostic::suggest;
use crate::json::JsonValue;
use crate::language::{MethodKind, Param, SourceOptions};
use crate::literal::{Template, TemplatePart};
use crate::resolve::params;
use crate::syntax::Word;

/// A declared path, segment by segment. A placeholder is an empty pair of braces.
pub(crate) struct DeclaredPath {
    /// The path of the base URL, without a slash at its end.
    pub(crate) base: String,
    pub(crate) path: String,
    /// As it was written.
    pub(crate) written: String,
}

impl DeclaredPath {
    /// The path with its fixed values, and empty braces for what is known at run time.
    pub(super) fn new((template, token): (&Template, &LitStr), params: &[Param], source: &SourceOptions) -> Self {
        let value = |name: &str| {
            let pattern = params::find(params, name)?.pattern()?;
            (!pattern.is_open()).then(|| pattern.plain())
        };
        let pieces = template.parts.iter().map(|piece| match piece.named() {
            TemplatePart::Text(text) => text.clone(),
            TemplatePart::Param(name) => value(name).unwrap_or_else(|| "{}".to_owned()),
            _ => "{}".to_owned(),
        });
        let open = |pattern: &Template| pattern.render(str::to_owned, |_| Some("{}".to_owned()));
        let url = source.base_url.get().map_or_else(String::new, |url| open(&url.value.pattern));
        let (origin, base) = split(&url);
        let base = origin.map_or("", |_| base).to_owned();
        Self { base, path: pieces.collect(), written: token.value() }
    }
}

/// The methods that a path can have.
const METHODS: [&str; 9] = ["get", "post", "put", "patch", "delete", "head", "options", "trace", "query"];

/// The operation that a file has for a path and method.
pub(crate) enum PathMatch<'s> {
    Operation {
        operation: Operation<'s>,
        /// Whether the path was found without that of the base URL, which then must be where the paths of the file
        /// start.
        bare: bool,
    },
    /// The path has other methods only.
    Method { path: &'s str, others: Vec<&'static str> },
    /// Nothing, and the message for that.
    Nothing(String),
    /// Something that is broken, or in another file: not judged.
    Unknown,
}

/// Looks for a path.
pub(crate) fn find<'s>(spec: &'s Spec, declared: &DeclaredPath, method: MethodKind) -> PathMatch<'s> {
    let full = format!("{}{}", declared.base, declared.path);
    let mut ways: Vec<(&str, bool)> = vec![(&full, declared.base.is_empty())];
    for server in servers(spec) {
        let rest =
            full.strip_prefix(server.path.as_str()).filter(|rest| !server.path.is_empty() && rest.starts_with('/'));
        ways.extend(rest.map(|rest| (rest, false)));
    }
    ways.push((&declared.path, true));
    let Some(JsonValue::Object(paths)) = spec.get("paths") else { return PathMatch::Unknown };
    // The same path comes before those that only fit, and of these the one with the most in common.
    let same = |way: &str| paths.iter().find(|(path, _)| general(path) == way);
    let best = |way: &str| {
        paths.iter().filter_map(|path| Some((alike(way, &path.0)?, path))).max_by_key(|(likeness, _)| *likeness)
    };
    let found = ways.iter().find_map(|(way, bare)| Some((same(way)?, *bare)));
    let found = found.or_else(|| ways.iter().find_map(|(way, bare)| Some((best(way)?.1, *bare))));
    let Some(((path, item), bare)) = found else { return PathMatch::Nothing(nowhere(spec, declared, paths)) };
    let Some(item) = spec.follow(item) else { return PathMatch::Unknown };
    if let Some(value) = item.get(&method.word().to_lowercase()) {
        return match spec.follow(value) {
            Some(value) => PathMatch::Operation { operation: Operation { spec, method, path, item, value }, bare },
            None => PathMatch::Unknown,
        };
    }
    let others = METHODS.into_iter().filter(|method| item.get(method).is_some()).collect::<Vec<_>>();
    if others.is_empty() && reference(item).is_some() { PathMatch::Unknown } else { PathMatch::Method { path, others } }
}

/// How much two paths have in common: placeholders match each other, and those of the file also match fixed segments.
fn alike(declared: &str, path: &str) -> Option<usize> {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (declared.split('/').collect(), path.split('/').collect());
    if ours.len() != theirs.len() {
        return None;
    }
    ours.iter().zip(theirs).try_fold(0, |likeness, (our, their)| {
        let general = general(their);
        if *our == general {
            Some(likeness + if general.contains("{}") { 2 } else { 3 })
        } else {
            (general == "{}" && !our.is_empty()).then_some(likeness + 1)
        }
    })
}

/// A path with empty braces.
pub(super) fn general(path: &str) -> String {
    let mut general = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, (_, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        general.push_str(before);
        general.push_str("{}");
        rest = after;
    }
    general.push_str(rest);
    general
}

/// The placeholder of a file that each of the declared path is. The declared path may have more segments before.
pub(crate) fn pairs(declared: &str, path: &str) -> Vec<Option<usize>> {
    let (ours, theirs): (Vec<&str>, Vec<&str>) = (declared.split('/').collect(), path.split('/').collect());
    let count = |segments: &[&str]| segments.iter().map(|segment| segment.matches('{').count()).sum::<usize>();
    let mut pairs = Vec::new();
    for (at, our) in ours.iter().enumerate() {
        let their = (at + theirs.len()).checked_sub(ours.len());
        let before = their.and_then(|at| Some((theirs.get(at)?, count(theirs.get(..at)?))));
        for index in 0..our.matches('{').count() {
            pairs.push(before.filter(|(their, _)| general(their) == *our).map(|(_, before)| before + index));
        }
    }
    pairs
}

/// The names in the braces of a path.
pub(super) fn placeholders(path: &str) -> Vec<&str> {
    path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect()
}

/// The message for a path that a file does not have.
fn nowhere(spec: &Spec, declared: &DeclaredPath, paths: &[(String, JsonValue)]) -> String {
    let (name, written) = (&spec.name, &declared.written);
    let plain = |path: &str| general(path).trim_end_matches('/').to_owned();
    let own = plain(&declared.path);
    let slash = paths.iter().map(|(path, _)| path.as_str()).find(|path| plain(path) == own);
    let near = slash.or_else(|| {
        let all: Vec<(String, &str)> = paths.iter().map(|(path, _)| (plain(path), path.as_str())).collect();
        let near = suggest::nearest(&own, all.iter().map(|(general, _)| general.as_str()))?;
        all.iter().find(|(general, _)| general == near).map(|(_, path)| *path)
    });
    let near = near.map_or_else(String::new, |near| format!("\nhelp: did you mean `{near}`?"));
    let first = |path: &str| path.split('/').find(|part| !part.is_empty()).map(ToOwned::to_owned);
    let mut alike: Vec<&str> =
        paths.iter().map(|(path, _)| path.as_str()).filter(|path| first(path) == first(written)).collect();
    if alike.is_empty() {
        alike = paths.iter().map(|(path, _)| path.as_str()).collect();
    }
    alike.truncate(12);
    format!("`{name}` has no path `{written}`{near}{}", suggest::note("path", " there", alike))
}

/// The address of an API.
pub(super) struct Server {
    /// `https://api.example.com`. None where the address is relative to that of the file.
    pub(super) origin: Option<String>,
    /// Without a slash at its end.
    pub(super) path: String,
}

/// The servers of a file whose addresses are known.
pub(super) fn servers(spec: &Spec) -> Vec<Server> {
    let Some(JsonValue::Array(servers)) = spec.get("servers") else { return Vec::new() };
    servers.iter().filter_map(server).collect()
}

fn server(value: &JsonValue) -> Option<Server> {
    let Some(JsonValue::Text(url)) = value.get("url") else { return None };
    let mut url = url.clone();
    if let Some(JsonValue::Object(variables)) = value.get("variables") {
        for (name, variable) in variables {
            if let Some(JsonValue::Text(default)) = variable.get("default") {
                url = url.replace(&format!("{{{name}}}"), default);
            }
        }
    }
    if url.contains('{') {
        return None;
    }
    let (origin, path) = split(&url);
    let is_path = path.is_empty() || path.starts_with('/');
    is_path.then(|| Server { origin: origin.map(str::to_lowercase), path: path.to_owned() })
}

/// The origin of a URL, which one that is relative lacks, and its path, without a slash at its end.
fn split(url: &str) -> (Option<&str>, &str) {
    let path = url.find("://").map(|at| {
        let authority = at + "://".len();
        url.get(authority..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| authority + at)
    });
    let (origin, path) = url.split_at(path.unwrap_or_default());
    (Some(origin).filter(|origin| !origin.is_empty()), path.trim_end_matches('/'))
}

/// What is wrong with a base URL at which no server of its origin has the paths of the file.
pub(crate) fn misplaced(spec: &Spec, url: &str) -> Option<String> {
    if url.contains('{') {
        // Where it is is known when the client is built.
        return None;
    }
    let (origin, path) = split(url);
    let origin = origin?;
    let own = origin.to_lowercase();
    let servers = servers(spec);
    let here: Vec<&Server> =
        servers.iter().filter(|server| server.origin.as_ref().is_none_or(|other| *other == own)).collect();
    let first = here.first()?;
    if here.iter().any(|server| server.path == path) {
        return None;
    }
    Some(format!(
        "the paths of `{}` start at `{}`, and this is `{}`\nhelp: write `base_url = \"{origin}{}\"`",
        spec.name,
        if first.path.is_empty() { "/" } else { &first.path },
        if path.is_empty() { "/" } else { path },
        first.path
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_stand_for_each_other() {
        assert_eq!(alike("/a/{}", "/a/{id}"), Some(8));
        assert_eq!(alike("/a/b", "/a/{id}"), Some(7));
        assert_eq!(alike("/a/b", "/a/b"), Some(9));
        assert_eq!(alike("/a/{}", "/a/b"), None);
        assert_eq!(alike("/a/{}.json", "/a/{id}.json"), Some(8));
        assert_eq!(alike("/a/", "/a/{id}"), None);
        assert_eq!(alike("/a", "/a/"), None);
    }

    #[test]
    fn placeholders_by_position() {
        assert_eq!(pairs("/a/{}/b/{}", "/a/{x}/b/{y}"), [Some(0), Some(1)]);
        assert_eq!(pairs("/items/authors/{}", "/items/{collection}/{id}"), [Some(1)]);
        assert_eq!(pairs("/v1/{}/{}", "/{x}"), [None, Some(0)]);
    }

    #[test]
    fn where_servers_are() {
        let of =
            |text: &str| server(&serde_json::from_str(text).expect("JSON")).map(|server| (server.origin, server.path));
        assert_eq!(of(r#"{"url": "https://A.example/v2/"}"#), Some((Some("https://a.example".into()), "/v2".into())));
        assert_eq!(of(r#"{"url": "/api"}"#), Some((None, "/api".into())));
        assert_eq!(of(r#"{"url": "/"}"#), Some((None, String::new())));
        assert_eq!(
            of(r#"{"url": "https://{r}.example/{v}", "variables": {"r": {"default": "eu"}, "v": {"default": "v1"}}}"#),
            Some((Some("https://eu.example".into()), "/v1".into()))
        );
        assert_eq!(of(r#"{"url": "https://{r}.example"}"#), None);
        assert_eq!(of("{}"), None);
    }
}
