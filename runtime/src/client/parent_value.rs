//! A value of a parent's rows: its column, and where it is inside of that.

use serde_json::Value;

use super::resource_entry::ResourceEntry;
use crate::declare::parent::{InnerValue, ParentField};
use crate::error::{Error, ErrorKind, Result};
use crate::json::described::kind;
use crate::json::lookup::member_at;
use crate::schema::column::ColumnType;
use crate::schema::table::ColumnSchema;

impl ParentField {
    /// The column that a table has of it, among all resources of the source. The macro has checked that there is one.
    pub(crate) fn included(&self, all: &[ResourceEntry]) -> Option<ColumnSchema> {
        let entry = all.iter().find(|entry| entry.def.name == self.resource)?;
        let column = entry.def.columns.iter().find(|column| column.name == self.column)?;
        let ColumnSchema { kind, nullable, .. } = column.into();
        let (kind, nullable) = self.inside.map_or((kind, nullable), |inner| (inner.kind, inner.nullable));
        Some(ColumnSchema { name: self.name.to_owned(), kind, nullable })
    }
}

impl InnerValue {
    /// The value in the JSON of a column: null where that is null, or where the way to it ends.
    ///
    /// # Errors
    /// [`Schema`](ErrorKind::Schema) where an object or a list is there, and its type is no such one.
    pub(crate) fn of(&self, column: &Value) -> Result<Value> {
        let Some(found) = column.as_str().and_then(|text| member_at(text, self.keys)) else { return Ok(Value::Null) };
        match serde_json::from_str(found.get()) {
            Ok(Value::Null) => Ok(Value::Null),
            // The value of a column of JSON is its text.
            Ok(_) if self.kind == ColumnType::Json => Ok(Value::String(found.get().to_owned())),
            Ok(Value::Object(_) | Value::Array(_)) | Err(_) => {
                let (place, kind) = (self.keys.join("."), kind(found));
                let message = format!("`{place}` of a row of the parent is {kind}, and a request takes one value");
                Err(Error::new(ErrorKind::Schema, message))
            }
            Ok(value) => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_found_in_the_text_of_its_column() {
        let of = |kind, column: Value| InnerValue { keys: &["a", "b c"], kind, nullable: false }.of(&column).ok();
        let text = |text: &str| of(ColumnType::Text, json!(text));
        assert_eq!(text(r#"{"x":{"b c":1},"a":{"b c":"y\u00e9","d":2}}"#), Some(json!("yé")));
        assert_eq!(of(ColumnType::Unsigned, json!(r#"{"a":{"b c":18446744073709551615}}"#)), Some(json!(u64::MAX)));
        for none in ["{}", "null", r#"{"a":null}"#, r#"{"a":{}}"#, r#"{"a":{"b c":null}}"#, r#"{"a":[{"b c":1}]}"#] {
            assert_eq!(text(none), Some(Value::Null), "{none}");
        }
        assert_eq!(of(ColumnType::Text, Value::Null), Some(Value::Null));
        let list = r#"{"a":{"b c":[1, 2]}}"#;
        assert_eq!((of(ColumnType::Json, json!(list)), text(list)), (Some(json!("[1, 2]")), None));
    }
}
