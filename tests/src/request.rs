//! A request, as it came over the wire.

use std::io;
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use url::form_urlencoded;

/// A request that the server has read.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which of the server's requests this is, from 1.
    pub nth: usize,
    /// `GET`, mostly.
    pub method: String,
    /// The path and the query, byte for byte.
    pub target: String,
    /// The path as it was sent, encoded.
    pub path: String,
    /// The query, taken apart and decoded, in the order in which it was sent.
    pub query: Vec<(String, String)>,
    /// The headers, names in lower case, in the order in which they were sent.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
    /// When its head had been read.
    pub at: Instant,
}

impl Request {
    /// The last value of a query parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        last(&self.query, name)
    }

    /// All values of a query parameter.
    pub fn params(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A query parameter that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.param(name).map(|text| text.parse().expect("a number"))
    }

    /// The last value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        last(&self.headers, name)
    }

    /// The next request of a connection; none when the client has closed it.
    pub(crate) async fn read(stream: &mut BufReader<impl AsyncRead + Unpin>) -> io::Result<Option<Self>> {
        let Some(first) = line(stream).await? else { return Ok(None) };
        let mut words = first.split(' ').map(str::to_owned);
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut headers = Vec::new();
        while let Some(text) = line(stream).await?.filter(|text| !text.is_empty()) {
            let (name, value) = text.split_once(':').unwrap_or((&text, ""));
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let length = last(&headers, "content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await?;
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        Ok(Some(Self {
            nth: 0,
            method,
            path: path.to_owned(),
            query: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            target,
            headers,
            body: String::from_utf8_lossy(&body).into_owned(),
            at: Instant::now(),
        }))
    }
}

fn last<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

async fn line(stream: &mut BufReader<impl AsyncRead + Unpin>) -> io::Result<Option<String>> {
    let mut text = String::new();
    let read = stream.read_line(&mut text).await?;
    Ok((read > 0).then(|| text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use tokio::io::BufReader;

    use super::Request;

    #[tokio::test]
    async fn a_request_is_taken_apart() {
        let bytes: &[u8] = b"GET /a%2Fb?p=1&q=x+y%26z&p=2 HTTP/1.1\r\nHost: h\r\nX-One: 1\r\nx-one: 2\r\n\r\n";
        let request = Request::read(&mut BufReader::new(bytes)).await.expect("whole").expect("one");
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/a%2Fb"));
        assert_eq!(request.target, "/a%2Fb?p=1&q=x+y%26z&p=2");
        assert_eq!((request.params("p"), request.param("q")), (vec!["1", "2"], Some("x y&z")));
        assert_eq!((request.number("p"), request.header("x-one")), (Some(2), Some("2")));
    }

    #[tokio::test]
    async fn requests_follow_each_other_until_the_end() {
        let bytes: &[u8] = b"POST /1 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n\r\n";
        let mut stream = BufReader::new(bytes);
        for path in ["/1", "/2"] {
            let request = Request::read(&mut stream).await.expect("whole");
            assert_eq!(request.map(|request| request.path).as_deref(), Some(path));
        }
        assert!(Request::read(&mut stream).await.expect("closed").is_none());
    }
}
