//! A resource: one kind of row behind one path, as its declaration says.

use std::time::Duration;

use serde::Deserialize;
use tracing::Span;

use super::parent::ParentDef;
use crate::auth::Auth;
use crate::http::retry::Retry;
use crate::http::throttle::RateLimit;
use crate::incremental::cursor::{IncrementalDef, Position};
use crate::incremental::watermark::Identity;
use crate::json::path::Step;
use crate::paginate::{Paginator, SinglePage};
use crate::params::body::{DataDef, JsonDef};
use crate::schema::child_table::{ChildRows, ChildTableDef};
use crate::schema::column::ColumnDef;
use crate::schema::row::Row;

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

/// A resource's declaration, as the macro writes it down.
#[derive(Debug)]
pub struct ResourceDef {
    /// Resource and table name.
    pub name: &'static str,
    /// The path as declared, with its placeholders.
    pub path: &'static str,
    /// How it is asked for.
    pub method: Method,
    /// The JSON body of every request.
    pub json: Option<JsonDef>,
    /// Headers of every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// Query parameters of every request.
    pub params: &'static [(&'static str, &'static str)],
    /// Where the rows are in the body; `None`: the body itself.
    pub selector: Option<&'static [Step]>,
    /// What it means when there is nothing at the selector.
    pub missing_rows: MissingRows,
    /// What answers mean that are no ordinary pages.
    pub response_actions: &'static [ResponseAction],
    /// How pages follow each other.
    pub paginator: &'static dyn Paginator,
    /// The columns that identify a row.
    pub primary_key: &'static [&'static str],
    /// What a sync does with rows that the table already has.
    pub write_disposition: WriteDisposition,
    /// The table's columns.
    pub columns: &'static [ColumnDef],
    /// Its own retries, instead of the source's.
    pub retry: Option<Retry>,
    /// Its own time-out, instead of the source's.
    pub timeout: Option<Duration>,
    /// Its own credentials, instead of the source's.
    pub auth: Option<Auth>,
    /// Its own limit of requests, besides the source's.
    pub rate_limit: Option<RateLimit>,
    /// What a POST sends instead of JSON.
    pub data: Option<DataDef>,
    /// Where the rows are, as an RFC 9535 query, where it is more than a plain path.
    pub jsonpath: Option<&'static str>,
    /// How to read only what is new.
    pub incremental: Option<IncrementalDef>,
    /// How many rows of a query the API gives out.
    pub result_window: Option<u64>,
    /// What becomes of rows that cannot be read.
    pub on_bad_row: OnBadRow,
    /// The resource whose rows it is read for.
    pub parent: Option<ParentDef>,
    /// Lists that are stored as tables of their own.
    pub child_tables: &'static [ChildTableDef],
    /// The fields that the struct names, as they are in JSON; `None` where they are not known, or all are kept.
    pub fields: Option<&'static [&'static str]>,
    /// Whether a row is no more than its columns, each of them a field that is read by its type: then none need be made to
    /// be stored.
    pub direct: bool,
    /// Parameters that the fetch method takes as arguments, and that a sync has no value for.
    pub required: &'static [&'static str],
    /// Whether a sync reads it unasked.
    pub selected: bool,
}

impl ResourceDef {
    /// Within which all is told that is done for the resource.
    pub(crate) fn span(&self) -> Span {
        tracing::info_span!("resource", resource = self.name)
    }

    /// What tells its rows apart.
    pub(crate) fn identity(&self) -> Identity {
        Identity {
            columns: self.columns,
            key: self.primary_key,
            merged: self.write_disposition == WriteDisposition::Merge,
            windowed: self.result_window.is_some(),
        }
    }

    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self {
        name: "",
        path: "/",
        method: Method::Get,
        json: None,
        headers: &[],
        params: &[],
        selector: None,
        missing_rows: MissingRows::Error,
        response_actions: &[],
        paginator: &SinglePage,
        primary_key: &[],
        write_disposition: WriteDisposition::Append,
        columns: &[],
        retry: None,
        timeout: None,
        auth: None,
        rate_limit: None,
        data: None,
        jsonpath: None,
        incremental: None,
        result_window: None,
        on_bad_row: OnBadRow::Fail,
        parent: None,
        child_tables: &[],
        fields: None,
        direct: false,
        required: &[],
        selected: true,
    };
}

/// What it means when a page has nothing at the selector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MissingRows {
    /// The declaration or the answer is wrong.
    Error,
    /// The page has no rows.
    Empty,
}

/// What becomes of a row that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OnBadRow {
    /// It ends the walk.
    Fail,
    /// It is put aside, and the walk goes on.
    Quarantine,
}

/// What an answer of a certain kind means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ResponseAction {
    /// The answers.
    pub on: On,
    /// What they mean.
    pub action: Action,
}

/// Which answers an action is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// Those with this status.
    Status(u16),
    /// Those with this text in the body, whatever their status.
    Text(&'static str),
    /// Those with this status and this text in the body.
    StatusText(u16, &'static str),
    /// Those whose JSON body has something at this path: any value but `null`, `false` and what is empty, or one that
    /// reads as this text.
    Body(&'static [Step], Option<&'static str>),
}

/// What an answer means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// There are no rows here: the walk ends without an error.
    Ignore,
    /// Another attempt may help.
    Retry,
    /// It is an error.
    Fail,
}

/// How a resource is asked for. Either way it is a query: asking again changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// With the parameters in the URL.
    Get,
    /// With a JSON body.
    Post,
}

/// What a sync does with rows that the table already has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WriteDisposition {
    /// Adds every row.
    Append,
    /// Replaces the row with the same primary key, or adds it.
    Merge,
    /// Replaces the whole table, once the new one is complete.
    Replace,
}
