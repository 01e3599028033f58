//! What rows are made of.

/// A struct of the module.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Struct {
    pub(crate) name: String,
    pub(crate) docs: String,
    pub(crate) fields: Vec<Field>,
    /// Whether a last field takes the keys that no other names.
    pub(crate) extra: bool,
    /// How the API spells most of its fields, where it is not the source's rule.
    pub(crate) spelling: Option<String>,
}

/// A field of a row.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools, reason = "what can be said of a field is independent")]
pub(crate) struct Field {
    /// The name in Rust, without `r#`.
    pub(crate) name: String,
    /// The name in JSON.
    pub(crate) wire: String,
    pub(crate) docs: String,
    /// Whether its name in JSON is not what the source's rule makes of it.
    pub(crate) renamed: bool,
    pub(crate) ty: Type,
    pub(crate) optional: bool,
    /// Whether it is absent from the answer and set by a step.
    pub(crate) made: bool,
    /// Whether it is read for other fields, or to be filtered by, and not stored.
    pub(crate) hidden: bool,
    /// `#[column(format = …)]`
    pub(crate) format: Option<&'static str>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Type {
    Text,
    Bool,
    Int,
    Float,
    Json,
    Timestamp,
    DateTime,
    Date,
    List(Box<Type>),
    Nested(Box<Struct>),
}

/// A function that processes rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) docs: String,
    /// The arguments and what it returns: `(row: &Issue) -> bool`.
    pub(crate) signature: String,
    /// Its lines.
    pub(crate) body: Vec<String>,
}

impl Type {
    /// The type inside of lists.
    pub(crate) fn inner(&self) -> &Type {
        match self {
            Self::List(item) => item.inner(),
            other => other,
        }
    }

    pub(crate) fn rust(&self) -> String {
        match self {
            Self::Text => "String".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Int => "i64".to_owned(),
            Self::Float => "f64".to_owned(),
            Self::Json => "declarest::Json".to_owned(),
            Self::Timestamp => "Timestamp".to_owned(),
            Self::DateTime => "DateTime".to_owned(),
            Self::Date => "Date".to_owned(),
            Self::List(item) => format!("Vec<{}>", item.rust()),
            Self::Nested(nested) => nested.name.clone(),
        }
    }
}

impl Struct {
    pub(crate) fn field(&self, wire: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.wire == wire)
    }

    pub(crate) fn field_mut(&mut self, wire: &str) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.wire == wire)
    }

    /// The types inside of it, in the order of their fields.
    pub(crate) fn nested(&self) -> Vec<&Struct> {
        let mut all = Vec::new();
        for field in &self.fields {
            if let Type::Nested(nested) = field.ty.inner() {
                all.push(&**nested);
                all.extend(nested.nested());
            }
        }
        all
    }
}
