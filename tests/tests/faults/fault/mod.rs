//! What can go wrong with a site, and what it sends then.

mod connection;
mod content;
mod refusal;
mod shape;
mod walk;

use declarest_tests::Reply;

use crate::family::Family;
use crate::site::{Ask, Page, source};

/// Something that goes wrong.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) name: &'static str,
    pub(crate) answer: Answer,
    /// Where it can be.
    pub(crate) concerns: fn(Family) -> bool,
    /// Whether no answer tells that rows are missing or come twice: then no client can.
    pub(crate) untold: fn(Family) -> bool,
    /// Whether most of its time is waiting.
    pub(crate) waits: bool,
    /// The rows that there are when it is over.
    pub(crate) source: fn() -> Vec<u64>,
}

/// What a site sends that is at fault.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// This, instead of the second page; of the only one, where there is one.
    Page(fn(&Ask<'_>) -> Reply),
    /// Other rows, totals or ways on, on any page.
    Walk(fn(&Ask<'_>) -> Page),
    /// This, whatever is asked for.
    Any(fn(&Ask<'_>) -> Reply),
}

/// Faults that have something in common.
pub(crate) struct Group {
    pub(crate) name: &'static str,
    pub(crate) faults: &'static [Fault],
}

pub(crate) const GROUPS: &[Group] = &[
    Group { name: "Refusals", faults: refusal::FAULTS },
    Group { name: "Connections", faults: connection::FAULTS },
    Group { name: "Content", faults: content::FAULTS },
    Group { name: "Shapes", faults: shape::FAULTS },
    Group { name: "Walks", faults: walk::FAULTS },
];

impl Fault {
    const fn new(name: &'static str, answer: Answer) -> Self {
        Self { name, answer, concerns: |_| true, untold: |_| false, waits: false, source }
    }

    /// Instead of a page.
    const fn page(name: &'static str, answer: fn(&Ask<'_>) -> Reply) -> Self {
        Self::new(name, Answer::Page(answer))
    }

    /// In the walk as a whole.
    const fn walk(name: &'static str, answer: fn(&Ask<'_>) -> Page) -> Self {
        Self::new(name, Answer::Walk(answer))
    }

    const fn concerning(mut self, concerns: fn(Family) -> bool) -> Self {
        self.concerns = concerns;
        self
    }

    const fn untold(mut self, untold: fn(Family) -> bool) -> Self {
        self.untold = untold;
        self
    }

    const fn waiting(mut self) -> Self {
        self.waits = true;
        self
    }

    const fn leaving(mut self, source: fn() -> Vec<u64>) -> Self {
        self.source = source;
        self
    }
}
