//! TLS is verified, and nothing turns that off.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tls/cert.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tls/key.pem");

/// A server with a certificate that no authority has signed: its port, how many have connected, and what it was sent in the clear of a
/// session.
fn server() -> (u16, Arc<AtomicUsize>, Receiver<String>) {
    let certificate = CertificateDer::from_pem_file(CERTIFICATE).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(KEY).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(vec![certificate], key));
    let config = Arc::new(config.expect("they belong together"));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let (sender, requests) = channel();
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            counter.fetch_add(1, SeqCst);
            let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
            let mut stream = StreamOwned::new(session, stream);
            let mut bytes = [0; 4096];
            // A client that does not trust the certificate goes away without a request.
            if let Ok(length) = stream.read(&mut bytes) {
                let answer = "HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n[{\"key\":\"a\"}]";
                let _ = stream.write_all(answer.as_bytes());
                stream.conn.send_close_notify();
                let _ = stream.flush();
                let _ = sender.send(String::from_utf8_lossy(&bytes[..length]).into_owned());
            }
        }
    });
    (port, connections, requests)
}

/// Fetches in a process that trusts what is in this file alone.
fn fetch(port: u16, trusted: Option<&str>, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fetch"));
    command.arg(format!("https://localhost:{port}")).env("USER_TOKEN", "marker-of-the-token");
    command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR").envs(variables.iter().copied());
    command.envs(trusted.map(|file| ("SSL_CERT_FILE", file)));
    command.output().expect("it runs")
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent() {
    let (port, connections, requests) = server();
    let off = [
        ("SSL_VERIFY", "0"),
        ("SSL_NO_VERIFY", "1"),
        ("PYTHONHTTPSVERIFY", "0"),
        ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
        ("CURL_INSECURE", "1"),
        ("GIT_SSL_NO_VERIFY", "true"),
    ];
    for variables in [&[][..], &off] {
        let output = fetch(port, None, variables);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && error.contains("certificate"), "{error}");
        assert!(!error.contains("marker-of-the-token"), "{error}");
        // The server will have no other certificate a second later.
        assert_eq!(connections.swap(0, SeqCst), 1, "it was tried once");
    }
    assert!(requests.try_recv().is_err(), "a request, the token in it, went to a server that nobody vouches for");
    // It is the certificate alone that was in the way.
    let output = fetch(port, Some(CERTIFICATE), &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(requests.recv().is_ok_and(|request| request.contains("marker-of-the-token")));
}

/// The runtime calls nothing by which the HTTP client could be told to trust what it should not.
#[test]
fn no_line_of_the_runtime_turns_verification_off() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../runtime/src")];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a directory") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            files += 1;
            let text = fs::read_to_string(&path).expect("text");
            for word in ["danger", "dangerous", "accept_invalid", "use_preconfigured_tls", "ServerCertVerifier"] {
                assert!(!text.contains(word), "`{word}` in {}", path.display());
            }
        }
    }
    assert!(files > 50, "the runtime was looked at");
}

/// Each crate forbids `unsafe`: by the workspace's lints, which it takes over, or by its own.
#[test]
fn every_crate_forbids_unsafe_code() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = |path: &str| fs::read_to_string(root.join(path).join("Cargo.toml")).expect("a manifest");
    let workspace = manifest(".");
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    let members = workspace.lines().find_map(|line| line.strip_prefix("members = ")).expect("members");
    for member in members.split('"').skip(1).step_by(2) {
        let forbids = ["[lints]\nworkspace = true\n", "[lints.rust]\nunsafe_code = \"forbid\"\n"];
        assert!(forbids.iter().any(|lints| manifest(member).contains(lints)), "{member} has lints of its own");
    }
}
