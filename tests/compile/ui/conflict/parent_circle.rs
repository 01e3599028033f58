#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = posts, path = "/comments/{resources.comments.id}/posts")]
    pub struct Post {
        pub id: u64,
    }

    #[resource(name = comments, path = "/posts/{resources.posts.id}/comments")]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(7).stream();
    let _ = |comment: demo::Comment| comment.id;
    let _ = client.posts(7).stream();
}
