#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = posts,
        path = "/v1/posts",
        primary_key = id,
        incremental(cursor = id, start_param = "since"),
    )]
    pub struct Post {
        pub id: u64,
    }

    #[resource(name = comments, path = "/v1/posts/{resources.posts.id}/comments", write_disposition = replace)]
    pub struct Comment {
        pub text: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(5).stream();
    let _ = |comment: demo::Comment| comment.text;
}
