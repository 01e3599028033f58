//! `client.scan(…)`: resources read by name, as columns, over real HTTP.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod columns;
mod extent;
mod generic;
mod limit;
mod params;
mod ranges;
mod sorts;
mod source;
