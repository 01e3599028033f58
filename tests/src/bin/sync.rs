//! Syncs the analytics source into a file: a process of its own, to be killed.

use declarest_examples::analytics::analytics;

/// Arguments: the base URL, the file.
#[tokio::main(flavor = "current_thread")]
async fn main() -> declarest::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let client = analytics::Client::builder().base_url(arguments.next().unwrap_or_default()).build()?;
    let mut database = declarest::Sqlite::open(arguments.next().unwrap_or_default())?;
    let report = client.sync(&mut database).await?;
    println!("{report}");
    Ok(())
}
