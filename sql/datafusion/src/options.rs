//! What a session may set.

use datafusion::common::config::ConfigExtension;
use datafusion::common::extensions_options;

extensions_options! {
    /// What a session may set: register it by `SessionConfig::with_option_extension`, and set it there or by
    /// `SET declarest.plan_requests = true`.
    pub struct Options {
        /// Whether a query's first page is requested while it is planned: then its total is known to the planner, and
        /// `EXPLAIN` shows it. If not, planning sends nothing.
        pub plan_requests: bool, default = false
        /// Whether other machines run parts of the plan: then the first page is requested while it is planned, so that all of
        /// them have the same list of work, and there are as many parts as `datafusion.execution.target_partitions` allows.
        pub distributed: bool, default = false
    }
}

impl ConfigExtension for Options {
    const PREFIX: &'static str = "declarest";
}
