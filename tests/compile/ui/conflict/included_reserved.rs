#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = load, path = "/loads")]
    pub struct Load {
        pub id: u64,
    }

    #[resource(name = comments, path = "/loads/{resources.load.id}/comments", include_from_parent(id))]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(7).page_size(10).stream();
    let _ = |comment: demo::Comment| comment.id;
}
