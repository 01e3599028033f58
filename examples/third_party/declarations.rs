//! What the two servers are declared as.

/// [Datasette](https://docs.datasette.io/en/stable/json_api.html): the URL of the next page in the body.
#[declarest::source(
    base_url = "http://127.0.0.1:8001",
    auth = none,
    resource_defaults(
        params(shape as "_shape" = "objects"),
        data_selector = "rows",
        paginator = json_link(next_url_path = "next_url", limit_param = "_size", limit = 100),
        primary_key = id,
        write_disposition = merge,
    ),
)]
pub mod datasette {
    /// A book, or what a library knows of it.
    #[resource(name = books, path = "/library/books.json")]
    pub struct Book {
        /// Its number.
        pub id: u64,
        /// What is on the cover.
        pub title: String,
    }

    /// Who has which book; only what is new since the last run.
    #[resource(name = loans, path = "/library/loans.json", incremental(cursor = id, start_param = "id__gte"))]
    pub struct Loan {
        /// Counts up.
        pub id: u64,
        /// The book's number.
        pub book: u64,
        /// Who has it.
        pub reader: Option<String>,
    }
}

/// [Kinto](https://docs.kinto-storage.org): the URL of the next page in a header of Kinto's own, which only a paginator of one's
/// own knows.
#[declarest::source(
    base_url = "http://127.0.0.1:8888/v1",
    auth = http_basic(username = "demo", password = secret(kinto_password)),
)]
pub mod kinto {
    use declarest::BoxError;
    use declarest::paginate::{CustomPage, CustomPaginator, NextPage};

    /// A record of the collection; only what has changed since the last run.
    #[resource(
        name = books, path = "/buckets/library/collections/books/records", data_selector = "data",
        params(limit as "_limit" = 100, sort as "_sort" = "last_modified"),
        paginator = custom(NextPageHeader),
        primary_key = id, write_disposition = merge,
        incremental(cursor = last_modified, start_param = "min_last_modified"),
    )]
    pub struct Book {
        /// Kinto's.
        pub id: String,
        /// What is on the cover.
        pub title: String,
        /// Milliseconds since 1970; no two records have the same.
        pub last_modified: u64,
    }

    /// `Next-Page: https://…`
    #[derive(Default)]
    pub struct NextPageHeader;

    impl CustomPaginator for NextPageHeader {
        fn next(&mut self, page: &CustomPage<'_>) -> Result<Option<NextPage>, BoxError> {
            Ok(page.header("Next-Page")?.map(NextPage::url))
        }
    }
}
