/// The API of forge.
#[declarest::source(
    base_url = "https://api.forge.example/repos/{owner}/{project}",
    params(
        owner: String = "acme",
        project: String,
    ),
    auth = bearer(token = secret(access_token)),
    headers("Accept" = "application/vnd.forge+json"),
    resource_defaults(primary_key = id, write_disposition = merge, paginator = header_link, data_selector = "items"),
)]
pub mod forge {
    /// A row of `issues`.
    // Nothing says of what type `number` is. A text takes no numbers, and the first row tells.
    #[resource(
        name = issues,
        path = "/issues",
        params(per_page = 100, sort = "updated", labels = ["bug", "help"], archived = "False"),
        incremental(cursor = updated_at, start_param = "since", initial_value = "2024-01-25T11:21:28Z"),
        response_actions(404 = ignore, (200, "not ready") = retry),
    )]
    #[derive(Debug, Clone)]
    pub struct Issue {
        pub id: i64,
        pub updated_at: String,
        pub number: Option<String>,
        pub title: Option<declarest::Json>,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `issue_comments`.
    #[resource(
        name = issue_comments,
        path = "/issues/{resources.issues.number}/comments",
        params(per_page = 100),
        primary_key = (_issues_id, id),
        include_from_parent(id, title),
    )]
    #[derive(Debug, Clone)]
    pub struct IssueComment {
        pub id: i64,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `reactions`.
    #[resource(
        name = reactions,
        path = "/comments/{resources.issue_comments.id}/reactions",
        params(kind = "all of", per_page = 100),
        selected = false,
    )]
    #[derive(Debug, Clone)]
    pub struct Reaction {
        pub id: i64,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `contributors`.
    #[resource(name = contributors, path = "/contributors", params(per_page = 100))]
    #[derive(Debug, Clone)]
    pub struct Contributor {
        pub id: i64,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}

/// The API of events.
#[declarest::source(
    // dlt has no schema: what the dictionary does not name is in `extra`, as it came.
    base_url = "https://api.events.example/v2",
    params(
        events_zone: String (env = "EVENTS_ZONE") = "eu",
    ),
    auth = api_key(name = "X-Key", api_key = secret(events_key)),
)]
pub mod events {
    use declarest::jiff::civil::Date;

    /// A row of `events`.
    // dlt searches the rows in the body: here they are the body itself, unless `data_selector = "…"` says where.
    // `base_page` is not written in the dictionary: dlt counts pages from 0.
    // Nothing says of what type `key` is. A text takes no numbers, and the first row tells.
    #[resource(
        name = events,
        path = "/events/search",
        method = POST,
        json = {
            "query": "at >= {incremental.start_value}",
            "kinds": ["a", 1, true, null],
            "shape": "{{x}}",
            "zone": events_zone,
        },
        paginator = page_number(base_page = 0, total_pages_path = "meta.pages", maximum_page = 50),
        incremental(cursor = meta.at, initial_value = "2024-01-01", lag = "2d"),
        primary_key = key,
        write_disposition = merge,
    )]
    #[derive(Debug, Clone)]
    pub struct Event {
        pub meta: EventMeta,
        pub key: String,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// The field `meta`.
    #[nested]
    #[derive(Debug, Clone)]
    pub struct EventMeta {
        pub at: Date,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `counts`.
    // dlt searches the rows in the body: here they are the body itself, unless `data_selector = "…"` says where.
    // The dictionary has no `write_disposition`, and dlt appends: each run stores all rows again. `merge` (with a key)
    // or `replace` stores them once.
    #[resource(name = counts, path = "/counts", paginator = offset(limit = 50), write_disposition = append)]
    #[derive(Debug, Clone)]
    pub struct Count {
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    /// A row of `broken`.
    #[resource(
        name = broken,
        path = "/broken",
        data_selector = "rows",
        incremental(cursor = at),
        write_disposition = merge,
        // TODO (line 101): a param that is computed: at: pendulum.now().to_date_string()
        params(todo),
        // TODO (line 101): a param that is computed: size: len(PAGE)
        todo,
        // TODO (line 102): a number of pages that is called one of rows: total_path: "totalCount"
        paginator = todo,
        // TODO (line 105): a bound that is computed by Python: initial_value:
        // pendulum.now().subtract(days=7).isoformat()
        todo,
        // TODO (line 106): a bound that is written by a function in Python: `format = …`: convert: lambda value:
        // value[:10]
        todo,
        // TODO (line 108): an action that is a function in Python: {"status_code": 400, "action": stop}
        response_actions(todo),
        // TODO (line 111): a `merge_key`, whose rows are replaced together: name the fields that identify one: "day"
        primary_key = todo,
        // TODO (line 110): a function in Python, here a `fn(&Broken) -> bool`: lambda row: row["id"] > 3
        filter = todo,
        // TODO (line 110): a function in Python, here a `fn(Broken) -> Broken`: anonymize
        map = todo,
    )]
    #[derive(Debug, Clone)]
    pub struct Broken {
        pub at: String,
        /// The fields that are not named above.
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}
