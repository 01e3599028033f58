//! What comes back: rows of all kinds and shapes, and those that do not fit, over real HTTP.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod careful;
mod chrono;
mod csv;
mod decode;
mod drift;
mod extra;
mod json_lines;
mod made_rows;
mod none;
mod not_json;
mod openapi;
mod row_keys;
mod rows;
mod sample;
mod shapes;
mod verify;
