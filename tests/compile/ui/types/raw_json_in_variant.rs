#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub shape: Shape,
        pub mark: Mark,
        pub note: Note,
    }

    #[nested]
    #[serde(untagged)]
    pub enum Shape {
        Number(u64),
        Any(declarest::Json),
    }

    #[nested]
    #[serde(tag = "type")]
    pub enum Mark {
        Good(Reason),
        Bad { number: u64 },
    }

    #[nested]
    pub struct Reason {
        #[serde(flatten)]
        pub rest: declarest::Extra,
    }

    #[nested]
    pub enum Note {
        Text(String),
        Any(declarest::Json),
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
