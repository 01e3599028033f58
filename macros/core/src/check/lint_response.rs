//! Lints about responses: actions that lose rows, and fields that are never filled.

use quote::ToTokens;

use super::duty::Steps;
use super::fields;
use super::lint::Scope;
use crate::items::{Annotated, Impl};
use crate::language::{Action, Lint, On, ResourceOptions};
use crate::literal::{Step, written};
use crate::naming::{plain, unraw};
use crate::resolve::ResolvedOptions;

/// Names of flags that say that there are more pages,
const MORE: [&str; 7] = ["hasmore", "hasnext", "hasnextpage", "hasmoreitems", "hasmorepages", "more", "moreavailable"];
/// and that there are none.
const LAST: [&str; 6] = ["last", "islast", "lastpage", "islastpage", "isend", "islastbatch"];

impl Scope<'_> {
    /// Warns of failures that look like empty tables: of each by default, of those that pass or need somebody on a resource.
    pub(super) fn ignored_failures(&self, options: &ResourceOptions, by_default: bool) {
        let Some(actions) = options.response_actions.get() else { return };
        let ignored = actions.0.iter().filter_map(|(on, action)| match on {
            On::Status(code, token) if *action == Action::Ignore && *code >= 400 => Some((*code, token)),
            _ => None,
        });
        let mut seen_by_default = false;
        for (code, token) in ignored {
            let why = match code {
                401 | 407 => {
                    "where credentials have expired, the rest of a table is missing, and the run succeeds\nhelp: leave it out: the run fails, and says so"
                }
                429 => {
                    "a rate limit ends the table, and the run succeeds\nhelp: leave it out: the client waits, and asks again"
                }
                408 | 425 | 500.. => {
                    "it passes, and here it ends the table, and the run succeeds\nhelp: leave it out: the client asks again; `retry(…)` says how often"
                }
                _ if by_default => {
                    if !std::mem::replace(&mut seen_by_default, true) {
                        self.warn(
                            token,
                            Lint::IgnoredFailures,
                            &format!("{code} is ignored for all resources: where access is missing or a path is wrong, a table is empty, and the run succeeds\nhelp: write it for the resources that answer so without a failure: `response_actions({code} = ignore)`"),
                        );
                    }
                    continue;
                }
                _ => continue,
            };
            self.warn(token, Lint::IgnoredFailures, &format!("{code} is ignored: {why}"));
        }
    }

    /// Warns of actions that throw away pages with rows.
    pub(super) fn ignored_rows(&self, options: &ResourceOptions) {
        let Some(actions) = options.response_actions.get() else { return };
        for (on, _) in actions.0.iter().filter(|(_, action)| *action == Action::Ignore) {
            match on {
                On::Text(token) => {
                    let text = token.value();
                    self.warn(
                        token,
                        Lint::IgnoredRows,
                        &format!("this text is looked for in the whole body: a page with {text:?} in one of its rows is thrown away\nhelp: write its status, too, `(404, {text:?}) = ignore`, or the place of a value, `body(\"error\") = ignore`"),
                    );
                }
                On::Body { path, token, .. } => {
                    let Some(Step::Key(key)) = path.last() else { continue };
                    let option = if MORE.contains(&plain(key).as_str()) {
                        "has_more_path"
                    } else if LAST.contains(&plain(key).as_str()) {
                        "is_last_path"
                    } else {
                        continue;
                    };
                    self.warn(
                        token,
                        Lint::IgnoredRows,
                        &format!("an ignored page has no rows: where `{0}` ends the pages, those of the last are thrown away\nhelp: write `{option} = {0:?}` in the paginator", written(path)),
                    );
                }
                On::Status(..) | On::StatusText { .. } => {}
            }
        }
    }

    /// Warns of columns that stay empty, and of marks that keep nothing out of a table.
    pub(super) fn serde_skip(&self, resource: &Annotated<ResourceOptions>, options: &ResolvedOptions<'_>) {
        let is_filled = Steps::of(options).drop;
        let is_derived = resource.serde.deserialize != Impl::Manual;
        let stored = fields(&resource.body).iter().filter(|field| {
            field.column.skip.is_absent() && field.column.child_table.is_absent() && field.marks.flatten.is_none()
        });
        for field in stored.filter(|_| is_derived) {
            let name = unraw(&field.ident);
            if let Some(word) = field.marks.skip.as_ref().filter(|_| !is_filled) {
                self.warn(
                    word,
                    Lint::SerdeSkip,
                    &format!("`{word}` says that `{name}` is not read, so its column is always empty\nhelp: write `#[column(skip)]` in its place, which reads the field and stores none, or leave it out"),
                );
            } else if let Some(word) = field.marks.unwritten.as_ref().filter(|_| !writes(resource)) {
                self.warn(
                    word,
                    Lint::SerdeSkip,
                    &format!("nothing writes this struct by serde, and `{name}` is stored whatever `{word}` says\nhelp: to keep it out of the table write `#[column(skip)]`"),
                );
            }
        }
    }
}

/// Whether something may write the struct by serde's attributes.
fn writes(resource: &Annotated<ResourceOptions>) -> bool {
    let attrs = crate::items::attrs_of(&resource.item);
    resource.serde.serialize != Impl::Missing
        || attrs.iter().any(|attr| attr.to_token_stream().to_string().contains("Serialize"))
}
