//! Generated names do not change their meaning: a request is a type of its own, with optional params and without, and the
//! names of the resources are constants.
#![deny(warnings, missing_docs, clippy::pedantic)]

use declarest::{ColumnType, ListStyle, ParamDef, ParamPlace, Request, Resource, ResourceName, Source};

/// A source with resources of each kind.
#[declarest::source(base_url = "http://localhost:9000", resource_defaults(primary_key = id))]
pub mod demo {
    /// A post.
    #[resource(name = posts, path = "/posts", paginator = page_number(limit_param = "ps"))]
    pub struct Post {
        /// Its number.
        pub id: u64,
    }

    /// A comment.
    #[resource(
        name = type, path = "/posts/{resources.posts.id}/{kind}/comments", paginator = single_page,
        params(
            kind: Kind,
            tag as "tags": Option<Vec<super::Tag>> (style = csv),
            since: Option<declarest::jiff::Timestamp>,
            days: super::Days,
        ),
    )]
    pub struct Comment {
        /// Its number.
        pub id: u64,
    }

    /// What comments are about.
    #[nested]
    #[derive(Clone, Copy)]
    pub enum Kind {
        /// The text.
        Text,
    }

    /// A hit.
    #[resource(
        name = _9_lives, path = "/hits", method = POST, params(q: String, exact: Option<bool>, lang: Option<String>),
        json = { "q": q, "exact": exact }, headers("X-Lang" = "{lang}"), paginator = auto,
    )]
    pub(crate) struct Hit {
        /// Its number.
        pub id: u64,
    }
}

/// A type that says no more than that it is a param.
pub struct Tag(&'static str);

impl declarest::Param for Tag {
    fn to_text(&self) -> String {
        self.0.to_owned()
    }
}

/// A list by another name.
type Days = Vec<u8>;

/// What holds requests names their types, and still does when a resource gets an optional param.
#[derive(Debug, Clone)]
struct Held {
    posts: demo::PostsRequest,
    comments: demo::TypeRequest,
}

/// Written once for all resources.
fn shown<T: Resource>(request: impl Into<Request<T>>) -> String {
    format!("{:?}", request.into())
}

fn params<T: Resource>() -> &'static [ParamDef] {
    T::DEF.params
}

const NAMES: [ResourceName; 3] = [demo::Resources::POSTS, demo::Resources::TYPE, demo::Resources::_9_LIVES];

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let held = Held {
        posts: client.posts().page_size(5).concurrency(2),
        comments: client.r#type(1_u64, demo::Kind::Text, vec![1, 2]).tag([Tag("a")]),
    };
    let copy = held.clone();
    let _ = (copy.posts.stream(), copy.comments.pages());
    assert!(shown(held.posts).contains("page_size: Some(5)") && shown(held.comments).contains("\"tags\", \"a\""));
    drop(client._9_lives("x").exact(true).lang("de").clone().first_page());

    let source: &dyn Source = &client;
    assert_eq!((source.name(), source.resources()), ("demo", NAMES.to_vec()));
    assert_eq!(NAMES.map(|name| name.to_string()), ["posts", "type", "_9_lives"]);
    let _ = client.verify().only(NAMES).only(["posts"]).only([demo::Resources::TYPE.into(), "posts".to_owned()]);

    let facts = |params: &[ParamDef]| {
        params.iter().map(|param| (param.name, param.place, param.kind, param.list, param.required)).collect::<Vec<_>>()
    };
    assert_eq!(facts(params::<demo::Post>()), []);
    assert_eq!(
        facts(params::<demo::Comment>()),
        [
            ("posts_id", ParamPlace::Path, ColumnType::Unsigned, false, true),
            ("kind", ParamPlace::Path, ColumnType::Text, false, true),
            ("tag", ParamPlace::Query, ColumnType::Text, true, false),
            ("since", ParamPlace::Query, ColumnType::Timestamp, false, false),
            ("days", ParamPlace::Query, ColumnType::Integer, true, true),
        ]
    );
    assert_eq!(
        facts(params::<demo::Hit>()),
        [
            ("q", ParamPlace::Body, ColumnType::Text, false, true),
            ("exact", ParamPlace::Body, ColumnType::Boolean, false, false),
            ("lang", ParamPlace::Header, ColumnType::Text, false, false),
        ]
    );
    let [parent, _, tag, ..] = params::<demo::Comment>() else { panic!("five") };
    assert_eq!(parent.parent.map(|parent| (parent.resource, parent.column)), Some(("posts", "id")));
    assert_eq!((parent.wire, tag.wire, tag.style), ("resources.posts.id", "tags", ListStyle::Csv));
}
