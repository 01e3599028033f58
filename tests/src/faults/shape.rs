//! JSON that is not what the declaration says, or strains who reads it.

use crate::Reply;
use serde_json::json;

use super::Family;
use super::Fault;

/// Deeper than any stack.
const DEEP: usize = 20_000;

fn nested() -> String {
    "[".repeat(DEEP) + &"]".repeat(DEEP)
}

pub(super) const FAULTS: &[Fault] = &[
    Fault::page("an error with 200", |ask| ask.sound().reply_with(r#"{"error":"try later"}"#)),
    Fault::page("the rows alone, without their object", |ask| {
        ask.sound().reply_with(json!(ask.sound().rows).to_string())
    }),
    Fault::page("`null` for the rows", |ask| ask.sound().reply_with(r#"{"total":40,"rows":null}"#)),
    Fault::page("a text for the rows", |ask| ask.sound().reply_with(r#"{"total":40,"rows":"none"}"#)),
    Fault::page("a number for a row", |ask| ask.sound().with_first_row(|_| "7".to_owned())),
    Fault::page("a text for a number", |ask| {
        ask.sound().with_first_row(|row| row.replace("\"id\":", "\"id\":\"x\",\"x\":"))
    }),
    Fault::page("a row without a field", |ask| ask.sound().with_first_row(|row| row.replace("\"id\":", "\"x\":"))),
    Fault::page("a number of 400 digits for a field", |ask| {
        ask.sound().with_first_row(|row| row.replace("\"id\":", &format!("\"id\":{}", "9".repeat(400))))
    }),
    Fault::page("a number of 400 digits that no field names", |ask| {
        ask.sound().with_first_row(|row| row.replace("\"id\":", &format!("\"x\":{},\"id\":", "9".repeat(400))))
    }),
    Fault::page("arrays 20 000 deep for a field", |ask| {
        ask.sound().with_first_row(|row| row.replace("\"note\":null", &format!("\"note\":{}", nested())))
    }),
    Fault::page("arrays 20 000 deep that no field names", |ask| {
        ask.sound().with_first_row(|row| row.replace("\"note\":null", &format!("\"x\":{}", nested())))
    }),
    Fault::page("arrays 20 000 deep for a body", |ask| ask.sound().reply_with(nested())),
    Fault::page("a key twice in a row: the last one counts", |ask| {
        ask.sound().with_first_row(|row| row.replace("\"id\":", "\"id\":999,\"id\":"))
    }),
    Fault::page("the rows twice: the last ones count", |ask| {
        ask.sound().reply_with(ask.sound().json().to_string().replacen(
            "\"rows\":",
            "\"rows\":[{\"id\":999,\"name\":\"x\"}],\"rows\":",
            1,
        ))
    }),
    Fault::page("invalid UTF-8 in a row", |ask| {
        let text = ask.sound().json().to_string();
        let (before, after) = text.split_once("\"row ").expect("there is one");
        ask.sound().reply_with([before.as_bytes(), b"\"\xff\xferow ", after.as_bytes()].concat())
    }),
    Fault::page("a total that is no number", |ask| {
        let mut page = ask.sound();
        page.total = json!("many");
        page.reply()
    })
    .concerning(Family::has_total),
    Fault::page("a cursor or link that is none", |ask| {
        let body = ask.sound().json().to_string().replace("\"next\":", "\"next\":true,\"x\":");
        Reply::status(200).header("Link", "<http://[>; rel=next").body(body)
    })
    .concerning(|family| family.names_next() && family != Family::HeaderCursor),
];
