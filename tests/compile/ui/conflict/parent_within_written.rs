#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = posts, path = "/posts")]
    pub struct Post {
        pub id: u64,
        pub info: Option<Info>,
    }

    #[nested]
    pub struct Info {
        #[serde(with = "self::text")]
        pub slug: String,
    }

    mod text {
        pub(super) fn serialize<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(&text.len())
        }

        pub(super) fn deserialize<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
            serde::Deserialize::deserialize(deserializer)
        }
    }

    #[resource(name = comments, path = "/posts/{resources.posts.info.slug}/comments")]
    pub struct Comment {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.posts().stream();
}
