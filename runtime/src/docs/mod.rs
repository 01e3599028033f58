//! The manual. Its pages are Markdown files, which the repository shows as well.
//!
//! - [`mod@reference`]: everything that a declaration can say, and the settings of a client
//! - [`cookbook`]: one declaration for each style of API
//! - [`checks`]: what is checked, and when
//! - [`dlt`]: from dlt, word by word
//! - [`reports`]: how to read the report of a sync
//! - [`which_destination`]: which destination to sync into, and what each guarantees
//! - [`destinations`]: how to write a destination

/// A page: its file, and the targets of its links.
macro_rules! page {
    ($name:ident, $file:literal $(, { $($inner:tt)* })?) => {
        #[doc = include_str!($file)]
        #[doc = ""]
        #[doc = include_str!("links.md")]
        pub mod $name { $($($inner)*)? }
    };
}

page!(checks, "checks.md");
page!(cookbook, "cookbook.md");
page!(dlt, "dlt.md");
page!(reports, "reports.md");
page!(which_destination, "which_destination.md");

#[doc = include_str!("destinations.md")]
#[doc = ""]
#[doc = "```no_run"]
#[doc = include_str!("json_lines.rs")]
#[doc = "```"]
#[doc = include_str!("links.md")]
pub mod destinations {}

page!(reference, "reference/README.md", {
    page!(source, "reference/source.md");
    page!(auth, "reference/auth.md");
    page!(resource, "reference/resource.md");
    page!(paginators, "reference/paginators.md");
    page!(incremental, "reference/incremental.md");
    page!(fields, "reference/fields.md");
    page!(settings, "reference/settings.md");
    // Their examples need the features.
    #[cfg(feature = "sample")]
    page!(samples, "reference/samples.md");
    #[cfg(feature = "openapi")]
    page!(openapi, "reference/openapi.md");
});
