//! TLS in the modes of libpq, against a server with a certificate of an authority of its own; and passwords, which no error shows.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use declarest::ErrorKind;
use declarest_postgres::Postgres;

use crate::server::Server;

const PEM: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/tls");
const PASSWORD: &str = "s3cr3t-p4ssw0rd";

/// A server that has TLS, and lets in users with the password, over TLS alone.
async fn secure() -> Option<(Server, u16)> {
    let settings = "ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\nlisten_addresses = '127.0.0.1,127.0.0.2'\n";
    let server = Server::start("")?;
    let private = server.private.as_ref()?;
    let data = private.data();
    let pem = fs::read_to_string(Path::new(PEM).join("server.pem")).expect("a certificate with its key");
    for file in ["server.pem", "server.key"] {
        let path = data.join(file);
        fs::write(&path, &pem).expect("a file");
        private.own(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
    let conf = data.join("declarest.conf");
    let all = fs::read_to_string(&conf).expect("a file") + settings;
    fs::write(conf, all).expect("a file");
    let client = server.client().await;
    let user = format!("CREATE ROLE loader LOGIN SUPERUSER PASSWORD '{PASSWORD}'");
    client.batch_execute(&user).await.expect("a user");
    let hba = "hostssl all loader all scram-sha-256\nhostnossl all loader all reject\nhost all declarest 127.0.0.1/32 trust\nlocal all all trust\n";
    fs::write(data.join("pg_hba.conf"), hba).expect("a file");
    private.control(&["restart", "-m", "fast"]);
    let port = server.url.rsplit(':').next().and_then(|rest| rest.split('/').next()).and_then(|port| port.parse().ok());
    Some((server, port.expect("a port")))
}

#[tokio::test]
async fn each_mode_does_what_libpq_does() {
    let Some((_server, port)) = secure().await else { return };
    let authority = format!("&sslrootcert={PEM}/authority.pem");
    let other = format!("&sslrootcert={PEM}/cert.pem");
    let cases = [
        ("localhost", "disable", "", Err("no encryption")),
        ("localhost", "allow", "", Ok("t")),
        ("localhost", "prefer", "", Ok("t")),
        ("localhost", "require", "", Ok("t")),
        ("localhost", "require", &other, Err("certificate")),
        ("localhost", "verify-ca", "", Err("certificate")),
        ("localhost", "verify-ca", &authority, Ok("t")),
        ("localhost", "verify-ca", &other, Err("certificate")),
        ("localhost", "verify-full", &authority, Ok("t")),
        ("localhost", "verify-full", &other, Err("certificate")),
        // The certificate is for `localhost` and `127.0.0.1`.
        ("127.0.0.2", "verify-ca", &authority, Ok("t")),
        ("127.0.0.2", "verify-full", &authority, Err("certificate")),
    ];
    for (host, mode, root, expected) in cases {
        let url = format!("postgres://loader:{PASSWORD}@{host}:{port}/postgres?sslmode={mode}{root}");
        let case = format!("{host} {mode} {root}");
        match (Postgres::connect(url.as_str()).await, expected) {
            (Ok(db), Ok(_)) => db.close().await,
            (Err(error), Err(reason)) => {
                assert_eq!(error.kind(), ErrorKind::Destination, "{case}: {error:?}");
                let text = format!("{error:?}");
                assert!(text.contains(reason) && !text.contains(PASSWORD), "{case}: {text}");
            }
            (connected, _) => panic!("{case}: {connected:?}"),
        }
    }
}

#[tokio::test]
async fn a_password_is_given_apart_and_shown_by_nothing() {
    let Some((_server, port)) = secure().await else { return };
    let url = format!("postgres://loader@localhost:{port}/postgres?sslmode=require&channel_binding=require");
    let connect = Postgres::connect(url.as_str()).password(PASSWORD);
    assert!(!format!("{connect:?}").contains(PASSWORD));
    let db = connect.await.expect("the password is right, and bound to the channel");
    assert!(!format!("{db:?}").contains(PASSWORD));
    let wrong = format!("wrong-{PASSWORD}");
    let error = Postgres::connect(url.as_str()).password(wrong.as_str()).await.expect_err("another password");
    let text = format!("{error:?} {error:#}");
    assert!(text.contains("password authentication failed") && !text.contains(PASSWORD), "{text}");
    let error = Postgres::connect(format!("postgres://u:{PASSWORD}@127.0.0.1:1/d")).await.expect_err("no server");
    let text = format!("{error:?} {error:#}");
    assert!(text.contains("cannot be reached") && !text.contains(PASSWORD), "{text}");
}
