//! A sync: each resource's pages into the destination, a few per transaction, with a checkpoint.

mod begin;
mod builder;
mod children;
mod clients;
mod deleted;
mod fingerprint;
mod link_starts;
mod load;
mod load_reader;
mod loading;
mod notes;
mod parent_values;
mod plan;
mod positions;
pub(crate) mod progress;
mod range_start;
pub(crate) mod report;
mod request_values;
mod resume;
mod run;
mod saved;
mod saved_links;

pub use self::builder::SyncBuilder;
use self::run::SyncRun;
