//! A declaration that a macro of the user's writes.

macro_rules! api {
    ($name:ident, $url:literal, $path:literal, $ty:ty, $key:ident) => {
        #[declarest::source(base_url = $url, resource_defaults(paginator = page_number(limit = 10)))]
        pub mod $name {
            #[resource(name = issues, path = $path, primary_key = $key, params(q: Option<$ty>))]
            pub struct Issue {
                pub $key: $ty,
            }
        }
    };
}

api!(demo, "https://api.example.com", "/v1/issues", String, key);

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().q("x".to_owned()).stream();
}
