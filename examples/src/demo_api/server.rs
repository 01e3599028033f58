//! The server's life: from a free port to the end of its thread.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use axum::serve::ListenerExt as _;
use tokio::runtime;
use tokio::sync::oneshot;

use super::log::{Log, Request};
use super::{Options, filter, routes};

/// A server that has not started yet.
#[derive(Debug, Clone, Default)]
pub struct DemoApi {
    options: Options,
}

impl DemoApi {
    /// A server that will behave like this.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { options }
    }

    /// Listens on 127.0.0.1, on a free port unless one is given. The port answers from here on.
    ///
    /// The server has a thread of its own, so a slow or blocked caller does not slow it.
    pub fn start(self, port: Option<u16>) -> io::Result<Server> {
        filter::prepare();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0)))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let log = Arc::new(Log::new(self.options.log));
        let router = routes::router(Arc::new(self.options), Arc::clone(&log));
        let (stop, stopped) = oneshot::channel::<()>();

        let serve = async move {
            let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|connection| {
                // Without it small answers wait; a socket that refuses it only answers late.
                let _ = connection.set_nodelay(true);
            });
            tokio::select! {
                result = axum::serve(listener, router) => result,
                // Sent or dropped, it is over.
                _ = stopped => Ok(()),
            }
        };
        // The runtime ends with the thread, and every connection with the runtime.
        let thread = thread::Builder::new().name("demo-api".to_owned()).spawn(move || runtime.block_on(serve))?;
        Ok(Server { address, log, running: Some((stop, thread)) })
    }
}

/// A running server. It stops, in the middle of an answer if need be, when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    log: Arc<Log>,
    running: Option<(oneshot::Sender<()>, JoinHandle<io::Result<()>>)>,
}

impl Server {
    /// Where it listens: `http://127.0.0.1:` and its port.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests have come.
    #[must_use]
    pub fn request_count(&self) -> u64 {
        self.log.count()
    }

    /// The requests, in the order in which they came; empty if the [options](Options::log) say not to keep them.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.log.requests()
    }

    /// Stops it and waits until it has: every connection is closed, the port is free.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            // Either may find that the server has ended by itself; then there is nothing to stop.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
