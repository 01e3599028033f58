#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = posts, path = "/posts")]
    pub struct Post {
        pub id: u64,
    }

    #[resource(name = comments, path = "/comments", params(post_id = resolve(resource = posts, field = id)))]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.posts().stream();
    let _ = client.comments().stream();
    let _ = |comment: demo::Comment| comment.id;
}
