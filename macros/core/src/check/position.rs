//! `position`: whose the position is, of a resource that is read for the rows of a parent or for partitions.

use super::range;
use super::resource::ResourceScope;
use crate::diagnostic::OptionOrigin;
use crate::language::{IncrementalOptions, PositionOf};
use crate::model::Parent;

/// Whether each row of the parent and each partition has a position of its own.
pub(super) fn is_each(
    scope: &ResourceScope<'_>,
    range: &IncrementalOptions,
    parent: &Parent,
    origin: &OptionOrigin<'_>,
) -> bool {
    let has_parent = parent.resource.is_some() || !parent.bound.is_empty();
    let has_several = has_parent || !scope.options.partition_by.is_absent();
    let chosen = range.position.get();
    // Among the defaults, it is for those that have several.
    if let Some(key) = range.position.key().filter(|_| chosen.is_some() && !origin.inherited) {
        if !has_several {
            origin.report(
                key,
                "one position is all there is: this resource has no parent and no partitions\nhelp: leave `position` out"
                    .to_owned(),
            );
        } else if let Some(end) = range.end_value.get().filter(|_| !range::is_open(range)) {
            let message = "each run reads the same range, so no position is kept\nhelp: leave `position` out";
            origin.conflict(key, message.to_owned(), end, "every run ends here");
        }
    }
    has_several && range::is_open(range) && chosen != Some(&PositionOf::Shared)
}
