//! A module that has names of its own for what generated code uses.
#![allow(dead_code, unused_macros)]

#[declarest::source(base_url = "https://api.example.com", auth = bearer(token = secret(token)))]
pub mod demo {
    pub struct Option;
    pub struct Vec;
    pub struct Box;
    pub enum Result {
        Ok,
        Err,
    }
    pub struct Some;
    pub struct None;
    pub struct Ok;
    pub struct Err;
    pub struct Default;
    pub struct Debug;
    pub struct Clone;
    pub struct Into;
    pub struct From;
    pub struct Iterator;
    pub struct IntoFuture;
    pub struct Deserialize;
    pub struct Serialize;
    pub struct Resource;
    pub struct Column;
    pub struct Key;
    pub struct Request;
    pub struct Row;
    pub struct Step;
    pub struct SourceDef;
    pub struct A;
    pub struct D;
    pub struct S;
    pub struct E;
    pub struct Fields;
    pub mod core {}
    pub mod std {}
    pub mod alloc {}
    pub mod serde {}
    pub mod declarest {}
    pub fn drop() {}
    pub fn format() {}

    macro_rules! format {
        () => {};
    }
    macro_rules! vec {
        () => {};
    }

    #[resource(
        path = "/v1/projects/{project}/issues",
        params(project: ::std::string::String, limit: ::std::option::Option<u32>),
        paginator = page_number(limit_param = "ps", limit = 10),
        primary_key = key,
    )]
    pub struct Issue {
        pub key: ::std::string::String,
        pub parent: ::std::option::Option<u64>,
        pub kind: Kind,
        pub range: Range,
    }

    #[nested]
    pub enum Kind {
        Bug,
        #[other]
        Other(::std::string::String),
    }

    #[nested]
    pub struct Range {
        pub start: u32,
    }
}

fn main() {
    let client = demo::Client::builder().token("t").build().unwrap();
    let _ = client.issue("project").limit(1).stream();
}
