//! The words of the language: the options of every context, and what stands after each.

mod allow;
mod auth;
mod auth_kinds;
mod body_format;
mod client;
mod client_param;
mod client_text;
mod cursor_value;
mod custom;
mod data;
mod default_value;
mod filter;
mod header;
mod included_range;
mod incremental;
mod json;
mod kinds;
mod list_type;
mod login;
mod oauth2;
mod one_of;
mod options;
mod options_macro;
mod overrule;
mod page_size;
mod paginator;
mod param;
mod param_type;
mod parent;
mod partition;
mod process;
mod response;
mod sample;
mod secret;
mod sorts;
mod synonyms;
mod words;

pub(crate) use allow::Allowed;
pub(crate) use auth::{ApiKey, Auth};
pub(crate) use auth_kinds::SecretOptions;
pub(crate) use body_format::{BodyFormat, CsvQuote};
pub(crate) use client_param::{ClientParam, ClientParamKind, ClientParamList};
pub(crate) use client_text::{AuthPlace, AuthText, ClientText};
pub(crate) use cursor_value::EndAttribute;
pub(crate) use custom::Custom;
pub(crate) use data::Data;
pub(crate) use default_value::{DefaultValue, fits, is_moment};
pub(crate) use filter::{FilterOperator, Filters};
pub(crate) use header::{Header, Headers};
pub(crate) use included_range::IncludedRange;
pub(crate) use incremental::{Format, Lag, Point, RangeStep, Zone};
pub(crate) use json::{JsonTemplate, JsonText, Scalar};
pub(crate) use kinds::ParamOptions;
pub(crate) use login::{Body as LoginBody, Login, TokenPlace};
pub(crate) use oauth2::{Grant, JwtBearer, OAuth2};
pub(crate) use options::{
    CONTEXTS, ColumnOptions, DefaultOptions, IncrementalOptions, NestedOptions, ResourceOptions, RetryOptions,
    SourceOptions, contexts_of,
};
pub(crate) use overrule::overruled_in;
pub(crate) use paginator::{Paginator, SettingValue};
pub(crate) use param::{Fixed, Param, ParamValue, Params};
pub(crate) use param_type::{is_unread, unread};
pub(crate) use parent::Included;
pub(crate) use partition::{IncludedPartitions, PartitionBy, PartitionValues, Partitions};
pub(crate) use process::Process;
pub(crate) use response::{Actions, On};
pub(crate) use sample::SampleFiles;
pub(crate) use secret::{Credential, NamedSecret, Secret, secrets_in};
pub(crate) use sorts::{Sort, Sorts};
pub(crate) use synonyms::meant;
pub(crate) use words::{
    Action, Advance, Algorithm, AuthKind, BodyFormatKind, ClientAuth, Deleted, DeletedKind, Disposition,
    DispositionKind, Epoch, FieldsFrom, Lint, Location, Method, MethodKind, MissingCursorKind, MissingFlag,
    MissingRows, NoOpenapi, OnBadRow, Order, PaginatorKind, PositionOf, RangeEnd, Repeated, RequestFormat, Style,
};
