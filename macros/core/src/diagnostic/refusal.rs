//! Defaults that resources cannot use. One that none can use is one mistake, where it is set; else each resource that
//! cannot is shown, and the default once.

use proc_macro2::{Span, TokenStream};
use syn::{Error, Ident};

/// A default that a resource cannot use.
#[derive(Clone)]
pub(super) struct Refusal {
    /// The token that names the resource.
    pub(super) resource: Ident,
    pub(super) message: String,
    pub(super) default: TokenStream,
}

/// All refusals, together those of one default.
pub(super) struct Refusals {
    resources: usize,
    groups: Vec<Group>,
}

struct Group {
    key: String,
    messages: Vec<String>,
    /// Whether the default was shown.
    shown: bool,
}

impl Refusals {
    /// `resources` is how many there are.
    pub(super) fn new(resources: usize) -> Self {
        Self { resources, groups: Vec::new() }
    }

    pub(super) fn add(&mut self, refusal: Refusal) {
        let key = key(&refusal.default);
        match self.groups.iter_mut().find(|group| group.key == key) {
            Some(group) => group.messages.push(refusal.message),
            None => self.groups.push(Group { key, messages: vec![refusal.message], shown: false }),
        }
    }

    /// The error about a refusal. None where it is a part of another's.
    pub(super) fn error(&mut self, refusal: &Refusal) -> Option<Error> {
        let key = key(&refusal.default);
        let resources = self.resources;
        let group = self.groups.iter_mut().find(|group| group.key == key)?;
        let first = !std::mem::replace(&mut group.shown, true);
        if group.messages.len() > 1 && group.messages.len() >= resources {
            return first.then(|| Error::new_spanned(&refusal.default, group.message()));
        }
        let mut error = Error::new_spanned(&refusal.resource, &refusal.message);
        if first {
            error.combine(Error::new_spanned(&refusal.default, "set by default here"));
        }
        Some(error)
    }
}

impl Group {
    /// What is wrong with a default that no resource can use.
    fn message(&self) -> String {
        const MOST: usize = 3;
        let mut reasons: Vec<&str> = Vec::new();
        for message in &self.messages {
            let reason = message.lines().next().unwrap_or_default();
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
        let help = self.help();
        if let [only] = reasons.as_slice() {
            return format!("{only}{help}");
        }
        let more = reasons.len().saturating_sub(MOST);
        let notes = lines("note: ", reasons.iter().take(MOST).copied());
        let more = if more == 0 { String::new() } else { format!("\nnote: and {more} more") };
        format!("no resource can use this default{help}{notes}{more}")
    }

    /// The help that is the same for all, unless it is about one resource.
    fn help(&self) -> String {
        let is_help = |line: &&str| line.starts_with("help:") && !line.contains("this resource");
        let Some((first, others)) = self.messages.split_first() else { return String::new() };
        let common = first.lines().filter(is_help).filter(|help| others.iter().all(|other| other.contains(*help)));
        lines("", common)
    }
}

/// Each text as a line of its own.
fn lines<'t>(start: &str, texts: impl Iterator<Item = &'t str>) -> String {
    texts.flat_map(|text| ["\n", start, text]).collect()
}

/// The place of some tokens, as far as it can be compared: two defaults may be written alike.
fn key(tokens: &TokenStream) -> String {
    let place = tokens.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    format!("{tokens} {place:?}")
}
