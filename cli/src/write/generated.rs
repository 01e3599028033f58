//! What is written is what the macro reads: models that nobody wrote, as text, without an error.

use quote::ToTokens;

use super::module;
use crate::declaration::{
    Entry, Field, Names, Param, Resource, SETTERS, Source, Struct, Type, Value, finish, identifier, pascal, snake,
};

/// Numbers that are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn flip(&mut self) -> bool {
        self.below(2) == 0
    }
}

const WIRES: [&str; 16] = [
    "id",
    "type",
    "self",
    "itemId",
    "item_id",
    "ItemID",
    "@odata.id",
    "a b",
    "1st",
    "extra",
    "größe",
    "zip-code",
    "createdAt",
    "updated_at",
    "quote\"d",
    "back\\slash",
];
const TEXTS: [&str; 8] =
    ["plain", "a \"quoted\" text", "back\\slash", "tab\there", "é ü", "50%", "{{braces}}", "<b>[x](y)</b>"];

fn named(name: &str, value: Value) -> Entry {
    Entry::Named(name.to_owned(), value)
}

fn ty(dice: &mut Dice, types: &mut Names, depth: usize) -> Type {
    match dice.below(if depth > 2 { 8 } else { 10 }) {
        0 => Type::Bool,
        1 => Type::Int,
        2 => Type::Float,
        3 => Type::Json,
        4 => Type::Timestamp,
        5 => Type::DateTime,
        6 => Type::Date,
        8 => Type::List(Box::new(ty(dice, types, depth + 1))),
        9 => {
            let name = types.take(&pascal(dice.one(&["part", "Part", "inner thing", "address"])));
            let fields = fields(dice, types, depth + 1);
            Type::Nested(Box::new(Struct { name, docs: "A part.".into(), fields, extra: false, spelling: None }))
        }
        _ => Type::Text,
    }
}

fn fields(dice: &mut Dice, types: &mut Names, depth: usize) -> Vec<Field> {
    let mut names = Names::new(&["extra"]);
    let mut fields: Vec<Field> = Vec::new();
    for _ in 0..=dice.below(6) {
        let wire = dice.one(&WIRES).to_owned();
        if fields.iter().any(|field| field.wire == wire) {
            continue;
        }
        let name = names.take(&identifier(&wire));
        let (docs, ty) = (dice.one(&TEXTS).to_owned(), ty(dice, types, depth));
        let optional = dice.flip();
        fields.push(Field { name, wire, docs, renamed: false, ty, optional, made: false, hidden: false, format: None });
    }
    fields
}

fn paginator(dice: &mut Dice) -> Value {
    let call = |name: &str, entries: Vec<Entry>| Value::Call(name.to_owned(), entries);
    let limit = |dice: &mut Dice| {
        vec![named("limit_param", Value::text("size")), named("limit", Value::word(1 + dice.below(500)))]
    };
    match dice.below(6) {
        0 => Value::word("single_page"),
        1 => {
            let mut entries =
                vec![named("page_param", Value::text("p")), named("base_page", Value::word(dice.below(2)))];
            entries.extend(limit(dice));
            entries.push(named(dice.one(&["total_path", "total_pages_path"]), Value::text("meta.total")));
            call("page_number", entries)
        }
        2 => call("offset", vec![named("limit", Value::word(50)), named("offset_param", Value::text("$skip"))]),
        3 => {
            let mut entries = vec![named("cursor_path", Value::text("meta.next_cursor"))];
            entries.extend(limit(dice));
            call("cursor", entries)
        }
        4 => Value::word("header_link"),
        _ => call("json_link", vec![named("next_url_path", Value::text("links.next"))]),
    }
}

fn auth(dice: &mut Dice) -> Option<Value> {
    let secret = |name: &str| Value::Call("secret".into(), vec![Entry::Plain(Value::word(name))]);
    let bearer = Value::Call("bearer".into(), vec![named("token", secret("token"))]);
    let key = Value::Call(
        "api_key".into(),
        vec![
            named("name", Value::text("X-Key")),
            named("api_key", secret("api_key")),
            named("location", Value::word(dice.one(&["query", "header"]))),
        ],
    );
    match dice.below(5) {
        0 => None,
        1 => Some(bearer),
        2 => Some(key),
        3 => Some(Value::Call("one_of".into(), vec![Entry::Plain(bearer), Entry::Plain(key)])),
        _ => Some(Value::Call(
            "oauth2_client_credentials".into(),
            vec![
                named("access_token_url", Value::text("/token")),
                named("client_id", Value::text("me")),
                named("client_secret", secret("client_secret")),
                Entry::Grouped(
                    "access_token_request_data".into(),
                    vec![Entry::Keyed(Value::text("audience"), Value::text("a"))],
                ),
            ],
        )),
    }
}

fn resource(
    dice: &mut Dice,
    name: String,
    types: &mut Names,
    parent: Option<&Resource>,
    has_selector: bool,
) -> Resource {
    let kind = types.take(&pascal(&name));
    let mut row =
        Struct { name: kind, docs: String::new(), fields: fields(dice, types, 0), extra: dice.flip(), spelling: None };
    let mut options = Vec::new();
    let parent_key = parent.and_then(|parent| {
        let key = parent.options.iter().find(|(name, _)| name == "primary_key")?;
        let Value::Word(key) = &key.1 else { return None };
        Some(format!("resources.{}.{key}", parent.name))
    });
    let path = match &parent_key {
        Some(place) => format!("/{name}/{{{place}}}/rows"),
        None => format!("/{name}/{{shard}}"),
    };
    options.push(("path".to_owned(), Value::text(path)));
    let mut params = Vec::new();
    if parent_key.is_none() {
        params.push(Entry::Typed("shard".into(), "String".into(), None));
    }
    params.push(Entry::Renamed(
        "kind".into(),
        "kind[]".into(),
        Value::List(vec![Value::text("a"), Value::text(dice.one(&TEXTS))]),
    ));
    params.push(Entry::Typed("since as \"createdAfter\"".into(), "Option<String>".into(), None));
    params.push(Entry::Typed("ids".into(), "Option<Vec<i64>> (style = csv)".into(), None));
    options.push(("params".to_owned(), Value::Group(params)));
    if dice.flip() {
        options.push(("method".to_owned(), Value::word("POST")));
        let object = Value::Object(vec![
            ("text".into(), Value::text(dice.one(&TEXTS))),
            (
                "list".into(),
                Value::List(vec![Value::word(1), Value::word("true"), Value::word("null"), Value::word("2.5")]),
            ),
            ("deep".into(), Value::Object(vec![("a\"b".into(), Value::text("{since}"))])),
        ]);
        options.push(("json".to_owned(), object));
    }
    options.push(("headers".to_owned(), Value::Group(vec![Entry::Keyed(Value::text("X-Kind"), Value::text("a b"))])));
    if has_selector {
        options.push((
            "data_selector".to_owned(),
            Value::text(dice.one(&["data", "data.items", "data[*].rows", "[\"a b\"].rows"])),
        ));
    }
    options.push(("paginator".to_owned(), paginator(dice)));
    if dice.flip() {
        let actions = vec![
            Entry::Keyed(Value::word(404), Value::word("ignore")),
            Entry::Keyed(Value::Tuple(vec![Value::word(403), Value::text("x")]), Value::word("fail")),
            Entry::Keyed(Value::text("try again"), Value::word("retry")),
        ];
        options.push(("response_actions".to_owned(), Value::Group(actions)));
    }
    let key = row.fields.iter_mut().find(|field| matches!(field.ty, Type::Text | Type::Int));
    if let Some(key) = key.filter(|_| dice.flip()) {
        key.optional = false;
        options.push(("primary_key".to_owned(), Value::word(&key.name)));
        options.push(("write_disposition".to_owned(), Value::word("merge")));
    }
    let cursor = row.fields.iter_mut().find(|field| field.ty == Type::Timestamp);
    if let (Some(cursor), None) = (cursor.filter(|_| dice.flip()), parent) {
        cursor.optional = false;
        let entries = vec![
            named("cursor", Value::word(&cursor.name)),
            named("start_param", Value::text("from")),
            named("initial_value", Value::text("2024-01-01T00:00:00Z")),
        ];
        options.push(("incremental".to_owned(), Value::Group(entries)));
    }
    Resource {
        original: name.clone(),
        name,
        listed: true,
        docs: dice.one(&TEXTS).to_owned(),
        notes: vec![dice.one(&TEXTS).repeat(20)],
        options,
        structs: vec![row],
        parents: Vec::new(),
        ..Resource::default()
    }
}

fn source(seed: u64) -> Source {
    let mut dice = Dice(seed);
    let (mut names, mut types) =
        (Names::new(&SETTERS), Names::new(&["String", "Option", "Vec", "Date", "DateTime", "Timestamp"]));
    let mut source = Source { name: "generated".into(), docs: dice.one(&TEXTS).into(), ..Source::default() };
    source.options.push(("base_url".to_owned(), Value::text("https://{region}.example.com/v1")));
    source.options.extend(auth(&mut dice).map(|auth| ("auth".to_owned(), auth)));
    let default = dice.flip().then(|| Value::text("eu"));
    source.params.push(Param { name: "region".into(), ty: "String".into(), default, docs: dice.one(&TEXTS).into() });
    // A selector that most resources have is shared, and one that has none would have to unset it.
    let has_selector = dice.flip();
    for _ in 0..=dice.below(4) {
        let name = names.take(&snake(dice.one(&["orders", "order lines", "customers", "events", "a-b", "2fa"])));
        let parent = if dice.flip() { source.resources.first() } else { None };
        let parent = parent.filter(|parent| {
            parent.options.iter().any(|(name, _)| name == "primary_key")
                && parent.options.iter().all(|(name, _)| name != "incremental")
        });
        let made = resource(&mut dice, name, &mut types, parent, has_selector);
        source.resources.push(made);
    }
    finish(&mut source, vec!["token".into(), "api_key".into(), "client_secret".into()]);
    source
}

#[test]
fn the_macro_reads_generated_models() {
    for seed in 0..120 {
        let text = module(source(seed));
        let mut parsed: syn::ItemMod = syn::parse_str(&text).unwrap_or_else(|error| panic!("{seed}: {error}\n{text}"));
        let index = parsed.attrs.iter().position(|attribute| attribute.path().segments.len() == 2);
        let attribute = index.map(|index| parsed.attrs.remove(index));
        let Some(syn::Attribute { meta: syn::Meta::List(list), .. }) = attribute else { panic!("{seed}: {text}") };
        let tokens = declarest_macros_core::source(list.tokens, parsed.into_token_stream()).to_string();
        if let Some(index) = tokens.find("compile_error") {
            let error: String = tokens.chars().skip(index).take(500).collect();
            panic!("{seed}: {error}\n{text}");
        }
    }
}
