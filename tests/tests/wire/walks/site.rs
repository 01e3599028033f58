//! The site that is walked: a list of rows in pages, and what it does to them while they are read.

use std::collections::BTreeSet;
use std::sync::Mutex;

use declarest_tests::{Reply, Request};
use fastrand::Rng;
use serde_json::json;

use super::api::{Kind, Place};

/// How many rows a page has by its request.
pub(super) const SIZE: u64 = 10;
/// How many rows come or go in a walk at most.
const CHANGES: usize = 25;

/// What a site does besides what it should.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Habit {
    /// Nothing.
    Sound,
    /// Hides some rows, after it has cut its pages; whether its total counts them.
    Hides(BTreeSet<u64>, bool),
    /// Rows come at the front.
    GrowsInFront,
    /// Rows come at the end.
    GrowsBehind,
    /// The first rows go.
    Shrinks,
    /// All rows change places.
    Shuffles,
    /// A few rows that stand together change places.
    ShufflesSome,
    /// The page behind the last is the last one.
    RepeatsLast,
    /// Each page is the first one.
    IgnoresPlace,
    /// The answer of this number has no rows.
    Empty(usize),
    /// Pages are shorter than requested.
    Caps(u64),
    /// Pages are as long as it likes.
    AnyLength,
    /// The page behind the last is a 404.
    RefusesBehindLast,
}

impl Habit {
    /// A habit, for a site of so many rows.
    pub(super) fn random(rng: &mut Rng, rows: u64) -> Self {
        let hidden = |rng: &mut Rng| {
            let part = 0.05 + 0.3 * rng.f64();
            (1..=rows).filter(|_| rng.f64() < part).collect()
        };
        match rng.u32(0..15) {
            0 => Self::Sound,
            1 => Self::Hides(hidden(rng), rng.bool()),
            2 => {
                // A whole page.
                let first = SIZE * rng.u64(0..=rows / SIZE);
                Self::Hides((first + 1..=first + SIZE).filter(|id| *id <= rows).collect(), rng.bool())
            }
            3 => Self::GrowsInFront,
            4 => Self::GrowsBehind,
            5 => Self::Shrinks,
            6 => Self::Shuffles,
            7 => Self::ShufflesSome,
            8 => Self::RepeatsLast,
            9 | 10 => Self::IgnoresPlace,
            11 => Self::Empty(rng.usize(1..5)),
            12 => Self::Caps(rng.u64(3..9)),
            13 => Self::AnyLength,
            _ => Self::RefusesBehindLast,
        }
    }
}

/// A site.
pub(super) struct Site {
    kind: Kind,
    habit: Habit,
    state: Mutex<State>,
}

struct State {
    rng: Rng,
    rows: Vec<u64>,
    changes: usize,
    /// Whether a row has changed its place.
    moved: bool,
    answers: usize,
}

/// What has become of it.
pub(super) struct End {
    /// The rows that were there all the time, and were not hidden.
    pub(super) lasting: BTreeSet<u64>,
    /// How many rows it has had.
    pub(super) most: u64,
}

impl Site {
    pub(super) fn new(kind: Kind, habit: Habit, rows: u64, seed: u64) -> Self {
        let state =
            State { rng: Rng::with_seed(seed), rows: (1..=rows).collect(), changes: 0, moved: false, answers: 0 };
        Self { kind, habit, state: Mutex::new(state) }
    }

    pub(super) fn end(&self, rows: u64) -> End {
        let state = self.state.lock().expect("no answer has panicked");
        let is_hidden = |id: &u64| matches!(&self.habit, Habit::Hides(hidden, _) if hidden.contains(id));
        let lasting = state.rows.iter().copied().filter(|id| *id <= rows && !is_hidden(id)).collect();
        let grows = matches!(self.habit, Habit::GrowsBehind | Habit::GrowsInFront);
        End { lasting, most: rows + if grows { state.changes as u64 } else { 0 } }
    }

    /// The rows of a page, at most.
    fn size(&self, request: &Request, first: u64) -> u64 {
        let asked = request.number("limit").unwrap_or(SIZE);
        match self.habit {
            Habit::Caps(most) => asked.min(most),
            // Pages by number are of one length.
            Habit::AnyLength if !matches!(self.kind.place, Place::Number(_)) => asked.min(3 + first * 7 % 8),
            _ => asked,
        }
    }

    fn first(&self, request: &Request) -> u64 {
        match self.kind.place {
            Place::Number(base) => (request.number("page").unwrap_or(base) - base) * self.size(request, 0),
            Place::Offset => request.number("offset").unwrap_or(0),
            Place::Next => request.number("cursor").unwrap_or(0) % 1000,
        }
    }

    pub(super) fn answer(&self, request: &Request) -> Reply {
        let mut state = self.state.lock().expect("no answer has panicked");
        if state.answers > 0 {
            self.change(&mut state);
        }
        state.answers += 1;
        let count = state.rows.len() as u64;
        let mut first = self.first(request);
        let size = self.size(request, first);
        match self.habit {
            Habit::RefusesBehindLast if first >= count && first > 0 => return Reply::status(404),
            Habit::RepeatsLast if first >= count => first = (count.saturating_sub(1)) / size * size,
            Habit::IgnoresPlace => first = 0,
            _ => {}
        }
        let (from, behind) = (usize::try_from(first), usize::try_from(first + size));
        let (from, behind) = (from.expect("few rows"), behind.expect("few rows").min(state.rows.len()));
        let mut ids = state.rows.get(from..behind).unwrap_or_default().to_vec();
        let (mut total, more) = (count, first + size < count);
        match &self.habit {
            Habit::Hides(hidden, counted) => {
                ids.retain(|id| !hidden.contains(id));
                total -= if *counted { 0 } else { hidden.len() as u64 };
            }
            // One behind the last would be the end.
            Habit::Empty(nth) if *nth == state.answers && more => ids.clear(),
            _ => {}
        }
        // Each time another one: what follows a cursor is not to be known by it.
        let fresh = 1000 * request.nth as u64;
        let next = match self.habit {
            Habit::IgnoresPlace => Some(fresh),
            // As it was asked for.
            Habit::RepeatsLast if !more => request.number("cursor"),
            _ => more.then_some(first + size),
        };
        Self::page(request, &ids, (total, count.div_ceil(size)), (more, next))
    }

    /// Rows come, go or move.
    fn change(&self, state: &mut State) {
        let State { rng, rows, changes, .. } = state;
        if *changes == CHANGES || rng.f64() < 0.4 {
            return;
        }
        *changes += 1;
        match self.habit {
            Habit::GrowsInFront => rows.insert(0, 900 + *changes as u64),
            Habit::GrowsBehind => rows.push(900 + *changes as u64),
            Habit::Shrinks if rows.len() > 1 => {
                rows.remove(0);
            }
            Habit::Shuffles => {
                rng.shuffle(rows);
                state.moved = true;
            }
            Habit::ShufflesSome => {
                let from = rng.usize(0..rows.len());
                let behind = (from + 6).min(rows.len());
                rng.shuffle(&mut rows[from..behind]);
                state.moved = true;
            }
            _ => {}
        }
    }

    fn page(request: &Request, ids: &[u64], (total, pages): (u64, u64), (more, next): (bool, Option<u64>)) -> Reply {
        let rows: Vec<_> = ids.iter().map(|id| json!({ "id": id, "seen": 100 * request.nth as u64 + id })).collect();
        let same = request.param("cursor").map(str::to_owned);
        let next = next.map(|next| next.to_string());
        let link = |next: &str| format!("/walk?cursor={next}&limit={SIZE}");
        let body = json!({
            "items": rows,
            "total": total,
            "pages": pages,
            "more": more,
            "last": !more,
            "next": next,
            "end_or_next": next.as_deref().unwrap_or("end"),
            "same_or_next": next.as_ref().or(same.as_ref()),
            "link": next.as_deref().map(link),
        });
        let reply = Reply::json(body).header("X-Total", total);
        let onward = format!(
            "<{}>; rel=\"onward\"; results=\"{}\"",
            link(next.as_deref().or(same.as_deref()).unwrap_or("0")),
            next.is_some()
        );
        match next {
            Some(next) => {
                let links = format!("<{}>; rel=\"next\", {onward}", link(&next));
                reply.header("X-Next", &next).header("Link", links)
            }
            None => reply.header("Link", onward),
        }
    }
}
