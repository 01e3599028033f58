//! A stream as a resource.

use serde_json::Value as Json;

use super::paginator::{self, Scene};
use super::request::{self, Sent, Url};
use super::schema::Types;
use super::slices::Slices;
use super::source::Builder;
use super::steps::Steps;
use super::text::Reader;
use super::{answer, auth, errors, files, incremental, key, newest, partition};
use crate::declaration::{Entry, Loss, Options, Resource, Struct, Value, extend, option, set};
use crate::yaml::Node;

/// A resource whose URL is not yet below the source's base.
pub(super) struct Draft {
    pub(super) resource: Resource,
    pub(super) url: Option<Url>,
    pub(super) auth: Value,
    pub(super) slices: Slices,
}

/// The parts of a stream.
struct Parts {
    stream: Node,
    retriever: Node,
    requester: Node,
    selector: Node,
    cursor: Option<Node>,
}

/// In the order in which a reader looks for them.
const ORDER: [&str; 8] = ["path", "method", "headers", "params", "json", "data", "auth", "data_selector"];

/// Reads a stream. `name` is the resource's, `kind` that of its row; one that is not `whole` is read for its children
/// alone, and always entirely.
pub(super) fn draft(builder: &mut Builder<'_>, node: &Node, name: &str, kind: &str, whole: bool) -> Draft {
    let original = node.str("name").unwrap_or(name).to_owned();
    let mut resource = Resource { name: name.to_owned(), original, ..Resource::default() };
    if let Some(text) = node.str("description") {
        resource.docs = super::specification::plain(text);
    }
    let parts = Parts::new(node);
    let mut row = row(builder, node, kind, &mut resource.losses);
    let mut draft = Draft { resource, url: None, auth: Value::word("none"), slices: Slices::default() };
    if parts.is_simple(&mut draft.resource.losses) {
        draft.read(builder, &parts, &mut row, whole);
    }
    draft.resource.structs = vec![row];
    draft
}

impl Parts {
    fn new(stream: &Node) -> Self {
        let part = |of: &Node, name: &str| of.get(name).cloned().unwrap_or_else(|| Node::map(of.line, Vec::new()));
        let retriever = part(stream, "retriever");
        let (requester, selector) = (part(&retriever, "requester"), part(&retriever, "record_selector"));
        let cursor = stream.get("incremental_sync").or_else(|| retriever.get("incremental_sync"));
        let cursor = cursor.filter(|cursor| !cursor.is_empty()).cloned();
        Self { stream: stream.clone(), retriever, requester, selector, cursor }
    }

    /// Whether the stream is read by requests that can be declared at all.
    fn is_simple(&self, losses: &mut Vec<Loss>) -> bool {
        let mut lose = |node: &Node, (original, reason): auth::Refusal| {
            losses.push(Loss::new(node.line, "path", original, reason));
            false
        };
        match self.retriever.kind() {
            "SimpleRetriever" if self.requester.kind().starts_with("Custom") => {
                lose(&self.requester, auth::custom(&self.requester))
            }
            "SimpleRetriever" => true,
            kind if kind.starts_with("Custom") => lose(&self.retriever, auth::custom(&self.retriever)),
            "AsyncRetriever" => lose(
                &self.retriever,
                ("AsyncRetriever".to_owned(), "a job that is created, waited for and downloaded".to_owned()),
            ),
            _ => lose(&self.stream, (self.stream.kind().to_owned(), "a stream of another kind".to_owned())),
        }
    }
}

/// The parameters that reach a component.
fn given(node: &Node) -> Json {
    node.get("$parameters").map_or_else(|| Json::Object(serde_json::Map::new()), Node::json)
}

impl Draft {
    fn read(&mut self, builder: &mut Builder<'_>, parts: &Parts, row: &mut Struct, whole: bool) {
        let router = parts.retriever.get("partition_router");
        self.slices = partition::slices(builder, router, &mut self.resource);
        if let Some(cursor) = parts.cursor.as_ref().filter(|cursor| cursor.kind() == "DatetimeBasedCursor") {
            self.slices.bounds = Some(incremental::bounds(cursor));
            self.slices.format = cursor.str("datetime_format").map(str::to_owned);
            self.slices.precision = incremental::precision(cursor, row);
        }
        let mut options = Options::new();
        let mut sent = self.request(builder, &parts.requester, &mut options);
        let losses = &mut self.resource.losses;
        let slices = &self.slices;
        let parameters = given(parts.selector.get("extractor").unwrap_or(&parts.selector));
        let mut reader = Reader { config: &mut builder.config, slices, parameters: &parameters };
        answer::decoder(parts.retriever.get("decoder"), &mut options, losses);
        let keys = answer::rows(&mut reader, &parts.selector, &mut options, losses);
        let pages = parts.retriever.get("paginator");
        let parameters = pages.map(given).unwrap_or_default();
        let mut reader = Reader { config: &mut builder.config, slices, parameters: &parameters };
        let value = paginator::paginator(
            &mut reader,
            pages,
            &mut Scene { rows: &keys, sent: &mut sent, notes: &mut self.resource.notes },
            losses,
        );
        set(&mut options, "paginator", value);
        for (name, value) in slices_sent(&mut reader, router, &mut options, losses) {
            sent.params.retain(|(known, _)| *known != name);
            sent.params.push((name, value));
        }
        self.rows(builder, parts, row, &mut options, &mut sent, whole);
        let params = sent.params.into_iter().map(|(name, value)| request::param(&name, value)).collect();
        extend(&mut options, "params", params);
        form_of_places(parts, &mut options, &mut self.resource.losses);
        body_of_get(&mut options);

        let mut all = Options::new();
        for name in ORDER {
            all.extend(options.iter().filter(|(known, _)| known == name).cloned());
        }
        let rest = options.into_iter().chain(std::mem::take(&mut self.resource.options));
        all.extend(rest.filter(|(name, _)| !ORDER.contains(&name.as_str())));
        self.resource.options = all;
        self.resource.parents.extend(self.slices.parents.iter().map(|parent| parent.resource.clone()));
        self.resource.parents.dedup();
    }

    /// The URL, what is sent with it, credentials, and what answers mean.
    fn request(&mut self, builder: &mut Builder<'_>, requester: &Node, options: &mut Options) -> Sent {
        let losses = &mut self.resource.losses;
        let parameters = given(requester);
        let mut reader = Reader { config: &mut builder.config, slices: &self.slices, parameters: &parameters };
        self.url = request::url(&mut reader, requester, losses);
        match requester.str("http_method").map(str::to_ascii_uppercase).as_deref() {
            None | Some("GET") => {}
            Some("POST") => set(options, "method", Value::word("POST")),
            Some(other) => losses.push(Loss::new(requester.line, "method", other, "a method of another kind")),
        }
        let mut sent = request::sent(&mut reader, requester, options, losses);
        if let Some(url) = &self.url {
            for (name, value) in &url.query {
                // A param of the requester goes over one of the URL.
                if !sent.params.iter().any(|(known, _)| known == name) {
                    sent.params.push((name.clone(), Value::text(value)));
                }
            }
        }
        let nothing = Node::map(requester.line, Vec::new());
        let credentials = requester.get("authenticator").unwrap_or(&nothing);
        let (no_slices, parameters) = (Slices::default(), given(credentials));
        let mut reader = Reader { config: &mut builder.config, slices: &no_slices, parameters: &parameters };
        self.auth = auth::auth(&mut reader, credentials, losses);
        auth::in_body(&mut self.auth, options);
        if self.auth == Value::word("none")
            && let Some(found) = auth::in_headers(options)
        {
            self.auth = found;
        }
        if let Some(handler) = requester.get("error_handler") {
            errors::handler(&reader, handler, options, losses);
        }
        sent
    }

    /// What is done to rows, what is new of them, and what identifies them.
    fn rows(
        &mut self,
        builder: &mut Builder<'_>,
        parts: &Parts,
        row: &mut Struct,
        options: &mut Options,
        sent: &mut Sent,
        whole: bool,
    ) {
        let text = format!("{:?}{options:?}{:?}", sent.params, self.url);
        let mentioned = (text.contains("incremental.start_value"), text.contains("incremental.end_value"));
        let parameters = parts.cursor.as_ref().map(given).unwrap_or_default();
        let mut reader = Reader { config: &mut builder.config, slices: &self.slices, parameters: &parameters };
        let cursor = parts.cursor.as_ref().filter(|node| whole && newest::is_active(&mut reader, node, mentioned));
        if let Some(cursor) = cursor {
            newest::shape(cursor, row);
        }
        let mut steps = Steps {
            name: &self.resource.name,
            row: &mut *row,
            options: &mut self.resource.options,
            functions: &mut self.resource.functions,
            losses: &mut self.resource.losses,
            columns: Vec::new(),
            copies: Vec::new(),
            gone: Vec::new(),
            defaulted: Vec::new(),
            clock: Vec::new(),
        };
        if let Some(filter) = parts.selector.get("record_filter") {
            let (parameters, key) =
                (given(&parts.selector), parts.cursor.as_ref().and_then(|node| node.str("cursor_field")));
            let mut reader = Reader { config: &mut builder.config, slices: &self.slices, parameters: &parameters };
            steps.filter(&mut reader, filter, key);
        }
        if let Some(nodes) = parts.stream.get("transformations").map(Node::items) {
            let parameters = given(&parts.stream);
            let mut reader = Reader { config: &mut builder.config, slices: &self.slices, parameters: &parameters };
            steps.transform(&mut reader, nodes);
        }
        let Steps { columns, copies, defaulted, clock, .. } = steps;
        if parts.selector.is_set("transform_before_filtering") {
            self.resource.options.sort_by_key(|(name, _)| name == "filter");
        }
        if let Some(cursor) = cursor {
            let mut reader = Reader { config: &mut builder.config, slices: &self.slices, parameters: &parameters };
            let scene = newest::Scene { mentioned, slices: &self.slices, copies: &copies, defaulted: &defaulted };
            match newest::read(&mut reader, cursor, row, &scene) {
                Ok(Some(found)) => {
                    for entry in &found.entries {
                        if let Entry::Named(name, Value::Text(param)) = entry
                            && matches!(name.as_str(), "start_param" | "end_param")
                        {
                            sent.params.retain(|(known, _)| known != param);
                        }
                    }
                    extend(options, "headers", found.headers);
                    set(options, "incremental", Value::Group(found.entries));
                }
                Ok(None) => {}
                Err((line, original, reason)) => {
                    self.resource.losses.push(Loss::new(line, "incremental", original, reason));
                }
            }
        } else if let Some(cursor) = parts.cursor.as_ref().filter(|_| !whole) {
            let mut reader = Reader { config: &mut builder.config, slices: &self.slices, parameters: &parameters };
            self.resource.losses.extend(newest::entirely(&mut reader, cursor, sent, options));
        }
        let made = key::Made { columns: &columns, copies: &copies, clock: &clock };
        key::key(&parts.stream, row, &made, options, &mut self.resource);
        key::without_key(&parts.stream, options, &mut self.resource.losses);
    }
}

fn row(builder: &mut Builder<'_>, node: &Node, kind: &str, losses: &mut Vec<Loss>) -> Struct {
    let loader = node.get("schema_loader");
    // Of several, the first is read.
    let loader = loader.map(|loader| loader.items().first().unwrap_or(loader));
    let file;
    let schema = match loader.map(Node::kind) {
        Some("InlineSchemaLoader") => loader.and_then(|loader| loader.get("schema")),
        // What rows have is known when they come: all keys are kept.
        None | Some("DynamicSchemaLoader") => None,
        Some("JsonFileSchemaLoader") => {
            let name = node.str("name").unwrap_or_default();
            let within = builder.root.get("schemas").and_then(|schemas| schemas.get(name));
            file = if within.is_some() {
                None
            } else {
                let path = files::path(loader, name);
                let read = builder.files.schema(&path);
                if read.is_none() {
                    // Without it, the types of keys and cursors would be guesses.
                    losses.push(Loss::new(node.line, "fields", path, "a schema in another file"));
                }
                read
            };
            within.or(file.as_ref())
        }
        Some(_) => {
            let (original, reason) = loader.map(auth::custom).unwrap_or_default();
            losses.push(Loss::new(node.line, "fields", original, reason));
            None
        }
    };
    let schema = schema.cloned();
    Types { names: &mut builder.types }.row(kind, schema.as_ref())
}

/// Params and places of the body that take a parent's value or one of a list.
fn slices_sent(
    reader: &mut Reader<'_>,
    router: Option<&Node>,
    options: &mut Options,
    losses: &mut Vec<Loss>,
) -> Vec<(String, Value)> {
    let mut params = Vec::new();
    for (node, placeholder) in partition::options(router, reader.slices) {
        let value = Value::Text(format!("{{{placeholder}}}"));
        match paginator::place(reader, node) {
            Ok(paginator::Place::Param(name)) => params.push((name, value)),
            Ok(paginator::Place::Header(name)) => {
                extend(options, "headers", vec![Entry::Keyed(Value::text(name), value)]);
            }
            Ok(paginator::Place::Body(path)) => {
                let mut body = match option(options, "json") {
                    Some(Value::Object(entries)) => entries.clone(),
                    _ => Vec::new(),
                };
                put(&mut body, &path, value);
                set(options, "json", Value::Object(body));
            }
            Ok(paginator::Place::Url) => {
                losses.push(Loss::new(node.line, "path", node.short(), "a parent's value in the path by an option"));
            }
            Err((line, original, reason)) => losses.push(Loss::new(line, "params", original, reason)),
        }
    }
    params
}

fn put(body: &mut Vec<(String, Value)>, path: &str, value: Value) {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    match rest {
        None => {
            body.retain(|(key, _)| key != first);
            body.push((first.to_owned(), value));
        }
        Some(rest) => {
            let known = body.iter().position(|(key, _)| key == first);
            let index = known.unwrap_or_else(|| {
                body.push((first.to_owned(), Value::Object(Vec::new())));
                body.len() - 1
            });
            if let Some((_, Value::Object(inner))) = body.get_mut(index) {
                put(inner, rest, value);
            }
        }
    }
}

/// What changes from page to page in a form makes the body one.
fn form_of_places(parts: &Parts, options: &mut Options, losses: &mut Vec<Loss>) {
    let pages = parts.retriever.get("paginator");
    let places = ["page_token_option", "page_size_option"].map(|name| pages.and_then(|pages| pages.get(name)));
    let bounds =
        ["start_time_option", "end_time_option"].map(|name| parts.cursor.as_ref().and_then(|cursor| cursor.get(name)));
    let form = places.into_iter().chain(bounds).flatten().find(|place| place.str("inject_into") == Some("body_data"));
    let Some(place) = form else { return };
    let has = |name: &str| options.iter().any(|(known, _)| known == name);
    if has("json") {
        losses.push(Loss::new(place.line, "json", place.short(), "a form and JSON in one body"));
    } else if !has("data") {
        set(options, "data", Value::Object(Vec::new()));
    }
}

/// The body of a GET is written out as meant.
fn body_of_get(options: &mut Options) {
    let has = |names: &[&str]| options.iter().any(|(name, _)| names.contains(&name.as_str()));
    let (has_method, has_body) = (has(&["method"]), has(&["json", "data"]));
    let has_place = options.iter().any(|(name, value)| {
        matches!(name.as_str(), "paginator" | "incremental") && format!("{value:?}").contains("body_path")
    });
    if !has_method && (has_body || has_place) {
        set(options, "method", Value::word("GET"));
        if !has_body {
            set(options, "json", Value::Object(Vec::new()));
        }
    }
}
