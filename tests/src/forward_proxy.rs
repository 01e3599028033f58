//! A forward proxy, as companies have them: tunnels by `CONNECT`, requests with a whole URL, and a name and password to ask for.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncWriteExt, BufReader, copy_bidirectional};
use tokio::net::TcpStream;

use crate::running::Running;
use crate::{Log, Request};

/// A running proxy. Whatever host it is asked for, it connects to this machine, on the port that it is asked for.
#[derive(Debug)]
pub struct ForwardProxy {
    log: Arc<Log>,
    running: Running,
}

impl ForwardProxy {
    /// A proxy for everyone.
    pub fn open() -> Self {
        Self::start(None)
    }

    /// A proxy for who knows these.
    pub fn with_credentials(user: &str, password: &str) -> Self {
        Self::start(Some(format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")))))
    }

    fn start(expected: Option<String>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let log = Arc::new(Log::default());
        let (seen, expected) = (Arc::clone(&log), Arc::new(expected));
        let running = Running::start(listener, async move |listener| {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    let (log, expected) = (Arc::clone(&seen), Arc::clone(&expected));
                    tokio::spawn(async move { drop(pass(stream, expected.as_deref(), &log).await) });
                }
            }
        });
        Self { log, running }
    }

    /// Where it is, as `host:port`.
    pub fn address(&self) -> String {
        self.running.address().to_string()
    }

    /// What it was asked for; of a tunnel, the request to open it.
    pub fn requests(&self) -> Vec<Request> {
        self.log.requests()
    }
}

/// Passes requests on until the client goes, or opens one tunnel.
async fn pass(stream: TcpStream, expected: Option<&str>, log: &Log) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream).await? {
        let request = log.came(request);
        log.answered();
        let given = request.header("proxy-authorization");
        if expected.is_some() && given != expected {
            // Some quote what they were sent.
            let body = format!("not {}", given.unwrap_or("nobody"));
            let head =
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nConnection: close\r\n";
            let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
            return stream.write_all(answer.as_bytes()).await;
        }
        let target = request.target.strip_prefix("http://").unwrap_or(&request.target);
        let (authority, path) = target.split_once('/').unwrap_or((target, ""));
        let port = authority.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok()).unwrap_or(80);
        let mut server = BufReader::new(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?);
        if request.method == "CONNECT" {
            stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
            copy_bidirectional(&mut stream, &mut server).await?;
            return Ok(());
        }
        let mut head = format!("{} /{path} HTTP/1.1\r\n", request.method);
        for (name, value) in request.headers.iter().filter(|(name, _)| !name.starts_with("proxy-")) {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        server.write_all(head.as_bytes()).await?;
        server.write_all(request.body.as_bytes()).await?;
        // An answer is read as a request is: a line, headers, and as much body as they say.
        let Some(answer) = Request::read(&mut server).await? else { return Ok(()) };
        let mut head = format!("{} {} Passed on\r\n", answer.method, answer.target);
        for (name, value) in &answer.headers {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(answer.body.as_bytes()).await?;
    }
    Ok(())
}
