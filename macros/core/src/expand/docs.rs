//! The docs of generated items.

use proc_macro2::TokenStream;
use quote::quote;
use syn::LitStr;

use super::constant::plain;
use super::summary::Summary;
use crate::items::attrs_of;
use crate::language::{
    ApiKey, Auth, ClientParam, ClientParamKind, Credential, DefaultValue, DeletedKind, DispositionKind, Filters, Grant,
    Location, Paginator, PaginatorKind, Param, ParamValue, PartitionValues, Secret, Style,
};
use crate::literal::{Selector, written};
use crate::model::{Definition, Format, Partition, PublicApi, Resource, Source, Storage};
use crate::naming::unraw;
use crate::syntax::Word;

/// The docs of a client: a summary of its source's docs, its credentials, its resources.
pub(super) fn client(source: &Source) -> TokenStream {
    let mut lines = Summary::of(&source.attrs).lines;
    if lines.is_empty() {
        lines.push(format!("The client of `{}`.", unraw(&source.ident)));
    }
    lines.push(String::new());
    lines.push("Cheap to clone: clones share one pool of connections.".to_owned());
    lines.push(String::new());
    lines.push(format!("Credentials: {}.", authorized(&source.auth)));
    lines.push(String::new());
    for resource in source.resources() {
        if let Some(api) = &resource.api {
            lines.push(format!("- `{}`: {}", unraw(&api.method), request_line(api)));
        }
    }
    attributes(&lines)
}

pub(super) fn names(source: &Source) -> TokenStream {
    let module = unraw(&source.ident);
    attributes(&[format!("The names of the resources of `{module}`, for `client.sync(…).only([…])` and the like.")])
}

pub(super) fn name(api: &PublicApi) -> TokenStream {
    attributes(&[format!("The resource `{}`: {}.", unraw(&api.method), request_line(api))])
}

pub(super) fn builder(source: &Source) -> TokenStream {
    attributes(&[format!("Builder of the client of `{}`.", unraw(&source.ident))])
}

pub(super) fn base_url(source: &Source) -> TokenStream {
    let mut lines = vec!["Replaces the declared address of the API.".to_owned()];
    if !source.secrets.is_empty() {
        let warning = "Over `http`, except to this machine, credentials are sent unencrypted, and a warning is logged.";
        lines.extend([String::new(), warning.to_owned()]);
    }
    attributes(&lines)
}

pub(super) fn secret(name: &str, optional: bool) -> TokenStream {
    let variable = name.to_uppercase();
    let mut lines = vec![
        format!("Sets the secret `{name}`."),
        String::new(),
        format!("Default: the environment variable `{variable}`, or the file named by `{variable}_FILE`."),
    ];
    if optional {
        lines.push("Without it, other credentials of the declaration's `one_of` are used.".to_owned());
    }
    attributes(&lines)
}

pub(super) fn param(param: &ClientParam) -> TokenStream {
    let name = unraw(&param.name);
    let variable = param.env.as_ref().map(|env| format!("the environment variable `{}`", env.token.value()));
    let default = param.default().map(|default| {
        let values = default.values().iter().map(|value| value.token.to_string());
        match default {
            DefaultValue::Now(_, token) => format!("`{token}`, a moment of the run"),
            DefaultValue::Values { list: Some(_), .. } => format!("`[{}]`", values.collect::<Vec<_>>().join(", ")),
            DefaultValue::Values { .. } => format!("`{}`", values.collect::<String>()),
        }
    });
    let what = match param.kind {
        ClientParamKind::Optional(_) => "Without it, headers and params that contain it are left out.",
        ClientParamKind::Required => "It is required.",
        ClientParamKind::OfChoice => "It is required by some credentials of the declaration's `one_of` alone.",
        ClientParamKind::Default(_) => "",
    };
    let mut lines = vec![format!("Sets `{{{name}}}` in requests. {what}").trim_end().to_owned()];
    let defaults: Vec<String> = variable.into_iter().chain(default).collect();
    if !defaults.is_empty() {
        lines.extend([String::new(), format!("Default: {}.", defaults.join(", or else "))]);
    }
    attributes(&lines)
}

pub(super) fn setter(api: &PublicApi, param: &Param) -> TokenStream {
    let name = unraw(&param.name);
    let filters = param.filters.as_ref().map_or_else(String::new, |Filters { operator, field }| {
        let sign = if operator.is_bound() { format!("{} ", operator.sign()) } else { String::new() };
        format!(" It filters `{sign}{}`.", field.written())
    });
    let set = if api.json.contains(&name) {
        format!("Sets `{name}` in the request's body.")
    } else if api.headers.contains(&name) {
        format!("Sets `{name}` in the request's headers.")
    } else if api.texts.contains(&name) {
        format!("Sets `{name}` in the request's query. Without it, params that contain it are left out.")
    } else {
        let how = match (param.value.list(), param.style()) {
            (None, _) => "",
            (Some(_), Style::Repeat) => ", once for each value",
            (Some(_), Style::Csv) => ", the values joined by commas",
        };
        format!("Sets the query parameter `{}`{how}.", param.wire())
    };
    attributes(&[set + &filters])
}

pub(super) fn partition(name: &str) -> TokenStream {
    attributes(&[format!(
        "Reads the rows of these values of `{name}` alone: one of those that it is read for, or several."
    )])
}

pub(super) fn request(resource: &Resource, api: &PublicApi) -> TokenStream {
    let mut lines =
        vec![format!("A request for rows of `{}`: {}.", unraw(&api.method), request_line(api)), String::new()];
    lines.push("Await it to get all rows. No request is sent before.".to_owned());
    lines.push(String::new());
    lines.extend(facts(resource, api));
    attributes(&lines)
}

pub(super) fn method(resource: &Resource, api: &PublicApi) -> TokenStream {
    let Summary { mut lines, more } = Summary::of(attrs_of(&resource.item));
    if lines.is_empty() {
        lines.push(format!("Rows of `{}`.", unraw(&api.method)));
    }
    if more {
        lines.extend([String::new(), format!("More about the rows: [`{}`].", resource.ident)]);
    }
    lines.push(String::new());
    lines.push(format!(
        "{}. No request is sent before the return value is awaited or its stream is polled.",
        request_line(api)
    ));
    lines.push(String::new());
    lines.extend(facts(resource, api));
    attributes(&lines)
}

fn request_line(api: &PublicApi) -> String {
    let path = api.path.as_ref().map_or_else(|| "/…".to_owned(), |path| path.token.value());
    let method = api.http_method.word();
    format!("`{method} {path}`")
}

/// The options of a resource, a line each.
fn facts(resource: &Resource, api: &PublicApi) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(definition) = &resource.definition {
        facts.push(format!("- rows: {}", rows(definition)));
        facts.push(format!("- pages: {}", pages(&definition.paginator)));
        facts.push(format!("- key: {}", key(definition)));
        if let Some(range) = &definition.incremental {
            let window = definition
                .result_window
                .map_or_else(String::new, |window| format!(", in slices of up to {window} rows"));
            let step = range.options.step.get();
            let step = step.map_or_else(String::new, |step| format!(", in steps of {}", step.written()));
            facts.push(format!("- incremental: by `{}`{step}{window}", range.cursor.name));
        }
        let lists: Vec<String> = definition
            .fields
            .iter()
            .filter_map(|field| match &field.storage {
                Storage::Child(table) => Some(format!("`{}`", table.name)),
                Storage::Column(_) | Storage::Json(_) | Storage::Skipped => None,
            })
            .collect();
        if !lists.is_empty() {
            facts.push(format!("- child tables: {}", lists.join(", ")));
        }
        let included: Vec<String> =
            definition.parent.included.iter().map(|column| format!("`{}`", column.name)).collect();
        if !included.is_empty() {
            facts.push(format!("- parent columns: {}", included.join(", ")));
        }
        let included: Vec<String> =
            definition.partition_columns.iter().map(|column| format!("`{}`", column.name)).collect();
        if !included.is_empty() {
            facts.push(format!("- partition columns: {}", included.join(", ")));
        }
        let included: Vec<String> =
            definition.range_columns.iter().map(|column| format!("`{}`", column.name)).collect();
        if !included.is_empty() {
            facts.push(format!("- range columns: {}", included.join(", ")));
        }
        if let Some(auth) = &definition.auth {
            facts.push(format!("- auth: {}", authorized(auth)));
        }
    }
    facts.extend(api.bound.iter().map(|bound| {
        let (field, resource) = (bound.field.joined("."), &bound.field.resource);
        format!(
            "- `{}`: the field `{field}` of a row of `{resource}`; a sync reads this resource for each row",
            unraw(&bound.argument)
        )
    }));
    facts.extend(api.partitions.iter().map(read_for));
    let is_param = |param: &&Param| !matches!(param.value, ParamValue::Partition);
    let sent: Vec<String> = api.params.iter().filter(is_param).map(|param| sent(api, param)).collect();
    if !sent.is_empty() {
        facts.push(format!("- params: {}", sent.join(", ")));
    }
    facts
}

/// Where the rows are.
fn rows(definition: &Definition) -> String {
    match (&definition.format, &definition.selector) {
        (Format::JsonLines, _) => "the lines of the body, which are JSON".to_owned(),
        (Format::Csv(csv), _) => match csv.header {
            Some(false) => "the lines of the body, which are CSV without a header line".to_owned(),
            _ => "the lines of the body, which are CSV with a header line".to_owned(),
        },
        (Format::Function(function), _) => format!("made of the body by `{}`", plain(function)),
        (Format::Json, Some(Selector::Steps(steps))) if !steps.is_empty() => format!("`{}`", written(steps)),
        (Format::Json, Some(Selector::Query(query))) => format!("`{query}`"),
        (Format::Json, _) => "the whole body".to_owned(),
    }
}

/// The values that a resource is read for.
fn read_for(partition: &Partition) -> String {
    const SHOWN: usize = 12;
    let values = match &partition.values {
        PartitionValues::Param(list) => format!("of the client's `{}`", unraw(list)),
        values => {
            let values = values.written();
            let more = if values.len() > SHOWN { format!(" and {} more", values.len() - SHOWN) } else { String::new() };
            let shown: Vec<String> = values.iter().take(SHOWN).map(|value| format!("`{}`", value.text)).collect();
            format!("of {}{more}", shown.join(", "))
        }
    };
    format!("- `{}`: read once for each {values}", unraw(&partition.name))
}

fn authorized(auth: &Auth) -> String {
    let part = |credential: &Credential| match credential {
        Credential::Text(text) if text.pattern.parts.is_empty() => "none".to_owned(),
        Credential::Text(text) => format!("`{}`", text.pattern.plain()),
        Credential::Secret(secret) => format!("the secret `{}`", unraw(&secret.name)),
    };
    let secrets = |secrets: Vec<&Secret>| {
        let names: Vec<_> = secrets.into_iter().map(|secret| format!("`{}`", unraw(&secret.name))).collect();
        if names.is_empty() { "no secret".to_owned() } else { format!("the secrets {}", names.join(", ")) }
    };
    match auth {
        Auth::None | Auth::Broken { .. } => "none".to_owned(),
        Auth::Bearer(token) => format!("the secret `{}` as bearer token", unraw(&token.name)),
        Auth::HttpBasic(username, password) => {
            format!("user name and password: {}, {}", part(username), part(password))
        }
        Auth::ApiKey(ApiKey { name, key, location }) => {
            let place = match location {
                Location::Header => "header",
                Location::Query => "query parameter",
                Location::Cookie => "cookie",
            };
            format!("the secret `{}` in the {place} `{}`", unraw(&key.name), name.value())
        }
        Auth::OAuth2(auth) => match (&auth.grant, &auth.client_id, &auth.client_secret) {
            (Grant::ClientCredentials, Some(id), Some(secret)) => format!(
                "an access token from `{}`, for the client {} and the secret `{}`",
                auth.access_token_url.token.value(),
                part(id),
                unraw(&secret.name)
            ),
            _ => format!(
                "an access token from `{}`, for {}",
                auth.access_token_url.token.value(),
                secrets(auth.secrets())
            ),
        },
        Auth::Login(login) => format!("a token from `{}`, for {}", login.url.token.value(), secrets(login.secrets())),
        Auth::OneOf(choices) => {
            let choices: Vec<_> = choices.iter().map(authorized).collect();
            format!("the first of these whose secrets are set: {}", choices.join("; "))
        }
        Auth::Custom(custom) => format!("by `{}`", plain(&custom.ty)),
    }
}

fn pages(paginator: &Paginator) -> String {
    let text = |name: &str, default: &str| paginator.text(name).map_or_else(|| default.to_owned(), LitStr::value);
    let place = |body: &str, param: &str, default: &str| match paginator.path(body) {
        Some((steps, _)) => format!("`{}` in the request's body", written(steps)),
        None => format!("`{}`", text(param, default)),
    };
    let cursor_place = || match paginator.text("cursor_header") {
        Some(header) => format!("the header `{}`", header.value()),
        None => place("cursor_body_path", "cursor_param", "cursor"),
    };
    let at = |what: &str, name: &str| paginator.path(name).map(|(steps, _)| format!("{what} `{}`", written(steps)));
    let follow = match paginator.kind {
        PaginatorKind::SinglePage => "one".to_owned(),
        PaginatorKind::Auto => "linked, if the API names the next page; else one".to_owned(),
        PaginatorKind::PageNumber => format!("numbered by {}", place("page_body_path", "page_param", "page")),
        PaginatorKind::Offset => format!("by offset, {}", place("offset_body_path", "offset_param", "offset")),
        PaginatorKind::Cursor => {
            let from = at("by the cursor in", "cursor_path").unwrap_or_default();
            format!("{from}, sent as {}", cursor_place())
        }
        PaginatorKind::HeaderCursor => {
            format!("by the cursor in the header `{}`, sent as {}", text("cursor_key", "next"), cursor_place())
        }
        PaginatorKind::HeaderLink => format!("linked by `{}` in the header `Link`", text("links_next_key", "next")),
        PaginatorKind::Custom => {
            let ty = paginator.custom.as_ref().map(|custom| plain(&custom.ty));
            format!("by `{}`", ty.unwrap_or_default())
        }
        PaginatorKind::JsonLink => at("linked in", "next_url_path").unwrap_or_else(|| "linked in `next`".to_owned()),
    };
    let facts = [
        Some(follow),
        size(paginator),
        at("rows counted in", "total_path"),
        at("pages counted in", "total_pages_path"),
        paginator.text("total_header").map(|header| format!("rows counted in the header `{}`", header.value())),
        paginator.path("has_more_path").map(|(steps, _)| format!("until `{}` is false", written(steps))),
        paginator.path("is_last_path").map(|(steps, _)| format!("until `{}` is true", written(steps))),
        paginator.is_set("stop_after_short_page").then(|| "up to a short one".to_owned()),
        paginator.number("maximum_page").map(|(maximum, _)| format!("up to but not including page {maximum}")),
        paginator.number("maximum_offset").map(|(maximum, _)| format!("up to but not including offset {maximum}")),
    ];
    facts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn size(paginator: &Paginator) -> Option<String> {
    let place = match (paginator.path("limit_body_path"), paginator.text("limit_param"), paginator.kind) {
        (Some((steps, _)), _, _) => Some(written(steps)),
        (None, Some(param), _) => Some(param.value()),
        (None, None, PaginatorKind::Offset) if paginator.sends_size() => Some("limit".to_owned()),
        (None, None, _) => None,
    };
    let limit = paginator.number("limit").map(|(limit, _)| limit.to_string());
    match (limit.or(paginator.size_param().map(|name| format!("`{}`", unraw(name)))), place) {
        (Some(limit), Some(place)) => Some(format!("{limit} rows each (`{place}`)")),
        (Some(limit), None) => Some(format!("{limit} rows each")),
        (None, Some(place)) => Some(format!("their size in `{place}`")),
        (None, None) => None,
    }
}

fn key(definition: &Definition) -> String {
    let keys: Vec<String> = definition.primary_key.iter().map(|key| format!("`{}`", key.name)).collect();
    let how = match definition.disposition {
        DispositionKind::Merge => match definition.deleted {
            DeletedKind::Keep => "a sync merges by it",
            DeletedKind::Mark => "a sync merges by it, and marks rows that are gone",
            DeletedKind::Remove => "a sync merges by it, and removes rows that are gone",
        },
        DispositionKind::Append => "a sync appends",
        DispositionKind::Replace => "a sync replaces the table",
    };
    if keys.is_empty() { format!("none; {how}") } else { format!("{}; {how}", keys.join(", ")) }
}

fn sent(api: &PublicApi, param: &Param) -> String {
    let (name, wire) = (unraw(&param.name), param.wire());
    let in_path = api.path.as_ref().is_some_and(|path| path.binds(&name));
    let in_body = api.json.contains(&name);
    let in_header = api.headers.contains(&name);
    let place = match &param.value {
        _ if in_path => " (in the path)",
        _ if in_body => " (in the body)",
        _ if in_header => " (in a header)",
        _ if api.texts.contains(&name) => " (in another param)",
        _ => "",
    };
    if let Some(secret) = param.secret() {
        let sent = if in_body { name } else { wire };
        return format!("`{sent}` (the secret `{}`)", unraw(&secret.name));
    }
    let fixed: Vec<&str> = param.fixed().iter().map(|fixed| fixed.text.as_str()).collect();
    let is_optional = matches!(param.value, ParamValue::Optional { .. });
    match (fixed.as_slice(), place) {
        ([], "") if is_optional => format!("`{wire}` (optional)"),
        ([], "") => format!("`{wire}` (required)"),
        ([], place) if is_optional => format!("`{name}`{}, optional)", place.trim_end_matches(')')),
        ([], place) => format!("`{name}`{place}"),
        (values, "") => values.iter().map(|value| format!("`{wire}={value}`")).collect::<Vec<_>>().join(", "),
        (values, place) => format!("`{name}` is `{}`{place}", values.join(", ")),
    }
}

fn attributes(lines: &[String]) -> TokenStream {
    let lines = lines.iter().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}
