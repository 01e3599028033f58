//! What the macro writes: a snapshot to read, and that nothing in it depends on what the user's module declares.

use proc_macro2::{TokenStream, TokenTree};

const ARGS: &str = r#"
    base_url = "https://api.example.com",
    auth = bearer(token = secret(user_token)),
    headers("Accept-Language" = "en"),
    retry(max_retries = 3, backoff_factor = 2, statuses = [429, 503]),
    timeout = "30s",
    resource_defaults(
        rename_all = "camelCase",
        paginator = page_number(page_param = "p", limit_param = "ps", limit = 100, total_path = "paging.total"),
    ),
"#;

const MODULE: &str = r#"
    /// Projects and their branches.
    pub mod demo {
        /// A branch of a project.
        #[resource(
            name = branches,
            path = "/v1/projects/{project}/branches",
            data_selector = "branches",
            params(project: String, q: Option<String>, additional_fields as "additionalFields" = "_all"),
            primary_key = key,
            write_disposition = merge,
        )]
        #[derive(Debug)]
        pub struct Branch {
            pub key: String,
            pub creation_date: Option<i64>,
            #[column(json)]
            pub links: Links,
            #[column(skip)]
            pub kind: Kind,
            #[cfg(feature = "extra")]
            pub extra: bool,
        }

        #[nested]
        pub enum Kind {
            LongLived,
            #[other]
            Other(String),
        }

        #[nested]
        pub struct Links {
            pub home_page: String,
        }

        #[resource(
            path = "/v1/search",
            method = POST,
            params(q: String, state: Option<String>, size = 7),
            json = { "q": q, "filter": { "state": state, "size": size } },
            paginator = offset(limit = 50, offset_body_path = "paging.from", total_header = "X-Total"),
            auth = api_key(name = "X-Api-Key", api_key = secret(search_key)),
            missing_rows = empty,
            response_actions(404 = ignore, "still computing" = retry),
            filter = keep,
            map = change,
        )]
        pub struct Hit {
            pub id: u64,
        }

        #[resource(path = "/v1/languages", paginator = single_page, selected = false)]
        struct Language {
            #[serde(rename = "id")]
            key: String,
        }
    }
"#;

/// What requests are made of: client-wide params, placeholders, lists, forms, credentials that are got first.
const REQUESTS: (&str, &str) = (
    r#"
        base_url = "https://api.example.com",
        params(organization: String, region: Option<u32>),
        headers("X-Region" = "{region}"),
        rate_limit = "10/s",
        auth = oauth2_client_credentials(
            access_token_url = "/token", client_id = "app", client_secret = secret(app_secret), scopes = ["read"],
            client_auth = header,
        ),
    "#,
    r#"
        pub mod requests {
            #[resource(
                path = "/orgs/{organization}/{project}/tags",
                params(project: String, tags: Vec<String>, ids: Option<Vec<u64>> (style = csv), team = "a-{organization}"),
                headers("X-Project" = "{project}"),
                response_actions((403, "quota") = retry, body("ok" = false) = fail, body("errors[-1]") = fail),
                paginator = custom(super::Pages),
                auth = custom(super::Signed, secret(key)),
                rate_limit = "600/min",
            )]
            pub struct Tag {
                pub id: u64,
            }

            #[resource(
                path = "/forms",
                method = POST,
                params(query: String),
                data = { "q": query, "all": true },
                data_selector = "$.hits[?@.open == true]",
            )]
            pub struct Form {
                pub id: u64,
            }
        }
    "#,
);

/// What syncs are told: parents, ranges, child tables.
const SYNCED: &str = r#"
    /// A forum.
    pub mod forum {
        #[resource(name = posts, path = "/posts", primary_key = value, on_bad_row = quarantine)]
        pub struct Post(pub u64);

        #[resource(
            name = comments,
            path = "/posts/{resources.posts.value}/{state}/comments",
            params(state: u8, around = "{resources.posts.value}"),
            include_from_parent(value),
            primary_key = (_posts_value, id),
            write_disposition = merge,
            incremental(
                cursor = at,
                start_param = "since",
                end_param = "until",
                initial_value = 5,
                lag = 10,
            ),
            result_window = 1_000,
            paginator = offset(limit = 100, total_path = "total"),
            yield_map = split,
        )]
        pub struct Comment {
            pub id: u64,
            pub at: i64,
            #[column(child_table)]
            pub votes: Vec<Vote>,
            #[column(child_table)]
            pub labels: Option<Vec<i32>>,
            #[serde(flatten)]
            pub rest: Extra,
        }

        #[nested]
        pub struct Vote {
            pub up: bool,
        }
    }
"#;

fn expand(args: &str, module: &str) -> TokenStream {
    declarest_macros_core::source(args.parse().expect("tokens"), module.parse().expect("tokens"))
}

#[test]
fn expansion() {
    let file = syn::parse2(expand(ARGS, MODULE)).expect("items");
    insta::assert_snapshot!(prettyplease::unparse(&file));
}

#[test]
fn requests() {
    let file = syn::parse2(expand(REQUESTS.0, REQUESTS.1)).expect("items");
    insta::assert_snapshot!(prettyplease::unparse(&file));
}

#[test]
fn expansion_of_what_is_synced() {
    let file = syn::parse2(expand(ARGS, SYNCED)).expect("items");
    insta::assert_snapshot!(prettyplease::unparse(&file));
}

#[test]
fn docs_are_copied_in_brief() {
    let module = r#"
        /// Of [`Issue`].
        ///
        /// ```
        /// example_of_the_module();
        /// ```
        pub mod demo {
            /// An issue of [`Project`](super::Project).
            ///
            /// ```
            /// example_of_the_row();
            /// ```
            #[resource(path = "/issues")]
            pub struct Issue {
                pub id: u64,
            }
        }
    "#;
    let written = prettyplease::unparse(&syn::parse2(expand(ARGS, module)).expect("items"));
    for (once, times) in [("example_of_the_module", 1), ("example_of_the_row", 1), ("super::Project", 1)] {
        assert_eq!(written.matches(once).count(), times, "{once}: {written}");
    }
    assert!(
        written.contains("/// Of `Issue`.") && written.contains("/// More about the rows: [`Issue`]."),
        "{written}"
    );
}

/// Names that a user's module may declare for itself. In the expansion they stand behind a path only.
const BANNED: &[&str] = &[
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "Vec",
    "String",
    "Box",
    "Into",
    "From",
    "Default",
    "Debug",
    "Clone",
    "Send",
    "Sync",
    "Iterator",
    "IntoFuture",
    "Deserialize",
    "Serialize",
    "core",
    "std",
    "alloc",
    "declarest",
    "serde",
    "format",
    "vec",
    "drop",
];

#[test]
fn expansion_names_nothing_that_could_be_shadowed() {
    // A declaration in which the user names nothing of the kind.
    let module = MODULE.replace("Option<String>", "Option<u32>");
    let mut found = Vec::new();
    bare(expand(ARGS, &module), &mut found);
    let users: &[&str] = &["Debug", "Option", "String"];
    found.retain(|name| !users.contains(&name.as_str()));
    assert_eq!(found, Vec::<String>::new());
    // And one whose lists are the user's.
    bare(expand(ARGS, SYNCED), &mut found);
    assert_eq!(found, ["Vec", "Option", "Vec"]);
}

/// The banned names that stand neither behind `::`, nor as an attribute's name, nor where a name is declared.
fn bare(tokens: TokenStream, found: &mut Vec<String>) {
    let mut before = String::new();
    for token in tokens {
        match &token {
            TokenTree::Group(group) => bare(group.stream(), found),
            TokenTree::Ident(name) if BANNED.iter().any(|banned| name == banned) => {
                let attribute = before.is_empty() && name == "serde";
                if !(before.ends_with("::") || before == "type" || attribute) {
                    found.push(name.to_string());
                }
            }
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        match token {
            TokenTree::Punct(punct) if before.ends_with(':') => before.push(punct.as_char()),
            token => before = token.to_string(),
        }
    }
}

/// Rows with keys that are no names, values of several types, and what is not always there.
const SAMPLED: &str = r#"
    pub mod sampled {
        #[resource(path = "/odd", data_selector = "data", sample = "samples/odd.json", primary_key = id)]
        #[derive(PartialEq)]
        pub struct Odd;
    }
"#;

#[test]
fn structs_from_a_sample() {
    let file = syn::parse2(expand(ARGS, SAMPLED)).expect("items");
    let written = prettyplease::unparse(&file);
    // The structs are what there is to read here.
    let structs = written.split("#[doc(hidden)]").next().unwrap_or_default();
    let structs = structs.split("#[automatically_derived]").next().unwrap_or_default();
    insta::assert_snapshot!(structs);
    assert!(written.contains("samples/odd.json"), "the sample is tracked");
    let (mut found, users) = (Vec::new(), ["PartialEq"]);
    bare(expand(ARGS, SAMPLED), &mut found);
    found.retain(|name| !users.contains(&name.as_str()));
    assert_eq!(found, Vec::<String>::new());
}
