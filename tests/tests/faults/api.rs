//! The declarations: the same rows behind each paginator, merged and appended.

use declarest::{Error, FetchStats, ResourceReport, Sqlite};
use declarest_tests::faults::Family;

/// Rows behind each paginator, written by this disposition.
macro_rules! source {
    ($module:ident, $disposition:ident) => {
        #[declarest::source(
            base_url = "http://127.0.0.1:9",
            auth = bearer(token = secret(fault_token)),
            retry(max_retries = 2, backoff_factor = 0.001, statuses = [429, 500, 502, 503, 504], max_wait = "20ms"),
            timeout = "4s",
            max_page_bytes = "64KiB",
            allow(unused_key),
            resource_defaults(primary_key = id, write_disposition = $disposition, data_selector = "rows"),
        )]
        pub mod $module {
            #[resource(
                name = page_number, path = "/page_number",
                paginator = page_number(page_param = "p", limit_param = "ps", limit = 10, total_path = "total"),
            )]
            pub struct PageNumber {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = offset, path = "/offset", paginator = offset(limit = 10, total_path = "total"))]
            pub struct Offset {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = cursor, path = "/cursor", paginator = cursor(cursor_path = "next"))]
            pub struct Cursor {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = header_cursor, path = "/header_cursor", paginator = header_cursor(cursor_key = "X-Next"))]
            pub struct HeaderCursor {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = header_link, path = "/header_link", paginator = header_link)]
            pub struct HeaderLink {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = json_link, path = "/json_link", paginator = json_link(next_url_path = "next"))]
            pub struct JsonLink {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }

            #[resource(name = single_page, path = "/single_page", paginator = single_page)]
            pub struct SinglePage {
                pub id: u64,
                pub name: String,
                pub note: Option<String>,
            }
        }
    };
}

source!(merged, merge);
source!(appended, append);

/// How rows are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Fetch,
    Merge,
    Append,
}

impl Mode {
    pub(crate) const ALL: [Self; 3] = [Self::Fetch, Self::Merge, Self::Append];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch",
            Self::Merge => "merge",
            Self::Append => "append",
        }
    }
}

/// A client of the site, of either declaration.
pub(crate) enum Client {
    Merged(merged::Client),
    Appended(appended::Client),
}

impl Client {
    pub(crate) fn new(base_url: &str, mode: Mode) -> Self {
        const SET: &str = "nothing is missing";
        match mode {
            Mode::Append => Self::Appended(
                appended::Client::builder().base_url(base_url).fault_token("f4ult-t0k3n").build().expect(SET),
            ),
            Mode::Merge | Mode::Fetch => Self::Merged(
                merged::Client::builder().base_url(base_url).fault_token("f4ult-t0k3n").build().expect(SET),
            ),
        }
    }

    /// The ids of all rows, in order, and what it took to read them.
    pub(crate) async fn fetch(&self, family: Family) -> Result<(Vec<u64>, FetchStats), Error> {
        macro_rules! ids {
            ($client:expr) => {
                match family {
                    Family::PageNumber => ids!($client.page_number(), ()),
                    Family::Offset => ids!($client.offset(), ()),
                    Family::Cursor => ids!($client.cursor(), ()),
                    Family::HeaderCursor => ids!($client.header_cursor(), ()),
                    Family::HeaderLink => ids!($client.header_link(), ()),
                    Family::JsonLink => ids!($client.json_link(), ()),
                    Family::SinglePage => ids!($client.single_page(), ()),
                }
            };
            ($request:expr, ()) => {
                $request.with_stats().await.map(|(rows, stats)| (rows.iter().map(|row| row.id).collect(), stats))
            };
        }
        match self {
            Self::Merged(client) => ids!(client),
            Self::Appended(client) => ids!(client),
        }
    }

    /// Syncs the resource of this paginator; the report on it.
    pub(crate) async fn sync(&self, family: Family, mut database: Sqlite) -> Result<ResourceReport, Error> {
        let only = [family.name()];
        let synced = match self {
            Self::Merged(client) => client.sync(&mut database).only(only).await,
            Self::Appended(client) => client.sync(&mut database).only(only).await,
        };
        synced.map(|report| report.resource(family.name()).expect("it was read").clone())
    }
}
