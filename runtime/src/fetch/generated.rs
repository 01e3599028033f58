//! For generated code: the functions that make its requests, and the macro that writes their types.

use super::request::Request;
use crate::client::Client;
use crate::declare::resource::Resource;
use crate::params::param::Param;

/// A request for all rows of the resource as it is declared.
pub fn request<T: Resource>(client: &Client) -> Request<T> {
    Request::new(client)
}

/// Fills in the path: each value is a [`Segment`](crate::params::param::Segment).
pub fn set_path<T: Resource>(request: &mut Request<T>, path: String) {
    request.untyped().set_path(path);
}

/// Sets the value of a param, by its name in the declaration. The last call for a name holds.
pub fn set<T: Resource>(request: &mut Request<T>, name: &'static str, value: &dyn Param) {
    request.untyped().set(name, value);
}

/// Sets the value of an optional param, or takes it back.
pub fn set_optional<T: Resource, P: Param>(request: &mut Request<T>, name: &'static str, value: &Option<P>) {
    match value {
        Some(value) => request.untyped().set(name, value),
        None => request.untyped().unset(name),
    }
}

/// No type is one: the bound of a `page_size` that cannot be called.
#[diagnostic::on_unimplemented(
    message = "the size of this resource's pages cannot be set",
    label = "its paginator has no parameter for the size of a page",
    note = "name it in the declaration: `paginator = page_number(limit_param = \"…\")`, for instance"
)]
pub trait SentPageSize {}

/// The type of a resource's requests: `pub struct IssuesRequest(Issue);`, with `: PageSize` where the size of pages can be
/// set, and `: Ahead` where pages can be requested before the ones before them have come.
///
/// The methods are those of [`Request`]. Setters of params stand in an `impl` beside this.
#[doc(hidden)]
#[macro_export]
macro_rules! __request {
    ($(#[$attribute:meta])* $vis:vis struct $name:ident($row:ty) $(: $($can:ident),+)?;) => {
        $(#[$attribute])*
        #[allow(dead_code, unreachable_pub, deprecated)]
        #[derive(::core::fmt::Debug, ::core::clone::Clone)]
        #[must_use = "a request does nothing until it is awaited or its stream is polled"]
        $vis struct $name($crate::Request<$row>);

        #[allow(dead_code, unreachable_pub, deprecated)]
        impl $name {
            $crate::__request! { @page_size $vis $row $($(, $can)+)? }

            $crate::__request! { @concurrency $vis $row $($(, $can)+)? }

            /// Streams the rows. The next page is prefetched.
            #[inline]
            $vis fn stream(self) -> $crate::RowStream<$row> {
                self.0.stream()
            }

            /// Streams the pages.
            #[inline]
            $vis fn pages(self) -> $crate::PageStream<$row> {
                self.0.pages()
            }

            /// Fetches the first page only.
            ///
            /// Fails if the API is unreachable, if it rejects the request, or if the response does not match the declaration.
            #[inline]
            $vis fn first_page(self) -> $crate::FirstPage<$row> {
                self.0.first_page()
            }

            /// Fetches all rows, with what it took: requests, retries, waits, bytes.
            ///
            /// Fails as the request itself does.
            #[inline]
            $vis fn with_stats(self) -> $crate::CollectWithStats<$row> {
                self.0.with_stats()
            }
        }

        #[allow(deprecated)]
        #[automatically_derived]
        impl ::core::future::IntoFuture for $name {
            type Output = $crate::Result<$crate::__private::Vec<$row>>;
            type IntoFuture = $crate::CollectRows<$row>;

            #[inline]
            fn into_future(self) -> Self::IntoFuture {
                ::core::future::IntoFuture::into_future(self.0)
            }
        }

        // `From` for a type of another crate would make the row public in the eyes of `unreachable_pub`.
        #[allow(deprecated, clippy::from_over_into)]
        #[automatically_derived]
        impl ::core::convert::Into<$crate::Request<$row>> for $name {
            #[inline]
            fn into(self) -> $crate::Request<$row> {
                self.0
            }
        }
    };
    (@page_size $vis:vis $row:ty, PageSize $(, Ahead)?) => {
        /// Sets the number of rows of a page. Default: the declared one.
        #[inline]
        $vis fn page_size(self, rows: u32) -> Self {
            Self(self.0.page_size(rows))
        }
    };
    // It cannot be called: the error says why.
    (@page_size $vis:vis $row:ty $(, Ahead)?) => {
        #[doc(hidden)]
        $vis fn page_size<N: $crate::__private::SentPageSize>(self, _: N) -> Self {
            self
        }
    };
    (@concurrency $vis:vis $row:ty, $(PageSize,)? Ahead) => {
        /// Sets how many pages may be in flight at once. Default: the source's `concurrency`.
        #[inline]
        $vis fn concurrency(self, pages: usize) -> Self {
            Self(self.0.concurrency(pages))
        }
    };
    // It cannot be called: the error says why.
    (@concurrency $vis:vis $row:ty $(, PageSize)?) => {
        #[doc(hidden)]
        $vis fn concurrency<P: $crate::paginate::Ahead>(self, _: usize) -> Self
        where
            $row: $crate::Resource<Paginator = P>,
        {
            self
        }
    };
}
