//! A source: one API and its resources, as their declaration says.

use std::time::Duration;

use crate::auth::Auth;
use crate::resource::ResourceEntry;
use crate::retry::Retry;

/// A source's declaration, as the macro writes it down.
#[derive(Debug)]
pub struct SourceDef {
    /// The module's name.
    pub name: &'static str,
    /// What paths are joined to.
    pub base_url: &'static str,
    /// How requests are authorised.
    pub auth: Auth,
    /// The names of the secrets that the builder has setters for.
    pub secrets: &'static [&'static str],
    /// Other origins that are sent credentials.
    pub trust: &'static [&'static str],
    /// Headers of every request.
    pub headers: &'static [(&'static str, &'static str)],
    /// When a request is made again.
    pub retry: Retry,
    /// How long one attempt may take, from the connection to the last byte.
    pub timeout: Duration,
    /// How long making a connection may take.
    pub connect_timeout: Duration,
    /// Pages in flight.
    pub concurrency: usize,
    /// The largest body, in bytes, after decompression.
    pub max_page_bytes: usize,
    /// The resources, in the order of their declaration.
    pub resources: &'static [ResourceEntry],
}

impl SourceDef {
    /// What holds where the declaration says nothing.
    pub const DEFAULT: Self = Self {
        name: "",
        base_url: "",
        auth: Auth::None,
        secrets: &[],
        trust: &[],
        headers: &[],
        retry: Retry::DEFAULT,
        timeout: Duration::from_mins(1),
        connect_timeout: Duration::from_secs(10),
        concurrency: 4,
        max_page_bytes: 64 << 20,
        resources: &[],
    };
}
