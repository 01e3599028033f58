//! What stands for a table or a scan in the bytes of a plan: the description of it, and whose it is. No secret is among it.

use declarest::{Client, Error, ErrorKind, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What such bytes begin with. No message of protobuf does: there is no field 0.
const MAGIC: &[u8] = b"\0declarest 1\0";

/// What a description was made by, and must be read by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Seal {
    /// The source's name.
    pub(crate) source: String,
    /// The fingerprint of its declaration.
    pub(crate) declaration: String,
    /// That of the client's base URL and params.
    pub(crate) settings: String,
    /// The node that has written it.
    pub(crate) by: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed<T> {
    seal: Seal,
    content: T,
}

impl Seal {
    pub(crate) fn new(client: &Client, by: &str) -> Result<Self> {
        Ok(Self {
            source: client.name().to_owned(),
            declaration: client.fingerprint()?,
            settings: client.settings_fingerprint()?,
            by: by.to_owned(),
        })
    }
}

/// Adds a description to the bytes of a plan.
pub(crate) fn write(seal: Seal, content: impl Serialize, bytes: &mut Vec<u8>) -> Result<()> {
    bytes.extend_from_slice(MAGIC);
    let written = serde_json::to_writer(bytes, &Sealed { seal, content });
    written
        .map_err(|error| Error::new(ErrorKind::Config, format!("a plan cannot be written: {error}")).with_source(error))
}

/// The description in these bytes, if they are of this crate.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Option<Result<(Seal, T)>> {
    let json = bytes.strip_prefix(MAGIC)?;
    let sealed = serde_json::from_slice::<Sealed<T>>(json).map(|Sealed { seal, content }| (seal, content));
    Some(sealed.map_err(|error| {
        Error::new(ErrorKind::Config, format!("a plan cannot be read: {error}"))
            .with_help("give all nodes the same version of declarest-ballista")
            .with_source(error)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        let [source, declaration, settings, by] = ["shop", "1-a", "1-b", "session"].map(str::to_owned);
        Seal { source, declaration, settings, by }
    }

    #[test]
    fn what_is_written_is_read_and_the_rest_is_left() {
        let mut bytes = Vec::new();
        write(seal(), 7_u64, &mut bytes).expect("written");
        assert_eq!(read::<u64>(&bytes).and_then(Result::ok), Some((seal(), 7)));
        assert!(read::<u64>(b"\x0a\x03abc").is_none(), "that of another codec");
        let error = read::<String>(&bytes).and_then(Result::err).expect("another type");
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}
