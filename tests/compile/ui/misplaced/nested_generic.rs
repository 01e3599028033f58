#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(primary_key = key, name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub range: Range<u32>,
        pub ranges: Vec<Range<String>>,
        #[column(child_table)]
        pub parts: Vec<Range<u32>>,
    }

    #[nested]
    pub struct Range<T: Default = u32>
    where
        T: Clone,
    {
        pub start: T,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| (issue.range.start, issue.parts.len());
}
