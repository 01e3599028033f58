//! A port that connections are not made to, and not refused either.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// A listener that accepts nobody and has no room for who else waits: whoever comes now hears nothing. Linux does so.
#[derive(Debug)]
pub struct Full {
    listener: TcpListener,
    _waiting: Vec<TcpStream>,
}

impl Full {
    /// On a free port of loopback.
    pub async fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        let listener = socket.listen(1).expect("it listens");
        let address = listener.local_addr().expect("it is bound");
        let mut waiting = Vec::new();
        // As long as there is room, this takes no time.
        while let Ok(stream) = timeout(Duration::from_secs(1), TcpStream::connect(address)).await {
            waiting.push(stream.expect("it is not refused"));
            assert!(waiting.len() < 100, "there is no end of room");
        }
        Self { listener, _waiting: waiting }
    }

    /// The URL of its root, without a slash at its end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.listener.local_addr().expect("it is bound"))
    }
}
