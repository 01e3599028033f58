//! Pages by a type of the user, for APIs that page in another way than the built-in paginators.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;

use reqwest::Url;
use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::chain::{Chain, ChainPosition, Repeated};
use super::next_page::{NextPage, NextRequest};
use super::pager::Sealed;
use super::{EndReason, PageRequest, Pager, PagerOptions, Paginator, Prefetched, ResponseView};
use crate::error::{BoxError, Error, ErrorKind, Result};
use crate::http::header_text::exact_text;
use crate::text::url::display_url;

/// Finds the next page by code: `paginator = custom(path::To::Type)`.
///
/// Each read of the resource has its own, made by [`Default`]. The first page is requested as the resource is declared.
/// A repeated page is an error ([`ErrorKind::PaginationLoop`]). A sync that was interrupted starts again at the first
/// page, unless the type implements [`save`](Self::save).
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

    /// What it remembers of the pages so far, as text. With that, an interrupted sync resumes at the last committed
    /// page; with `None`, the default, it starts again at the first page. Called after each [`next`](Self::next).
    ///
    /// The request for the next page is saved, too. So a type that remembers nothing returns an empty text, and needs no
    /// [`resume`](Self::resume):
    ///
    /// ```
    /// # use declarest::BoxError;
    /// # use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
    /// /// The API names the next page in a header, and takes the name in one.
    /// #[derive(Default)]
    /// pub struct Continuation;
    ///
    /// impl CustomPaginator for Continuation {
    ///     fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
    ///         Ok(page.header("X-Continuation")?.map(|next| NextPage::new().header("X-Continuation", next)))
    ///     }
    ///
    ///     fn save(&self) -> Option<String> {
    ///         Some(String::new())
    ///     }
    /// }
    /// ```
    ///
    /// The last committed page is requested again: only if it ends with the same rows, the sync resumes after it. Otherwise, and
    /// where the API refuses the saved request, with a 400 or 410 for instance, it starts at the first page. So implement it
    /// where a saved request gives the same page later. Nothing is saved where the text or the request holds one of the
    /// client's credentials, or the link a parameter that usually is one, such as `access_token`.
    fn save(&self) -> Option<String> {
        None
    }

    /// The paginator as it was when it [saved](Self::save) this text, maybe in an earlier version of the program.
    ///
    /// ```
    /// # use declarest::BoxError;
    /// # use declarest::paginate::{CustomPage, CustomPaginator, NextPage};
    /// /// A page for each month of a year: how many have been read, no page says.
    /// #[derive(Default)]
    /// pub struct Months(u32);
    ///
    /// impl CustomPaginator for Months {
    ///     fn next(&mut self, _: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
    ///         self.0 += 1;
    ///         Ok((self.0 < 12).then(|| NextPage::new().param("month", self.0 + 1)))
    ///     }
    ///
    ///     fn save(&self) -> Option<String> {
    ///         Some(self.0.to_string())
    ///     }
    ///
    ///     fn resume(saved: &str) -> Result<Self, BoxError> {
    ///         Ok(Self(saved.parse()?))
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// The sync starts at the first page. The default gives one for a text that is not empty.
    fn resume(saved: &str) -> Result<Self, BoxError> {
        if saved.is_empty() {
            Ok(Self::default())
        } else {
            Err("`save` returns a text that `resume` does not read".into())
        }
    }
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

    /// A header of the response, the first of several, without white space around it.
    ///
    /// # Errors
    /// [`Decode`](ErrorKind::Decode), with the header's name, when its value is not UTF-8.
    pub fn header(&self, name: &str) -> Result<Option<&str>> {
        exact_text(self.view.headers, name)
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
            let error = error.to_string();
            Error::new(ErrorKind::Decode, format!("the body does not fit `{}`: {error}", type_name::<T>()))
                .quoting(&error)
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

/// `paginator = custom(…)`.
pub struct Custom<T> {
    pager: fn(PagerOptions<'_>) -> Result<Box<dyn Pager>>,
    of: PhantomData<fn() -> T>,
}

impl<T> Custom<T> {
    /// The paginator. Only this function has the bound, so that a type without the trait is reported once.
    #[must_use]
    pub const fn declared() -> Self
    where
        T: CustomPaginator,
    {
        Self { pager: |options| Ok(Box::new(CustomPager::<T>::new(options)?)), of: PhantomData }
    }
}

impl<T> fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom<{}>", type_name::<T>())
    }
}

impl<T> Serialize for Custom<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Another name in another toolchain costs no more than reading again what was read: saved positions are void.
        ("custom", type_name::<T>()).serialize(serializer)
    }
}

impl<T: 'static> Sealed for Custom<T> {}

impl<T: 'static> Paginator for Custom<T> {
    fn pager(&self, options: PagerOptions<'_>) -> Result<Box<dyn Pager>> {
        if options.page_size.is_some() {
            let message = "`page_size` is set, but custom paginators do not support it";
            return Err(Error::new(ErrorKind::Config, message)
                .with_help("declare the API's parameter among the `params`, and set that"));
        }
        (self.pager)(options)
    }
}

struct CustomPager<T> {
    custom: T,
    chain: Chain<NextRequest>,
    /// The next page, until it is requested.
    next: Option<PageRequest>,
}

/// What is saved: how far the chain has come, and the paginator's own text.
type CustomPosition = (ChainPosition<NextRequest>, String);

impl<T: CustomPaginator> CustomPager<T> {
    fn new(options: PagerOptions<'_>) -> Result<Self> {
        let saved: Option<CustomPosition> = super::saved_position(options, "custom")?;
        let (position, custom) = match saved {
            None => (None, T::default()),
            Some((position, text)) => (Some(position), T::resume(&text).map_err(failed::<T>)?),
        };
        let chain = Chain::at(position, Repeated::Error);
        let ChainPosition { seen, next } = &chain.position;
        let next = match next {
            Some(next) => Some(next.page(seen + 1)?),
            None => chain.end.is_none().then(|| PageRequest::new(1)),
        };
        Ok(Self { custom, chain, next })
    }
}

impl<T: CustomPaginator> Pager for CustomPager<T> {
    fn next(&mut self) -> Option<PageRequest> {
        self.next.take()
    }

    fn observe(&mut self, page: &ResponseView<'_>) -> Result<Prefetched> {
        let number = self.chain.position.seen + 1;
        let next = self.custom.next(&CustomPage { number, view: page }).map_err(failed::<T>)?;
        let next = next.map(|next| next.after(page)).transpose()?;
        self.next = next.as_ref().map(|next| next.page(number + 1)).transpose()?;
        let end = next.is_none().then_some(EndReason::NoMore);
        let advanced = self.chain.advance(next, end, "the next page of the paginator", self.stops());
        advanced.map(|()| Prefetched::Keep)
    }

    fn is_chained(&self) -> bool {
        true
    }

    fn end(&self) -> Option<EndReason> {
        self.chain.end
    }

    fn stops(&self) -> &'static str {
        "return `None` after the last page"
    }

    fn strip_credentials(&mut self, credentials: &dyn Fn(&mut Url)) {
        if let Some(next) = &mut self.chain.position.next {
            next.strip_credentials(credentials);
        }
    }

    /// None also for a link that holds a credential: it is not saved.
    fn position(&self) -> Result<Option<Value>> {
        let position = &self.chain.position;
        match self.custom.save() {
            Some(text) if position.next.as_ref().is_none_or(|next| !next.holds_credential()) => {
                super::saved(&(position, text))
            }
            _ => Ok(None),
        }
    }
}

fn failed<T>(error: BoxError) -> Error {
    Error::by_user(ErrorKind::Decode, &format!("the paginator `{}`", type_name::<T>()), error)
}
