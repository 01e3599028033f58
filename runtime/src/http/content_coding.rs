//! Codings of a body (RFC 9110, section 8.4.1) that the HTTP client leaves to others: it removes one, if the header names
//! it in lower case and alone.

use std::io;

#[cfg(feature = "brotli")]
use async_compression::tokio::bufread::BrotliDecoder;
use async_compression::tokio::bufread::GzipDecoder;
#[cfg(feature = "zstd")]
use async_compression::tokio::bufread::ZstdDecoder;
use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap};
use tokio::io::{AsyncRead, AsyncReadExt as _};

use super::header_text::lossy_text;

/// What every gzip body begins with (RFC 1952, section 2.3.1).
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Removes the codings that the headers name, the last one first, and their header, as far as they are known. What is not
/// encoded although the header says so stays as it is. No more than `most` bytes and one are read.
///
/// # Errors
/// The body is truncated or damaged.
pub(crate) async fn decode(mut body: Bytes, headers: &mut HeaderMap, most: usize) -> io::Result<Bytes> {
    if !headers.contains_key(CONTENT_ENCODING) || body.is_empty() {
        return Ok(body);
    }
    let values: Vec<_> =
        headers.get_all(CONTENT_ENCODING).iter().map(|value| lossy_text(value).to_ascii_lowercase()).collect();
    let codings = values.iter().flat_map(|value| value.split(',')).map(str::trim).filter(|coding| !coding.is_empty());
    let codings: Vec<_> = codings.collect();
    for coding in codings.into_iter().rev() {
        body = match coding {
            "identity" => body,
            "gzip" | "x-gzip" if !body.starts_with(&GZIP) => return Ok(body),
            "gzip" | "x-gzip" => {
                let mut decoder = GzipDecoder::new(&*body);
                decoder.multiple_members(true);
                read(decoder, most).await?
            }
            #[cfg(feature = "brotli")]
            "br" => read(BrotliDecoder::new(&*body), most).await?,
            #[cfg(feature = "zstd")]
            "zstd" => read(ZstdDecoder::new(&*body), most).await?,
            _ => return Ok(body),
        };
    }
    headers.remove(CONTENT_ENCODING);
    headers.remove(CONTENT_LENGTH);
    Ok(body)
}

async fn read(decoder: impl AsyncRead + Unpin, most: usize) -> io::Result<Bytes> {
    let mut body = Vec::new();
    decoder.take(most as u64 + 1).read_to_end(&mut body).await?;
    Ok(body.into())
}
