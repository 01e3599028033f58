//! What requests are made of: params of several values, placeholders, bodies; rates, and answers told apart by what is in them.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

use declarest::Resource;

/// All of it.
#[declarest::source(
    base_url = "https://api.example.com/v2",
    params(organization: String, region: Option<u32>, r#type: String),
    headers("X-Organization" = "{organization}", "X-Region" = "{{{region}}}"),
    rate_limit = "10/s",
    resource_defaults(headers("X-Type" = "{type}", "X-Default" = "d")),
)]
pub mod api {
    /// A path of which the client knows a part.
    #[resource(
        path = "/orgs/{organization}/{kind}/{project}/{place}",
        params(project: String, kind = "a b-{type}", place = "{{x}}", since: Option<u32>),
        headers("X-Since" = "{since}/{kind}", "x-default" = "{project}"),
        rate_limit = "600/min",
    )]
    pub struct Issue {
        /// Its number.
        pub id: u64,
    }

    /// Several values of one param.
    #[resource(
        path = "/{ids}/tags",
        params(
            ids: Vec<u64>,
            tags: Vec<String>,
            names: Option<Vec<String>> (style = repeat),
            sizes as "size[]": Option<Vec<u32>> (style = csv),
            langs: Option<Vec<String>>,
            filter = "org:{organization} {{braces}}",
        ),
        headers("Accept-Language" = "{langs}"),
        response_actions(
            404 = ignore,
            (403, "quota") = retry,
            body("ok" = false) = fail,
            body("errors[-1].code" = -1) = fail,
            body("error") = fail,
        ),
        paginator = cursor(cursor_path = "data[-1].id"),
    )]
    pub struct Tag {
        /// Its number.
        pub id: u64,
    }

    /// A form.
    #[resource(
        path = "/forms",
        method = POST,
        params(query: String, state: Option<String>, size = 7, text = "{{x}}"),
        data = { "q": query, "state": state, "size": size, "text": text, "braces": "{{x}}" },
        data_selector = "$.hits[?@.open == true]",
    )]
    pub struct Form {
        /// Its number.
        pub id: u64,
    }

    /// A text.
    #[resource(path = "/texts", method = POST, data = "<query>{{all}}</query>", data_selector = "$")]
    pub struct Text {
        /// Its number.
        pub id: u64,
    }

    /// The same param in a body and a header.
    #[resource(
        path = "/both/{trace}",
        method = POST,
        params(trace: String, ids: Vec<u64>),
        json = { "trace": trace, "ids": ids, "query": "{{ viewer {{ id }} }}" },
        headers("X-Trace" = "{trace}"),
    )]
    pub struct Both {
        /// Its number.
        pub id: u64,
    }
}

/// Uses all of it.
///
/// # Errors
///
/// Always, there being no such API.
pub async fn read() -> declarest::Result<usize> {
    let client = api::Client::builder().organization("o").region(5).r#type("t").build()?;
    let mut count = client.issue("p").since(5).await?.len();
    count += client.tag([1, 2], ["a"]).names(vec!["b".to_owned()]).sizes([1, 2]).langs(["en"]).await?.len();
    // Options are taken, too.
    let (names, sizes, since): (Option<Vec<String>>, Option<[u32; 2]>, Option<u32>) = (None, None, None);
    let langs = Some("de").map(|lang| vec![lang]);
    count += client.tag([1, 2], ["a"]).names(names).sizes(sizes).langs(langs).await?.len();
    count += client.issue("p").since(since).since(Some(5)).since(None).await?.len();
    count += client.form("q").state(Some(String::new())).state(None::<&str>).state('c').await?.len();
    count += client.tag([1], [""]).sizes([1, 2].iter().map(|size| size + 1)).sizes([]).await?.len();
    count += client.form("q").state("open").await?.len() + client.text().await?.len();
    count += client.both("t", vec![1]).await?.len();
    Ok(count)
}

fn main() {
    let issue = <api::Issue as Resource>::DEF;
    assert_eq!(issue.path, "/orgs/{organization}/a%20b-{type}/{project}/%7Bx%7D");
    assert_eq!(issue.required(), ["project"]);
    assert!(issue.fixed_params.is_empty());
    assert_eq!(issue.headers, [("X-Type", "{type}"), ("X-Since", "{since}/a b-{type}"), ("x-default", "{project}")]);
    let tag = <api::Tag as Resource>::DEF;
    assert_eq!(tag.fixed_params, [("filter", "org:{organization} {{braces}}")]);
    assert_eq!(tag.response_actions.len(), 5);
    let shown = format!("{:?}", tag.response_actions);
    assert!(shown.contains("Body([Key(\"errors\"), Last, Key(\"code\")], Some(\"-1\"))"), "{shown}");
    let form = <api::Form as Resource>::DEF;
    assert_eq!(
        format!("{:?}", form.data),
        "Some(Form([(\"q\", Param(\"query\")), (\"state\", Param(\"state\")), (\"size\", Integer(7)), \
         (\"text\", Text(\"{x}\")), (\"braces\", Text(\"{x}\"))]))"
    );
    assert_eq!((form.jsonpath, form.selector), (Some("$.hits[?@.open == true]"), None));
    let text = <api::Text as Resource>::DEF;
    assert_eq!(format!("{:?}", text.data), "Some(Raw(\"<query>{{all}}</query>\"))");
    assert!(text.selector.is_some_and(<[_]>::is_empty));
}
