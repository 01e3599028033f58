//! A destination behind a pointer is one, too.

use super::{
    Capabilities, Destination, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Quarantined, StateChange,
    StateKey, StateStore, TableStatus, WriteStats,
};
use crate::schema::batch::Batch;
use crate::schema::table::TableSchema;

macro_rules! impls {
    ($($pointer:ty),*) => {$(
        impl<D: StateStore + ?Sized> StateStore for $pointer {
            fn read_state<'a>(&'a mut self, key: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
                (**self).read_state(key)
            }

            fn write_state<'a>(&'a mut self, leases: &'a [Lease], changes: &'a [StateChange]) -> DestinationFuture<'a, ()> {
                (**self).write_state(leases, changes)
            }
        }

        impl<D: Destination + ?Sized> Destination for $pointer {
            fn capabilities(&self) -> Capabilities {
                (**self).capabilities()
            }

            fn inspect<'a>(
                &'a mut self,
                table: &'a TableSchema,
                unfinished: &'a [LoadId],
            ) -> DestinationFuture<'a, TableStatus> {
                (**self).inspect(table, unfinished)
            }

            fn begin(&mut self, load: LoadSpec, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
                (**self).begin(load, changes)
            }

            fn write(&mut self, batch: Batch) -> DestinationFuture<'_, ()> {
                (**self).write(batch)
            }

            fn quarantine(&mut self, rows: Quarantined) -> DestinationFuture<'_, ()> {
                (**self).quarantine(rows)
            }

            fn commit(&mut self, changes: Vec<StateChange>) -> DestinationFuture<'_, ()> {
                (**self).commit(changes)
            }

            fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
                (**self).flush()
            }

            fn finish(&mut self, outcome: LoadOutcome, changes: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
                (**self).finish(outcome, changes)
            }

            fn cancel(&mut self, changes: Option<Vec<StateChange>>) {
                (**self).cancel(changes);
            }
        }
    )*};
}

impls!(&mut D, Box<D>);
