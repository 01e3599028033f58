//! `sample = "issues.json"`, or several: `sample = ["issues.json", "issues_2.json"]`.

use syn::parse::ParseStream;
use syn::{LitStr, token};

use crate::diagnostic::Sink;
use crate::literal::FileName;
use crate::syntax::{Form, Literal, OptionValue, Text, array};

/// The names of recorded responses. None where those that were written could not be read.
#[derive(Clone)]
pub(crate) struct SampleFiles(Vec<Text<FileName>>);

impl SampleFiles {
    /// As they were written.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = &LitStr> {
        self.0.iter().map(|file| &file.token)
    }
}

impl OptionValue for SampleFiles {
    const FORM: Form = Form::Value(FileName::EXAMPLE);

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        if !input.peek(token::Bracket) {
            return Ok(Self(vec![Text::read(input, errors)?]));
        }
        let (place, inner) = (input.span(), errors.child());
        let files = array(
            input,
            &inner,
            "[\"a.json\", \"b.json\"]",
            |input| Text::<FileName>::read(input, &inner),
            |file| (file.token.value(), file.token.clone(), format!("the sample `{}`", file.token.value())),
        )?;
        if files.is_empty() && inner.is_sound() {
            return Err(syn::Error::new(place, "expected the name of a sample, found an empty list"));
        }
        Ok(Self(files))
    }
}
