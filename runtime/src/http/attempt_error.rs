//! The error of one attempt, and whether another may help.

use std::error::Error as StdError;
use std::io;
use std::iter::successors;
use std::time::Duration;

use reqwest::StatusCode;
use rustls::AlertDescription;

use crate::error::{Error, ErrorKind};
use crate::printable::clip;

/// Why an attempt failed.
pub(crate) struct AttemptError {
    pub(crate) error: Error,
    /// Whether another attempt may help.
    pub(crate) retry: bool,
    /// How long the server asks to wait before it.
    pub(crate) retry_after: Option<Duration>,
    /// Whether the server had too many requests.
    pub(crate) limited: bool,
    /// The number of the credentials, if the server refused these.
    pub(crate) refused: Option<u64>,
}

impl AttemptError {
    /// An error that another attempt would not change.
    pub(crate) fn fatal(error: Error) -> Self {
        Self { error, retry: false, retry_after: None, limited: false, refused: None }
    }

    /// A body whose coding is broken.
    pub(crate) fn from_coding(error: io::Error) -> Self {
        let message = format!("the response was truncated or unreadable: {error}");
        let error = Error::new(ErrorKind::Transport, message).with_help(CUT_HELP).with_source(error);
        Self { retry: true, ..Self::fatal(error) }
    }

    /// No response, or a truncated one. `proxy` is the one that requests go through, without its credentials.
    pub(crate) fn from_reqwest(
        error: reqwest::Error,
        timeout: Duration,
        proxy: Option<&str>,
        redact: impl Fn(&str) -> String,
    ) -> Self {
        let error = error.without_url();
        // The root cause: the HTTP client's own text only names the step that failed.
        let why = redact(&causes(&error).last().map(ToString::to_string).unwrap_or_default());
        let cause = Cause::of(&error, &why);
        let through = proxy.map(|proxy| format!(" through the proxy {proxy}")).unwrap_or_default();
        let (kind, message) = match cause {
            Cause::ConnectTimeout => (ErrorKind::Timeout, format!("no connection{through}")),
            Cause::Timeout => (ErrorKind::Timeout, format!("no complete response within {timeout:?}")),
            Cause::ProxyCredentials => {
                let proxy = proxy.map(|proxy| format!(" {proxy}")).unwrap_or_default();
                (ErrorKind::Unauthorized, format!("the proxy{proxy} responded with 407 Proxy Authentication Required"))
            }
            Cause::Identity(AlertDescription::CertificateRequired) => {
                (ErrorKind::Unauthorized, "the server requires a client certificate".to_owned())
            }
            Cause::Identity(alert) => {
                (ErrorKind::Unauthorized, format!("the server refused the client certificate: {alert:?}"))
            }
            Cause::Connect | Cause::Certificate => {
                (ErrorKind::Transport, format!("the connection{through} could not be made: {why}"))
            }
            Cause::Request => (ErrorKind::Config, format!("the request could not be built: {why}")),
            Cause::Response => (ErrorKind::Transport, format!("the response was truncated or unreadable: {why}")),
        };
        let help = match cause {
            Cause::Certificate => {
                "check the base URL and the server's certificate: the operating system must trust the authority that issued it, or `.root_certificate(…)` names it"
            }
            Cause::ConnectTimeout | Cause::Timeout => {
                "raise `timeout` or `connect_timeout`, in the declaration or on the builder, or use a smaller page size"
            }
            Cause::ProxyCredentials => PROXY_HELP,
            Cause::Identity(_) => "give the builder a certificate that the server accepts, and its key: `.identity(…)`",
            Cause::Response => CUT_HELP,
            Cause::Connect if proxy.is_some() => {
                "check that the proxy runs, that its URL is right, and that the server and the base URL are"
            }
            Cause::Connect => "check that the server runs and that the base URL is right",
            Cause::Request => "check the base URL and the path",
        };
        let retry = matches!(cause, Cause::ConnectTimeout | Cause::Timeout | Cause::Connect | Cause::Response);
        let mut error = Error::new(kind, message).with_help(help).with_source(error);
        if matches!(cause, Cause::Connect | Cause::ConnectTimeout) {
            error = error.unreachable(true);
        }
        if matches!(cause, Cause::ProxyCredentials) {
            error = error.with_status(StatusCode::PROXY_AUTHENTICATION_REQUIRED.as_u16());
        }
        Self { retry, ..Self::fatal(error) }
    }
}

/// What to do about a truncated response.
const CUT_HELP: &str =
    "try again later; if it repeats, use a smaller page size, or look for a proxy that cuts responses";

/// What to do about a proxy that asks for credentials.
pub(crate) const PROXY_HELP: &str = "check user name and password in `.proxy(\"http://user:password@host:port\")`, or in the environment's `HTTPS_PROXY` or `HTTP_PROXY`";

/// Why there is no response, or no whole one.
#[derive(Clone, Copy)]
enum Cause {
    ConnectTimeout,
    Timeout,
    /// The proxy did not open a tunnel without others.
    ProxyCredentials,
    /// The server wants a client certificate, or another one: a retry would send the same.
    Identity(AlertDescription),
    /// The server's certificate: a retry would see the same one.
    Certificate,
    Connect,
    Request,
    Response,
}

impl Cause {
    fn of(error: &reqwest::Error, why: &str) -> Self {
        let tls = causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>());
        match tls {
            Some(rustls::Error::InvalidCertificate(_)) => return Self::Certificate,
            Some(rustls::Error::AlertReceived(alert)) if is_about_identity(*alert) => return Self::Identity(*alert),
            _ => {}
        }
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => Self::ConnectTimeout,
            (true, false) => Self::Timeout,
            // The type of the tunnel's error is private.
            (false, true) if why.ends_with("proxy authorization required") => Self::ProxyCredentials,
            (false, true) => Self::Connect,
            (false, false) if error.is_builder() => Self::Request,
            (false, false) => Self::Response,
        }
    }
}

/// Whether a server says this of the client's certificate: of its own, it has nothing to say.
fn is_about_identity(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
}

/// The error and its sources.
fn causes(error: &reqwest::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    let first: &(dyn StdError + 'static) = error;
    successors(Some(first), |&cause| {
        // The source of an I/O error is the source of the error within it, not that error.
        let within = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        within.map(|within| within as &(dyn StdError + 'static)).or_else(|| cause.source())
    })
}

/// The start of a server's message, on one line and without control characters; nothing of markup.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 200;
    let text = text.trim();
    if text.starts_with('<') {
        return String::new();
    }
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST + 1).collect();
    clip(&line, LONGEST)
}
