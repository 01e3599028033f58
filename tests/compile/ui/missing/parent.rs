#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = comments, path = "/comments", include_from_parent(id))]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments().page_size(10).stream();
    let _ = |comment: demo::Comment| comment.id;
}
