//! Destinations, and the suite that they pass.

mod broken;
mod dynamic;
mod json_lines;
mod sqlite;
mod tee;
