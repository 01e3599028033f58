//! Parents: the resource for whose rows another is read, and the values taken from each row.

use serde::Serialize;

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
}
