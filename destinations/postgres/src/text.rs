//! Texts that Postgres cannot hold: NUL in text, `\u0000` and halves of surrogate pairs in `jsonb`.

use std::borrow::Cow;

use crate::encode::Refusal;
use crate::settings::{InvalidText, ValueRules};

/// A text that Postgres can hold.
pub(crate) fn checked_text(text: &str, rules: ValueRules) -> Result<Cow<'_, str>, Refusal> {
    if !text.as_bytes().contains(&0) {
        return Ok(Cow::Borrowed(text));
    }
    match rules.invalid_text {
        InvalidText::Replace => Ok(Cow::Owned(replaced(text))),
        _ => Err(Refusal::Text("a text has the character NUL, which Postgres cannot hold".to_owned())),
    }
}

/// A text with U+FFFD for each NUL.
pub(crate) fn replaced(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// JSON that `jsonb` can hold.
pub(crate) fn checked_json(json: &str, rules: ValueRules) -> Result<Cow<'_, str>, Refusal> {
    if !json.as_bytes().contains(&b'\\') {
        return Ok(Cow::Borrowed(json));
    }
    let mut sound: Option<String> = None;
    let (mut copied, mut at) = (0, 0);
    while let Some(found) = json.as_bytes().get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        let start = at + found;
        let Some(unit) = unit(json, start) else {
            // Another escape: a backslash, a quotation mark, a line break.
            at = start + 2;
            continue;
        };
        let is_pair = (0xd800..0xdc00).contains(&unit)
            && self::unit(json, start + 6).is_some_and(|low| (0xdc00..0xe000).contains(&low));
        at = start + if is_pair { 12 } else { 6 };
        if is_pair || unit != 0 && !(0xd800..0xe000).contains(&unit) {
            continue;
        }
        if rules.invalid_text != InvalidText::Replace {
            let escape = json.get(start..start + 6).unwrap_or_default();
            return Err(Refusal::Text(format!("JSON has `{escape}`, which `jsonb` cannot hold, but `json` can")));
        }
        let sound = sound.get_or_insert_default();
        sound.push_str(json.get(copied..start).unwrap_or_default());
        sound.push_str("\\ufffd");
        copied = at;
    }
    Ok(match sound {
        Some(sound) => Cow::Owned(sound + json.get(copied..).unwrap_or_default()),
        None => Cow::Borrowed(json),
    })
}

/// The number of the escape `\uXXXX` that begins here.
fn unit(json: &str, at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLACES: ValueRules = ValueRules { invalid_text: InvalidText::Replace, ..ValueRules::DEFAULT };

    #[test]
    fn sound_texts_are_not_copied() {
        for json in [r#"{"a":1}"#, r#""\\u0000 \" \n""#, r#""\ud83d\ude00 \u00e9 ü""#, r#""\\\\u0000""#, "\"\\"] {
            assert!(
                matches!(checked_json(json, ValueRules::DEFAULT), Ok(Cow::Borrowed(same)) if same == json),
                "{json}"
            );
        }
        assert!(matches!(checked_text("ü\u{1}", ValueRules::DEFAULT), Ok(Cow::Borrowed("ü\u{1}"))));
    }

    #[test]
    fn others_are_refused_or_replaced() {
        let cases = [
            (r#""a\u0000b""#, r#""a\ufffdb""#),
            (r#""\\\u0000""#, r#""\\\ufffd""#),
            (r#"["\ud83d","\ude00","\uD83D\u0000"]"#, r#"["\ufffd","\ufffd","\ufffd\ufffd"]"#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
        ];
        for (json, expected) in cases {
            assert!(checked_json(json, ValueRules::DEFAULT).is_err(), "{json}");
            assert_eq!(checked_json(json, REPLACES).as_deref(), Ok(expected), "{json}");
        }
        assert!(checked_text("a\0", ValueRules::DEFAULT).is_err());
        assert_eq!(checked_text("a\0b\0", REPLACES).as_deref(), Ok("a\u{fffd}b\u{fffd}"));
    }
}
