//! `step`: that the range it cuts is sent, has a beginning and an end, and that its length fits the cursor.

use syn::Type;

use super::bounds::NamedBounds;
use super::cursor::CursorKind;
use super::range;
use super::resource::ResourceScope;
use crate::diagnostic::OptionOrigin;
use crate::language::{ClientParam, Format, IncrementalOptions, Point, RangeStep};
use crate::naming::unraw;

/// Checks the step of a range by itself.
pub(super) fn alone(
    range: &IncrementalOptions,
    named: &NamedBounds,
    scope: &ResourceScope<'_>,
    origin: &OptionOrigin<'_>,
) {
    let Some(key) = range.step.key() else { return };
    if !range::has_start(range) && !range::has_end(range) && !named.is_sent() {
        origin.report(
            key,
            "the range is not sent, so `step` has no effect\nhelp: write `start_param = \"…\"` and `end_param = \"…\"` with the API's parameters for the range, or leave `step` out".to_owned(),
        );
    } else if range.initial_value.is_absent() {
        origin.report(
            key,
            "the first run has no beginning to read steps from\nhelp: write where it begins: `initial_value = …`"
                .to_owned(),
        );
    } else if let Some(Point::Param(name)) = range.initial_value.get()
        && let Some(ty) = scope.defaults.client_params.find(&unraw(name)).and_then(ClientParam::optional)
    {
        let message = format!(
            "the first run has no beginning to read steps from where `{name}` is unset\nhelp: write its type without `Option`, or give it a default"
        );
        origin.conflict(key, message, ty, "it is an `Option` here");
    }
}

/// Checks its length against the cursor.
pub(super) fn fits(range: &IncrementalOptions, name: &str, ty: &Type, origin: &OptionOrigin<'_>) {
    let Some(step) = range.step.get() else { return };
    let kind = CursorKind::of(ty);
    let message = match (kind, step) {
        (CursorKind::Text, _) => format!(
            "the cursor `{name}` is a string, and a range of strings has no steps\nhelp: leave `step` out, or declare the field as a time or a number"
        ),
        (CursorKind::Integer, RangeStep::Time(_)) => {
            format!("the cursor `{name}` is a number, and so is its step\nhelp: write a number: `step = 1000`")
        }
        (CursorKind::Integer, RangeStep::Count(_)) if range.end_value.is_absent() => format!(
            "the cursor `{name}` is a number, and nothing says where the last step ends\nhelp: write where the range ends: `end_value = …`"
        ),
        (CursorKind::Timestamp | CursorKind::DateTime | CursorKind::Date, RangeStep::Count(_)) => {
            format!("the cursor `{name}` is {}, and its step is a time\nhelp: write `step = \"30d\"`", kind.named())
        }
        (CursorKind::Date, RangeStep::Time(text)) if text.value.is_within_days() => {
            format!("the cursor `{name}` is a date, and its step is of whole days\nhelp: write `step = \"1d\"`")
        }
        _ => return within_format(range, step, origin),
    };
    origin.conflict(step, message, ty, "the cursor has this type");
}

/// Reports steps of hours in a format of days.
fn within_format(range: &IncrementalOptions, step: &RangeStep, origin: &OptionOrigin<'_>) {
    let Some(Format::Pattern(pattern)) = range.format.get() else { return };
    let RangeStep::Time(text) = step else { return };
    let is_sent = range::has_start(range) || range::has_end(range);
    if is_sent && text.value.is_within_days() && pattern.value.time.is_none() && pattern.value.instant.is_none() {
        let message = "a step of hours cannot be written in this format, which has no time of day\nhelp: write a step of days: `step = \"1d\"`";
        origin.conflict(step, message.to_owned(), &pattern.token, "the format is set here");
    }
}
