//! Enums of names: `#[nested]` on an enum of unit variants.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

use crate::text::plain;

/// An enum of names: `#[nested]` on an enum of unit variants.
pub trait TextEnum: Sized {
    /// The names, as the API sends them, in the order of the variants.
    const NAMES: &'static [&'static str];

    /// The variant of a name.
    fn from_name(name: &str) -> Option<Self>;

    /// The name of the variant.
    fn name(&self) -> &str;
}

thread_local! {
    /// Whether names in another case than a listed one are refused.
    static EXACT: Cell<bool> = const { Cell::new(false) };
}

/// What `EXACT` was, and is again when this is dropped: also where a reader panics.
struct Restored(bool);

impl Drop for Restored {
    fn drop(&mut self) {
        EXACT.set(self.0);
    }
}

/// Reads with enums that refuse names in another case than a listed one, which they else read as unknown ones.
pub(crate) fn exactly<T>(read: impl FnOnce() -> T) -> T {
    let _restored = Restored(EXACT.replace(true));
    read()
}

/// Whether an enum reads a name that it does not list.
#[must_use]
pub fn is_other(name: &str, listed: &[&str]) -> bool {
    !EXACT.get() || !listed.iter().any(|known| same_but_for_case(known, name))
}

/// Whether two names differ in nothing but what rules of renaming change.
pub(crate) fn same_but_for_case(one: &str, other: &str) -> bool {
    plain(one) == plain(other)
}

/// Reads an enum of names.
///
/// # Errors
/// When the value is no string, or a name that the enum does not list.
pub fn text_enum<'de, T: TextEnum, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Name<T>(PhantomData<T>);

    impl<T: TextEnum> Visitor<'_> for Name<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "one of `{}`", T::NAMES.join("`, `"))
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<T, E> {
            T::from_name(name).ok_or_else(|| E::unknown_variant(name, T::NAMES))
        }
    }

    deserializer.deserialize_str(Name(PhantomData))
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    #[test]
    fn exactness_ends_with_the_read_also_by_a_panic() {
        let is_other = || is_other("OPEN", &["open"]);
        assert!(is_other());
        assert!(!exactly(|| exactly(is_other)) && !exactly(is_other));
        assert!(catch_unwind(|| exactly(|| panic!("as a reader of the user's may"))).is_err());
        assert!(is_other());
    }
}
