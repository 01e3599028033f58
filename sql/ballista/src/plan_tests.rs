//! The bytes of plans: what is in them, and what is not.

use std::sync::Arc;

use ballista_core::serde::{BallistaLogicalExtensionCodec, BallistaPhysicalExtensionCodec};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_proto::bytes::{
    logical_plan_from_bytes_with_extension_codec, logical_plan_to_bytes_with_extension_codec,
    physical_plan_from_bytes_with_extension_codec, physical_plan_to_bytes_with_extension_codec,
};
use declarest::{Client, ErrorKind, Source as _};
use declarest_datafusion::Options;
use declarest_tests::{Listing, Server};

use crate::logical::Logical;
use crate::node::Node;
use crate::node_error::NodeError;
use crate::physical::Physical;

#[declarest::source(
    base_url = "http://127.0.0.1:9/{tenant}",
    auth = bearer(token = secret(user_token)),
    params(tenant: String),
)]
mod shop {
    /// A row.
    #[resource(
        name = orders, path = "/orders", data_selector = "items", primary_key = key,
        params(app_key = secret(app_key)), headers("X-App" = secret(app_secret)),
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 50, total_path = "paging.total"),
    )]
    pub(super) struct Order {
        pub(super) key: String,
        pub(super) line: i64,
    }
}

const SECRETS: [&str; 3] = ["s3cr3t-t0ken", "s3cr3t-k3y", "s3cr3t-app"];

fn client(server: &Server, tenant: &str) -> Client {
    let [token, key, app] = SECRETS;
    let client = shop::Client::builder().base_url(format!("{}/{tenant}", server.base_url())).tenant(tenant);
    client.user_token(token).app_key(key).app_secret(app).build().expect("a client").client().clone()
}

fn node(name: &str, client: &Client) -> Node {
    Node::new(name, vec![client.clone()]).expect("a node")
}

fn logical(node: &Node) -> Logical {
    Logical::new(node.clone(), Arc::new(BallistaLogicalExtensionCodec::default()))
}

fn physical(node: &Node) -> Physical {
    Physical::new(node.clone(), Arc::new(BallistaPhysicalExtensionCodec::default()))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

#[tokio::test]
async fn plans_hold_what_is_read_and_no_secret() {
    let server = Server::start(|request| Listing::of(1_000).reply(request));
    let (ours, theirs) = (client(&server, "acme"), client(&server, "other"));
    let mut options = Options::default();
    options.distributed = true;
    let config = SessionConfig::new().with_target_partitions(4).with_option_extension(options);
    let session = SessionContext::new_with_config(config);
    declarest_datafusion::register(&session, &ours).expect("tables");
    let query = "select line, count(*) from shop.orders where line > 7 group by line";
    let plan = session.sql(query).await.and_then(datafusion::prelude::DataFrame::into_optimized_plan).expect("a plan");
    let (here, there) = (node("session", &ours), node("scheduler", &ours));

    let bytes = logical_plan_to_bytes_with_extension_codec(&plan, &logical(&here)).expect("bytes");
    let came =
        logical_plan_from_bytes_with_extension_codec(&bytes, &session.task_ctx(), &logical(&there)).expect("a plan");
    assert_eq!(came.display_indent_schema().to_string(), plan.display_indent_schema().to_string());

    let scan = session.state().create_physical_plan(&came).await.expect("a plan");
    let scan_bytes = physical_plan_to_bytes_with_extension_codec(Arc::clone(&scan), &physical(&there)).expect("bytes");
    let executor = node("executor-1", &ours);
    let again = physical_plan_from_bytes_with_extension_codec(&scan_bytes, &session.task_ctx(), &physical(&executor));
    let shown = |plan: &_| datafusion::physical_plan::displayable(plan).indent(true).to_string();
    assert_eq!(shown(again.expect("a plan").as_ref()), shown(scan.as_ref()));

    for bytes in [&bytes, &scan_bytes] {
        assert!(holds(bytes, "orders"), "this is about the right bytes");
        for secret in SECRETS {
            assert!(!holds(bytes, secret), "{secret}");
        }
    }

    let wrong = node("executor-2", &theirs);
    let error = physical_plan_from_bytes_with_extension_codec(&scan_bytes, &session.task_ctx(), &physical(&wrong));
    let error = NodeError::find(&error.map(drop).expect_err("other params")).expect("an error of a node");
    assert_eq!((error.kind(), error.node()), (ErrorKind::Config, "executor-2"));
    assert!(error.message().contains("the same base URL and params"), "{error}");
}
