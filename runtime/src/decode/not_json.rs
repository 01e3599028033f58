//! Bodies that are no JSON as a whole: what is wrong, and what to do.

use reqwest::header::HeaderValue;
use serde::de::IgnoredAny;

use crate::error::{Error, ErrorKind};
use crate::http::header_text::lossy_text;
use crate::json::described::LONGEST;
use crate::printable::clip;

/// The body cannot be parsed.
pub(super) fn syntax_error(body: &[u8], error: &serde_json::Error) -> Error {
    let start = body.trim_ascii_start();
    if start.is_empty() {
        return Error::new(ErrorKind::Decode, "the body is empty, expected JSON").with_help(NO_BODY_HELP);
    }
    let offset = if error.is_eof() { body.len() } else { offset(body, error.line(), error.column()) };
    let problem = error.to_string();
    let problem = problem.rsplit_once(" at line ").map_or(problem.as_str(), |(problem, _)| problem);
    let near = near(body, offset);
    let error = Error::new(ErrorKind::Decode, format!("the body is not JSON: {problem} at byte {offset}{near}"));
    if start.starts_with(b"<") {
        return error.with_help(
            "the server sent HTML or XML: check the base URL and the path, or whether a login page or proxy responds",
        );
    }
    if GUARDS.iter().any(|prefix| start.starts_with(prefix)) {
        return error.with_help(
            "the API puts a prefix before its JSON: declare it, `body_prefix = \")]}'\"`, as the server writes it",
        );
    }
    error.with_help(JSON_HELP)
}

/// The body is not UTF-8.
pub(super) fn not_unicode(body: &[u8], offset: usize) -> Error {
    let near = near(body, offset);
    Error::new(ErrorKind::Decode, format!("the body is not JSON: not UTF-8 at byte {offset}{near}"))
        .with_help("JSON is sent in UTF-8: check the encoding of the server's responses")
}

/// The error of a body that is still compressed: the HTTP client removes the header where it decompresses.
pub(crate) fn still_encoded(coding: &HeaderValue, body: &[u8]) -> Option<Error> {
    if body.is_empty()
        || coding.as_bytes().eq_ignore_ascii_case(b"identity")
        || serde_json::from_slice::<IgnoredAny>(body).is_ok()
    {
        return None;
    }
    let coding = lossy_text(coding);
    let help = match &*coding.to_ascii_lowercase() {
        "br" if cfg!(not(feature = "brotli")) => "turn the feature `brotli` of `declarest` on in `Cargo.toml`",
        "zstd" if cfg!(not(feature = "zstd")) => "turn the feature `zstd` of `declarest` on in `Cargo.toml`",
        _ => "check the encoding that the server, or a proxy, uses: the request did not accept this one",
    };
    let message = format!("the body is not JSON: it is encoded as {}, which is not supported", quote(&coding));
    Some(Error::new(ErrorKind::Decode, message).with_help(help))
}

/// The body from there on.
fn near(body: &[u8], offset: usize) -> String {
    const LONGEST: usize = 40;
    let near = body.get(offset..).unwrap_or_default();
    // As much as is certain to hold the characters that are shown.
    let near = String::from_utf8_lossy(near.get(..LONGEST * 4 + 4).unwrap_or(near));
    if near.is_empty() { String::new() } else { format!(", near {:?}", clip(&near, LONGEST)) }
}

const NO_BODY_HELP: &str = "where the API says so that there are no rows, declare `missing_rows = empty`, or the status: `response_actions(204 = ignore)`; where it is not ready yet, `202 = retry`; otherwise check the base URL and the path";

pub(super) const JSON_HELP: &str = "check the base URL and the path: the response must be JSON";

/// The offset of serde's line (from 1) and column (bytes, from 1; 0 is the end of the line before).
fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let start: usize = body.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    (start + column.saturating_sub(1)).min(body.len())
}

/// Beginnings of the prefixes by which APIs keep their JSON from being run as a script.
const GUARDS: [&[u8]; 4] = [b")]}", b"while(1)", b"while (1)", b"for(;;)"];

/// Text of the server, made safe to print: in quotes, control characters escaped, not too long.
fn quote(text: &str) -> String {
    format!("{:?}", clip(text, LONGEST))
}
