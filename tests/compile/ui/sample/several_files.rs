#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page))]
pub mod demo {
    #[resource(name = twice, path = "/v1/twice", data_selector = "issues", sample = ["ui/sample/issues.json", "ui/sample/issues.json"])]
    pub struct Twice;

    #[resource(name = none, path = "/v1/none", sample = [])]
    pub struct Nothing;

    #[resource(
        name = missing,
        path = "/v1/missing",
        sample = ["ui/sample/issues.json", "ui/sample/nowhere.json"],
        data_selector = "issues",
    )]
    pub struct Missing;
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.twice().stream(), client.none().stream(), client.missing().stream());
}
