//! A type of the user's with the name of one of Declarest's.
#![deny(warnings)]
#![allow(dead_code)]

pub mod types {
    use std::collections::BTreeMap;

    use declarest::__private::serde;

    #[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
    #[serde(crate = "declarest::__private::serde")]
    pub struct Extra {
        pub note: Option<String>,
        #[serde(flatten)]
        pub rest: BTreeMap<String, u32>,
    }

    pub type Rest = Extra;
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    use crate::types::Extra;

    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[serde(flatten)]
        #[column(json)]
        pub extra: Extra,
    }

    #[resource(name = notes, path = "/v1/notes")]
    pub struct Note {
        pub key: String,
        #[serde(flatten)]
        #[column(json)]
        pub extra: super::types::Extra,
    }

    #[resource(name = rules, path = "/v1/rules")]
    pub struct Rule {
        pub key: String,
        #[serde(flatten)]
        pub extra: declarest::Extra,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod others {
    use crate::types::Rest as Extra;

    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        #[serde(flatten)]
        #[column(json)]
        pub extra: Extra,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod ours {
    use ::declarest::{Extra, jiff};

    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub at: jiff::Timestamp,
        #[serde(flatten)]
        pub extra: Extra,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.notes().stream(), client.rules().stream());
    let _ = |issue: demo::Issue, other: others::Issue| (issue.extra.rest, other.extra.rest);
    let _ = |rule: demo::Rule, ours: ours::Issue| (rule.extra, ours.extra);
}
