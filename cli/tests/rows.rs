//! What is done to rows: filters, fields, keys.

mod common;

use common::{check, imported, manifest};

#[test]
fn filters_and_fields() {
    let added = |path: &str, value: &str| {
        format!("transformations:\n  - type: AddFields\n    fields: [{{path: [{path}], value: \"{value}\"}}]\n")
    };
    for (stream, expected) in [
        (
            added("city", "{{ record.owner.city }}"),
            Ok("row.city = row.owner.as_ref().and_then(|value| value.city.as_ref()).cloned();"),
        ),
        (added("region", "{{ config['account'] }}"), Ok("row.region = Some(params.account.clone());")),
        (added("state", "{{ record.state or record['name'] }}"), Ok(".or_else(|| row.name.as_ref().cloned());")),
        (added("day", "{{ record.updated.split('T')[0] }}"), Ok("text.split(\"T\").next()")),
        (added("label", "{{ record.name }}-{{ record.id }}"), Ok("format!(\"{}-{}\",")),
        (added("kind", "event"), Ok("row.kind = Some(\"event\".to_owned());")),
        (added("inner", "{{ record.raw.a }}"), Ok(".remove(\"a\")")),
        (
            added("ids", "{{ record.owners.nodes | map(attribute='id') | list }}"),
            Ok(".into_iter().flatten().filter_map(|item| item.id.as_ref()).cloned().collect::<Vec<_>>());"),
        ),
        (
            added("views", "{{ record.stats | selectattr('kind', 'equalto', 'views') | map(attribute='n') | first }}"),
            Ok(".filter(|item| item.kind.as_ref().is_some_and(|value| value == \"views\")).filter_map(|item| item.n.as_ref()).next().cloned();"),
        ),
        (added("all", "{{ record.tags | join(';') }}"), Ok(".map(String::as_str).collect::<Vec<_>>().join(\";\"));")),
        (
            added("size", "{{ 'large' if record.seats > 9 else 'small' }}"),
            Ok("row.size = if row.seats.as_ref().is_some_and(|value| *value > 9) { Some(\"large\".to_owned()) } else { Some(\"small\".to_owned()) };"),
        ),
        (added("city", "{% set owner = record.owner %}{{ owner.city }}"), Ok("value.city.as_ref()).cloned();")),
        (
            added("kind", "{% if record.live %}live{% else %}test{% endif %}"),
            Ok("row.kind = if row.live.as_ref().is_some_and(|value| *value) { Some(\"live\".to_owned())"),
        ),
        (added("kind", "{% for tag in record.tags %}{{ tag }}{% endfor %}"), Err("a statement of Jinja")),
        (
            "transformations: [{type: AddFields, condition: \"{{ record.state is none }}\", fields: [{path: [state], value: open}]}]\n".to_owned(),
            Ok("if row.state.as_ref().is_none() { row.state = Some(\"open\".to_owned()); }"),
        ),
        (
            "transformations: [{type: DpathFlattenFields, field_path: [raw_owner], key_transformation: {type: KeyTransformation, prefix: na}}]\n".to_owned(),
            Ok("row.name = row.raw_owner.as_ref().and_then(|value| value.me.as_ref()).cloned();"),
        ),
        ("transformations: [{type: DpathFlattenFields, field_path: [raw]}]\n".to_owned(), Err("DpathFlattenFields")),
        (added("hash", "{{ record.name | hash('md5') }}"), Err("a computation over a row")),
        ("transformations: [{type: KeysToLower}]\n".to_owned(), Err("a transformation of keys: KeysToLower")),
        ("transformations: [{type: CustomTransformation, class_name: a.B}]\n".to_owned(), Err("a class of its own")),
    ] {
        check("fields", &manifest("path: /rows", "", &stream), expected);
    }
    let (module, _) = imported(
        "fields",
        &manifest("path: /rows", "", "transformations: [{type: RemoveFields, field_pointers: [[owner], [tags]]}]\n"),
    );
    assert!(!module.contains("pub owner") && !module.contains("pub tags"), "{module}");
    // What is the time of reading identifies no row: rows are added.
    let clock = added("uuid", "{{ now_utc() }}") + "primary_key: [uuid]\n";
    let (module, table) = imported("clock", &manifest("path: /rows", "", &clock));
    assert!(!module.contains("primary_key") && module.contains("Timestamp::now()"), "{module}");
    assert!(table.starts_with("1 of 1"), "{table}");
    for (condition, expected) in [
        ("record.state == 'open'", Ok("row.state.as_ref().is_some_and(|value| *value == \"open\")")),
        (
            "record.seats > 3 and not record.live",
            Ok("row.seats.as_ref().is_some_and(|value| *value > 3) && row.live.as_ref().is_none_or(|value| !*value)"),
        ),
        (
            "not (record.live or record.name != 'x' and record.seats < 3)",
            Ok(
                "row.live.as_ref().is_none_or(|value| !*value) && (row.name.as_ref().is_some_and(|value| *value == \"x\") || row.seats.as_ref().is_none_or(|value| *value >= 3))",
            ),
        ),
        ("record.state in ['a', 'b']", Ok("[\"a\", \"b\"].contains(&value.as_str())")),
        ("record.state is not none", Ok("row.state.as_ref().is_some()")),
        ("record.tags | length > 0", Ok("row.tags.as_ref().is_some_and(|value| !value.is_empty())")),
        ("record.name == config.account", Ok("*value == params.account")),
        ("record.name | hash('md5') == 'x'", Err("a filter that is computed")),
    ] {
        let text = manifest("path: /rows", "", "");
        let filter = format!("        record_filter: {{condition: \"{{{{ {condition} }}}}\"}}\n");
        let text = text.replacen("      requester:\n", &format!("{filter}      requester:\n"), 1);
        check("filters", &text, expected);
    }
}

#[test]
fn what_is_in_every_row_is_read_as_such() {
    let city =
        "transformations:\n  - type: AddFields\n    fields: [{path: [city], value: \"{{ record.owner.city }}\"}]\n";
    let key = format!("{city}primary_key: [[owner, id]]\n");
    let code = "row.city = Some(&row.owner).and_then(|value| value.city.as_ref()).cloned();";
    check("required", &manifest("path: /rows", "", &key), Ok(code));
    let key = format!("{city}primary_key: [[owner, city]]\n");
    let code = "row.city = Some(&row.owner).map(|value| &value.city).cloned();";
    check("required", &manifest("path: /rows", "", &key), Ok(code));
}
