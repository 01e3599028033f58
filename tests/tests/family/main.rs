//! Resources that are read for the rows of others.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod failing;
mod families;
mod inside_parents;
mod left_out;
mod left_over;
mod parents;
mod partitions;
mod positions;
mod shuffled;
mod siblings;
mod whole_urls;
