//! How many requests a client may send, and when: the declared limits, what the server says, and less after a 429.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::stats::Stats;

/// `rate_limit = "10/s"`: at most so many requests in any such time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RateLimit {
    /// How many requests.
    pub requests: u32,
    /// In which time.
    pub per: Duration,
}

/// A limit's time is longer by this: one request may be longer on its way to the server than the next.
const LEEWAY: Duration = Duration::from_millis(50);

/// The requests of a client, one after the other.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// The line in which all requests stand, with the source's own limit.
    line: tokio::sync::Mutex<Option<Window>>,
    /// The lines of resources that have limits of their own; who is first there stands in the common one.
    per_resource: BTreeMap<&'static str, tokio::sync::Mutex<Window>>,
    traffic: Mutex<Queue>,
    landed: Notify,
}

#[derive(Debug, Default)]
struct Queue {
    /// Until when nothing is sent.
    paused: Option<Instant>,
    in_flight: usize,
    slowed: Option<Slowed>,
}

/// After the server had too many requests: how many there may be at a time.
#[derive(Debug)]
struct Slowed {
    most: usize,
    /// How many were too many.
    before: usize,
    /// Answers since `most` was last changed.
    answers: usize,
    since: Instant,
}

/// The requests that were sent within the time of a limit.
#[derive(Debug)]
struct Window {
    limit: RateLimit,
    sent: VecDeque<Instant>,
}

impl Window {
    fn new(limit: RateLimit) -> Self {
        Self { limit, sent: VecDeque::new() }
    }

    fn is_full(&self) -> bool {
        self.sent.len() as u64 >= u64::from(self.limit.requests)
    }

    /// From when on another request may be sent.
    fn free(&self) -> Option<Instant> {
        let first = self.sent.front().filter(|_| self.is_full())?;
        Some(*first + self.limit.per + LEEWAY)
    }

    fn note(&mut self) {
        if self.is_full() {
            self.sent.pop_front();
        }
        self.sent.push_back(Instant::now());
    }
}

impl Throttle {
    /// With the limit of all requests, and those of single resources.
    pub(crate) fn new(limit: Option<RateLimit>, own: impl Iterator<Item = (&'static str, RateLimit)>) -> Self {
        Self {
            line: tokio::sync::Mutex::new(limit.map(Window::new)),
            per_resource: own.map(|(name, limit)| (name, tokio::sync::Mutex::new(Window::new(limit)))).collect(),
            traffic: Mutex::default(),
            landed: Notify::new(),
        }
    }

    /// Waits until a request of this resource may be sent. First come, first served; dropping the future gives up the place.
    pub(crate) async fn acquire(&self, resource: &str, stats: &Stats) -> Permit<'_> {
        let begun = Instant::now();
        let own = match self.per_resource.get(resource) {
            Some(line) => Some(line.lock().await),
            None => None,
        };
        if let Some(free) = own.as_deref().and_then(Window::free) {
            sleep_until(free).await;
        }
        let line = self.line.lock().await;
        let flight = loop {
            let free = line.as_ref().and_then(Window::free);
            let paused = self.traffic().paused;
            match free.max(paused) {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                _ => match self.try_start() {
                    Some(flight) => break flight,
                    None => self.landed.notified().await,
                },
            }
        };
        stats.waited_for(begun.elapsed());
        Permit { flight, line: Some(line).filter(|line| line.is_some()), own }
    }

    /// Sends nothing for a while.
    pub(crate) fn pause(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut traffic = self.traffic();
        traffic.paused = traffic.paused.max(Some(until));
    }

    fn try_start(&self) -> Option<InFlight<'_>> {
        let mut traffic = self.traffic();
        if traffic.slowed.as_ref().is_some_and(|slowed| traffic.in_flight >= slowed.most) {
            return None;
        }
        traffic.in_flight += 1;
        Some(InFlight { throttle: self, sent: Instant::now() })
    }

    fn traffic(&self) -> MutexGuard<'_, Queue> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to send a request. It holds the line, where there are limits to keep, until it has been sent.
pub(crate) struct Permit<'a> {
    flight: InFlight<'a>,
    line: Option<tokio::sync::MutexGuard<'a, Option<Window>>>,
    own: Option<tokio::sync::MutexGuard<'a, Window>>,
}

impl<'a> Permit<'a> {
    /// The request is sent now.
    pub(crate) fn send(mut self) -> InFlight<'a> {
        let own = self.own.as_deref_mut();
        let all = self.line.as_mut().and_then(|line| line.as_mut());
        own.into_iter().chain(all).for_each(Window::note);
        self.flight.sent = Instant::now();
        self.flight
    }
}

/// A request on its way, until it is dropped.
pub(crate) struct InFlight<'a> {
    throttle: &'a Throttle,
    sent: Instant,
}

impl InFlight<'_> {
    /// The server had too many requests: only half as many are sent at a time from now on. Requests that were on their way when
    /// that was last found out tell nothing new.
    pub(crate) fn refused(&self) {
        let mut traffic = self.throttle.traffic();
        if traffic.slowed.as_ref().is_some_and(|slowed| self.sent < slowed.since) {
            return;
        }
        let before = traffic.slowed.as_ref().map_or(0, |slowed| slowed.before).max(traffic.in_flight);
        let most = (traffic.in_flight / 2).max(1);
        tracing::debug!(most, "the server has too many requests");
        traffic.slowed = Some(Slowed { most, before, answers: 0, since: Instant::now() });
    }

    /// The server had none too many. After a round of such answers one more is sent at a time, until there are as many as before.
    pub(crate) fn answered(&self) {
        let mut traffic = self.throttle.traffic();
        let Some(slowed) = traffic.slowed.as_mut() else { return };
        slowed.answers += 1;
        if slowed.answers >= slowed.most {
            slowed.answers = 0;
            slowed.most += 1;
            if slowed.most > slowed.before {
                traffic.slowed = None;
            }
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.throttle.traffic().in_flight -= 1;
        self.throttle.landed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn throttle(limit: Option<RateLimit>) -> Arc<Throttle> {
        Arc::new(Throttle::new(limit, std::iter::empty()))
    }

    /// When each of so many requests that come at once is sent; each takes this long.
    async fn times(throttle: &Arc<Throttle>, count: usize, takes: Duration) -> Vec<Duration> {
        let begun = Instant::now();
        let tasks = (0..count).map(|_| {
            let throttle = Arc::clone(throttle);
            tokio::spawn(async move {
                let flight = throttle.acquire("", &Stats::default()).await.send();
                let sent = begun.elapsed();
                tokio::time::sleep(takes).await;
                flight.answered();
                sent
            })
        });
        let mut times = Vec::new();
        for task in tasks.collect::<Vec<_>>() {
            times.push(task.await.unwrap_or_default());
        }
        times
    }

    #[tokio::test(start_paused = true)]
    async fn no_window_holds_more_than_the_limit() {
        let throttle = throttle(Some(RateLimit { requests: 5, per: SECOND }));
        let times = times(&throttle, 20, Duration::from_millis(300)).await;
        assert!(times.is_sorted(), "first come, first served: {times:?}");
        for window in times.windows(6) {
            let [first, .., last] = window else { unreachable!() };
            assert!(*last >= *first + SECOND, "{times:?}");
        }
        let last = times.last().copied().unwrap_or_default();
        assert!((3 * SECOND..4 * SECOND).contains(&last), "no slower than it may be: {times:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_leaves_its_place() {
        let throttle = throttle(Some(RateLimit { requests: 1, per: SECOND }));
        drop(throttle.acquire("", &Stats::default()).await.send());
        let waiting = Arc::clone(&throttle);
        let waiting = tokio::spawn(async move { drop(waiting.acquire("", &Stats::default()).await.send()) });
        tokio::task::yield_now().await;
        waiting.abort();
        let times = times(&throttle, 2, Duration::ZERO).await;
        assert_eq!(times, [SECOND + LEEWAY, 2 * (SECOND + LEEWAY)]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_is_for_all_and_the_longest_holds() {
        let throttle = throttle(None);
        throttle.pause(3 * SECOND);
        throttle.pause(SECOND);
        assert_eq!(times(&throttle, 3, Duration::ZERO).await, [3 * SECOND; 3]);
        let stats = Stats::default();
        throttle.pause(SECOND);
        drop(throttle.acquire("", &stats).await);
        assert_eq!(stats.waited(), SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_halve_what_is_in_flight_and_answers_bring_it_back() {
        let throttle = throttle(None);
        let mut flights = Vec::new();
        for _ in 0..8 {
            flights.push(throttle.acquire("", &Stats::default()).await.send());
        }
        tokio::time::advance(SECOND).await;
        // All eight came back at once: they tell the same.
        flights.iter().for_each(InFlight::refused);
        drop(flights);
        let most = |throttle: &Throttle| throttle.traffic().slowed.as_ref().map(|slowed| slowed.most);
        assert_eq!(most(&throttle), Some(4));
        let sent = times(&throttle, 12, SECOND).await;
        assert_eq!(sent.iter().filter(|time| **time < SECOND).count(), 4, "{sent:?}");
        assert_eq!(most(&throttle), Some(6));
        times(&throttle, 21, SECOND).await;
        assert_eq!(most(&throttle), None);
        assert_eq!(times(&throttle, 100, SECOND).await, [Duration::ZERO; 100]);
    }

    #[tokio::test(start_paused = true)]
    async fn one_request_always_goes() {
        let throttle = throttle(None);
        for _ in 0..3 {
            let flight = throttle.acquire("", &Stats::default()).await.send();
            tokio::time::advance(SECOND).await;
            flight.refused();
        }
        assert_eq!(times(&throttle, 2, SECOND).await, [Duration::ZERO, SECOND]);
    }
}
