//! Resources that are read for the rows of others.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

/// A forum.
#[declarest::source(base_url = "https://api.example.com", resource_defaults(paginator = single_page, primary_key = id))]
pub mod forum {
    /// A comment on a post, declared ahead of it.
    #[resource(
        name = comments,
        path = "/forums/{resources.forums.type}/posts/{resources.posts.id}/comments/{state}",
        params(state: String, q: Option<String>, fields = "all", author = "{resources.posts.author}"),
        include_from_parent(id, posts.created_at, forums.type),
        primary_key = (_posts_id, id),
    )]
    #[derive(Debug)]
    pub struct Comment {
        /// What tells it apart.
        pub id: u64,
    }

    /// A post in a forum.
    #[resource(name = posts, path = "/forums/{resources.forums.type}/posts")]
    #[derive(Debug)]
    pub struct Post {
        /// What tells it apart.
        pub id: u64,
        /// Who wrote it.
        pub author: Option<String>,
        /// When.
        #[column(name = "created")]
        pub created_at: declarest::jiff::Timestamp,
    }

    /// A forum.
    #[resource(name = forums, path = "/forums", primary_key = r#type)]
    #[derive(Debug)]
    pub struct Forum {
        /// What it is about.
        pub r#type: Topic,
    }

    /// What a forum is about.
    #[nested]
    #[derive(Debug)]
    pub enum Topic {
        /// Rust.
        Rust,
        /// Anything else.
        #[other]
        Other(String),
    }

    /// What was said of a comment.
    #[resource(
        path = "/graphql",
        method = POST,
        json = { "query": "query {{ comment(id: {resources.comments.id}) {{ reactions {{ id }} }} }}" },
        data_selector = "data.comment.reactions",
    )]
    #[derive(Debug)]
    pub struct Reaction {
        /// What tells it apart.
        pub id: String,
    }
}

fn main() {
    let client = forum::Client::builder().build().expect("nothing is missing");
    let _ = client.comments(forum::Topic::Rust, 7, "me", "open").q("why").stream();
    let _ = client.reaction(7).stream();
    let def = <forum::Comment as declarest::Resource>::DEF;
    assert_eq!(def.path, "/forums/{resources.forums.type}/posts/{resources.posts.id}/comments/{state}");
    assert_eq!(def.fixed_params, [("fields", "all"), ("author", "{resources.posts.author}")]);
    assert_eq!(def.required(), ["state"]);
    assert_eq!(def.primary_key, ["_posts_id", "id"]);
    let parent = def.parent.expect("a parent");
    assert_eq!(parent.resource, "posts");
    let links = |links: &'static [declarest::__private::ParentField]| {
        links.iter().map(|link| (link.name, link.resource, link.column)).collect::<Vec<_>>()
    };
    assert_eq!(
        links(parent.bound),
        [
            ("resources.forums.type", "forums", "type"),
            ("resources.posts.id", "posts", "id"),
            ("resources.posts.author", "posts", "author"),
        ]
    );
    assert_eq!(
        links(parent.included),
        [("_posts_id", "posts", "id"), ("_posts_created_at", "posts", "created"), ("_forums_type", "forums", "type")]
    );
    let reactions = <forum::Reaction as declarest::Resource>::DEF.parent.expect("a parent");
    assert_eq!((reactions.resource, reactions.bound.len()), ("comments", 1));
}
