//! What a destination can write, known when a program is compiled.
//!
//! [`Capabilities`](super::Capabilities) say the same while it runs, also of a `dyn Destination`.

#[cfg(feature = "sqlite")]
use super::Sqlite;
use super::{Destination, Tee};

/// A destination that adds rows to a table: `write_disposition = append`.
///
/// The `sync` of a generated client asks it of its destination, with the struct of a resource's rows as `Row`: so a source that
/// appends does not compile with a destination that cannot. A destination of your own implements it for all:
/// `impl<Row: ?Sized> Append<Row> for Mine {}`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot append rows, and `{Row}` is declared with `write_disposition = append`",
    label = "a destination that does not append",
    note = "declare another `write_disposition`, or sync into a destination that appends; one of your own implements `declarest::destination::Append`",
    note = "to sync other resources of the source alone, by `.only([…])`, pass the destination as `&mut dyn declarest::Destination`"
)]
pub trait Append<Row: ?Sized>: Destination {}

/// A destination that updates rows by their key: `write_disposition = merge`. See [`Append`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot merge rows, and `{Row}` is declared with `write_disposition = merge`",
    label = "a destination that does not merge",
    note = "declare `write_disposition = append` or `replace`, or sync into a destination that merges; one of your own implements `declarest::destination::Merge`",
    note = "to sync other resources of the source alone, by `.only([…])`, pass the destination as `&mut dyn declarest::Destination`"
)]
pub trait Merge<Row: ?Sized>: Destination {}

/// A destination that replaces a table as a whole: `write_disposition = replace`. See [`Append`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot replace tables, and `{Row}` is declared with `write_disposition = replace`",
    label = "a destination that does not replace",
    note = "declare another `write_disposition`, or sync into a destination that replaces; one of your own implements `declarest::destination::Replace`",
    note = "to sync other resources of the source alone, by `.only([…])`, pass the destination as `&mut dyn declarest::Destination`"
)]
pub trait Replace<Row: ?Sized>: Destination {}

macro_rules! impls {
    ($($able:ident),*) => {$(
        #[cfg(feature = "sqlite")]
        impl<Row: ?Sized> $able<Row> for Sqlite {}

        // What it can is known while the program runs.
        impl<Row: ?Sized> $able<Row> for dyn Destination + '_ {}

        impl<Row: ?Sized, D: $able<Row> + ?Sized> $able<Row> for &mut D {}

        impl<Row: ?Sized, D: $able<Row> + ?Sized> $able<Row> for Box<D> {}

        impl<Row: ?Sized, A: $able<Row>, B: $able<Row>> $able<Row> for Tee<A, B> {}
    )*};
}

impls!(Append, Merge, Replace);
