use declarest::destination::{
    Append, Capabilities, DestinationFuture, Lease, LoadId, LoadOutcome, LoadSpec, Quarantined, StateChange, StateKey,
    StateStore, TableStatus, WriteStats,
};
use declarest::{Batch, Destination, TableSchema};

#[declarest::source(base_url = "https://api.example.com", auth = none)]
mod api {
    #[resource(name = posts, path = "/posts", primary_key = id, paginator = single_page)]
    pub struct Post {
        pub id: u64,
    }

    #[resource(name = events, path = "/events", write_disposition = append, paginator = single_page)]
    pub struct Event {
        pub id: u64,
    }

    #[resource(name = users, path = "/users", write_disposition = replace, paginator = single_page)]
    pub struct User {
        pub id: u64,
    }
}

/// Appends.
struct Log;

impl<Row: ?Sized> Append<Row> for Log {}

impl StateStore for Log {
    fn read_state<'a>(&'a mut self, _: &'a StateKey) -> DestinationFuture<'a, Option<String>> {
        unimplemented!()
    }

    fn write_state<'a>(&'a mut self, _: &'a [Lease], _: &'a [StateChange]) -> DestinationFuture<'a, ()> {
        unimplemented!()
    }
}

impl Destination for Log {
    fn capabilities(&self) -> Capabilities {
        Capabilities::new().append()
    }

    fn inspect<'a>(&'a mut self, _: &'a TableSchema, _: &'a [LoadId]) -> DestinationFuture<'a, TableStatus> {
        unimplemented!()
    }

    fn begin(&mut self, _: LoadSpec, _: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        unimplemented!()
    }

    fn write(&mut self, _: Batch) -> DestinationFuture<'_, ()> {
        unimplemented!()
    }

    fn quarantine(&mut self, _: Quarantined) -> DestinationFuture<'_, ()> {
        unimplemented!()
    }

    fn commit(&mut self, _: Vec<StateChange>) -> DestinationFuture<'_, ()> {
        unimplemented!()
    }

    fn flush(&mut self) -> DestinationFuture<'_, WriteStats> {
        unimplemented!()
    }

    fn finish(&mut self, _: LoadOutcome, _: Vec<StateChange>) -> DestinationFuture<'_, WriteStats> {
        unimplemented!()
    }

    fn cancel(&mut self, _: Option<Vec<StateChange>>) {}
}

async fn sync(client: &api::Client, log: &mut Log) -> declarest::Result<()> {
    client.sync(log).await?;
    // What is not known by its type is found out when it runs.
    let log: &mut dyn Destination = log;
    client.sync(log).only(["events"]).await?;
    Ok(())
}

fn main() {}
