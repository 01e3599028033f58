//! Where tables and Declarest's own files are.

use std::collections::HashMap;
use std::fmt;

use declarest::Result;
use deltalake::logstore::ObjectStoreRef;
use deltalake::{DeltaTable, DeltaTableBuilder, ensure_table_uri};
use url::Url;

use crate::error::no_place;

/// The directory of Declarest's own files.
pub(crate) const OWN: &str = "_declarest";

/// A directory, or a prefix of an object store.
#[derive(Clone)]
pub(crate) struct Place {
    url: Url,
    options: HashMap<String, String>,
}

impl Place {
    /// A path, which is made where it is missing, or a URL.
    pub(crate) fn new(url: &str) -> Result<Self> {
        let url = ensure_table_uri(url).map_err(no_place)?;
        Ok(Self { url, options: HashMap::new() })
    }

    pub(crate) fn set(&mut self, option: String, value: String) {
        self.options.insert(option, value);
    }

    /// The store, whose paths are those below this place.
    pub(crate) fn store(&self) -> Result<ObjectStoreRef> {
        let builder = DeltaTableBuilder::from_url(self.url.clone()).map_err(no_place)?;
        let store = builder.with_storage_options(self.options.clone()).build_storage().map_err(no_place)?;
        Ok(store.object_store(None))
    }

    /// The table in a directory below this place. It is not loaded, and may not be there.
    pub(crate) fn table(&self, path: &[&str]) -> Result<DeltaTable> {
        let builder = DeltaTableBuilder::from_url(self.url_of(path)).map_err(no_place)?;
        builder.with_storage_options(self.options.clone()).build().map_err(no_place)
    }

    pub(crate) fn url_of(&self, path: &[&str]) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        url
    }
}

/// Without credentials.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.url.scheme(), self.url.host_str().unwrap_or_default(), self.url.path())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
