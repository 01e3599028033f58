//! The paginators, each as the resource of its name.

/// A paginator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    PageNumber,
    Offset,
    Cursor,
    HeaderCursor,
    HeaderLink,
    JsonLink,
    SinglePage,
}

impl Family {
    pub(crate) const ALL: [Self; 7] = [
        Self::PageNumber,
        Self::Offset,
        Self::Cursor,
        Self::HeaderCursor,
        Self::HeaderLink,
        Self::JsonLink,
        Self::SinglePage,
    ];

    /// Its name, and that of its resource.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PageNumber => "page_number",
            Self::Offset => "offset",
            Self::Cursor => "cursor",
            Self::HeaderCursor => "header_cursor",
            Self::HeaderLink => "header_link",
            Self::JsonLink => "json_link",
            Self::SinglePage => "single_page",
        }
    }

    /// Whether an answer says how many rows there are in all.
    pub(crate) fn has_total(self) -> bool {
        matches!(self, Self::PageNumber | Self::Offset)
    }

    /// Whether an answer says where the next page is.
    pub(crate) fn names_next(self) -> bool {
        matches!(self, Self::Cursor | Self::HeaderCursor | Self::HeaderLink | Self::JsonLink)
    }
}
