//! Cursors: fields that say how new a row is, and options that depend on their types.

use syn::{Ident, Type};

use super::bounds::NamedBounds;
use super::field_path::Leaf;
use super::resource::ResourceScope;
use super::{inferred_option, range, written_time};
use crate::diagnostic::{OptionOrigin, suggest};
use crate::language::{Format, IncrementalOptions, Lag, Point};
use crate::literal::moment::{Moment, moment, seconds};
use crate::model::{Field, Storage};
use crate::naming::{inside, is_string, unraw};
use crate::syntax::{FieldPath, Word};

/// The field of a cursor, with whose type the options go together.
pub(super) fn check(
    scope: &ResourceScope<'_>,
    cursor: &FieldPath,
    options: &IncrementalOptions,
    fields: &[Field],
    origin: &OptionOrigin<'_>,
) -> Option<Leaf> {
    let leaf = leaf_of(scope, cursor, fields, origin)?;
    missing(cursor, options, &leaf, origin)?;
    let kind = CursorKind::of(&leaf.ty);
    let field = &CursorField { name: cursor.written(), ty: &leaf.ty };
    for point in options.initial_value.get().into_iter().chain(options.end_value.get()) {
        match point {
            Point::Param(name) => param_fits(name, kind, field, scope, origin),
            _ => fits(point, kind, field, origin),
        }
    }
    goes_back(options.lag.get(), kind, field, origin);
    is_written(options, kind, field, origin);
    let in_texts = NamedBounds::new(scope);
    if range::has_start(options) || range::has_end(options) || in_texts.has_plain() {
        unlike_rows(cursor, &leaf, options, kind, origin);
    }
    ends_before(options, kind, origin);
    in_zone(options, kind, field, origin);
    ends_on_a_day(options, kind, origin);
    written_time::bounds(scope, options, kind, (&field.name, field.ty));
    Some(leaf)
}

/// A cursor in messages.
struct CursorField<'f> {
    name: String,
    ty: &'f Type,
}

fn leaf_of(scope: &ResourceScope<'_>, cursor: &FieldPath, fields: &[Field], origin: &OptionOrigin<'_>) -> Option<Leaf> {
    let (ident, first) = (&scope.resource.ident, unraw(&cursor.first));
    let Some(field) = fields.iter().find(|field| unraw(&field.ident) == first) else {
        let known: Vec<String> = fields.iter().map(|field| unraw(&field.ident)).collect();
        let help = suggest::help(&first, "field", &format!(" of `{ident}`"), known.iter().map(String::as_str));
        origin.report(&cursor.first, format!("`{ident}` has no field `{first}`{help}"));
        return None;
    };
    let leaf = scope.nested.follow(cursor, Leaf::of_row(field), origin)?;
    let name = cursor.written();
    if !leaf.cfgs.is_empty() {
        let message = format!("the cursor `{name}` exists only under a `#[cfg(…)]`\nhelp: remove its `#[cfg(…)]`");
        origin.conflict(cursor, message, &field.ident, "declared here");
        return None;
    }
    if cursor.inner.is_empty() && !matches!(field.storage, Storage::Column(_)) {
        let message = format!(
            "the cursor `{name}` is not stored as a column of its own type\nhelp: leave `skip`, `json` or `child_table` out of its `#[column(…)]`"
        );
        origin.conflict(cursor, message, &field.ident, "the field is here");
        return None;
    }
    Some(leaf)
}

/// Reports a cursor that may be absent, where the declaration does not say what happens to such rows, and the reverse.
fn missing(cursor: &FieldPath, options: &IncrementalOptions, leaf: &Leaf, origin: &OptionOrigin<'_>) -> Option<()> {
    let name = cursor.written();
    match (leaf.optional(), options.missing_cursor.key()) {
        (Some(ty), None) => {
            let problem = format!(
                "the cursor `{name}` may be absent\nhelp: write what happens to rows without one: `missing_cursor = keep`, `drop` or `error`; or"
            );
            if let Some(help) = inferred_option(ty, &name) {
                origin.report(cursor, format!("{problem}, {help}"));
                return None;
            }
            let message = format!("{problem} name a field that every row has");
            origin.conflict(cursor, message, ty, "it is an `Option` here");
            None
        }
        (None, Some(key)) => {
            let message = format!(
                "every row has the cursor `{name}`, so `missing_cursor` has no effect\nhelp: leave it out, or declare the field as an `Option`"
            );
            origin.conflict(key, message, &leaf.ty, "it is no `Option` here");
            None
        }
        _ => Some(()),
    }
}

/// The kind of a cursor, as far as the name of its type shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum CursorKind {
    Integer,
    Text,
    Timestamp,
    DateTime,
    Date,
    Unknown,
}

impl CursorKind {
    pub(super) fn of(ty: &Type) -> Self {
        if is_string(ty) {
            return Self::Text;
        }
        let Type::Path(path) = ty else { return Self::Unknown };
        let Some(last) = path.path.segments.last() else { return Self::Unknown };
        match (unraw(&last.ident).as_str(), last.arguments.is_none()) {
            ("i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64", true) => Self::Integer,
            // chrono's is of a time zone.
            ("Timestamp", true) | ("DateTime", false) => Self::Timestamp,
            ("DateTime" | "NaiveDateTime", true) => Self::DateTime,
            ("Date" | "NaiveDate", true) => Self::Date,
            _ => Self::Unknown,
        }
    }

    pub(super) fn named(self) -> &'static str {
        match self {
            Self::Integer => "a number",
            Self::Text => "a string",
            Self::Timestamp => "an instant",
            Self::DateTime => "a date and time",
            Self::Date => "a date",
            Self::Unknown => "",
        }
    }

    /// The type of a param for its values.
    fn param_type(self) -> &'static str {
        match self {
            Self::Integer => "i64",
            Self::Text => "String",
            Self::Timestamp | Self::Unknown => "jiff::Timestamp",
            Self::DateTime => "jiff::civil::DateTime",
            Self::Date => "jiff::civil::Date",
        }
    }
}

/// Whether a cursor is a number, by the name of its type.
pub(super) fn is_number(ty: &Type) -> bool {
    CursorKind::of(ty) == CursorKind::Integer
}

/// Whether a cursor is a string, by the name of its type.
pub(super) fn is_text(ty: &Type) -> bool {
    CursorKind::of(ty) == CursorKind::Text
}

/// What a cursor is whose values are no moments.
pub(super) fn no_moment(ty: &Type) -> Option<&'static str> {
    let kind = CursorKind::of(ty);
    matches!(kind, CursorKind::Integer | CursorKind::Text).then(|| kind.named())
}

/// Reports a value that the cursor cannot have.
fn fits(point: &Point, kind: CursorKind, field: &CursorField<'_>, origin: &OptionOrigin<'_>) {
    let example = match (kind, point) {
        (CursorKind::Unknown, _)
        | (_, Point::Param(_))
        | (CursorKind::Integer, Point::Number(_))
        | (CursorKind::Text, Point::Text(_))
        | (CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date, Point::Now(..)) => return,
        (CursorKind::Text, Point::Now(..)) => "\"…\"".to_owned(),
        (CursorKind::Integer, Point::Text(_) | Point::Now(..)) => "5".to_owned(),
        (CursorKind::Text, Point::Number(number)) => format!("\"{}\"", number.value),
        (CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date, Point::Number(_)) => {
            "\"2024-01-31\"".to_owned()
        }
        (CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date, Point::Text(text)) => {
            match (kind, moment(&text.value())) {
                (_, Some(Moment::Date))
                | (CursorKind::Timestamp, Some(Moment::Timestamp))
                | (CursorKind::DateTime, Some(Moment::DateTime)) => return,
                (CursorKind::Timestamp, _) => "\"2024-01-31T12:00:00Z\"".to_owned(),
                (CursorKind::DateTime, _) => "\"2024-01-31T12:00:00\"".to_owned(),
                _ => "\"2024-01-31\"".to_owned(),
            }
        }
    };
    let (name, what) = (&field.name, kind.named());
    let message = format!("the cursor `{name}` is {what}, and this value is not\nhelp: write it as `{example}`");
    origin.conflict(point, message, field.ty, "the cursor has this type");
}

/// Reports a bound that is no client-wide param, or one whose values are none of the cursor's.
fn param_fits(
    name: &Ident,
    kind: CursorKind,
    field: &CursorField<'_>,
    scope: &ResourceScope<'_>,
    origin: &OptionOrigin<'_>,
) {
    let example = format!("{}: {}", unraw(name), kind.param_type());
    let Some(param) = scope.defaults.client_params.named(name, &example, origin) else { return };
    let given = CursorKind::of(&param.ty);
    let is_list = inside(&param.ty, "Vec").is_some();
    let fits = match kind {
        CursorKind::Unknown => !is_list,
        CursorKind::Integer | CursorKind::Text => given == kind || (given == CursorKind::Unknown && !is_list),
        CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date => {
            !is_list && !matches!(given, CursorKind::Integer | CursorKind::Text)
        }
    };
    if !fits {
        let message = format!(
            "the cursor `{}` is {}, and the values of `{name}` are not\nhelp: declare the param as `{example}`",
            field.name,
            kind.named(),
        );
        origin.conflict(name, message, &param.ty, "the param has this type");
    }
}

/// Whether the names of the types of a cursor and a param do not show whether they go together.
pub(super) fn is_hidden(cursor: &Type, param: &Type) -> bool {
    CursorKind::of(cursor) == CursorKind::Unknown || CursorKind::of(param) == CursorKind::Unknown
}

fn goes_back(lag: Option<&Lag>, kind: CursorKind, field: &CursorField<'_>, origin: &OptionOrigin<'_>) {
    let Some(lag) = lag else { return };
    let name = &field.name;
    let message = match (kind, lag) {
        (CursorKind::Text, _) => {
            format!(
                "the cursor `{name}` is a string, and a `lag` cannot be subtracted from a string\nhelp: leave `lag` out, or declare the field as a time or a number"
            )
        }
        (CursorKind::Integer, Lag::Time(_)) => {
            format!("the cursor `{name}` is a number, and so is its lag\nhelp: write a number: `lag = 10`")
        }
        (CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date, Lag::Count(_)) => {
            format!("the cursor `{name}` is {}, and its lag is a duration\nhelp: write `lag = \"1h\"`", kind.named())
        }
        (CursorKind::Date, Lag::Time(text)) if text.value.milliseconds % DAY != 0 => {
            format!("the cursor `{name}` is a date, and its lag is of whole days\nhelp: write `lag = \"1d\"`")
        }
        _ => return,
    };
    origin.conflict(lag, message, field.ty, "the cursor has this type");
}

const DAY: u64 = 86_400_000;

/// Reports a time zone that changes nothing, and ends that a string does not have.
fn in_zone(options: &IncrementalOptions, kind: CursorKind, field: &CursorField<'_>, origin: &OptionOrigin<'_>) {
    let name = &field.name;
    if let Some(key) = options.timezone.key() {
        let what = match kind {
            CursorKind::Integer | CursorKind::Text => format!("is {}, which is sent as it is", kind.named()),
            CursorKind::Date if !writes_instant(options) => "is a date, which has no time of day".to_owned(),
            _ => String::new(),
        };
        if !what.is_empty() {
            let message = format!("the cursor `{name}` {what}: `timezone` has no effect\nhelp: leave `timezone` out");
            origin.conflict(key, message, field.ty, "the cursor has this type");
        }
    }
    if let Some(key) = options.start_exclusive.key().filter(|_| kind == CursorKind::Text) {
        let message = format!(
            "the cursor `{name}` is a string, and there is none just before another to begin at\nhelp: leave `start_exclusive` out where each row has a cursor of its own: rows at the start are known"
        );
        origin.conflict(key, message, field.ty, "the cursor has this type");
    }
    if let Some(key) = options.range_end.key().filter(|_| kind == CursorKind::Text) {
        let message = format!(
            "the cursor `{name}` is a string, and there is none just after another to end at\nhelp: leave `range_end` out, and write as `end_value` what the range does not include any more"
        );
        origin.conflict(key, message, field.ty, "the cursor has this type");
    }
}

/// Whether a time is written as an instant: as a number, or with its offset.
fn writes_instant(options: &IncrementalOptions) -> bool {
    match options.format.get() {
        None => false,
        Some(Format::Epoch(..)) => true,
        Some(Format::Pattern(text)) => text.value.instant.is_some(),
    }
}

/// Whether rows of a civil cursor are read again after the hour that comes twice.
pub(super) fn repeats(options: &IncrementalOptions, ty: &Type) -> bool {
    !options.timezone.is_absent() && CursorKind::of(ty) == CursorKind::DateTime
}

fn is_written(options: &IncrementalOptions, kind: CursorKind, field: &CursorField<'_>, origin: &OptionOrigin<'_>) {
    let Some(format) = options.format.get() else { return };
    let name = &field.name;
    let in_zone = !options.timezone.is_absent();
    let message = match (kind, format) {
        (CursorKind::Integer | CursorKind::Text, _) => {
            format!("the cursor `{name}` is {}, which is sent as it is\nhelp: leave `format` out", kind.named())
        }
        (CursorKind::Date, Format::Pattern(_)) if in_zone => return,
        (CursorKind::Date, Format::Pattern(text)) => match text.value.time.as_ref().or(text.value.instant.as_ref()) {
            Some(conversion) => format!("`{conversion}` asks for a time of day, and the cursor `{name}` is a date"),
            None => return,
        },
        (CursorKind::DateTime, Format::Pattern(text)) => match &text.value.instant {
            Some(conversion) if !in_zone => {
                format!(
                    "`{conversion}` asks for a time zone, and the cursor `{name}` has none\nhelp: write it: `timezone = \"…\"`"
                )
            }
            _ => return,
        },
        (CursorKind::Date | CursorKind::DateTime, Format::Epoch(_, word)) if !in_zone => {
            format!(
                "`{word}` counts from an instant, and the cursor `{name}` is {}, without a time zone\nhelp: write it: `timezone = \"…\"`",
                kind.named()
            )
        }
        _ => return,
    };
    origin.conflict(format, message, field.ty, "the cursor has this type");
}

/// Reports a range that would be sent as text to an API whose rows hold numbers, where nothing says that it is.
fn unlike_rows(
    cursor: &FieldPath,
    leaf: &Leaf,
    options: &IncrementalOptions,
    kind: CursorKind,
    origin: &OptionOrigin<'_>,
) {
    let Some(epoch) = leaf.epoch.filter(|_| !matches!(kind, CursorKind::Integer | CursorKind::Text)) else { return };
    if options.format.is_absent() {
        let (name, word) = (cursor.written(), epoch.word());
        let message = format!(
            "rows hold the cursor `{name}` as a number (`{word}`), and the range would be sent as text\nhelp: write how the API takes it: `format = {word}`, or a pattern such as `\"%Y-%m-%dT%H:%M:%SZ\"`"
        );
        origin.report(cursor, message);
    }
}

/// Reports an end that lies before the beginning.
fn ends_before(options: &IncrementalOptions, kind: CursorKind, origin: &OptionOrigin<'_>) {
    let (Some(start), Some(end)) = (options.initial_value.get(), options.end_value.get()) else { return };
    let is_before = match (start, end) {
        (Point::Number(start), Point::Number(end)) => end.value < start.value,
        (Point::Text(start), Point::Text(end)) if kind != CursorKind::Text => {
            let (start, end) = (start.value(), end.value());
            // A time without an offset may be one of another zone.
            let apart = if moment(&start) == moment(&end) { 0 } else { 86_400 };
            seconds(&start).zip(seconds(&end)).is_some_and(|(start, end)| end + apart < start)
        }
        _ => false,
    };
    if is_before {
        let message =
            "this end is before the beginning: no row is in the range\nhelp: write a later end, or exchange the two";
        origin.conflict(end, message.to_owned(), start, "the range begins here");
    }
}

/// Reports an end without its day: a range that ends within a month would lose days.
fn ends_on_a_day(options: &IncrementalOptions, kind: CursorKind, origin: &OptionOrigin<'_>) {
    let Some(Format::Pattern(text)) = options.format.get() else { return };
    let Some(end) = options.end_param.key().or(options.end_body_path.key()) else { return };
    if !text.value.day && !matches!(kind, CursorKind::Integer | CursorKind::Text) {
        let message = "this format of the end of a range has no day: rows of the days before would be left out\nhelp: write the day as well, as in `\"%Y-%m-%d\"`";
        origin.conflict(&text.token, message.to_owned(), end, "the end is sent because of this");
    }
}
