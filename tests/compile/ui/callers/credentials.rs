// Secrets that are not written as such: the builder still has their setters.

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), auth = bearer(token = token))]
pub mod bare {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), auth = bearer(token = env("TOKEN")))]
pub mod variable {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), auth = api_key(name = "Authorization", api_key = "Token {token}"))]
pub mod text {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), auth = bearer { token: secret(token) })]
pub mod braces {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page), auth = session_token(path = "/login", token_path = "token", json = { "user": user }))]
pub mod login {
    #[resource(path = "/items")]
    pub struct Item {
        pub id: u64,
    }
}

fn main() -> declarest::Result<()> {
    let _ = bare::Client::builder().token("a").build()?.item();
    let _ = variable::Client::builder().build()?.item();
    let _ = text::Client::builder().token("a").build()?.item();
    let _ = braces::Client::builder().token("a").build()?.item();
    let _ = login::Client::builder().user("a").build()?.item();
    Ok(())
}
