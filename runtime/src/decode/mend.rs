//! A body that is JSON but for single values: `NaN`, a line break within a string, bytes that are not UTF-8. Mended, it can
//! be divided into rows, so that one such value costs one row, and is named.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::json::lookup::{RawArray, RawObject};
use crate::json::path::{Path, Step};
use crate::printable::clip;

/// The body with a stand-in of the same length for each value that is none in JSON.
pub(super) struct Mended {
    text: String,
    /// From the first to the last.
    faults: Vec<Fault>,
}

/// What has been replaced.
pub(super) struct Fault {
    range: Range<usize>,
    /// What it is.
    pub(super) what: String,
}

impl Fault {
    fn start(&self) -> usize {
        #[cfg(test)]
        tests::LOOKS.set(tests::LOOKS.get() + 1);
        self.range.start
    }
}

/// A body, as JSON.
#[derive(Clone, Copy)]
pub(super) struct JsonText<'a> {
    pub(super) text: &'a str,
    /// As it was sent.
    original: &'a [u8],
    faults: &'a [Fault],
}

impl<'a> JsonText<'a> {
    /// A body that is expected to be JSON.
    pub(super) fn sent(text: &'a str) -> Self {
        Self { text, original: text.as_bytes(), faults: &[] }
    }

    /// The same, mended; `None` if that makes no JSON of it, or has been done.
    pub(super) fn mended(&self) -> Option<Mended> {
        if self.faults.is_empty() { Mended::new(self.original) } else { None }
    }

    /// The fault in a part of it, and where it is: below a path, that of the part.
    pub(super) fn fault_in(&self, part: &RawValue, path: &str) -> Option<(&'a Fault, String)> {
        let range = self.range(part)?;
        let next = self.faults.partition_point(|fault| fault.start() < range.start);
        let fault = self.faults.get(next).filter(|fault| fault.start() < range.end)?;
        Some((fault, self.path_to(fault, part, path.to_owned())))
    }

    /// The first fault outside of these parts of it, and where it is.
    pub(super) fn fault_outside(&self, parts: &[&RawValue], root: &RawValue) -> Option<(&'a Fault, String)> {
        if self.faults.is_empty() {
            return None;
        }
        let mut ranges: Vec<_> = parts.iter().filter_map(|part| self.range(part)).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        let mut ranges = ranges.into_iter().peekable();
        // Parts may contain each other: a fault is in one of them where one that began before it goes on.
        let mut end = 0;
        let is_outside = |fault: &&Fault| {
            let start = fault.start();
            while let Some(range) = ranges.next_if(|range| range.start <= start) {
                end = end.max(range.end);
            }
            start >= end
        };
        let fault = self.faults.iter().find(is_outside)?;
        Some((fault, self.path_to(fault, root, String::new())))
    }

    /// A part of it as it was sent.
    pub(super) fn original(&self, part: &'a RawValue) -> Cow<'a, str> {
        let sent = self.range(part).and_then(|range| self.original.get(range));
        sent.map_or(part.get().into(), String::from_utf8_lossy)
    }

    fn path_to(&self, fault: &Fault, part: &RawValue, path: String) -> String {
        let holds = |child: &RawValue| self.range(child).is_some_and(|range| range.contains(&fault.start()));
        if let Ok(object) = serde_json::from_str::<RawObject<'_>>(part.get()) {
            let Some((key, child)) = object.iter().find(|(_, child)| holds(child)) else { return path };
            let separator = if path.is_empty() { "" } else { "." };
            return self.path_to(fault, child, format!("{path}{separator}{key}"));
        }
        let items: RawArray<'_> = serde_json::from_str(part.get()).unwrap_or_default();
        match items.iter().enumerate().find(|(_, item)| holds(item)) {
            Some((index, item)) => self.path_to(fault, item, format!("{path}{}", Path(&[Step::Index(index)]))),
            None => path,
        }
    }

    fn range(&self, part: &RawValue) -> Option<Range<usize>> {
        let start = (part.get().as_ptr() as usize).checked_sub(self.text.as_ptr() as usize)?;
        Some(start..start.checked_add(part.get().len())?)
    }
}

impl Mended {
    /// None if the body is JSON, or would be none.
    pub(super) fn new(body: &[u8]) -> Option<Self> {
        if !matches!(body.trim_ascii_start().first(), Some(b'{' | b'[')) {
            return None;
        }
        let mut mender = Mender { text: body.to_vec(), faults: Vec::new() };
        mender.mend_bytes(body);
        mender.mend_values()?;
        let Mender { text, mut faults } = mender;
        faults.sort_by_key(Fault::start);
        let text = String::from_utf8(text).ok().filter(|_| !faults.is_empty())?;
        serde_json::from_str::<IgnoredAny>(&text).is_ok().then_some(Self { text, faults })
    }

    /// The text, of a body.
    pub(super) fn of<'a>(&'a self, original: &'a [u8]) -> JsonText<'a> {
        JsonText { text: &self.text, original, faults: &self.faults }
    }
}

struct Mender {
    text: Vec<u8>,
    faults: Vec<Fault>,
}

impl Mender {
    fn replace(&mut self, range: Range<usize>, by: u8, what: String) {
        if let Some(part) = self.text.get_mut(range.clone()) {
            part.fill(by);
        }
        self.faults.push(Fault { range, what });
    }

    fn mend_bytes(&mut self, body: &[u8]) {
        let mut at = 0;
        for chunk in body.utf8_chunks() {
            at += chunk.valid().len();
            let length = chunk.invalid().len();
            if length > 0 {
                self.replace(at..at + length, b'?', "bytes that are not UTF-8".to_owned());
            }
            at += length;
        }
    }

    /// None where a string does not end.
    fn mend_values(&mut self) -> Option<()> {
        let mut at = 0;
        while let Some(byte) = self.text.get(at).copied() {
            match byte {
                b'"' => at = self.mend_string(at + 1)?,
                byte if is_punctuation(byte) => at += 1,
                _ => {
                    let rest = self.text.get(at..)?;
                    let length = rest.iter().position(|byte| is_punctuation(*byte) || *byte == b'"');
                    let end = at + length.unwrap_or(rest.len());
                    self.mend_literal(at..end);
                    at = end;
                }
            }
        }
        Some(())
    }

    /// A number, `true`, `false` and `null` stay; a number or a string of the same length stands in for anything else.
    fn mend_literal(&mut self, range: Range<usize>) {
        let Some(literal) = self.text.get(range.clone()) else { return };
        if serde_json::from_slice::<IgnoredAny>(literal).is_ok() {
            return;
        }
        let what = format!("{}, which JSON does not have", clip(&String::from_utf8_lossy(literal), 40));
        self.replace(range.clone(), b'0', what);
        if range.len() > 1 {
            for quote in [range.start, range.end - 1] {
                if let Some(byte) = self.text.get_mut(quote) {
                    *byte = b'"';
                }
            }
        }
    }

    /// The end of a string that begins here.
    fn mend_string(&mut self, mut at: usize) -> Option<usize> {
        loop {
            match *self.text.get(at..)? {
                [b'"', ..] => return Some(at + 1),
                [b'\\', b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => at += 2,
                [b'\\', b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(u8::is_ascii_hexdigit) => at += 6,
                [b'\\', ..] => {
                    self.replace(at..at + 1, b'?', "an escape that JSON does not have".to_owned());
                    at += 1;
                }
                [byte, ..] => {
                    if byte < b' ' {
                        self.replace(at..at + 1, b' ', format!("the character U+{byte:04X} without an escape"));
                    }
                    at += 1;
                }
                [] => return None,
            }
        }
    }
}

/// Whether it is white space, or stands between values.
fn is_punctuation(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'{' | b'}' | b'[' | b']' | b',' | b':')
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    thread_local! {
        /// How often the place of a fault has been looked at.
        pub(super) static LOOKS: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn single_values_are_mended_in_place() {
        for (body, mended, what) in [
            (r#"[{"a":NaN}]"#, r#"[{"a":"0"}]"#, "NaN, which JSON does not have"),
            ("[-Infinity, 1]", r#"["0000000", 1]"#, "-Infinity, which JSON does not have"),
            ("[x]", "[0]", "x, which JSON does not have"),
            ("[007]", "[\"0\"]", "007, which JSON does not have"),
            ("{'a':1}", "{\"0\":1}", "'a', which JSON does not have"),
            ("[\"a\nb\"]", "[\"a b\"]", "the character U+000A without an escape"),
            (r#"["\x41"]"#, r#"["?x41"]"#, "an escape that JSON does not have"),
            (r#"["\u00"]"#, r#"["?u00"]"#, "an escape that JSON does not have"),
        ] {
            let found = Mended::new(body.as_bytes()).map(|found| (found.text, found.faults.len()));
            assert_eq!(found, Some((mended.to_owned(), 1)), "{body}");
            assert_eq!(
                Mended::new(body.as_bytes()).map(|mut found| found.faults.remove(0).what).as_deref(),
                Some(what)
            );
        }
        assert_eq!(Mended::new(b"[\"\xFC\"]").map(|found| found.text).as_deref(), Some("[\"?\"]"));
    }

    #[test]
    fn what_is_no_json_otherwise_stays_so() {
        for body in
            ["", "[1]", "[1,]", "[1 2]", "<html>", "{a:NaN}", "[\"a", "[NaN", "nothing but text", "nothing", "NaN"]
        {
            assert!(Mended::new(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn faults_have_paths() {
        let body = br#"{"n":inf,"rows":[{"id":1},{"id":2,"a":[0,{"b":NaN}]}]}"#;
        let Some(mended) = Mended::new(body) else { panic!("it is mended") };
        let json = mended.of(body);
        let root: &RawValue = serde_json::from_str(json.text).unwrap_or_else(|_| unreachable!());
        let object: RawObject<'_> = serde_json::from_str(root.get()).unwrap_or_default();
        let rows: RawArray<'_> = serde_json::from_str(object["rows"].get()).unwrap_or_default();
        assert!(json.fault_in(rows[0], "rows[0]").is_none());
        assert_eq!(json.fault_in(rows[1], "rows[1]").map(|(_, path)| path).as_deref(), Some("rows[1].a[1].b"));
        assert_eq!(json.fault_outside(&rows, root).map(|(_, path)| path).as_deref(), Some("n"));
        assert_eq!(json.original(rows[1]), r#"{"id":2,"a":[0,{"b":NaN}]}"#);
    }

    #[test]
    fn the_first_fault_of_a_row_is_named_whatever_its_kind() {
        // Bytes are mended before values are.
        let body = b"[{\"a\":NaN,\"b\":\"\xFC\"},{\"a\":1,\"b\":\"\xFC\"}]";
        let Some(mended) = Mended::new(body) else { panic!("it is mended") };
        let json = mended.of(body);
        let rows: RawArray<'_> = serde_json::from_str(json.text).unwrap_or_default();
        let path = |row: usize| json.fault_in(rows[row], "").map(|(_, path)| path);
        assert_eq!((path(0).as_deref(), path(1).as_deref()), (Some("a"), Some("b")));
    }

    #[test]
    fn rows_within_rows_hold_the_faults_of_both() {
        let body = br#"[{"b":{"c":NaN},"d":NaN},NaN]"#;
        let Some(mended) = Mended::new(body) else { panic!("it is mended") };
        let json = mended.of(body);
        let root: &RawValue = serde_json::from_str(json.text).unwrap_or_else(|_| unreachable!());
        let items: RawArray<'_> = serde_json::from_str(root.get()).unwrap_or_default();
        let row: RawObject<'_> = serde_json::from_str(items[0].get()).unwrap_or_default();
        let outside = |parts: &[&RawValue]| json.fault_outside(parts, root).map(|(_, path)| path);
        assert_eq!(outside(&[row["b"], items[0]]).as_deref(), Some("[1]"));
        assert_eq!(outside(&[items[1], row["b"]]).as_deref(), Some("[0].d"));
        assert_eq!(outside(&[items[1], row["b"], items[0]]), None);
    }

    #[test]
    fn many_faults_are_looked_at_a_few_times_each() {
        const ROWS: usize = 100_000;
        let body = format!("[{}{{\"a\":NaN}}]", "{\"a\":NaN},".repeat(ROWS - 1));
        let Some(mended) = Mended::new(body.as_bytes()) else { panic!("it is mended") };
        let json = mended.of(body.as_bytes());
        let root: &RawValue = serde_json::from_str(json.text).unwrap_or_else(|_| unreachable!());
        let rows: RawArray<'_> = serde_json::from_str(root.get()).unwrap_or_default();
        LOOKS.set(0);
        assert!(json.fault_outside(&rows, root).is_none());
        // Faults and rows are walked side by side,
        assert_eq!(LOOKS.get(), ROWS);
        LOOKS.set(0);
        assert_eq!(rows.iter().filter(|row| json.fault_in(row, "").is_some()).count(), ROWS);
        // and a row finds its own after it has halved the faults 17 times.
        assert!(LOOKS.get() <= 20 * ROWS, "{} looks", LOOKS.get());
    }
}
