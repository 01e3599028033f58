//! The declarations that the cases sync: the same resources once for each write disposition, and `numbered` in later
//! versions.

use crate::destination::Destination;
use crate::error::Result;
use crate::schema::table::WriteDisposition;
use crate::sync::SyncBuilder;

/// Which version of the declarations is synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    First,
    /// With two columns more.
    Wider,
    /// With another type of a column.
    Retyped,
    /// Another source, with resources of the same names.
    Foreign,
}

/// A client of each source: made once, since that takes longer than most syncs of the suite.
pub(super) struct Clients {
    first: first::Clients,
    wider: wider::Clients,
    retyped: retyped::Clients,
    foreign: foreign::Clients,
}

impl Clients {
    pub(super) fn new(base_url: &str) -> Result<Self> {
        Ok(Self {
            first: first::Clients::new(base_url)?,
            wider: wider::Clients::new(base_url)?,
            retyped: retyped::Clients::new(base_url)?,
            foreign: foreign::Clients::new(base_url)?,
        })
    }

    /// A sync of the source of a version and a disposition.
    pub(super) fn sync<'d, D: Destination>(
        &self,
        version: Version,
        disposition: WriteDisposition,
        destination: &'d mut D,
    ) -> SyncBuilder<'d> {
        match version {
            Version::First => self.first.sync(disposition, destination),
            Version::Wider => self.wider.sync(disposition, destination),
            Version::Retyped => self.retyped.sync(disposition, destination),
            Version::Foreign => self.foreign.sync(disposition, destination),
        }
    }
}

/// The sources of a version: their names, the columns of its rows, other resources, and those that only sources which add to their
/// tables can have, and those that only sources which merge can have.
macro_rules! version {
    ($version:ident [$append:ident $merge:ident $replace:ident] { $($row:tt)* } { $($items:tt)* } { $($incremental:tt)* } { $($merged:tt)* }) => {
        mod $version {
            use super::{Destination, Result, SyncBuilder, WriteDisposition};

            source!($append append { $($row)* } { $($items)* $($incremental)* });
            source!($merge merge { $($row)* } { $($items)* $($incremental)* $($merged)* });
            source!($replace replace { $($row)* } { $($items)* });

            pub(super) struct Clients {
                append: $append::Client,
                merge: $merge::Client,
                replace: $replace::Client,
            }

            impl Clients {
                pub(super) fn new(base_url: &str) -> Result<Self> {
                    Ok(Self {
                        append: $append::Client::builder().base_url(base_url).build()?,
                        merge: $merge::Client::builder().base_url(base_url).build()?,
                        replace: $replace::Client::builder().base_url(base_url).build()?,
                    })
                }

                pub(super) fn sync<'d, D: Destination>(
                    &self,
                    disposition: WriteDisposition,
                    destination: &'d mut D,
                ) -> SyncBuilder<'d> {
                    // What it cannot write is a case, too.
                    let destination: &'d mut dyn Destination = destination;
                    match disposition {
                        WriteDisposition::Append => self.append.sync(destination),
                        WriteDisposition::Merge => self.merge.sync(destination),
                        WriteDisposition::Replace => self.replace.sync(destination),
                    }
                }
            }
        }
    };
}

macro_rules! source {
    ($name:ident $disposition:ident { $($row:tt)* } { $($items:tt)* }) => {
        #[declarest_macros::source(
            crate = crate,
            base_url = "http://127.0.0.1:9",
            auth = none,
            retry(max_retries = 0),
            concurrency = 1,
            allow(unused_key),
            resource_defaults(
                primary_key = id,
                write_disposition = $disposition,
                data_selector = "rows",
                paginator = page_number(limit_param = "size", limit = 2, total_path = "total"),
            ),
        )]
        pub mod $name {
            #[resource(name = numbered, path = "/rows")]
            pub struct Numbered {
                $($row)*
            }

            #[resource(name = chained, path = "/rows", paginator = cursor(cursor_path = "cursor"))]
            pub struct Chained {
                $($row)*
            }

            #[resource(name = linked, path = "/rows", paginator = json_link(next_url_path = "next"))]
            pub struct Linked {
                $($row)*
            }

            $($items)*
        }
    };
}

version! {
    first [append merge replace]
    {
        pub id: i64,
        pub name: String,
        pub note: Option<String>,
    }
    {
        #[resource(name = quarantined, path = "/rows", on_bad_row = quarantine)]
        pub struct Quarantined {
            pub id: i64,
            pub name: String,
        }

        #[resource(name = lists, path = "/lists")]
        pub struct Lists {
            pub id: i64,
            #[column(child_table)]
            pub tags: Vec<String>,
            #[column(child_table)]
            pub parts: Option<Vec<Part>>,
        }

        #[nested]
        pub struct Part {
            pub size: i64,
            pub note: Option<String>,
        }

        #[resource(name = parents, path = "/parents")]
        pub struct Parent {
            pub id: i64,
            pub name: String,
        }

        #[resource(
            name = children, path = "/parents/{resources.parents.id}/children", include_from_parent(id, name),
            primary_key = (_parents_id, id),
        )]
        pub struct Child {
            pub id: i64,
            pub text: String,
        }

        #[resource(name = values, path = "/values")]
        pub struct Values {
            pub id: i64,
            pub flag: Option<bool>,
            pub small: Option<i16>,
            pub large: Option<i64>,
            pub unsigned: Option<u64>,
            pub real: Option<f64>,
            pub text: Option<String>,
            pub timestamp: Option<jiff::Timestamp>,
            pub date: Option<jiff::civil::Date>,
            pub time: Option<jiff::civil::Time>,
            pub date_time: Option<jiff::civil::DateTime>,
            pub json: Option<crate::Json>,
            pub numbers: Option<Vec<i64>>,
            pub state: Option<State>,
        }

        #[nested]
        pub enum State {
            Open,
            Closed,
        }

        #[resource(name = order, path = "/order", primary_key = select)]
        pub struct Order {
            pub select: i64,
            pub group: String,
            pub r#where: Option<String>,
            #[column(name = "Upper")]
            pub upper: String,
            #[column(name = "a'b`c.d[e]{f}:?%$1")]
            pub quotes: String,
            #[column(name = "with space; -- and Ünïcode")]
            pub blank: String,
            pub a_name_of_sixty_bytes_which_is_long_but_not_too_long_for_any: String,
        }
    }
    {
        #[resource(name = events, path = "/events", incremental(cursor = at, start_param = "since"))]
        pub struct Event {
            pub id: i64,
            pub at: i64,
        }

        #[resource(name = threads, path = "/threads", incremental(cursor = at, start_param = "since"))]
        pub struct Thread {
            pub id: i64,
            pub at: i64,
        }

        #[resource(
            name = replies, path = "/threads/{resources.threads.id}/replies", include_from_parent(id),
            primary_key = (_threads_id, id),
        )]
        pub struct Reply {
            pub id: i64,
            pub text: String,
        }
    }
    {
        #[resource(name = marked, path = "/lists", deleted = mark)]
        pub struct Marked {
            pub id: i64,
            #[column(child_table)]
            pub tags: Vec<String>,
        }

        #[resource(name = removed, path = "/lists", deleted = remove)]
        pub struct Removed {
            pub id: i64,
            #[column(child_table)]
            pub tags: Vec<String>,
        }
    }
}

version! {
    wider [append merge replace]
    {
        pub id: i64,
        pub name: String,
        pub note: Option<String>,
        pub size: Option<f64>,
        pub tags: Option<Vec<String>>,
    }
    {}
    {}
    {}
}

version! {
    retyped [append merge replace]
    {
        pub id: i64,
        pub name: String,
        pub note: Option<i64>,
    }
    {}
    {}
    {}
}

version! {
    foreign [another_append another_merge another_replace]
    {
        pub id: i64,
        pub name: String,
        pub note: Option<String>,
    }
    {}
    {}
    {}
}
