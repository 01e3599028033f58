//! Names that are keywords in Rust, and types that name themselves.
#![deny(warnings)]
#![allow(dead_code)]

#[declarest::source(
    base_url = "http://localhost:9000",
    auth = bearer(token = secret(type)),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    #[resource(name = match, path = "/v1/{type}/matches", params(type: String, in: Option<u32>), primary_key = type)]
    pub struct Match {
        pub r#type: String,
        #[column(skip)]
        pub parent: Option<Box<Self>>,
        pub r#in: Option<u32>,
    }

    /// A keyword since the edition of 2024.
    #[resource(name = gen, path = "/v1/{gen}/gens", params(gen: u32, yield: Option<u32>), primary_key = gen)]
    pub struct Gen {
        pub r#gen: u64,
    }

    #[resource(name = gen_2, path = "/v1/{resources.gen.gen}/gens", params(gen: Option<u32>), auth = bearer(token = secret(gen)))]
    pub struct Gen2 {
        pub id: u64,
    }

    /// With a field of that name.
    #[resource(name = sampled, path = "/v1/sampled", sample = "ui/sample/keywords.json")]
    pub struct Sampled;
}

fn main() {
    let client = demo::Client::builder().r#type("t").r#gen("g").build().unwrap();
    let _ = client.r#match("x").r#in(1).stream();
    let _ = (client.r#gen(1).r#yield(2).stream(), client.gen_2(1_u64).r#gen(2).stream());
    let _ = |row: demo::Sampled| row.r#gen + row.r#type;
    assert_eq!(<demo::Match as declarest::Resource>::DEF.primary_key, ["type"]);
}
