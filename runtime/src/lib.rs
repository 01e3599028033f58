//! Declare a REST API as annotated structs: a typed client, checked at compile time, that keeps a database in step.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod auth;
mod client;
mod column;
mod decode;
mod destination;
mod error;
mod json;
pub mod paginate;
mod param;
mod path;
mod progress;
mod record;
mod report;
mod request;
mod resource;
mod retry;
mod row;
mod secret;
mod source;
mod stats;
mod sync;
mod transport;
mod url;
mod walk;

pub use declarest_macros::source;
pub use futures_core::Stream;
pub use jiff;
pub use secrecy::SecretString;

pub use self::column::{Column, ColumnType, Key};
pub use self::destination::Destination;
#[cfg(feature = "sqlite")]
pub use self::destination::Sqlite;
pub use self::error::{Error, ErrorKind, Result};
pub use self::json::Json;
pub use self::paginate::End;
pub use self::param::Param;
#[cfg(feature = "progress")]
pub use self::progress::progress_bars;
pub use self::progress::{Progress, Stage};
pub use self::report::{ResourceReport, SyncReport};
pub use self::request::{Collect, Page, PageStream, Request, RowStream};
pub use self::resource::Resource;
pub use self::sync::SyncBuilder;

/// What generated code is made of. Not for other programs: it changes with every version.
#[doc(hidden)]
pub mod __private {
    pub use std::option::Option;
    pub use std::result::Result;
    pub use std::string::String;
    pub use std::time::Duration;
    pub use std::vec::Vec;

    pub use serde;
    pub use serde::de::{Deserialize, Deserializer, Error as DeError, MapAccess, Visitor};
    pub use serde::ser::{Serialize, Serializer};

    pub use crate::auth::Auth;
    pub use crate::client::{Client, ClientBuilder};
    pub use crate::column::ColumnDef;
    pub use crate::param::Segment;
    pub use crate::path::Step;
    pub use crate::record::{Keys, TextEnum, field, json_field, required, required_json, skip, text_enum};
    pub use crate::resource::{ResourceDef, ResourceEntry, WriteDisposition};
    pub use crate::retry::Retry;
    pub use crate::row::Row;
    pub use crate::source::SourceDef;

    /// Compiles for types that can be a key.
    pub const fn key<T: crate::Key>() {}
}
