//! Values of params whose types are only known at run time.

use std::borrow::Cow;

use crate::declare::param::ParamDef;
use crate::error::{Error, ErrorKind, Result};
use crate::json::raw::Json;
use crate::params::param::Param;
use crate::schema::column::ColumnType;
use crate::schema::value::ColumnValue;

/// A value that fits its param.
pub(super) enum ScanValue {
    Value(ColumnValue<'static>),
    /// A value of the type JSON text.
    Json(Json),
}

impl ScanValue {
    /// # Errors
    /// [`Config`](ErrorKind::Config) where the value is of another type than the param's.
    pub(super) fn new(param: &ParamDef, value: ColumnValue<'static>) -> Result<Self> {
        match value.fit(param.kind) {
            Ok(ColumnValue::Text(text)) if param.kind == ColumnType::Json => {
                text.parse().map(Self::Json).map_err(|error| {
                    let message = format!("the value of the param `{}` is not JSON text: {error}", param.name);
                    Error::new(ErrorKind::Config, message)
                })
            }
            Ok(ColumnValue::Null) => {
                let message = format!("the param `{}` has no value in `null`", param.name);
                Err(Error::new(ErrorKind::Config, message).with_help("leave an optional param out instead"))
            }
            Ok(value) => Ok(Self::Value(value)),
            Err(value) => {
                let given = value.kind().map_or_else(String::new, |kind| format!("{kind} "));
                let (name, kind) = (param.name, param.kind);
                let message =
                    format!("the param `{name}` takes values of the type {kind}, not {given}{}", value.to_json());
                Err(Error::new(ErrorKind::Config, message))
            }
        }
    }

    /// The value, unless it is JSON.
    pub(super) fn into_value(self) -> Option<ColumnValue<'static>> {
        match self {
            Self::Value(value) => Some(value),
            Self::Json(_) => None,
        }
    }

    /// The value as a param of its own type.
    pub(super) fn as_param(&self) -> &dyn Param {
        let value = match self {
            Self::Json(json) => return json,
            Self::Value(value) => value,
        };
        match value {
            // No such value is made.
            ColumnValue::Null => &"",
            ColumnValue::Bool(value) => value,
            ColumnValue::Integer(value) => value,
            ColumnValue::Unsigned(value) => value,
            ColumnValue::Real(value) => value,
            ColumnValue::Text(Cow::Borrowed(text)) => text,
            ColumnValue::Text(Cow::Owned(text)) => text,
            ColumnValue::Timestamp(value) => value,
            ColumnValue::Date(value) => value,
            ColumnValue::Time(value) => value,
            ColumnValue::DateTime(value) => value,
        }
    }
}
