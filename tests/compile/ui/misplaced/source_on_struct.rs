#[declarest::source(base_url = "https://api.example.com")]
pub struct Issue {
    pub key: String,
}

fn main() {
    let _ = |issue: Issue| issue.key;
}
