//! A marker as secret, an error of each kind, each kind of credentials with each fault, and everything that is printed, traced or
//! stored: the marker is nowhere.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod errors;
mod kinds;
mod marker;
mod settings;
mod values;
