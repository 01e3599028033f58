#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = comments, path = "/posts/{resources.posts.id}/comments")]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(7).page_size(10).stream();
    let _ = |comment: demo::Comment| comment.id;
}
