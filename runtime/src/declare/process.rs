//! Processing steps that the standard library does not have.

/// What a function of `yield_map` returns: rows of `T`.
#[diagnostic::on_unimplemented(
    message = "`yield_map` needs a function that returns rows of `{T}`, not `{Self}`",
    label = "this function does not return a list of rows",
    note = "return a `Vec<{T}>`, an `Option<{T}>` or any other iterator",
    note = "for a function that returns one row for each row, use `map`"
)]
pub trait Yield<T> {
    /// The rows.
    fn rows(self) -> impl Iterator<Item = T>;
}

#[diagnostic::do_not_recommend]
impl<T, I: IntoIterator<Item = T>> Yield<T> for I {
    fn rows(self) -> impl Iterator<Item = T> {
        self.into_iter()
    }
}

/// `yield_map`: replaces each row by the rows that the function returns for it: none, one or several.
pub fn yield_map<T, I: Yield<T>>(rows: Vec<T>, split: fn(T) -> I) -> Vec<T> {
    rows.into_iter().flat_map(|row| split(row).rows()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_none_or_several() {
        let twice_if_odd = |row: u32| vec![row; if row % 2 == 1 { 2 } else { 0 }];
        assert_eq!(yield_map(vec![1, 2, 3], twice_if_odd), [1, 1, 3, 3]);
    }
}
