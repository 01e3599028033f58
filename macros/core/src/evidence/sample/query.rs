//! Rows of a sample by an RFC 9535 query.

use crate::json::JsonValue;

/// The rows that a query selects. If it selects one list only, these are its elements.
#[cfg(feature = "jsonpath")]
pub(super) fn rows<'v>(body: &'v JsonValue, query: &str) -> Vec<&'v JsonValue> {
    use jsonpath_rust::parser::parse_json_path;
    use jsonpath_rust::query::js_path_process;

    let known = known(body);
    // An invalid query has been reported.
    let Ok(parsed) = parse_json_path(query) else { return Vec::new() };
    let selected = js_path_process(&parsed, &known).unwrap_or_default();
    let selected: Vec<_> = selected.iter().map(|node| std::ptr::from_ref(node.val)).collect();
    let mut places = std::collections::HashMap::new();
    pair(body, &known, &mut places);
    let rows: Vec<&JsonValue> = selected.iter().filter_map(|place| places.get(place).copied()).collect();
    match rows.as_slice() {
        [JsonValue::Array(items)] => items.iter().collect(),
        _ => rows,
    }
}

/// Without the feature, the query itself has been reported.
#[cfg(not(feature = "jsonpath"))]
pub(super) fn rows<'v>(_: &'v JsonValue, _: &str) -> Vec<&'v JsonValue> {
    Vec::new()
}

/// The value as the query's reader knows it.
#[cfg(feature = "jsonpath")]
fn known(value: &JsonValue) -> serde_json::Value {
    match value {
        JsonValue::Null => serde_json::Value::Null,
        JsonValue::Bool(flag) => (*flag).into(),
        JsonValue::Integer(number) => match (i64::try_from(*number), u64::try_from(*number)) {
            (Ok(number), _) => number.into(),
            (_, Ok(number)) => number.into(),
            _ => serde_json::Value::Null,
        },
        JsonValue::Float(number) => (*number).into(),
        JsonValue::Text(text) => text.as_str().into(),
        JsonValue::Array(items) => items.iter().map(known).collect(),
        JsonValue::Object(members) => members.iter().map(|(key, value)| (key.clone(), known(value))).collect(),
    }
}

/// Finds the value of each value that the query's reader knows.
#[cfg(feature = "jsonpath")]
fn pair<'v>(
    value: &'v JsonValue,
    known: &serde_json::Value,
    places: &mut std::collections::HashMap<*const serde_json::Value, &'v JsonValue>,
) {
    places.insert(std::ptr::from_ref(known), value);
    match value {
        JsonValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                known.get(index).into_iter().for_each(|known| pair(item, known, places));
            }
        }
        JsonValue::Object(members) => {
            for (key, member) in members {
                known.get(key).into_iter().for_each(|known| pair(member, known, places));
            }
        }
        _ => {}
    }
}
