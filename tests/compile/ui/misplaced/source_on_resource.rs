#[declarest::source(base_url = "https://api.example.com")]
#[resource(path = "/v1/issues")]
pub struct Issue {
    #[column(skip)]
    pub key: String,
}

fn main() {
    let _ = |issue: Issue| issue.key;
}
