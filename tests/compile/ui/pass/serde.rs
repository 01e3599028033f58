//! The user's own attributes of serde's, without a dependency on it.
#![deny(warnings)]
#![allow(dead_code)]

#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page, rename_all = "camelCase"),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[serde(rename = "created", default)]
        pub created_at: Option<String>,
        pub text_range: Option<Range>,
    }

    #[resource(name = rules, path = "/v1/rules")]
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    pub struct Rule {
        pub key: String,
    }

    #[resource(name = trees, path = "/v1/trees")]
    pub struct Tree {
        pub key: String,
        #[column(json)]
        pub branches: Vec<Branch>,
    }

    #[nested]
    pub struct Range {
        #[serde(alias = "from")]
        pub start_line: u32,
    }

    #[nested]
    pub struct Branch {
        pub branches: Vec<Self>,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues(), client.rules(), client.trees());
}
