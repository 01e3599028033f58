//! Client-wide params: what the builder sets, else a variable, else the declaration; and what is sent of them.

use declarest::ErrorKind;
use declarest::jiff::Timestamp;
use declarest_tests::{Reply, Server};

/// The variables are those that Cargo sets for a test.
#[declarest::source(
    base_url = "http://127.0.0.1:9",
    params(
        tenant: String,
        account: Option<u64>,
        symbols: Vec<String>,
        region: String = "eu",
        level: u8 = 3,
        ratio: f64 = 1,
        kinds: Vec<u32> = [1, 2],
        start_date: Timestamp = "2024-01-31",
        package: String (env = "CARGO_PKG_NAME"),
        version: String = "v2" (env = "CARGO_PKG_VERSION"),
        unset: String (env = "DECLAREST_IS_NEVER_SET") = "default",
    ),
    resource_defaults(data_selector = "items", paginator = single_page),
)]
mod api {
    use declarest::jiff::Timestamp;

    #[resource(
        name = things, path = "/{tenant}/{level}", method = POST,
        headers("X-Account" = "{account}", "X-Region" = "{region}"),
        params(
            s = "{symbols}", k = "{kinds}", since = "{start_date}", r = "{ratio}",
            p = "{package}", v = "{version}", u = "{unset}",
        ),
        json = {
            "account": account, "symbols": symbols, "kinds": kinds, "ratio": ratio, "list": [account, level],
            "text": "{account}", "since": start_date,
        },
    )]
    pub struct Thing {
        pub id: u64,
    }

    #[resource(
        name = named, path = "/named/{symbols}", headers("X-Symbols" = "{symbols}"),
        params(symbols = symbols, kinds as "k" = kinds (style = csv), region = region, account = account, q: u32, copy = q),
    )]
    #[derive(Debug)]
    pub struct Named {
        pub id: u64,
    }
}

fn server() -> Server {
    Server::start(|_| Reply::json(r#"{"items":[{"id":7}]}"#))
}

#[tokio::test]
async fn params_without_a_value_have_that_of_a_variable_or_their_default() {
    let server = server();
    let builder = api::Client::builder().base_url(server.base_url()).tenant("t").symbols(["A", "B,C"]);
    builder.clone().build().expect("nothing is missing").things().await.expect("a row");
    let chosen = builder.account(5).region("us").level(9).kinds([7]).ratio(0.5).package("p").version("v3").unset("u");
    let chosen = chosen.start_date("2025-01-01T10:00:00Z".parse::<Timestamp>().expect("a time"));
    chosen.build().expect("nothing is missing").things().await.expect("a row");

    let [default, chosen] = server.requests().try_into().expect("two requests");
    assert_eq!(default.path, "/t/3");
    assert_eq!((default.header("x-region"), default.header("x-account")), (Some("eu"), None));
    let sent = ["s", "k", "since", "r", "p", "v", "u"].map(|name| default.param(name).unwrap_or_default().to_owned());
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(sent, ["A,B,C", "1,2", "2024-01-31T00:00:00Z", "1", env!("CARGO_PKG_NAME"), version, "default"]);
    assert_eq!(
        default.body,
        r#"{"symbols":["A","B,C"],"kinds":[1,2],"ratio":1.0,"list":[3],"since":"2024-01-31T00:00:00Z"}"#
    );

    assert_eq!(chosen.path, "/t/9");
    assert_eq!((chosen.header("x-region"), chosen.header("x-account")), (Some("us"), Some("5")));
    let sent = ["k", "since", "r", "p", "v", "u"].map(|name| chosen.param(name).unwrap_or_default().to_owned());
    assert_eq!(sent, ["7", "2025-01-01T10:00:00Z", "0.5", "p", "v3", "u"]);
    assert!(chosen.body.starts_with(r#"{"account":5,"#), "{}", chosen.body);
    assert!(chosen.body.contains(r#""list":[5,9],"text":"5""#), "{}", chosen.body);
}

#[tokio::test]
async fn a_plain_name_is_the_value_each_of_a_list() {
    let server = server();
    let builder = api::Client::builder().base_url(server.base_url()).tenant("t");
    let client = builder.clone().symbols(["A", "B,C"]).build().expect("nothing is missing");
    client.named(5_u32).await.expect("a row");
    let client = builder.symbols([""; 0]).account(7).kinds([]).build().expect("nothing is missing");
    let error = client.named(5_u32).await.expect_err("the path has no empty segment");
    assert_eq!(error.kind(), ErrorKind::Config);

    let request = &server.requests()[0];
    assert_eq!((&*request.path, request.header("x-symbols")), ("/named/A%2CB%2CC", Some("A,B,C")));
    let sent: Vec<(&str, &str)> = request.query.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(sent, [("symbols", "A"), ("symbols", "B,C"), ("k", "1,2"), ("region", "eu"), ("copy", "5")]);
}

#[test]
fn all_that_is_missing_is_named_at_once() {
    #[declarest::source(
        base_url = "https://api.example.com",
        params(tenant: String, zone: u32 (env = "DECLAREST_IS_NEVER_SET"), region: Option<String>),
        headers("X-Zone" = "{zone}", "X-Region" = "{region}"),
        resource_defaults(paginator = single_page),
    )]
    mod api {
        #[resource(name = things, path = "/{tenant}")]
        pub struct Thing {
            pub id: u64,
        }
    }
    let error = api::Client::builder().build().expect_err("two are missing");
    assert_eq!(error.kind(), ErrorKind::Config);
    let text = error.to_string();
    assert!(text.contains("`tenant`, `zone` are not set"), "{text}");
    let help = "set `.tenant(…)`, `.zone(…)` or the variable DECLAREST_IS_NEVER_SET";
    assert_eq!(error.help(), Some(help));
}

#[test]
fn a_variable_that_cannot_be_read_is_named_with_its_value_and_the_type() {
    #[declarest::source(
        base_url = "https://api.example.com",
        params(tenant: u32 (env = "CARGO_PKG_NAME"), zones: Vec<u8> (env = "CARGO_PKG_VERSION") = [1]),
        headers("X-Zones" = "{zones}"),
        resource_defaults(paginator = single_page),
    )]
    mod api {
        #[resource(name = things, path = "/{tenant}")]
        pub struct Thing {
            pub id: u64,
        }
    }
    let error = api::Client::builder().build().expect_err("neither can be read");
    let text = error.to_string();
    for part in ["variable CARGO_PKG_NAME", env!("CARGO_PKG_NAME"), "no `u32`", "CARGO_PKG_VERSION", "no `Vec<u8>`"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    api::Client::builder().tenant(1).zones([1]).build().expect("the builder's come first");
}

#[test]
fn the_fingerprint_has_types_and_defaults() {
    macro_rules! fingerprint {
        ($($param:tt)*) => {{
            #[declarest::source(
                base_url = "https://api.example.com",
                params($($param)*),
                resource_defaults(paginator = single_page),
            )]
            mod api {
                #[resource(name = things, path = "/{tenant}")]
                pub struct Thing {
                    pub id: u64,
                }
            }
            api::Client::builder().tenant(Default::default()).build().and_then(|client| {
                declarest::Source::client(&client).fingerprint()
            }).expect("a fingerprint")
        }};
    }
    let all = [
        fingerprint!(tenant: u32),
        fingerprint!(tenant: u64),
        fingerprint!(tenant: u64 = 1),
        fingerprint!(tenant: u64 = 2),
        fingerprint!(tenant: u64 = 2 (env = "TENANT")),
    ];
    for (at, fingerprint) in all.iter().enumerate() {
        assert!(!all[..at].contains(fingerprint), "{at}");
    }
}
