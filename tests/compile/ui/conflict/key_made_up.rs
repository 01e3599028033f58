#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", primary_key = key, write_disposition = merge)]
    pub struct Issue {
        #[serde(skip)]
        pub key: String,
        pub name: String,
    }

    #[resource(name = users, path = "/v1/users", primary_key = (team, id), write_disposition = merge)]
    pub struct User {
        #[serde(default)]
        pub team: String,
        #[cfg_attr(all(), serde(skip_deserializing))]
        pub id: String,
    }

    #[resource(name = teams, path = "/v1/teams", primary_key = id, write_disposition = merge)]
    #[serde(default)]
    #[derive(Default)]
    pub struct Team {
        pub id: String,
    }

    #[resource(name = boards, path = "/v1/boards", primary_key = id, map = numbered, write_disposition = merge)]
    pub struct Board {
        #[serde(skip)]
        pub id: String,
        #[serde(rename = "name", alias = "title")]
        pub title: String,
    }

    #[resource(name = runs, path = "/v1/runs", primary_key = info.run_id, write_disposition = merge)]
    pub struct Run {
        pub info: Info,
    }

    #[nested]
    pub struct Info {
        #[serde(default)]
        pub run_id: String,
        #[serde(default)]
        pub note: Option<String>,
    }

    fn numbered(board: Board) -> Board {
        Board { id: board.title.to_lowercase(), ..board }
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
