#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", rename_all = "camelCase")]
    pub struct Issue {
        pub id: u64,
        #[serde(rename = "id")]
        pub number: u64,
        pub created_at: String,
        #[serde(alias = "createdAt")]
        pub created: String,
        pub r#type: String,
        #[serde(rename(deserialize = "type"))]
        pub kind: String,
        #[serde(rename = "only", alias = "only")]
        pub fine: String,
    }

    #[nested]
    pub struct Place {
        pub r#in: u64,
        #[serde(rename = "in")]
        pub within: u64,
    }

    #[nested]
    pub enum Shape {
        Circle {
            radius: u64,
            #[serde(alias = "radius")]
            r: u64,
        },
        #[serde(rename = "Circle")]
        Round(u64),
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
