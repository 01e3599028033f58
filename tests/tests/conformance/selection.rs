//! Where rows and next pages are. dlt guesses both from the first page; here only the link to the next page is looked for.

use declarest::ErrorKind;

use crate::case::{Case, reads};

/// One resource for each case, `paginator = auto` where none is named.
#[declarest::source(base_url = "http://127.0.0.1:9")]
mod api {
    #[resource(name = au_01, path = "/posts", data_selector = "data")]
    pub struct Au01 {
        pub id: i64,
    }

    #[resource(name = unselected, path = "/posts")]
    pub struct Unselected {
        pub id: i64,
    }

    #[resource(name = au_03, path = "/hal", data_selector = "_embedded.items")]
    pub struct Au03 {
        pub id: i64,
    }

    #[resource(name = au_05, path = "/one", data_selector = "$")]
    pub struct Au05 {
        pub id: i64,
    }

    #[resource(name = ds_01, path = "/k", data_selector = "many-results", paginator = json_link)]
    pub struct Ds01 {
        pub id: i64,
    }
}

fn client(case: &Case) -> api::Client {
    api::Client::builder().base_url(case.base_url()).build().expect("nothing is missing")
}

reads! {
    "au-01" as au_01,
    "au-03" as au_03,
    "au-05" as au_05,
    "ds-01" as ds_01,
}

/// What dlt would guess is named by the error.
#[tokio::test]
async fn rows_that_are_not_declared_are_not_guessed() {
    let error = client(&Case::serve("au-01")).unselected().await.map(drop).expect_err("an object is no list");
    assert_eq!(error.kind(), ErrorKind::Decode);
    let help = error.help().unwrap_or_default();
    assert!(help.contains("`data_selector`") && help.contains("arrays at `data`"), "{error}");
}
