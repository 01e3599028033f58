//! The literals of the language: strings that mean something, checked where they stand.

pub(crate) mod address;
mod braces;
pub(crate) mod duration;
mod env_name;
mod foreign;
mod from_now;
pub(crate) mod header;
pub(crate) mod moment;
pub(crate) mod oauth2;
mod path_template;
pub(crate) mod query;
pub(crate) mod rate;
pub(crate) mod secrets;
pub(crate) mod selector;
pub(crate) mod size;
pub(crate) mod status;
pub(crate) mod strftime;
pub(crate) mod template;
mod url_template;
pub(crate) mod wire;
pub(crate) mod zone;

pub(crate) use address::{Address, Origin};
pub(crate) use duration::Duration;
pub(crate) use env_name::EnvName;
pub(crate) use from_now::FromNow;
pub(crate) use header::{FieldName, HeaderName, HeaderValue};
pub(crate) use oauth2::{Filled, LoginUrl, Scope, TokenUrl};
pub(crate) use path_template::{PathTemplate, encode};
pub(crate) use rate::Rate;
pub(crate) use selector::{BodyPath, Selector, Step, Steps, written};
pub(crate) use size::Size;
pub(crate) use status::Status;
pub(crate) use strftime::Strftime;
pub(crate) use template::{ParentField, RangeBound, Template, TemplatePart};
pub(crate) use wire::{BodyPrefix, ColumnName, FileName, RenameRule, SpecName, WireName};
pub(crate) use zone::ZoneName;
