//! Numbers that are read more carefully, or more leniently, than their types read themselves: integers that are written as
//! `1.0`, and floats that must stay finite.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, Unexpected, Visitor};

/// The integer that a floating-point number is, where it is one: `1.0`, `1e3`. From 2^53 on, a float may be another
/// number than the one that was sent.
pub(crate) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "a whole number in the range")]
    (number.fract() == 0.0 && number.abs() < EXACT).then_some(number as i64)
}

/// Reads an integer, also where it is written as `1.0`.
pub(super) struct WholeNumber<T> {
    pub(super) name: &'static str,
    pub(super) of: PhantomData<T>,
}

impl<T: TryFrom<i64> + TryFrom<u64>> Visitor<'_> for WholeNumber<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Signed(number), &self))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<T, E> {
        T::try_from(number).map_err(|_| E::invalid_value(Unexpected::Unsigned(number), &self))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        match whole(number) {
            Some(number) => self.visit_i64(number),
            None => Err(E::invalid_type(Unexpected::Float(number), &self)),
        }
    }
}

/// Reads a number that an `f32` holds: its own reader makes a larger one infinite.
pub(super) struct FiniteF32;

#[expect(clippy::cast_precision_loss, reason = "as serde reads an integer into a float")]
impl Visitor<'_> for FiniteF32 {
    type Value = f32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("f32")
    }

    fn visit_i64<E>(self, number: i64) -> Result<f32, E> {
        Ok(number as f32)
    }

    fn visit_u64<E>(self, number: u64) -> Result<f32, E> {
        Ok(number as f32)
    }

    #[expect(clippy::cast_possible_truncation, reason = "what that makes infinite is an error")]
    fn visit_f64<E: Error>(self, number: f64) -> Result<f32, E> {
        let narrow = number as f32;
        if narrow.is_finite() { Ok(narrow) } else { Err(E::invalid_value(Unexpected::Float(number), &self)) }
    }
}

/// Whether a value is, or holds, no number that serde has made infinite: `f32`, an `Option` or a list of them, or a list of
/// such lists. Of other types nothing is asked: the compiler removes the question.
pub(super) fn is_finite<T: Any>(value: &T) -> bool {
    let value: &dyn Any = value;
    if let Some(number) = value.downcast_ref::<f32>() {
        number.is_finite()
    } else if let Some(number) = value.downcast_ref::<Option<f32>>() {
        number.is_none_or(f32::is_finite)
    } else if let Some(list) = value.downcast_ref::<Vec<f32>>() {
        list.iter().all(is_finite)
    } else {
        value.downcast_ref::<Vec<Vec<f32>>>().is_none_or(|lists| lists.iter().all(is_finite))
    }
}

/// What was read, unless a number in it does not fit its type.
pub(super) fn checked<T, E: Error>(value: T, fits: bool) -> Result<T, E> {
    if fits { Ok(value) } else { Err(E::custom("a number is out of the range of `f32`")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_exact() {
        for (number, expected) in [(1.0, Some(1)), (1e3, Some(1000)), (-0.0, Some(0)), (-7.0, Some(-7))] {
            assert_eq!(whole(number), expected, "{number}");
        }
        for number in [1.5, 9_007_199_254_740_992.0, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(whole(number), None, "{number}");
        }
    }
}
