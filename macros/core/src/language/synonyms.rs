//! Words of other tools, and of other contexts, and what is written here instead. Those of dlt's `rest_api` come first.

/// A word, the option that it stands for where there is one, and what to write.
type Synonym = (&'static str, Option<&'static str>, &'static str);

const SIZE: [Synonym; 3] = [
    ("page_size", Some("limit"), "the number of rows per page is `limit = 100`"),
    ("per_page", Some("limit"), "the number of rows per page is `limit = 100`"),
    ("size", Some("limit"), "the number of rows per page is `limit = 100`"),
];

const SOURCE: [Synonym; 8] = [
    ("client", None, "its options stand in `source` itself: `base_url = \"…\", auth = …`"),
    ("resources", None, "each resource is a struct of the module: `#[resource(path = \"/…\")] pub struct Thing { … }`"),
    ("url", Some("base_url"), "write `base_url = \"https://…\"`"),
    ("base", Some("base_url"), "write `base_url = \"https://…\"`"),
    ("endpoint", Some("base_url"), "write `base_url = \"https://…\"`, and a `path` for each resource"),
    ("token", None, "write `auth = bearer(token = secret(name))`"),
    ("api_key", None, "write `auth = api_key(name = \"X-Api-Key\", api_key = secret(name))`"),
    ("defaults", None, "what all resources have in common is `resource_defaults(…)`"),
];

const RESOURCE: [Synonym; 19] = [
    ("endpoint", Some("path"), "its options stand in `resource` itself: `path = \"/…\", params(…), paginator = …`"),
    ("url", Some("path"), "write `path = \"/…\"`, below `base_url`"),
    ("table_name", Some("name"), "the table is named as the resource: `name = …`"),
    ("columns", None, "columns are the fields of the struct; `#[column(…)]` on a field says how it is stored"),
    ("merge_key", Some("primary_key"), "rows are merged by `primary_key = …`"),
    ("key", Some("primary_key"), "write `primary_key = …` with the fields that identify a row"),
    ("processing_steps", None, "write the steps in order: `filter = keep, map = change`, with functions of yours"),
    ("include", Some("include_from_parent"), "write `include_from_parent(…)`"),
    ("pagination", Some("paginator"), "write `paginator = …`"),
    ("selector", Some("data_selector"), "write `data_selector = \"…\"`"),
    ("field_path", Some("data_selector"), "write `data_selector = \"…\"`"),
    ("record_selector", Some("data_selector"), "write `data_selector = \"…\"`"),
    ("json_path", Some("data_selector"), "write `data_selector = \"…\"`"),
    ("query", Some("params"), "write `params(name = \"value\", other: String)`"),
    ("query_params", Some("params"), "write `params(name = \"value\", other: String)`"),
    ("request_parameters", Some("params"), "write `params(name = \"value\", other: String)`"),
    ("body", Some("json"), "write `json = { … }`, or `data = …` for one that is not JSON"),
    ("error_handler", None, "write `response_actions(404 = ignore)`, or `retry(statuses = […])`"),
    ("resolve", None, "a value of a parent's row is written where it goes: `{resources.parent.field}`"),
];

const CSV: [Synonym; 5] = [
    ("separator", Some("delimiter"), "write `delimiter = \";\"`"),
    ("sep", Some("delimiter"), "write `delimiter = \";\"`"),
    ("has_header", Some("header"), "write `header = true` or `header = false`"),
    ("has_headers", Some("header"), "write `header = true` or `header = false`"),
    (
        "encoding",
        None,
        "CSV is read as UTF-8; a function that takes `&[u8]` reads another encoding: `rows = path::to::function`",
    ),
];

const INCREMENTAL: [Synonym; 8] = [
    ("cursor_path", Some("cursor"), "the cursor is a field of the struct: `cursor = updated_at`"),
    ("cursor_field", Some("cursor"), "the cursor is a field of the struct: `cursor = updated_at`"),
    (
        "start",
        Some("start_param"),
        "write `start_param = \"…\"` with the API's parameter for the beginning of the range",
    ),
    ("end", Some("end_param"), "write `end_param = \"…\"` with the API's parameter for the end of the range"),
    (
        "since",
        Some("start_param"),
        "write `start_param = \"…\"` with the API's parameter for the beginning of the range",
    ),
    ("initial", Some("initial_value"), "write `initial_value = …`"),
    ("lookback_window", Some("lag"), "write `lag = \"1h\"`"),
    ("datetime_format", Some("format"), "write `format = \"%Y-%m-%d\"`, or `format = epoch_seconds`"),
];

const API_KEY: [Synonym; 6] = [
    ("in", Some("location"), "write `location = header`, `query` or `cookie`"),
    ("key", Some("api_key"), "write `api_key = secret(name)`"),
    ("token", Some("api_key"), "write `api_key = secret(name)`"),
    ("value", Some("api_key"), "write `api_key = secret(name)`"),
    ("header", Some("name"), "write `name = \"X-Api-Key\"`"),
    ("param", Some("name"), "write `name = \"api_key\", location = query`"),
];

const BEARER: [Synonym; 3] = [
    ("secret", Some("token"), "write `token = secret(name)`"),
    ("api_key", Some("token"), "write `token = secret(name)`"),
    ("access_token", Some("token"), "write `token = secret(name)`"),
];

const HTTP_BASIC: [Synonym; 3] = [
    ("user", Some("username"), "write `username = \"…\"`"),
    ("login", Some("username"), "write `username = \"…\"`"),
    ("pass", Some("password"), "write `password = secret(name)`"),
];

const PAGE_NUMBER: [Synonym; 5] = [
    ("page", Some("page_param"), "write `page_param = \"…\"` for its name, `base_page = …` for the first"),
    ("initial_page", Some("base_page"), "the first page is `base_page = 1`"),
    ("start_page", Some("base_page"), "the first page is `base_page = 1`"),
    ("start_from_page", Some("base_page"), "the first page is `base_page = 1`"),
    INJECTED,
];

const INJECTED: Synonym =
    ("inject_on_first_request", Some("send_first"), "the first request says its page unless `send_first = false`");

const CURSOR: [Synonym; 2] = [
    ("cursor", Some("cursor_path"), "where the body names the next page is `cursor_path = \"…\"`"),
    ("next_cursor_path", Some("cursor_path"), "where the body names the next page is `cursor_path = \"…\"`"),
];

const JSON_LINK: [Synonym; 2] = [
    ("next_url", Some("next_url_path"), "where the body holds the next page's URL is `next_url_path = \"…\"`"),
    ("next", Some("next_url_path"), "where the body holds the next page's URL is `next_url_path = \"…\"`"),
];

const RETRY: [Synonym; 4] = [
    ("attempts", Some("max_retries"), "write `max_retries = 3`: how often a request is repeated"),
    ("max_attempts", Some("max_retries"), "write `max_retries = 3`: how often a request is repeated"),
    ("backoff", Some("backoff_factor"), "write `backoff_factor = 2`: the first wait in seconds"),
    ("status_codes", Some("statuses"), "write `statuses = [429, 503]`"),
];

/// The option that a word stands for in a context, if it is one, and what to write.
pub(crate) fn meant(context: &str, word: &str) -> Option<(Option<&'static str>, &'static str)> {
    let (own, shared): (&[Synonym], &[Synonym]) = match context {
        "source" => (&SOURCE, &[]),
        "resource" => (&RESOURCE, &[]),
        "csv" => (&CSV, &[]),
        "incremental" => (&INCREMENTAL, &[]),
        "api_key" => (&API_KEY, &[]),
        "bearer" => (&BEARER, &[]),
        "http_basic" => (&HTTP_BASIC, &[]),
        "page_number" => (&PAGE_NUMBER, &SIZE),
        "offset" => (&[INJECTED], &SIZE),
        "header_cursor" | "header_link" => (&[], &SIZE),
        "cursor" => (&CURSOR, &SIZE),
        "json_link" => (&JSON_LINK, &SIZE),
        "retry" => (&RETRY, &[]),
        _ => return None,
    };
    let found = own.iter().chain(shared).find(|(synonym, ..)| *synonym == word);
    found.map(|(_, option, help)| (*option, *help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::CONTEXTS;

    #[test]
    fn every_synonym_stands_for_an_option_and_is_none_itself() {
        for (context, table) in CONTEXTS {
            let is_option = |name: &str| table.iter().any(|option| option.name == name);
            for word in [
                &SOURCE[..],
                &RESOURCE,
                &CSV,
                &INCREMENTAL,
                &API_KEY,
                &BEARER,
                &HTTP_BASIC,
                &PAGE_NUMBER,
                &CURSOR,
                &JSON_LINK,
                &RETRY,
                &SIZE,
            ]
            .concat()
            {
                if let Some((option, _)) = meant(context, word.0) {
                    assert!(option.is_none_or(is_option) && !is_option(word.0), "{context}: {}", word.0);
                }
            }
        }
    }
}
