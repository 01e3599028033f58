//! The words of the language: every option of every context, in the order in which they are listed to users.
//!
//! Here, and in `kinds`, options are named, and nowhere else. The parser, the suggestions and the documentation are
//! made from that.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{LitBool, LitStr, Path};

use super::allow::Allowed;
use super::auth::Auth;
use super::auth_kinds::{
    ApiKeyOptions, BearerOptions, HttpBasicOptions, JwtBearerOptions, OAuth2Options, PasswordOptions,
    RefreshTokenOptions, SecretOptions, SessionTokenOptions,
};
use super::body_format::BodyFormat;
use super::client_param::ClientParamList;
use super::data::Data;
use super::header::Headers;
use super::included_range::IncludedRange;
use super::incremental::{Format, Lag, Point, RangeStep, Zone};
use super::json::JsonTemplate;
use super::kinds::{
    CsvOptions, CursorOptions, HeaderCursorOptions, HeaderLinkOptions, JsonLinkOptions, OffsetOptions,
    PageNumberOptions, ParamOptions,
};
use super::options_macro::options;
use super::paginator::Paginator;
use super::param::Params;
use super::parent::Included;
use super::partition::{IncludedPartitions, Partitions};
use super::process::Process;
use super::response::Actions;
use super::sample::SampleFiles;
use super::sorts::Sorts;
use super::synonyms::meant;
use super::words::{
    Deleted, Disposition, EpochFormat, FieldsFrom, Method, MissingCursor, MissingRows, NoOpenapi, OnBadRow, Order,
    PositionOf, RangeEnd,
};
use crate::diagnostic::Sink;
use crate::literal::{
    Address, BodyPath, BodyPrefix, ColumnName, Duration, Origin, PathTemplate, Rate, RenameRule, Selector, Size,
    SpecName, Status, Template, WireName,
};
use crate::syntax::{FieldPath, FieldPaths, Int, Opt, Options, Text};

options! {
    /// `#[source(…)]`
    SourceOptions in "source" with overruled {
        "base_url" base_url: Text<Address>, "The address that all paths are relative to.";
        "auth" auth: Auth, "How requests are authorized.";
        "headers" headers: Headers, "Headers that every request carries.";
        "params" params: ClientParamList, "Client-wide params: each a setter of the builder, for placeholders anywhere in requests.";
        "retry" retry: RetryOptions, "When and how often a request is retried.";
        "timeout" timeout: Text<Duration>, "How long a request may take, its body included.";
        "connect_timeout" connect_timeout: Text<Duration>, "How long connecting may take.";
        "rate_limit" rate_limit: Text<Rate>, "How many requests may be sent in a time.";
        "concurrency" concurrency: Int<u16>, "How many pages may be in flight at once.";
        "max_page_bytes" max_page_bytes: Size, "The most that a page may hold, after decompression.";
        "trust" trust: Vec<Text<Origin>>, "Other origins that may be sent credentials.";
        "openapi" openapi: Text<SpecName>, "An OpenAPI file to check the declaration against.";
        "crate" krate: Path, "The path of the `declarest` crate, where it has another name.";
        "allow" allow: Allowed, "What is meant, though it looks like a mistake: the names of lints.";
        "resource_defaults" resource_defaults: DefaultOptions, "Options of those resources that do not set them.";
    }
}

options! {
    /// `#[resource(…)]`
    ResourceOptions in "resource" with overruled and none but "name" | "openapi" | "auth" {
        "name" name: Ident, "The name of the resource, of its method and of its table. Default: the struct's, in `snake_case`.";
        "path" path: Text<PathTemplate>, "Where the resource is, with a param's name in braces where its value goes.";
        "sample" sample: SampleFiles, "Recorded responses to check the declaration against.";
        "openapi" openapi: NoOpenapi, "That the source's OpenAPI file is not used for this resource.";
        "allow" allow: Allowed, "What is meant, though it looks like a mistake: the names of lints.";
        "method" method: Method, "The method of the request.";
        "json" json: JsonTemplate, "The body of a POST.";
        "data" data: Data, "The body of a POST that is not JSON: a string, or a form.";
        "headers" headers: Headers, "Headers of this resource's requests.";
        "params" params: Params, "Query parameters, and the values of the path's placeholders.";
        "format" format: BodyFormat, "How the rows are written in a body: as JSON, as lines of JSON, or as CSV.";
        "rows" rows: Process, "A function that makes the rows of a body.";
        "sorts" sorts: Sorts, "The orders in which the API can list the rows.";
        "data_selector" data_selector: Text<Selector>, "Where the rows are in a body. Default: the body itself, an array.";
        "body_prefix" body_prefix: Text<BodyPrefix>, "What the API puts before the JSON of a body, such as `)]}'`.";
        "missing_rows" missing_rows: MissingRows, "What it means when the selector finds null or nothing.";
        "response_actions" response_actions: Actions, "How responses with given statuses or bodies are handled.";
        "filter" filter: Process, "A function that keeps or drops a row.";
        "map" map: Process, "A function that changes a row.";
        "yield_map" yield_map: Process, "A function that turns a row into none, one or several rows.";
        "on_bad_row" on_bad_row: OnBadRow, "How a row that cannot be read is handled.";
        "paginator" paginator: Paginator, "How the next page is found.";
        "include_from_parent" include_from_parent: Included, "Columns of the parent to add to this table.";
        "partition_by" partition_by: Partitions, "Values that the resource is read for, once for each combination.";
        "include_partition" include_partition: IncludedPartitions, "Partitions whose values are columns of this table.";
        "primary_key" primary_key: FieldPaths, "The fields that identify a row.";
        "write_disposition" write_disposition: Disposition, "What a sync does with rows that exist already.";
        "deleted" deleted: Deleted, "What a complete merge does with rows that did not come.";
        "incremental" incremental: IncrementalOptions, "Reads only what is new since the last committed run.";
        "include_range" include_range: IncludedRange, "Ends of the requested range that are columns of this table.";
        "result_window" result_window: Int<u64>, "How many rows the API returns for one query.";
        "selected" selected: LitBool, "Whether a sync of all resources includes this one.";
        "rename_all" rename_all: Text<RenameRule>, "How the names of fields become names in JSON.";
        "fields" fields: FieldsFrom, "Whether the fields that are not written come from the sample or the OpenAPI file.";
        "retry" retry: RetryOptions, "When and how often a request is retried.";
        "timeout" timeout: Text<Duration>, "How long a request may take, its body included.";
        "rate_limit" rate_limit: Text<Rate>, "How many requests may be sent in a time.";
        "auth" auth: Auth, "How requests are authorized.";
    }
}

impl SourceOptions {
    /// The URLs, which may have placeholders, and where they are written.
    pub(crate) fn urls(&self) -> impl Iterator<Item = (&Template, &LitStr)> {
        let base = self.base_url.get().map(|url| (&url.value.pattern, &url.token));
        let trusted = self.trust.get().into_iter().flatten().map(|origin| (&origin.value.pattern, &origin.token));
        base.into_iter().chain(trusted)
    }
}

/// `resource_defaults(…)`: the options of a resource, but those that are its own.
#[derive(Default)]
pub(crate) struct DefaultOptions(pub(crate) ResourceOptions);

/// How many options at the head of a resource's table cannot be shared: `name`, `path`, `sample`, `openapi` and `allow`.
const OWN: usize = 5;

impl Options for DefaultOptions {
    const CONTEXT: &'static str = "resource_defaults";
    const TABLE: &'static [Opt] = ResourceOptions::TABLE.split_at(OWN).1;

    fn context_of(name: &str) -> Option<&'static str> {
        contexts_of(name).find(|other| *other != Self::CONTEXT)
    }

    fn meant(name: &str) -> Option<(Option<&'static str>, &'static str)> {
        meant(ResourceOptions::CONTEXT, name)
    }

    fn can_be_none(name: &str) -> bool {
        ResourceOptions::can_be_none(name)
    }

    fn clear(&mut self, name: &str, key: Ident, errors: &Sink) {
        self.0.clear(name, key, errors);
    }

    fn fill(&mut self, option: &Opt, key: Ident, input: ParseStream<'_>, errors: &Sink) {
        self.0.fill(option, key, input, errors);
    }

    fn follow(&mut self, option: &'static Opt, input: ParseStream<'_>) -> syn::Result<()> {
        self.0.follow(option, input)
    }

    fn spoil(&mut self, name: &str, key: Ident) {
        self.0.spoil(name, key);
    }
}

options! {
    /// `retry(…)`
    #[derive(Clone)]
    RetryOptions in "retry" {
        "max_retries" max_retries: Int<u32>, "How often a request is retried at most.";
        "backoff_factor" backoff_factor: f64, "The first wait in seconds; each further one is twice as long.";
        "statuses" statuses: Vec<Status>, "The statuses to retry.";
        "max_wait" max_wait: Text<Duration>, "The longest wait, even if the API requests a longer one.";
    }
}

options! {
    /// `incremental(…)`
    #[derive(Clone)]
    IncrementalOptions in "incremental" with overruled {
        "cursor" cursor: FieldPath, "The field that says how new a row is.";
        "start_param" start_param: Text<WireName>, "The query parameter of the start of the range, inclusive.";
        "end_param" end_param: Text<WireName>, "The query parameter of the end of the range, exclusive.";
        "start_body_path" start_body_path: Text<BodyPath>, "Where the beginning goes in the body of a POST.";
        "end_body_path" end_body_path: Text<BodyPath>, "Where the end goes in the body of a POST.";
        "initial_value" initial_value: Point, "Where the first run begins.";
        "end_value" end_value: Point, "Where every run ends.";
        "lag" lag: Lag, "How far a run goes back before the newest row of the last.";
        "format" format: Format, "How a time is written in a request.";
        "end_inclusive" end_inclusive: LitBool, "Whether the API includes the end in the range.";
        "range_end" range_end: RangeEnd, "Whether the range includes `end_value`: `closed`, or `open` without it. Default: `open`.";
        "timezone" timezone: Zone, "The zone in which times are written and civil cursors are read. Default: UTC.";
        "start_exclusive" start_exclusive: LitBool, "Whether the API leaves the start out of the range.";
        "missing_cursor" missing_cursor: MissingCursor, "What happens to rows without a cursor.";
        "order" order: Order, "The order of the API's list: `descending`, if the newest rows come first.";
        "step" step: RangeStep, "How long the steps are in which the range is read.";
        "position" position: PositionOf, "Whose the position is: of `each` row of the parent or partition, or `shared` by all. Default: `each`.";
    }
}

options! {
    /// `#[column(…)]`
    ColumnOptions in "column" {
        "skip" skip: (), "The field is read, but not stored.";
        "json" json: (), "The field is stored as JSON text.";
        "child_table" child_table: (), "The field's elements are stored as rows of a table of their own.";
        "name" name: Text<ColumnName>, "The column's name. Default: the field's.";
        "openapi" openapi: NoOpenapi, "That the source's OpenAPI file is not used for this field.";
        "format" format: EpochFormat, "How a time is written as a number.";
        "row_key" row_key: (), "The field takes the row's key, where the rows are the members of an object.";
    }
}

impl ColumnOptions {
    /// Whether they say nothing of the column: only that the OpenAPI file is wrong, or how the value is read.
    pub(crate) fn only_overrules(&self) -> bool {
        let Self { skip, json, child_table, name, openapi, format, row_key } = self;
        let says_more =
            [skip.key(), json.key(), child_table.key(), name.key(), row_key.key()].iter().any(Option::is_some);
        !(says_more || openapi.is_absent() && format.is_absent())
    }
}

options! {
    /// `#[nested(…)]`
    NestedOptions in "nested" {
        "rename_all" rename_all: Text<RenameRule>, "How the names of fields or variants become names in JSON.";
    }
}

/// Every context, for messages about a misplaced option.
pub(crate) const CONTEXTS: &[(&str, &[Opt])] = &[
    (SourceOptions::CONTEXT, SourceOptions::TABLE),
    (ResourceOptions::CONTEXT, ResourceOptions::TABLE),
    (ParamOptions::CONTEXT, ParamOptions::TABLE),
    (IncrementalOptions::CONTEXT, IncrementalOptions::TABLE),
    (PageNumberOptions::CONTEXT, PageNumberOptions::TABLE),
    (OffsetOptions::CONTEXT, OffsetOptions::TABLE),
    (CursorOptions::CONTEXT, CursorOptions::TABLE),
    (HeaderCursorOptions::CONTEXT, HeaderCursorOptions::TABLE),
    (HeaderLinkOptions::CONTEXT, HeaderLinkOptions::TABLE),
    (JsonLinkOptions::CONTEXT, JsonLinkOptions::TABLE),
    (RetryOptions::CONTEXT, RetryOptions::TABLE),
    (ColumnOptions::CONTEXT, ColumnOptions::TABLE),
    (CsvOptions::CONTEXT, CsvOptions::TABLE),
    (BearerOptions::CONTEXT, BearerOptions::TABLE),
    (HttpBasicOptions::CONTEXT, HttpBasicOptions::TABLE),
    (ApiKeyOptions::CONTEXT, ApiKeyOptions::TABLE),
    (OAuth2Options::CONTEXT, OAuth2Options::TABLE),
    (RefreshTokenOptions::CONTEXT, RefreshTokenOptions::TABLE),
    (PasswordOptions::CONTEXT, PasswordOptions::TABLE),
    (JwtBearerOptions::CONTEXT, JwtBearerOptions::TABLE),
    (SessionTokenOptions::CONTEXT, SessionTokenOptions::TABLE),
    (SecretOptions::CONTEXT, SecretOptions::TABLE),
    (NestedOptions::CONTEXT, NestedOptions::TABLE),
];

/// The contexts that have an option of this name.
pub(crate) fn contexts_of(name: &str) -> impl Iterator<Item = &'static str> {
    CONTEXTS
        .iter()
        .filter(move |(_, table)| table.iter().any(|option| option.name == name))
        .map(|(context, _)| *context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_says_what_it_means() {
        for (context, table) in CONTEXTS {
            for option in *table {
                assert!(option.doc.ends_with('.'), "{context}: {}", option.name);
            }
        }
    }

    #[test]
    fn defaults_leave_out_what_is_a_resources_own() {
        assert!(
            DefaultOptions::TABLE
                .iter()
                .all(|option| !["name", "path", "sample", "openapi", "allow"].contains(&option.name))
        );
        assert_eq!(DefaultOptions::TABLE.len() + OWN, ResourceOptions::TABLE.len());
    }
}
