//! What the values at one place have in common.

/// A place in rows, with the values that were seen there.
#[derive(Debug, Clone, Default)]
pub(crate) struct ValueShape {
    pub(crate) shape: Shape,
    /// Whether it is null in some row.
    pub(crate) null: bool,
    /// In how many rows it is.
    pub(crate) seen: usize,
    /// The first value that is not null.
    pub(crate) example: Option<String>,
    /// Its documentation.
    pub(crate) doc: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(crate) enum Shape {
    /// Nothing but null.
    #[default]
    Nothing,
    Bool,
    Integer {
        least: i128,
        most: i128,
    },
    Float,
    /// Strings that are all instants.
    Time,
    Text,
    List(Box<ValueShape>),
    Object(ObjectShape),
    Mixed,
}

/// The keys of all objects, in the order of their first appearance.
#[derive(Debug, Clone, Default)]
pub(crate) struct ObjectShape {
    pub(crate) members: Vec<(String, ValueShape)>,
    /// How many objects there were.
    pub(crate) count: usize,
}
