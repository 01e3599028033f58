//! Texts of a page as spans: most lie in the page's own bytes, the others in a buffer beside it.

use std::fmt;

use bytestring::ByteString;

/// What the texts of a batch are parts of: the page, and after it the texts that the page does not hold as they are
/// stored, such as those with escapes.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextBuffers {
    page: ByteString,
    made: String,
}

/// Where a text is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Span {
    start: usize,
    end: usize,
}

impl TextBuffers {
    pub(crate) fn of_page(page: ByteString) -> Self {
        Self { page, made: String::new() }
    }

    /// A text that is usually a part of the page; any other is copied.
    pub(crate) fn part(&mut self, text: &str) -> Span {
        let start = (text.as_ptr() as usize).wrapping_sub(self.page.as_ptr() as usize);
        match start.checked_add(text.len()) {
            Some(end) if end <= self.page.len() => Span { start, end },
            _ => self.add(text),
        }
    }

    /// Adds a text that is no part of the page.
    pub(crate) fn add(&mut self, text: &str) -> Span {
        let start = self.page.len() + self.made.len();
        self.made.push_str(text);
        Span { start, end: start + text.len() }
    }

    /// The text of a span of these buffers.
    pub(crate) fn get(&self, Span { start, end }: Span) -> &str {
        let page = self.page.len();
        let text = match start.checked_sub(page) {
            None => self.page.get(start..end),
            Some(start) => end.checked_sub(page).and_then(|end| self.made.get(start..end)),
        };
        text.unwrap_or_default()
    }
}

/// The texts of a column. The place of a null holds an empty one.
#[derive(Clone, Copy)]
pub struct Texts<'b> {
    spans: &'b [Span],
    buffers: &'b TextBuffers,
}

impl<'b> Texts<'b> {
    pub(crate) fn new(spans: &'b [Span], buffers: &'b TextBuffers) -> Self {
        Self { spans, buffers }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The text of a row; `None` where there is no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<&'b str> {
        self.spans.get(row).map(|span| self.buffers.get(*span))
    }

    /// The texts, row by row.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'b str> + use<'b> {
        let buffers = self.buffers;
        self.spans.iter().map(move |span| buffers.get(*span))
    }
}

impl fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
