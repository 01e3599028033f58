//! What a session may set.

use datafusion_common::config::ConfigExtension;
use datafusion_common::extensions_options;

extensions_options! {
    /// What a session may set: register it by `SessionConfig::with_option_extension`, and set it there or by
    /// `SET declarest.plan_requests = true`.
    pub struct Options {
        /// Whether a query's first page is requested while it is planned: then its total is known to the planner, and
        /// `EXPLAIN` shows it. If not, planning sends nothing.
        pub plan_requests: bool, default = false
    }
}

impl ConfigExtension for Options {
    const PREFIX: &'static str = "declarest";
}
