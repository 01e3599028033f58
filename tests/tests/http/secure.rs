//! TLS before a server: with certificates of an authority that no system trusts.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use declarest_tests::{Running, Server};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

pub const AUTHORITY: &[u8] = include_bytes!("../../tls/authority.pem");
/// A client's certificate, and its key.
pub const IDENTITY: &[u8] = include_bytes!("../../tls/client.pem");
const SERVER: &[u8] = include_bytes!("../../tls/server.pem");

/// Whether clients have certificates.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Certificates {
    NotAsked,
    Asked,
    Required,
}

/// A TLS server's configuration that speaks one protocol.
pub fn config(certificates: Certificates, protocol: &str) -> Arc<ServerConfig> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let chain = CertificateDer::pem_slice_iter(SERVER).collect::<Result<_, _>>().expect("a certificate");
    let key = PrivateKeyDer::from_pem_slice(SERVER).expect("a key");
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let builder = builder.expect("versions of the provider");
    let builder = if certificates == Certificates::NotAsked {
        builder.with_no_client_auth()
    } else {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(AUTHORITY).expect("a certificate")).expect("an authority");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let verifier = if certificates == Certificates::Asked { verifier.allow_unauthenticated() } else { verifier };
        builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
    };
    let mut config = builder.with_single_cert(chain, key).expect("they belong together");
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    Arc::new(config)
}

/// TLS before a plain server.
pub struct Secure {
    server: Server,
    running: Running,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    identified: AtomicUsize,
}

impl Secure {
    pub fn before(server: Server) -> Self {
        Self::with(server, Certificates::NotAsked)
    }

    pub fn with(server: Server, certificates: Certificates) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let (port, counts) = (server.port(), Arc::<Counts>::default());
        let (acceptor, seen) = (TlsAcceptor::from(config(certificates, "http/1.1")), Arc::clone(&counts));
        let running = Running::start(listener, async move |listener| {
            loop {
                if let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, counts) = (acceptor.clone(), Arc::clone(&seen));
                    tokio::spawn(async move { talk(stream, &acceptor, port, &counts).await });
                }
            }
        });
        Self { server, running, counts }
    }

    /// The server behind it.
    pub fn server(&self) -> &Server {
        &self.server
    }

    pub fn port(&self) -> u16 {
        self.running.address().port()
    }

    pub fn base_url(&self) -> String {
        format!("https://localhost:{}", self.port())
    }

    /// How many connections were made, whatever came of them.
    pub fn connections(&self) -> usize {
        self.counts.connections.load(SeqCst)
    }

    /// How many clients had a certificate.
    pub fn identified(&self) -> usize {
        self.counts.identified.load(SeqCst)
    }
}

async fn talk(stream: TcpStream, acceptor: &TlsAcceptor, port: u16, counts: &Counts) {
    counts.connections.fetch_add(1, SeqCst);
    match acceptor.accept(stream).into_fallible().await {
        Ok(mut stream) => {
            if stream.get_ref().1.peer_certificates().is_some() {
                counts.identified.fetch_add(1, SeqCst);
            }
            let mut server = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.expect("the server runs");
            // A connection that breaks is the client's to notice.
            let _ = copy_bidirectional(&mut stream, &mut server).await;
        }
        // Closed with bytes unread, the connection would be reset, and the alert with it lost.
        Err((_, mut stream)) => while stream.read(&mut [0; 1024]).await.is_ok_and(|length| length > 0) {},
    }
}
