//! The addresses of nodes.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use declarest::{Error, ErrorKind, Result};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

/// A host and a port as text, taken apart.
///
/// # Errors
/// [`Config`](ErrorKind::Config) where it is not `host:port`.
pub(crate) fn host_and_port(address: &str) -> Result<(&str, u16)> {
    let parts = address.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    parts.filter(|(host, _)| !host.is_empty() && !host.contains("://")).ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("{address:?} is no address"))
            .with_help("give it as a host and a port, such as \"127.0.0.1:50050\"")
    })
}

/// The address to listen at.
///
/// # Errors
/// [`Config`](ErrorKind::Config) where this machine does not know it.
pub(crate) fn to_listen_at(address: &str) -> Result<SocketAddr> {
    let (host, port) = host_and_port(address)?;
    let found = (host.trim_matches(['[', ']']), port).to_socket_addrs().ok().and_then(|mut all| all.next());
    found.ok_or_else(|| {
        Error::new(ErrorKind::Config, format!("{address:?} is no address of this machine"))
            .with_help("give it as an IP address and a port, such as \"127.0.0.1:50050\"")
    })
}

/// Waits until a scheduler accepts connections here.
///
/// # Errors
/// [`Transport`](ErrorKind::Transport) where none does within this time.
pub(crate) async fn scheduler_answers(address: &str, within: Duration) -> Result<()> {
    host_and_port(address)?;
    let latest = Instant::now() + within;
    loop {
        let left = latest.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let why = match timeout(left, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        if Instant::now() + RETRY >= latest {
            let message = format!("no scheduler at {address} within {within:?}: {why}");
            return Err(Error::new(ErrorKind::Transport, message)
                .with_help("start it first (`declarest_ballista::scheduler()`), or correct the address"));
        }
        sleep(RETRY).await;
    }
}

/// Between attempts to connect.
const RETRY: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        assert_eq!(host_and_port("db.example.com:50050").ok(), Some(("db.example.com", 50050)));
        assert_eq!(host_and_port("[::1]:50050").ok(), Some(("[::1]", 50050)));
        assert_eq!(to_listen_at("[::1]:1").ok(), Some(SocketAddr::from(([0, 0, 0, 0, 0, 0, 0, 1], 1))));
        for wrong in ["localhost", "localhost:", ":1", "localhost:x", "http://localhost:1"] {
            assert_eq!(host_and_port(wrong).map_err(|error| error.kind()).err(), Some(ErrorKind::Config), "{wrong}");
        }
    }
}
