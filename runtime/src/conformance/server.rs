//! The API that the cases read: lists of rows behind paths, in pages by number, by cursor and by link.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Rows of a page.
pub(super) const PAGE: usize = 2;

/// A server on loopback, until it is dropped.
pub(super) struct Api {
    address: SocketAddr,
    lists: Arc<Mutex<Lists>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Lists {
    rows: BTreeMap<String, Vec<Value>>,
    /// Rows that each total promises beyond those that come.
    promised: u64,
    /// From this page on, requests fail.
    fails_from: Option<usize>,
    requests: Vec<Request>,
}

/// A request that has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) path: String,
    pub(super) page: usize,
}

impl Api {
    pub(super) async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let lists = Arc::<Mutex<Lists>>::default();
        let served = Arc::clone(&lists);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let lists = Arc::clone(&served);
                // A connection that breaks is the client's to notice.
                tokio::spawn(async move { drop(serve(stream, &lists).await) });
            }
        });
        Ok(Self { address, lists, task })
    }

    pub(super) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Forgets all rows and requests.
    pub(super) fn clear(&self) {
        *lock(&self.lists) = Lists::default();
    }

    /// Sets the rows of a path.
    pub(super) fn set(&self, path: impl Into<String>, rows: Vec<Value>) {
        lock(&self.lists).rows.insert(path.into(), rows);
    }

    /// Lets each total promise so many rows more than come.
    pub(super) fn promise(&self, rows: u64) {
        lock(&self.lists).promised = rows;
    }

    /// Lets requests fail from this page on; `None`: none.
    pub(super) fn fail_from(&self, page: Option<usize>) {
        lock(&self.lists).fails_from = page;
    }

    /// The requests that have come since this was called last.
    pub(super) fn take_requests(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.lists).requests)
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(lists: &Mutex<Lists>) -> MutexGuard<'_, Lists> {
    lists.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(stream: TcpStream, lists: &Mutex<Lists>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if stream.read_line(&mut first).await? == 0 {
            return Ok(());
        }
        let mut header = String::new();
        while stream.read_line(&mut header).await? > 2 {
            header.clear();
        }
        let target = first.split(' ').nth(1).unwrap_or_default();
        let (status, body) = lock(lists).answer(target);
        let head =
            format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await?;
    }
}

impl Lists {
    fn answer(&mut self, target: &str) -> (&'static str, String) {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let number = |names: [&str; 2]| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| names.contains(&&**name)).and_then(|(_, value)| value.parse::<i64>().ok())
        };
        let page = number(["page", "cursor"]).and_then(|page| usize::try_from(page).ok()).unwrap_or(1).max(1);
        self.requests.push(Request { path: path.to_owned(), page });
        if self.fails_from.is_some_and(|from| page >= from) {
            return ("500 Internal Server Error", String::new());
        }
        let since = number(["since", "since"]);
        let is_new = |row: &&Value| since.is_none_or(|since| row.get("at").and_then(Value::as_i64) >= Some(since));
        let rows: Vec<&Value> = self.rows.get(path).into_iter().flatten().filter(is_new).collect();
        let of_page: Vec<_> = rows.iter().skip((page - 1).saturating_mul(PAGE)).take(PAGE).collect();
        let next = (page.saturating_mul(PAGE) < rows.len()).then(|| page + 1);
        let body = json!({
            "rows": of_page,
            "total": rows.len() as u64 + self.promised,
            "cursor": next.map(|next| next.to_string()),
            "next": next.map(|next| format!("{path}?cursor={next}")),
        });
        ("200 OK", body.to_string())
    }
}
