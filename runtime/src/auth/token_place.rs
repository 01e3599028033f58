//! Where an access token goes in a request: a header or the query.

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;

use super::request_parts::sensitive;

/// Where a token goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum TokenPlace {
    /// A header.
    Header {
        /// Its name.
        name: &'static str,
        /// What stands before the token.
        prefix: &'static str,
    },
    /// The query.
    Param {
        /// The parameter's name.
        name: &'static str,
        /// What stands before the token.
        prefix: &'static str,
    },
}

impl TokenPlace {
    /// `Authorization: Bearer …` (RFC 6750, section 2.1).
    pub const BEARER: Self = Self::Header { name: "authorization", prefix: "Bearer " };
}

/// A token, ready to be sent.
#[derive(Clone)]
pub(super) enum PlacedToken {
    Header(HeaderName, HeaderValue),
    Param(&'static str, SecretString),
}

impl PlacedToken {
    /// `None` if no header can carry it.
    pub(super) fn new(place: TokenPlace, token: &str) -> Option<Self> {
        match place {
            TokenPlace::Header { name, prefix } => {
                let value = sensitive([prefix, token].concat().as_bytes())?;
                Some(Self::Header(HeaderName::try_from(name).ok()?, value))
            }
            TokenPlace::Param { name, prefix } => Some(Self::Param(name, [prefix, token].concat().into())),
        }
    }

    pub(super) fn add(&self, url: &mut Url, headers: &mut HeaderMap) {
        match self {
            Self::Header(name, value) => drop(headers.insert(name, value.clone())),
            Self::Param(name, value) => drop(url.query_pairs_mut().append_pair(name, value.expose_secret())),
        }
    }
}
