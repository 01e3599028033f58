//! Credentials: where they come from, how they are sent, and where not.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod credentials;
mod custom;
mod filled;
mod jwt;
mod oauth2;
mod one_of;
mod password;
mod refresh;
mod renewal;
mod secrets;
mod session;
mod signed;
mod tls;
