//! The answer to a statement: its rows, and what they took.

use std::io::{Stdout, Write as _, stdout};
use std::sync::Arc;
use std::time::Instant;

use datafusion::arrow::csv;
use datafusion::arrow::json;
use datafusion::arrow::util::pretty::pretty_format_batches_with_schema;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionContext;
use futures_util::StreamExt as _;

use super::Format;

/// The answer to a statement, of which no row has been read.
pub(super) struct Answer {
    plan: Arc<dyn ExecutionPlan>,
    rows: SendableRecordBatchStream,
    started: Instant,
}

impl Answer {
    pub(super) async fn of(context: &SessionContext, sql: &str) -> Result<Self> {
        let started = Instant::now();
        let plan = context.sql(sql).await?.create_physical_plan().await?;
        let rows = execute_stream(Arc::clone(&plan), context.task_ctx())?;
        Ok(Self { plan, rows, started })
    }

    /// Prints the rows: JSON and CSV as they come, a table once its widths are known.
    pub(super) async fn print(mut self, format: Format) -> Result<()> {
        let schema = self.rows.schema();
        let mut count = 0;
        let mut printer = Printer::new(format);
        let mut batches = Vec::new();
        while let Some(batch) = self.rows.next().await {
            let batch = batch?;
            count += batch.num_rows();
            match &mut printer {
                Printer::Table => batches.push(batch),
                Printer::Json(writer) => writer.write(&batch)?,
                Printer::Csv(writer) => writer.write(&batch)?,
            }
        }
        let took = format!(
            "{}, {}, {:.2} s",
            plural(count, "row"),
            plural(requests(&self.plan), "request"),
            self.started.elapsed().as_secs_f64()
        );
        match printer {
            Printer::Table if schema.fields().is_empty() => writeln!(stdout(), "({took})")?,
            Printer::Table => {
                writeln!(stdout(), "{}\n({took})", pretty_format_batches_with_schema(schema, &batches)?)?;
            }
            // For people: programs read the rows alone.
            Printer::Json(mut writer) => {
                writer.finish()?;
                eprintln!("({took})");
            }
            Printer::Csv(mut writer) => {
                // The header of an answer without rows.
                if count == 0 {
                    writer.write(&datafusion::arrow::array::RecordBatch::new_empty(schema))?;
                }
                eprintln!("({took})");
            }
        }
        Ok(())
    }
}

enum Printer {
    Table,
    Json(json::LineDelimitedWriter<Stdout>),
    Csv(Box<csv::Writer<Stdout>>),
}

impl Printer {
    fn new(format: Format) -> Self {
        match format {
            Format::Table => Self::Table,
            // With nulls: a key that is not there is no column.
            Format::Json => Self::Json(json::WriterBuilder::new().with_explicit_nulls(true).build(stdout())),
            Format::Csv => Self::Csv(Box::new(csv::Writer::new(stdout()))),
        }
    }
}

/// How many requests the reads of a plan have sent.
fn requests(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let own = plan.metrics().and_then(|metrics| metrics.sum_by_name("requests")).map_or(0, |sum| sum.as_usize());
    own + plan.children().into_iter().map(requests).sum::<usize>()
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// An error as it is printed: that of an API with what to do about it.
pub(super) fn message(error: &DataFusionError) -> String {
    match error.find_root() {
        DataFusionError::External(cause) => match cause.downcast_ref::<declarest::Error>() {
            Some(cause) => format!("{cause:#}"),
            None => error.strip_backtrace(),
        },
        _ => error.strip_backtrace(),
    }
}
