#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = post_items, path = "/items")]
    pub struct PostItem {
        pub id: u64,
    }

    #[resource(name = post, path = "/posts/{resources.post_items.id}")]
    pub struct Post {
        pub items_id: u64,
    }

    #[resource(name = comments, path = "/{resources.post.items_id}/{resources.post_items.id}/comments")]
    pub struct Comment {
        pub id: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.comments(7).page_size(10).stream();
    let _ = |comment: demo::Comment| comment.id;
}
