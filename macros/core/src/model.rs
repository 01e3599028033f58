//! A correct declaration: `check` makes it, `expand` writes it out.

use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Member, Token, Type, Visibility};

use crate::language::{
    Action, Auth, ClientParam, Data, DeletedKind, DispositionKind, Epoch, IncrementalOptions, JsonTemplate, MethodKind,
    MissingRows, NamedSecret, On, OnBadRow, Paginator, Param, PartitionValues, RetryOptions, Secret,
};
use crate::literal::{Duration, ParentField, RangeBound, Rate, Selector, Template, WrittenTime};
use crate::naming::Rule;

/// A source, with stubs where the declaration was wrong: it then compiles with errors only.
pub(crate) struct Source {
    /// The path of the runtime.
    pub(crate) krate: syn::Path,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) ident: Ident,
    pub(crate) base_url: String,
    pub(crate) auth: Auth,
    pub(crate) secrets: Vec<NamedSecret>,
    pub(crate) params: Vec<ClientParam>,
    /// Whether the params are a struct, too: functions of steps take it, or may.
    pub(crate) step_params: bool,
    /// Whether the builder takes the address of access tokens.
    pub(crate) token_url: bool,
    pub(crate) trust: Vec<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) retry: Option<RetryOptions>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) connect_timeout: Option<Duration>,
    pub(crate) rate_limit: Option<Rate>,
    pub(crate) concurrency: Option<u16>,
    pub(crate) max_page_bytes: Option<u64>,
    pub(crate) items: Vec<Item>,
    /// The client's type and its builder's: named otherwise where an item of the user's has the name, which is a mistake.
    pub(crate) client: Ident,
    pub(crate) builder: Ident,
    /// The type whose constants are the names of the resources, likewise.
    pub(crate) names: Ident,
}

impl Source {
    pub(crate) fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.items.iter().filter_map(|item| match item {
            Item::Resource(resource) => Some(&**resource),
            Item::Nested(_) | Item::User(_) => None,
        })
    }
}

/// An item of the module, in the user's order.
pub(crate) enum Item {
    Resource(Box<Resource>),
    Nested(Box<Nested>),
    User(Box<syn::Item>),
}

pub(crate) struct Resource {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) item: syn::Item,
    pub(crate) generic: bool,
    pub(crate) decoding: Decoding,
    /// The rule of renaming for serde's derives.
    pub(crate) rename: Option<Rule>,
    /// Where there is one, it is read in place of the struct itself.
    pub(crate) copy: Option<SerdeCopy>,
    /// None where another resource has the name.
    pub(crate) api: Option<PublicApi>,
    /// None where something is wrong: a stub takes its place.
    pub(crate) definition: Option<Definition>,
}

/// A copy of a struct for serde's derive, which then reads the struct: its `Extra` takes the keys that no field names.
#[derive(Clone)]
pub(crate) struct SerdeCopy {
    pub(crate) item: syn::ItemStruct,
    pub(crate) rename: Option<Rule>,
    /// The field for these keys: more than one where each has a condition.
    pub(crate) extra: Vec<(Ident, Vec<Attribute>)>,
}

/// Who writes `Deserialize`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoding {
    /// The user, by a derive or by hand.
    User,
    /// Serde's derive, which the user's attributes speak to.
    Serde,
    /// The macro.
    Compact,
    /// The macro, for a struct around the one value that a row is.
    Newtype,
}

/// The public API of a resource: the fetch method, and the request that it returns.
pub(crate) struct PublicApi {
    pub(crate) method: Ident,
    pub(crate) request: Ident,
    pub(crate) http_method: MethodKind,
    /// None where it could not be read.
    pub(crate) path: Option<Path>,
    /// The names of the params in the body.
    pub(crate) json: Vec<String>,
    /// The names of the params in headers.
    pub(crate) headers: Vec<String>,
    /// The names of the params in fixed values of others.
    pub(crate) texts: Vec<String>,
    /// Fields of parents.
    pub(crate) bound: Vec<Bound>,
    pub(crate) params: Vec<Param>,
    pub(crate) partitions: Vec<Partition>,
    /// Whether pages can be prefetched.
    pub(crate) ahead: bool,
    /// Whether the size of its pages can be set.
    pub(crate) sized: bool,
}

/// The path, and the very literal that the user wrote.
#[derive(Clone)]
pub(crate) struct Path {
    pub(crate) template: Template,
    pub(crate) token: LitStr,
    /// Whether the runtime fills it in: it names values that are no arguments of the fetch method.
    pub(crate) open: bool,
}

impl Path {
    pub(crate) fn is_open(&self) -> bool {
        self.open
    }

    pub(crate) fn binds(&self, param: &str) -> bool {
        self.template.params().any(|name| name == param)
    }
}

/// The parent of a resource, and the values of its rows that are used.
#[derive(Default)]
pub(crate) struct Parent {
    /// The nearest parent. None where there is none.
    pub(crate) resource: Option<String>,
    /// Values that requests are made with.
    pub(crate) bound: Vec<Bound>,
    /// Columns that are added to the table.
    pub(crate) included: Vec<Column>,
    /// The resource above it whose new rows alone are read.
    pub(crate) only_new: Option<String>,
}

/// A field of a parent that requests are made with: an argument of the fetch method.
#[derive(Clone)]
pub(crate) struct Bound {
    pub(crate) field: ParentField,
    pub(crate) column: String,
    /// Where it is inside of the column.
    pub(crate) inside: Option<Inside>,
    pub(crate) argument: Ident,
    /// None where something is wrong with the field.
    pub(crate) ty: Option<Type>,
    /// Where the field is named.
    pub(crate) place: Span,
}

/// A column of a parent under a name of its own.
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) resource: String,
    /// Its name in the parent's table.
    pub(crate) source: String,
    /// Where it is inside of that column.
    pub(crate) inside: Option<Inside>,
    /// Where it is named.
    pub(crate) token: Ident,
    /// Its type, without an `Option` around it.
    pub(crate) ty: Type,
    /// The type that may be absent, where one may.
    pub(crate) optional: Option<Type>,
}

/// A value inside of a column of JSON text.
#[derive(Clone)]
pub(crate) struct Inside {
    /// The keys on the way, from the outside.
    pub(crate) keys: Vec<String>,
    /// Whether it may be absent.
    pub(crate) is_optional: bool,
}

/// Values that a resource is read for, once for each.
#[derive(Clone)]
pub(crate) struct Partition {
    pub(crate) name: Ident,
    /// The type of one value.
    pub(crate) ty: Type,
    pub(crate) values: PartitionValues,
}

/// The column of a table that has the values of a partition.
pub(crate) struct PartitionColumn {
    pub(crate) name: String,
    pub(crate) partition: Partition,
    /// Where it is named.
    pub(crate) token: Ident,
}

/// An order in which the API can list the rows.
pub(crate) struct SortColumn {
    /// The field.
    pub(crate) name: String,
    pub(crate) column: String,
    pub(crate) ty: Type,
    pub(crate) descending: bool,
    /// The query parameters that ask for it.
    pub(crate) params: Vec<(String, String)>,
    /// Where a wrong type is to be shown.
    pub(crate) place: Span,
}

/// The column of a table that has an end of the range that a row was requested with.
pub(crate) struct RangeColumn {
    pub(crate) name: String,
    pub(crate) bound: RangeBound,
    /// That of the cursor.
    pub(crate) ty: Type,
}

/// The constants of a resource.
pub(crate) struct Definition {
    pub(crate) name: String,
    /// With static params filled in.
    pub(crate) path: String,
    pub(crate) method: MethodKind,
    /// With static params filled in.
    pub(crate) json: Option<JsonTemplate>,
    /// Likewise.
    pub(crate) data: Option<Data>,
    pub(crate) headers: Vec<(String, String)>,
    /// The times that its texts write by a pattern, each once.
    pub(crate) times: Vec<WrittenTime>,
    /// The params among them, where only the compiler knows whether they are times.
    pub(crate) time_params: Vec<TimeParam>,
    /// Static query parameters, by their names on the wire.
    pub(crate) params: Vec<(String, String)>,
    /// Headers that are secrets, those of the source among them.
    pub(crate) secret_headers: Vec<(String, Secret)>,
    /// Query parameters that are secrets.
    pub(crate) secret_params: Vec<(String, Secret)>,
    pub(crate) sorts: Vec<SortColumn>,
    pub(crate) format: Format,
    pub(crate) selector: Option<Selector>,
    /// The field that takes the key of its row, by its name in JSON.
    pub(crate) row_key: Option<String>,
    pub(crate) body_prefix: Option<String>,
    pub(crate) missing_rows: MissingRows,
    pub(crate) on_bad_row: OnBadRow,
    pub(crate) actions: Vec<(On, Action)>,
    /// In the order in which they are taken.
    pub(crate) steps: Vec<Process>,
    pub(crate) paginator: Paginator,
    pub(crate) parent: Parent,
    pub(crate) partitions: Vec<Partition>,
    pub(crate) partition_columns: Vec<PartitionColumn>,
    pub(crate) range_columns: Vec<RangeColumn>,
    pub(crate) primary_key: Vec<Key>,
    pub(crate) disposition: DispositionKind,
    pub(crate) deleted: DeletedKind,
    pub(crate) incremental: Option<Incremental>,
    pub(crate) result_window: Option<u64>,
    /// The client-wide param that is the size of pages, and its type.
    pub(crate) page_size: Option<(Ident, Type)>,
    pub(crate) fields: Vec<Field>,
    /// The names in JSON, where the rows are objects, all names are known, and no field takes the rest.
    pub(crate) json_names: Option<Vec<JsonName>>,
    /// Where fields come from that are not written, as messages name it.
    pub(crate) fields_from: Option<String>,
    pub(crate) retry: Option<RetryOptions>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) rate_limit: Option<Rate>,
    pub(crate) auth: Option<Auth>,
    pub(crate) selected: bool,
}

impl Definition {
    /// The column of the cursor, where that is a field of the row itself.
    pub(crate) fn cursor_column(&self) -> Option<&str> {
        let [Access { member, .. }] = self.incremental.as_ref()?.cursor.accesses.as_slice() else { return None };
        let field = self.fields.iter().find(|field| field.member == *member)?;
        match &field.storage {
            Storage::Column(name) => Some(name),
            Storage::Json(_) | Storage::Child(_) | Storage::Skipped => None,
        }
    }
}

/// A param that is written by a pattern.
pub(crate) struct TimeParam {
    pub(crate) ty: Type,
    /// Where a wrong type is to be shown.
    pub(crate) place: Span,
}

/// How the rows are written in a body.
pub(crate) enum Format {
    Json,
    JsonLines,
    Csv(Csv),
    /// A function makes them.
    Function(syn::Path),
}

/// What stands around a cell of CSV.
#[derive(Clone, Copy)]
pub(crate) enum Quote {
    Sign(u8),
    /// A quote is a sign like others.
    Nothing,
}

/// How CSV is written, as far as it is declared.
pub(crate) struct Csv {
    pub(crate) delimiter: Option<u8>,
    pub(crate) quote: Option<Quote>,
    pub(crate) comment: Option<u8>,
    pub(crate) header: Option<bool>,
    /// One for each field.
    pub(crate) cells: Vec<CsvCell>,
}

/// Where a field is read from.
pub(crate) struct CsvCell {
    /// The names of its column: none where it is read from no column.
    pub(crate) names: Vec<String>,
    /// Whether the text of a cell is read by a function of the user's.
    pub(crate) verbatim: bool,
}

/// The range by which only new rows are read.
pub(crate) struct Incremental {
    pub(crate) cursor: Cursor,
    pub(crate) options: IncrementalOptions,
    /// Whether each run ends at the moment at which it begins.
    pub(crate) ends_now: bool,
    /// The params that bound it, where only the compiler knows whether their types go with the cursor's.
    pub(crate) param_types: Vec<(Ident, Type)>,
    /// The param that says how far a run goes back.
    pub(crate) lag_type: Option<(Ident, Type)>,
    /// Whether each row of the parent and each partition has a position of its own.
    pub(crate) each_position: bool,
}

/// The field that says how new a row is.
pub(crate) struct Cursor {
    /// How it is reached.
    pub(crate) accesses: Vec<Access>,
    pub(crate) name: String,
    /// Its type, without an `Option` around it.
    pub(crate) ty: Type,
    /// Where a wrong type is to be shown.
    pub(crate) place: Span,
}

/// A field on the way to another.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) member: Member,
    /// Whether it is an `Option`.
    pub(crate) optional: bool,
}

/// A step that processes the rows of a page.
#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) kind: ProcessKind,
    pub(crate) function: syn::Path,
    pub(crate) takes: Takes,
}

#[derive(Clone, Copy)]
pub(crate) enum ProcessKind {
    Filter,
    Map,
    YieldMap,
}

/// What the function of a step takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    Row,
    /// The params of the client, too.
    RowAndParams,
    /// The one or the other: the function is not in the module.
    Either,
}

pub(crate) struct Key {
    pub(crate) name: String,
    /// Where a wrong type is to be shown.
    pub(crate) place: Span,
    pub(crate) column: String,
    pub(crate) ty: Type,
    pub(crate) cfgs: Vec<Attribute>,
    /// How it is reached, where it is inside of a field: it is stored in a column of its own.
    pub(crate) inside: Vec<Access>,
}

/// A field of a row.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) cfgs: Vec<Attribute>,
    /// How it is reached: by its name, or as the only one of a newtype.
    pub(crate) member: Member,
    /// The name in JSON.
    pub(crate) wire: String,
    /// Whether it takes the keys that no other field names.
    pub(crate) extra: bool,
    /// The unit of a time that is written as a number.
    pub(crate) epoch: Option<Epoch>,
    pub(crate) storage: Storage,
}

pub(crate) enum Storage {
    /// A column of this name, typed by the field's type.
    Column(String),
    /// A column of JSON text.
    Json(String),
    /// A table of the elements.
    Child(Box<ChildTable>),
    /// None.
    Skipped,
}

/// A name that a field is read from.
pub(crate) struct JsonName {
    pub(crate) name: String,
    pub(crate) cfgs: Vec<Attribute>,
}

/// A list that is stored as a table of its own.
pub(crate) struct ChildTable {
    pub(crate) name: String,
    /// The type of the elements.
    pub(crate) element: Type,
    /// Whether the list may be absent.
    pub(crate) optional: bool,
}

/// A part of rows.
pub(crate) struct Nested {
    pub(crate) ident: Ident,
    pub(crate) cfgs: Vec<Attribute>,
    pub(crate) item: syn::Item,
    pub(crate) kind: NestedKind,
    /// The columns of an element of a child table. None where it is none.
    pub(crate) element: Option<Vec<Field>>,
}

pub(crate) enum NestedKind {
    /// Stored as JSON, read and written by the macro's own code, as far as the user has not derived it.
    Struct { fields: Vec<Field>, deserialize: bool, serialize: bool, rename: Option<Rule> },
    /// Stored as JSON, read and written by serde's derives, as far as the user has not derived them.
    Derived { deserialize: bool, serialize: bool, rename: Option<Rule>, copy: Option<SerdeCopy> },
    /// Stored as text.
    Text(TextEnum),
    /// Something is wrong: a stub takes its place.
    Stub { deserialize: bool, serialize: bool },
}

/// An enum of names.
pub(crate) struct TextEnum {
    pub(crate) names: Vec<TextName>,
    /// The variant for names that are not known.
    pub(crate) other: Option<(Ident, Vec<Attribute>)>,
    pub(crate) deserialize: bool,
    pub(crate) serialize: bool,
    /// For a derive of the user's.
    pub(crate) rename: Option<Rule>,
}

pub(crate) struct TextName {
    pub(crate) ident: Ident,
    pub(crate) name: String,
    pub(crate) cfgs: Vec<Attribute>,
}
