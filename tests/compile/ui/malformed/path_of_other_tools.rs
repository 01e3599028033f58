#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues:search/%20/{resources.r0.key}")]
    pub struct Issue {
        pub key: String,
    }

    #[resource(name = r0, path = "/things/:id")]
    pub struct R0 {
        pub key: String,
    }

    #[resource(name = r1, path = "/things/<int:id>/parts")]
    pub struct R1 {
        pub key: String,
    }

    #[resource(name = r2, path = "/things/[id]")]
    pub struct R2 {
        pub key: String,
    }

    #[resource(name = r3, path = "/things/${id}")]
    pub struct R3 {
        pub key: String,
    }

    #[resource(name = r4, path = "/things/{{ thingId }}")]
    pub struct R4 {
        pub key: String,
    }

    #[resource(name = r5, path = "/things/%s")]
    pub struct R5 {
        pub key: String,
    }

    #[resource(name = r6, path = "/100%")]
    pub struct R6 {
        pub key: String,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.r0(1).stream();
}
