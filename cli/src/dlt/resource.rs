//! One resource.

use super::page::Page;
use super::request;
use super::rows::{self, Want, need};
use super::value::{Reader, Val, ValKind};
use crate::declaration::{Entry, Loss, Names, Options, Resource, Struct, Type, Value, snake};

/// What a resource is read with.
pub(super) struct Context<'c> {
    pub(super) base: &'c str,
    /// The paginator of the client.
    pub(super) paginator: Option<&'c Val>,
    /// Whether requests have no credentials but their own.
    pub(super) is_open: bool,
    pub(super) page: &'c Page,
}

/// A field of a parent that is needed: the resource, the field, and whether it becomes a column.
#[derive(Debug, Clone)]
pub(super) struct Needed {
    pub(super) resource: String,
    pub(super) field: String,
    pub(super) line: usize,
    /// Whether it becomes a column, and is not sent.
    pub(super) is_column: bool,
}

pub(super) struct Draft {
    pub(super) resource: Resource,
    pub(super) row: Struct,
    pub(super) needed: Vec<Needed>,
}

/// Keys of a resource that say nothing here: rows and tables are the same without them.
const SILENT: [&str; 8] = [
    "name",
    "table_name",
    "parallelized",
    "max_table_nesting",
    "table_format",
    "schema_contract",
    "description",
    "endpoint",
];

/// Keys that are read.
const READ: [&str; 8] = [
    "columns",
    "primary_key",
    "merge_key",
    "write_disposition",
    "processing_steps",
    "include_from_parent",
    "selected",
    "endpoint",
];

/// Reads a resource; `value` has the defaults in it.
pub(super) fn draft(
    reader: &mut Reader<'_>,
    value: &Val,
    original: &str,
    name: &str,
    row: &str,
    context: &Context<'_>,
    types: &mut Names,
) -> Draft {
    let resource =
        Resource { name: name.to_owned(), original: original.to_owned(), listed: true, ..Resource::default() };
    let draft = Draft { resource, row: rows::row(row), needed: Vec::new() };
    let mut builder = Builder { reader, value, context, types, draft };
    builder.columns();
    builder.request();
    builder.key();
    builder.steps();
    builder.rest();
    builder.draft
}

/// A resource that is being made.
pub(super) struct Builder<'b, 'r> {
    pub(super) reader: &'b mut Reader<'r>,
    pub(super) value: &'b Val,
    pub(super) context: &'b Context<'b>,
    pub(super) types: &'b mut Names,
    pub(super) draft: Draft,
}

impl Builder<'_, '_> {
    pub(super) fn lose(&mut self, value: &Val, option: &str, reason: impl Into<String>) {
        self.draft.resource.losses.push(Loss::new(value.line, option, value.shown(), reason));
    }

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.draft.resource.notes.push(note.into());
    }

    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.draft.resource.options.push((name.to_owned(), value));
    }

    fn columns(&mut self) {
        for (name, docs) in self.context.page.fields(&self.draft.resource.original) {
            rows::add(&mut self.draft.row, name, docs, Type::Json, true);
        }
        let Some(columns) = self.value.get("columns") else { return };
        match rows::columns(&mut self.draft.row, columns) {
            Ok(keys) if self.value.get("primary_key").is_none() && !keys.is_empty() => self.keys(&keys, columns),
            Ok(_) => {}
            Err(()) => self.note(format!("The dictionary's columns are a class of Python's: {}", columns.shown())),
        }
    }

    fn key(&mut self) {
        let value = self.value;
        if let Some(key) = value.get("primary_key") {
            let names: Option<Vec<String>> = match key.as_str() {
                Some(name) => Some(vec![name.to_owned()]),
                None => key.items().iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            };
            match names.filter(|names| !names.is_empty()) {
                Some(names) => self.keys(&names, key),
                None => self.lose(key, "primary_key", "a key that is computed"),
            }
        }
        if let Some(key) = value.get("merge_key").filter(|_| self.value.get("primary_key").is_none()) {
            self.lose(
                key,
                "primary_key",
                "a `merge_key`, whose rows are replaced together: name the fields that identify one",
            );
        }
        self.disposition();
    }

    fn keys(&mut self, names: &[String], value: &Val) {
        let mut words = Vec::new();
        let original = self.draft.resource.original.clone();
        let listed = self.context.page.fields(&original);
        for name in names {
            if name.starts_with('_') && self.included().iter().any(|column| column == name) {
                words.push(Value::word(name));
                continue;
            }
            let mut name = name.as_str();
            if !listed.is_empty() && names.len() == 1 && !listed.iter().any(|(known, _)| known == name) {
                match self.context.page.identifier(&original) {
                    Some((other, docs)) => {
                        self.note(format!("The dictionary's key, `{name}`, is none of the fields that the page lists. It says of `{other}`: {docs}"));
                        name = other;
                    }
                    None => {
                        return self.lose(value, "primary_key", "a key that is none of the fields that the page lists");
                    }
                }
            }
            let keys: Vec<&str> = name.split('.').collect();
            match need(&mut self.draft.row, &keys, &Want { ty: Type::Text, required: true }, self.types) {
                Some((path, is_guess)) => {
                    if is_guess {
                        self.note(rows::untyped(name));
                        let remark = Loss::new(value.line, "primary_key", format!("{original}.{name}"), rows::UNTYPED);
                        self.reader.settings.remarks.push(remark);
                    }
                    words.push(Value::word(path));
                }
                None => return self.lose(value, "primary_key", "a key of several types"),
            }
        }
        match words.as_slice() {
            [only] => self.set("primary_key", only.clone()),
            _ => self.set("primary_key", Value::Tuple(words)),
        }
    }

    /// The columns that come from parents.
    fn included(&self) -> Vec<String> {
        let parents = self.parents();
        let fields = self.value.get("include_from_parent").map(Val::items).unwrap_or_default();
        let fields: Vec<&str> = fields.iter().filter_map(Val::as_str).collect();
        parents.iter().flat_map(|parent| fields.iter().map(move |field| format!("_{parent}_{field}"))).collect()
    }

    /// The resources that this one is read for: those that its options name.
    fn parents(&self) -> Vec<String> {
        let mut parents = Vec::new();
        references(&self.draft.resource.options, &mut |resource, _| {
            if !parents.contains(&resource.to_owned()) {
                parents.push(resource.to_owned());
            }
        });
        parents
    }

    fn disposition(&mut self) {
        let value = self.value;
        let has = |options: &Options, name: &str| options.iter().any(|(known, _)| known == name);
        let options = &self.draft.resource.options;
        let (key, incremental) = (has(options, "primary_key"), has(options, "incremental"));
        let lost = self.draft.resource.losses.iter().any(|loss| loss.option == "primary_key");
        let Some(written) = value.get("write_disposition") else {
            if !incremental {
                self.set("write_disposition", Value::word("append"));
                self.note("The dictionary has no `write_disposition`, and dlt appends: each run stores all rows again. `merge` (with a key) or `replace` stores them once.");
            } else if key {
                self.set("write_disposition", Value::word("append"));
                self.note("The dictionary has no `write_disposition`, and dlt appends: a row that changes is stored again. `merge` replaces it.");
            }
            return;
        };
        let (kind, strategy) = match written.as_str() {
            Some(kind) => (kind, None),
            None => (
                written.get("disposition").and_then(Val::as_str).unwrap_or_default(),
                written.get("strategy").and_then(Val::as_str),
            ),
        };
        match (kind, strategy) {
            ("merge", None | Some("delete-insert" | "upsert")) if key || lost => {
                self.set("write_disposition", Value::word("merge"));
            }
            ("merge", None | Some("delete-insert" | "upsert")) => {
                self.lose(written, "primary_key", "a merge without a key: dlt appends instead");
            }
            ("append", _) => self.set("write_disposition", Value::word("append")),
            ("replace", _) if incremental => {
                self.lose(written, "write_disposition", "a replacement of all rows by the new ones only");
            }
            ("replace", _) => self.set("write_disposition", Value::word("replace")),
            ("skip", _) => self.set("selected", Value::word(false)),
            _ => self.lose(written, "write_disposition", "a disposition of another kind"),
        }
    }

    fn steps(&mut self) {
        let Some(steps) = self.value.get("processing_steps") else { return };
        if steps.items().is_empty() {
            self.lose(steps, "", "steps that are computed");
        }
        let row = self.draft.row.name.clone();
        for step in steps.items() {
            for (kind, function) in step.entries() {
                let signature = match kind.as_str() {
                    "filter" => format!("fn(&{row}) -> bool"),
                    "map" => format!("fn({row}) -> {row}"),
                    "yield_map" => format!("fn({row}) -> impl IntoIterator<Item = {row}>"),
                    _ => {
                        self.lose(function, "", format!("a step of another kind: `{kind}`"));
                        continue;
                    }
                };
                self.lose(function, kind, format!("a function in Python, here a `{signature}`"));
            }
        }
    }

    fn rest(&mut self) {
        let value = self.value;
        let parents = self.parents();
        let (mut needed, line) = (Vec::new(), value.line);
        references(&self.draft.resource.options, &mut |resource, field| {
            needed.push(Needed { resource: resource.to_owned(), field: field.to_owned(), line, is_column: false });
        });
        if let Some(included) = value.get("include_from_parent") {
            let names: Option<Vec<&str>> = included.items().iter().map(Val::as_str).collect();
            match (names, parents.first()) {
                (Some(names), Some(parent)) if names.iter().all(|name| !name.contains('.')) => {
                    needed.extend(names.iter().map(|field| Needed {
                        resource: parent.clone(),
                        field: (*field).to_owned(),
                        line,
                        is_column: true,
                    }));
                    let words = names.iter().map(|name| Entry::Plain(Value::word(snake(name)))).collect();
                    self.set("include_from_parent", Value::Group(words));
                }
                (_, None) => self.lose(included, "include_from_parent", "columns of a parent without a parent"),
                _ => self.lose(included, "include_from_parent", "columns of a parent that are computed"),
            }
        }
        match value.get("selected").map(Val::as_bool) {
            Some(Some(false)) => self.set("selected", Value::word(false)),
            Some(None) => self.lose(value, "selected", "a selection that is computed"),
            _ => {}
        }
        if let Some(table) = value.get("table_name").and_then(Val::as_str)
            && *table != self.draft.resource.original
        {
            self.note(format!("The dictionary's table is `{table}`: here it is named as the resource."));
        }
        if value.get("columns").is_none() && self.draft.row.fields.iter().all(|field| field.docs.is_empty()) {
            self.note("dlt has no schema: what the dictionary does not name is in `extra`, as it came.");
        }
        for (key, value) in value.entries() {
            if !READ.contains(&key.as_str()) && !SILENT.contains(&key.as_str()) && !matches!(value.kind, ValKind::Null)
            {
                self.lose(value, "", format!("an option of a resource: `{key}`"));
            }
        }
        self.draft.resource.parents = parents;
        self.draft.needed = needed;
    }
}

/// The fields of parents that options name.
fn references(options: &Options, found: &mut dyn FnMut(&str, &str)) {
    for text in request::texts(options) {
        for part in text.split("{resources.").skip(1) {
            let Some((inside, _)) = part.split_once('}') else { continue };
            if let Some((resource, field)) = inside.split_once('.') {
                found(resource, field);
            }
        }
    }
}
