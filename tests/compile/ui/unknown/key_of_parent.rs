#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = posts, path = "/posts", primary_key = id)]
    pub struct Post {
        pub id: u64,
    }

    #[resource(name = comments, path = "/posts/{resources.posts.id}/comments", primary_key = (_posts_id, number))]
    pub struct Comment {
        pub number: u64,
    }

    #[resource(name = likes, path = "/posts/{posts.id}/likes")]
    pub struct Like {
        pub user: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.posts().stream();
    let _ = client.comments(7).stream();
}
