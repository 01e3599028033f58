//! From a URL to a store.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use url::Url;

use super::error::Fault;

/// A folder of a store.
pub(crate) struct Folder {
    pub(crate) store: Arc<dyn ObjectStore>,
    /// Its URL or path, without credentials.
    pub(crate) place: String,
    /// Where it is, if it is on this machine.
    pub(crate) local: Option<PathBuf>,
}

impl Folder {
    /// A path, or a URL of one of the known schemes.
    pub(crate) fn open(url: &str) -> Result<Self, Fault> {
        // A letter before the colon is a drive.
        match url.split_once("://") {
            Some((scheme, _)) if scheme.len() > 1 => Self::of_url(scheme, url),
            _ => Self::local(FilePath::new(url)),
        }
    }

    fn of_url(scheme: &str, url: &str) -> Result<Self, Fault> {
        // Nothing of it is quoted: any part may be a secret.
        let config = |message: &str| Fault::Config {
            message: message.to_owned(),
            help: "write a folder, `file:///folder`, `s3://bucket/folder`, `gs://bucket/folder` or `az://container/folder`; credentials come from the environment",
        };
        let parsed = Url::parse(url).map_err(|_| config("the URL of the Parquet files cannot be read"))?;
        if !parsed.username().is_empty() || parsed.password().is_some() || parsed.query().is_some() {
            return Err(config("the URL of the Parquet files has a user, a password or a query"));
        }
        if scheme == "file" {
            let path = parsed.to_file_path().map_err(|()| config("the URL of the Parquet files is no local folder"))?;
            return Self::local(&path);
        }
        let prefix = Path::from_url_path(parsed.path());
        let prefix = prefix.map_err(|_| config("the folder in the URL of the Parquet files cannot be read"))?;
        let Some(bucket) = parsed.host_str() else {
            return Err(config("the URL of the Parquet files names no bucket"));
        };
        let root = Url::parse(&format!("{scheme}://{bucket}")).map_err(|_| config("the bucket cannot be read"))?;
        let store = cloud(scheme, root.as_str())?;
        let place = format!("{scheme}://{bucket}/{prefix}").trim_end_matches('/').to_owned();
        Ok(Self { store: Self::below(store, prefix), place, local: None })
    }

    /// A folder of any store.
    pub(crate) fn below(store: Arc<dyn ObjectStore>, prefix: Path) -> Arc<dyn ObjectStore> {
        if prefix.is_root() { store } else { Arc::new(PrefixStore::new(store, prefix)) }
    }

    fn local(path: &FilePath) -> Result<Self, Fault> {
        let shown = path.display().to_string();
        let refused =
            |error: &dyn std::fmt::Display| Fault::Internal(format!("the folder `{shown}` cannot be made: {error}"));
        std::fs::create_dir_all(path).map_err(|error| refused(&error))?;
        let path = path.canonicalize().map_err(|error| refused(&error))?;
        let store = LocalFileSystem::new_with_prefix(&path).map_err(|error| refused(&error))?;
        Ok(Self { store: Arc::new(store), place: path.display().to_string(), local: Some(path) })
    }
}

#[cfg_attr(
    not(any(feature = "aws", feature = "gcp", feature = "azure")),
    expect(unused_variables, reason = "no cloud")
)]
fn cloud(scheme: &str, url: &str) -> Result<Arc<dyn ObjectStore>, Fault> {
    let feature = match scheme {
        "s3" | "s3a" => "aws",
        "gs" => "gcp",
        "az" | "azure" => "azure",
        _ => {
            return Err(Fault::Config {
                message: "the URL of the Parquet files has a scheme that is not known".to_owned(),
                help: "write a folder, `file://…`, `s3://…`, `gs://…` or `az://…`; `Parquet::in_store` takes any other store",
            });
        }
    };
    #[cfg(any(feature = "aws", feature = "gcp", feature = "azure"))]
    let refused = |error: object_store::Error| Fault::Store(error);
    match feature {
        #[cfg(feature = "aws")]
        "aws" => {
            let store = object_store::aws::AmazonS3Builder::from_env().with_url(url).build();
            Ok(Arc::new(store.map_err(refused)?))
        }
        #[cfg(feature = "gcp")]
        "gcp" => {
            let store = object_store::gcp::GoogleCloudStorageBuilder::from_env().with_url(url).build();
            Ok(Arc::new(store.map_err(refused)?))
        }
        #[cfg(feature = "azure")]
        "azure" => {
            let store = object_store::azure::MicrosoftAzureBuilder::from_env().with_url(url).build();
            Ok(Arc::new(store.map_err(refused)?))
        }
        _ => Err(Fault::Config {
            message: format!("this program is built without the feature `{feature}` of declarest-arrow"),
            help: "add it in Cargo.toml: `declarest-arrow = { …, features = [\"aws\"] }`, or `gcp`, or `azure`",
        }),
    }
}
