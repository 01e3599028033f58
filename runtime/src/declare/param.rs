//! Params as data: what a request of a resource can be given, for code that does not know its type.

use serde::Serialize;

use super::filter::ParamFilter;
use super::parent::ParentField;
use crate::schema::column::ColumnType;

/// A param of a resource: an argument of the fetch method, or a setter of the request.
///
/// Params that the declaration gives a fixed value are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub struct ParamDef {
    /// Its name in the declaration: that of the argument or of the setter.
    pub name: &'static str,
    /// Its name in the query. Elsewhere that of its placeholder: `resources.posts.id` for a value of a parent's row.
    pub wire: &'static str,
    /// Where the request carries it; the first of these places if there are several.
    pub place: ParamPlace,
    /// The type of its value, or of each of its values. `Text` where it is a type that only implements
    /// [`Param`](crate::Param).
    pub kind: ColumnType,
    /// Whether it takes several values.
    pub list: bool,
    /// How several values are sent in the query.
    pub style: ListStyle,
    /// Whether it is a part of another param's text, and not sent by itself.
    pub in_text: bool,
    /// Whether the resource cannot be read without it.
    pub required: bool,
    /// The column whose values it takes, where it is a value of a parent's row.
    pub parent: Option<ParentColumn>,
    /// Whether it narrows a partition: without a value, the resource is read for each value that is declared.
    pub partition: bool,
    /// What it narrows the rows to, where the declaration says so.
    pub filter: Option<ParamFilter>,
}

/// Where a request carries a param.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum ParamPlace {
    /// In the path, encoded for its segment.
    Path,
    /// In a header.
    Header,
    /// In the body of a POST.
    Body,
    /// In the query.
    Query,
}

/// How several values of a param are sent in the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub enum ListStyle {
    /// The param once for each value: `id=1&id=2`.
    Repeat,
    /// Once, the values joined by commas: `id=1,2`.
    Csv,
}

/// A value of a parent's rows: a resource for whose rows another one is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[non_exhaustive]
pub struct ParentColumn {
    /// The parent's name.
    pub resource: &'static str,
    /// The column's name in the parent's table.
    pub column: &'static str,
    /// Where the value is inside of that column, which holds JSON text: the keys from the outside. Empty where it is
    /// the column's value.
    pub keys: &'static [&'static str],
}

impl ParamDef {
    /// Whether it takes the values of this field of a parent's rows.
    pub(crate) fn is_value_of(&self, field: &ParentField) -> bool {
        let place = (field.resource, field.column, field.keys());
        self.parent.is_some_and(|parent| (parent.resource, parent.column, parent.keys) == place)
    }
}

/// For generated code.
impl ParamDef {
    /// An optional param: its type, and whether that is a list.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        wire: &'static str,
        place: ParamPlace,
        (kind, list): (ColumnType, bool),
    ) -> Self {
        Self {
            name,
            wire,
            place,
            kind,
            list,
            style: ListStyle::Repeat,
            in_text: false,
            required: false,
            parent: None,
            partition: false,
            filter: None,
        }
    }

    /// The same, with several values.
    #[doc(hidden)]
    #[must_use]
    pub const fn list(self) -> Self {
        Self { list: true, ..self }
    }

    /// The same, its values joined by commas.
    #[doc(hidden)]
    #[must_use]
    pub const fn csv(self) -> Self {
        Self { style: ListStyle::Csv, ..self }
    }

    /// The same as a part of another param's text.
    #[doc(hidden)]
    #[must_use]
    pub const fn in_text(self) -> Self {
        Self { in_text: true, ..self }
    }

    /// The same as a param that narrows a partition to some of its values.
    #[doc(hidden)]
    #[must_use]
    pub const fn partition(self) -> Self {
        Self { partition: true, list: true, ..self }
    }

    /// The same as a param that narrows the rows to those with its value.
    #[doc(hidden)]
    #[must_use]
    pub const fn filters(self, filter: ParamFilter) -> Self {
        Self { filter: Some(filter), ..self }
    }

    /// The same as a required param.
    #[doc(hidden)]
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same as a value of a parent's row, which is required.
    #[doc(hidden)]
    #[must_use]
    pub const fn of_parent(self, resource: &'static str, column: &'static str) -> Self {
        Self { parent: Some(ParentColumn { resource, column, keys: &[] }), ..self.required() }
    }

    /// The same as a value inside of the parent's column.
    #[doc(hidden)]
    #[must_use]
    pub const fn inside(self, keys: &'static [&'static str]) -> Self {
        let parent = match self.parent {
            Some(parent) => Some(ParentColumn { keys, ..parent }),
            None => None,
        };
        Self { parent, ..self }
    }
}
