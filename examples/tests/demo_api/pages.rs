//! Pages and totals.

use declarest_examples::demo_api::{Options, Resource};

use crate::{client, fetch, page, start};

#[tokio::test]
async fn every_row_comes_verbatim_and_in_order() {
    let server = start(Options::default());
    for (resource, size) in [(Resource::Components, 100), (Resource::Issues, 500), (Resource::Metrics, 100)] {
        let pages = resource.rows().chunks(size);
        for (rows, number) in pages.zip(1..) {
            let (status, body) = fetch(&server, &format!("{}?p={number}&ps={size}", resource.path())).await;
            let expected = format!(r#""{}":[{}]"#, resource.name(), rows.join(","));
            assert!(status == 200 && body.contains(&expected), "{} {number}", resource.name());
        }
    }
}

#[tokio::test]
async fn totals_are_where_sonarqube_has_them() {
    let server = start(Options::default());

    let components = page(&server, "/v1/components/search").await;
    let paging = serde_json::json!({ "pageIndex": 1, "pageSize": 100, "total": 1_270 });
    assert_eq!(components["paging"], paging);
    assert!(components.get("total").is_none());
    assert_eq!(components["components"].as_array().map(Vec::len), Some(100));

    let issues = page(&server, "/v1/issues/search?p=2&ps=50&additionalFields=_all").await;
    let paging = serde_json::json!({ "pageIndex": 2, "pageSize": 50, "total": 17_366 });
    assert_eq!(issues["paging"], paging);
    assert_eq!([&issues["total"], &issues["p"], &issues["ps"]], [17_366, 2, 50]);

    let metrics = page(&server, "/v1/metrics/search").await;
    assert!(metrics.get("paging").is_none());
    assert_eq!([&metrics["total"], &metrics["p"], &metrics["ps"]], [129, 1, 100]);
}

#[tokio::test]
async fn the_last_page_is_short_and_the_next_is_empty() {
    let server = start(Options::default());
    for (target, rows) in [("p=13", 70), ("p=14", 0), ("p=2147483647&ps=500", 0)] {
        let body = page(&server, &format!("/v1/components/search?{target}")).await;
        assert_eq!(body["components"].as_array().map(Vec::len), Some(rows), "{target}");
        assert_eq!(body["paging"]["total"], 1_270, "{target}");
    }
}

#[tokio::test]
async fn the_window_is_sonarqubes() {
    let server = start(Options { window: Some(10_000), ..Options::default() });
    for (within, past, asked) in
        [("p=20&ps=500", "p=21&ps=500", 10_500), ("p=33&ps=300", "p=34&ps=300", 10_200), ("p=100", "p=101", 10_100)]
    {
        let body = page(&server, &format!("/v1/issues/search?{within}")).await;
        assert_eq!(body["paging"]["total"], 17_366, "the server reports the true total");
        let refusal = crate::refusal(&server, &format!("/v1/issues/search?{past}"), 400).await;
        assert_eq!(refusal, format!("Can return only the first 10000 results. {asked}th result asked."));
    }
    // Metrics are not searched for, and have no window.
    page(&server, "/v1/metrics/search?p=101").await;
}

#[tokio::test]
async fn the_cloud_clamps_its_totals() {
    let server = start(Options { window: Some(10_000), clamp_total: true, ..Options::default() });
    let issues = page(&server, "/v1/issues/search").await;
    assert_eq!([&issues["total"], &issues["paging"]["total"]], [10_000, 10_000]);
    let fewer = page(&server, "/v1/issues/search?severities=MAJOR").await;
    assert_eq!(fewer["total"], 1_090);
    let components = page(&server, "/v1/components/search").await;
    assert_eq!(components["paging"]["total"], 1_270);
}

#[tokio::test]
async fn packed_only_for_those_who_accept_it() {
    let server = start(Options { gzip: true, ..Options::default() });
    let ask = async |accept: &str| {
        let url = format!("{}/v1/metrics/search", server.base_url());
        let request = client().get(url).bearer_auth(Options::TOKEN).header("accept-encoding", accept);
        let response = request.send().await.expect("an answer");
        let coding = response.headers().get("content-encoding").cloned();
        (coding, response.bytes().await.expect("a body"))
    };
    let (coding, plain) = ask("br, identity").await;
    assert_eq!(coding, None);
    let (coding, packed) = ask("br, gzip;q=0.8").await;
    assert_eq!(coding.expect("a coding"), "gzip");
    let mut unpacked = Vec::new();
    std::io::copy(&mut flate2::read::GzDecoder::new(&packed[..]), &mut unpacked).expect("it is gzip");
    assert_eq!(unpacked, plain);
}
