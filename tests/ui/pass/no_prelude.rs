//! A module without the prelude.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = page_number))]
pub mod demo {
    #![no_implicit_prelude]

    #[resource(path = "/v1/projects/{project}/issues", params(project: ::std::string::String))]
    pub struct Issue {
        pub key: ::std::string::String,
        pub kind: Kind,
    }

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
}
