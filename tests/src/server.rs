//! A server that does what it is told, with real bytes on real sockets.

use std::collections::VecDeque;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

use crate::running::Running;
use crate::{Log, Reply, Request, Step};

/// A running server. It stops, in the middle of an answer if need be, when it is dropped; where what says how to answer has panicked, so
/// does the test then.
#[derive(Debug)]
pub struct Server {
    log: Arc<Log>,
    panicked: Arc<AtomicBool>,
    running: Running,
}

type Handler = dyn Fn(&Request) -> Reply + Send + Sync;

impl Server {
    /// A server on a free port that answers each request as this says.
    ///
    /// It has a thread and a runtime of its own: a test may block, and its clock may stand still.
    pub fn start(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_on(0, handler)
    }

    /// The same, on this port.
    pub fn start_on(port: u16, handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_at((Ipv4Addr::LOCALHOST, port).into(), handler).expect("the port is free")
    }

    /// The same, at this address.
    ///
    /// # Errors
    /// This machine does not have it, or something else does.
    pub fn start_at(
        address: SocketAddr,
        handler: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let log = Arc::new(Log::default());
        let panicked = Arc::new(AtomicBool::new(false));
        let handler: Arc<Handler> = {
            let panicked = Arc::clone(&panicked);
            Arc::new(move |request| {
                // The message has been printed by then.
                let answer = catch_unwind(AssertUnwindSafe(|| handler(request)));
                answer.unwrap_or_else(|_| {
                    panicked.store(true, SeqCst);
                    Reply::status(500)
                })
            })
        };
        let seen = Arc::clone(&log);
        let running = Running::start(listener, |listener| serve(listener, handler, seen));
        Ok(Self { log, panicked, running })
    }

    /// A server that answers with these, one after the other, and with 418 when there are no more.
    pub fn script(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies = Mutex::new(replies.into_iter().collect::<VecDeque<_>>());
        Self::start(move |_| {
            let next = replies.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            next.unwrap_or_else(|| Reply::status(418).body("no more is scripted"))
        })
    }

    /// Where it listens.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.running.address())
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.running.address().port()
    }

    /// The requests so far, in the order in which they came.
    pub fn requests(&self) -> Vec<Request> {
        self.log.requests()
    }

    /// How many requests have come.
    pub fn count(&self) -> usize {
        self.log.count()
    }

    /// How many were in flight at a time, at most.
    pub fn most_in_flight(&self) -> usize {
        self.log.most_in_flight()
    }

    /// A query parameter of each request.
    pub fn asked(&self, param: &str) -> Vec<Option<String>> {
        self.requests().iter().map(|request| request.param(param).map(str::to_owned)).collect()
    }

    /// The page numbers that were asked for, in ascending order: those in flight together come in any.
    pub fn pages(&self, param: &str) -> Vec<u64> {
        let mut pages: Vec<_> = self.requests().iter().filter_map(|request| request.number(param)).collect();
        pages.sort_unstable();
        pages
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.stop();
        assert!(
            !self.panicked.load(SeqCst) || thread::panicking(),
            "the server did not know how to answer, and panicked"
        );
    }
}

async fn serve(listener: tokio::net::TcpListener, handler: Arc<Handler>, log: Arc<Log>) {
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            let (handler, log) = (Arc::clone(&handler), Arc::clone(&log));
            // A connection that breaks is the client's to notice.
            tokio::spawn(async move { drop(talk(stream, &*handler, &log).await) });
        }
    }
}

async fn talk(stream: TcpStream, handler: &Handler, log: &Log) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(request) = Request::read(&mut stream).await? {
        let request = log.came(request);
        let mut reply = handler(&request);
        let latest = Instant::now() + Duration::from_secs(10);
        while reply.gate.as_ref().is_some_and(|gate| !gate(log)) && Instant::now() < latest {
            sleep(Duration::from_millis(1)).await;
        }
        // A gate need not be able to go to another thread by reference: it is gone before the next await.
        reply.gate = None;
        sleep(reply.delay).await;
        let (steps, reusable) = reply.steps();
        log.answered();
        for step in steps {
            match step {
                Step::Send(bytes) => stream.write_all(&bytes).await?,
                Step::Pause(time) => sleep(time).await,
                Step::Stall => while stream.read(&mut [0; 1024]).await? > 0 {},
                Step::Reset => {
                    // Closed with a linger of zero, a socket sends a reset.
                    stream.get_ref().set_zero_linger()?;
                    return Ok(());
                }
            }
        }
        stream.flush().await?;
        if !reusable {
            return Ok(());
        }
    }
    Ok(())
}
