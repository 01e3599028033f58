//! Rows that borrow their texts from their page.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[doc(hidden)]
pub struct Paging {
    pub total: u32,
}

#[derive(Deserialize)]
#[doc(hidden)]
pub struct First {
    pub paging: Paging,
}

#[derive(Deserialize)]
#[doc(hidden)]
pub struct Body<'a> {
    #[serde(borrow)]
    pub issues: Vec<Issue<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[doc(hidden)]
pub struct Issue<'a> {
    #[serde(borrow)]
    pub key: Cow<'a, str>,
    #[serde(borrow)]
    pub r#type: Cow<'a, str>,
    #[serde(borrow)]
    pub severity: Cow<'a, str>,
    #[serde(borrow)]
    pub status: Cow<'a, str>,
    #[serde(borrow)]
    pub resolution: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub rule: Cow<'a, str>,
    #[serde(borrow)]
    pub message: Cow<'a, str>,
    #[serde(borrow)]
    pub component: Cow<'a, str>,
    #[serde(borrow)]
    pub project: Cow<'a, str>,
    #[serde(borrow)]
    pub organization: Option<Cow<'a, str>>,
    pub line: Option<u32>,
    #[serde(borrow)]
    pub text_range: Option<&'a RawValue>,
    #[serde(borrow)]
    pub flows: &'a RawValue,
    #[serde(borrow)]
    pub hash: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub tags: &'a RawValue,
    #[serde(borrow)]
    pub author: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub effort: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub debt: Option<Cow<'a, str>>,
    pub creation_date: Timestamp,
    pub update_date: Timestamp,
}
