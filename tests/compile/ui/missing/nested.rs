#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    pub struct Issue {
        pub key: String,
        pub author: Option<Author>,
        pub reviewers: Vec<Author>,
        pub state: State,
        #[column(json)]
        pub raw: Raw,
        pub place: Place,
    }

    pub struct Author {
        pub name: String,
    }

    #[derive(Debug, Clone, Copy, PartialEq)]
    pub enum State {
        Open,
        Closed,
    }

    #[derive(serde::Serialize, serde::Deserialize)]
    pub struct Raw {
        pub text: String,
    }

    #[nested]
    pub struct Place {
        pub city: City,
        pub raw: Raw,
    }

    pub struct City {
        pub name: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
    let _ = |issue: demo::Issue| (issue.state == demo::State::Open, issue.author.map(|author| author.name));
}
