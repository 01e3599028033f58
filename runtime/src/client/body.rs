//! The body of a response, decompressed and within bounds.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;

use crate::auth::credentials::Credentials;
use crate::error::{Error, ErrorKind};
use crate::http::attempt_error::AttemptError;

/// How much of an error's body is read for its message.
const MAX_ERROR_BYTES: usize = 16 << 10;

/// The bounds of a page's body.
pub(super) struct BodyLimits<'a> {
    pub(super) max_bytes: usize,
    pub(super) timeout: Duration,
    /// What to redact from an error.
    pub(super) credentials: &'a Credentials,
}

impl BodyLimits<'_> {
    pub(super) async fn read(&self, mut response: Response) -> Result<Bytes, AttemptError> {
        let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
        if announced > self.max_bytes {
            return Err(self.too_large());
        }
        let mut body = BytesMut::with_capacity(announced);
        let broken = |error| AttemptError::from_reqwest(error, self.timeout, |text| self.credentials.redact(text));
        while let Some(chunk) = response.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > self.max_bytes {
                return Err(self.too_large());
            }
            body.extend_from_slice(&chunk);
        }
        let body = body.freeze();
        // A byte order mark means nothing in UTF-8, and a parser may skip it (RFC 8259, section 8.1).
        Ok(if body.starts_with(b"\xEF\xBB\xBF") { body.slice(3..) } else { body })
    }

    fn too_large(&self) -> AttemptError {
        let message = format!("the page is larger than `max_page_bytes`, {} bytes after decompression", self.max_bytes);
        AttemptError::fatal(
            Error::new(ErrorKind::BodyTooLarge, message)
                .with_help("ask for fewer rows per page, or raise `max_page_bytes` in the declaration"),
        )
    }
}

/// The beginning of an error's body. A failure to read it does not hide the error itself.
pub(super) async fn error_body(mut response: Response) -> Bytes {
    let mut body = BytesMut::new();
    while body.len() <= MAX_ERROR_BYTES
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    body.freeze()
}
