//! Declarations checked against the OpenAPI files of two products, and made from them, over the wire.
//!
//! The files are as these products' servers publish them: Prefect 3.8.8 (OpenAPI 3.1) and Directus 10.13 (3.0.1).

use std::fs;
use std::time::Duration;

use declarest_tests::{Reply, Request, Server};
use quote::ToTokens;
use serde_json::{Value, json};

/// Searches by POST, paged in the body.
#[declarest::source(
    base_url = "http://127.0.0.1:4200/api",
    openapi = "openapi/prefect.json.gz",
    resource_defaults(
        method = POST, primary_key = id, write_disposition = merge,
        paginator = offset(limit = 2, offset_body_path = "offset", limit_body_path = "limit"),
    ),
)]
mod prefect {
    use declarest::Json;
    use declarest::jiff::Timestamp;

    #[resource(name = flows, path = "/flows/filter", params(order = "CREATED_DESC"), json = { "sort": order })]
    pub struct Flow {
        pub id: String,
        pub created: Option<Timestamp>,
        pub name: String,
        pub tags: Vec<String>,
        pub labels: Option<Json>,
    }

    #[resource(
        name = flow_runs, path = "/flow_runs/paginate", data_selector = "results",
        params(name: Option<String>),
        json = { "sort": "ID_DESC", "limit": 2, "flow_runs": { "name": { "like_": name } } },
        paginator = page_number(page_body_path = "page", total_path = "count", total_pages_path = "pages"),
    )]
    pub struct FlowRun {
        pub id: String,
        pub flow_id: String,
        pub name: String,
        pub state_type: Option<StateType>,
        pub run_count: u32,
        pub total_run_time: f64,
        pub start_time: Option<Timestamp>,
        pub parameters: Json,
    }

    #[nested(rename_all = "SCREAMING_SNAKE_CASE")]
    #[derive(Debug, PartialEq)]
    pub enum StateType {
        Scheduled,
        Pending,
        Running,
        Completed,
        Failed,
        Cancelled,
        Crashed,
        Paused,
        Cancelling,
    }

    #[resource(name = work_pools, path = "/work_pools/filter")]
    pub struct WorkPool {
        pub id: String,
        pub name: String,
        pub r#type: String,
        pub is_paused: bool,
        pub concurrency_limit: Option<u32>,
        pub status: Option<String>,
    }

    #[resource(name = variables, path = "/variables/filter")]
    pub struct Variable {
        pub id: String,
        pub name: String,
        pub value: Json,
    }

    #[resource(
        name = logs, path = "/logs/filter", write_disposition = append,
        params(level: Option<u8>), json = { "sort": "TIMESTAMP_ASC", "logs": { "level": { "ge_": level } } },
        incremental(cursor = timestamp, start_body_path = "logs.timestamp.after_"),
    )]
    pub struct Log {
        pub id: String,
        pub level: u8,
        pub message: String,
        pub timestamp: Timestamp,
        pub flow_run_id: Option<String>,
    }
}

/// The same, with fields from the file.
#[declarest::source(
    base_url = "http://127.0.0.1:4200/api",
    openapi = "openapi/prefect.json.gz",
    resource_defaults(
        method = POST, primary_key = id, write_disposition = merge,
        paginator = offset(limit = 2, offset_body_path = "offset", limit_body_path = "limit"),
    ),
)]
mod described_prefect {
    #[resource(name = flows, path = "/flows/filter")]
    pub struct Flow;

    #[resource(
        name = flow_runs, path = "/flow_runs/paginate", data_selector = "results", json = { "limit": 2 },
        paginator = page_number(page_body_path = "page", total_path = "count"),
    )]
    pub struct FlowRun;

    #[resource(name = work_pools, path = "/work_pools/filter")]
    pub struct WorkPool;

    #[resource(name = variables, path = "/variables/filter")]
    pub struct Variable;

    #[resource(name = logs, path = "/logs/filter")]
    pub struct Log;
}

/// Lists by GET, with a total where it is asked for.
#[declarest::source(
    base_url = "http://127.0.0.1:8055",
    auth = bearer(token = secret(directus_token)),
    openapi = "openapi/directus.json.gz",
    resource_defaults(
        data_selector = "data", primary_key = id, write_disposition = merge, params(meta = "*"),
        paginator = offset(limit = 2, total_path = "meta.total_count"),
    ),
)]
mod directus {
    use declarest::Json;
    use declarest::jiff::Timestamp;

    #[resource(name = activity, path = "/activity", params(sort: Option<Vec<String>> (style = csv)))]
    pub struct Activity {
        pub id: u64,
        pub action: Action,
        pub user: Option<Json>,
        pub timestamp: Timestamp,
        pub comment: Option<String>,
    }

    #[nested(rename_all = "lowercase")]
    #[derive(Debug, PartialEq)]
    pub enum Action {
        Create,
        Update,
        Delete,
        Login,
    }

    #[resource(name = users, path = "/users")]
    pub struct User {
        pub id: String,
        pub email: String,
        pub last_access: Option<Timestamp>,
        pub tags: Option<Json>,
    }

    #[resource(name = files, path = "/files")]
    pub struct File {
        pub id: String,
        pub filename_download: String,
        pub uploaded_on: Timestamp,
        pub filesize: u64,
        pub width: Option<u32>,
    }

    #[resource(name = articles, path = "/items/articles")]
    pub struct Article {
        pub id: u64,
        pub title: Option<String>,
        pub price: Option<f64>,
        pub date_created: Option<Timestamp>,
    }

    #[resource(name = author_articles, path = "/items/{kind}", params(kind = "authors"))]
    pub struct Author {
        pub id: u64,
        pub name: Option<String>,
    }
}

/// The same, with fields from the file.
#[declarest::source(
    base_url = "http://127.0.0.1:8055",
    auth = bearer(token = secret(directus_token)),
    openapi = "openapi/directus.json.gz",
    resource_defaults(
        data_selector = "data", primary_key = id, write_disposition = merge, params(meta = "*"),
        paginator = offset(limit = 2, total_path = "meta.total_count"),
    ),
)]
mod described_directus {
    #[resource(name = activity, path = "/activity")]
    #[derive(PartialEq)]
    pub struct Activity;

    #[resource(name = users, path = "/users")]
    pub struct User;

    #[resource(name = files, path = "/files")]
    pub struct File;

    #[resource(name = articles, path = "/items/articles")]
    pub struct Article;

    #[resource(name = authors, path = "/items/authors")]
    pub struct Author;
}

/// Three rows of each, two on a page.
fn rows(path: &str) -> Value {
    let (id, time) = ("7a0f7b1c-5d0b-4b51-9d8e-2f1f3c1d8f10", "2026-01-31T12:00:00Z");
    let row = match path.trim_start_matches("/api") {
        "/flows/filter" => json!({
            "id": id, "created": time, "updated": null, "name": "etl", "tags": ["a"], "labels": {"x": 1},
        }),
        "/flow_runs/paginate" => json!({
            "id": id, "flow_id": id, "created": time, "updated": time, "name": "brave-otter", "state_type": "COMPLETED",
            "run_count": 1, "total_run_time": 2.5, "start_time": time, "parameters": {"n": 1}, "context": {}, "tags": [],
            "empirical_policy": {"retries": 3, "max_retries": 0, "retry_delay_seconds": 0},
            "estimated_run_time": 2.5, "estimated_start_time_delta": 0.1, "auto_scheduled": false,
            "labels": {}, "job_variables": null,
        }),
        "/work_pools/filter" => json!({
            "id": id, "created": time, "updated": time, "name": "k8s", "type": "kubernetes", "is_paused": false,
            "base_job_template": {"job_configuration": {}}, "concurrency_limit": null, "status": "READY",
            "storage_configuration": {"bundle_upload_step": null, "bundle_execution_step": null},
        }),
        "/variables/filter" => {
            json!({"id": id, "created": time, "updated": time, "name": "v", "value": [1], "tags": []})
        }
        "/logs/filter" => json!({
            "id": id, "created": time, "updated": time, "name": "prefect", "level": 20, "message": "hi", "timestamp": time,
            "flow_run_id": id, "task_run_id": null,
        }),
        "/activity" => json!({
            "id": 1, "action": "login", "user": id, "timestamp": time, "ip": "::1", "user_agent": "x", "collection": "c",
            "item": "1", "comment": null, "origin": "o", "revisions": [1],
        }),
        "/users" => json!({
            "id": id, "first_name": "A", "last_name": "B", "email": "a@b.c", "password": "**********", "location": null,
            "tags": ["x"], "language": "en-US", "status": "active", "role": id, "provider": "default", "last_access": time,
        }),
        "/files" => json!({
            "id": id, "storage": "local", "filename_disk": "a", "filename_download": "a.png", "title": "A",
            "type": "image/png", "uploaded_by": id, "uploaded_on": time, "modified_on": time, "filesize": 12, "width": 3,
        }),
        "/items/articles" => json!({
            "id": 1, "seq": 1, "title": "T", "price": 1.5, "published": true, "meta": {"a": 1}, "author": 1,
            "date_created": time, "date_updated": null,
        }),
        "/items/authors" => json!({"id": 1, "name": "N"}),
        other => panic!("nobody asks for {other}"),
    };
    let rows = (0..3_u8).map(|number| {
        let mut row = row.clone();
        row["id"] = match &row["id"] {
            Value::String(id) => json!(format!("{}{number}", &id[..id.len() - 1])),
            id => json!(id.as_u64().unwrap_or(0) + u64::from(number)),
        };
        row
    });
    rows.collect()
}

fn answer(request: &Request) -> Reply {
    let rows = rows(&request.path);
    let rows = rows.as_array().expect("rows");
    let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
    let number = |name: &str| {
        let text = request.param(name).map(ToOwned::to_owned).or_else(|| Some(body.get(name)?.to_string()));
        text.and_then(|text| text.parse::<usize>().ok())
    };
    assert!(number("limit").is_some_and(|limit| limit == 2), "{request:?}");
    let start = number("offset").or_else(|| Some((number("page")? - 1) * 2)).expect("where the page starts");
    let page: Vec<&Value> = rows.iter().skip(start).take(2).collect();
    Reply::json(if request.path.ends_with("/paginate") {
        json!({"results": page, "count": 3, "limit": 2, "pages": 2, "page": start / 2 + 1}).to_string()
    } else if request.method == "POST" {
        json!(page).to_string()
    } else {
        json!({"data": page, "meta": {"total_count": 3}}).to_string()
    })
}

/// Reads all rows of some resources, each of which has three.
macro_rules! read {
    ($client:expr, $($resource:ident),+) => {{
        let client = $client;
        ($({
            let rows = client.$resource().await.expect(stringify!($resource));
            assert_eq!(rows.len(), 3, stringify!($resource));
            rows
        }),+)
    }};
}

#[tokio::test]
async fn five_resources_of_prefect() {
    let server = Server::start(answer);
    let client = prefect::Client::builder().base_url(format!("{}/api", server.base_url())).build().expect("a client");
    let (flows, runs, pools, variables, logs) = read!(client, flows, flow_runs, work_pools, variables, logs);
    assert_eq!(flows[0].tags, ["a"]);
    assert_eq!((&runs[0].state_type, runs[0].run_count), (&Some(prefect::StateType::Completed), 1));
    assert_eq!((pools[0].r#type.as_str(), variables[0].value.get()), ("kubernetes", "[1]"));
    assert_eq!((logs[0].level, logs[0].message.as_str()), (20, "hi"));
}

#[tokio::test]
async fn five_resources_of_prefect_with_fields_from_its_file() {
    let server = Server::start(answer);
    let client =
        described_prefect::Client::builder().base_url(format!("{}/api", server.base_url())).build().expect("a client");
    let (flows, runs, pools, variables, logs) = read!(client, flows, flow_runs, work_pools, variables, logs);
    assert_eq!(
        (flows[0].created.map(|at| at.to_string()).as_deref(), flows[0].updated),
        (Some("2026-01-31T12:00:00Z"), None)
    );
    let policy: &described_prefect::FlowRunEmpiricalPolicy = &runs[0].empirical_policy;
    assert_eq!((policy.max_retries, runs[0].state_type.as_deref()), (0, Some("COMPLETED")));
    assert_eq!((pools[0].r#type.as_str(), pools[0].is_paused), ("kubernetes", false));
    assert_eq!((variables[0].value.as_ref().map(declarest::Json::get), logs[0].level), (Some("[1]"), 20));
}

#[tokio::test]
async fn five_resources_of_directus() {
    let server = Server::start(answer);
    let client = directus::Client::builder().base_url(server.base_url()).directus_token("t").build().expect("a client");
    let (activity, users, files, articles, authors) = read!(client, activity, users, files, articles, author_articles);
    assert_eq!((activity[0].id, &activity[0].action), (1, &directus::Action::Login));
    assert_eq!((users[0].email.as_str(), files[0].width), ("a@b.c", Some(3)));
    assert_eq!((articles[0].price, authors[0].name.as_deref()), (Some(1.5), Some("N")));
}

#[tokio::test]
async fn five_resources_of_directus_with_fields_from_its_file() {
    let server = Server::start(answer);
    let client = described_directus::Client::builder()
        .base_url(server.base_url())
        .directus_token("t")
        .build()
        .expect("a client");
    let (activity, users, files, articles, authors) = read!(client, activity, users, files, articles, authors);
    assert_eq!((activity[0].id, activity[0].action.as_str()), (1, "login"));
    assert_ne!(activity[0], activity[1]);
    assert_eq!((users[0].email.as_str(), files[0].width), ("a@b.c", Some(3)));
    assert_eq!((articles[0].price, authors[0].name.as_deref()), (Some(1.5), Some("N")));
}

/// How long this thread has been computing, if the system measures it: other work of the machine does not count.
fn computed() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(stat.split(' ').next()?.parse().ok()?))
}

/// Each of the declarations above is expanded, with the macro as cargo builds it for tests: without optimization.
#[test]
fn expanding_takes_less_than_a_second() {
    let file: syn::File = syn::parse_str(include_str!("openapi.rs")).expect("this file");
    let mut count = 0;
    for item in file.items {
        let syn::Item::Mod(mut module) = item else { continue };
        let Some(args) =
            module.attrs.iter().find_map(|attr| attr.meta.require_list().ok().map(|list| list.tokens.clone()))
        else {
            continue;
        };
        module.attrs.clear();
        let item = module.to_token_stream();
        let before = computed();
        let output = declarest_macros_core::source(args, item).to_string();
        assert!(!output.contains("compile_error"), "{output}");
        if let Some(took) = before.zip(computed()).map(|(before, after)| after.saturating_sub(before)) {
            println!("{}: {took:?}", module.ident);
            assert!(took < Duration::from_secs(1), "{}: {took:?}", module.ident);
        }
        count += 1;
    }
    assert_eq!(count, 4);
}
