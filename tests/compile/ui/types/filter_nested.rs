#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(primary_key = key, name = issues, path = "/v1/issues", params(author: Option<String> (filters author)))]
    pub struct Issue {
        pub key: String,
        pub line: u32,
        pub author: Author,
    }

    #[nested]
    pub struct Author {
        pub login: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().author("a").stream();
    let _ = |author: demo::Author| author.login;
    let _ = |issue: demo::Issue| issue.key;
}
