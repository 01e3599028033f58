//! Rate limits: the declared ones, pauses that the server asks for, and fewer requests at a time after a 429.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::stats::{Stats, WaitReason};

/// `rate_limit = "10/s"`: at most this many requests in any such period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct RateLimit {
    /// How many requests.
    pub requests: u32,
    /// In which period.
    pub per: Duration,
}

impl RateLimit {
    /// What each of so many may send, so that together they stay below the limit. No less than one request in a period: where there
    /// are fewer requests than shares, the period is longer.
    pub(crate) fn share(self, of: u32) -> Self {
        let Self { requests, per } = self;
        match requests.checked_div(of) {
            None => self,
            Some(0) => Self { requests: 1, per: per.saturating_mul(of.div_ceil(requests.max(1))) },
            Some(requests) => Self { requests, per },
        }
    }
}

/// Added to each period: requests take differently long to reach the server.
const LEEWAY: Duration = Duration::from_millis(50);

/// The limiter of a client's requests.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// The source's limit.
    limit: Option<RateLimit>,
    /// How many requests are in flight at most, of all reads together.
    most: Option<usize>,
    /// The queue of all requests, with the source's own limit.
    queue: tokio::sync::Mutex<Option<Window>>,
    /// The queues of resources with limits of their own; the first of each joins the common queue.
    per_resource: BTreeMap<&'static str, (RateLimit, tokio::sync::Mutex<Window>)>,
    traffic: Mutex<Traffic>,
    released: Notify,
}

/// The requests in flight, and what limits them.
#[derive(Debug, Default)]
struct Traffic {
    /// Nothing is sent until then, and why.
    paused: Option<(Instant, WaitReason)>,
    in_flight: usize,
    slowed: Option<Slowed>,
}

/// The limit of requests at a time, after the server had too many.
#[derive(Debug)]
struct Slowed {
    limit: usize,
    /// How many were too many.
    before: usize,
    /// Successes since `limit` was last changed.
    successes: usize,
    since: Instant,
}

/// The requests sent within the period of a limit.
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

    /// When another request may be sent.
    fn next_free(&self) -> Option<Instant> {
        let first = self.sent.front().filter(|_| self.is_full())?;
        Some(*first + self.limit.per + LEEWAY)
    }

    fn record(&mut self) {
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
            limit,
            most: None,
            queue: tokio::sync::Mutex::new(limit.map(Window::new)),
            per_resource: own
                .map(|(name, limit)| (name, (limit, tokio::sync::Mutex::new(Window::new(limit)))))
                .collect(),
            traffic: Mutex::default(),
            released: Notify::new(),
        }
    }

    /// A limiter of its own, with a share of the limits, and so many requests in flight at most.
    pub(crate) fn share(&self, of: u32, most: usize) -> Self {
        let own = self.per_resource.iter().map(|(name, (limit, _))| (*name, limit.share(of)));
        Self { most: Some(most), ..Self::new(self.limit.map(|limit| limit.share(of)), own) }
    }

    /// Waits until a request of this resource may be sent. First come, first served; dropping the future leaves the
    /// queue.
    pub(crate) async fn acquire(&self, resource: &str, stats: &Stats) -> Permit<'_> {
        let own = match self.per_resource.get(resource) {
            Some((_, queue)) => {
                let waiting = stats.wait(WaitReason::RateLimit);
                let own = queue.lock().await;
                if let Some(free) = own.next_free() {
                    sleep_until(free).await;
                }
                drop(waiting);
                Some(own)
            }
            None => None,
        };
        let waiting = stats.wait(self.blocked_by());
        let queue = self.queue.lock().await;
        drop(waiting);
        let flight = loop {
            let free = queue.as_ref().and_then(Window::next_free).map(|free| (free, WaitReason::RateLimit));
            let paused = self.traffic().paused;
            let latest = [free, paused].into_iter().flatten().max_by_key(|(until, _)| *until);
            match latest {
                Some((until, reason)) if until > Instant::now() => {
                    let _waiting = stats.wait(reason);
                    sleep_until(until).await;
                }
                _ => {
                    if let Some(flight) = self.try_start() {
                        break flight;
                    }
                    let _waiting = stats.wait(WaitReason::Server);
                    self.released.notified().await;
                }
            }
        };
        Permit { flight, queue: Some(queue).filter(|queue| queue.is_some()), own }
    }

    /// What the first of the queue waits for, if it does: so do all behind it.
    fn blocked_by(&self) -> WaitReason {
        match self.traffic().paused {
            Some((until, reason)) if until > Instant::now() => reason,
            _ if self.limit.is_some() => WaitReason::RateLimit,
            _ => WaitReason::Server,
        }
    }

    /// Sends nothing for a while.
    pub(crate) fn pause(&self, wait: Duration, reason: WaitReason) {
        let until = Instant::now() + wait;
        let mut traffic = self.traffic();
        if traffic.paused.is_none_or(|(paused, _)| paused < until) {
            traffic.paused = Some((until, reason));
        }
    }

    fn try_start(&self) -> Option<InFlight<'_>> {
        let mut traffic = self.traffic();
        if self.most.is_some_and(|most| traffic.in_flight >= most) {
            return None;
        }
        if traffic.slowed.as_ref().is_some_and(|slowed| traffic.in_flight >= slowed.limit) {
            return None;
        }
        traffic.in_flight += 1;
        Some(InFlight { throttle: self, sent: Instant::now() })
    }

    fn traffic(&self) -> MutexGuard<'_, Traffic> {
        self.traffic.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The permission to send a request. Where there are limits, it blocks the queue until the request is sent.
pub(crate) struct Permit<'a> {
    flight: InFlight<'a>,
    queue: Option<tokio::sync::MutexGuard<'a, Option<Window>>>,
    own: Option<tokio::sync::MutexGuard<'a, Window>>,
}

impl<'a> Permit<'a> {
    /// Records that the request is sent now.
    pub(crate) fn send(mut self) -> InFlight<'a> {
        let own = self.own.as_deref_mut();
        let all = self.queue.as_mut().and_then(|queue| queue.as_mut());
        own.into_iter().chain(all).for_each(Window::record);
        self.flight.sent = Instant::now();
        self.flight
    }
}

/// A request in flight, until it is dropped.
pub(crate) struct InFlight<'a> {
    throttle: &'a Throttle,
    sent: Instant,
}

impl InFlight<'_> {
    /// The server had too many requests: halves the number at a time. Requests sent before the last such change are
    /// ignored.
    pub(crate) fn refused(&self) {
        let mut traffic = self.throttle.traffic();
        if traffic.slowed.as_ref().is_some_and(|slowed| self.sent < slowed.since) {
            return;
        }
        let before = traffic.slowed.as_ref().map_or(0, |slowed| slowed.before).max(traffic.in_flight);
        let limit = (traffic.in_flight / 2).max(1);
        tracing::debug!(most = limit, "the server has too many requests");
        traffic.slowed = Some(Slowed { limit, before, successes: 0, since: Instant::now() });
    }

    /// The server accepted the request. After a round of successes, one more is sent at a time, until there are as many
    /// as before.
    pub(crate) fn accepted(&self) {
        let mut traffic = self.throttle.traffic();
        let Some(slowed) = traffic.slowed.as_mut() else { return };
        slowed.successes += 1;
        if slowed.successes >= slowed.limit {
            slowed.successes = 0;
            slowed.limit += 1;
            if slowed.limit > slowed.before {
                traffic.slowed = None;
            }
        }
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.throttle.traffic().in_flight -= 1;
        self.throttle.released.notify_one();
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
        let started = Instant::now();
        let tasks = (0..count).map(|_| {
            let throttle = Arc::clone(throttle);
            tokio::spawn(async move {
                let flight = throttle.acquire("", &Stats::default()).await.send();
                let sent = started.elapsed();
                tokio::time::sleep(takes).await;
                flight.accepted();
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

    #[test]
    fn shares_are_no_more_than_the_whole() {
        let limit = RateLimit { requests: 10, per: SECOND };
        assert_eq!(limit.share(1), limit);
        assert_eq!(limit.share(3), RateLimit { requests: 3, per: SECOND });
        assert_eq!(limit.share(25), RateLimit { requests: 1, per: 3 * SECOND });
        assert_eq!(limit.share(0), limit);
    }

    #[tokio::test(start_paused = true)]
    async fn a_share_has_limits_of_its_own() {
        let (all, own) = (RateLimit { requests: 4, per: SECOND }, RateLimit { requests: 2, per: SECOND });
        let whole = Throttle::new(Some(all), [("searches", own)].into_iter());
        let share = Arc::new(whole.share(2, 4));
        assert_eq!(times(&share, 3, Duration::ZERO).await, [Duration::ZERO, Duration::ZERO, SECOND + LEEWAY]);
        let begun = Instant::now();
        for _ in 0..2 {
            drop(share.acquire("searches", &Stats::default()).await.send());
        }
        assert!(begun.elapsed() >= SECOND, "one a second of the resource's two");
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
        throttle.pause(3 * SECOND, WaitReason::Quota);
        throttle.pause(SECOND, WaitReason::Server);
        assert_eq!(times(&throttle, 3, Duration::ZERO).await, [3 * SECOND; 3]);
        let stats = Stats::default();
        throttle.pause(SECOND, WaitReason::Server);
        drop(throttle.acquire("", &stats).await);
        assert_eq!((stats.waited(), stats.waits().server), (SECOND, SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_halve_what_is_in_flight_and_answers_bring_it_back() {
        let throttle = throttle(None);
        let mut flights = Vec::new();
        for _ in 0..8 {
            flights.push(throttle.acquire("", &Stats::default()).await.send());
        }
        tokio::time::advance(SECOND).await;
        // All eight came back at once: one refusal.
        flights.iter().for_each(InFlight::refused);
        drop(flights);
        let most = |throttle: &Throttle| throttle.traffic().slowed.as_ref().map(|slowed| slowed.limit);
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
