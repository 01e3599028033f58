//! Syncs the issues of the analytics source into a file, and says how many tasks its runtime has: a process of its own, to be watched.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use declarest_examples::analytics::analytics;
use tokio::runtime::Handle;

/// Arguments: the base URL, the file.
#[tokio::main(flavor = "current_thread")]
async fn main() -> declarest::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let client = analytics::Client::builder().base_url(arguments.next().unwrap_or_default()).build()?;
    let mut database = declarest::Sqlite::open(arguments.next().unwrap_or_default())?;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    let sync = client.sync(&mut database).only(["issues"]).progress(move |progress| {
        seen.fetch_max(tasks(), Relaxed);
        if progress.pages % 1000 == 0 {
            println!("rows {} tasks {}", progress.rows, tasks());
        }
    });
    let report = sync.await?;
    println!("{report}");
    println!("tasks: at most {}, {} when it has ended", most.load(Relaxed), tasks());
    Ok(())
}
