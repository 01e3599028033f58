//! What is done to rows: filters, fields that are added or removed.

use serde_json::Value as Json;

use super::copies::copied;
use super::moment::{Base, moment};
use super::predicate::condition;
use super::text::{Piece, Reader, why};
use crate::declaration::{Entry, Function, Loss, Options, Struct, Type, Value, extend, set};
use crate::jinja::{self, Expr, Part, Root, Step, fold, path};
use crate::yaml::Node;

/// Fields that are copies of others: their names, and the paths of these.
pub(super) type Copies = Vec<(String, Vec<String>)>;

/// What the steps of a resource add to it.
pub(super) struct Steps<'s> {
    pub(super) name: &'s str,
    pub(super) row: &'s mut Struct,
    pub(super) options: &'s mut Options,
    pub(super) functions: &'s mut Vec<Function>,
    pub(super) losses: &'s mut Vec<Loss>,
    /// Fields whose values come from the parents: their names in the manifest, and the columns here.
    pub(super) columns: Vec<(String, String)>,
    pub(super) copies: Copies,
    /// Fields that are taken away in the end.
    pub(super) gone: Vec<Vec<String>>,
    /// Fields that are set where they are absent.
    pub(super) defaulted: Vec<String>,
    /// Fields that are the time at which a row was read.
    pub(super) clock: Vec<String>,
}

impl Steps<'_> {
    /// A filter of rows.
    pub(super) fn filter(&mut self, reader: &mut Reader<'_>, node: &Node, cursor: Option<&str>) {
        if node.kind().starts_with("Custom") {
            let (original, reason) = super::auth::custom(node);
            self.losses.push(Loss::new(node.line, "filter", original, reason));
            return;
        }
        let Some(text) = node.get("condition").filter(|text| !text.is_empty()) else { return };
        let original = text.as_str().unwrap_or_default().to_owned();
        let read = jinja::template(original.trim());
        let Ok([Part::Expr(expr)]) = read.as_deref() else {
            self.losses.push(Loss::new(text.line, "filter", text.short(), "a filter that cannot be read"));
            return;
        };
        let expr = fold(expr, reader.parameters);
        // Rows before the range are dropped anyway.
        if let Expr::Compare(">=" | ">", of, start) = &expr
            && let Some((Root::Record, steps)) = path(of)
            && start.names(&["stream_interval", "stream_slice", "stream_state"])
            && cursor.is_some_and(|cursor| matches!(steps.as_slice(), [.., Step::Key(key)] if key == cursor))
        {
            return;
        }
        match condition(reader, self.row, &expr) {
            // Every row has what is asked for.
            Some((code, _)) if code == "true" => {}
            Some((code, params)) => {
                let name = format!("{}_kept", self.name);
                let more = if params { ", params: &Params" } else { "" };
                self.functions.push(Function {
                    name: name.clone(),
                    docs: format!("Whether a row is kept: `{}`.", crate::yaml::one_line(&original)),
                    signature: format!("(row: &{}{more}) -> bool", self.row.name),
                    body: vec![code],
                });
                set(self.options, "filter", Value::word(name));
            }
            None => self.losses.push(Loss::new(text.line, "filter", text.short(), "a filter that is computed")),
        }
    }

    /// Transformations, in their order.
    pub(super) fn transform(&mut self, reader: &mut Reader<'_>, nodes: &[Node]) {
        let (mut lines, mut params, mut originals) = (Vec::new(), false, Vec::new());
        let mut removed: Vec<Vec<String>> = Vec::new();
        for node in nodes.iter().filter(|node| node.kind() == "RemoveFields" && node.get("condition").is_none()) {
            for pointer in node.get("field_pointers").map(Node::items).unwrap_or_default() {
                self.gone.push(pointer.items().iter().filter_map(Node::as_str).map(str::to_owned).collect());
            }
        }
        for node in nodes {
            match node.kind() {
                "AddFields" => {
                    let condition = node.str("condition").filter(|text| !text.is_empty());
                    if let Some(text) = condition {
                        self.conditional(reader, node, text, &mut lines, &mut params, &mut originals);
                        continue;
                    }
                    for definition in node.get("fields").map(Node::items).unwrap_or_default() {
                        self.add(reader, definition, &mut lines, &mut params, &mut originals);
                    }
                }
                "DpathFlattenFields" => self.flatten(node, &mut lines, &mut originals),
                "RemoveFields" => self.remove(node, &mut removed),
                kind if kind.starts_with("Custom") => {
                    let (original, reason) = super::auth::custom(node);
                    self.losses.push(Loss::new(node.line, "map", original, reason));
                }
                kind => {
                    let reason = format!("a transformation of keys: {kind}");
                    self.losses.push(Loss::new(node.line, "map", kind, reason));
                }
            }
        }
        for keys in removed {
            // What copies are made of is read, and not stored.
            if let Some(first) = keys.first()
                && self.copies.iter().any(|(_, path)| path.starts_with(&keys))
            {
                if keys.len() == 1
                    && let Some(field) = self.row.field_mut(first)
                {
                    field.hidden = true;
                }
                continue;
            }
            self.row.remove(&keys.iter().map(String::as_str).collect::<Vec<_>>());
        }
        if lines.is_empty() {
            return;
        }
        let name = format!("{}_completed", self.name);
        let more = if params { ", params: &Params" } else { "" };
        lines.push("row".to_owned());
        self.functions.push(Function {
            name: name.clone(),
            docs: format!("Sets what the API does not send: {}.", originals.join(", ")),
            signature: format!("(mut row: {}{more}) -> {}", self.row.name, self.row.name),
            body: lines,
        });
        set(self.options, "map", Value::word(name));
    }

    fn remove(&mut self, node: &Node, removed: &mut Vec<Vec<String>>) {
        if let Some(text) = node.str("condition").filter(|text| !text.is_empty()) {
            self.losses.push(Loss::new(node.line, "map", text, "fields that are removed by a condition"));
            return;
        }
        for pointer in node.get("field_pointers").map(Node::items).unwrap_or_default() {
            let keys: Vec<String> = pointer
                .items()
                .iter()
                .map(|key| key.as_str().map_or_else(|| key.json().to_string(), str::to_owned))
                .collect();
            // A pattern of keys names fields that the schema lacks, or has after it.
            if !keys.iter().any(|key| key.contains('*')) {
                removed.push(keys);
            }
        }
    }

    pub(super) fn add(
        &mut self,
        reader: &mut Reader<'_>,
        node: &Node,
        lines: &mut Vec<String>,
        params: &mut bool,
        originals: &mut Vec<String>,
    ) {
        let keys: Vec<&str> =
            node.get("path").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str).collect();
        let original = node.get("value").map(Node::short).unwrap_or_default();
        let name = keys.join(".");
        let shown = format!("{name} = {original}");
        let mut lose =
            |losses: &mut Vec<Loss>, reason: &str| losses.push(Loss::new(node.line, "map", shown.clone(), reason));
        let [target] = keys.as_slice() else { return lose(self.losses, "a field that is added inside of another") };
        let value = node.get("value");
        let text = value
            .map(|value| value.as_str().map_or_else(|| value.json().to_string(), str::to_owned))
            .unwrap_or_default();
        let parts = jinja::template(text.trim().trim_matches('"'));
        let expr = match parts.as_deref() {
            Ok([Part::Expr(expr)]) => fold(expr, reader.parameters),
            Ok([Part::Text(text)]) => Expr::text(text),
            Ok([]) => Expr::Const(Json::Null),
            Ok(_) => return self.joined(reader, target, &text, node, lines, originals),
            Err(_) => return lose(self.losses, "a statement of Jinja"),
        };
        if let Expr::Const(constant) = &expr {
            return match self.constant(target, constant) {
                Some(line) => {
                    lines.push(line);
                    originals.push(format!("`{target}`"));
                }
                None => lose(self.losses, "a field that is added with a constant of another type"),
            };
        }
        if let Some(steps) = copied(&expr) {
            return match self.copy(target, &steps) {
                Some(line) => {
                    // One that is there already needs no step.
                    if !line.is_empty() {
                        lines.push(line);
                        originals.push(format!("`{target}`"));
                    }
                }
                None => lose(self.losses, "a value inside of an untyped field"),
            };
        }
        if expr.names(&["stream_slice", "stream_partition", "stream_interval"]) {
            return self.column(reader, target, &expr, &mut lose);
        }
        if let Some(time) = moment(&expr)
            && time.base == Base::Now
            && time.offset == 0
        {
            lines.push(self.set(target, Type::Text, "declarest::jiff::Timestamp::now().to_string()"));
            originals.push(format!("`{target}`"));
            self.clock.push((*target).to_owned());
            return;
        }
        if super::text::only_config(&expr) {
            return match reader.expr(&expr, &text).as_deref() {
                Ok([Piece::Param(name)]) => {
                    lines.push(self.param(reader, target, name));
                    *params = true;
                    originals.push(format!("`{target}`"));
                }
                _ => lose(self.losses, "a field that is added with a secret or a computed value"),
            };
        }
        match self.computed(reader, target, &expr, params) {
            Some(line) => {
                lines.push(line);
                originals.push(format!("`{target}`"));
            }
            None => lose(self.losses, &why(&expr)),
        }
    }

    /// Makes the field one that the API does not send.
    pub(super) fn target(&mut self, target: &str, ty: Type) {
        if self.row.field(target).is_none() {
            self.row.add(target, ty.clone());
        }
        if let Some(field) = self.row.field_mut(target) {
            field.made = true;
            field.optional = true;
            if ty == Type::Text && !matches!(field.ty, Type::Text) {
                field.ty = ty;
            }
        }
    }

    /// A field from the slice is a column of its own.
    fn column(
        &mut self,
        reader: &mut Reader<'_>,
        target: &str,
        expr: &Expr,
        lose: &mut dyn FnMut(&mut Vec<Loss>, &str),
    ) {
        let place = match reader.expr(expr, "") {
            Ok(pieces) => match pieces.as_slice() {
                [Piece::Place(place)] => place.clone(),
                _ => return lose(self.losses, "a computation over a slice"),
            },
            // What no slice has is nothing.
            Err(reason) if reason == "a value of a slice that is not known" && reader.slices.is_known() => {
                self.row.remove(&[target]);
                return;
            }
            Err(reason) => return lose(self.losses, &reason),
        };
        let plain = place.split(':').next().unwrap_or_default();
        let column = if let Some(rest) = plain.strip_prefix("resources.") {
            let (resource, field) = rest.split_once('.').unwrap_or((rest, ""));
            let nearest = reader.slices.parents.first().is_some_and(|parent| parent.resource == resource);
            let word = if nearest && !field.contains('.') { field.to_owned() } else { rest.to_owned() };
            self.include("include_from_parent", &word);
            format!("_{resource}_{}", field.replace('.', "_"))
        } else if let Some(bound) = plain.strip_prefix("incremental.") {
            let bound = bound.trim_end_matches("_value");
            self.include("include_range", bound);
            format!("_{bound}")
        } else {
            self.include("include_partition", plain);
            format!("_{plain}")
        };
        self.row.remove(&[target]);
        self.columns.push((target.to_owned(), column));
    }

    fn include(&mut self, option: &str, word: &str) {
        let entry = Entry::Plain(Value::word(word));
        let known = self
            .options
            .iter()
            .any(|(name, value)| name == option && matches!(value, Value::Group(entries) if entries.contains(&entry)));
        if !known {
            extend(self.options, option, vec![entry]);
        }
    }
}

/// A name as it stands in Rust.
pub(super) fn ident(name: &str) -> String {
    if crate::declaration::is_keyword(name) { format!("r#{name}") } else { name.to_owned() }
}
