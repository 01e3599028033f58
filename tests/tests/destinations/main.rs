//! Destinations, and the suite that they pass.

mod sqlite;
