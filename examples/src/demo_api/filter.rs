//! Which issues a query selects. What a row is filtered by is read once, at the start.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::data::Resource;
use super::date;
use super::error::ApiError;

/// A query's parameters; of one given twice, the last counts.
pub(super) type Params = HashMap<String, String>;

/// The rows that are selected, in order.
#[derive(Debug)]
pub(super) enum Selection {
    /// All of them; this many.
    All(usize),
    /// Those at these places.
    Some(Vec<usize>),
}

impl Selection {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::Some(rows) => rows.len(),
        }
    }

    /// The number of the row at a place that is below [`len`](Self::len).
    pub(super) fn row(&self, place: usize) -> usize {
        match self {
            Self::All(_) => place,
            Self::Some(rows) => rows[place],
        }
    }
}

/// What an issue can be asked for by, and sorted by.
pub(super) struct Facets {
    pub(super) created: i64,
    pub(super) updated: i64,
    severity: &'static str,
    kind: &'static str,
    status: &'static str,
}

pub(super) static FACETS: LazyLock<Vec<Facets>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        creation_date: &'static str,
        update_date: &'static str,
        severity: &'static str,
        r#type: &'static str,
        status: &'static str,
    }
    let facets = |row: &&'static str| {
        let row: Row = serde_json::from_str(row).expect("the bundled issues have these fields");
        let second = |text| date::start(text).expect("the bundled dates are SonarQube's");
        let (created, updated) = (second(row.creation_date), second(row.update_date));
        Facets { created, updated, severity: row.severity, kind: row.r#type, status: row.status }
    };
    Resource::Issues.rows().iter().map(facets).collect()
});

/// Reads what is read once, so that the first request is as fast as the next.
pub(super) fn prepare() {
    LazyLock::force(&FACETS);
}

/// Of `count` issues, those that the query selects.
pub(super) fn issues(params: &Params, count: usize) -> Result<Selection, ApiError> {
    let query = Query::parse(params)?;
    if query.is_empty() {
        return Ok(Selection::All(count));
    }
    let matches: Vec<bool> = FACETS.iter().map(|facets| query.matches(facets)).collect();
    Ok(Selection::Some((0..count).filter(|index| matches[index % matches.len()]).collect()))
}

struct Query<'a> {
    after: Option<i64>,
    before: Option<i64>,
    severities: Option<Vec<&'a str>>,
    types: Option<Vec<&'a str>>,
    statuses: Option<Vec<&'a str>>,
}

impl<'a> Query<'a> {
    fn parse(params: &'a Params) -> Result<Self, ApiError> {
        let after = moment(params, "createdAfter", date::start)?;
        let before = moment(params, "createdBefore", date::end)?;
        if let (Some(after), Some(before)) = (after, before)
            && after >= before
        {
            return Err(ApiError::BadRequest("Start bound cannot be larger or equal to end bound".to_owned()));
        }
        Ok(Self {
            after,
            before,
            severities: list(params, "severities", &["INFO", "MINOR", "MAJOR", "CRITICAL", "BLOCKER"])?,
            types: list(params, "types", &["CODE_SMELL", "BUG", "VULNERABILITY"])?,
            statuses: list(params, "statuses", &["OPEN", "CONFIRMED", "REOPENED", "RESOLVED", "CLOSED"])?,
        })
    }

    fn is_empty(&self) -> bool {
        let Self { after, before, severities, types, statuses } = self;
        after.is_none() && before.is_none() && severities.is_none() && types.is_none() && statuses.is_none()
    }

    fn matches(&self, facets: &Facets) -> bool {
        let among = |wanted: &Option<Vec<&str>>, value| wanted.as_ref().is_none_or(|wanted| wanted.contains(&value));
        self.after.is_none_or(|after| facets.created >= after)
            && self.before.is_none_or(|before| facets.created < before)
            && among(&self.severities, facets.severity)
            && among(&self.types, facets.kind)
            && among(&self.statuses, facets.status)
    }
}

/// A parameter that is absent and one that is empty are the same.
pub(super) fn value<'a>(params: &'a Params, name: &str) -> Option<&'a str> {
    params.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn moment(params: &Params, name: &str, parse: fn(&str) -> Option<i64>) -> Result<Option<i64>, ApiError> {
    let Some(text) = value(params, name) else {
        return Ok(None);
    };
    match parse(text) {
        Some(second) => Ok(Some(second)),
        None => Err(ApiError::BadRequest(format!("Date '{text}' cannot be parsed as either a date or date+time"))),
    }
}

fn list<'a>(params: &'a Params, name: &str, known: &[&str]) -> Result<Option<Vec<&'a str>>, ApiError> {
    let Some(text) = value(params, name) else {
        return Ok(None);
    };
    let wanted: Vec<&str> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    match wanted.iter().find(|item| !known.contains(item)) {
        Some(item) => Err(ApiError::BadRequest(format!(
            "Value of parameter '{name}' ({item}) must be one of: [{}]",
            known.join(", ")
        ))),
        None => Ok(Some(wanted)),
    }
}
