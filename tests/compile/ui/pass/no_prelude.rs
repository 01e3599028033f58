//! A module without the prelude.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = page_number))]
pub mod demo {
    #![no_implicit_prelude]

    #[resource(path = "/v1/projects/{project}/issues", params(project: ::std::string::String))]
    pub struct Issue {
        pub key: ::std::string::String,
        pub kind: Kind,
    }

    #[resource(
        path = "/v1/issues/{resources.issue.kind}/{resources.issue.key}/comments",
        primary_key = id,
        incremental(cursor = id, start_param = "after", end_param = "before"),
        result_window = 100,
        paginator = offset(limit = 10, total_path = "total"),
        yield_map = twice,
        include_from_parent(key),
    )]
    pub struct Comment {
        pub id: u64,
        #[column(child_table)]
        pub kinds: ::std::option::Option<::std::vec::Vec<Kind>>,
        #[serde(flatten)]
        pub extra: ::declarest::Extra,
    }

    fn twice(comment: Comment) -> [Comment; 1] {
        [comment]
    }

    #[resource(path = "/v1/tags")]
    pub struct Tag(pub ::std::string::String);

    #[nested]
    pub enum Kind {
        Bug,
        #[other]
        Other(::std::string::String),
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issue("project").stream();
    let _ = client.comment(demo::Kind::Bug, "key").stream();
    let _ = client.tag().stream();
}
