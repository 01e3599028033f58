//! Processing steps that the standard library does not have.

use std::marker::PhantomData;

use serde::Serialize;

/// What the processing steps of a resource do with its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum Processing {
    /// There are none.
    Nothing,
    /// They drop some.
    Drops,
    /// They make others of them.
    Changes,
}

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

/// The same for a function that takes the params of the client.
pub fn yield_map_with<T, P, I: Yield<T>>(rows: Vec<T>, split: fn(T, &P) -> I, params: &P) -> Vec<T> {
    rows.into_iter().flat_map(|row| split(row, params).rows()).collect()
}

/// Marks a function that takes a row alone, and what it returns.
#[derive(Debug)]
pub struct Row<R>(PhantomData<R>);

/// Marks a function that takes a row and the params of the client, and what it returns.
#[derive(Debug)]
pub struct RowAndParams<R>(PhantomData<R>);

/// A function of `filter`, with or without params. `Form` is one of the marks.
#[diagnostic::on_unimplemented(
    message = "`filter` needs a function `fn(&{T}) -> bool` or `fn(&{T}, &Params) -> bool`",
    label = "this function takes or returns something else"
)]
pub trait Filter<T, P, Form> {
    /// Whether the row stays.
    fn keeps(&self, row: &T, params: &P) -> bool;
}

#[diagnostic::do_not_recommend]
impl<T, P, F: Fn(&T) -> bool> Filter<T, P, Row<bool>> for F {
    fn keeps(&self, row: &T, _: &P) -> bool {
        self(row)
    }
}

#[diagnostic::do_not_recommend]
impl<T, P, F: Fn(&T, &P) -> bool> Filter<T, P, RowAndParams<bool>> for F {
    fn keeps(&self, row: &T, params: &P) -> bool {
        self(row, params)
    }
}

/// A function of `map`, with or without params.
#[diagnostic::on_unimplemented(
    message = "`map` needs a function `fn({T}) -> {T}` or `fn({T}, &Params) -> {T}`",
    label = "this function takes or returns something else"
)]
pub trait Map<T, P, Form> {
    /// The row as it is to be.
    fn change(&self, row: T, params: &P) -> T;
}

#[diagnostic::do_not_recommend]
impl<T, P, F: Fn(T) -> T> Map<T, P, Row<T>> for F {
    fn change(&self, row: T, _: &P) -> T {
        self(row)
    }
}

#[diagnostic::do_not_recommend]
impl<T, P, F: Fn(T, &P) -> T> Map<T, P, RowAndParams<T>> for F {
    fn change(&self, row: T, params: &P) -> T {
        self(row, params)
    }
}

/// A function of `yield_map`, with or without params.
#[diagnostic::on_unimplemented(
    message = "`yield_map` needs a function of `{T}`, or of `{T}` and `&Params`, that returns rows of `{T}`",
    label = "this function takes or returns something else",
    note = "return a `Vec<{T}>`, an `Option<{T}>` or any other iterator"
)]
pub trait YieldMap<T, P, Form> {
    /// The rows in place of the row.
    fn split(&self, row: T, params: &P) -> impl Iterator<Item = T>;
}

#[diagnostic::do_not_recommend]
impl<T, P, I: Yield<T>, F: Fn(T) -> I> YieldMap<T, P, Row<I>> for F {
    fn split(&self, row: T, _: &P) -> impl Iterator<Item = T> {
        self(row).rows()
    }
}

#[diagnostic::do_not_recommend]
impl<T, P, I: Yield<T>, F: Fn(T, &P) -> I> YieldMap<T, P, RowAndParams<I>> for F {
    fn split(&self, row: T, params: &P) -> impl Iterator<Item = T> {
        self(row, params).rows()
    }
}

/// `filter` by a function that the macro does not see.
#[expect(clippy::needless_pass_by_value, reason = "generated code hands over the name of a function")]
pub fn filter_rows<T, P, Form>(rows: &mut Vec<T>, keep: impl Filter<T, P, Form>, params: &P) {
    rows.retain(|row| keep.keeps(row, params));
}

/// `map` by a function that the macro does not see.
#[expect(clippy::needless_pass_by_value, reason = "generated code hands over the name of a function")]
pub fn map_rows<T, P, Form>(rows: Vec<T>, change: impl Map<T, P, Form>, params: &P) -> Vec<T> {
    rows.into_iter().map(|row| change.change(row, params)).collect()
}

/// `yield_map` by a function that the macro does not see.
#[expect(clippy::needless_pass_by_value, reason = "generated code hands over the name of a function")]
pub fn yield_rows<T, P, Form>(rows: Vec<T>, split: impl YieldMap<T, P, Form>, params: &P) -> Vec<T> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        all.extend(split.split(row, params));
    }
    all
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
