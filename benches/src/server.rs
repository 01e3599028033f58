//! The server: a process of its own, a blocking thread for each connection, pages laid out beforehand and written in one go.
//!
//! `/<rows>/<latency in ms>/issues?p=…` counts pages from 1, `/…/changes?cursor=…` names the next page.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use crate::pages::Pages;
use crate::{PAGE, Result};

/// The server's process; dropped, it ends.
pub struct Server {
    process: Child,
    port: u16,
}

impl Server {
    /// Starts this program once more, as the server.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn start() -> Result<Self> {
        let mut process =
            Command::new(std::env::current_exe()?).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut port = String::new();
        BufReader::new(process.stdout.take().ok_or("no output")?).read_line(&mut port)?;
        Ok(Self { process, port: port.trim().parse()? })
    }

    /// The base URL of so many rows, each page of them this late.
    #[must_use]
    pub fn url(&self, rows: u32, latency: Duration) -> String {
        format!("http://127.0.0.1:{}/{rows}/{}", self.port, latency.as_millis())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Says where it listens, and serves until its input ends.
///
/// # Errors
/// Where it cannot listen.
pub fn serve() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let pages = Arc::new(Pages::new());
    println!("{}", listener.local_addr()?.port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let pages = Arc::clone(&pages);
            std::thread::spawn(move || answer(&stream, &pages));
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Answers the requests of a connection until it is closed.
fn answer(stream: &TcpStream, pages: &Pages) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut requests = BufReader::new(stream);
    let (mut line, mut body, mut response) = (String::new(), Vec::new(), Vec::new());
    loop {
        line.clear();
        if requests.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        while line.trim() != "" {
            line.clear();
            requests.read_line(&mut line)?;
        }
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut path = path.split('/').skip(1);
        let (rows, latency) = (number(path.next()), number(path.next()));
        let value = |name| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let page = value("p").map_or_else(|| number(value("cursor")), |page| number(Some(page)) - 1);
        body.clear();
        let (next, last) = (page + 1, rows / PAGE);
        let next = if next < last { format!("\"{next}\"") } else { "null".to_owned() };
        write!(
            body,
            r#"{{"paging":{{"pageIndex":{},"pageSize":{PAGE},"total":{rows}}},"next":{next},"issues":["#,
            page + 1
        )?;
        pages.write(page, &mut body);
        body.extend_from_slice(b"]}");
        response.clear();
        let length = body.len();
        write!(response, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")?;
        response.extend_from_slice(&body);
        if latency > 0 {
            std::thread::sleep(Duration::from_millis(latency.into()));
        }
        (&*stream).write_all(&response)?;
    }
}

fn number(text: Option<&str>) -> u32 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}
