//! Answers that no server which is well would send, byte by byte.

use std::io::Write as _;
use std::sync::LazyLock;
use std::time::Duration;

use crate::{Reply, Step};
use flate2::write::GzEncoder;
use flate2::{Compress, Compression, FlushCompress};

use super::site::Page;

/// The head of an answer with these headers, besides those of the page.
pub(super) fn head(page: &Page, headers: &[(&str, String)]) -> Vec<u8> {
    let mut head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n".to_owned();
    let own = page.headers();
    for (name, value) in
        own.iter().map(|(name, value)| (name, value)).chain(headers.iter().map(|(name, value)| (name, value)))
    {
        head.extend([*name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// The page under its whole length, of which only this share is sent before the rest happens.
pub(super) fn cut(page: &Page, share: (usize, usize), then: impl IntoIterator<Item = Step>) -> Reply {
    let body = page.json().to_string().into_bytes();
    let head = head(page, &[("Content-Length", body.len().to_string())]);
    let sent = body[..body.len() * share.0 / share.1].to_vec();
    Reply::script([Step::Send(head), Step::Send(sent), Step::Pause(Duration::from_millis(2))].into_iter().chain(then))
}

/// The page in chunks, of which the last one that is sent is not the last.
pub(super) fn chunked(page: &Page, rest: &str) -> Reply {
    let body = page.json().to_string();
    let head = head(page, &[("Transfer-Encoding", "chunked".to_owned())]);
    let half = &body[..body.len() / 2];
    Reply::script([Step::Send(head), Step::text(format!("{:x}\r\n{half}\r\n{rest}", half.len()))])
}

/// The page, a byte at a time.
pub(super) fn dripping(page: &Page) -> Reply {
    let body = page.json().to_string().into_bytes();
    let head = head(page, &[("Content-Length", body.len().to_string())]);
    let bytes = body.into_iter().flat_map(|byte| [Step::Pause(Duration::from_millis(100)), Step::Send(vec![byte])]);
    Reply::script([Step::Send(head)].into_iter().chain(bytes))
}

/// The head alone, without an end.
pub(super) fn half_a_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nContent-Type: appli".to_vec()
}

/// A gibibyte of blanks, as a mebibyte of gzip: a stream that is the same block again and again.
pub fn bomb() -> &'static [u8] {
    const PART: usize = 1 << 20;
    static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut part = Vec::with_capacity(1 << 12);
        let mut deflate = Compress::new(Compression::best(), false);
        deflate.compress_vec(&vec![b' '; PART], &mut part, FlushCompress::Full).expect("memory takes all");
        [b"\x1f\x8b\x08\0\0\0\0\0\0\xff", part.repeat((1 << 30) / PART).as_slice()].concat()
    });
    &BOMB
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}
