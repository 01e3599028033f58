#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = posts, path = "/posts")]
    pub struct Post {
        pub id: u64,
        pub info: Option<Info>,
    }

    #[nested]
    pub struct Info {
        pub slug: Box<u64>,
    }

    #[resource(name = comments, path = "/posts/{resources.posts.info.slug}/comments")]
    pub struct Comment {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(Box::new(7)).stream();
}
