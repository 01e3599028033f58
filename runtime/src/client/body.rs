//! The body of a response, decompressed and within bounds.

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use reqwest::header::HeaderMap;

use crate::error::{Error, ErrorKind};
use crate::http::attempt_error::AttemptError;
use crate::http::content_coding::decode;

/// How much of an error's body is read for its message.
const MAX_ERROR_BYTES: usize = 16 << 10;

/// The body of a page. The header of a coding that is removed from it is removed, too.
pub(super) async fn page_body(
    mut response: Response,
    headers: &mut HeaderMap,
    max_bytes: usize,
    broken: impl Fn(reqwest::Error) -> AttemptError,
) -> Result<Bytes, AttemptError> {
    let too_large = || {
        let message = format!("the page is larger than `max_page_bytes`, {max_bytes} bytes after decompression");
        let error = Error::new(ErrorKind::BodyTooLarge, message);
        AttemptError::fatal(error.with_help("use a smaller page size, or raise `max_page_bytes` in the declaration"))
    };
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    if announced > max_bytes {
        return Err(too_large());
    }
    let mut body = BytesMut::with_capacity(announced);
    while let Some(chunk) = response.chunk().await.map_err(&broken)? {
        if body.len() + chunk.len() > max_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    let body = decode(body.freeze(), headers, max_bytes).await.map_err(AttemptError::from_coding)?;
    if body.len() > max_bytes {
        return Err(too_large());
    }
    // A byte order mark means nothing in UTF-8, and a parser may skip it (RFC 8259, section 8.1).
    Ok(if body.starts_with(b"\xEF\xBB\xBF") { body.slice(3..) } else { body })
}

/// The beginning of an error's body. A failure to read it does not hide the error itself.
pub(super) async fn error_body(mut response: Response, headers: &mut HeaderMap) -> Bytes {
    let mut body = BytesMut::new();
    while body.len() <= MAX_ERROR_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    let body = body.freeze();
    decode(body.clone(), headers, MAX_ERROR_BYTES).await.unwrap_or(body)
}
