//! Steps that depend on the row, and those that bring fields out of an object.

use super::predicate::condition;
use super::steps::Steps;
use super::text::Reader;
use crate::declaration::Loss;
use crate::jinja::{self, Part, Step, fold};
use crate::yaml::Node;

impl Steps<'_> {
    /// Fields that are added where a condition holds.
    pub(super) fn conditional(
        &mut self,
        reader: &mut Reader<'_>,
        node: &Node,
        text: &str,
        lines: &mut Vec<String>,
        params: &mut bool,
        originals: &mut Vec<String>,
    ) {
        let before = (self.copies.len(), self.columns.len(), self.clock.len());
        let lose = |steps: &mut Self| {
            steps.losses.push(Loss::new(node.line, "map", text, "a field that is added by a condition"));
        };
        let read = jinja::template(text.trim());
        let Ok([Part::Expr(expr)]) = read.as_deref() else { return lose(self) };
        let Some((code, asks)) = condition(reader, self.row, &fold(expr, reader.parameters)) else {
            return lose(self);
        };
        let (mut inner, mut sent) = (Vec::new(), Vec::new());
        for definition in node.get("fields").map(Node::items).unwrap_or_default() {
            let target = definition.get("path").and_then(|path| path.items().first()).and_then(Node::as_str);
            let field = target.and_then(|key| self.row.field(key)).filter(|field| !field.made);
            sent.extend(field.map(|field| (field.wire.clone(), field.ty.clone())));
            self.add(reader, definition, &mut inner, params, originals);
        }
        // A value of a parent, or the time of reading, is a column of every row.
        if self.columns.len() > before.1 || self.clock.len() > before.2 {
            return lose(self);
        }
        // Where it does not hold, a field is no copy, and has the value that the API sends.
        for (target, _) in self.copies.iter_mut().skip(before.0) {
            target.clear();
        }
        for (key, ty) in sent {
            if let Some(field) = self.row.field_mut(&key) {
                field.made = false;
                // The value of the condition has another type than the one that the API sends.
                if field.ty != ty {
                    field.ty = ty;
                    return lose(self);
                }
            }
            self.defaulted.push(key);
        }
        if !inner.is_empty() {
            *params |= asks;
            lines.push(format!("if {code} {{"));
            lines.extend(inner.iter().map(|line| format!("    {line}")));
            lines.push("}".to_owned());
        }
    }

    /// The fields of an object as fields of the row, with a prefix: those that the schema has.
    pub(super) fn flatten(&mut self, node: &Node, lines: &mut Vec<String>, originals: &mut Vec<String>) {
        let lose = |steps: &mut Self| {
            steps.losses.push(Loss::new(node.line, "map", node.kind(), "a transformation of keys: DpathFlattenFields"));
        };
        let keys: Vec<&str> =
            node.get("field_path").map(Node::items).unwrap_or_default().iter().filter_map(Node::as_str).collect();
        let prefix = node.at(&["key_transformation", "prefix"]).and_then(Node::as_str).unwrap_or_default();
        let is_plain = |text: &str| !text.is_empty() && !text.contains(['*', '{']);
        let has_more = node.at(&["key_transformation", "suffix"]).is_some() || node.is_set("replace_record");
        // Without a prefix, nothing says which fields of the schema come from there.
        if !is_plain(prefix) || has_more || keys.is_empty() || !keys.iter().all(|key| is_plain(key)) {
            return lose(self);
        }
        let targets: Vec<String> = self
            .row
            .fields
            .iter()
            .filter(|field| !field.made && field.wire.len() > prefix.len() && field.wire.starts_with(prefix))
            .map(|field| field.wire.clone())
            .collect();
        if targets.is_empty() {
            return lose(self);
        }
        for target in targets {
            let rest = target.get(prefix.len()..).unwrap_or_default().to_owned();
            let steps: Vec<Step> = keys.iter().map(|key| (*key).to_owned()).chain([rest]).map(Step::Key).collect();
            let Some(line) = self.copy(&target, &steps) else { return lose(self) };
            lines.push(line);
            originals.push(format!("`{target}`"));
        }
        // The object itself is read, and not stored.
        if let ([first], true) = (keys.as_slice(), node.is_set("delete_origin_value"))
            && let Some(field) = self.row.field_mut(first)
        {
            field.hidden = true;
        }
    }
}
