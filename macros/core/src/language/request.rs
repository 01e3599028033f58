//! Words of a resource that are one of a few: the method, the write disposition, what absent rows mean.

use syn::Ident;
use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue, choice};

/// How a resource is asked for, and where that is said.
#[derive(Clone)]
pub(crate) struct Method {
    pub(crate) kind: MethodKind,
    pub(crate) word: Ident,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MethodKind {
    Get,
    Post,
}

impl MethodKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

impl OptionValue for Method {
    const FORM: Form = Form::Value("GET");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        const KINDS: &[(&str, MethodKind)] = &[("GET", MethodKind::Get), ("POST", MethodKind::Post)];
        let (kind, word) = choice(input, "method", KINDS)?;
        Ok(Self { kind, word })
    }
}

/// What a sync does with rows that are there already, and where that is said.
#[derive(Clone)]
pub(crate) struct Disposition {
    pub(crate) kind: DispositionKind,
    pub(crate) word: Ident,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DispositionKind {
    Merge,
    Append,
    Replace,
}

impl OptionValue for Disposition {
    const FORM: Form = Form::Value("merge");

    fn read(input: ParseStream<'_>, _: &Sink) -> syn::Result<Self> {
        const KINDS: &[(&str, DispositionKind)] = &[
            ("merge", DispositionKind::Merge),
            ("append", DispositionKind::Append),
            ("replace", DispositionKind::Replace),
        ];
        let (kind, word) = choice(input, "write disposition", KINDS)?;
        Ok(Self { kind, word })
    }
}
