//! A client's settings: connections through TLS, proxies and HTTP/2, and what overrides the declaration, over real sockets.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod api;
mod authority;
mod connecting;
mod forwarded;
mod goaway;
mod headers;
mod identity;
mod names;
mod overrides;
mod own_client;
mod secure;
mod unusable;
