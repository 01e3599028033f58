//! Parents: the resource for whose rows another is read, and the values taken from each row.

use serde::Serialize;

use crate::schema::column::ColumnType;

/// The parent of a resource, and the values taken from its rows.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ParentDef {
    /// The nearest parent. The others named below are ancestors of it.
    pub resource: &'static str,
    /// The values that requests need: each named as its placeholder, `resources.posts.id`.
    pub bound: &'static [ParentField],
    /// The values that become columns of the table: each named as its column, `_posts_id`.
    pub included: &'static [ParentField],
}

/// A value of a parent's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ParentField {
    /// Its name in the resource.
    pub name: &'static str,
    /// The parent.
    pub resource: &'static str,
    /// The parent's column.
    pub column: &'static str,
    /// Where it is inside of the column's JSON text; `None`: it is the column's value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inside: Option<InnerValue>,
}

/// A value inside of a column of JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct InnerValue {
    /// The keys on the way, from the outside.
    pub keys: &'static [&'static str],
    /// How it is stored.
    pub kind: ColumnType,
    /// Whether it may be null.
    pub nullable: bool,
}

impl ParentField {
    /// The value of a column.
    #[must_use]
    pub const fn new(name: &'static str, resource: &'static str, column: &'static str) -> Self {
        Self { name, resource, column, inside: None }
    }

    /// A value inside of the column.
    #[must_use]
    pub const fn inside(self, keys: &'static [&'static str], kind: ColumnType) -> Self {
        Self { inside: Some(InnerValue { keys, kind, nullable: false }), ..self }
    }

    /// The same value, which may be null.
    #[must_use]
    pub const fn nullable(self) -> Self {
        let inside = match self.inside {
            Some(inner) => Some(InnerValue { nullable: true, ..inner }),
            None => None,
        };
        Self { inside, ..self }
    }

    /// The keys to it inside of its column; none where it is the column's value.
    pub(crate) fn keys(&self) -> &'static [&'static str] {
        self.inside.map_or(&[], |inner| inner.keys)
    }

    /// Whether both are the same value, whatever its names are.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (self.resource, self.column, self.keys()) == (other.resource, other.column, other.keys())
    }

    /// Where it is, for people: `posts.author.login`.
    pub(crate) fn place(&self) -> String {
        [self.resource, self.column].iter().chain(self.keys()).copied().collect::<Vec<_>>().join(".")
    }
}
