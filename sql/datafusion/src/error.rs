//! Errors of a source as those of `DataFusion`.

use datafusion::common::DataFusionError;
use declarest::{Error, ErrorKind};

/// The same error, which can be had back by a downcast: with its kind, its resource, its page and its help.
pub(crate) fn external(error: Error) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// A query that does not say what a resource cannot be read without.
pub(crate) fn needs(table: &str, columns: &[String]) -> DataFusionError {
    let written: Vec<_> = columns.iter().map(|column| format!("`{column} = …`")).collect();
    let error = Error::new(ErrorKind::Config, format!("`{table}` needs {}", written.join(" and ")));
    let column = columns.first().map_or("", String::as_str);
    external(error.with_help(format!(
        "give it in WHERE, by `=` or `IN`, or by an inner join: `from other join {table} on {table}.{column} = other.…`, where \
         `other` has no more values than `datafusion.optimizer.hash_join_inlist_pushdown_max_distinct_values`"
    )))
}
