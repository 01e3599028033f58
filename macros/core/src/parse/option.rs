//! What an option is: its name, how it is written, what it means. A context is a table of them and a struct of slots, made
//! from one list by [`options!`], so that the parser, the suggestions and the documentation cannot differ.

use syn::Ident;
use syn::parse::ParseStream;

use crate::sink::Sink;

/// One option of a context, as the parser and the messages need it.
pub(crate) struct Opt {
    pub(crate) name: &'static str,
    pub(crate) form: Form,
    /// What it means, in a sentence.
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
    }
}

/// The options of one context, read.
pub(crate) trait Options: Default {
    /// The context's name, as it is written.
    const CONTEXT: &'static str;
    const TABLE: &'static [Opt];

    /// Reads what follows the option's name into its slot.
    fn fill(&mut self, option: &Opt, key: Ident, input: ParseStream<'_>, errors: &Sink);
}

/// Makes a context: the struct of slots and its table.
macro_rules! options {
    (
        $(#[$meta:meta])*
        $name:ident in $context:literal {
            $( $option:literal $field:ident: $value:ty, $doc:literal; )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Default)]
        pub(crate) struct $name {
            $( #[doc = $doc] pub(crate) $field: $crate::parse::Slot<$value>, )*
        }

        impl $crate::parse::Options for $name {
            const CONTEXT: &'static str = $context;
            const TABLE: &'static [$crate::parse::Opt] = &[
                $( $crate::parse::Opt { name: $option, form: <$value as $crate::parse::Value>::FORM, doc: $doc }, )*
            ];

            #[allow(unused_variables, reason = "a context may have no options")]
            fn fill(
                &mut self,
                option: &$crate::parse::Opt,
                key: ::syn::Ident,
                input: ::syn::parse::ParseStream<'_>,
                errors: &$crate::sink::Sink,
            ) {
                match option.name {
                    $( $option => self.$field.fill(option, key, input, errors), )*
                    _ => $crate::parse::skip(input),
                }
            }
        }
    };
}

pub(crate) use options;
