#[declarest::source(
    base_url = "https://api.example.com/v1",
    params(shard: u32, site: String),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = own, path = "https://api.example.com/v1/issues")]
    pub struct Own {
        pub key: String,
    }

    #[resource(name = open, path = "http://other.example.com/{site}")]
    pub struct Open {
        pub key: String,
    }

    #[resource(name = other, path = "ftp://other.example.com/x")]
    pub struct Other {
        pub key: String,
    }

    #[resource(name = issues, path = "{project}/issues", params(project: String))]
    pub struct Issue {
        pub id: u64,
    }

    #[resource(name = shards, path = "{shard}/things")]
    pub struct Shard {
        pub key: String,
    }

    #[resource(name = comments, path = "{resources.shards.key}s")]
    pub struct Comment {
        pub key: String,
    }

    #[resource(name = numbers, path = "{resources.issues.id}")]
    pub struct Number {
        pub key: String,
    }

    #[resource(name = ranges, path = "{incremental.start_value}/x")]
    pub struct Range {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().shard(1u32).site("x").build().unwrap();
    let _ = (client.own().stream(), client.open().stream(), client.other().stream(), client.ranges().stream());
    let _ = (client.issues("x").stream(), client.shards().stream(), client.comments(1).stream());
    let _ = client.numbers(1u64).stream();
}
