//! Typed rows, one page after the other.

use jiff::Timestamp;
use serde::Deserialize;

use super::page;
use crate::{PAGE, Result};

#[derive(Deserialize)]
struct Body {
    paging: Paging,
    issues: Vec<Issue>,
}

#[derive(Deserialize)]
struct Paging {
    total: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoded, as a program has it that uses them")]
struct Issue {
    key: String,
    r#type: String,
    severity: Severity,
    status: String,
    resolution: Option<String>,
    rule: String,
    message: String,
    component: String,
    project: String,
    organization: Option<String>,
    line: Option<u32>,
    text_range: Option<TextRange>,
    flows: Vec<Flow>,
    hash: Option<String>,
    tags: Vec<String>,
    author: Option<String>,
    effort: Option<String>,
    debt: Option<String>,
    creation_date: Timestamp,
    update_date: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Severity {
    Blocker,
    Critical,
    Major,
    Minor,
    Info,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoded, as a program has it that uses them")]
struct TextRange {
    start_line: u32,
    end_line: u32,
    start_offset: u32,
    end_offset: u32,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "decoded, as a program has it that uses them")]
struct Flow {
    locations: Vec<Location>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoded, as a program has it that uses them")]
struct Location {
    component: String,
    msg: Option<String>,
    text_range: Option<TextRange>,
}

/// Reads all rows; says how many there were, and of how many bytes their messages are.
///
/// # Errors
/// Those of the wire.
pub async fn read(url: &str) -> Result<(u64, u64)> {
    let client = reqwest::Client::new();
    let (mut rows, mut bytes, mut number) = (0, 0, 1);
    loop {
        let body: Body = serde_json::from_slice(&page(&client, url, number).await?)?;
        for issue in &body.issues {
            rows += 1;
            bytes += issue.message.len() as u64;
        }
        if number * PAGE >= body.paging.total {
            return Ok((rows, bytes));
        }
        number += 1;
    }
}
