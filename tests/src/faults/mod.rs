//! What can go wrong with a site, and what it sends then.

mod connection;
mod content;
mod family;
mod habit;
mod refusal;
mod shape;
mod site;
mod walk;
mod wire;

pub use self::family::Family;
pub use self::site::{Ask, Page, ROWS, SIZE, source};
pub use self::wire::bomb;

use crate::Reply;

/// Something that goes wrong.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// What.
    pub name: &'static str,
    /// What is sent then.
    pub answer: Answer,
    /// Where it can be.
    pub concerns: fn(Family) -> bool,
    /// Whether it may pass for complete, nothing being said of it: where no answer tells that rows are missing or come twice.
    pub unreported: fn(Family) -> bool,
    /// Whether most of its time is waiting.
    pub waits: bool,
    /// The rows that there are when it is over.
    pub source: fn() -> Vec<u64>,
}

/// What a site sends that is at fault.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// This, instead of the second page; of the only one, where there is one.
    Page(fn(&Ask<'_>) -> Reply),
    /// Other rows, totals or ways on, on any page.
    Walk(fn(&Ask<'_>) -> Page),
    /// This, whatever is asked for.
    Any(fn(&Ask<'_>) -> Reply),
}

/// Faults that have something in common.
#[derive(Debug)]
pub struct Group {
    /// What it is.
    pub name: &'static str,
    /// The faults.
    pub faults: &'static [Fault],
}

/// All of them.
pub const GROUPS: &[Group] = &[
    Group { name: "Refusals", faults: refusal::FAULTS },
    Group { name: "Connections", faults: connection::FAULTS },
    Group { name: "Content", faults: content::FAULTS },
    Group { name: "Shapes", faults: shape::FAULTS },
    Group { name: "Walks", faults: walk::FAULTS },
    Group { name: "Habits of servers", faults: habit::HABITS },
];

impl Fault {
    const fn new(name: &'static str, answer: Answer) -> Self {
        Self { name, answer, concerns: |_| true, unreported: |_| false, waits: false, source }
    }

    /// Instead of a page.
    const fn page(name: &'static str, answer: fn(&Ask<'_>) -> Reply) -> Self {
        Self::new(name, Answer::Page(answer))
    }

    /// In the walk as a whole.
    const fn walk(name: &'static str, answer: fn(&Ask<'_>) -> Page) -> Self {
        Self::new(name, Answer::Walk(answer))
    }

    /// Whatever is asked for.
    const fn any(name: &'static str, answer: fn(&Ask<'_>) -> Reply) -> Self {
        Self::new(name, Answer::Any(answer))
    }

    /// What is sent instead of the answer that is due; nothing where that is not touched.
    pub fn spoils(&self, ask: &Ask<'_>) -> Option<Reply> {
        match self.answer {
            Answer::Page(answer) => (ask.page == 2 || ask.family == Family::SinglePage).then(|| answer(ask)),
            Answer::Walk(page) => Some(page(ask).reply()),
            Answer::Any(answer) => Some(answer(ask)),
        }
    }

    const fn concerning(mut self, concerns: fn(Family) -> bool) -> Self {
        self.concerns = concerns;
        self
    }

    const fn unreported(mut self, unreported: fn(Family) -> bool) -> Self {
        self.unreported = unreported;
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
