//! Every way to ask for pages, to authorize, and to read answers.
#![deny(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, rust_2018_idioms)]

use declarest::Resource;

/// All of the vocabulary.
#[declarest::source(
    base_url = "https://api.example.com/v2",
    auth = http_basic(username = secret(account), password = ""),
    trust = ["https://cdn.example.com", "http://127.0.0.1:8080"],
)]
pub mod api {
    /// Pages by link, if there are any.
    #[resource(path = "/notes")]
    pub struct Note {
        /// Its number.
        pub id: u64,
    }

    /// Pages by number, in the body.
    #[resource(
        name = hits,
        path = "/{index}/search",
        method = POST,
        params(index: String, query: String, state: Option<String>, size = 7, lang = "en", trace: Option<bool>),
        json = {
            "query": query,
            "filter": { "state": state, "in": ["a", index, -1, 2.5, null, true], "size": size, "lang": lang },
            "page": 0,
        },
        paginator = page_number(page_body_path = "page", total_header = "X-Total"),
        missing_rows = empty,
        response_actions(404 = ignore, 409 = retry, "index closed" = fail),
        filter = self::is_good,
        map = shorten,
    )]
    pub struct Hit {
        /// Its number.
        pub id: u64,
        /// What it says.
        pub text: String,
    }

    fn is_good(hit: &Hit) -> bool {
        hit.id > 1
    }

    fn shorten(mut hit: Hit) -> Hit {
        hit.text.truncate(3);
        hit
    }

    /// Pages by offset.
    #[resource(
        path = "/events",
        paginator = offset(
            limit = 50,
            offset = 10,
            offset_param = "skip",
            limit_param = "top",
            total_path = "count",
            total_header = "X-Total",
            maximum_offset = 1000,
            has_more_path = "more",
            stop_after_empty_page = false,
        ),
        auth = api_key(name = "X-Api-Key", api_key = secret(key)),
        map = later,
        filter = is_even,
        missing_rows = error,
    )]
    pub struct Event {
        /// Its number.
        pub id: u64,
    }

    fn later(mut event: Event) -> Event {
        event.id += 1;
        event
    }

    fn is_even(event: &Event) -> bool {
        event.id.is_multiple_of(2)
    }

    /// Pages by offset, in the body.
    #[resource(
        path = "/audits",
        method = POST,
        paginator = offset(limit = 50, offset_body_path = "paging.from", limit_body_path = "paging.size"),
        auth = api_key(name = "session", api_key = secret(key), location = cookie),
    )]
    pub struct Audit {
        /// Its number.
        pub id: u64,
    }

    /// Pages by cursor.
    #[resource(
        path = "/charges",
        paginator = cursor(
            cursor_path = "data[0].id",
            cursor_param = "starting_after",
            limit_param = "limit",
            limit = 100,
            has_more_path = "has_more",
            stop_after_empty_page = true,
        ),
        auth = api_key(name = "key", api_key = secret(key), location = query),
        params(above: Option<u64> (filters > id), at: Option<Vec<u64>> (style = csv, filters id, inexact)),
        sorts(id = "sort=id", id desc = "sort=-id"),
    )]
    pub struct Charge {
        /// Its number.
        pub id: u64,
    }

    /// Pages by cursor, in the body.
    #[resource(path = "/pages", method = POST, paginator = cursor(cursor_path = "next", cursor_body_path = "start"))]
    pub struct Page {
        /// Its number.
        pub id: u64,
    }

    /// Pages by cursor, in a header.
    #[resource(
        path = "/users",
        paginator = header_cursor(cursor_key = "X-Next", cursor_param = "after", limit_param = "n", limit = 10),
        auth = http_basic(username = "me", password = secret(password)),
    )]
    pub struct User {
        /// Its number.
        pub id: u64,
    }

    /// Pages by link, in a header.
    #[resource(path = "/repos", paginator = header_link(links_next_key = "next", limit_param = "per_page", limit = 100))]
    pub struct Repo {
        /// Its number.
        pub id: u64,
    }

    /// Pages by link, in a header, by default.
    #[resource(path = "/tags", paginator = header_link)]
    pub struct Tag {
        /// Its number.
        pub id: u64,
    }

    /// Pages by link, in the body.
    #[resource(path = "/people", paginator = json_link(next_url_path = "links.next", limit_param = "n", limit = 10))]
    pub struct Person {
        /// Its number.
        pub id: u64,
    }

    /// Pages by link, in the body, by default.
    #[resource(path = "/films", paginator = json_link)]
    pub struct Film {
        /// Its number.
        pub id: u64,
    }

    /// Once for each value.
    #[resource(
        name = prices,
        path = "/zones/{zone}/prices",
        params(year = "{year}", ratio as "r" = "{of}"),
        partition_by(zone in ["DE", "FR"], year in [-1, 2024], of in [0.5, 1]),
        include_partition(zone, year, of),
        primary_key = (id, _zone, _year),
        paginator = single_page,
    )]
    pub struct Price {
        /// Its number.
        pub id: u64,
    }

    /// Whatever there is.
    #[resource(path = "/others", paginator = auto)]
    pub struct Other {
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
    let client = api::Client::builder().account("a").key("k").password("p").build()?;
    let hits = client.hits("notes", "rust").state("open").trace(true).concurrency(2).await?;
    let events = client.event().page_size(10).concurrency(2).await?;
    let audits = client.audit().concurrency(2).await?;
    let mut count = hits.len() + events.len() + audits.len();
    count += client.note().await?.len() + client.charge().await?.len() + client.page().await?.len();
    count += client.user().await?.len() + client.repo().await?.len() + client.tag().await?.len();
    count += client.person().await?.len() + client.film().await?.len() + client.other().await?.len();
    count += client.prices().zone(["DE"]).year(2024).of(0.5).await?.len() + client.prices().zone("FR").await?.len();
    Ok(count)
}

fn main() {
    let hit = <api::Hit as Resource>::DEF;
    assert_eq!(hit.path, "/{index}/search");
    assert!(hit.fixed_params.is_empty());
    assert_eq!(
        format!("{:?}", hit.json),
        "Some(Object([(\"query\", Param(\"query\")), (\"filter\", Object([(\"state\", Param(\"state\")), \
         (\"in\", Array([Text(\"a\"), Param(\"index\"), Integer(-1), Float(2.5), Null, Bool(true)])), \
         (\"size\", Integer(7)), (\"lang\", Text(\"en\"))])), (\"page\", Integer(0))]))"
    );
    assert_eq!(hit.response_actions.len(), 3);

    // The steps are taken as they were written: for hits the filter first, for events the other.
    let hits = api::Hit::process((1..=2).map(|id| api::Hit { id, text: "long text".to_owned() }).collect());
    assert_eq!(hits.iter().map(|hit| (hit.id, hit.text.as_str())).collect::<Vec<_>>(), [(2, "lon")]);
    let events = api::Event::process((1..=4).map(|id| api::Event { id }).collect());
    assert_eq!(events.iter().map(|event| event.id).collect::<Vec<_>>(), [2, 4]);

    let shown = format!("{:?}", <api::Charge as Resource>::DEF.paginator);
    assert!(shown.contains("cursor_param: \"starting_after\""), "{shown}");
    assert_eq!(format!("{:?}", <api::Note as Resource>::DEF.paginator), "Auto");
}
