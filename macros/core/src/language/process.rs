//! `filter = path::to::keep`, `map = path::to::change` and `yield_map = path::to::split`: steps in the order in which
//! they were written.

use syn::Path;
use syn::parse::ParseStream;

use crate::diagnostic::Sink;
use crate::syntax::{Form, OptionValue};

/// The function of a step, and how many tokens of the list follow it: the more, the earlier the step.
#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) function: Path,
    pub(crate) rest: usize,
}

impl OptionValue for Process {
    const FORM: Form = Form::Value("path::to::function");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if input.peek(syn::Token![|]) || input.peek(syn::Token![||]) || input.peek(syn::Token![move]) {
            return Err(input.error("expected the path of a function, found a closure\nhelp: write a function in the module, and name it here"));
        }
        let function = Path::read(input, errors)?;
        Ok(Self { function, rest: input.cursor().token_stream().into_iter().count() })
    }
}
