//! The attribute macro of `declarest`. Use it through that crate: `#[declarest::source(…)]`.
