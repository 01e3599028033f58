#[declarest::source(base_url = "https://api.example.com")]
mod demo;

fn main() {}
