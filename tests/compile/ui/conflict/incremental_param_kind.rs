#[declarest::source(
    base_url = "https://api.example.com",
    params(start_date: String, many: Vec<Timestamp>, page: u32, end: Timestamp),
    resource_defaults(paginator = single_page),
)]
pub mod demo {
    use declarest::jiff::Timestamp;
    use declarest::jiff::civil::Date;

    #[resource(path = "/a", incremental(cursor = updated_at, start_param = "from", initial_value = start_date, end_param = "to", end_value = many))]
    pub struct Issue {
        pub key: String,
        pub number: u64,
        pub updated_at: Timestamp,
        pub day: Date,
    }

    #[resource(name = issues, path = "/b", incremental(cursor = day, start_param = "from", initial_value = page))]
    pub struct Day {
        pub day: Date,
    }

    #[resource(path = "/c", incremental(cursor = name, start_param = "from", initial_value = end))]
    pub struct Name {
        pub name: String,
    }

    #[resource(path = "/d", incremental(cursor = number, start_param = "from", initial_value = end))]
    pub struct Number {
        pub number: u64,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = client.issues().stream();
}
