//! What the setter of an optional param takes: a value, or an `Option` of one.

use std::marker::PhantomData;

/// What the setter of an optional param takes: the value itself (for a string any `Into<String>`, for a list any
/// iterator), or an `Option` of it, as a command line gives it. `None` leaves the param unset.
///
/// ```
/// # #[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
/// # pub mod analytics {
/// #     #[resource(name = issues, path = "/issues", params(author: Option<String>, rules: Option<Vec<String>>, line: Option<u32>))]
/// #     pub struct Issue { pub key: String }
/// # }
/// # let client = analytics::Client::builder().build()?;
/// let (author, line): (Option<String>, Option<u32>) = (std::env::args().nth(1), None);
/// let issues = client.issues().author(author).rules(["S100", "S101"]).line(line);
/// let issues = client.issues().author("ann").line(5);
/// # Ok::<(), declarest::Error>(())
/// ```
///
/// `Form` is inferred: it says which of the two the argument is.
#[diagnostic::on_unimplemented(
    message = "this param cannot be set to a `{Self}`",
    label = "not a `{T}`, and not an `Option` of one",
    note = "a string is set from any `Into<String>`, a list from any iterator over its values, and each from an `Option` of these"
)]
pub trait IntoParam<T, Form> {
    /// The value, if there is one.
    fn into_param(self) -> Option<T>;
}

/// The form of a value that is not converted.
#[derive(Debug)]
pub struct Value<Form>(PhantomData<Form>);

/// The form of a string.
#[derive(Debug)]
pub struct Text<Form>(PhantomData<Form>);

/// The form of a list of strings.
#[derive(Debug)]
pub struct Texts<Form>(PhantomData<Form>);

/// The form of any other list.
#[derive(Debug)]
pub struct Items<Form>(PhantomData<Form>);

/// The form of one or several strings.
#[derive(Debug)]
pub struct OneOrTexts<Form>(PhantomData<Form>);

/// The form of one or several other values.
#[derive(Debug)]
pub struct OneOrItems<Form>(PhantomData<Form>);

/// The form of one value in the place of several.
#[derive(Debug)]
pub enum One {}

/// The form of the value itself.
#[derive(Debug)]
pub enum Given {}

/// The form of an `Option` of it.
#[derive(Debug)]
pub enum Maybe {}

#[diagnostic::do_not_recommend]
impl<T> IntoParam<T, Value<Given>> for T {
    fn into_param(self) -> Option<T> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoParam<T, Value<Maybe>> for Option<T> {
    fn into_param(self) -> Option<T> {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<V: Into<String>> IntoParam<String, Text<Given>> for V {
    fn into_param(self) -> Option<String> {
        Some(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl<V: Into<String>> IntoParam<String, Text<Maybe>> for Option<V> {
    fn into_param(self) -> Option<String> {
        self.map(Into::into)
    }
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: Into<String>>> IntoParam<Vec<String>, Texts<Given>> for I {
    fn into_param(self) -> Option<Vec<String>> {
        Some(self.into_iter().map(Into::into).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator<Item: Into<String>>> IntoParam<Vec<String>, Texts<Maybe>> for Option<I> {
    fn into_param(self) -> Option<Vec<String>> {
        Some(self?.into_iter().map(Into::into).collect())
    }
}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item = T>> IntoParam<Vec<T>, Items<Given>> for I {
    fn into_param(self) -> Option<Vec<T>> {
        Some(self.into_iter().collect())
    }
}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item = T>> IntoParam<Vec<T>, Items<Maybe>> for Option<I> {
    fn into_param(self) -> Option<Vec<T>> {
        Some(self?.into_iter().collect())
    }
}

#[diagnostic::do_not_recommend]
impl<V: Into<String>> IntoParam<Vec<String>, OneOrTexts<One>> for V {
    fn into_param(self) -> Option<Vec<String>> {
        Some(vec![self.into()])
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoParam<Vec<T>, OneOrItems<One>> for T {
    fn into_param(self) -> Option<Vec<T>> {
        Some(vec![self])
    }
}

macro_rules! lists {
    ($($list:ty, $($length:ident)?;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<V: Into<String> + Clone $(, const $length: usize)?> IntoParam<Vec<String>, OneOrTexts<Given>> for $list {
            fn into_param(self) -> Option<Vec<String>> {
                Some(self.iter().cloned().map(Into::into).collect())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: Clone $(, const $length: usize)?> IntoParam<Vec<V>, OneOrItems<Given>> for $list {
            fn into_param(self) -> Option<Vec<V>> {
                Some(self.to_vec())
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: Into<String> + Clone $(, const $length: usize)?> IntoParam<Vec<String>, OneOrTexts<Value<Maybe>>> for Option<$list> {
            fn into_param(self) -> Option<Vec<String>> {
                IntoParam::<Vec<String>, OneOrTexts<Given>>::into_param(self?)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<V: Clone $(, const $length: usize)?> IntoParam<Vec<V>, OneOrItems<Value<Maybe>>> for Option<$list> {
            fn into_param(self) -> Option<Vec<V>> {
                IntoParam::<Vec<V>, OneOrItems<Given>>::into_param(self?)
            }
        }
    )*};
}

// Not any iterator: an `Option` is one, too, and says that nothing is narrowed.
lists! {
    Vec<V>,;
    [V; N], N;
    &[V],;
}

#[diagnostic::do_not_recommend]
impl<V: Into<String>> IntoParam<Vec<String>, OneOrTexts<Maybe>> for Option<V> {
    fn into_param(self) -> Option<Vec<String>> {
        Some(vec![self?.into()])
    }
}

#[diagnostic::do_not_recommend]
impl<T> IntoParam<Vec<T>, OneOrItems<Maybe>> for Option<T> {
    fn into_param(self) -> Option<Vec<T>> {
        Some(vec![self?])
    }
}
