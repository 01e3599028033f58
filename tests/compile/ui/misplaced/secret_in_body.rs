#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(
        name = sessions,
        path = "/v1/login",
        method = POST,
        json = { "user": "me", "password": secret(password) },
    )]
    pub struct Session {
        pub token: String,
    }
}

fn main() {
    let client = demo::Client::builder().password("p").build().unwrap();
    let _ = client.sessions().stream();
    let _ = |session: demo::Session| session.token;
}
