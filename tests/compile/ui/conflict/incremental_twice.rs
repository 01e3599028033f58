#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(
        name = posts, path = "/posts",
        incremental(cursor = id, start_param = "a"),
        incremental(cursor = number, start_param = "b"),
    )]
    pub struct Post {
        pub id: u64,
        pub number: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.posts().page_size(10).stream();
    let _ = |post: demo::Post| post.id;
}
