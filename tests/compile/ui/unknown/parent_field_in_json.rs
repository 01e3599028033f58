#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = posts, path = "/posts")]
    pub struct Post {
        pub id: u64,
        pub title: String,
    }

    #[resource(
        name = comments,
        path = "/comments",
        method = POST,
        json = { "query": "post(id: {resources.posts.key}) {{ comments {{ id }} }}" },
    )]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(7).stream();
    let _ = |comment: demo::Comment| comment.id;
}
