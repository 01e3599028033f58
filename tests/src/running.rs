//! A listener with a thread and a runtime of its own.

use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use tokio::runtime;
use tokio::sync::oneshot;

/// Something that serves the connections of a listener until it is dropped. A test may block meanwhile, and its clock may stand still.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    thread: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Running {
    /// Serves the connections that come here. What this spawns ends with it.
    pub fn start<F: Future<Output = ()>>(
        listener: TcpListener,
        serve: impl FnOnce(tokio::net::TcpListener) -> F + Send + 'static,
    ) -> Self {
        listener.set_nonblocking(true).expect("a listener need not block");
        let address = listener.local_addr().expect("it is bound");
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).expect("it does not block");
                tokio::select! {
                    () = serve(listener) => {}
                    // Sent or dropped, it is over; every connection ends with the runtime.
                    _ = stopped => {}
                }
            });
        });
        Self { address, thread: Some((stop, thread)) }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends it, and waits until it has.
    pub fn stop(&mut self) {
        if let Some((stop, thread)) = self.thread.take() {
            // It may have ended by itself.
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}
