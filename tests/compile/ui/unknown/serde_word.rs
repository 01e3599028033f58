#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    #[serde(rename_al = "camelCase")]
    pub struct Issue {
        #[serde(renam = "id")]
        pub key: String,
    }

    #[resource(name = users, path = "/v1/users")]
    pub struct User {
        #[serde(rename)]
        pub key: String,
        #[serde(flatten = true, rename = "a", rename = "b")]
        pub other: Part,
    }

    #[nested]
    pub struct Part {
        #[serde(primary_key)]
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
