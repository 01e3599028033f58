//! Client-wide params: what the builder sets, else the environment, else the declaration.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use serde::Serialize;

use super::errors::Errors;
use crate::error::{Error, ErrorKind, Result};
use crate::incremental::setting::FromNow;
use crate::params::param::Param;
use crate::params::read_param::ReadTexts;
use crate::params::template::Values;

/// A client-wide param.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct SourceParam {
    /// Its name: that of the setter and of the placeholders.
    name: &'static str,
    /// Its type, as it is declared.
    ty: &'static str,
    /// Whether it has several values.
    list: bool,
    /// Whether a client cannot be built without it.
    required: bool,
    /// Whether a client cannot be built without it if the credentials that are chosen contain it.
    #[serde(skip)]
    of_choice: bool,
    /// The environment variable that it is read from where the builder does not set it.
    env: Option<&'static str>,
    /// What holds where nothing is set: one text, or those of a list.
    default: Option<&'static [&'static str]>,
    /// What holds where nothing is set: a moment of the run.
    moment: Option<FromNow>,
    /// How it is read from texts.
    #[serde(skip)]
    read: Option<ReadTexts>,
}

impl SourceParam {
    /// A param that need not be set.
    #[must_use]
    pub const fn new(name: &'static str, ty: &'static str) -> Self {
        Self {
            name,
            ty,
            list: false,
            required: false,
            of_choice: false,
            env: None,
            default: None,
            moment: None,
            read: None,
        }
    }

    /// Whether it is the param of this name, and a time by the name of its type.
    pub(crate) fn is_time(&self, name: &str) -> bool {
        let ty = self.ty.rsplit("::").next().unwrap_or_default().trim_end_matches('>').trim();
        self.name == name
            && matches!(ty, "Timestamp" | "Date" | "DateTime" | "Time" | "NaiveDate" | "NaiveDateTime" | "NaiveTime")
    }

    /// The same, of several values.
    #[must_use]
    pub const fn list(self) -> Self {
        Self { list: true, ..self }
    }

    /// The same, required.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, required where the credentials that are chosen contain it: it stands in kinds of `one_of` alone.
    #[must_use]
    pub const fn of_choice(self) -> Self {
        Self { of_choice: true, ..self }
    }

    /// The same with an environment variable.
    #[must_use]
    pub const fn env(self, variable: &'static str) -> Self {
        Self { env: Some(variable), ..self }
    }

    /// The same with a default.
    #[must_use]
    pub const fn or(self, default: &'static [&'static str]) -> Self {
        Self { default: Some(default), ..self }
    }

    /// The same with a moment of the run as its default, this much after the run's beginning.
    #[must_use]
    pub const fn from_now(self, milliseconds: i64) -> Self {
        Self { moment: Some(FromNow { milliseconds }), ..self }
    }

    /// The same, with how it is read from texts.
    #[must_use]
    pub const fn read(self, read: ReadTexts) -> Self {
        Self { read: Some(read), ..self }
    }

    /// Sets the value of the variable or of the declaration, if there is one.
    fn complete(&self, values: &mut Values) -> Result<()> {
        let Some(read) = self.read.filter(|_| !values.has(self.name)) else { return Ok(()) };
        if let Some((variable, text)) = self.variable()? {
            let texts: Vec<_> = if self.list { text.split(',').map(str::trim).collect() } else { vec![&*text] };
            let value = read(&texts).ok_or_else(|| {
                let message = format!(
                    "`{}` cannot be read from the variable {variable}: {text:?} is no `{}`",
                    self.name, self.ty
                );
                let how =
                    if self.list { "values of this type with commas between them" } else { "a value of this type" };
                Error::new(ErrorKind::Config, message)
                    .with_help(format!("set the variable to {how}, or call `.{}(…)` on the builder", self.name))
            })?;
            values.set(self.name, &*value);
        } else if let Some(texts) = self.default {
            let value = read(texts).ok_or_else(|| {
                let message = format!("the default of `{}` is no `{}`: {}", self.name, self.ty, texts.join(", "));
                Error::new(ErrorKind::Config, message)
                    .with_help(format!("correct the declaration, or call `.{}(…)` on the builder", self.name))
            })?;
            values.set(self.name, &*value);
        }
        Ok(())
    }

    /// The variable and its value, if it has one. An empty one is not set.
    fn variable(&self) -> Result<Option<(&'static str, String)>> {
        let Some(variable) = self.env else { return Ok(None) };
        match std::env::var(variable) {
            Ok(text) if text.is_empty() => Ok(None),
            Ok(text) => Ok(Some((variable, text))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(Error::new(
                ErrorKind::Config,
                format!("`{}` cannot be read from the variable {variable}: it is not UTF-8", self.name),
            )
            .with_help(format!("set the variable again, or call `.{}(…)` on the builder", self.name))),
        }
    }
}

/// The values in a run that began at a moment: with the defaults that depend on it.
pub(super) fn at<'v>(params: &[SourceParam], values: &'v Values, begun: Timestamp) -> Cow<'v, Values> {
    let mut values = Cow::Borrowed(values);
    for param in params {
        if let (Some(moment), Some(read)) = (param.moment, param.read)
            && !values.has(param.name)
            && let Some(value) = moment_param(read, &moment.of(begun, &TimeZone::UTC))
        {
            values.to_mut().set(param.name, &*value);
        }
    }
    values
}

/// A moment as a value of a param's type: an instant, a civil time or a day in UTC.
fn moment_param(read: ReadTexts, moment: &Zoned) -> Option<Box<dyn Param>> {
    let texts = [moment.timestamp().to_string(), moment.datetime().to_string(), moment.date().to_string()];
    texts.iter().find_map(|text| read(&[text]))
}

/// What credentials that are chosen are filled in with.
pub(super) struct Chosen {
    /// As they are written.
    pub(super) word: &'static str,
    /// The names of the params.
    pub(super) params: Vec<String>,
}

/// The values of all params: those that are set, and what takes the place of the others.
///
/// # Errors
/// [`Config`](ErrorKind::Config): one error of all that are required and have no value, and of all that cannot be read.
pub(super) fn complete(params: &[SourceParam], mut values: Values, chosen: &[Chosen]) -> Result<Values> {
    let mut errors = Errors::default();
    let mut unset = Vec::new();
    for param in params {
        if errors.take(param.complete(&mut values)).is_some() && !values.has(param.name) {
            unset.push(param);
        }
    }
    let required: Vec<_> = unset.iter().copied().filter(|param| param.required).collect();
    if !required.is_empty() {
        errors.take::<()>(Err(missing(&required, None)));
    }
    for Chosen { word, params } in chosen {
        let is_needed = |param: &&SourceParam| param.of_choice && params.iter().any(|name| name == param.name);
        let needed: Vec<_> = unset.iter().copied().filter(is_needed).collect();
        if !needed.is_empty() {
            errors.take::<()>(Err(missing(&needed, Some(word))));
        }
    }
    errors.report().map(|()| values)
}

/// The error of params that are not set. `chosen`: the credentials that need them.
fn missing(unset: &[&SourceParam], chosen: Option<&str>) -> Error {
    let names: Vec<_> = unset.iter().map(|param| format!("`{}`", param.name)).collect();
    let is_without_variables = unset.iter().all(|param| param.env.is_none());
    let ways = unset.iter().map(|SourceParam { name, env, .. }| match env {
        Some(variable) => format!("`.{name}(…)` or the variable {variable}"),
        None => format!("`.{name}(…)`"),
    });
    let ways = ways.collect::<Vec<_>>().join(", ");
    let (are, them) = if unset.len() == 1 { ("is", "it") } else { ("are", "them") };
    let why = chosen.map(|word| format!(", and `{word}` of `one_of` needs {them}")).unwrap_or_default();
    let message = format!("the source's {} {are} not set{why}", names.join(", "));
    let help = if is_without_variables { format!("call {ways} on the builder") } else { format!("set {ways}") };
    Error::new(ErrorKind::Config, message).with_help(help)
}
