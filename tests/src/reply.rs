//! What a server answers: a whole response, or bytes as no server that is well would send them.

use std::fmt;
use std::time::Duration;

use crate::Log;

/// An answer.
pub struct Reply {
    pub(crate) kind: Kind,
    pub(crate) gate: Option<Gate>,
    pub(crate) delay: Duration,
}

/// Whether the answer may be sent, by what the server has seen.
pub(crate) type Gate = Box<dyn Fn(&Log) -> bool + Send>;

pub(crate) enum Kind {
    Whole { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    Script(Vec<Step>),
}

/// A step of an answer that is sent byte by byte. Behind the last one the connection is closed.
#[derive(Debug, Clone)]
pub enum Step {
    /// Send these bytes.
    Send(Vec<u8>),
    /// Do nothing for a while.
    Pause(Duration),
    /// Do nothing until the client goes away.
    Stall,
    /// Reset the connection.
    Reset,
}

impl Reply {
    /// 200 with this JSON.
    pub fn json(body: impl fmt::Display) -> Self {
        Self::status(200).header("Content-Type", "application/json").body(body.to_string())
    }

    /// An empty answer.
    pub fn status(status: u16) -> Self {
        Self { kind: Kind::Whole { status, headers: Vec::new(), body: Vec::new() }, gate: None, delay: Duration::ZERO }
    }

    /// Bytes, byte for byte.
    pub fn script(steps: impl IntoIterator<Item = Step>) -> Self {
        Self { kind: Kind::Script(steps.into_iter().collect()), gate: None, delay: Duration::ZERO }
    }

    /// 200 that promises `length` bytes and goes on with these steps.
    pub fn cut(length: usize, steps: impl IntoIterator<Item = Step>) -> Self {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        Self::script([Step::Send(head.into_bytes())].into_iter().chain(steps))
    }

    /// With a header more.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl fmt::Display) -> Self {
        if let Kind::Whole { headers, .. } = &mut self.kind {
            headers.push((name.to_owned(), value.to_string()));
        }
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        if let Kind::Whole { body, .. } = &mut self.kind {
            *body = bytes.into();
        }
        self
    }

    /// Not before this holds; at the latest after ten seconds, so that a test which waits in vain fails and ends.
    #[must_use]
    pub fn when(mut self, gate: impl Fn(&Log) -> bool + Send + 'static) -> Self {
        self.gate = Some(Box::new(gate));
        self
    }

    /// So long after the request has come, or the gate has opened.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The bytes, and whether the connection can be used again.
    pub(crate) fn steps(self) -> (Vec<Step>, bool) {
        match self.kind {
            Kind::Script(steps) => (steps, false),
            Kind::Whole { status, headers, body } => {
                let mut head = format!("HTTP/1.1 {status} Told\r\n");
                for (name, value) in headers.iter().chain([&("Content-Length".to_owned(), body.len().to_string())]) {
                    head.extend([name, ": ", value, "\r\n"]);
                }
                head.push_str("\r\n");
                (vec![Step::Send([head.into_bytes(), body].concat())], true)
            }
        }
    }
}

impl Step {
    /// Sends text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Send(text.into().into_bytes())
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply").finish_non_exhaustive()
    }
}
