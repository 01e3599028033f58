//! The fixture server itself: a test that trusts it should know that it does what it says.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use declarest_tests::{Listing, Nobody, Reply, Server, Step};

/// Sends text and reads until the server closes the connection.
fn talk(server: &Server, text: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(text.as_bytes())?;
    // It fails where the server has been quicker to reset the connection, which the read below shows.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn requests_of_a_connection_are_answered_in_turn_and_logged() {
    let server = Server::script([Reply::json("[1]"), Reply::status(503).header("Retry-After", 7)]);
    let answer = talk(&server, "GET /a?p=1 HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\nX: y\r\n\r\nGET /c HTTP/1.1\r\n\r\n");
    let answer = answer.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 200 Told\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n[1]"));
    assert!(answer.contains("HTTP/1.1 503 Told\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n"), "{answer}");
    assert!(answer.contains("HTTP/1.1 418 "), "{answer}");
    let paths: Vec<_> = server.requests().into_iter().map(|request| (request.nth, request.path)).collect();
    assert_eq!(paths, [(1, "/a".to_owned()), (2, "/b".to_owned()), (3, "/c".to_owned())]);
    assert_eq!((server.pages("p"), server.most_in_flight()), (vec![1], 1));
}

#[test]
fn scripts_are_sent_byte_for_byte_and_the_connection_closed() {
    let server = Server::script([Reply::cut(10, [Step::text("12345")])]);
    let answer = talk(&server, "GET / HTTP/1.1\r\n\r\n").expect("an answer");
    assert!(answer.ends_with("Content-Length: 10\r\n\r\n12345"), "{answer}");
}

#[test]
fn a_reset_is_one() {
    let server = Server::script([Reply::script([Step::Reset])]);
    let error = talk(&server, "GET / HTTP/1.1\r\n\r\n").expect_err("a reset");
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[test]
fn an_answer_waits_for_its_gate() {
    let server = Server::start(|_| Reply::json("1").when(|log| log.count() == 2));
    std::thread::scope(|scope| {
        let first = scope.spawn(|| talk(&server, "GET /1 HTTP/1.1\r\n\r\n"));
        let second = scope.spawn(|| talk(&server, "GET /2 HTTP/1.1\r\n\r\n"));
        for answer in [first, second] {
            assert!(answer.join().expect("no panic").expect("an answer").ends_with("\r\n\r\n1"));
        }
    });
    assert_eq!(server.most_in_flight(), 2);
}

#[test]
fn a_listing_has_pages() {
    let server = Server::start(|request| Listing::of(25).cap(10).reply(request));
    for (target, first, rows) in [
        ("/?p=1&ps=20", r#""key":"k1""#, 10),
        ("/?p=3&ps=10", r#""key":"k21""#, 5),
        ("/?p=4&ps=10", r#""items":[]"#, 0),
    ] {
        let answer = talk(&server, &format!("GET {target} HTTP/1.1\r\n\r\n")).expect("an answer");
        assert!(answer.contains(first) && answer.contains(r#""total":25"#), "{answer}");
        assert_eq!(answer.matches("\"key\"").count(), rows, "{answer}");
    }
}

#[test]
fn a_stopped_server_closes_its_port() {
    // Held meanwhile: nobody else is given it.
    let nobody = Nobody::new();
    let server = Server::start_on(nobody.port(), |_| Reply::status(200));
    assert!(TcpStream::connect(("127.0.0.1", nobody.port())).is_ok());
    drop(server);
    assert!(TcpStream::connect(("127.0.0.1", nobody.port())).is_err());
}
