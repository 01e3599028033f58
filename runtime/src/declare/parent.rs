//! Resources that are read once for each row of another: what is taken from that row.

/// Which resource a resource is read for, and what of its rows.
#[derive(Debug, Clone, Copy)]
pub struct ParentDef {
    /// The nearest parent. Others that are named are parents of it.
    pub resource: &'static str,
    /// What requests are made with: each named as its placeholder, `resources.posts.id`.
    pub bound: &'static [ParentField],
    /// Columns that are added to the table: each named as the column, `_posts_id`.
    pub included: &'static [ParentField],
}

/// A value of a parent's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParentField {
    /// What it is known by.
    pub name: &'static str,
    /// The parent.
    pub resource: &'static str,
    /// The parent's column.
    pub column: &'static str,
}
