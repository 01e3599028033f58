//! A read of a resource without its type: columns instead of structs, params by name.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::batch_stream::{BatchReader, BatchStream};
use super::request::UntypedRequest;
use super::row_checks::{RowChecks, SetFilter};
use super::scan_value::ScanValue;
use super::stats::PageCounts;
use crate::client::Client;
use crate::client::resource_entry::ResourceEntry;
use crate::declare::param::ParamDef;
use crate::declare::sort::SortDef;
use crate::decode::batch_plan::BatchPlan;
use crate::error::{Error, ErrorKind, Result};
use crate::http::stats::Stats;
use crate::incremental::cursor::Position;
use crate::incremental::cursor_range::CursorRange;
use crate::incremental::range::Range;
use crate::params::param::Param;
use crate::schema::table::{ColumnSchema, TableSchema};
use crate::schema::value::ColumnValue;
use crate::text::suggest;

/// A read of a resource whose type the program does not know: its rows come as columns, its params are set by name.
/// Made by [`Client::scan`], by the method `scan` of a generated client, or by [`Source::scan`](crate::Source::scan).
/// Nothing is sent until its batches are polled.
///
/// ```no_run
/// # #[declarest::source(base_url = "https://api.example.com")]
/// # pub mod analytics {
/// #     #[resource(name = issues, path = "/issues", params(severities: Option<Vec<String>> (style = csv)))]
/// #     pub struct Issue { pub key: String, pub line: Option<u32> }
/// # }
/// # #[tokio::main]
/// # async fn main() -> declarest::Result<()> {
/// let client = analytics::Client::builder().build()?;
/// let scan = client.scan("issues")?;
/// for param in scan.params() {
///     println!("{}: {}{}", param.name, param.kind, if param.required { ", required" } else { "" });
/// }
///
/// let scan = scan.param_list("severities", ["BLOCKER", "CRITICAL"])?.project(["key", "line"])?.limit(1_000);
/// let mut batches = scan.batches();
/// while let Some(batch) = batches.next().await {
///     for row in batch?.rows() {
///         println!("{:?} {:?}", row.get(0), row.get(1));
///     }
/// }
/// # Ok(()) }
/// ```
///
/// Which rows there are is the same as in a request of the generated client: the declared `filter`, `map` and
/// `yield_map` apply, incremental ranges too, and what is quarantined is skipped with a warning.
#[derive(Clone)]
#[must_use = "a scan does nothing until its batches are polled"]
pub struct Scan {
    pub(super) request: UntypedRequest,
    /// The resource's columns, and those that are its parents'.
    table: Arc<TableSchema>,
    /// Those of its columns whose values are known; `None`: all.
    known: Option<Vec<usize>>,
    /// Those that are selected; `None`: all.
    projection: Option<Vec<usize>>,
    schema: Arc<TableSchema>,
    /// The values of the parents' columns, as far as they have been set.
    included: Vec<ColumnValue<'static>>,
    /// The params that have been set.
    set: Vec<&'static str>,
    sort: Option<&'static SortDef>,
    /// The exact filters that have been set.
    filters: Vec<SetFilter>,
    limit: Option<u64>,
}

impl Client {
    /// Reads a resource, named by text or by a [`ResourceName`](crate::ResourceName), without its type: see [`Scan`].
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) if there is no such resource: the error lists those there are.
    pub fn scan(&self, resource: impl AsRef<str>) -> Result<Scan> {
        Scan::new(self, self.def().resource_named(resource.as_ref())?)
    }
}

impl Scan {
    fn new(client: &Client, entry: ResourceEntry) -> Result<Self> {
        let (def, all) = (entry.def, client.def().resources);
        let fields = def.parent.map_or(&[][..], |parent| parent.included);
        let columns = fields.iter().map(|field| {
            field.included(all).ok_or_else(|| {
                let message = format!("the column `{}` is missing", field.place());
                Error::internal(ErrorKind::Config, message).in_resource(def.name)
            })
        });
        let columns = columns.collect::<Result<Vec<ColumnSchema>>>()?.into_iter();
        let columns = columns.chain(def.partition_columns()).chain(def.range_columns());
        let included =
            vec![ColumnValue::Null; fields.len() + def.partition_columns().count() + def.range_columns().count()];
        let table = Arc::new(def.table_schema(columns));
        // Of parents' rows, no more is known than what the requests are made with.
        let is_set = |index: &usize| {
            let field = index.checked_sub(def.columns.len()).and_then(|index| fields.get(index));
            field.is_none_or(|field| def.params.iter().any(|param| param.is_value_of(field)))
        };
        let known: Vec<usize> = (0..table.columns.len()).filter(is_set).collect();
        let known = (known.len() < table.columns.len()).then_some(known);
        let schema = match &known {
            Some(known) => Arc::new(table.project(known)?),
            None => Arc::clone(&table),
        };
        let request = UntypedRequest::new(client, entry);
        Ok(Self {
            request,
            projection: known.clone(),
            known,
            table,
            schema,
            included,
            set: Vec::new(),
            sort: None,
            filters: Vec::new(),
            limit: None,
        })
    }

    /// The table that the batches are of, with the selected columns alone.
    ///
    /// Without a [projection](Self::project), it has the resource's columns, the lists that are tables of their own, and
    /// those columns of parents (`include_from_parent`) whose values are params of the scan. Where the declaration
    /// includes others, these are left out, and so are the lists.
    #[must_use]
    pub fn schema(&self) -> &Arc<TableSchema> {
        &self.schema
    }

    /// What can be set: the values of parents' rows first, then the declared params.
    #[must_use]
    pub fn params(&self) -> &'static [ParamDef] {
        self.request.entry().def.params
    }

    /// The orders that can be asked for.
    #[must_use]
    pub fn sorts(&self) -> &'static [SortDef] {
        self.request.entry().def.sorts
    }

    /// The cursor whose range can be limited; none where the resource is not incremental, where its cursor is a string or no
    /// column, or where `map` or `yield_map` may change it.
    #[must_use]
    pub fn cursor_range(&self) -> Option<CursorRange> {
        self.request.entry().def.cursor_range()
    }

    /// Sets a param, by its name in the declaration. The last value of a param holds.
    ///
    /// An integer fits where it is in range, be it signed or not, and also a param that takes floating-point numbers;
    /// otherwise types must be the same. For a param that takes several values, it is the only one.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) if there is no such param, or if the value is of another type.
    pub fn param(self, name: &str, value: impl Into<ColumnValue<'static>>) -> Result<Self> {
        let param = self.declared(name)?;
        if param.list {
            return self.param_list(name, [value]);
        }
        let value = ScanValue::new(param, value.into()).map_err(|error| self.refused(error))?;
        let mut scan = self.with(param, value.as_param());
        if let ScanValue::Value(value) = value {
            scan.filter(param, vec![value.clone()]);
            scan.include(param, &value);
        }
        Ok(scan)
    }

    /// Sets a param that takes several values, by its name in the declaration. The last values of a param hold.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) if there is no such param, if it takes one value, or if a value is of another type.
    pub fn param_list<V>(self, name: &str, values: impl IntoIterator<Item = V>) -> Result<Self>
    where
        V: Into<ColumnValue<'static>>,
    {
        let param = self.declared(name)?;
        if !param.list {
            let message = format!("the param `{name}` takes one value, not a list");
            return Err(
                self.refused(Error::new(ErrorKind::Config, message).with_help("set it by `.param(name, value)`"))
            );
        }
        let values = values.into_iter().map(|value| ScanValue::new(param, value.into()));
        let values = values.collect::<Result<Vec<_>>>().map_err(|error| self.refused(error))?;
        let params: Vec<_> = values.iter().map(ScanValue::as_param).collect();
        let mut scan = self.with(param, &params);
        let values = values.into_iter().filter_map(ScanValue::into_value).collect();
        scan.filter(param, values);
        Ok(scan)
    }

    /// Asks for the rows in one of the declared [orders](Self::sorts). The last call holds. Rows that do not come in this
    /// order are an error of the stream, as rows are that an exact filter rules out.
    ///
    /// With `result_window`, no more rows than it can come in an order, unless that is from the lowest cursor to the highest:
    /// [`limit`](Self::limit) the scan, or the stream ends in [`WindowExceeded`](ErrorKind::WindowExceeded) where there are
    /// more.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) if this order is not declared.
    pub fn sort(self, column: &str, descending: bool) -> Result<Self> {
        let Some(sort) = self.sorts().iter().find(|sort| (sort.column, sort.descending) == (column, descending)) else {
            let known: Vec<_> = self.sorts().iter().map(|sort| format!("`{}{}`", sort.column, sort.desc())).collect();
            let help = if known.is_empty() {
                "no order is declared: sort the rows after they are read".to_owned()
            } else {
                format!("the declared orders: {}", known.join(", "))
            };
            let desc = if descending { " desc" } else { "" };
            let message = format!("rows cannot be sorted by `{column}{desc}`");
            return Err(self.refused(Error::new(ErrorKind::Config, message).with_help(help)));
        };
        Ok(Self { sort: Some(sort), ..self })
    }

    /// Reads only the rows whose cursor is at or after the start, and before the end, within the declared range. Without
    /// either, that bound is the declared one. The last call holds.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) if there is no [cursor](Self::cursor_range), or if a bound is of another kind.
    pub fn range(mut self, start: Option<Position>, end: Option<Position>) -> Result<Self> {
        let Some(cursor) = self.cursor_range() else {
            let error = Error::new(ErrorKind::Config, "there is no cursor whose range can be limited");
            return Err(self.refused(error.with_help("read all rows, and filter them")));
        };
        if let Some(bound) = start.iter().chain(&end).find(|bound| bound.kind() != cursor.kind) {
            let (column, kind) = (cursor.column, cursor.kind.column());
            let error = Error::new(
                ErrorKind::Config,
                format!("the cursor `{column}` is of the type {kind}, which `{bound}` is not"),
            );
            return Err(self.refused(error.with_help("give bounds of the cursor's own kind")));
        }
        self.request.set_range(Range { start, end });
        Ok(self)
    }

    /// Reads these columns only, by name, in this order: instead of all, or of those selected before. What is not selected
    /// is not built, and where no code of the program's own needs the rows, not even decoded. No column at all is a
    /// selection, too: the batches then have nothing but a length.
    ///
    /// # Errors
    /// [`Config`](ErrorKind::Config) if there is no such column, or if one is named twice.
    pub fn project(self, columns: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self> {
        let is_known = |index: usize| self.known.as_ref().is_none_or(|known| known.contains(&index));
        let mut selected: Vec<usize> = Vec::new();
        for column in columns {
            let name = column.as_ref();
            let index = self.table.index_of(name).filter(|index| is_known(*index)).ok_or_else(|| {
                let known = (0..).zip(&self.table.columns).filter(|(index, _)| is_known(*index));
                let known: Vec<_> = known.map(|(_, column)| column.name.as_str()).collect();
                let error = Error::new(ErrorKind::Config, format!("there is no column `{name}`"));
                self.refused(error.with_help(suggest::help(name, "columns", &known)))
            })?;
            if selected.contains(&index) {
                let error = Error::new(ErrorKind::Config, format!("the column `{name}` is selected twice"));
                return Err(self.refused(error.with_help("name each column once")));
            }
            selected.push(index);
        }
        let schema = Arc::new(self.table.project(&selected).map_err(|error| self.refused(error))?);
        Ok(Self { projection: Some(selected), schema, ..self })
    }

    /// Ends after this many rows. A page that the limit rules out is not requested, and the last batch is cut.
    pub fn limit(self, rows: u64) -> Self {
        Self { limit: Some(rows), ..self }
    }

    /// Requests this many rows per page (at least one), instead of the declared number, as
    /// [`Request::page_size`](crate::Request::page_size) does.
    pub fn page_size(mut self, rows: u32) -> Self {
        self.request.set_page_size(rows);
        self
    }

    /// Reads this many pages at a time (at least one) where the paginator allows it, instead of the declared number.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.request.set_concurrency(pages);
        self
    }

    /// The rows, page by page. Pages without rows are left out.
    ///
    /// # Errors
    /// The stream has an error, its only item, if a required param is not set: [`Config`](ErrorKind::Config), with the
    /// names of all. Others are listed at [`ErrorKind`].
    pub fn batches(self) -> BatchStream {
        BatchStream::new(self)
    }

    /// Checks what the setters could not, and opens the pages.
    pub(super) fn begin(mut self, stats: Arc<Stats>) -> Result<BatchReader> {
        self.check_required()?;
        let checks = RowChecks::new(&self.table, &mut self.projection, self.filters, self.sort)?;
        let schema = match &self.projection {
            Some(columns) => Arc::new(self.table.project(columns)?),
            None => self.schema,
        };
        let plan = BatchPlan { schema, included: self.included, projection: self.projection };
        self.request.read_batches(plan);
        if let Some(sort) = self.sort {
            self.request.sort(sort);
        }
        let resource = self.request.entry().def.name;
        let range = self.request.range(Timestamp::now())?;
        let (pages, span) = self.request.begin(stats)?;
        Ok(BatchReader {
            resource,
            pages,
            range,
            first: None,
            span,
            wanted: self.limit,
            counts: PageCounts::default(),
            checks,
        })
    }

    fn check_required(&self) -> Result<()> {
        let missing = self.params().iter().filter(|param| param.required && !self.set.contains(&param.name));
        let missing: Vec<_> = missing
            .map(|param| {
                let list = if param.list { "several of " } else { "" };
                let parent = param.parent.map_or_else(String::new, |parent| {
                    let inside = parent.keys.iter().map(|key| format!("`{key}` in ")).rev().collect::<String>();
                    format!(", {inside}the column `{}` of a row of `{}`", parent.column, parent.resource)
                });
                format!("`{}` ({list}{}{parent})", param.name, param.kind)
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Config, format!("required params have no value: {}", missing.join("; ")));
        Err(self.refused(error.with_help("set each by `.param(name, value)`")))
    }

    /// The param of a name.
    fn declared(&self, name: &str) -> Result<&'static ParamDef> {
        self.request.entry().def.param(name).ok_or_else(|| {
            let known: Vec<_> = self.params().iter().map(|param| param.name).collect();
            let error = Error::new(ErrorKind::Config, format!("there is no param `{name}`"));
            self.refused(error.with_help(suggest::help(name, "params", &known)))
        })
    }

    fn with(mut self, param: &'static ParamDef, value: &dyn Param) -> Self {
        self.request.set_declared(param, value);
        self.set.push(param.name);
        self
    }

    /// Notes that rows which the API returns have these values, where that is declared. An empty list is not sent.
    fn filter(&mut self, param: &ParamDef, values: Vec<ColumnValue<'static>>) {
        self.filters.retain(|set| set.param != param.name);
        if let Some(filter) = param.filter.filter(|filter| filter.exact && !values.is_empty()) {
            self.filters.push(SetFilter { param: param.name, filter, values });
        }
    }

    /// Adds the value of a parent's row to the columns that hold it.
    fn include(&mut self, param: &ParamDef, value: &ColumnValue<'static>) {
        let fields = self.request.entry().def.parent.map_or(&[][..], |parent| parent.included);
        for (field, slot) in fields.iter().zip(&mut self.included) {
            if param.is_value_of(field) {
                *slot = value.clone();
            }
        }
    }

    pub(super) fn refused(&self, error: Error) -> Error {
        error.in_resource(self.request.entry().def.name)
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan")
            .field("resource", &self.request.entry().def.name)
            .field("set", &self.set)
            .field("schema", &self.schema)
            .field("sort", &self.sort)
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
