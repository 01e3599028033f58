//! What answers mean: ignored, tried again, failed.

use declarest::ErrorKind;

use crate::case::{Case, reads};

/// One resource for each case.
#[declarest::source(base_url = "http://127.0.0.1:9")]
mod api {
    #[resource(name = ra_03, path = "/x", response_actions("Post body 0" = ignore), allow(ignored_rows))]
    pub struct Ra03 {
        pub id: i64,
    }

    #[resource(name = ra_05, path = "/x")]
    pub struct Ra05 {
        pub id: i64,
    }

    #[resource(name = rt_01, path = "/x", paginator = single_page)]
    pub struct Rt01 {
        pub id: i64,
    }

    #[resource(
        name = sr_01, path = "/missing",
        params(api_key = "secret_api_key_xyz", access_token = "secret_token_abc", normal_param = "public_value"),
        allow(literal_secret),
    )]
    pub struct Sr01 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads! {
    "ra-03" as ra_03,
    "rt-01" as rt_01,
}

#[tokio::test]
pub(crate) async fn ra_05() {
    let case = Case::serve("ra-05");
    let error = case.failed(client(&case).sync(&mut case.open()).only(["ra_05"]).await);
    assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(404)));
    assert!(error.message().contains("404"), "{error}");
}

#[tokio::test]
pub(crate) async fn sr_01() {
    let case = Case::serve("sr-01");
    let error = case.failed(client(&case).sync(&mut case.open()).only(["sr_01"]).await);
    assert!(error.to_string().contains("api_key=***&access_token=***&normal_param=public_value"), "{error}");
}
