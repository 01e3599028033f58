//! Frankfurter: an object of rows whose keys are a column, read once for each currency.

/// [Frankfurter](https://frankfurter.dev): the European Central Bank's reference rates. No credentials are needed.
#[declarest::source(
    base_url = "https://api.frankfurter.dev/v1",
    params(bases: Vec<String> = ["EUR", "USD"]),
    auth = none,
    resource_defaults(paginator = single_page),
)]
pub mod frankfurter {
    use std::collections::BTreeMap;

    /// The rates of a day.
    #[resource(
        name = rates, path = "/2024-01-01..", data_selector = "rates[*]",
        partition_by(base in bases), params(base = base), include_partition(base),
        primary_key = (_base, day),
    )]
    #[derive(Debug)]
    pub struct Rates {
        /// The day: the key of each row.
        #[column(row_key)]
        pub day: String,
        /// What one unit of the base costs in each currency.
        #[serde(flatten)]
        pub rates: BTreeMap<String, f64>,
    }

    /// A currency that has rates: an object of names by code.
    #[resource(name = currencies, path = "/currencies", data_selector = "$")]
    #[derive(Debug)]
    pub struct Currencies {
        /// Names by code.
        #[serde(flatten)]
        pub names: declarest::Extra,
    }
}
