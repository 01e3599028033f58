//! Syncs that are killed, fail, or are not alone: at each of their calls in turn.

use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};

use super::Harness;
use super::probe::{Gate, Interrupt};
use super::scenario::{Scenario, Time};
use super::store::{Case, Check, Ended, Failure, Run, ensure};
use crate::error::ErrorKind;
use crate::schema::table::WriteDisposition;

/// No sync of the suite makes as many calls.
const MOST_CALLS: usize = 1000;

/// Killed within a call, and run again until before the call of the same number, the next sync completes with the right
/// rows.
pub(super) async fn kills<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    at_each_call(case, scenario, [Interrupt::Within, Interrupt::Before], Handle::New, has_no_end).await
}

/// Dropped within a call, twice, the next sync into the same handle completes with the right rows.
pub(super) async fn drops<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    at_each_call(case, scenario, [Interrupt::Drop, Interrupt::Drop], Handle::Same, has_no_end).await
}

fn has_no_end(ended: &Ended) -> Check {
    ensure(ended.result.is_none(), || "a sync that was interrupted has ended".to_owned())
}

/// Where a call fails, the sync does, with an error that names the resource; the next sync into the same handle completes
/// with the right rows.
pub(super) async fn failures<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    at_each_call(case, scenario, [Interrupt::FailAfter, Interrupt::Fail], Handle::Same, |ended| match &ended.result {
        Some(Err(error)) => {
            let is_state = matches!(ended.interrupted, Some("read_state" | "write_state"));
            ensure(error.kind() == ErrorKind::Destination, || format!("the error is of another kind: {error}"))?;
            ensure(is_state || error.resource().is_some(), || format!("the error names no resource: {error}"))
        }
        _ => Err(Failure("the sync ends without an error".to_owned())),
    })
    .await
}

/// What the next sync writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Handle {
    New,
    Same,
}

/// Interrupts syncs at call 1, 2, 3 and so on, until they have no more calls: for each, in a fresh store, two in a row. Then
/// one completes.
async fn at_each_call<H: Harness>(
    case: &Case<'_, H>,
    scenario: &Scenario,
    interrupts: [fn(usize) -> Interrupt; 2],
    handle: Handle,
    check: impl Fn(&Ended) -> Check,
) -> Check {
    for call in 1..MOST_CALLS {
        let store = case.store(call);
        scenario.prepare(&store).await?;
        let mut open = None;
        let mut history = String::new();
        for interrupt in interrupts.map(|interrupt| interrupt(call)).into_iter().chain([Interrupt::Never]) {
            let mut destination = match open.take() {
                Some(destination) => destination,
                None => store.harness.open().await?,
            };
            let what = interrupt.to_string();
            let ended = store.run_into(&mut destination, Run { interrupt, ..Run::of(&scenario.only) }).await;
            open = Some(destination).filter(|_| handle == Handle::Same);
            let Some(name) = ended.interrupted else {
                // What was left of the sync has fewer calls.
                ended.result.transpose().map_err(|error| Failure::from(error).after(format!("{history}run again")))?;
                break;
            };
            history = format!("{history}{what}, `{name}`");
            check(&ended).map_err(|failure| failure.after(&history))?;
            scenario.is_between(&store).await.map_err(|failure| failure.after(&history))?;
            history += ", then ";
        }
        scenario.has(&store, Time::After).await.map_err(|failure| failure.after(format!("{history}run again")))?;
        if history.is_empty() {
            return Ok(());
        }
    }
    Err(Failure(format!("a sync makes {MOST_CALLS} calls, and more")))
}

/// While one sync waits before a call, another one runs to its end: the first loses its lease, or the two have met nowhere,
/// and no row is lost or doubled.
pub(super) async fn two_syncs<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    at_once(case, scenario, false).await
}

/// The same; the second sync waits, too, and the first ends before it.
pub(super) async fn crossed_syncs<H: Harness>(case: &Case<'_, H>, scenario: &Scenario) -> Check {
    at_once(case, scenario, true).await
}

async fn at_once<H: Harness>(case: &Case<'_, H>, scenario: &Scenario, is_crossed: bool) -> Check {
    for call in 1..MOST_CALLS {
        let store = case.store(call);
        scenario.prepare(&store).await?;
        let [first_gate, second_gate] = [Arc::<Gate>::default(), Arc::<Gate>::default()];
        let held =
            |gate: &Arc<Gate>| Run { interrupt: Interrupt::Hold(call, Arc::clone(gate)), ..Run::of(&scenario.only) };
        let mut first = pin!(store.run(held(&first_gate)));
        if let Either::Left((ended, _)) = select(first.as_mut(), pin!(first_gate.reached.notified())).await {
            return Ok(ended?.result.transpose().map(drop)?);
        }
        let second = if is_crossed { held(&second_gate) } else { Run::of(&scenario.only) };
        let mut second = pin!(store.run(second));
        let second_ended = match select(second.as_mut(), pin!(second_gate.reached.notified())).await {
            Either::Left((ended, _)) => Some(ended?),
            Either::Right(_) => None,
        };
        first_gate.opened.notify_one();
        let first = first.await?;
        second_gate.opened.notify_one();
        let second = match second_ended {
            Some(ended) => ended,
            None => second.await?,
        };
        let name = first.interrupted.unwrap_or_default();
        let place = |failure: Failure| failure.after(format!("the first waited before call {call}, `{name}`"));
        let has_lost = match first.result {
            Some(Err(error)) if error.is_lease_lost() => true,
            Some(Err(error)) => return Err(place(Failure::from(error).after("the first sync"))),
            _ => false,
        };
        second.result.transpose().map_err(|error| place(Failure::from(error).after("the second sync")))?;
        // Before it had begun, or after it had ended, the two have met nowhere, and both may have appended all rows.
        let may_be_alone = matches!(name, "inspect" | "read_state" | "write_state");
        ensure(has_lost || may_be_alone, || "the first does not lose its lease".to_owned()).map_err(place)?;
        let is_twice = case.disposition == WriteDisposition::Append && !scenario.is_incremental && !has_lost;
        let once = scenario.has(&store, Time::After).await;
        if is_twice && once.is_err() { scenario.has_all(&store).await } else { once }.map_err(place)?;
    }
    Err(Failure(format!("a sync makes {MOST_CALLS} calls, and more")))
}
