#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = one, path = "/v1/one", sample = "ui/sample/issues.json", data_selector = "issues[*].tags", fields = rest)]
    pub struct One(pub String);

    #[resource(name = untold, path = "/v1/untold", fields = rest)]
    pub struct Untold {
        pub key: String,
    }

    #[resource(name = open, path = "/v1/open", sample = "ui/sample/issues.json", data_selector = "issues", fields = rest)]
    pub struct Open {
        pub key: _,
        pub label: _,
    }

    #[resource(name = alone, path = "/v1/alone", sample = "ui/sample/issues.json", data_selector = "issues")]
    pub struct Alone {
        pub key: _,
    }

    #[resource(name = wrong, path = "/v1/wrong", sample = "ui/sample/issues.json", data_selector = "issues", fields = rest)]
    pub struct Wrong {
        pub line: u64,
    }

    #[resource(name = word, path = "/v1/word", sample = "ui/sample/issues.json", data_selector = "issues", fields = all)]
    pub struct Word {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.one().stream(), client.untold().stream(), client.open().stream());
    let _ = (client.wrong().stream(), client.word().stream(), client.alone().stream());
    let _ = |demo::One(one): demo::One, untold: demo::Untold| (one, untold.key);
}
