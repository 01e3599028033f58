//! `deleted`: that a load can know which rows are gone.

use super::resource::ResourceScope;
use crate::language::{DeletedKind, DispositionKind};
use crate::model::{Field, Parent, PartitionColumn};

/// The column that says when a row was missed first.
const DELETED_AT: &str = "_deleted_at";

/// What happens to rows that do not come any more.
pub(super) fn check(
    scope: &ResourceScope<'_>,
    fields: &[Field],
    parent: &Parent,
    partitions: &[PartitionColumn],
    stored: DispositionKind,
) -> DeletedKind {
    let options = scope.options;
    let Some(deleted) = options.deleted.get() else { return DeletedKind::Keep };
    let (kind, word) = (deleted.kind, &deleted.word);
    if kind == DeletedKind::Keep {
        return kind;
    }
    let origin = scope.origin(options.deleted.inherited);
    if stored != DispositionKind::Merge && !options.write_disposition.is_broken() {
        let message = "rows that are gone are known by their keys, and this table is not merged\nhelp: write `primary_key = …` and `write_disposition = merge`, or leave `deleted` out".to_owned();
        match options.write_disposition.get() {
            Some(disposition) => origin.conflict(word, message, &disposition.word, "its disposition is set here"),
            None => origin.report(word, message),
        }
    }
    if let Some((key, _)) = options.incremental.set() {
        let message = "`incremental` does not bring all rows, so that those which do not come are not gone\nhelp: leave `incremental` or `deleted` out";
        origin.conflict(word, message.to_owned(), key, "not all rows come because of this");
    }
    if let Some(above) = parent.only_new.as_ref().filter(|_| scope.is_selected()) {
        let message = format!(
            "only the new rows of `{above}` are read, so that rows of `{}` which do not come are not gone\nhelp: leave `deleted` out",
            scope.name.table
        );
        origin.report(word, message);
    }
    let limits = ["maximum_page", "maximum_offset"];
    let limit =
        options.paginator.get().and_then(|paginator| limits.into_iter().find_map(|name| paginator.number(name)));
    if let Some((_, token)) = limit {
        let message = "the walk ends before the last row, so that rows which do not come are not gone\nhelp: leave the maximum or `deleted` out";
        origin.conflict(word, message.to_owned(), token, "the walk ends here");
    }
    let hidden =
        options.paginator.get().and_then(|paginator| paginator.word("advance")).filter(|word| *word == "limit");
    if let Some(token) = hidden {
        let message =
            "the API hides rows, and they look like rows that are gone\nhelp: leave `advance = limit` or `deleted` out";
        origin.conflict(word, message.to_owned(), token, "rows are hidden here");
    }
    let is_taken = |field: &&Field| field.storage.column().is_some_and(|name| name.eq_ignore_ascii_case(DELETED_AT));
    let field = fields.iter().find(is_taken).map(|field| &field.ident);
    let partition = partitions.iter().find(|column| column.name == DELETED_AT).map(|column| &column.token);
    if let Some(field) = field.or(partition).filter(|_| kind == DeletedKind::Mark) {
        let message = format!(
            "`deleted = mark` has a column `{DELETED_AT}` of its own, and the table has one already\nhelp: store the field under another name: `#[column(name = \"…\")]`"
        );
        origin.conflict(word, message, field, "this field is stored in it");
    }
    kind
}
