#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = queried,
        path = "/graphql",
        method = POST,
        json = { "query": "query { viewer { login } }" },
    )]
    pub struct Queried {
        pub key: String,
    }

    #[resource(
        name = filtered,
        path = "/filtered",
        method = POST,
        data = "{\"state\": \"open\"}",
    )]
    pub struct Filtered {
        pub key: String,
    }

    #[resource(
        name = long,
        path = "/long",
        method = POST,
        json = {
            "query": "query Issues($after: String) {
                repository(owner: \"a\", name: \"b\") { issues(first: 100, after: $after) { nodes { id } } }
            }",
        },
    )]
    pub struct Long {
        pub key: String,
    }

    #[resource(
        name = mixed,
        path = "/mixed",
        method = POST,
        params(id: u64),
        json = { "query": "{ post(id: {id}) { title } }" },
    )]
    pub struct Mixed {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.queried().stream();
    let _ = client.filtered().stream();
    let _ = client.long().stream();
    let _ = client.mixed(1_u64).stream();
}
