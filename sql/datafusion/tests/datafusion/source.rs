//! The analytics source, with what its params filter, and the API that counts its requests.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::prelude::{SessionConfig, SessionContext};
use declarest_datafusion::{Options, register};
use declarest_examples::demo_api::{self, DemoApi, Server};

/// Components, issues and metrics of a code base.
#[declarest::source(
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    resource_defaults(
        primary_key = key,
        rename_all = "camelCase",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 500, total_path = "paging.total"),
    ),
)]
pub(crate) mod analytics {
    use declarest::jiff::Timestamp;

    /// A finding in a file.
    #[resource(
        name = issues,
        path = "/v1/issues/search",
        data_selector = "issues",
        params(
            severities: Option<Vec<String>> (style = csv, filters severity),
            types: Option<Vec<String>> (style = csv, filters r#type),
        ),
        incremental(cursor = creation_date, start_param = "createdAfter", end_param = "createdBefore"),
    )]
    pub(crate) struct Issue {
        pub(crate) key: String,
        pub(crate) r#type: String,
        pub(crate) severity: String,
        pub(crate) status: String,
        pub(crate) rule: String,
        pub(crate) component: String,
        pub(crate) line: Option<u32>,
        pub(crate) author: Option<String>,
        pub(crate) tags: Vec<String>,
        pub(crate) creation_date: Timestamp,
        pub(crate) update_date: Timestamp,
    }

    /// Findings in files, of which the API serves no more than 1 000 of one query.
    #[resource(
        name = windowed,
        path = "/v1/issues/search",
        data_selector = "issues",
        incremental(cursor = creation_date, start_param = "createdAfter", end_param = "createdBefore"),
        result_window = 1_000,
    )]
    pub(crate) struct Windowed {
        pub(crate) key: String,
        pub(crate) creation_date: Timestamp,
    }

    /// A project, directory or file under analysis.
    #[resource(name = components, path = "/v1/components/search", data_selector = "components")]
    pub(crate) struct Component {
        pub(crate) key: String,
        pub(crate) name: String,
        pub(crate) qualifier: String,
    }
}

/// The API, and a session that has it as tables.
pub(crate) struct Demo {
    pub(crate) server: Server,
    pub(crate) ctx: SessionContext,
}

impl Demo {
    /// With so many issues.
    pub(crate) fn new(issues: usize) -> Self {
        let options = demo_api::Options { issues: Some(issues), ..demo_api::Options::default() };
        Self::with(options, SessionConfig::new().with_target_partitions(4))
    }

    pub(crate) fn with(options: demo_api::Options, config: SessionConfig) -> Self {
        let server = DemoApi::new(options).start(None).expect("it starts");
        let client = analytics::Client::builder().base_url(server.base_url()).user_token(demo_api::Options::TOKEN);
        let config =
            config.with_option_extension(Options::default()).with_default_catalog_and_schema("api", "analytics");
        let config = config.with_create_default_catalog_and_schema(true);
        let ctx = SessionContext::new_with_config(config);
        register(&ctx, &client.build().expect("a client")).expect("it registers");
        Self { server, ctx }
    }

    /// The answer, and the queries of the requests that it took.
    pub(crate) async fn ask(&self, sql: &str) -> (Vec<RecordBatch>, Vec<String>) {
        let before = self.server.requests().len();
        let batches = self.query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        let sent = self.server.requests().into_iter().skip(before);
        (batches, sent.map(|request| request.query).collect())
    }

    pub(crate) async fn query(&self, sql: &str) -> Result<Vec<RecordBatch>> {
        self.ctx.sql(sql).await?.collect().await
    }
}

/// A table as text.
pub(crate) fn table(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).expect("it can be printed").to_string()
}

/// How many rows there are.
pub(crate) fn rows(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::num_rows).sum()
}
