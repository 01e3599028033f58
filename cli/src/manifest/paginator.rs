//! How the next page is found.

use super::chain;
use super::request::Sent;
use super::text::{Piece, Reader, Reason};
use crate::declaration::{Entry, Loss, Value};
use crate::yaml::Node;

/// What the rest of the request says about the pages.
pub(super) struct Scene<'s> {
    /// The keys that lead to the rows.
    pub(super) rows: &'s [String],
    pub(super) sent: &'s mut Sent,
    /// What a reader should know of the pages.
    pub(super) notes: &'s mut Vec<String>,
}

/// Where a value of a paginator goes.
pub(super) enum Place {
    Param(String),
    Body(String),
    Header(String),
    /// The token is the URL of the next page.
    Url,
}

/// The paginator as an option, or none where there is one page.
pub(super) fn paginator(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    scene: &mut Scene<'_>,
    losses: &mut Vec<Loss>,
) -> Value {
    let single = Value::word("single_page");
    let Some(node) = node.filter(|node| !matches!(node.kind(), "" | "NoPagination")) else { return single };
    let Some(strategy) = node.get("pagination_strategy") else { return single };
    let read = match strategy.kind() {
        "PageIncrement" => pages(reader, node, strategy, scene),
        "OffsetIncrement" => offsets(reader, node, strategy, scene),
        "CursorPagination" => chain::paginator(reader, node, strategy, scene),
        kind if kind.starts_with("Custom") => {
            let (original, reason) = super::auth::custom(strategy);
            losses.push(Loss::new(strategy.line, "paginator", original, reason));
            return single;
        }
        kind => Err((strategy.line, kind.to_owned(), "a paginator of another kind".to_owned())),
    };
    read.unwrap_or_else(|(line, original, reason)| {
        losses.push(Loss::new(line, "paginator", original, reason));
        single
    })
}

/// The line, the original, the reason.
pub(super) type Refusal = (usize, String, Reason);

/// Where an option of a paginator is put into the request.
pub(super) fn place(reader: &mut Reader<'_>, option: &Node) -> Result<Place, Refusal> {
    let refused = |reason: &str| (option.line, option.short(), reason.to_owned());
    if option.kind() == "RequestPath" {
        return Ok(Place::Url);
    }
    let name = match option.get("field_path").map(Node::items).filter(|items| !items.is_empty()) {
        Some(items) => items.iter().filter_map(Node::as_str).collect::<Vec<_>>().join("."),
        None => option.str("field_name").unwrap_or_default().trim().to_owned(),
    };
    let name = match reader.text(&name).as_deref() {
        Ok([Piece::Text(name)]) => name.clone(),
        _ => return Err(refused("a place in the request whose name is known later")),
    };
    match option.str("inject_into") {
        Some("request_parameter") => Ok(Place::Param(name)),
        Some("body_data") if option.get("field_path").is_some() => Err(refused("a place inside of a form's value")),
        Some("body_data" | "body_json") => {
            let is_key = option.get("field_path").is_none();
            Ok(Place::Body(if is_key { super::selector::path(&[&name]) } else { name }))
        }
        Some("header") => Ok(Place::Header(name)),
        Some("path") => Ok(Place::Url),
        _ => Err(refused("a place in the request of another kind")),
    }
}

/// The size of a page, and where it is sent.
#[derive(Default)]
pub(super) struct Size {
    pub(super) value: Option<Value>,
    pub(super) entries: Vec<Entry>,
}

impl Size {
    /// Whether the size is sent.
    pub(super) fn is_sent(&self) -> bool {
        !self.entries.is_empty()
    }
}

/// The size of pages, from the strategy and its option; a fixed param of the same value is it, too.
pub(super) fn size(
    reader: &mut Reader<'_>,
    node: &Node,
    strategy: &Node,
    scene: &mut Scene<'_>,
) -> Result<Size, Refusal> {
    let Some(number) = strategy.get("page_size").filter(|size| !size.is_empty()) else { return Ok(Size::default()) };
    let refused = |reason: &str| (number.line, number.short(), reason.to_owned());
    let value = match number.as_int() {
        Some(size) if size > 0 => Value::word(size),
        Some(_) => return Ok(Size::default()),
        None => {
            let pieces = reader.text(number.as_str().unwrap_or_default()).map_err(|reason| refused(&reason))?;
            match pieces.as_slice() {
                [Piece::Text(size)] if size.parse::<u32>().is_ok() => Value::word(size),
                [Piece::Param(name)] => {
                    reader.config.retype(name, "u32");
                    reader.config.require(name);
                    Value::word(name)
                }
                _ => return Err(refused("a page size that is computed")),
            }
        }
    };
    let limit = Entry::Named("limit".to_owned(), value.clone());
    let option = node.get("page_size_option").filter(|option| !option.is_empty());
    let entries = match option.map(|option| place(reader, option)).transpose()? {
        Some(Place::Param(name)) => {
            // It goes over a fixed param of that name.
            scene.sent.params.retain(|(known, _)| *known != name);
            vec![Entry::Named("limit_param".to_owned(), Value::text(name)), limit]
        }
        Some(Place::Body(path)) => vec![Entry::Named("limit_body_path".to_owned(), Value::text(path)), limit],
        Some(Place::Header(name)) => {
            let _ = name;
            return Err(refused("a page size in a header"));
        }
        Some(Place::Url) => return Err(refused("a page size in the path")),
        None => {
            let text = match &value {
                Value::Word(word) => word.clone(),
                _ => String::new(),
            };
            let same = |known: &Value| matches!(known, Value::Text(known) if *known == text || *known == format!("{{{text}}}"));
            match scene.sent.params.iter().position(|(name, known)| same(known) && is_size(name)) {
                Some(index) => {
                    let (name, _) = scene.sent.params.remove(index);
                    vec![Entry::Named("limit_param".to_owned(), Value::text(name)), limit]
                }
                None => Vec::new(),
            }
        }
    };
    Ok(Size { value: Some(value), entries })
}

/// One page, since the manifest says nowhere which one to send; its size is sent nevertheless.
fn one_page(reader: &mut Reader<'_>, node: &Node, strategy: &Node, scene: &mut Scene<'_>) -> Result<Value, Refusal> {
    let size = size(reader, node, strategy, scene)?;
    let named = |wanted: &str| {
        size.entries.iter().find_map(|entry| match entry {
            Entry::Named(name, Value::Text(text)) if name == wanted => Some(text.clone()),
            _ => None,
        })
    };
    if let (Some(name), Some(Value::Word(number))) = (named("limit_param"), &size.value) {
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let value = if is_number { number.clone() } else { format!("{{{number}}}") };
        scene.sent.params.push((name, Value::text(value)));
    } else if size.is_sent() {
        return Err((node.line, "page_size_option".to_owned(), "the size of one page, in the body".to_owned()));
    }
    Ok(Value::word("single_page"))
}

/// Whether a param is named as page sizes are.
fn is_size(name: &str) -> bool {
    let name = name.to_lowercase();
    ["limit", "size", "per", "count", "top", "max", "num", "rows", "results", "take", "first", "length", "amount"]
        .iter()
        .any(|word| name.contains(word))
}

fn pages(reader: &mut Reader<'_>, node: &Node, strategy: &Node, scene: &mut Scene<'_>) -> Result<Value, Refusal> {
    let mut entries = Vec::new();
    match token_place(reader, node, scene)? {
        Some(Place::Param(name)) => {
            scene.sent.params.retain(|(known, _)| *known != name);
            if name != "page" {
                entries.push(Entry::Named("page_param".to_owned(), Value::text(name)));
            }
        }
        Some(Place::Body(path)) => entries.push(Entry::Named("page_body_path".to_owned(), Value::text(path))),
        Some(Place::Header(_)) => {
            return Err((node.line, "page_token_option".to_owned(), "a page number in a header".to_owned()));
        }
        Some(Place::Url) => {
            return Err((node.line, "page_token_option".to_owned(), "a page number in the path".to_owned()));
        }
        None => return one_page(reader, node, strategy, scene),
    }
    let base = strategy.get("start_from_page").map_or(Some(0), Node::as_int);
    let base =
        base.ok_or_else(|| (strategy.line, "start_from_page".to_owned(), "a first page that is computed".to_owned()))?;
    if base != 1 {
        entries.push(Entry::Named("base_page".to_owned(), Value::word(base)));
    }
    first(strategy, scene, &mut entries);
    let size = size(reader, node, strategy, scene)?;
    ends_short(&size, &mut entries);
    Ok(Value::Call("page_number".to_owned(), entries))
}

/// Whether the first request says which page it is for. The manifest's engine leaves that out, unless `inject_on_first_request` is set.
fn first(strategy: &Node, scene: &Scene<'_>, entries: &mut Vec<Entry>) {
    let is_injected = strategy.get("inject_on_first_request").and_then(Node::as_bool).unwrap_or(false);
    if !is_injected && scene.sent.first_token.is_none() {
        entries.push(Entry::Named("send_first".to_owned(), Value::word(false)));
    }
}

/// The page size, and that a shorter page is the last: what the manifest's engine goes by.
fn ends_short(size: &Size, entries: &mut Vec<Entry>) {
    let Some(value) = &size.value else { return };
    if size.is_sent() {
        entries.extend(size.entries.iter().cloned());
    } else {
        // The API's own size of pages.
        entries.push(Entry::Named("limit_param".to_owned(), Value::word("none")));
        entries.push(Entry::Named("limit".to_owned(), value.clone()));
    }
    entries.push(Entry::Named("stop_after_short_page".to_owned(), Value::word(true)));
}

fn offsets(reader: &mut Reader<'_>, node: &Node, strategy: &Node, scene: &mut Scene<'_>) -> Result<Value, Refusal> {
    let mut entries = Vec::new();
    let place = token_place(reader, node, scene)?;
    let size = size(reader, node, strategy, scene)?;
    let name = match place {
        Some(Place::Param(name)) => {
            scene.sent.params.retain(|(known, _)| *known != name);
            ("offset_param", name)
        }
        Some(Place::Body(path)) => ("offset_body_path", path),
        Some(Place::Header(_) | Place::Url) => {
            return Err((node.line, "page_token_option".to_owned(), "an offset in a header or the path".to_owned()));
        }
        None => return one_page(reader, node, strategy, scene),
    };
    if !(name.0 == "offset_param" && name.1 == "offset") {
        entries.push(Entry::Named(name.0.to_owned(), Value::text(name.1)));
    }
    first(strategy, scene, &mut entries);
    if size.value.is_some() {
        ends_short(&size, &mut entries);
        let is_default = |entry: &Entry| matches!(entry, Entry::Named(name, Value::Text(text)) if name == "limit_param" && text == "limit");
        entries.retain(|entry| !is_default(entry));
        if size.is_sent() && same_place(&entries) {
            let reason = "an offset and a page size at one place".to_owned();
            return Err((node.line, "page_size_option".to_owned(), reason));
        }
    } else {
        // It grows by the rows that come, however many these are: the number only says how far to read ahead.
        entries.push(Entry::Named("limit_param".to_owned(), Value::word("none")));
        entries.push(Entry::Named("limit".to_owned(), Value::word(100)));
        let note = "The manifest has no page size. The offset grows by the rows that come; `limit` is not sent.";
        scene.notes.push(note.to_owned());
    }
    Ok(Value::Call("offset".to_owned(), entries))
}

/// Whether the offset and the page's size have one place.
fn same_place(entries: &[Entry]) -> bool {
    let text = |wanted: &str| {
        entries.iter().find_map(|entry| match entry {
            Entry::Named(name, Value::Text(text)) if name == wanted => Some(text.as_str()),
            _ => None,
        })
    };
    let (offset, limit) = (text("offset_param").unwrap_or("offset"), text("limit_param").unwrap_or("limit"));
    text("offset_body_path").is_none() && text("limit_body_path").is_none() && offset == limit
}

/// Where the page's token goes: where its option says, or where the manifest writes it among what it sends.
pub(super) fn token_place(
    reader: &mut Reader<'_>,
    node: &Node,
    scene: &mut Scene<'_>,
) -> Result<Option<Place>, Refusal> {
    if let Some(option) = node.get("page_token_option").filter(|option| !option.is_empty()) {
        return place(reader, option).map(Some);
    }
    let param = scene.sent.token_param.clone().map(Place::Param);
    Ok(param.or_else(|| scene.sent.token_body.clone().map(Place::Body)))
}
