//! The words of the language: the options of every context, and what stands after each.

mod auth;
mod client;
mod custom;
mod data;
mod header;
mod incremental;
mod json;
mod kinds;
mod list_type;
mod location;
mod oauth2;
mod options;
mod paginator;
mod param;
mod parent;
mod process;
mod request;
mod response;
mod secret;
mod style;
mod vocabulary;

pub(crate) use auth::{ApiKey, Auth, auth_kinds};
pub(crate) use client::ClientAuth;
pub(crate) use custom::Custom;
pub(crate) use data::Data;
pub(crate) use header::{Header, Headers};
pub(crate) use incremental::{Epoch, Format, Lag, Point};
pub(crate) use json::JsonTemplate;
pub(crate) use kinds::ListOptions;
pub(crate) use location::Location;
pub(crate) use oauth2::OAuth2;
pub(crate) use paginator::{Paginator, PaginatorKind, SettingValue, paginator_kinds};
pub(crate) use param::{Param, ParamValue, Params};
pub(crate) use parent::Included;
pub(crate) use process::Process;
pub(crate) use request::{Disposition, DispositionKind, Method, MethodKind};
pub(crate) use response::{Action, Actions, MissingRows, On, OnBadRow};
pub(crate) use secret::{Credential, secrets_in};
pub(crate) use style::Style;
pub(crate) use vocabulary::{
    CONTEXTS, ColumnOptions, DefaultOptions, IncrementalOptions, NestedOptions, ResourceOptions, RetryOptions,
    SourceOptions, contexts_of,
};
