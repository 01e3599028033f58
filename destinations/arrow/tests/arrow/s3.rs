//! A bucket of a server that speaks as Amazon's S3 does: moto's, where Python has it (`pip install "moto[server]"`).
//! `DECLAREST_TEST_PYTHON` names the Python (default: `python3`).

use std::env;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use declarest::reqwest;
use declarest_arrow::Parquet;
use declarest_tests::{Listing, Server};
use object_store::aws::AmazonS3Builder;
use object_store::path::Path;
use object_store::{ObjectStore as _, ObjectStoreExt as _};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::source::list;

const SECRET: &str = "s3cr3t-of-the-test";

/// A process that does not outlive the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A server with an empty bucket; `None` where there is no moto.
fn moto() -> Option<(Process, String)> {
    let python = env::var("DECLAREST_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_moto = Command::new(&python).args(["-c", "import moto.server"]).stderr(Stdio::null()).status();
    if !has_moto.is_ok_and(|status| status.success()) {
        println!("skipped: `{python}` has no moto.server, which would be the S3 of this test");
        return None;
    }
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
    let mut command = Command::new(&python);
    command.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", &port.to_string()]);
    let server = Process(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"));
    for _ in 0..600 {
        if TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Some((server, format!("http://127.0.0.1:{port}")));
        }
        sleep(Duration::from_millis(100));
    }
    panic!("moto does not listen");
}

/// The program: this test, in a process that has the credentials in its environment.
#[tokio::test]
async fn the_syncs_into_a_bucket() {
    let Ok(base_url) = env::var("BUCKET_BASE") else { return };
    let client = list::Client::builder().base_url(base_url).build().expect("a client");
    let open = |url| Parquet::open(url).expect("it opens").commit_every(Duration::ZERO);
    let mut lake = open("s3://bucket/a/lake");
    for _ in 0..2 {
        client.sync(&mut lake).only(["appended", "replaced"]).await.expect("a sync");
    }
    // Several writers at once, and the later one takes over.
    let [mut one, mut other] = [open("s3://bucket/a/lake"), open("s3://bucket/a/lake")];
    let (one, other) =
        tokio::join!(client.sync(&mut one).only(["replaced"]), client.sync(&mut other).only(["replaced"]));
    let lost = [one, other].into_iter().filter_map(Result::err).collect::<Vec<_>>();
    assert!(lost.len() <= 1 && lost.iter().all(declarest::Error::is_lease_lost), "{lost:?}");
    let store = AmazonS3Builder::from_env().with_bucket_name("bucket").build().expect("a store");
    for (table, expected) in [("appended", 2000), ("replaced", 1000)] {
        let mut rows = 0;
        for file in lake.files(table).await.expect("files") {
            let path = file.location.strip_prefix("s3://bucket/").expect("in the bucket");
            let bytes = store.get(&Path::from(path)).await.expect("a file").bytes().await.expect("its bytes");
            let reader = ParquetRecordBatchReaderBuilder::try_new(bytes).expect("a Parquet file").build();
            rows += reader.expect("a reader").map(|batch| batch.expect("a batch").num_rows()).sum::<usize>();
        }
        assert_eq!(rows, expected, "{table}");
    }
    let error = client.sync(&mut open("s3://none/lake")).only(["replaced"]).await.expect_err("no bucket");
    let shown = format!("{error:?} {error:#} {lake:?}");
    assert!(shown.contains("s3://none/lake") && !shown.contains(SECRET), "{shown}");
    assert!(store.list_with_delimiter(Some(&Path::from("a/lake"))).await.expect("a list").common_prefixes.len() == 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_is_a_folder() {
    let Some((_server, endpoint)) = moto() else { return };
    let made = reqwest::Client::new().put(format!("{endpoint}/bucket")).send().await.expect("an answer");
    assert!(made.status().is_success());
    let source = Server::start(|request| Listing::of(1000).reply(request));
    let mut command = Command::new(env::current_exe().expect("this program"));
    command.args(["--exact", "s3::the_syncs_into_a_bucket", "--nocapture"]).env("BUCKET_BASE", source.base_url());
    command.env("AWS_ENDPOINT", &endpoint).env("AWS_ALLOW_HTTP", "true").env("AWS_REGION", "us-east-1");
    command.env("AWS_ACCESS_KEY_ID", "tester").env("AWS_SECRET_ACCESS_KEY", SECRET);
    let output = command.output().expect("this program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(source.count() > 0);
}
