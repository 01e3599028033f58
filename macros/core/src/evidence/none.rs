//! In place of evidence, if no feature reads it: nothing is known.

#![expect(clippy::unused_self, reason = "the methods of evidence, where there is none")]

use std::marker::PhantomData;
use std::path::PathBuf;

use crate::items::{Annotated, Declaration, ParsedItem};
use crate::language::{ResourceOptions, SourceOptions};
use crate::resolve::ResolvedRequest;

pub(crate) struct Files;

impl Files {
    pub(crate) fn new(_: Option<PathBuf>) -> Self {
        Self
    }

    #[cfg(any(test, fuzzing))]
    pub(crate) fn holding(_: &[u8]) -> Self {
        Self
    }
}

pub(crate) struct Evidence;

impl Evidence {
    pub(crate) fn new(_: &Declaration, _: Files) -> Self {
        Self
    }

    pub(crate) fn fill(&self, _: &mut Declaration) {}

    pub(crate) fn files(self) -> Vec<String> {
        Vec::new()
    }
}

pub(crate) struct Comparison<'c>(PhantomData<&'c Evidence>);

impl<'c> Comparison<'c> {
    pub(crate) fn new(_: &'c Evidence, _: &[ParsedItem], _: &ResourceOptions, _: &'c SourceOptions) -> Self {
        Self(PhantomData)
    }

    pub(crate) fn check(&self, _: &Annotated<ResourceOptions>, _: &ResourceOptions, _: &ResolvedRequest<'_>) {}
}
