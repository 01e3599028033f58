//! `paginator = page_number(page_param = "p", limit = 100)`.
//!
//! Each kind has options of its own, and all are checked alike: what they have in common is a list of settings.

use quote::format_ident;
use syn::parse::ParseStream;
use syn::{Ident, LitBool, LitInt, LitStr};

use super::custom::{self, Custom, Role};
use super::kinds::{
    AutoOptions, CursorOptions, HeaderCursorOptions, HeaderLinkOptions, JsonLinkOptions, OffsetOptions,
    PageNumberOptions, SinglePageOptions,
};
use crate::diagnostic::Sink;
use crate::literal::{BodyPath, FieldName, Step, Steps, WireName};
use crate::syntax::{Form, Int, OptionValue, Slot, Text, choice, group};

/// How the pages follow each other.
#[derive(Clone)]
pub(crate) struct Paginator {
    pub(crate) kind: PaginatorKind,
    /// The token that says so.
    pub(crate) word: Ident,
    pub(crate) settings: Vec<Setting>,
    /// The user's type, where it is one.
    pub(crate) custom: Option<Custom>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaginatorKind {
    PageNumber,
    Offset,
    Cursor,
    HeaderCursor,
    HeaderLink,
    JsonLink,
    SinglePage,
    Auto,
    Custom,
}

/// An option of a paginator, written or not.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    /// Whether the runtime has no default for it.
    pub(crate) optional: bool,
    pub(crate) value: Slot<SettingValue>,
}

#[derive(Clone)]
pub(crate) enum SettingValue {
    Text(LitStr),
    Path(Vec<Step>, LitStr),
    Number(u64, LitInt),
    Flag(LitBool),
}

impl Paginator {
    /// What holds where no paginator is declared.
    pub(crate) fn auto() -> Self {
        Self { kind: PaginatorKind::Auto, word: format_ident!("auto"), settings: Vec::new(), custom: None }
    }

    fn slot(&self, name: &str) -> Option<&Slot<SettingValue>> {
        self.settings.iter().find(|setting| setting.name == name).map(|setting| &setting.value)
    }

    /// Whether this kind of paginator has the option.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.slot(name).is_some()
    }

    /// Whether the option was written, be it wrong.
    pub(crate) fn is_written(&self, name: &str) -> bool {
        self.slot(name).is_some_and(|slot| !slot.is_absent())
    }

    pub(crate) fn is_broken(&self, name: &str) -> bool {
        matches!(self.slot(name), Some(Slot::Broken(_)))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&LitStr> {
        match self.slot(name)?.get()? {
            SettingValue::Text(token) => Some(token),
            _ => None,
        }
    }

    pub(crate) fn path(&self, name: &str) -> Option<(&[Step], &LitStr)> {
        match self.slot(name)?.get()? {
            SettingValue::Path(steps, token) => Some((steps, token)),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> Option<(u64, &LitInt)> {
        match self.slot(name)?.get()? {
            SettingValue::Number(value, token) => Some((*value, token)),
            _ => None,
        }
    }

    pub(crate) fn flag(&self, name: &str) -> Option<&LitBool> {
        match self.slot(name)?.get()? {
            SettingValue::Flag(token) => Some(token),
            _ => None,
        }
    }
}

const KINDS: &[(&str, PaginatorKind)] = &[
    ("page_number", PaginatorKind::PageNumber),
    ("offset", PaginatorKind::Offset),
    ("cursor", PaginatorKind::Cursor),
    ("header_cursor", PaginatorKind::HeaderCursor),
    ("header_link", PaginatorKind::HeaderLink),
    ("json_link", PaginatorKind::JsonLink),
    ("single_page", PaginatorKind::SinglePage),
    ("auto", PaginatorKind::Auto),
    ("custom", PaginatorKind::Custom),
];

/// The words for the kinds.
pub(crate) fn paginator_kinds() -> impl Iterator<Item = &'static str> {
    KINDS.iter().map(|(word, _)| *word)
}

impl OptionValue for Paginator {
    const FORM: Form = Form::Value("page_number(…)");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let (kind, word) = choice(input, "paginator", KINDS)?;
        let part = errors.child();
        let custom = match kind {
            PaginatorKind::Custom => custom::read(input, &word, Role::Paginator, &part)?,
            _ => None,
        };
        let settings = settings(kind, input, &part)?;
        let paginator = Self { kind, word, settings, custom };
        needed(&paginator, &part);
        Ok(paginator)
    }
}

/// Reports an option without which the paginator does not work.
fn needed(paginator: &Paginator, errors: &Sink) {
    let (name, help) = match paginator.kind {
        PaginatorKind::Offset => ("limit", "write `limit = 100` with the number of rows per page"),
        PaginatorKind::Cursor => ("cursor_path", "write `cursor_path = \"…\"`: where the body names the next page"),
        _ => return,
    };
    if !paginator.is_written(name) && errors.is_sound() {
        let word = &paginator.word;
        errors.report(word, format!("`{word}` needs `{name}`\nhelp: {help}"));
    }
}

fn settings(kind: PaginatorKind, input: ParseStream<'_>, errors: &Sink) -> syn::Result<Vec<Setting>> {
    Ok(match kind {
        PaginatorKind::PageNumber => {
            let options = group::<PageNumberOptions>(input, errors)?;
            vec![
                set("page_param", options.page_param),
                set("base_page", options.base_page),
                optional("page_body_path", options.page_body_path),
                optional("limit_param", options.limit_param),
                optional("limit", options.limit),
                optional("total_path", options.total_path),
                optional("total_pages_path", options.total_pages_path),
                optional("total_header", options.total_header),
                optional("maximum_page", options.maximum_page),
                optional("has_more_path", options.has_more_path),
                set("stop_after_empty_page", options.stop_after_empty_page),
            ]
        }
        PaginatorKind::Offset => {
            let options = group::<OffsetOptions>(input, errors)?;
            vec![
                optional("limit", options.limit),
                set("offset", options.offset),
                set("offset_param", options.offset_param),
                set("limit_param", options.limit_param),
                optional("offset_body_path", options.offset_body_path),
                optional("limit_body_path", options.limit_body_path),
                optional("total_path", options.total_path),
                optional("total_header", options.total_header),
                optional("maximum_offset", options.maximum_offset),
                optional("has_more_path", options.has_more_path),
                set("stop_after_empty_page", options.stop_after_empty_page),
            ]
        }
        PaginatorKind::Cursor => {
            let options = group::<CursorOptions>(input, errors)?;
            vec![
                set("cursor_path", options.cursor_path),
                set("cursor_param", options.cursor_param),
                optional("cursor_body_path", options.cursor_body_path),
                optional("limit_param", options.limit_param),
                optional("limit", options.limit),
                optional("has_more_path", options.has_more_path),
                set("stop_after_empty_page", options.stop_after_empty_page),
            ]
        }
        PaginatorKind::HeaderCursor => {
            let options = group::<HeaderCursorOptions>(input, errors)?;
            vec![
                set("cursor_key", options.cursor_key),
                set("cursor_param", options.cursor_param),
                optional("limit_param", options.limit_param),
                optional("limit", options.limit),
            ]
        }
        PaginatorKind::HeaderLink => {
            let options = group::<HeaderLinkOptions>(input, errors)?;
            vec![
                set("links_next_key", options.links_next_key),
                optional("limit_param", options.limit_param),
                optional("limit", options.limit),
            ]
        }
        PaginatorKind::JsonLink => {
            let options = group::<JsonLinkOptions>(input, errors)?;
            vec![
                set("next_url_path", options.next_url_path),
                optional("limit_param", options.limit_param),
                optional("limit", options.limit),
            ]
        }
        PaginatorKind::SinglePage => {
            group::<SinglePageOptions>(input, errors)?;
            Vec::new()
        }
        PaginatorKind::Auto => {
            group::<AutoOptions>(input, errors)?;
            Vec::new()
        }
        PaginatorKind::Custom => Vec::new(),
    })
}

fn set<T: Into<SettingValue>>(name: &'static str, slot: Slot<T>) -> Setting {
    Setting { name, optional: false, value: slot.map(Into::into) }
}

fn optional<T: Into<SettingValue>>(name: &'static str, slot: Slot<T>) -> Setting {
    Setting { name, optional: true, value: slot.map(Into::into) }
}

impl From<Text<WireName>> for SettingValue {
    fn from(text: Text<WireName>) -> Self {
        Self::Text(text.token)
    }
}

impl From<Text<FieldName>> for SettingValue {
    fn from(text: Text<FieldName>) -> Self {
        Self::Text(text.token)
    }
}

impl From<Text<Steps>> for SettingValue {
    fn from(text: Text<Steps>) -> Self {
        Self::Path(text.value.0, text.token)
    }
}

impl From<Text<BodyPath>> for SettingValue {
    fn from(text: Text<BodyPath>) -> Self {
        Self::Path(text.value.0, text.token)
    }
}

impl<T: Into<u64>> From<Int<T>> for SettingValue {
    fn from(number: Int<T>) -> Self {
        Self::Number(number.value.into(), number.token)
    }
}

impl From<LitBool> for SettingValue {
    fn from(flag: LitBool) -> Self {
        Self::Flag(flag)
    }
}
