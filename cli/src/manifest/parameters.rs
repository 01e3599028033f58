//! `$parameters`: values that a component hands down to those inside of it.

use std::rc::Rc;

use crate::yaml::{Fault, Node};

const NAME: &str = "$parameters";
const MOST_STEPS: usize = 3_000_000;

/// A stream in which each has the parameters that reach it: as `$parameters`, and as its own fields where it has none
/// of that name.
pub(super) fn stream(node: &Node) -> Result<Node, Fault> {
    let mut steps = 0;
    component(node, "DeclarativeSource.streams", &[], &mut steps)
}

type Parameters = [(Rc<str>, Node)];

fn component(node: &Node, place: &str, handed: &Parameters, steps: &mut usize) -> Result<Node, Fault> {
    *steps += 1;
    if *steps > MOST_STEPS {
        return Err(Fault::new(node.line, "the manifest makes too much of its references"));
    }
    let kind = match node.kind() {
        "" if node.get("class_name").is_some() => custom_kind(place),
        "" => default_kind(place),
        kind => kind,
    };
    // Descriptions of rows are no components, and what has no type hands down what it was handed.
    let is_schema = kind == "object" || node.get("type").is_some_and(Node::is_list);
    if is_schema || matches!(place, "schema" | "InlineSchemaLoader.schema" | "connection_specification") {
        return Ok(node.clone());
    }
    let is_component = kind.starts_with(|first: char| first.is_ascii_uppercase());
    let mut own: Vec<(Rc<str>, Node)> = handed.to_vec();
    let mut fields: Vec<(Rc<str>, Node)> = Vec::new();
    for (key, value) in node.entries() {
        if &**key == NAME {
            for (name, value) in value.entries() {
                match own.iter_mut().find(|(known, _)| known == name) {
                    Some(known) => known.1 = value.clone(),
                    None => own.push((Rc::clone(name), value.clone())),
                }
            }
        } else {
            fields.push((Rc::clone(key), value.clone()));
        }
    }
    if is_component {
        if node.kind().is_empty() {
            fields.push(("type".into(), Node::text(node.line, kind)));
        }
        for (name, value) in &own {
            match fields.iter_mut().find(|(known, _)| known == name) {
                Some(known) if known.1.is_empty() => known.1 = value.clone(),
                Some(_) => {}
                None => fields.push((Rc::clone(name), value.clone())),
            }
        }
    }
    for (key, value) in &mut fields {
        let inner: Vec<(Rc<str>, Node)> = own.iter().filter(|(name, _)| name != key).cloned().collect();
        let place = format!("{kind}.{key}");
        if value.is_map() {
            *value = component(value, &place, &inner, steps)?;
        } else if value.is_list() {
            let items = value
                .items()
                .iter()
                .map(|item| if item.is_map() { component(item, &place, &inner, steps) } else { Ok(item.clone()) });
            *value = Node::list(value.line, items.collect::<Result<_, _>>()?);
        }
    }
    if is_component && !own.is_empty() {
        fields.push((NAME.into(), Node::map(node.line, own)));
    }
    Ok(Node::map(node.line, fields))
}

/// What a class of the manifest's own is that does not say so.
fn custom_kind(place: &str) -> &'static str {
    match place.rsplit('.').next().unwrap_or_default() {
        "retriever" => "CustomRetriever",
        "requester" => "CustomRequester",
        "authenticator" | "authenticators" => "CustomAuthenticator",
        "extractor" => "CustomRecordExtractor",
        "record_filter" => "CustomRecordFilter",
        "transformations" => "CustomTransformation",
        "partition_router" => "CustomPartitionRouter",
        "incremental_sync" => "CustomIncrementalSync",
        "pagination_strategy" => "CustomPaginationStrategy",
        "error_handler" => "CustomErrorHandler",
        "backoff_strategies" => "CustomBackoffStrategy",
        "schema_loader" => "CustomSchemaLoader",
        "decoder" => "CustomDecoder",
        _ => "CustomComponent",
    }
}

/// What a component is that does not say so.
fn default_kind(place: &str) -> &'static str {
    match place {
        "DeclarativeSource.streams" | "ParentStreamConfig.stream" => "DeclarativeStream",
        "DeclarativeStream.retriever" => "SimpleRetriever",
        "DeclarativeStream.schema_loader" => "JsonFileSchemaLoader",
        "DeclarativeStream.incremental_sync" => "DatetimeBasedCursor",
        "SimpleRetriever.requester" => "HttpRequester",
        "SimpleRetriever.record_selector" => "RecordSelector",
        "SimpleRetriever.paginator" => "DefaultPaginator",
        "RecordSelector.extractor" => "DpathExtractor",
        "RecordSelector.record_filter" => "RecordFilter",
        "HttpRequester.error_handler" => "DefaultErrorHandler",
        "DefaultErrorHandler.response_filters" => "HttpResponseFilter",
        "SubstreamPartitionRouter.parent_stream_configs" => "ParentStreamConfig",
        "AddFields.fields" => "AddedFieldDefinition",
        "DatetimeBasedCursor.start_datetime" | "DatetimeBasedCursor.end_datetime" => "MinMaxDatetime",
        "DefaultPaginator.page_size_option"
        | "DefaultPaginator.page_token_option"
        | "DatetimeBasedCursor.start_time_option"
        | "DatetimeBasedCursor.end_time_option" => "RequestOption",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::load;

    #[test]
    fn parameters_reach_what_is_inside() {
        let text = "type: DeclarativeStream\n$parameters: {name: users, path: /users}\nretriever:\n  type: SimpleRetriever\n  requester: {type: HttpRequester, path: ''}\n";
        let node = load(text).and_then(|node| stream(&node)).unwrap_or_else(|fault| panic!("{fault:?}"));
        assert_eq!(node.str("name"), Some("users"));
        assert_eq!(node.at(&["retriever", "requester", "path"]).and_then(Node::as_str), Some("/users"));
        assert_eq!(node.at(&["retriever", "requester", "$parameters", "name"]).and_then(Node::as_str), Some("users"));
    }
}
