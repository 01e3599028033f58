//! The definition of an option: its name, its form, its meaning.

use syn::parse::ParseStream;
use syn::{Ident, Token};

use crate::diagnostic::Sink;

/// One option of a context, as the parser and the messages need it.
pub(crate) struct Opt {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// Its meaning, in a sentence.
    pub(crate) doc: &'static str,
}

/// How an option is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `name = value`, with an example of the value.
    Value(&'static str),
    /// `name(…)`
    Group(&'static str),
    /// `name`
    Flag,
    /// `name …`, with an example of what follows.
    Open(&'static str),
}

impl Opt {
    /// The line to type.
    pub(crate) fn example(&self) -> String {
        example(self.name, self.form)
    }
}

pub(crate) fn example(name: &str, form: Form) -> String {
    match form {
        Form::Value(example) => format!("{name} = {example}"),
        Form::Group(example) => format!("{name}({example})"),
        Form::Flag => name.to_owned(),
        Form::Open(example) => format!("{name} {example}"),
    }
}

/// The options of one context, read.
pub(crate) trait Options: Default {
    /// The context's name, as it is written.
    const CONTEXT: &'static str;
    const TABLE: &'static [Opt];

    /// Another context that has an option of this name.
    fn context_of(name: &str) -> Option<&'static str>;

    /// The option that another tool's word stands for, if it is one, and what to write.
    fn meant(name: &str) -> Option<(Option<&'static str>, &'static str)>;

    /// Marks an option as one that could not be read: then it is not reported as missing, too.
    fn spoil(&mut self, name: &str, key: Ident);

    /// Whether `none` unsets a default of this option.
    fn can_be_none(_name: &str) -> bool {
        false
    }

    /// Takes `name = none`.
    fn clear(&mut self, name: &str, key: Ident, errors: &Sink);

    /// Reads what follows the option's name into its slot.
    fn fill(&mut self, option: &Opt, key: Ident, input: ParseStream<'_>, errors: &Sink);

    /// Reads what may follow the option's value.
    fn follow(&mut self, _option: &'static Opt, _input: ParseStream<'_>) -> syn::Result<()> {
        Ok(())
    }
}

/// Reads `= none`, if that is all that follows the option's name.
pub(super) fn takes_none(input: ParseStream<'_>) -> bool {
    let read = |input: ParseStream<'_>| {
        input.parse::<Token![=]>().is_ok() && input.parse::<Ident>().is_ok_and(|word| word == "none")
    };
    let ahead = input.fork();
    read(&ahead) && (ahead.is_empty() || ahead.peek(Token![,])) && read(input)
}
