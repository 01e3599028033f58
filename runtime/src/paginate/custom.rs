//! Pages by a type of the user, for APIs that page in another way than the built-in paginators.

use std::any::type_name;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::next_link::resolve;
use super::{EndReason, PageRequest, Pager, PagerOptions, Paginator, Prefetched, ResponseView, SeenPlaces, loop_error};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::json::path::Step;
use crate::params::param::Param;
use crate::text::url::{display_url, remove_query_param};

/// Finds the next page by code: `paginator = custom(path::To::Type)`.
///
/// Each read of the resource has its own, made by [`Default`]. The first page is requested as the resource is declared.
/// A repeated page is an error ([`ErrorKind::PaginationLoop`]). A sync that was interrupted starts again at the first
/// page.
///
/// For the API of wikis, where the parameters of the next page are an object of arbitrary names:
///
/// ```
/// #[declarest::source(base_url = "https://en.wikipedia.org/w")]
/// pub mod wiki {
///     use std::collections::BTreeMap;
///
///     use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
///     use declarest::{BoxError, Json};
///
///     #[resource(
///         path = "/api.php", data_selector = "query.allpages", paginator = custom(Continue),
///         params(action = "query", format = "json", formatversion = "2", list = "allpages", aplimit = "500"),
///     )]
///     pub struct Article {
///         pub pageid: u64,
///         pub title: String,
///     }
///
///     #[derive(Default)]
///     pub struct Continue;
///
///     impl CustomPaginator for Continue {
///         fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
///             let body: BTreeMap<String, Json> = page.json()?;
///             let Some(next) = body.get("continue") else { return Ok(None) };
///             let params: BTreeMap<String, Json> = next.decode()?;
///             Ok(Some(params.iter().fold(NextPage::new(), |next, (name, value)| next.param(name, value))))
///         }
///     }
/// }
/// # let _ = wiki::Client::builder().build()?.article().stream();
/// # Ok::<(), declarest::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a paginator",
    label = "does not implement `declarest::paginate::CustomPaginator`",
    note = "implement `declarest::paginate::CustomPaginator` and `Default` for it"
)]
pub trait CustomPaginator: Default + Send + 'static {
    /// The page after this one; `None` if it was the last. Called once for each page, in order, as soon as it has come:
    /// before its rows are read, and up to two pages ahead of the one in use.
    ///
    /// # Errors
    /// The read fails, with the returned error as the source. An [`Error`] is passed on as it is.
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError>;
}

/// A page that has come.
#[derive(Clone, Copy)]
pub struct CustomPage<'a> {
    number: u64,
    view: &'a ResponseView<'a>,
}

impl CustomPage<'_> {
    /// Which page it is, from 1.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many rows it holds.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.view.rows
    }

    /// Where it came from.
    #[must_use]
    pub fn url(&self) -> &str {
        self.view.url.as_str()
    }

    /// A header of the response.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.view.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The whole body.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        self.view.body
    }

    /// The body as a `T`. If `T` has no field for the rows, they are skipped.
    ///
    /// # Errors
    /// [`Decode`](ErrorKind::Decode), when the body does not fit.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.view.body).map_err(|error| {
            Error::new(ErrorKind::Decode, format!("the body does not fit `{}`: {error}", type_name::<T>()))
        })
    }
}

impl fmt::Debug for CustomPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomPage")
            .field("number", &self.number)
            .field("rows", &self.view.rows)
            .field("url", &display_url(self.view.url))
            .finish_non_exhaustive()
    }
}

/// The request for the next page: the resource's own with these parameters, or a link.
#[derive(Debug, Clone, Default)]
#[must_use = "it must be returned"]
pub struct NextPage {
    url: Option<String>,
    params: Vec<(String, String)>,
    json: Vec<(&'static str, Value)>,
}

impl NextPage {
    /// The resource's own request.
    pub fn new() -> Self {
        Self::default()
    }

    /// A link, absolute or relative to the page. One out of HTTP, or from https to http, is refused.
    pub fn url(link: impl Into<String>) -> Self {
        Self { url: Some(link.into()), ..Self::default() }
    }

    /// With a query parameter, instead of all of its name.
    pub fn param(mut self, name: impl Into<String>, value: impl Param) -> Self {
        let name = name.into();
        self.params.retain(|(known, _)| *known != name);
        self.params.push((name, value.to_text()));
        self
    }

    /// With a value in the JSON body of a POST: `path` is keys joined by dots.
    pub fn json(mut self, path: &'static str, value: impl Param) -> Self {
        self.json.push((path, value.to_json()));
        self
    }

    fn request(self, number: u64, page: &ResponseView<'_>) -> Result<PageRequest> {
        let mut request = PageRequest::new(number);
        match self.url {
            Some(link) => {
                let mut url = resolve(page.url, &link)?;
                for (name, value) in &self.params {
                    remove_query_param(&mut url, name);
                    url.query_pairs_mut().append_pair(name, value);
                }
                request.url = Some(url);
            }
            None => request.query = self.params.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        }
        let places = self.json.into_iter().map(|(path, value)| {
            let steps: Vec<_> = path.split('.').map(Step::Key).collect();
            (Cow::Owned(steps), value)
        });
        request.body = places.collect();
        Ok(request)
    }
}

/// `paginator = custom(…)`.
pub struct Custom<T> {
    pages: fn() -> Box<dyn Pager>,
    of: PhantomData<fn() -> T>,
}

impl<T> Custom<T> {
    /// The paginator. Only this function has the bound, so that a type without the trait is reported once.
    #[must_use]
    pub const fn declared() -> Self
    where
        T: CustomPaginator,
    {
        let pages = || -> Box<dyn Pager> {
            let (custom, visited) = (T::default(), SeenPlaces::default());
            Box::new(CustomPager { custom, seen: 0, next: Some(PageRequest::new(1)), visited, end: None })
        };
        Self { pages, of: PhantomData }
    }
}

impl<T> fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom<{}>", type_name::<T>())
    }
}

impl<T> Serialize for Custom<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Another name in another toolchain costs no more than reading again what was finished: it has no positions.
        ("custom", type_name::<T>()).serialize(serializer)
    }
}

impl<T: 'static> Paginator for Custom<T> {
    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        if options.page_size.is_some() {
            let message = "`page_size` is set, but custom paginators do not support it";
            return Err(Error::new(ErrorKind::Config, message)
                .with_help("declare the API's parameter among the `params`, and set that"));
        }
        Ok((self.pages)())
    }
}

struct CustomPager<T> {
    custom: T,
    /// Pages seen.
    seen: u64,
    /// The next page, until it is requested.
    next: Option<PageRequest>,
    visited: SeenPlaces,
    end: Option<EndReason>,
}

impl<T: CustomPaginator> Pager for CustomPager<T> {
    fn next(&mut self) -> Option<PageRequest> {
        self.next.take()
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        self.seen += 1;
        let next = self.custom.next(&CustomPage { number: self.seen, view: page }).map_err(|error| {
            Error::by_user(ErrorKind::Decode, &format!("the paginator `{}`", type_name::<T>()), error)
        })?;
        let Some(next) = next else {
            self.end = Some(EndReason::NoMore);
            return Ok(Prefetched::Keep);
        };
        let request = next.request(self.seen + 1, page)?;
        if !self.visited.insert(&format!("{:?} {:?} {:?}", request.url, request.query, request.body)) {
            return Err(loop_error("the next page of the paginator"));
        }
        self.next = Some(request);
        Ok(Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn end(&self) -> Option<EndReason> {
        self.end
    }
}
