//! Parts of manifests, each in several ways, and what each becomes.

mod common;

use common::{check, flat, imported, lines, manifest};

#[test]
fn cursors_and_links() {
    let param = "{type: RequestOption, inject_into: request_parameter, field_name: after}";
    let body = "{type: RequestOption, inject_into: body_json, field_path: [page, after]}";
    let link = "{type: RequestPath}";
    for (value, stop, token, expected) in [
        ("response.next", "", param, Ok("cursor(cursor_path = \"next\", cursor_param = \"after\")")),
        ("response.get('m', {}).get('n')", "not response.get('m')", param, Ok("cursor_path = \"m.n\", cursor_param")),
        ("response['a b'][0].c", "", param, Ok("cursor_path = \"[\\\"a b\\\"][0].c\"")),
        ("response.next", "response.more is false", param, Ok("has_more_path = \"more\", missing_flag = ignore")),
        ("response.next", "not response.get('more')", param, Ok("has_more_path = \"more\", missing_flag = end")),
        (
            "response.next",
            "response.get('more', False) is false",
            param,
            Ok("missing_flag = end, has_more_path = \"more\""),
        ),
        ("response.next", "not response.next or not response.more", param, Ok("missing_flag = end")),
        (
            "response.next",
            "response.next is none or response.done",
            param,
            Ok("is_last_path = \"done\", missing_flag = ignore"),
        ),
        (
            "last_record.id",
            "response.links.next is none",
            param,
            Ok("has_more_path = \"links.next\", missing_flag = null"),
        ),
        ("response.next", "not response.more or not response.others", param, Err("an end of pages that is computed")),
        ("response.next", "not response.data", param, Ok("stop_after_empty_page = true")),
        ("response.next", "response.data | length == 0", param, Ok("stop_after_empty_page = true")),
        ("last_record['id']", "not response.more", param, Ok("cursor_path = \"data[-1].id\"")),
        ("response.next if response.next else None", "", param, Ok("cursor(cursor_path = \"next\"")),
        ("response.next", "'next' not in response", link, Ok("paginator = json_link")),
        ("response.links.next", "", link, Ok("json_link(next_url_path = \"links.next\")")),
        ("headers['link']['next']['url']", "'next' not in headers['link']", link, Ok("paginator = header_link")),
        ("headers['X-Next']", "not headers['X-Next']", param, Ok("header_cursor(cursor_key = \"X-Next\"")),
        ("response.next.split('after=')[-1]", "", param, Ok("json_link")),
        ("response.next | regex_search('after=([^&]+)')", "", param, Ok("json_link")),
        ("last_record.next", "", link, Ok("json_link(next_url_path = \"data[-1].next\")")),
        (
            "headers.get('Link', '').split(',') | selectattr('contains', 'rel=next') | first",
            "not (headers.get('Link', '') | regex_search('rel=next'))",
            link,
            Ok("paginator = header_link"),
        ),
        ("response.next * 2", "", param, Err("a cursor that is computed")),
        ("response.next", "response.page >= config.size", param, Err("an end of pages that is computed")),
    ] {
        let stop = if stop.is_empty() { String::new() } else { format!(", stop_condition: \"{{{{ {stop} }}}}\"") };
        let retriever = format!(
            "paginator:\n  type: DefaultPaginator\n  page_token_option: {token}\n  pagination_strategy: {{type: CursorPagination, cursor_value: \"{{{{ {value} }}}}\"{stop}}}"
        );
        check("cursors", &manifest("path: /rows", &retriever, ""), expected);
    }
    let linked = format!(
        "paginator:\n  type: DefaultPaginator\n  page_token_option: {link}\n  pagination_strategy: {{type: CursorPagination, cursor_value: \"{{{{ response.next }}}}\"}}"
    );
    let sent = "path: /rows\nrequest_parameters: {state: all}";
    check("links", &manifest(sent, &linked, ""), Ok("paginator = json_link(resend_params = true)"));
    check("links", &manifest("path: /rows", &linked, ""), Ok("paginator = json_link)]"));
    let retriever = format!(
        "paginator:\n  type: DefaultPaginator\n  page_token_option: {body}\n  pagination_strategy: {{type: CursorPagination, cursor_value: \"{{{{ response.next }}}}\"}}"
    );
    let post = "path: /rows\nhttp_method: POST";
    check("cursors", &manifest(post, &retriever, ""), Ok("cursor_body_path = \"page.after\""));
    check("cursors", &manifest("path: /rows", &retriever, ""), Ok("method = GET, json = {}"));
    let form = body.replace("body_json", "body_data");
    let retriever = format!(
        "paginator:\n  type: DefaultPaginator\n  page_token_option: {form}\n  pagination_strategy: {{type: CursorPagination, cursor_value: \"{{{{ response.next }}}}\"}}"
    );
    check("cursors", &manifest(post, &retriever, ""), Err("a place inside of a form's value"));
    let field = "{type: RequestOption, inject_into: body_data, field_name: after}";
    let retriever = format!(
        "paginator:\n  type: DefaultPaginator\n  page_token_option: {field}\n  pagination_strategy: {{type: CursorPagination, cursor_value: \"{{{{ response.next }}}}\"}}"
    );
    check("cursors", &manifest(post, &retriever, ""), Ok("data = {}"));
    for (object, expected) in [
        (
            r#"'{"first": 25, "page": {"after": "' + response.next + '"}}'"#,
            "cursor_body_path = \"variables.page.after\"",
        ),
        (r#"'{"after": "' + response.next + '"}'"#, "cursor_body_path = \"variables.after\""),
    ] {
        let retriever = format!(
            "paginator:\n  type: DefaultPaginator\n  page_token_option: {{type: RequestOption, inject_into: body_json, field_path: [variables]}}\n  pagination_strategy:\n    type: CursorPagination\n    cursor_value: >-\n      {{{{ {object} if response.next else '' }}}}"
        );
        check("cursors", &manifest(post, &retriever, ""), Ok(expected));
    }
}

#[test]
fn numbers_and_offsets() {
    let size = "page_size_option: {type: RequestOption, inject_into: request_parameter, field_name: per_page}";
    let page = "page_token_option: {type: RequestOption, inject_into: request_parameter, field_name: page}";
    for (options, strategy, request, expected) in [
        (
            size,
            "{type: PageIncrement, page_size: 10, start_from_page: 1}",
            "",
            "page_number(send_first = false, limit_param = \"per_page\", limit = 10, stop_after_short_page = true)",
        ),
        ("", "{type: PageIncrement}", "", "page_number(base_page = 0, send_first = false)"),
        (
            "",
            "{type: PageIncrement, page_size: 10, start_from_page: 1}",
            "request_parameters: {limit: 10}",
            "page_number(send_first = false, limit_param = \"limit\", limit = 10",
        ),
        (
            "",
            "{type: PageIncrement, page_size: 10, start_from_page: 1, inject_on_first_request: true}",
            "",
            "page_number(limit_param = none, limit = 10, stop_after_short_page = true)",
        ),
        (size, "{type: PageIncrement, page_size: \"{{ config['size'] }}\", start_from_page: 1}", "", "limit = size"),
        (
            size,
            "{type: OffsetIncrement, page_size: 10}",
            "",
            "offset(offset_param = \"page\", send_first = false, limit_param = \"per_page\", limit = 10",
        ),
        (
            "",
            "{type: OffsetIncrement, page_size: 10}",
            "",
            "offset(offset_param = \"page\", send_first = false, limit_param = none, limit = 10, stop_after_short_page = true)",
        ),
        ("", "{type: OffsetIncrement}", "", "// The manifest has no page size."),
    ] {
        let options = if options.is_empty() { String::new() } else { format!("\n  {options}") };
        let retriever =
            format!("paginator:\n  type: DefaultPaginator\n  {page}{options}\n  pagination_strategy: {strategy}");
        check("pages", &manifest(&format!("path: /rows\n{request}"), &retriever, ""), Ok(expected));
    }
}

/// Where the manifest says nowhere how a page is asked for, there is one; it has the size that is asked for.
#[test]
fn a_page_without_a_place_for_its_number() {
    for (size, expected) in [("10", "params(per_page = \"10\")"), ("\"{{ config['size'] }}\"", "per_page = \"{size}\"")]
    {
        for strategy in ["PageIncrement", "OffsetIncrement"] {
            let retriever = format!(
                "paginator:\n  type: DefaultPaginator\n  page_size_option: {{type: RequestOption, inject_into: request_parameter, field_name: per_page}}\n  pagination_strategy: {{type: {strategy}, page_size: {size}}}"
            );
            let manifest = manifest("path: /rows\nrequest_parameters: {per_page: 5}", &retriever, "");
            check("one_page", &manifest, Ok(expected));
            check("one_page", &manifest, Ok("paginator = single_page"));
        }
    }
}

#[test]
fn texts_of_requests() {
    for (request, expected) in [
        ("path: '/a/{{ config.account }}/rows'", Ok("path = \"/a/{account}/rows\"")),
        ("path: /rows?expand=a%20b&x=1", Ok("params(expand = \"a b\", x = \"1\")")),
        ("path: /rows\nrequest_parameters: {r: \"{{ config['region'] }}\"}", Ok("params(r = \"{region}\")")),
        ("path: /rows\nrequest_parameters: {r: \"{{ config.get('region', 'eu') }}\"}", Ok("region: String = \"eu\"")),
        ("path: /rows\nrequest_parameters: {r: \"{{ 'x' if config.live else 'y' }}\"}", Ok("live: String = \"y\"")),
        ("path: /rows\nrequest_parameters: {r: \"in-{{ config.region }}\"}", Ok("region: String = \"\"")),
        (
            "path: /rows\nrequest_parameters: {region: \"{{ config.region }}\"}",
            Ok("region_sent as \"region\" = \"{region}\""),
        ),
        ("path: /rows\nrequest_parameters: {f: [a, b], t: true}", Ok("params(f = [\"a\", \"b\"], t = \"True\")")),
        ("path: /rows\nrequest_parameters: {d: \"{{ day_delta(-7, format='%Y-%m-%d') }}\"}", Ok("d = \"{now-7d:%F}\"")),
        ("path: /rows\nrequest_parameters: {k: \"{{ config['key'] }}\"}", Ok("params(k = secret(key))")),
        (
            "path: /rows\nrequest_headers: {X-Key: \"Token {{ config['key'] }}\"}",
            Ok("secret(key, prefix = \"Token \")"),
        ),
        (
            "path: /rows\nrequest_headers: {Authorization: \"Token {{ config['key'] }}\"}",
            Ok("auth = api_key(name = \"Authorization\""),
        ),
        ("path: \"/rows/{{ config['key'] }}\"", Err("a secret in a URL")),
        ("path: \"/rows/{{ stream_slice.x }}\"", Err("a value of a slice that is not known")),
        ("path: \"/rows{% if config.region %}/x{% endif %}\"", Err("a statement of Jinja")),
        ("path: \"/rows/{{ config.account\"", Err("an expression that cannot be read")),
        (
            "path: /rows\nhttp_method: POST\nrequest_body_json: {n: \"{{ config['size'] }}\", t: \"5\", l: \"{{ [config.account] }}\", q: \"{x}\"}",
            Ok("json = { \"n\": size, \"t\": 5, \"l\": [account], \"q\": \"{{x}}\" }"),
        ),
        (
            "path: /rows\nhttp_method: POST\nrequest_body_json: '{\"a\": \"{{ config.account }}\", \"n\": {{ config.size }} }'",
            Ok("json = { \"a\": account, \"n\": size }"),
        ),
        (
            "path: /rows\nhttp_method: POST\nrequest_body_data: {a: \"{{ config.account }}\"}",
            Ok("data = { \"a\": account }"),
        ),
        (
            "path: /rows\n$parameters: {sent: {a: 1, b: x}}\nrequest_parameters: \"{{ parameters.get('sent', {}) }}\"",
            Ok("params(a = \"1\", b = \"x\")"),
        ),
        ("path: /rows\nrequest_parameters: \"{{ config.get('sent', {}) }}\"", Err("params that are one text")),
        (
            "path: /rows\nrequest_parameters: {i: \"{{ config['items'] + config['items'] }}\"}",
            Err("lists that are joined"),
        ),
        ("path: /rows\nhttp_method: PUT", Err("a method of another kind")),
        ("path: /rows\nrequest_body_json: {a: 1}", Ok("method = GET, json = { \"a\": 1 }")),
    ] {
        check("texts", &manifest(request, "", ""), expected);
    }
}

#[test]
fn what_is_new() {
    let cursor = |more: &str| {
        format!("incremental_sync:\n  type: DatetimeBasedCursor\n  cursor_field: updated\n{}", lines(more, 2))
    };
    let since = "start_time_option: {type: RequestOption, inject_into: request_parameter, field_name: since}";
    for (more, expected) in [
        (
            "datetime_format: '%Y-%m-%dT%H:%M:%SZ'\nstart_datetime: \"{{ config['start_date'] }}\"\nSINCE",
            Ok("incremental(cursor = updated, start_param = \"since\", initial_value = start_date)"),
        ),
        (
            "datetime_format: '%s'\nstart_datetime: '0'\nSINCE",
            Ok("initial_value = \"1970-01-01T00:00:00Z\", format = epoch_seconds"),
        ),
        (
            "datetime_format: '%Y-%m-%dT%H:%M:%S.%fZ'\nstart_datetime: '2020-01-01T00:00:00.000000Z'\nSINCE",
            Ok("format = \"%FT%T.%6fZ\""),
        ),
        (
            "datetime_format: '%Y-%m-%dT%H:%M:%SZ'\ncursor_datetime_formats: ['%Y-%m-%d']\nstart_datetime: \"{{ config.day }}\"\nSINCE",
            Ok("format = \"%FT00:00:00Z\""),
        ),
        (
            "datetime_format: '%Y-%m-%d'\nstart_datetime: \"{{ config.get('day', day_delta(-30, format='%Y-%m-%d')) }}\"\nSINCE",
            Ok("day: Date = \"{now-30d}\""),
        ),
        (
            "datetime_format: '%Y-%m-%d'\nstart_datetime: \"{{ day_delta(-30, format='%Y-%m-%d') }}\"\nstep: P1M\nSINCE",
            Ok("initial_value = \"{now-30d}\", step = \"30d\""),
        ),
        (
            "datetime_format: '%Y-%m-%d'\nstart_datetime: '2020-01-01'\nend_datetime: \"{{ config['day'] or today_utc() }}\"\nstep: P1D\nSINCE",
            Ok("initial_value = \"2020-01-01\", end_value = day, range_end = closed, step = \"1d\""),
        ),
        (
            "datetime_format: '%Y-%m-%d'\nstart_datetime: '2020-01-01'",
            Ok(
                "name = rows, path = \"/rows\", data_selector = \"data\", missing_rows = empty, paginator = single_page)",
            ),
        ),
        ("datetime_format: '%Y-%m-%d'\nstart_datetime: '2020-01-01'\nis_data_feed: true", Ok("order = descending")),
        ("datetime_format: '%d.%m.%Y'\nstart_datetime: '01.01.2020'\nSINCE", Err("a cursor in a form of its own")),
        (
            "datetime_format: '%Y-%m-%d'\nstart_datetime: '2020-01-01'\nlookback_window: P1D\nSINCE",
            Err("a lag without a key"),
        ),
    ] {
        check("new", &manifest("path: /rows", "", &cursor(&more.replace("SINCE", since))), expected);
    }
    let missing = cursor(&format!("datetime_format: '%s'\nstart_datetime: '0'\n{since}")).replace("updated", "owner");
    check("new", &manifest("path: /rows", "", &format!("{missing}primary_key: id\n")), Ok("pub owner: Timestamp"));
}

#[test]
fn answers_and_rates() {
    for (filter, expected) in [
        ("{action: IGNORE, http_codes: [404, 403]}", Ok("response_actions(404 = ignore, 403 = ignore)")),
        ("{action: RETRY, http_codes: [429, 409]}", Ok("response_actions(409 = retry)")),
        ("{action: FAIL, http_codes: [400]}", Ok("path = \"/rows\", data_selector")),
        ("{action: IGNORE, error_message_contains: no rows}", Ok("response_actions(\"no rows\" = ignore)")),
        (
            "{action: RETRY, predicate: \"{{ response.error.code == 7 }}\"}",
            Ok("response_actions(body(\"error.code\" = 7) = retry)"),
        ),
        (
            "{action: IGNORE, predicate: \"{{ 'gone away' in response }}\"}",
            Ok("response_actions(\"gone away\" = ignore)"),
        ),
        ("{action: FAIL, predicate: \"{{ response.code != 0 }}\"}", Err("a condition on answers that is computed")),
    ] {
        let request =
            format!("path: /rows\nerror_handler: {{type: DefaultErrorHandler, response_filters: [{filter}]}}");
        check("answers", &manifest(&request, "", ""), expected);
    }
    let budget = "api_budget: {policies: [{rates: [{limit: 100, interval: PT10S}], matchers: []}]}\n";
    check("rates", &format!("{}{budget}", manifest("path: /rows", "", "")), Ok("rate_limit = \"10/s\""));
}

#[test]
fn a_parents_path_keeps_its_slashes() {
    let router = "partition_router:
  type: SubstreamPartitionRouter
  parent_stream_configs:
    - type: ParentStreamConfig
      parent_key: path
      partition_field: tree
      stream:
        type: DeclarativeStream
        name: trees
        retriever:
          type: SimpleRetriever
          requester: {type: HttpRequester, url_base: \"https://api.example.com/v1\", path: /trees}
          record_selector: {type: RecordSelector, extractor: {type: DpathExtractor, field_path: []}}
        schema_loader: {type: InlineSchemaLoader, schema: {type: object, properties: {path: {type: string}}}}";
    for (path, expected) in [
        ("/files/{{ stream_partition.tree }}", "\"/files/{+resources.trees.path}\""),
        ("/files{{ stream_partition.tree }}/rows", "\"/files{+resources.trees.path}/rows\""),
    ] {
        let (module, table) = imported("slashes", &manifest(&format!("path: \"{path}\""), router, ""));
        assert!(flat(&module).contains(&format!("path = {expected}")), "{module}\n{table}");
    }
}
