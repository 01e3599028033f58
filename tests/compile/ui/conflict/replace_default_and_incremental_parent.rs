#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page, write_disposition = replace),
)]
pub mod demo {
    #[resource(
        name = posts,
        path = "/v1/posts",
        primary_key = id,
        write_disposition = merge,
        incremental(cursor = id, start_param = "since"),
    )]
    pub struct Post {
        pub id: u64,
    }

    #[resource(name = comments, path = "/v1/posts/{resources.posts.id}/comments")]
    pub struct Comment {
        pub text: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(5).stream();
    let _ = |comment: demo::Comment| comment.text;
}
