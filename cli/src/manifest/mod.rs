//! Low-code manifests of Airbyte: connectors as YAML.

mod answer;
mod auth;
mod base;
mod body;
mod bound;
mod chain;
mod compute;
mod config;
mod copies;
mod errors;
mod incremental;
mod key;
mod login;
mod moment;
mod newest;
mod paginator;
mod parameters;
mod partition;
mod places;
mod predicate;
mod references;
mod request;
mod schema;
mod selector;
mod slices;
mod source;
mod specification;
mod steps;
mod stream;
mod text;

pub(crate) use source::read;
