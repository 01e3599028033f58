//! What is logged, kept to be looked at.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once};

use tracing_subscriber::Registry;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::util::SubscriberInitExt;

/// Everything that is logged at a level and above it, by whatever crate.
#[derive(Clone, Debug)]
pub struct Logged(Arc<Mutex<Vec<u8>>>);

impl Logged {
    /// By this thread, as long as the guard lives.
    pub fn on_this_thread(level: LevelFilter) -> (Self, impl Drop) {
        // Of a lone subscriber, tracing takes what the first thread to come by an event says of it for what all say;
        // and the threads of other tests, having none, say that nobody listens. So there is another one, which keeps
        // nothing and lets all threads be asked. It may be there already.
        static ASKS_ALL_THREADS: Once = Once::new();
        ASKS_ALL_THREADS.call_once(|| drop(Registry::default().try_init()));
        let logged = Self::new();
        let guard = logged.subscriber(level).set_default();
        (logged, guard)
    }

    /// By the whole process, from now on.
    pub fn everywhere(level: LevelFilter) -> Self {
        let logged = Self::new();
        logged.subscriber(level).init();
        logged
    }

    fn new() -> Self {
        Self(Arc::default())
    }

    /// All of it.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic")).into_owned()
    }

    /// What came since the last time.
    pub fn take(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *self.0.lock().expect("no panic"))).into_owned()
    }

    fn subscriber(&self, level: LevelFilter) -> impl SubscriberInitExt + use<> {
        tracing_subscriber::fmt().with_max_level(level).with_ansi(false).with_writer(self.clone()).finish()
    }
}

impl MakeWriter<'_> for Logged {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("no panic").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
