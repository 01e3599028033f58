//! The evidence of one expansion, with which the resources of a source are compared.

use super::infer;
#[cfg(feature = "openapi")]
use super::openapi::{self, Spec};
use super::response::Compared;
#[cfg(feature = "sample")]
use super::sample::{self, Samples};
use crate::items::{Annotated, Declaration, ParsedItem};
use crate::json::Files;
use crate::language::{ResourceOptions, SourceOptions};
use crate::resolve::ResolvedRequest;
use crate::shape::TypeMap;

/// The recorded responses and the OpenAPI file of a source.
pub(crate) struct Evidence {
    pub(super) files: Files,
    #[cfg(feature = "sample")]
    pub(super) samples: Samples,
    #[cfg(feature = "openapi")]
    pub(super) spec: Option<Spec>,
}

impl Evidence {
    /// Reads the OpenAPI file of a source. Samples are read when they are needed.
    #[allow(unused_variables, reason = "without the feature `openapi`, no file is read ahead")]
    pub(crate) fn new(declaration: &Declaration, files: Files) -> Self {
        Self {
            #[cfg(feature = "openapi")]
            spec: openapi::load(declaration, &files),
            #[cfg(feature = "sample")]
            samples: Samples::default(),
            files,
        }
    }

    /// Writes the fields of structs that have none.
    pub(crate) fn fill(&self, declaration: &mut Declaration) {
        infer::fill(declaration, self);
    }

    /// The files that were read, for the compiler to watch.
    pub(crate) fn files(self) -> Vec<String> {
        self.files.names()
    }
}

/// The evidence with which all resources of a source are compared.
pub(crate) struct Comparison<'c> {
    #[cfg(feature = "sample")]
    evidence: &'c Evidence,
    types: TypeMap,
    #[cfg(feature = "openapi")]
    openapi: openapi::OpenapiComparison<'c>,
}

impl<'c> Comparison<'c> {
    pub(crate) fn new(
        evidence: &'c Evidence,
        items: &[ParsedItem],
        shared: &ResourceOptions,
        source: &'c SourceOptions,
    ) -> Self {
        Self {
            #[cfg(feature = "sample")]
            evidence,
            types: TypeMap::new(items, &shared.rename_all, source.krate.get()),
            #[cfg(feature = "openapi")]
            openapi: openapi::OpenapiComparison::new(evidence.spec.as_ref(), source),
        }
    }

    /// Reports what a sample or the OpenAPI file refutes.
    pub(crate) fn check(
        &self,
        resource: &Annotated<ResourceOptions>,
        shared: &ResourceOptions,
        request: &ResolvedRequest<'_>,
    ) {
        let compared = Compared { resource, shared, request, types: &self.types };
        #[cfg(feature = "sample")]
        sample::check(compared, self.evidence);
        #[cfg(feature = "openapi")]
        openapi::check(compared, &self.openapi);
    }
}
