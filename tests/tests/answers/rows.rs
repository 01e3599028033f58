//! Rows of other shapes than a struct with a column for each field, over the wire.

use declarest_tests::{Reply, Server};

/// One resource for each shape.
#[declarest::source(base_url = "http://127.0.0.1:9", resource_defaults(paginator = single_page))]
mod api {
    #[resource(name = tags, path = "/tags")]
    #[derive(Debug, PartialEq)]
    pub struct Tag(pub String);

    #[resource(name = issues, path = "/tags/{resources.tags.value}/{state}/issues", params(state: String), primary_key = id)]
    #[derive(Debug)]
    pub struct Issue {
        pub id: u64,
        #[column(child_table)]
        pub flows: Vec<Flow>,
        #[column(child_table)]
        pub labels: Option<Vec<String>>,
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }

    #[nested]
    #[derive(Debug, PartialEq)]
    pub struct Flow {
        pub line: u32,
    }

    #[resource(path = "/numbers", filter = is_small, yield_map = twice)]
    #[derive(Debug, PartialEq)]
    pub struct Number(pub u8);

    fn is_small(number: &Number) -> bool {
        number.0 < 3
    }

    fn twice(Number(number): Number) -> [Number; 2] {
        [Number(number), Number(number * 10)]
    }
}

fn client(server: &Server) -> api::Client {
    api::Client::builder().base_url(server.base_url()).build().expect("nothing is missing")
}

#[tokio::test]
async fn rows_may_be_plain_values() {
    let server = Server::start(|_| Reply::json("[\"a\",\"b\"]".to_owned()));
    let tags = client(&server).tags().await.expect("an answer");
    assert_eq!(tags, [api::Tag("a".to_owned()), api::Tag("b".to_owned())]);
}

#[tokio::test]
async fn what_a_parent_gives_is_part_of_the_path() {
    let server = Server::start(|_| {
        Reply::json(
            "[{\"z\":[1.50],\"id\":7,\"flows\":[{\"line\":3}],\"y\":null},{\"flows\":[],\"labels\":[\"l\"],\"id\":8}]"
                .to_owned(),
        )
    });
    let issues = client(&server).issues("a/b", "open").await.expect("an answer");
    assert_eq!(server.requests()[0].path, "/tags/a%2Fb/open/issues");
    assert_eq!((issues[0].id, &issues[0].flows[..], &issues[0].labels), (7, &[api::Flow { line: 3 }][..], &None));
    let extra: Vec<_> = issues[0].extra.iter().map(|(name, value)| (name, value.get())).collect();
    assert_eq!(extra, [("y", "null"), ("z", "[1.50]")]);
    assert_eq!((issues[1].labels.as_deref(), issues[1].extra.len()), (Some(&["l".to_owned()][..]), 0));
}

#[tokio::test]
async fn a_list_that_is_not_there_is_an_error() {
    let server = Server::start(|_| Reply::json("[{\"id\":7}]".to_owned()));
    let error = client(&server).issues("a", "open").await.expect_err("a missing list");
    assert!(error.to_string().contains("flows"), "{error}");
}

#[tokio::test]
async fn a_row_may_become_several() {
    let server = Server::start(|_| Reply::json("[1,2,3]".to_owned()));
    let numbers = client(&server).number().await.expect("an answer");
    assert_eq!(numbers.iter().map(|number| number.0).collect::<Vec<_>>(), [1, 10, 2, 20]);
}
