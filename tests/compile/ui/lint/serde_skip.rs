#![deny(warnings)]

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = orders, path = "/orders")]
    pub struct Order {
        pub key: String,
        #[serde(skip)]
        pub note: String,
        #[serde(skip_deserializing)]
        pub remark: Option<String>,
        #[serde(skip_serializing)]
        pub email: Option<String>,
        #[serde(skip)]
        #[column(skip)]
        pub own: u64,
    }

    #[resource(name = users, path = "/users", map = filled)]
    pub struct User {
        pub key: String,
        #[serde(skip)]
        pub length: u64,
    }

    fn filled(user: User) -> User {
        User { length: user.key.len() as u64, ..user }
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.orders().stream(), client.users().stream());
}
