//! The declaration of a resource: one kind of row at one path.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tracing::Span;

use super::format::BodyFormat;
use super::made_rows::{MadeRows, RowsFault};
use super::param::ParamDef;
use super::parent::ParentDef;
use super::partition::PartitionDef;
use super::process::Processing;
use super::sort::SortDef;
use super::written_time::{TimeSource, WrittenTime};
use crate::auth::Auth;
use crate::auth::credentials::ResourceSecrets;
use crate::error::Result;
use crate::http::retry::Retry;
use crate::http::throttle::RateLimit;
use crate::incremental::cursor::{IncrementalDef, Order, Position, RangeColumns};
use crate::incremental::cursor_range::CursorRange;
use crate::incremental::watermark::Identity;
use crate::json::path::Step;
use crate::paginate::{Paginator, SinglePage};
use crate::params::body::{DataDef, JsonDef};
use crate::params::secret_text::SecretText;
use crate::params::step_params::StepParams;
use crate::schema::child_table::{ChildRows, ChildTableDef};
use crate::schema::column::ColumnDef;
use crate::schema::row::Row;
use crate::schema::table::{ColumnSchema, Deleted, TableSchema, WriteDisposition};

/// A struct that is a row of a resource. Implemented by [`source`](macro@crate::source).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a resource",
    label = "no `#[resource(…)]` declares it",
    note = "resources are the structs under `#[resource(…)]` in a module under `#[declarest::source(…)]`"
)]
pub trait Resource: Sized + Send + 'static + for<'de> Deserialize<'de> {
    /// How its pages follow each other.
    type Paginator: Paginator;

    /// The declaration.
    #[doc(hidden)]
    const DEF: &'static ResourceDef;

    /// The declared processing steps, in their order.
    #[doc(hidden)]
    #[must_use]
    fn process(rows: Vec<Self>) -> Vec<Self> {
        rows
    }

    /// The same where one of them takes the params of the client.
    #[doc(hidden)]
    fn process_with(rows: Vec<Self>, params: Option<&StepParams>) -> Result<Vec<Self>> {
        let _ = params;
        Ok(Self::process(rows))
    }

    /// The rows that the declared function makes of a body.
    #[doc(hidden)]
    fn made_rows(body: &[u8]) -> Result<MadeRows<Self>, RowsFault> {
        let _ = body;
        Ok(MadeRows::Typed(Vec::new()))
    }

    /// Adds the values of the columns, in their order.
    #[doc(hidden)]
    fn row<'a>(&'a self, row: &mut Row<'a>);

    /// How new the row is, where the resource is read incrementally.
    #[doc(hidden)]
    #[must_use]
    fn position(&self) -> Option<Position> {
        None
    }

    /// Adds the elements of the list that is the child table of this index.
    #[doc(hidden)]
    fn child_rows<'a>(&'a self, table: usize, rows: &mut ChildRows<'a>) {
        let _ = (table, rows);
    }
}

/// A resource's declaration, as the macro writes it.
#[derive(Debug)]
pub struct ResourceDef {
    /// Resource and table name.
    pub name: &'static str,
    /// The path as declared, with its placeholders.
    pub path: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The JSON body of every request; a POST without one sends an empty object.
    pub json: Option<JsonDef>,
    /// Headers of every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// Headers that are secrets, those of the source among them.
    pub secret_headers: &'static [(&'static str, SecretText)],
    /// Query parameters that are secrets.
    pub secret_params: &'static [(&'static str, SecretText)],
    /// Query parameters of every request.
    pub fixed_params: &'static [(&'static str, &'static str)],
    /// The times that its texts write by patterns.
    pub times: &'static [WrittenTime],
    /// What a request can be given: values of parents' rows first, then the params, both in the order of the declaration.
    pub params: &'static [ParamDef],
    /// The orders in which the API can list the rows.
    pub sorts: &'static [SortDef],
    /// What the processing steps do with rows.
    pub processing: Processing,
    /// How the rows are written in the body.
    pub format: BodyFormat,
    /// Where the rows are in the body; `None`: the body itself.
    pub selector: Option<&'static [Step]>,
    /// The field of each row that takes its key, by its JSON name, where the rows are the members of an object.
    pub row_key: Option<&'static str>,
    /// What stands before the JSON of a body.
    pub body_prefix: Option<&'static str>,
    /// What it means when there is null or nothing at the selector.
    pub missing_rows: MissingRows,
    /// The meaning of responses that are not ordinary pages.
    pub response_actions: &'static [ResponseAction],
    /// How pages follow each other.
    pub paginator: &'static dyn Paginator,
    /// The columns that identify a row.
    pub primary_key: &'static [&'static str],
    /// What a sync does with rows that the table already has.
    pub write_disposition: WriteDisposition,
    /// What a complete merge does with rows that did not come.
    pub deleted: Deleted,
    /// The table's columns.
    pub columns: &'static [ColumnDef],
    /// Its own retries, instead of the source's.
    pub retry: Option<Retry>,
    /// Its own timeout, instead of the source's.
    pub timeout: Option<Duration>,
    /// Its own credentials, instead of the source's.
    pub auth: Option<Auth>,
    /// Its own limit of requests, in addition to the source's.
    pub rate_limit: Option<RateLimit>,
    /// The body that is not JSON.
    pub data: Option<DataDef>,
    /// Where the rows are, as an RFC 9535 query, if a plain path cannot say it.
    pub jsonpath: Option<&'static str>,
    /// How to read only new rows.
    pub incremental: Option<IncrementalDef>,
    /// The column of its cursor, where that is a column by itself.
    pub cursor_column: Option<&'static str>,
    /// Which ends of the requested range are columns of the table.
    pub range_columns: RangeColumns,
    /// How many rows of one query the API returns at most.
    pub result_window: Option<u64>,
    /// The client-wide param that is the size of pages.
    pub page_size: Option<&'static str>,
    /// What happens to rows that cannot be read.
    pub on_bad_row: OnBadRow,
    /// The resource for whose rows it is read.
    pub parent: Option<ParentDef>,
    /// The values that it is read for, once for each combination.
    pub partitions: &'static [PartitionDef],
    /// The lists that are stored as tables of their own.
    pub child_tables: &'static [ChildTableDef],
    /// The JSON names of the struct's fields; `None` where they are not known, or all fields are kept.
    pub fields: Option<&'static [&'static str]>,
    /// Where those fields come from that the struct does not write: the name of a sample, or of the OpenAPI file.
    pub fields_from: Option<&'static str>,
    /// Whether a row is only its columns, each a field read by its type: then it can be stored without its struct.
    pub direct: bool,
    /// Whether a sync reads it by default.
    pub selected: bool,
}

impl ResourceDef {
    /// The secrets that its requests carry besides `auth`.
    pub(crate) fn secrets(&self) -> ResourceSecrets {
        let in_body =
            self.json.is_some_and(|json| json.has_secret()) || self.data.is_some_and(|data| data.has_secret());
        ResourceSecrets { headers: self.secret_headers, params: self.secret_params, in_body }
    }

    /// Whether its requests have a body.
    pub(crate) fn has_body(&self) -> bool {
        self.method == Method::Post || self.json.is_some() || self.data.is_some()
    }

    /// The span of all events of the resource.
    pub(crate) fn span(&self) -> Span {
        tracing::info_span!("resource", resource = self.name)
    }

    /// The range, if it is read in slices: by steps, or as the window requires.
    pub(crate) fn sliced(&self) -> Option<IncrementalDef> {
        self.incremental.filter(|range| range.step.is_some() || self.result_window.is_some())
    }

    /// Whether the API lists the newest rows first.
    pub(crate) fn is_newest_first(&self) -> bool {
        self.incremental.is_some_and(|range| range.order == Some(Order::Descending))
    }

    /// The path to the list of rows; none where a query finds them, or a function makes them.
    pub(crate) fn rows_at(&self) -> Option<&'static [Step]> {
        if let BodyFormat::Function = self.format {
            return None;
        }
        match (self.jsonpath, self.selector) {
            (Some(_), _) => None,
            // `items[*]` selects the elements of `items`, and so does `items`.
            (None, Some([list @ .., Step::All])) => Some(list),
            (None, selector) => Some(selector.unwrap_or_default()),
        }
    }

    /// The range of its cursor, if that is a column that no step changes after rows outside of the range are dropped.
    pub(crate) fn cursor_range(&'static self) -> Option<CursorRange> {
        let incremental = self.incremental.as_ref().filter(|_| self.processing != Processing::Changes)?;
        let texts = self.headers.iter().chain(self.fixed_params).map(|(_, value)| *value).chain([self.path]);
        let texts: Vec<&str> = texts.collect();
        let writes = |bound: &str, source| {
            let is_named = |text: &&str| text.contains(bound);
            texts.iter().any(is_named) || self.times.iter().any(|time| time.source == source)
        };
        let start = writes("{incremental.start_value", TimeSource::Start);
        CursorRange::new(self.cursor_column?, incremental, (start, writes("{incremental.end_value", TimeSource::End)))
    }

    /// The param of a name.
    pub(crate) fn param(&self, name: &str) -> Option<&'static ParamDef> {
        self.params.iter().find(|param| param.name == name)
    }

    /// The params without which it cannot be read, besides values of parents' rows: a sync has no values for them.
    #[must_use]
    pub fn required(&self) -> Vec<&'static str> {
        let required = self.params.iter().filter(|param| param.required && param.parent.is_none());
        required.map(|param| param.name).collect()
    }

    /// Whether its rows come in several walks over pages: for the rows of a parent, or the values of partitions. Rows of
    /// several walks may be the same ones.
    pub(crate) fn has_several_walks(&self) -> bool {
        self.parent.is_some() || !self.partitions.is_empty()
    }

    /// The columns that say which values of partitions a row was read for: the last ones of the table.
    pub(crate) fn partition_columns(&self) -> impl Iterator<Item = ColumnSchema> {
        let columns = self.partitions.iter().filter_map(|partition| Some((partition.column?, partition.kind)));
        columns.map(|(name, kind)| ColumnSchema::new(name, kind))
    }

    /// The columns that say which range a row was requested with: they follow those of partitions.
    pub(crate) fn range_columns(&self) -> impl Iterator<Item = ColumnSchema> {
        let kind = self.incremental.map(|range| range.kind.column());
        let names = [("_start", self.range_columns.start), ("_end", self.range_columns.end)];
        let names = names.into_iter().filter(|(_, is_included)| *is_included);
        names.filter_map(move |(name, _)| Some(ColumnSchema::new(name, kind?)))
    }

    /// What distinguishes its rows.
    pub(crate) fn identity(&self) -> Identity {
        Identity {
            columns: self.columns,
            key: self.primary_key,
            // Merged rows replace themselves.
            hashed: self.write_disposition != WriteDisposition::Merge,
            windowed: self.result_window.is_some(),
        }
    }

    /// The names of the columns that identify a row, empty without a key: the key's. Where rows are appended as they change,
    /// the cursor's belongs to them: the table holds versions of each row.
    pub(crate) fn identifying_names(&self) -> Vec<&'static str> {
        let is_versioned = self.write_disposition == WriteDisposition::Append && !self.primary_key.is_empty();
        // Of a cursor inside of a nested field, that field.
        let cursor = self.incremental.filter(|_| is_versioned).and_then(|range| range.cursor.split('.').next());
        self.primary_key.iter().copied().chain(cursor).collect()
    }

    /// The index of a column, by its name.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The table of the resource and those of its lists, with columns of its parents after its own.
    pub(crate) fn table_schema(&self, included: impl IntoIterator<Item = ColumnSchema>) -> TableSchema {
        let columns = self.columns.iter().map(ColumnSchema::from).chain(included);
        let table = TableSchema::new(self.name, columns)
            .with_key(self.primary_key.iter().copied())
            .with_disposition(self.write_disposition)
            .with_deleted(self.deleted);
        self.child_tables
            .iter()
            .fold(table, |table, list| table.with_child(list.name, list.columns.iter().map(ColumnSchema::from)))
    }

    /// The defaults.
    pub const DEFAULT: Self = Self {
        name: "",
        path: "/",
        method: Method::Get,
        json: None,
        headers: &[],
        secret_headers: &[],
        secret_params: &[],
        fixed_params: &[],
        times: &[],
        params: &[],
        sorts: &[],
        processing: Processing::Nothing,
        format: BodyFormat::Json,
        selector: None,
        row_key: None,
        body_prefix: None,
        missing_rows: MissingRows::Error,
        response_actions: &[],
        paginator: &SinglePage,
        primary_key: &[],
        write_disposition: WriteDisposition::Append,
        deleted: Deleted::Keep,
        columns: &[],
        retry: None,
        timeout: None,
        auth: None,
        rate_limit: None,
        data: None,
        jsonpath: None,
        incremental: None,
        cursor_column: None,
        range_columns: RangeColumns { start: false, end: false },
        result_window: None,
        page_size: None,
        on_bad_row: OnBadRow::Fail,
        parent: None,
        partitions: &[],
        child_tables: &[],
        fields: None,
        fields_from: None,
        direct: false,
        selected: true,
    };
}

/// The meaning of a page with `null` or nothing at the selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum MissingRows {
    /// The declaration or the response is wrong.
    Error,
    /// The page has no rows where there is `null`; where there is nothing, the declaration or the response is wrong.
    Null,
    /// The page has no rows, where the body has no content, too.
    Empty,
}

/// What happens to a row that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum OnBadRow {
    /// It ends the walk.
    Fail,
    /// It is quarantined, and the walk continues.
    Quarantine,
}

/// The meaning of some responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ResponseAction {
    /// The responses.
    pub on: On,
    /// Their meaning.
    pub action: Action,
}

/// The responses that an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum On {
    /// Those with this status.
    Status(u16),
    /// Those with this text in the body, whatever their status.
    Text(&'static str),
    /// Those with this status and this text in the body; with an empty text, those without a body.
    StatusText(u16, &'static str),
    /// Those whose JSON body has a value at this path: any value but `null`, `false` and an empty one, or one with this
    /// text.
    Body(&'static [Step], Option<&'static str>),
}

/// The meaning of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Action {
    /// There are no rows here: the walk ends without an error.
    Ignore,
    /// Another attempt may help.
    Retry,
    /// It is an error.
    Fail,
    /// The access token is no longer valid: another one is requested, once.
    Renew,
}

/// The method of a resource's requests. Both only query: a repeated request changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Method {
    /// With the parameters in the URL, and a body where one is declared.
    Get,
    /// With a body in any case.
    Post,
}
