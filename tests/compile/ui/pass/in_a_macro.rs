//! A declaration that a macro of the user's writes.

macro_rules! api {
    ($name:ident, $url:literal, $path:literal, $ty:ty, $key:ident) => {
        #[declarest::source(base_url = $url, resource_defaults(paginator = page_number(limit_param = "ps", limit = 10)))]
        pub mod $name {
            #[resource(name = issues, path = $path, primary_key = $key, params(q: Option<$ty>))]
            pub struct Issue {
                pub $key: $ty,
            }
        }
    };
}

macro_rules! below {
    ($name:ident, $path:literal) => {
        #[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
        pub mod $name {
            #[resource(name = rows, path = $path, params(project: String, ids: Vec<u32>, kind = "git", page: Option<u32>))]
            pub struct Row {
                pub id: u64,
            }
        }
    };
}

below!(projects, "/v1/{project}/{kind}/{ids}/rows");

api!(demo, "https://api.example.com", "/v1/issues", String, key);

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().q("x".to_owned()).stream();
    let _ = projects::Client::builder().build().unwrap().rows("p", [1]).page(1).stream();
}
