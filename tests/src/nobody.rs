//! A port that nobody listens on.

use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A port that refuses connections, and that nothing else on this machine is given meanwhile; a [`Server`](crate::Server)
/// may be started on it.
#[derive(Debug)]
pub struct Nobody(TcpSocket);

impl Default for Nobody {
    fn default() -> Self {
        Self::new()
    }
}

impl Nobody {
    /// On a free port of loopback.
    pub fn new() -> Self {
        let socket = TcpSocket::new_v4().expect("a socket");
        // Whoever names the port, as `Server::start_on` does, may have it; to who asks for any it is not given.
        socket.set_reuseaddr(true).expect("an option of sockets");
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
        Self(socket)
    }

    /// The port.
    pub fn port(&self) -> u16 {
        self.0.local_addr().expect("it is bound").port()
    }

    /// The URL of its root, without a slash at its end.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port())
    }
}
