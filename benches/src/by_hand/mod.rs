//! The same work as a good engineer writes it for this one API: no retries, no state, no checks.

pub mod read;
pub mod rows;
pub mod sync;

use bytes::Bytes;
use reqwest::Client;

use crate::{PAGE, Result};

/// One page.
///
/// # Errors
/// Those of the wire.
pub async fn page(client: &Client, url: &str, number: u32) -> Result<Bytes> {
    let request = client.get(format!("{url}/issues")).query(&[("p", number), ("ps", PAGE)]);
    Ok(request.send().await?.error_for_status()?.bytes().await?)
}
