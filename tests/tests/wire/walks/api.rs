//! The paginators and their options, each as a resource of its name.

use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
use declarest::{BoxError, ColumnValue, Error, FetchStats, ResourceReport, Sqlite};

use super::site::SIZE;

/// What is known of a resource.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a yes or no of its own")]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// How a page is asked for.
    pub(super) place: Place,
    /// Whether the paginator reads how many rows there are.
    pub(super) counts: bool,
    /// What a page without rows, or a short one, means.
    pub(super) stop: Stop,
    /// Whether it reads some pages only.
    pub(super) is_limited: bool,
    /// Whether the offset advances by the rows requested.
    pub(super) by_limit: bool,
    pub(super) has_key: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A number, from this one.
    Number(u64),
    Offset,
    /// The page says where the next one is.
    Next,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    Never,
    Empty,
    Short,
}

const fn kind(name: &'static str, place: Place) -> Kind {
    let stop = if matches!(place, Place::Next) { Stop::Never } else { Stop::Empty };
    Kind { name, place, counts: false, stop, is_limited: false, by_limit: false, has_key: true }
}

impl Kind {
    const fn counting(self) -> Self {
        Self { counts: true, ..self }
    }

    const fn stopping(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    const fn by_limit(self) -> Self {
        Self { by_limit: true, ..self }
    }

    const fn limited(self) -> Self {
        Self { is_limited: true, ..self }
    }

    const fn without_key(self) -> Self {
        Self { has_key: false, ..self }
    }
}

pub(super) const KINDS: &[Kind] = &[
    kind("numbered", Place::Number(1)),
    kind("numbered_total", Place::Number(1)).counting(),
    kind("numbered_header", Place::Number(0)).counting(),
    kind("numbered_pages", Place::Number(1)),
    kind("numbered_more", Place::Number(1)),
    kind("numbered_last", Place::Number(0)).stopping(Stop::Never),
    kind("numbered_short", Place::Number(1)).stopping(Stop::Short),
    kind("numbered_some", Place::Number(1)).counting().limited(),
    kind("offset", Place::Offset),
    kind("offset_total", Place::Offset).counting(),
    kind("offset_more", Place::Offset).stopping(Stop::Never),
    kind("offset_short", Place::Offset).counting().stopping(Stop::Short),
    kind("offset_limit", Place::Offset).by_limit(),
    kind("offset_limit_total", Place::Offset).counting().by_limit(),
    kind("offset_limit_more", Place::Offset).by_limit().stopping(Stop::Never),
    kind("cursor", Place::Next),
    kind("cursor_more", Place::Next),
    kind("cursor_empty", Place::Next).stopping(Stop::Empty),
    kind("cursor_end", Place::Next),
    kind("cursor_repeated", Place::Next),
    kind("header_cursor", Place::Next),
    kind("header_link", Place::Next),
    kind("header_link_end", Place::Next),
    kind("json_link", Place::Next),
    kind("json_link_short", Place::Next).stopping(Stop::Short),
    kind("custom", Place::Next),
    kind("unkeyed", Place::Number(1)).without_key(),
    kind("unkeyed_total", Place::Offset).counting().without_key(),
    kind("unkeyed_cursor", Place::Next).without_key(),
];

/// A page behind the one that says where it is.
#[derive(Default)]
pub struct Onward;

impl CustomPaginator for Onward {
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
        #[derive(serde::Deserialize)]
        struct Body {
            next: Option<String>,
        }
        let Body { next } = page.json()?;
        Ok(next.map(|next| NextPage::new().param("cursor", next).param("limit", SIZE)))
    }
}

/// The resources, merged and appended, and a way to fetch each.
macro_rules! resources {
    ($($name:ident: $Row:ident, $paginator:ident($($option:tt)*), ($($own:tt)*);)*) => {
        resources!(@source merged, merge, $($name: $Row, $paginator($($option)*), ($($own)*);)*);
        resources!(@source appended, append, $($name: $Row, $paginator($($option)*), ($($own)*);)*);

        impl Client {
            /// The rows, as they come.
            pub(super) async fn fetch(&self, name: &str) -> Result<(Vec<u64>, FetchStats), Error> {
                match name {
                    $(stringify!($name) => {
                        let (rows, stats) = self.merged.$name().with_stats().await?;
                        Ok((rows.iter().map(|row| row.id).collect(), stats))
                    })*
                    name => panic!("{name} is not declared"),
                }
            }
        }
    };
    (@source $module:ident, $disposition:ident, $($name:ident: $Row:ident, $paginator:ident($($option:tt)*), ($($own:tt)*);)*) => {
        #[declarest::source(
            base_url = "http://127.0.0.1:9",
            auth = none,
            retry(max_retries = 0),
            timeout = "20s",
            resource_defaults(data_selector = "items", write_disposition = $disposition),
        )]
        mod $module {
            $(
                #[resource(name = $name, path = "/walk", paginator = $paginator($($option)*), $($own)*)]
                pub struct $Row {
                    pub id: u64,
                }
            )*
        }
    };
}

resources! {
    numbered: Numbered, page_number(limit_param = "limit", limit = 10), (primary_key = id);
    numbered_total: NumberedTotal, page_number(limit_param = "limit", limit = 10, total_path = "total"), (primary_key = id);
    numbered_header: NumberedHeader, page_number(base_page = 0, limit_param = "limit", limit = 10, total_header = "X-Total"), (primary_key = id);
    numbered_pages: NumberedPages, page_number(limit_param = "limit", limit = 10, total_pages_path = "pages"), (primary_key = id);
    numbered_more: NumberedMore, page_number(limit_param = "limit", limit = 10, has_more_path = "more"), (primary_key = id);
    numbered_last: NumberedLast, page_number(base_page = 0, limit_param = "limit", limit = 10, is_last_path = "last", stop_after_empty_page = false), (primary_key = id);
    numbered_short: NumberedShort, page_number(limit_param = "limit", limit = 10, stop_after_short_page = true), (primary_key = id);
    numbered_some: NumberedSome, page_number(limit_param = "limit", limit = 10, total_path = "total", maximum_page = 4), (primary_key = id);
    offset: Offset, offset(limit = 10), (primary_key = id);
    offset_total: OffsetTotal, offset(limit = 10, total_path = "total"), (primary_key = id);
    offset_more: OffsetMore, offset(limit = 10, has_more_path = "more", stop_after_empty_page = false), (primary_key = id);
    offset_short: OffsetShort, offset(limit = 10, total_header = "X-Total", stop_after_short_page = true), (primary_key = id);
    offset_limit: OffsetLimit, offset(limit = 10, advance = limit), (primary_key = id);
    offset_limit_total: OffsetLimitTotal, offset(limit = 10, total_path = "total", advance = limit), (primary_key = id);
    offset_limit_more: OffsetLimitMore, offset(limit = 10, has_more_path = "more", advance = limit, stop_after_empty_page = false), (primary_key = id);
    cursor: Cursor, cursor(cursor_path = "next", limit_param = "limit", limit = 10), (primary_key = id);
    cursor_more: CursorMore, cursor(cursor_path = "next", has_more_path = "more", limit_param = "limit", limit = 10), (primary_key = id);
    cursor_empty: CursorEmpty, cursor(cursor_path = "next", stop_after_empty_page = true, limit_param = "limit", limit = 10), (primary_key = id);
    cursor_end: CursorEnd, cursor(cursor_path = "end_or_next", initial_cursor = "0", end_cursor = "end", limit_param = "limit", limit = 10), (primary_key = id);
    cursor_repeated: CursorRepeated, cursor(cursor_path = "same_or_next", repeated = end, limit_param = "limit", limit = 10), (primary_key = id);
    header_cursor: HeaderCursor, header_cursor(cursor_key = "X-Next", limit_param = "limit", limit = 10), (primary_key = id);
    header_link: HeaderLink, header_link(limit_param = "limit", limit = 10), (primary_key = id);
    header_link_end: HeaderLinkEnd, header_link(links_next_key = "onward", end_attribute("results" = "false"), limit_param = "limit", limit = 10), (primary_key = id);
    json_link: JsonLink, json_link(next_url_path = "link", limit_param = "limit", limit = 10), (primary_key = id);
    json_link_short: JsonLinkShort, json_link(next_url_path = "link", stop_after_short_page = true, limit_param = "limit", limit = 10), (primary_key = id);
    custom: Custom, custom(super::Onward), (primary_key = id);
    unkeyed: Unkeyed, page_number(limit_param = "limit", limit = 10), (write_disposition = replace);
    unkeyed_total: UnkeyedTotal, offset(limit = 10, total_path = "total"), (write_disposition = replace);
    unkeyed_cursor: UnkeyedCursor, cursor(cursor_path = "next", limit_param = "limit", limit = 10), (write_disposition = replace);
}

/// Clients of both.
pub(super) struct Client {
    merged: merged::Client,
    appended: appended::Client,
}

impl Client {
    pub(super) fn new(base_url: &str) -> Self {
        const SET: &str = "nothing is missing";
        Self {
            merged: merged::Client::builder().base_url(base_url).build().expect(SET),
            appended: appended::Client::builder().base_url(base_url).build().expect(SET),
        }
    }

    /// The rows without their type.
    pub(super) async fn scan(&self, name: &str) -> Result<(Vec<u64>, FetchStats), Error> {
        let mut batches = self.merged.scan(name)?.batches();
        let mut ids = Vec::new();
        while let Some(batch) = batches.next().await {
            ids.extend(batch?.rows().map(|row| match row.get(0) {
                ColumnValue::Unsigned(id) => id,
                other => panic!("{other:?}"),
            }));
        }
        Ok((ids, batches.stats()))
    }

    /// A sync, merged or appended.
    pub(super) async fn sync(&self, name: &str, merged: bool, mut database: Sqlite) -> Result<ResourceReport, Error> {
        let report = if merged {
            self.merged.sync(&mut database).only([name]).await?
        } else {
            self.appended.sync(&mut database).only([name]).await?
        };
        Ok(report.resource(name).expect("it was read").clone())
    }
}
