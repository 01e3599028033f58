//! Syncs into real database files, looked at with SQLite itself.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod accounts;
mod analytics;
mod custom;
mod deleted;
mod direct;
mod dispositions;
mod doubts;
mod existing;
mod failures;
mod incremental;
mod loads;
mod newest_first;
mod param_bounds;
mod param_lags;
mod parts;
mod positions;
mod promises;
mod quarantine;
mod recovery;
mod report;
mod restored;
mod resume;
mod schema;
mod selection;
mod source;
mod sources;
mod state;
mod steps;
mod tables;
mod until_now;
mod unwritable;
mod upgrade;
mod waiting;
mod window;
mod zones;
