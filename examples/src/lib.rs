//! What the example programs and the tests share: [`analytics`], the first source's declaration, and [`demo_api`], a local
//! server to run it against.
#![forbid(unsafe_code)]

pub mod analytics;
pub mod demo_api;
