//! What is refused, where, and how it is said.

use std::time::Duration;

use declarest::{ErrorKind, Source as _};
use declarest_ballista::NodeError;

use crate::api::{Api, TOKEN, newer, shop};
use crate::process::{Cluster, Setup, free_address};
use crate::queries::answer;

const ALL: &str = "select severity, count(*) from shop.orders group by severity";

async fn error(api: &Api, second: Setup) -> NodeError {
    let cluster = Cluster::start_with(api, second);
    api.takes(Duration::from_millis(20));
    let session = cluster.session(8).await;
    let error = answer(&session, ALL).await.expect_err("one executor cannot do its part");
    NodeError::find(&error).unwrap_or_else(|| panic!("no error of a node: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_named_with_its_executor() {
    let api = Api::of(2_000);
    let error = error(&api, Setup { token: Some("an-0ld-t0ken"), ..Setup::default() }).await;
    println!("{error}");
    assert_eq!((error.kind(), error.node()), (ErrorKind::Unauthorized, "executor-2"));
    assert!(error.message().contains("orders, page "), "{error}");
    for secret in ["an-0ld-t0ken", TOKEN] {
        assert!(!error.message().contains(secret), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_while_planning_is_the_schedulers() {
    let api = Api::of(2_000);
    let error = error(&api, Setup { planning_token: Some("an-0ld-t0ken"), ..Setup::default() }).await;
    assert_eq!((error.kind(), error.node()), (ErrorKind::Unauthorized, "scheduler"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_only_a_join_gives_is_refused() {
    let api = Api::of(100);
    let cluster = Cluster::start(&api);
    let session = cluster.session(8).await;
    let query = "select count(*) from shop.orders o join shop.notes n on n.about = o.key";
    let error = answer(&session, query).await.expect_err("what is joined is not known to all nodes");
    let error = NodeError::find(&error).unwrap_or_else(|| panic!("no error of a node: {error}"));
    assert_eq!((error.kind(), error.node()), (ErrorKind::Config, "scheduler"));
    assert!(error.message().starts_with("`notes` needs `about = …`"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_version_of_the_declaration_is_refused() {
    let api = Api::of(2_000);
    let error = error(&api, Setup { is_newer: true, ..Setup::default() }).await;
    println!("{error}");
    assert_eq!((error.kind(), error.node()), (ErrorKind::Config, "executor-2"));
    let ours = newer::shop::Client::builder().shop_token("none").build().and_then(|client| client.fingerprint());
    let theirs = shop::Client::builder().shop_token("none").build().and_then(|client| client.fingerprint());
    for fingerprint in [ours, theirs] {
        assert!(error.message().contains(&fingerprint.expect("a fingerprint")), "{error}");
    }
    assert!(error.message().contains("build all nodes from the same declaration"), "{error}");
    assert!(api.server.requests().iter().all(|request| request.path == "/orders"), "it has sent nothing");
}

#[tokio::test]
async fn a_scheduler_that_is_not_there_is_an_error() {
    let client = shop::Client::builder().shop_token("none").build().expect("a client");
    let address = free_address();
    let wait = Duration::from_millis(300);
    let session = declarest_ballista::session().source(&client).scheduler(&address).wait_for_scheduler(wait);
    let executor =
        declarest_ballista::executor("executor-1").source(&client).scheduler(&address).wait_for_scheduler(wait);
    let errors = [session.connect().await.map(drop).expect_err("none"), executor.run().await.expect_err("none")];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.message().starts_with(&format!("no scheduler at {address} within 300ms: ")), "{error}");
    }
}

#[tokio::test]
async fn what_cannot_work_is_refused_before_anything_starts() {
    let client = shop::Client::builder().shop_token("none").build().expect("a client");
    let errors = [
        declarest_ballista::scheduler().run().await.expect_err("no source"),
        declarest_ballista::scheduler().source(&client).source(&client).run().await.expect_err("one twice"),
        declarest_ballista::scheduler().source(&client).bind("here").run().await.expect_err("no address"),
        declarest_ballista::executor("no name").source(&client).run().await.expect_err("no name"),
        declarest_ballista::session().connect().await.map(drop).expect_err("no source"),
    ];
    for error in errors {
        assert!(error.kind() == ErrorKind::Config && error.help().is_some(), "{error}");
    }
}
