//! Odd values and odd names.

use serde_json::{Value as Json, json};

use super::Harness;
use super::rows::Lines;
use super::store::{Case, Check, Failure, ensure};
use crate::error::ErrorKind;
use crate::schema::table::WriteDisposition;

/// Values of all kinds come out as they went in, and a second sync of them finds them unchanged.
pub(super) async fn values<H: Harness>(case: &Case<'_, H>) -> Check {
    let store = case.store("1");
    let mut rows = vec![json!({ "id": 0 }), json!({ "id": i64::MIN }), json!({ "id": i64::MAX })];
    for (number, (column, value)) in usual().into_iter().enumerate() {
        rows.push(json!({ "id": number + 1, column: value }));
    }
    let all = usual().into_iter().fold(json!({ "id": -1 }), |mut row, (column, value)| {
        row[column] = value;
        row
    });
    rows.push(all);
    store.api.set("/values", rows.clone());
    let syncs = if case.disposition == WriteDisposition::Append { 1 } else { 2 };
    for sync in 0..syncs {
        let report = store.sync(&["values"]).await??;
        store.has("values", &rows).await?;
        let changed: u64 = report.resources.iter().map(|resource| resource.inserted + resource.updated).sum();
        let is_unchanged = sync == 0 || case.disposition != WriteDisposition::Merge || changed == 0;
        ensure(is_unchanged, || format!("a sync of the same values counts {changed} rows as changed"))?;
    }
    Ok(())
}

/// A value that not every store can hold comes out as it went in, or is a typed error; it is never another value.
pub(super) async fn extremes<H: Harness>(case: &Case<'_, H>) -> Check {
    for (number, (column, value)) in extreme().into_iter().enumerate() {
        let store = case.store(number);
        let row = json!({ "id": 1, column: value });
        let place = |failure: Failure| failure.after(format!("{value} in `{column}`"));
        store.api.set("/values", vec![row.clone()]);
        match store.sync(&["values"]).await? {
            Ok(_) => store.has("values", &[row]).await.map_err(place)?,
            Err(error) if matches!(error.kind(), ErrorKind::Destination | ErrorKind::Schema) => {
                let schema = store.schema("values")?;
                let found = store.found(&schema).await?;
                ensure(found.is_empty(), || format!("refused, but stored as {}", found.summary())).map_err(place)?;
                // What cannot be held does not stand in the way of what can.
                store.api.set("/values", vec![json!({ "id": 2 })]);
                store.sync(&["values"]).await?.map_err(|error| place(error.into()))?;
                let expected = Lines::expected(&schema, &[json!({ "id": 2 })]);
                let difference = store.found(&schema).await?.difference(&expected);
                ensure(difference.is_none(), || difference.unwrap_or_default()).map_err(place)?;
            }
            Err(error) => return Err(place(error.into())),
        }
    }
    Ok(())
}

/// Tables and columns with odd names.
pub(super) async fn names<H: Harness>(case: &Case<'_, H>) -> Check {
    let store = case.store("1");
    let long = "a_name_of_sixty_bytes_which_is_long_but_not_too_long_for_any";
    let sent = |id: i64, text: &str| json!({ "select": id, "group": text, "where": null, "upper": "U", "quotes": "q'\"", "blank": " ", long: "long" });
    let stored = |id: i64, text: &str| {
        json!({
            "select": id, "group": text, "where": null, "Upper": "U", "a'b`c.d[e]{f}:?%$1": "q'\"",
            "with space; -- and Ünïcode": " ", long: "long",
        })
    };
    store.api.set("/order", vec![sent(1, "a"), sent(2, "b"), sent(3, "c")]);
    store.sync(&["order"]).await??;
    store.has("order", &[stored(1, "a"), stored(2, "b"), stored(3, "c")]).await?;
    store.api.set("/order", vec![sent(3, "d"), sent(4, "e")]);
    store.sync(&["order"]).await??;
    let rows = match case.disposition {
        WriteDisposition::Append => {
            vec![stored(1, "a"), stored(2, "b"), stored(3, "c"), stored(3, "d"), stored(4, "e")]
        }
        WriteDisposition::Merge => vec![stored(1, "a"), stored(2, "b"), stored(3, "d"), stored(4, "e")],
        WriteDisposition::Replace => vec![stored(3, "d"), stored(4, "e")],
    };
    store.has("order", &rows).await
}

/// Values that every store can hold.
fn usual() -> Vec<(&'static str, Json)> {
    vec![
        ("flag", json!(true)),
        ("flag", json!(false)),
        ("small", json!(i16::MIN)),
        ("large", json!(i64::MIN)),
        ("large", json!(i64::MAX)),
        ("large", json!((1_i64 << 53) + 1)),
        ("unsigned", json!(0)),
        ("unsigned", json!(i64::MAX)),
        ("real", json!(0.1)),
        ("real", json!(-1e300)),
        ("real", json!(5.0)),
        ("real", json!(1.797_693_134_862_315_7e308)),
        ("text", json!("")),
        ("text", json!(" ")),
        ("text", json!("null")),
        ("text", json!("NULL")),
        ("text", json!("1")),
        ("text", json!("O'Neill said \"hi\"; DROP TABLE x; -- \\ \\N $1 ? :a {} %s")),
        ("text", json!("tab\tline\nreturn\r\nend\u{1}\u{1f}\u{7f}")),
        ("text", json!("ünïcode 😀👩‍👩‍👧 \u{202e}\u{feff}\u{fffd}\u{10ffff}")),
        ("text", json!("long ".repeat(20_000))),
        ("timestamp", json!("2024-02-29T23:59:59.123456Z")),
        ("timestamp", json!("1970-01-01T00:00:00Z")),
        ("timestamp", json!("1901-12-13T20:45:51+05:30")),
        ("date", json!("2024-02-29")),
        ("time", json!("23:59:59.999999")),
        ("time", json!("00:00:00")),
        ("date_time", json!("2024-02-29T12:00:00.5")),
        ("json", json!({ "a": [1, null, "x'\"\n"], "b": {}, "ü": 1.5 })),
        ("json", json!([])),
        ("json", json!("text")),
        ("json", json!(7)),
        ("numbers", json!([])),
        ("numbers", json!([i64::MIN, 0, i64::MAX])),
        ("state", json!("Open")),
    ]
}

/// Values that not every store can hold.
fn extreme() -> Vec<(&'static str, Json)> {
    vec![
        ("unsigned", json!(u64::MAX)),
        ("unsigned", json!(i64::MAX as u64 + 1)),
        ("real", json!(5e-324)),
        ("timestamp", json!("2024-02-29T23:59:59.123456789Z")),
        ("timestamp", json!("-009998-01-02T00:00:00Z")),
        ("timestamp", json!("9999-12-30T22:00:00Z")),
        ("time", json!("00:00:00.000000001")),
        ("date", json!("-009999-01-01")),
        ("date", json!("9999-12-31")),
        ("date_time", json!("2024-02-29T12:00:00.123456789")),
    ]
}
