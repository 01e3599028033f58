//! The paginators, each as the resource of its name.

/// A paginator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// `page_number`.
    PageNumber,
    /// `offset`.
    Offset,
    /// `cursor`.
    Cursor,
    /// `header_cursor`.
    HeaderCursor,
    /// `header_link`.
    HeaderLink,
    /// `json_link`.
    JsonLink,
    /// `single_page`.
    SinglePage,
}

impl Family {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::PageNumber,
        Self::Offset,
        Self::Cursor,
        Self::HeaderCursor,
        Self::HeaderLink,
        Self::JsonLink,
        Self::SinglePage,
    ];

    /// Its name, and that of its resource.
    pub fn name(self) -> &'static str {
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
    pub fn has_total(self) -> bool {
        matches!(self, Self::PageNumber | Self::Offset)
    }

    /// Whether an answer says where the next page is.
    pub fn names_next(self) -> bool {
        matches!(self, Self::Cursor | Self::HeaderCursor | Self::HeaderLink | Self::JsonLink)
    }
}
