//! What a resource requests: its endpoint.

use super::client::{Header, header};
use super::incremental::{self, incremental};
use super::paginator::paginator;
use super::request::{Sent, actions, body, entry, param, path};
use super::resource::Builder;
use super::text::Places;
use super::value::{Val, ValKind};
use crate::declaration::{Entry, Loss, Value, snake};

/// The keys of an endpoint that are read.
const READ: [&str; 11] = [
    "path",
    "method",
    "params",
    "json",
    "data",
    "headers",
    "data_selector",
    "paginator",
    "incremental",
    "response_actions",
    "auth",
];

impl Builder<'_, '_> {
    /// The endpoint: a path, or a dictionary with one.
    pub(super) fn request(&mut self) {
        let value = self.value;
        let none = Val::new(value.line, ValKind::Dict(Vec::new()));
        let endpoint = value.get("endpoint").unwrap_or(&none);
        let endpoint = match endpoint.as_str() {
            Some(path) => {
                let path = Val::text(endpoint.line, path);
                Val::new(endpoint.line, ValKind::Dict(vec![("path".to_owned(), path)]))
            }
            None => endpoint.clone(),
        };
        if !endpoint.is_dict() {
            // What is computed may still be one text with settings in it.
            if endpoint.pieces().is_some() {
                let whole = ValKind::Dict(vec![("path".to_owned(), endpoint.clone())]);
                return self.endpoint(&Val::new(endpoint.line, whole));
            }
            return self.lose(&endpoint, "path", "an endpoint that is computed");
        }
        self.endpoint(&endpoint);
    }

    fn endpoint(&mut self, endpoint: &Val) {
        let params = endpoint.get("params").cloned();
        let mut places = Places::default();
        for (name, value) in params.iter().flat_map(Val::entries) {
            if value.get("type").and_then(Val::as_str) == Some("resolve") {
                match (value.get("resource").and_then(Val::as_str), value.get("field").and_then(Val::as_str)) {
                    (Some(resource), Some(field)) => {
                        places.resolved.push((name.clone(), format!("resources.{}.{field}", snake(resource))));
                    }
                    _ => self.lose(value, "params", "a parent that is computed"),
                }
            } else {
                places.params.push(name.clone());
            }
        }
        let original = self.draft.resource.original.clone();
        let written = endpoint.get("path").cloned().unwrap_or_else(|| Val::text(endpoint.line, &original));
        let mut sent: Vec<(String, Value)> = Vec::new();
        match path(&written, self.context.base, &places, &mut self.reader.settings) {
            Ok((path, query)) => {
                self.set("path", Value::text(path));
                sent.extend(query.into_iter().map(|(name, value)| (name, Value::text(value))));
            }
            Err(reason) if reason.contains("secret") => {
                self.draft.resource.losses.push(Loss::new(written.line, "path", "(not shown)", reason));
            }
            Err(reason) => self.lose(&written, "path", reason),
        }
        self.method(endpoint, &places);
        let mut auth = None;
        let range = self.params(params.as_ref(), &places, &mut sent, &mut auth);
        let mut headers = Vec::new();
        for (name, value) in endpoint.get("headers").map(Val::entries).unwrap_or_default() {
            let is_free = self.context.is_open && auth.is_none();
            match header(self.reader, name, value, &places, is_free) {
                Ok(Header::Auth(value)) => auth = Some(value),
                Ok(Header::Entry(entry)) => headers.push(entry),
                Ok(Header::None) => {}
                Err(reason) => self.lose(value, "headers", reason),
            }
        }
        if let Some(value) = endpoint.get("auth") {
            auth = super::auth::auth(self.reader, value, &mut self.draft.resource.losses);
        }
        if !headers.is_empty() {
            self.set("headers", Value::Group(headers));
        }
        // What nothing sends is no param of a path either.
        let mut taken = Vec::new();
        let entries: Vec<Entry> = sent.into_iter().map(|(name, value)| entry(&name, value, &mut taken)).collect();
        if !entries.is_empty() {
            self.set("params", Value::Group(entries));
        }
        self.selector(endpoint);
        let own = endpoint.get("paginator").or(self.context.paginator);
        if let Some(value) = own {
            let mut notes = Vec::new();
            let found = paginator(value, &mut notes, &mut self.draft.resource.losses);
            self.draft.resource.notes.extend(notes);
            if let Some(found) = found {
                self.set("paginator", found);
            }
        }
        self.incremental(endpoint, range);
        if let Some(value) = endpoint.get("response_actions") {
            let entries = actions(value, &mut self.draft.resource.losses);
            if !entries.is_empty() {
                self.set("response_actions", Value::Group(entries));
            }
        }
        if let Some(auth) = auth {
            self.set("auth", auth);
        }
        for (key, value) in endpoint.entries().iter().filter(|(key, _)| !READ.contains(&key.as_str())) {
            self.lose(value, "", format!("an option of an endpoint: `{key}`"));
        }
    }

    fn method(&mut self, endpoint: &Val, places: &Places) {
        let method = endpoint
            .get("method")
            .map_or_else(|| Some("GET".to_owned()), |method| method.as_str().map(str::to_uppercase));
        let body_key = ["json", "data"].into_iter().find(|key| endpoint.get(key).is_some());
        match (method.as_deref(), body_key) {
            (Some("GET"), None) => return,
            // Written out, as a GET with a body has to be.
            (Some("GET"), Some(_)) => self.set("method", Value::word("GET")),
            (Some("POST"), _) => self.set("method", Value::word("POST")),
            _ => {
                if let Some(method) = endpoint.get("method") {
                    self.lose(method, "method", "a method of another kind");
                }
                return;
            }
        }
        let Some((key, value)) = body_key.and_then(|key| Some((key, endpoint.get(key)?))) else { return };
        match body(self.reader, value, places) {
            Ok(body) => self.set(key, body),
            Err(reason) => self.lose(value, key, reason),
        }
    }

    /// The fixed params, and the bounds of the range that are params by themselves.
    fn params(
        &mut self,
        params: Option<&Val>,
        places: &Places,
        sent: &mut Vec<(String, Value)>,
        auth: &mut Option<Value>,
    ) -> Range {
        let mut range = Range::default();
        let Some(params) = params else { return range };
        if !params.is_dict() {
            self.lose(params, "params", "params that are computed");
        }
        let is = |value: &Val, wanted: &str| {
            let bare = value.as_str().map(|text| text.trim_matches(['{', '}']).trim().to_owned());
            let bare =
                bare.map(|text| if text == "incremental.last_value" { "incremental.start_value".into() } else { text });
            value.as_str().is_some_and(|text| text.starts_with('{')) && bare.as_deref() == Some(wanted)
        };
        let alone = |wanted: &str| params.entries().iter().filter(|(_, value)| is(value, wanted)).count() == 1;
        let path = self.draft.resource.options.iter().find(|(name, _)| name == "path");
        let path = path
            .map_or(String::new(), |(_, path)| if let Value::Text(text) = path { text.clone() } else { String::new() });
        for (name, value) in params.entries() {
            if value.get("type").and_then(Val::as_str) == Some("resolve") {
                // One that stands in the path is there already.
                let found = places.resolved.iter().find(|(known, _)| known == name);
                if let Some((_, found)) = found.filter(|(_, found)| !path.contains(&format!("{{{found}}}"))) {
                    sent.push((name.clone(), Value::text(format!("{{{found}}}"))));
                }
                continue;
            }
            if incremental::is_meant(value) {
                range.start = Some(name.clone());
                range.meant = Some(value.clone());
                continue;
            }
            if is(value, "incremental.start_value") && alone("incremental.start_value") {
                range.start = Some(name.clone());
                continue;
            }
            if is(value, "incremental.end_value") && alone("incremental.end_value") {
                range.end = Some(name.clone());
                continue;
            }
            match param(self.reader, name, value, places, self.context.is_open && auth.is_none()) {
                Ok(Sent::Value(value)) => sent.push((name.clone(), value)),
                Ok(Sent::Auth(value)) => *auth = Some(value),
                Ok(Sent::Nothing) => {}
                Err(reason) => {
                    let loss = Loss::new(value.line, "params", format!("{name}: {}", value.shown()), reason);
                    self.draft.resource.losses.push(loss);
                }
            }
        }
        range
    }

    fn selector(&mut self, endpoint: &Val) {
        let Some(value) = endpoint.get("data_selector") else {
            return self.note("dlt searches the rows in the body: here they are the body itself, unless `data_selector = \"…\"` says where.");
        };
        match value.as_str() {
            Some("$" | "") => self.set("data_selector", Value::text("$")),
            Some(text) => {
                let plain = text.strip_prefix("$.").unwrap_or(text);
                let is_plain = plain.chars().all(|letter| letter.is_alphanumeric() || "_-.@[*]'\"".contains(letter));
                let text = if is_plain && !plain.contains("..") { plain.to_owned() } else { format!("$.{plain}") };
                self.set("data_selector", Value::text(text));
            }
            None => self.lose(value, "data_selector", "a selector that is computed"),
        }
    }

    fn incremental(&mut self, endpoint: &Val, range: Range) {
        let Some(value) = endpoint.get("incremental").or(range.meant.as_ref()) else {
            if let Some(name) = range.start {
                let line = Val::text(endpoint.line, &name);
                self.lose(&line, "incremental", "a start of a range that nothing declares");
            }
            return;
        };
        let fields = incremental::fields(value);
        let losses = &mut self.draft.resource.losses;
        let sent = (range.start, range.end);
        match incremental(self.reader, &fields, sent, &mut self.draft.row, self.types, losses) {
            Some(option) => self.set("incremental", option),
            None if losses.iter().any(|loss| loss.option == "incremental") => {}
            None => self.lose(value, "incremental", "a range without a cursor"),
        }
    }
}

/// The bounds of a range that stand in params.
#[derive(Default)]
struct Range {
    start: Option<String>,
    end: Option<String>,
    /// A param that declares the range itself.
    meant: Option<Val>,
}
