//! The whole manifest.

use std::collections::HashMap;

use super::config::Config;
use super::files::Files;
use super::slices::Slices;
use super::stream::{Draft, draft};
use super::{base, errors, parameters, references};
use crate::declaration::{Loss, METHODS, Names, Source, TYPES, Type, Value, pascal, singular, snake};
use crate::yaml::{Fault, Node};

/// What is known of the manifest while its streams are read.
pub(super) struct Builder<'b> {
    pub(super) root: &'b Node,
    pub(super) files: &'b Files,
    pub(super) config: Config,
    pub(super) types: Names,
    names: Names,
    listed: Vec<Listed>,
    drafts: Vec<Draft>,
    /// Resources by what they are made of.
    known: HashMap<String, String>,
    /// Fields of hidden resources that are needed.
    used: HashMap<String, Vec<String>>,
}

/// A stream of the manifest itself.
struct Listed {
    name: String,
    node: Node,
    notes: Vec<String>,
}

/// Reads a manifest; `module` is the name of the module, `files` are those beside the manifest.
pub(crate) fn read(root: &Node, module: &str, files: &Files) -> Result<Source, Fault> {
    if root.get("streams").is_none() && root.get("dynamic_streams").is_none() {
        return Err(Fault::new(root.line, "this is no manifest: it has neither `streams` nor `dynamic_streams`"));
    }
    let root = references::resolve(root)?;
    let mut builder = Builder {
        root: &root,
        files,
        config: Config::new(&root),
        types: Names::new(&TYPES),
        names: Names::new(&METHODS),
        listed: Vec::new(),
        drafts: Vec::new(),
        known: HashMap::new(),
        used: HashMap::new(),
    };
    let mut source = Source { name: module_name(module), ..Source::default() };
    if let Some(text) = root.str("description") {
        source.docs = super::specification::plain(text);
    }
    if source.docs.is_empty() {
        source.docs = format!("The API of {}.", module.replace(['-', '_'], " "));
    }
    builder.list(root.get("streams").map(Node::items).unwrap_or_default(), None)?;
    for index in 0..builder.listed.len() {
        builder.build(index);
    }
    for node in root.get("dynamic_streams").map(Node::items).unwrap_or_default() {
        let name = node.str("name").unwrap_or("dynamic_streams");
        builder.unknown(node, name);
    }
    if let Some(rate) = errors::budget(&root, &mut source.losses) {
        source.options.push(("rate_limit".to_owned(), rate));
    }
    builder.finish(&mut source);
    Ok(source)
}

impl Builder<'_> {
    /// Names the streams of the manifest, in their order.
    fn list(&mut self, nodes: &[Node], note: Option<&str>) -> Result<(), Fault> {
        for node in nodes {
            if node.kind() == "ConditionalStreams" {
                let condition = node.get("condition").map(Node::short).unwrap_or_default();
                let note = format!("In the manifest only where {condition}");
                self.list(node.get("streams").map(Node::items).unwrap_or_default(), Some(&note))?;
            } else {
                let node = parameters::stream(node)?;
                let original = node.str("name").unwrap_or("stream").to_owned();
                let name = self.resource_name(&original);
                self.listed.push(Listed { name, node, notes: note.map(str::to_owned).into_iter().collect() });
            }
        }
        Ok(())
    }

    fn resource_name(&mut self, original: &str) -> String {
        let name = snake(original);
        let name = match name.as_str() {
            "self" | "super" | "crate" => format!("{name}_rows"),
            _ if crate::declaration::is_keyword(&name) => format!("{name}_rows"),
            _ => name,
        };
        let name = self.names.take(&name);
        // The types that the source generates for it.
        self.types.take(&format!("{}Request", pascal(&name)));
        name
    }

    fn build(&mut self, index: usize) {
        let Some(Listed { name, node, notes }) = self.listed.get(index) else { return };
        if self.drafts.iter().any(|draft| draft.resource.name == *name) {
            return;
        }
        let (name, node, notes) = (name.clone(), node.clone(), notes.clone());
        self.make(&node, &name, true, true);
        if let Some(draft) = self.drafts.iter_mut().find(|draft| draft.resource.name == name) {
            draft.resource.notes.extend(notes);
        }
    }

    fn make(&mut self, node: &Node, name: &str, listed: bool, whole: bool) {
        let kind = self.types.take(&pascal(&singular(name)));
        let mut draft = draft(self, node, name, &kind, whole);
        draft.resource.listed = listed;
        self.drafts.push(draft);
    }

    /// The resource of a parent stream: the one of the manifest itself where it is the same, else one of its own.
    pub(super) fn parent(&mut self, node: &Node, only_new: bool) -> String {
        let identity = identity(node);
        let listed = self.listed.iter().position(|listed| self::identity(&listed.node) == identity);
        if let Some(index) = listed {
            self.build(index);
            let name = self.listed.get(index).map(|listed| listed.name.clone()).unwrap_or_default();
            let is_incremental = self.drafts.iter().any(|draft| {
                draft.resource.name == name && draft.resource.options.iter().any(|(name, _)| name == "incremental")
            });
            // A child is read for the new rows of an incremental parent; here it is read for all of them.
            if !is_incremental || only_new {
                return name;
            }
        }
        if let Some(name) = self.known.get(&identity) {
            return name.clone();
        }
        let original = node.str("name").unwrap_or("parents");
        let name = if listed.is_some() { format!("all_{}", snake(original)) } else { snake(original) };
        let name = self.resource_name(&name);
        self.known.insert(identity, name.clone());
        self.make(node, &name, false, false);
        name
    }

    /// What a resource is read for itself.
    pub(super) fn slices_of(&self, name: &str) -> Slices {
        let draft = self.drafts.iter().find(|draft| draft.resource.name == name);
        draft.map(|draft| draft.slices.clone()).unwrap_or_default()
    }

    /// The values of an object that a parent's row has, by their paths in JSON.
    pub(super) fn object_fields(&mut self, name: &str, key: &str) -> Vec<(String, String)> {
        let Some(draft) = self.drafts.iter().find(|draft| draft.resource.name == name) else { return Vec::new() };
        let Some(row) = draft.resource.structs.first() else { return Vec::new() };
        let Some((_, field)) = row.find(&[key]).filter(|(_, field)| !field.made) else { return Vec::new() };
        let Type::Nested(inner) = &field.ty else { return Vec::new() };
        let keys: Vec<String> = inner
            .fields
            .iter()
            .filter(|field| !matches!(field.ty, Type::Json | Type::List(_) | Type::Nested(_)))
            .map(|field| field.wire.clone())
            .collect();
        let mut found = Vec::new();
        for inner in keys {
            if let Some(path) = self.use_field(name, &[key, &inner]) {
                found.push((inner, path));
            }
        }
        found
    }

    /// The path in Rust of a field of a parent, which is then one that identifies.
    pub(super) fn use_field(&mut self, name: &str, keys: &[&str]) -> Option<String> {
        let draft = self.drafts.iter_mut().find(|draft| draft.resource.name == name)?;
        let row = draft.resource.structs.first_mut()?;
        if row.find(keys).is_none()
            && let ([only], true) = (keys, row.extra)
        {
            row.add(only, Type::Text);
        }
        let (path, field) = row.find(keys).map(|(path, field)| (path, field.clone()))?;
        if matches!(field.ty, Type::Json | Type::List(_) | Type::Nested(_)) {
            return None;
        }
        row.along(keys, &mut |field, is_last| {
            if is_last && field.ty == Type::Float {
                field.ty = Type::Int;
            }
        });
        self.used.entry(name.to_owned()).or_default().push(keys.first().copied().unwrap_or_default().to_owned());
        Some(path)
    }

    /// A parent's field that is in a key has a value in every row.
    fn require_keys(&mut self) {
        let mut wanted: Vec<(String, String)> = Vec::new();
        for draft in &self.drafts {
            let key = draft.resource.options.iter().find(|(name, _)| name == "primary_key");
            let words = match key.map(|(_, value)| value) {
                Some(Value::Word(word)) => vec![word.clone()],
                Some(Value::Tuple(words)) => words
                    .iter()
                    .filter_map(|word| if let Value::Word(word) = word { Some(word.clone()) } else { None })
                    .collect(),
                _ => Vec::new(),
            };
            let mut open: Vec<&Slices> = vec![&draft.slices];
            while let Some(slices) = open.pop() {
                for parent in &slices.parents {
                    open.push(&parent.above);
                    let paths = std::iter::once(&parent.path).chain(parent.extra.iter().map(|(_, path)| path));
                    for path in paths {
                        if words.contains(&format!("_{}_{}", parent.resource, path.replace('.', "_"))) {
                            wanted.push((parent.resource.clone(), path.clone()));
                        }
                    }
                }
            }
        }
        for (resource, path) in wanted {
            let draft = self.drafts.iter_mut().find(|draft| draft.resource.name == resource);
            if let Some(row) = draft.and_then(|draft| draft.resource.structs.first_mut()) {
                row.require(&path.split('.').collect::<Vec<_>>());
            }
        }
    }

    /// Resources that are known when they are read.
    fn unknown(&mut self, node: &Node, original: &str) {
        let name = self.resource_name(original);
        let none = Node::map(node.line, Vec::new());
        self.make(&none, &name, true, false);
        if let Some(draft) = self.drafts.last_mut() {
            draft.resource.losses =
                vec![Loss::new(node.line, "path", original, "streams that are known when they are read")];
            original.clone_into(&mut draft.resource.original);
        }
    }

    fn finish(mut self, source: &mut Source) {
        // In the order of the manifest; what only others need comes last.
        let order: Vec<String> = self.listed.iter().map(|listed| listed.name.clone()).collect();
        let place = |name: &str| order.iter().position(|known| known == name).unwrap_or(usize::MAX);
        self.drafts.sort_by_key(|draft| place(&draft.resource.name));
        for draft in &mut self.drafts {
            if draft.resource.listed {
                continue;
            }
            // Of a resource that others need, what they need is read.
            draft.resource.options.push(("selected".to_owned(), crate::declaration::Value::word(false)));
            draft.resource.docs = format!("What other resources are read for: `{}`.", draft.resource.original);
            let used = self.used.get(&draft.resource.name).cloned().unwrap_or_default();
            let is_plain = draft.resource.functions.iter().all(|function| function.name.ends_with("_completed"));
            let map_free = used.iter().all(|key| {
                draft.resource.structs.first().and_then(|row| row.field(key)).is_some_and(|field| !field.made)
            });
            if is_plain && map_free && !used.is_empty() {
                draft.resource.functions.clear();
                draft.resource.options.retain(|(name, _)| name != "map");
                if let Some(row) = draft.resource.structs.first_mut() {
                    row.fields.retain(|field| used.contains(&field.wire) || !field.optional);
                    row.fields.retain(|field| !field.made);
                }
            }
        }
        self.require_keys();
        for draft in &mut self.drafts {
            if let Some(row) = draft.resource.structs.first() {
                super::required::settle(row, &mut draft.resource.functions);
            }
        }
        base::settle(&mut self.drafts, source);
        source.params = self.config.params();
        source.notes.extend_from_slice(self.config.notes());
        source.resources = self.drafts.into_iter().map(|draft| draft.resource).collect();
        crate::declaration::finish(source, self.config.secrets());
    }
}

fn module_name(name: &str) -> String {
    let name = snake(name);
    if crate::declaration::is_keyword(&name) || ["self", "super", "crate"].contains(&name.as_str()) {
        format!("{name}_api")
    } else {
        name
    }
}

/// What a stream is made of, whatever it is called: two that read the same are one.
fn identity(node: &Node) -> String {
    let retriever = node.get("retriever").map(Node::json).unwrap_or_default();
    let mut retriever = stripped(retriever);
    if let Some(object) = retriever.as_object_mut() {
        object.remove("name");
    }
    format!("{} {retriever}", node.str("name").unwrap_or_default())
}

/// Without the parameters that say nothing by themselves.
fn stripped(value: serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Object(entries) => entries
            .into_iter()
            .filter(|(key, _)| key != "$parameters" && key != "incremental_dependency")
            .map(|(key, value)| (key, stripped(value)))
            .collect(),
        serde_json::Value::Array(items) => items.into_iter().map(stripped).collect(),
        other => other,
    }
}
