//! The lines that set fields which the API does not send.

use serde_json::Value as Json;

use super::compute::{self, Computed};
use super::copies::copied;
use super::predicate::access;
use super::steps::{Steps, ident};
use super::text::{Reader, why};
use crate::declaration::{Loss, Type};
use crate::jinja::{self, Expr, Part, Root, Step, fold, path};
use crate::yaml::Node;

impl Steps<'_> {
    /// A field that is computed from others.
    pub(super) fn computed(
        &mut self,
        reader: &mut Reader<'_>,
        target: &str,
        expr: &Expr,
        params: &mut bool,
    ) -> Option<String> {
        let found = match expr {
            Expr::Cond(then, condition, Some(other)) => self.chosen(reader, then, condition, other, params)?,
            _ => compute::value(self.row, expr)?,
        };
        self.keep(expr);
        // One that it is computed from is not absent in the answer.
        let is_default = compute::mentions(expr, target);
        if self.row.field(target).is_none() {
            self.row.add(target, found.ty.clone());
        }
        let field = self.row.field_mut(target)?;
        if is_default {
            if field.ty != found.ty {
                return None;
            }
            self.defaulted.push(target.to_owned());
        } else {
            field.ty = found.ty;
            field.made = true;
        }
        field.optional = true;
        Some(format!("row.{} = {};", ident(&field.name), found.code))
    }

    /// Says that what an expression is computed from is read, even where a later step takes it away.
    fn keep(&mut self, expr: &Expr) {
        match path(expr) {
            Some((Root::Record, steps)) => {
                let keys =
                    steps.iter().filter_map(|step| if let Step::Key(key) = step { Some(key.clone()) } else { None });
                self.copies.push((String::new(), keys.collect()));
            }
            _ => expr.children().into_iter().for_each(|child| self.keep(child)),
        }
    }

    /// One of two values, by a condition on the row.
    fn chosen(
        &mut self,
        reader: &mut Reader<'_>,
        then: &Expr,
        condition: &Expr,
        other: &Expr,
        params: &mut bool,
    ) -> Option<Computed> {
        let (condition, asks) = super::predicate::condition(reader, self.row, condition)?;
        let then = compute::value(self.row, then)?;
        let other = match other {
            Expr::Const(Json::Null) => "None".to_owned(),
            other => {
                let other = compute::value(self.row, other)?;
                (other.ty == then.ty).then_some(other.code)?
            }
        };
        *params |= asks;
        Some(Computed { code: format!("if {condition} {{ {} }} else {{ {other} }}", then.code), ty: then.ty })
    }

    /// A field that is text around values of the row.
    pub(super) fn joined(
        &mut self,
        reader: &Reader<'_>,
        target: &str,
        text: &str,
        node: &Node,
        lines: &mut Vec<String>,
        originals: &mut Vec<String>,
    ) {
        let (mut pattern, mut args) = (String::new(), Vec::new());
        for part in jinja::template(text).unwrap_or_default() {
            match part {
                Part::Text(text) => pattern.push_str(&text.replace('{', "{{").replace('}', "}}")),
                Part::Expr(expr) => {
                    let found = copied(&fold(&expr, reader.parameters)).and_then(|steps| access(self.row, &steps));
                    match found {
                        Some(found) if matches!(found.ty, Type::Text | Type::Int | Type::Bool) => {
                            pattern.push_str("{}");
                            args.push(match found.ty {
                                Type::Text => format!("{}.map_or(\"\", String::as_str)", found.code),
                                _ => format!("{}.map(ToString::to_string).unwrap_or_default()", found.code),
                            });
                        }
                        _ => {
                            let value = compute::value(self.row, &fold(&expr, reader.parameters));
                            let Some(Computed { code, ty: Type::Text }) = value else {
                                let shown = format!("{target} = {}", crate::yaml::one_line(text));
                                self.losses.push(Loss::new(node.line, "map", shown, why(&expr)));
                                return;
                            };
                            pattern.push_str("{}");
                            args.push(format!("{code}.unwrap_or_default()"));
                        }
                    }
                }
            }
        }
        let code = format!("format!({pattern:?}, {})", args.join(", "));
        lines.push(self.set(target, Type::Text, &code));
        originals.push(format!("`{target}`"));
    }

    pub(super) fn constant(&mut self, target: &str, constant: &Json) -> Option<String> {
        let (ty, code) = match constant {
            Json::Null => {
                self.target(target, Type::Text);
                let name = &self.row.field(target)?.name;
                return Some(format!("row.{} = None;", ident(name)));
            }
            Json::Bool(flag) => (Type::Bool, flag.to_string()),
            Json::Number(number) if number.is_i64() => (Type::Int, number.to_string()),
            Json::Number(number) => (Type::Float, format!("{:?}", number.as_f64()?)),
            Json::String(text) => (Type::Text, format!("{text:?}.to_owned()")),
            _ => return None,
        };
        let known = self.row.field(target).map(|field| field.ty.clone());
        let (ty, code) = match (known, ty) {
            (Some(Type::Text), Type::Int | Type::Float | Type::Bool) => (Type::Text, format!("{code:?}.to_owned()")),
            (Some(Type::Float), Type::Int) => (Type::Float, format!("{code}.0")),
            (Some(Type::Json), _) => return None,
            (Some(known), ty) if known != ty => return None,
            (_, ty) => (ty, code),
        };
        Some(self.set(target, ty, &code))
    }

    pub(super) fn param(&mut self, reader: &Reader<'_>, target: &str, name: &str) -> String {
        self.target(target, Type::Text);
        let is_text = reader.config.ty(name) == Some("String");
        let field = self.row.field(target).map(|field| ident(&field.name)).unwrap_or_default();
        match (is_text, reader.config.is_optional(name)) {
            (true, true) => format!("row.{field}.clone_from(&params.{name});"),
            (true, false) => format!("row.{field} = Some(params.{name}.clone());"),
            (false, true) => format!("row.{field} = params.{name}.as_ref().map(ToString::to_string);"),
            (false, false) => format!("row.{field} = Some(params.{name}.to_string());"),
        }
    }

    pub(super) fn set(&mut self, target: &str, ty: Type, code: &str) -> String {
        self.target(target, ty);
        let name = self.row.field(target).map(|field| ident(&field.name)).unwrap_or_default();
        format!("row.{name} = Some({code});")
    }
}
