//! Pages by a type of the user's, for APIs whose way of paging no declared paginator has.

use std::fmt;
use std::marker::PhantomData;

use super::{Ask, End, Flow, Pager, Paginator, Seen, Start};
use crate::error::{BoxError, Result};

/// Finds the next page in a way of its own: `paginator = custom(path::To::Type)`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot lead from page to page",
    label = "does not implement `declarest::paginate::CustomPaginator`",
    note = "implement `declarest::paginate::CustomPaginator` and `Default` for it"
)]
pub trait CustomPaginator: Default + Send + 'static {
    /// Looks at a page, and says what to ask for next; `None` when it was the last.
    ///
    /// # Errors
    /// What it returns is the error of the walk.
    fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError>;
}

/// A page that has come.
#[derive(Debug, Clone, Copy)]
pub struct CustomPage<'a>(&'a Seen<'a>);

/// What to ask for next.
#[derive(Debug, Clone, Default)]
pub struct NextPage(());

/// `paginator = custom(…)`.
pub struct Custom<T>(PhantomData<fn() -> T>);

impl<T> Custom<T> {
    /// The paginator.
    pub const NEW: Self = Self(PhantomData);
}

impl<T> fmt::Debug for Custom<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Custom")
    }
}

impl<T: CustomPaginator> Paginator for Custom<T> {
    fn pager(&self, _: Start<'_>) -> Result<Box<dyn Pager>> {
        Ok(Box::new(Pages { custom: T::default() }))
    }
}

struct Pages<T> {
    custom: T,
}

impl<T: CustomPaginator> Pager for Pages<T> {
    fn next(&mut self) -> Option<Ask> {
        None
    }

    fn seen(&mut self, page: &Seen<'_>) -> Result<Flow> {
        let _ = self.custom.next(&CustomPage(page));
        Ok(Flow::On)
    }

    fn end(&self) -> Option<End> {
        Some(End::NoMore)
    }
}
