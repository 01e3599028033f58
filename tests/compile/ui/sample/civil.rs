use declarest::jiff::civil;

#[declarest::source(base_url = "https://api.example.com", resource_defaults(rename_all = "camelCase", paginator = single_page))]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues", sample = "ui/sample/issues.json", data_selector = "issues")]
    pub struct Issue {
        pub key: String,
        pub creation_date: declarest::jiff::civil::DateTime,
    }

    #[resource(name = days, path = "/v1/days", sample = "ui/sample/issues.json", data_selector = "issues")]
    pub struct Day {
        pub key: String,
        pub creation_date: declarest::jiff::civil::Date,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.days().stream());
    let _ = |issue: demo::Issue| -> civil::DateTime { issue.creation_date };
}
