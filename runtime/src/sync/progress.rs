//! The progress of a running sync.

/// How far a sync is with a resource. Handed to the callback of [`SyncBuilder::progress`](crate::SyncBuilder::progress) when a
/// resource is begun, after each page and at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The resource.
    pub resource: &'static str,
    /// Rows read so far, those of an interrupted run included.
    pub rows: u64,
    /// How many the API says there are.
    pub expected: Option<u64>,
    /// Pages read so far.
    pub pages: u64,
    /// What the sync is doing with it.
    pub stage: Stage,
}

/// What a sync is doing with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// Reads and writes.
    Reading,
    /// All rows are committed.
    Complete,
    /// It ended with an error.
    Failed,
}

/// Progress bars on the terminal, one for each resource, for [`SyncBuilder::progress`](crate::SyncBuilder::progress).
/// Draws nothing where standard error is no terminal.
///
/// ```no_run
/// # async fn run(client: declarest::Client, mut db: declarest::Sqlite) -> declarest::Result<()> {
/// let report = client.sync(&mut db).progress(declarest::progress_bars()).await?;
/// # Ok(()) }
/// ```
#[cfg(feature = "progress")]
pub fn progress_bars() -> impl Fn(&Progress) + Send + Sync + 'static {
    bars_on(indicatif::ProgressDrawTarget::stderr())
}

#[cfg(feature = "progress")]
fn bars_on(target: indicatif::ProgressDrawTarget) -> impl Fn(&Progress) + Send + Sync + 'static {
    use std::collections::HashMap;
    use std::sync::{Mutex, PoisonError};

    use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

    let style = |template| ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let counted = style("{prefix:<20} {bar:30} {human_pos:>10}/{human_len:<10} {per_sec:>12} {msg}");
    let open = style("{prefix:<20} {spinner:30} {human_pos:>10} rows {per_sec:>17} {msg}");
    let bars = MultiProgress::with_draw_target(target);
    let shown: Mutex<HashMap<&'static str, ProgressBar>> = Mutex::default();
    move |progress: &Progress| {
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = shown.entry(progress.resource).or_insert_with(|| {
            bars.add(ProgressBar::no_length().with_style(open.clone()).with_prefix(progress.resource))
        });
        if let Some(expected) = progress.expected
            && bar.length() != Some(expected)
        {
            bar.set_style(counted.clone());
            bar.set_length(expected);
        }
        bar.set_position(progress.rows);
        match progress.stage {
            Stage::Reading => {}
            Stage::Complete => bar.finish_with_message("complete"),
            Stage::Failed => bar.abandon_with_message("failed"),
        }
    }
}

#[cfg(all(test, feature = "progress"))]
mod tests {
    use indicatif::{InMemoryTerm, ProgressDrawTarget};

    use super::*;

    /// What the terminal shows, blanks and rates left out.
    fn shown(terminal: &InMemoryTerm) -> Vec<String> {
        let lines = terminal.contents();
        let words = lines.lines().map(|line| line.split_whitespace().filter(|word| !word.contains("/s")));
        words.map(|words| words.collect::<Vec<_>>().join(" ")).collect()
    }

    #[test]
    fn there_is_a_bar_for_each_resource() {
        let terminal = InMemoryTerm::new(10, 120);
        let show = bars_on(ProgressDrawTarget::term_like(Box::new(terminal.clone())));
        let begun = Progress { resource: "items", rows: 0, expected: None, pages: 0, stage: Stage::Reading };
        show(&begun);
        show(&Progress { rows: 30, expected: Some(60), pages: 1, ..begun });
        show(&Progress { rows: 60, expected: Some(60), pages: 2, stage: Stage::Complete, ..begun });
        show(&Progress { resource: "others", rows: 7, pages: 1, stage: Stage::Failed, ..begun });
        assert_eq!(
            shown(&terminal),
            [format!("items {} 60/60 complete", "█".repeat(30)), "others 7 rows failed".to_owned()]
        );
    }
}
