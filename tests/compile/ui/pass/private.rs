//! A private source of which little is used.
#![deny(warnings, unreachable_pub, missing_docs, clippy::pedantic)]

#[declarest::source(base_url = "https://api.example.com", auth = bearer(token = secret(token)))]
mod demo {
    #[resource(path = "/v1/issues", params(q: Option<String>), paginator = page_number(limit_param = "ps", limit = 10))]
    struct Issue {
        key: String,
    }

    #[resource(path = "/v1/rules/{rule}", params(rule: u32), paginator = single_page)]
    pub(crate) struct Rule {
        pub(crate) key: String,
    }

    #[nested]
    #[allow(dead_code)]
    struct Range {
        start: u32,
    }
}

fn main() {
    let client = demo::Client::builder().token("t").build().expect("a sound address");
    let _ = client.rule(7);
    let _ = |rule: demo::Rule| rule.key;
}
