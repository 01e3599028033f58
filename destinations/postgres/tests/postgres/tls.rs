//! TLS in the modes of libpq, against a server with a certificate of an authority of its own; clients with a certificate; and
//! passwords, which no error shows.

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
    let settings = "ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\nssl_ca_file = 'authority.pem'\nlisten_addresses = '127.0.0.1,127.0.0.2'\n";
    let server = Server::start("")?;
    let private = server.private.as_ref()?;
    let data = private.data();
    // The file of the certificate has its key, too.
    for (file, from) in [("server.pem", "server.pem"), ("server.key", "server.pem"), ("authority.pem", "authority.pem")]
    {
        let path = data.join(file);
        fs::copy(Path::new(PEM).join(from), &path).expect("a file");
        private.own(&path);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("it is ours");
    }
    let conf = data.join("declarest.conf");
    let all = fs::read_to_string(&conf).expect("a file") + settings;
    fs::write(conf, all).expect("a file");
    let client = server.client().await;
    let user = format!("CREATE ROLE loader LOGIN SUPERUSER PASSWORD '{PASSWORD}'; CREATE ROLE client LOGIN");
    client.batch_execute(&user).await.expect("a user");
    let hba = "hostssl all loader all scram-sha-256\nhostnossl all loader all reject\nhostssl all client all cert\nhost all declarest 127.0.0.1/32 trust\nlocal all all trust\n";
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

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let Some((_server, port)) = secure().await else { return };
    let place = format!("host=localhost port={port} user=client dbname=postgres");
    let connect = |certificate: &str| {
        Postgres::connect(format!("{place} sslmode=verify-full sslrootcert='{PEM}/authority.pem' {certificate}"))
    };
    let own = format!("sslcert='{PEM}/client.pem' sslkey='{PEM}/client.pem'");
    connect(&own).await.expect("the certificate is that of the user").close().await;
    let other = format!("sslcert='{PEM}/client.pem' sslkey='{PEM}/key.pem'");
    let no_key = format!("sslcert='{PEM}/client.pem' sslkey='{PEM}/authority.pem'");
    for (certificate, kind, reason) in [
        ("", ErrorKind::Destination, "certificate"),
        (&other, ErrorKind::Config, "`sslkey`"),
        (&no_key, ErrorKind::Config, "`sslkey`"),
    ] {
        let error = connect(certificate).await.expect_err(certificate);
        assert_eq!(error.kind(), kind, "{certificate}: {error:?}");
        assert!(error.to_string().contains(reason), "{certificate}: {error}");
    }
}

#[tokio::test]
async fn a_password_file_lets_the_user_in() {
    let Some((_server, port)) = secure().await else { return };
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("passwords");
    fs::write(&file, format!("localhost:{port}:postgres:loader:{PASSWORD}\n")).expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("it is ours");
    let place = format!("host=localhost port={port} user=loader dbname=postgres sslmode=require");
    let connect = || Postgres::connect(format!("{place} passfile='{}'", file.display()));
    connect().await.expect("the password is in the file").close().await;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let error = connect().await.expect_err("everybody can read the file");
    assert_eq!(error.kind(), ErrorKind::Config, "{error:?}");
    assert!(error.to_string().contains("chmod 0600") && !format!("{error:?}").contains(PASSWORD), "{error:?}");
}
