//! `paginator = page_number(page_param = "p", limit = 100)`.
//!
//! Each kind has options of its own, and all are checked alike: what they have in common is a list of settings.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident};
use syn::parse::ParseStream;
use syn::{Ident, LitBool, LitInt, LitStr};

use super::cursor_value::{EndAttribute, EndCursor, InitialCursor};
use super::custom::{self, Custom, Role};
use super::kinds::{
    AutoOptions, CursorOptions, HeaderCursorOptions, HeaderLinkOptions, JsonLinkOptions, OffsetOptions,
    PageNumberOptions, SinglePageOptions,
};
use super::words::PaginatorKind;
use crate::diagnostic::Sink;
use crate::literal::{BodyPath, FieldName, HeaderName, Step, Steps, WireName};
use crate::syntax::{Chosen, Form, Int, OptionValue, Slot, Text, choice, group, needed};

/// How the next page is found.
#[derive(Clone)]
pub(crate) struct Paginator {
    pub(crate) kind: PaginatorKind,
    /// The token that says so.
    pub(crate) word: Ident,
    pub(crate) settings: Vec<Setting>,
    /// The user's type, where it is one.
    pub(crate) custom: Option<Custom>,
}

/// An option of a paginator, written or not.
#[derive(Clone)]
pub(crate) struct Setting {
    pub(crate) name: &'static str,
    /// Whether the runtime has no default for it.
    pub(crate) optional: bool,
    /// Whether the OpenAPI file is wrong about it.
    pub(crate) overruled: bool,
    pub(crate) value: Slot<SettingValue>,
}

#[derive(Clone)]
pub(crate) enum SettingValue {
    Text(LitStr),
    Path(Vec<Step>, LitStr),
    Number(u64, LitInt),
    Flag(LitBool),
    /// One of a few words: as a constant, and as it was written.
    Word(TokenStream, Ident),
    Cursor(InitialCursor),
    Attribute(EndAttribute),
    /// The name of a client-wide param.
    Param(Ident),
    /// `none`, where the runtime's default is something.
    Unset(Ident),
}

impl Paginator {
    /// The paginator of a resource that declares none.
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

    /// Whether the option was written, even if it is broken.
    pub(crate) fn is_written(&self, name: &str) -> bool {
        self.slot(name).is_some_and(|slot| !slot.is_absent())
    }

    pub(crate) fn is_broken(&self, name: &str) -> bool {
        matches!(self.slot(name), Some(Slot::Broken(_)))
    }

    /// Whether the OpenAPI file is wrong about the option.
    pub(crate) fn overrules(&self, name: &str) -> bool {
        self.settings.iter().any(|setting| setting.name == name && setting.overruled)
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

impl Paginator {
    pub(crate) fn word(&self, name: &str) -> Option<&Ident> {
        match self.slot(name)?.get()? {
            SettingValue::Word(_, token) => Some(token),
            _ => None,
        }
    }

    pub(crate) fn cursor(&self, name: &str) -> Option<&LitStr> {
        match self.slot(name)?.get()? {
            SettingValue::Cursor(cursor) => Some(&cursor.text),
            _ => None,
        }
    }

    /// Whether it sends the size of its pages.
    pub(crate) fn sends_size(&self) -> bool {
        let is_unsent = self.unsent_size().is_some();
        let is_sent = |place| self.is_written(place) || self.kind == PaginatorKind::Offset;
        self.is_written("limit_body_path") || (is_sent("limit_param") && !is_unsent)
    }

    /// `none`, where the size of its pages is said not to be sent.
    pub(crate) fn unsent_size(&self) -> Option<&Ident> {
        match self.slot("limit_param")?.get()? {
            SettingValue::Unset(word) => Some(word),
            _ => None,
        }
    }

    /// The client-wide param that is the size of its pages.
    pub(crate) fn size_param(&self) -> Option<&Ident> {
        match self.slot("limit")?.get()? {
            SettingValue::Param(name) => Some(name),
            _ => None,
        }
    }

    /// Whether a flag is written as true.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.flag(name).is_some_and(|flag| flag.value)
    }
}

impl OptionValue for Paginator {
    const FORM: Form = Form::Value("page_number(…)");
    const UNSET: Option<&'static str> = Some("single_page");

    fn read(input: ParseStream<'_>, errors: &Sink) -> syn::Result<Self> {
        let (kind, word) = choice(input)?;
        let part = errors.child();
        let custom = match kind {
            PaginatorKind::Custom => custom::read(input, &word, Role::Paginator, &part)?,
            _ => None,
        };
        let settings = match kind {
            PaginatorKind::PageNumber => group::<PageNumberOptions>(input, &part)?.into(),
            PaginatorKind::Offset => group::<OffsetOptions>(input, &part)?.into(),
            PaginatorKind::Cursor => group::<CursorOptions>(input, &part)?.into(),
            PaginatorKind::HeaderCursor => group::<HeaderCursorOptions>(input, &part)?.into(),
            PaginatorKind::HeaderLink => group::<HeaderLinkOptions>(input, &part)?.into(),
            PaginatorKind::JsonLink => group::<JsonLinkOptions>(input, &part)?.into(),
            PaginatorKind::SinglePage => group::<SinglePageOptions>(input, &part)?.into(),
            PaginatorKind::Auto => group::<AutoOptions>(input, &part)?.into(),
            PaginatorKind::Custom => Vec::new(),
        };
        let paginator = Self { kind, word, settings, custom };
        let (name, help) = match kind {
            // The API's own size, which need not be known.
            PaginatorKind::Offset if paginator.unsent_size().is_some() => return Ok(paginator),
            PaginatorKind::Offset => (
                "limit",
                "write `limit = 100` with the number of rows per page, or `limit_param = none` if the API takes no size",
            ),
            PaginatorKind::Cursor => ("cursor_path", "write `cursor_path = \"…\"`: where the body names the next page"),
            _ => return Ok(paginator),
        };
        needed(&paginator.word, &[(name, !paginator.is_written(name))], help, &part);
        Ok(paginator)
    }
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

impl From<Text<HeaderName>> for SettingValue {
    fn from(text: Text<HeaderName>) -> Self {
        Self::Text(text.token)
    }
}

impl From<EndCursor> for SettingValue {
    fn from(EndCursor(text): EndCursor) -> Self {
        Self::Text(text)
    }
}

impl From<InitialCursor> for SettingValue {
    fn from(cursor: InitialCursor) -> Self {
        Self::Cursor(cursor)
    }
}

impl From<EndAttribute> for SettingValue {
    fn from(attribute: EndAttribute) -> Self {
        Self::Attribute(attribute)
    }
}

impl<T: ToTokens> From<Chosen<T>> for SettingValue {
    fn from(Chosen { kind, word }: Chosen<T>) -> Self {
        Self::Word(kind.into_token_stream(), word)
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
