//! Lints: what is legal, and hardly meant. Each is a warning, and `allow(…)` says that it is meant.
//!
//! Each was seen in configurations of other tools that people published, where it lost or doubled rows.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::LitStr;

use super::fields;
use super::paging_paths::last_key;
use crate::diagnostic::Sink;
use crate::items::{Annotated, ParsedItem};
use crate::language::{
    Allowed, DispositionKind, Fixed, JsonTemplate, Lint, Paginator, PaginatorKind, Param, ParamValue, ResourceOptions,
    SourceOptions,
};
use crate::literal::Step;
use crate::naming::{plain, snake};
use crate::resolve::{ResolvedOptions, headers};
use crate::syntax::{FieldPath, FieldPaths, Slot, Word};

/// Names under which APIs take the size of a page.
const SIZES: [&str; 12] = [
    "limit",
    "perpage",
    "pagesize",
    "pagelimit",
    "maxresults",
    "resultsperpage",
    "rowsperpage",
    "itemsperpage",
    "recordsperpage",
    "maxpagesize",
    "numresults",
    "$top",
];
/// Names under which they take the number of a page,
const PAGES: [&str; 7] = ["page", "p", "pagenumber", "pageno", "pageindex", "pagenum", "currentpage"];
/// and an offset.
const OFFSETS: [&str; 6] = ["offset", "skip", "startat", "startindex", "pageoffset", "$skip"];
/// Words in the name of a cursor that moves when a row changes.
const CHANGES: [&str; 5] = ["updated", "modified", "changed", "modstamp", "edited"];

/// Warns of what is hardly meant.
pub(super) fn check(options: &SourceOptions, shared: &ResourceOptions, items: &[ParsedItem], errors: &Sink) {
    let of_source = Scope { allowed: vec![&options.allow], errors };
    of_source.paging(&shared.paginator);
    of_source.ignored_failures(shared, true);
    of_source.ignored_rows(shared);
    of_source.paging_in_json(shared.json.get(), shared.paginator.get());
    of_source.secret_headers(headers::of(&options.headers));
    of_source.secrets_sent(shared, &ResolvedOptions::new(shared, shared), items);
    for resource in super::resources(items) {
        let scope = Scope { allowed: vec![&options.allow, &resource.options.allow], errors: &resource.errors };
        let resolved = ResolvedOptions::new(&resource.options, shared);
        scope.paging(&resource.options.paginator);
        scope.first_page_only(&resolved);
        scope.appended(resource, &resolved);
        scope.ignored_failures(&resource.options, false);
        scope.ignored_rows(&resource.options);
        scope.serde_skip(resource, &resolved);
        scope.repeated_path(options, resource);
        scope.unsent_credentials(options, resource, &resolved);
        scope.secrets_sent(&resource.options, &resolved, items);
        scope.quoted_param(&resolved, resource);
        if !(resolved.json.inherited && resolved.paginator.inherited) {
            scope.paging_in_json(resolved.json.get(), resolved.paginator.get());
        }
        scope.changing_key(&resolved);
    }
}

pub(super) struct Scope<'s> {
    allowed: Vec<&'s Slot<Allowed>>,
    errors: &'s Sink,
}

impl Scope<'_> {
    pub(super) fn warn(&self, at: impl ToTokens, lint: Lint, message: &str) {
        if !Allowed::by(lint, &self.allowed) {
            self.errors.warn(at, lint.word(), message);
        }
    }

    fn paging(&self, slot: &Slot<Paginator>) {
        let Some(paginator) = slot.get() else { return };
        self.page_or_offset(paginator);
        self.cursor_or_link(paginator);
        self.same_cursor(paginator);
        self.skipped_first_page(paginator);
    }

    /// Warns of a cursor that is read as a link, and of a link that is read as a cursor.
    fn cursor_or_link(&self, paginator: &Paginator) {
        let place = |option: &str| {
            let (steps, token) = paginator.path(option)?;
            // A field of a row has the name that rows give it.
            let plain_keys = steps.iter().all(|step| matches!(step, Step::Key(_)));
            Some((last_key(steps).filter(|_| plain_keys)?, token))
        };
        if let Some((key, token)) = place("next_url_path").filter(|(key, _)| is_cursor(key)) {
            self.warn(
                token,
                Lint::CursorOrLink,
                &format!("`{key}` reads as a cursor, and `json_link` requests the URL that is there\nhelp: write `cursor(cursor_path = {:?}, cursor_param = \"…\")`", token.value()),
            );
        }
        if let Some((key, token)) = place("cursor_path").filter(|(key, _)| is_url(key)) {
            self.warn(
                token,
                Lint::CursorOrLink,
                &format!("`{key}` reads as a URL, and `cursor` sends it as the value of a param\nhelp: write `json_link(next_url_path = {:?})`", token.value()),
            );
        }
    }

    /// Warns of one cursor at both ends. Where it is 0, the API counts in a circle, as Redis does.
    fn same_cursor(&self, paginator: &Paginator) {
        let first = paginator.cursor("initial_cursor").map(LitStr::value);
        if let Some(last) =
            paginator.text("end_cursor").filter(|last| first == Some(last.value()) && last.value() != "0")
        {
            self.warn(
                last,
                Lint::SameCursor,
                "the first page has this cursor, and it means that there is no next page\nhelp: write the one that the API sends with its last page, or leave `end_cursor` out",
            );
        }
    }

    /// Warns of a step that is written as the place of the first page.
    fn skipped_first_page(&self, paginator: &Paginator) {
        let Some((size, _)) = paginator.number("limit").filter(|(size, _)| *size > 1) else { return };
        for (option, what) in [
            ("offset", format!("`offset` is where the first page begins: the first {size} rows are skipped")),
            ("base_page", format!("`base_page` is the number of the first page: {} pages are skipped", size - 1)),
        ] {
            if let Some((_, token)) = paginator.number(option).filter(|(first, _)| *first == size) {
                self.warn(
                    token,
                    Lint::SkippedFirstPage,
                    &format!("{what}\nhelp: leave it out; `limit` is the size of a page"),
                );
            }
        }
    }

    /// Warns of a page's number that is sent as an offset, and of an offset that is sent as a page's number.
    fn page_or_offset(&self, paginator: &Paginator) {
        let named = |option: &str, names: &[&str]| {
            paginator.text(option).filter(|token| names.contains(&param_name(&token.value()).as_str())).cloned()
        };
        let found: Option<(LitStr, String)> = match paginator.kind {
            PaginatorKind::Offset => named("offset_param", &PAGES).map(|token| {
                let name = token.value();
                let message = format!("`{name}` reads as the number of a page, and `offset` counts rows: after the first 100 it would ask for page 100\nhelp: write `page_number(page_param = {name:?}, …)`");
                (token, message)
            }),
            PaginatorKind::PageNumber => named("page_param", &OFFSETS).map(|token| {
                let name = token.value();
                let message = format!("`{name}` reads as an offset, and `page_number` counts pages: the second request would begin at row 2\nhelp: write `offset(offset_param = {name:?}, limit = 100, …)`");
                (token, message)
            }),
            _ => None,
        };
        if let Some((token, message)) = found {
            self.warn(token, Lint::PageOrOffset, &message);
        }
    }

    /// Warns of a size or a number of pages that is sent where nothing reads the other pages.
    fn first_page_only(&self, options: &ResolvedOptions<'_>) {
        if !options.params_sound || !options.paginator.is_absent() {
            return;
        }
        let sent = fixed_numbers(options);
        let named = |names: &[&str]| sent.iter().find(|(name, _)| names.contains(&param_name(name).as_str()));
        if let Some((name, at)) = named(&PAGES).or_else(|| named(&OFFSETS)) {
            let paginator = if OFFSETS.contains(&param_name(name).as_str()) { "offset" } else { "page_number" };
            self.warn(
                at,
                Lint::FixedPage,
                &format!("`{name}` is the same in every request, and no paginator is declared: only one page is read\nhelp: leave it out, and write `paginator = {paginator}(…)`, which counts"),
            );
        } else if let Some((name, at)) = named(&SIZES) {
            self.warn(
                at,
                Lint::FixedPageSize,
                &format!("`{name}` asks for a part of the rows, and no paginator is declared: the others are read only if each page links the next\nhelp: write `paginator = …` with `limit_param = {name:?}, limit = …`, and leave it out here"),
            );
        }
    }

    /// Warns of rows that are stored again by each run although they have a key.
    fn appended(&self, resource: &Annotated<ResourceOptions>, options: &ResolvedOptions<'_>) {
        let Some(disposition) = options.write_disposition.get() else { return };
        // A default and a key of the resource's own were not written for each other.
        let written_together = options.write_disposition.inherited == options.primary_key.inherited;
        if disposition.kind != DispositionKind::Append || options.primary_key.get().is_none() {
            return;
        }
        let cursor = options.incremental.get().and_then(|range| range.cursor.get());
        let word = &disposition.word;
        if let Some(cursor) = cursor {
            let name = cursor.written();
            if moves(&name) {
                self.warn(
                    word,
                    Lint::AppendedUpdates,
                    &format!("rows come again when they change (the cursor is `{name}`), and `append` stores each version beside the others\nhelp: write `write_disposition = merge`, which keeps the newest by the key"),
                );
            }
        } else if options.incremental.is_absent()
            && written_together
            && fields(&resource.body).iter().all(|field| field.column.child_table.is_absent())
        {
            self.warn(
                word,
                Lint::UnusedKey,
                "each run reads all rows, and `append` stores them again under the same keys\nhelp: write `write_disposition = merge`, or leave `primary_key` out",
            );
        }
    }

    /// Warns of a merge whose key changes when a row does: the earlier version stays beside the new one.
    fn changing_key(&self, options: &ResolvedOptions<'_>) {
        let merges = options
            .write_disposition
            .get()
            .map_or(options.write_disposition.is_absent(), |disposition| disposition.kind == DispositionKind::Merge);
        let cursor = options.incremental.get().and_then(|range| range.cursor.get()).map(FieldPath::written);
        let Some(cursor) = cursor.filter(|name| merges && moves(name)) else { return };
        let keys = options.primary_key.get().into_iter().flat_map(|FieldPaths(keys)| keys);
        if let Some(key) = keys.into_iter().find(|key| key.written() == cursor) {
            self.warn(
                key,
                Lint::ChangingKey,
                &format!("`{cursor}` changes when a row does, and a row with another key is another row: each version stays beside the others\nhelp: leave it out of `primary_key`, which names what a row keeps"),
            );
        }
    }
}

/// Whether a cursor's name says that it moves when a row changes.
fn moves(name: &str) -> bool {
    CHANGES.iter().any(|change| plain(name).contains(change))
}

/// Whether the last word of a key is that of a cursor,
fn is_cursor(key: &str) -> bool {
    matches!(last_word(key).as_str(), "cursor" | "token")
}

/// or of a URL.
fn is_url(key: &str) -> bool {
    matches!(last_word(key).as_str(), "url" | "uri" | "href" | "link")
}

/// `link`, of `next_link`, `nextLink` and `@odata.nextLink`.
fn last_word(key: &str) -> String {
    let key = snake(key);
    key.rsplit(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

/// The numbers that are the same in every request, with their names and where they are written.
fn fixed_numbers(options: &ResolvedOptions<'_>) -> Vec<(String, TokenStream)> {
    let params = options.params.iter().filter_map(|param: &Param| match &param.value {
        ParamValue::Static(Fixed { text, .. }) if is_number(text) => Some((param.wire(), param.wire_token())),
        _ => None,
    });
    let members = match options.template() {
        Some(JsonTemplate::Object(members)) => members.as_slice(),
        _ => &[],
    };
    let members = members.iter().filter_map(|(key, value)| match value {
        JsonTemplate::Integer(_) => Some((key.value(), key.to_token_stream())),
        JsonTemplate::Text(text) if is_number(&text.pattern.plain()) => Some((key.value(), key.to_token_stream())),
        _ => None,
    });
    params.chain(members).collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_digit())
}

/// A param's name without its case and its marks, but for the `$` of `OData`: `page[size]` is `pagesize`, and `$top` itself.
fn param_name(name: &str) -> String {
    let dollar = if name.starts_with('$') { "$" } else { "" };
    format!("{dollar}{}", plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_and_urls() {
        for name in ["cursor", "next_cursor", "endCursor", "nextPageToken", "next-token"] {
            assert!(is_cursor(name) && !is_url(name), "{name}");
        }
        for name in ["url", "next_url", "nextLink", "href", "@odata.nextLink", "NextPageUri"] {
            assert!(is_url(name) && !is_cursor(name), "{name}");
        }
        for name in ["next", "next_page", "curl", "links", "after"] {
            assert!(!is_url(name) && !is_cursor(name), "{name}");
        }
    }

    #[test]
    fn names_however_they_are_written() {
        for name in ["limit", "per_page", "perPage", "per-page", "page[size]", "pageSize", "_limit", "$top"] {
            assert!(SIZES.contains(&param_name(name).as_str()), "{name}");
        }
        for name in ["page", "_page", "page[number]", "pageIndex"] {
            assert!(PAGES.contains(&param_name(name).as_str()), "{name}");
        }
        for name in ["size", "rate_limit", "pages", "top", "count"] {
            assert!(![&SIZES[..], &PAGES, &OFFSETS].concat().contains(&param_name(name).as_str()), "{name}");
        }
    }
}
