//! Packs a response for a client that accepts gzip.

use std::io::Write as _;

use axum::body::{self, Body};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;

/// The layer: plain for those who do not ask.
pub(super) async fn pack(request: Request, next: Next) -> Response {
    let wanted =
        request.headers().get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).any(
            |value| value.split(',').any(|coding| coding.split(';').next().is_some_and(|name| name.trim() == "gzip")),
        );
    let response = next.run(request).await;
    if !wanted {
        return response;
    }
    let (mut head, plain) = response.into_parts();
    // The bodies here are whole in memory: reading one neither waits nor fails.
    let plain = body::to_bytes(plain, usize::MAX).await.unwrap_or_default();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(&plain).and_then(|()| encoder.finish());
    head.headers.remove(header::CONTENT_LENGTH);
    let body = match packed {
        Ok(packed) => {
            head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            Body::from(packed)
        }
        Err(_) => Body::from(plain),
    };
    Response::from_parts(head, body)
}
