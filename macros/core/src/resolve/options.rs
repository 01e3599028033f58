//! The options of a resource, decided once: each is its own, or where it has none, the default.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Ident, LitBool};

use super::headers::{self, Set};
use super::params::{self, Places};
use crate::language::{
    Actions, Auth, BodyFormat, BodyFormatKind, Data, Deleted, Disposition, Fixed, Included, IncludedPartitions,
    IncludedRange, IncrementalOptions, JsonTemplate, JsonText, Method, MethodKind, MissingRows, OnBadRow, Paginator,
    Param, Params, Partitions, Process, ResourceOptions, RetryOptions, Sorts,
};
use crate::literal::{BodyPrefix, Duration, Rate, RenameRule, Selector, Template};
use crate::naming::unraw;
use crate::syntax::{FieldPaths, Int, Slot, Text};

/// An option of a resource, or the default in its place.
pub(crate) struct Resolved<'o, T> {
    pub(crate) slot: &'o Slot<T>,
    /// Whether the resource has none of its own.
    pub(crate) inherited: bool,
}

impl<T> Clone for Resolved<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Resolved<'_, T> {}

impl<'o, T> Resolved<'o, T> {
    fn new(own: &'o Slot<T>, shared: &'o Slot<T>) -> Self {
        Self { slot: own.or(shared), inherited: own.is_absent() }
    }

    pub(crate) fn get(self) -> Option<&'o T> {
        self.slot.get()
    }

    /// The option's name and its value.
    pub(crate) fn set(self) -> Option<(&'o Ident, &'o T)> {
        self.slot.key().zip(self.get())
    }

    /// The resource's own value.
    pub(crate) fn own(self) -> Option<&'o T> {
        self.get().filter(|_| !self.inherited)
    }

    pub(crate) fn is_absent(self) -> bool {
        self.slot.is_absent()
    }

    /// Whether it could not be read, so that nothing is known of it.
    pub(crate) fn is_broken(self) -> bool {
        matches!(self.slot, Slot::Broken(_))
    }
}

macro_rules! resolved_options {
    ($($option:ident: $value:ty,)*) => {
        /// The options of a resource. `resource_defaults(…)` by itself is resolved as a resource without defaults.
        pub(crate) struct ResolvedOptions<'o> {
            $(pub(crate) $option: Resolved<'o, $value>,)*
            /// Those of the defaults that the resource does not set itself, and its own.
            pub(crate) headers: Vec<Set<'o>>,
            /// Its partitions, which are found before a param of the same name, and then likewise.
            pub(crate) params: Vec<Param>,
            pub(crate) own_params: &'o [Param],
            /// Whether all params could be read: only then is an unknown name certainly a mistake.
            pub(crate) params_sound: bool,
            /// The names of the options that it unsets, although nothing sets them.
            pub(crate) unset_in_vain: Vec<&'o Ident>,
        }

        impl<'o> ResolvedOptions<'o> {
            pub(crate) fn new(own: &'o ResourceOptions, shared: &'o ResourceOptions) -> Self {
                let sound = |slot: &Slot<Params>| slot.get().map_or(slot.is_absent(), |params| params.sound);
                let mut resolved = Self {
                    $($option: Resolved::new(&own.$option, &shared.$option),)*
                    headers: headers::all(&own.headers, &shared.headers).collect(),
                    params: params::all(own, shared),
                    own_params: params::own(own),
                    params_sound: sound(&own.params) && sound(&shared.params),
                    unset_in_vain: Vec::new(),
                };
                let unset = [
                    $(own.$option.unset().filter(|_| shared.$option.is_absent()),)*
                    own.headers.unset().filter(|_| shared.headers.is_absent()),
                    own.params.unset().filter(|_| shared.params.is_absent()),
                ];
                resolved.unset_in_vain.extend(unset.into_iter().flatten());
                if let Some(partitions) = resolved.partition_by.get() {
                    resolved.params.splice(0..0, partitions.all.iter().map(params::partition));
                    resolved.params_sound &= partitions.sound;
                }
                resolved.params_sound &= !resolved.partition_by.is_broken();
                // The body of the defaults is for a POST that has none of its own, of whatever kind.
                if !(own.json.is_absent() && own.data.is_absent() && resolved.method_kind() == Some(MethodKind::Post)) {
                    resolved.json = Resolved::new(&own.json, &own.json);
                    resolved.data = Resolved::new(&own.data, &own.data);
                }
                // Where a resource has a format of its own, the defaults do not say where its rows are.
                let is_other = own.format.get().is_some_and(|format| format.kind != BodyFormatKind::Json);
                if is_other || !own.rows.is_absent() {
                    resolved.data_selector = Resolved::new(&own.data_selector, &own.data_selector);
                    resolved.missing_rows = Resolved::new(&own.missing_rows, &own.missing_rows);
                    resolved.body_prefix = Resolved::new(&own.body_prefix, &own.body_prefix);
                }
                if !own.format.is_absent() {
                    resolved.rows = Resolved::new(&own.rows, &own.rows);
                }
                if !own.rows.is_absent() {
                    resolved.format = Resolved::new(&own.format, &own.format);
                }
                resolved
            }
        }
    };
}

resolved_options! {
    method: Method,
    json: JsonTemplate,
    data: Data,
    format: BodyFormat,
    rows: Process,
    sorts: Sorts,
    data_selector: Text<Selector>,
    body_prefix: Text<BodyPrefix>,
    missing_rows: MissingRows,
    response_actions: Actions,
    filter: Process,
    map: Process,
    yield_map: Process,
    on_bad_row: OnBadRow,
    paginator: Paginator,
    include_from_parent: Included,
    partition_by: Partitions,
    include_partition: IncludedPartitions,
    include_range: IncludedRange,
    primary_key: FieldPaths,
    write_disposition: Disposition,
    deleted: Deleted,
    incremental: IncrementalOptions,
    result_window: Int<u64>,
    selected: LitBool,
    rename_all: Text<RenameRule>,
    retry: RetryOptions,
    timeout: Text<Duration>,
    rate_limit: Text<Rate>,
    auth: Auth,
}

impl<'o> ResolvedOptions<'o> {
    /// The method of the requests. None where it could not be read.
    pub(crate) fn method_kind(&self) -> Option<MethodKind> {
        match self.method.slot {
            Slot::Absent | Slot::Unset(_) => Some(MethodKind::Get),
            Slot::Broken(_) => None,
            Slot::Set(_, method) => Some(method.kind),
        }
    }

    /// Whether the rows themselves are JSON, wherever they are.
    pub(crate) fn has_json_rows(&self) -> bool {
        let is_csv = |format: &BodyFormat| format.kind == BodyFormatKind::Csv;
        self.rows.is_absent() && !self.format.is_broken() && !self.format.get().is_some_and(is_csv)
    }

    /// Whether the rows are where the JSON of a body has them.
    pub(crate) fn is_json(&self) -> bool {
        let is_other = |format: &BodyFormat| format.kind != BodyFormatKind::Json;
        self.rows.is_absent() && !self.format.is_broken() && !self.format.get().is_some_and(is_other)
    }

    /// The body that may name params as values.
    pub(crate) fn template(&self) -> Option<&'o JsonTemplate> {
        self.json.get().or_else(|| self.data.get().and_then(Data::form))
    }

    /// All texts with placeholders, but for the path, which is the resource's own.
    pub(crate) fn texts(&self) -> Vec<PlacedText<'_>> {
        let is_own = |param: &Param| self.own_params.iter().any(|own| own.name == param.name);
        let params = self.params.iter().flat_map(|param| {
            let inherited = !is_own(param);
            let place = if param.named().is_some() { TextPlace::Name } else { TextPlace::Param };
            param.fixed().iter().map(move |Fixed { pattern, token, .. }| PlacedText {
                pattern,
                token: token.clone(),
                place,
                inherited,
            })
        });
        let headers = self.headers.iter().map(|Set { header, inherited }| PlacedText {
            pattern: &header.pattern,
            token: header.value.to_token_stream(),
            place: TextPlace::Header,
            inherited: *inherited,
        });
        let inherited = self.json.inherited && self.data.inherited;
        let raw = match self.data.get() {
            Some(Data::Raw(text)) => Some((text, TextPlace::Body)),
            Some(Data::Form(_)) | None => None,
        };
        let body = self.template().into_iter().flat_map(|body| body.texts()).map(|text| (text, TextPlace::Member));
        let body = body.chain(raw).map(|(JsonText { pattern, token }, place)| PlacedText {
            pattern,
            token: token.clone(),
            place,
            inherited,
        });
        params.chain(headers).chain(body).collect()
    }

    /// Where params have a place besides the query.
    pub(crate) fn places<'p>(&self, path: Option<&'p crate::model::Path>) -> Places<'p> {
        let mut places = Places { path, ..Places::default() };
        places.json.extend(self.template().into_iter().flat_map(|body| body.params().into_iter().map(unraw)));
        for text in self.texts() {
            let names = match text.place {
                TextPlace::Header => &mut places.headers,
                TextPlace::Param | TextPlace::Name => &mut places.texts,
                TextPlace::Member | TextPlace::Body => &mut places.json,
            };
            names.extend(text.pattern.params().map(str::to_owned));
        }
        places
    }
}

/// A text with placeholders, and where it stands.
pub(crate) struct PlacedText<'o> {
    pub(crate) pattern: &'o Template,
    pub(crate) token: TokenStream,
    pub(crate) place: TextPlace,
    /// Whether it is one of the defaults.
    pub(crate) inherited: bool,
}

/// Where a text with placeholders stands.
#[derive(Clone, Copy)]
pub(crate) enum TextPlace {
    /// The fixed value of a param.
    Param,
    /// The same, a plain name.
    Name,
    Header,
    /// A value in a body, which can be left out.
    Member,
    /// The body itself.
    Body,
}
