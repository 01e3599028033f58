//! The rows that are served: the bundled issues over and over, each under a key of its own, laid out in pages beforehand.

use declarest_examples::demo_api::Resource;

use crate::PAGE;

/// How many pages are laid out; behind them they begin again, under other keys.
const PAGES: u32 = 1000;

/// The rows of a page as text.
struct Page {
    text: Vec<u8>,
    /// Where in the text the two digits are that each key ends with.
    digits: Vec<usize>,
}

/// All pages.
pub struct Pages(Vec<Page>);

impl Pages {
    /// Lays them out.
    #[must_use]
    pub fn new() -> Self {
        let rows = Resource::Issues.rows();
        Self((0..PAGES).map(|page| Page::new(rows, page)).collect())
    }

    /// Adds the rows of a page, `number` counted from 0, to the text.
    pub fn write(&self, number: u32, text: &mut Vec<u8>) {
        let Page { text: rows, digits } = &self.0[(number % PAGES) as usize];
        let start = text.len();
        text.extend_from_slice(rows);
        let lap = format!("{:02}", number / PAGES);
        for digit in digits {
            text[start + digit..start + digit + 2].copy_from_slice(&lap.as_bytes()[..2]);
        }
    }
}

impl Default for Pages {
    fn default() -> Self {
        Self::new()
    }
}

impl Page {
    fn new(rows: &[&str], page: u32) -> Self {
        const KEY: &str = r#"{"key":""#;
        let (mut text, mut digits) = (String::new(), Vec::new());
        for index in (page * PAGE..(page + 1) * PAGE).map(|index| index as usize) {
            let row = rows[index % rows.len()];
            let (key, rest) =
                row.strip_prefix(KEY).and_then(|rest| rest.split_once('"')).expect("rows begin with a key");
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(KEY);
            text.push_str(key);
            text.push_str(&["-", &(index / rows.len()).to_string(), "-"].concat());
            digits.push(text.len());
            text.push_str("00\"");
            text.push_str(rest);
        }
        Self { text: text.into_bytes(), digits }
    }
}
