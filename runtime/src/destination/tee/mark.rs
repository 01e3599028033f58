//! How far each of two destinations is, in a text of its state that each of their commits changes.

use serde::{Deserialize, Serialize};

use crate::destination::{LoadId, StateChange, StateKey};
use crate::error::Result;

/// The name of the text.
const NAME: &str = "tee";

/// A resource's name, and its source's.
pub(super) type Resource = (String, String);

/// What the last commit of a resource was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    /// The load that has committed.
    load: String,
    /// How many commits there were, since the load began.
    commit: u64,
    /// Whether the load has not ended.
    open: bool,
    /// The load and the number of the last commit before the load, in each of the two.
    after: Vec<(String, u64)>,
}

impl Mark {
    /// The one with which a load begins.
    fn begun(load: &LoadId, before: &Step) -> Self {
        let after = [&before.first, &before.second].into_iter().flatten();
        let after = after.map(|mark| (mark.load.clone(), mark.commit)).collect();
        Self { load: load.to_string(), commit: 0, open: true, after }
    }

    /// The next one.
    fn next(&self) -> Self {
        Self { commit: self.commit + 1, ..self.clone() }
    }

    /// Whether the other one was the last before this load.
    fn follows(&self, other: Option<&Self>) -> bool {
        match other {
            None => self.after.is_empty(),
            Some(other) => self.after.iter().any(|(load, commit)| *load == other.load && *commit == other.commit),
        }
    }

    fn change(&self, resource: &Resource) -> Result<StateChange> {
        let text = serde_json::to_string(self).map_err(|error| super::unreadable(&resource.1, &error))?;
        Ok(StateChange { key: key(resource), value: Some(text) })
    }
}

/// Which of the two has committed less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Both have made the same commits.
    InStep,
    /// The first one: the program was killed between two commits.
    FirstBehind,
    /// The second one.
    SecondBehind,
    /// One has a history that the other has not.
    Apart,
}

/// How far both are with a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Step {
    first: Option<Mark>,
    second: Option<Mark>,
}

impl Step {
    /// From the texts of both.
    pub(super) fn read(resource: &Resource, first: Option<&str>, second: Option<&str>) -> Result<Self> {
        let mark = |text: Option<&str>| {
            let mark = text.map(serde_json::from_str).transpose();
            mark.map_err(|error| super::unreadable(&resource.1, &error))
        };
        Ok(Self { first: mark(first)?, second: mark(second)? })
    }

    pub(super) fn relation(&self) -> Relation {
        match (&self.first, &self.second) {
            (first, second) if first == second => Relation::InStep,
            (Some(first), Some(second)) if first.load == second.load => {
                if first.commit < second.commit {
                    Relation::FirstBehind
                } else {
                    Relation::SecondBehind
                }
            }
            (first, Some(second)) if second.follows(first.as_ref()) => Relation::FirstBehind,
            (Some(first), second) if first.follows(second.as_ref()) => Relation::SecondBehind,
            _ => Relation::Apart,
        }
    }

    /// The load that one of the two does not know, or has not ended.
    pub(super) fn unfinished(&self) -> Option<LoadId> {
        let (behind, ahead) = match self.relation() {
            Relation::FirstBehind => (&self.first, &self.second),
            Relation::SecondBehind => (&self.second, &self.first),
            Relation::InStep | Relation::Apart => return None,
        };
        let ahead = ahead.as_ref()?;
        let is_ended = behind.as_ref().is_some_and(|behind| behind.load == ahead.load && !behind.open);
        (!is_ended && !ahead.load.is_empty()).then(|| LoadId::from(ahead.load.clone()))
    }

    /// Both, when a load has begun.
    pub(super) fn begun(&self, load: &LoadId) -> Self {
        let mark = Some(Mark::begun(load, self));
        Self { first: mark.clone(), second: mark }
    }

    /// Both after one more commit; `None` where they are not in step: a commit must not hide that.
    pub(super) fn next(&self) -> Option<Self> {
        if self.relation() != Relation::InStep {
            return None;
        }
        let mark = Some(self.first.clone().unwrap_or_default().next());
        Some(Self { first: mark.clone(), second: mark })
    }

    /// With the load at its end.
    pub(super) fn ended(mut self) -> Self {
        for mark in [&mut self.first, &mut self.second].into_iter().flatten() {
            mark.open = false;
        }
        self
    }

    /// The change that says so, in both.
    pub(super) fn change(&self, resource: &Resource) -> Result<Option<StateChange>> {
        self.first.as_ref().map(|mark| mark.change(resource)).transpose()
    }
}

/// Where the text is.
pub(super) fn key((source, resource): &Resource) -> StateKey {
    StateKey::new(source, resource, NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(first: Option<Mark>, second: Option<Mark>) -> Step {
        Step { first, second }
    }

    #[test]
    fn the_one_that_has_committed_less_is_behind() {
        let (one, two) = (LoadId::from("1".to_owned()), LoadId::from("2".to_owned()));
        let nothing = Step::default();
        assert_eq!(nothing.relation(), Relation::InStep);
        let begun = nothing.begun(&one).first;
        assert_eq!(step(None, begun.clone()).relation(), Relation::FirstBehind);
        assert_eq!(step(begun.clone(), None).relation(), Relation::SecondBehind);
        assert_eq!(step(begun.clone(), begun.clone()).relation(), Relation::InStep);
        let later = begun.as_ref().map(Mark::next);
        assert_eq!(step(begun.clone(), later.clone()).relation(), Relation::FirstBehind);
        let next = step(later.clone(), later.clone()).begun(&two).first;
        assert_eq!(step(next.clone(), later).relation(), Relation::SecondBehind);
        assert_eq!(step(next, begun).relation(), Relation::Apart);
    }

    #[test]
    fn a_load_that_one_of_them_does_not_know_is_unfinished() {
        let (one, two) = (LoadId::from("1".to_owned()), LoadId::from("2".to_owned()));
        let begun = Step::default().begun(&one);
        assert_eq!(step(None, begun.second.clone()).unfinished(), Some(one.clone()));
        let ended = begun.next().expect("in step").ended();
        assert_eq!(step(ended.first.clone(), begun.second).unfinished(), Some(one));
        let released = ended.next().expect("in step");
        assert_eq!(step(ended.first.clone(), released.second).unfinished(), None);
        assert_eq!(step(ended.begun(&two).first, ended.second).unfinished(), Some(two));
    }
}
