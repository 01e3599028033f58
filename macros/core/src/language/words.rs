//! Options whose value is one of a few words, and the kinds of credentials and paginators: each word is written here,
//! and nowhere else.

use crate::syntax::Chosen;

/// Makes an enum out of a table of words. `such as` makes it the value of an option, and `in` makes it tokens: a path
/// of the runtime. `instead of` names words of other tools.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident is $article:ident $what:literal $(such as $example:literal)? $(in [$($path:tt)*])? {
            $( $(#[$doc:meta])* $variant:ident = $word:literal $(instead of $($foreign:literal),+)?, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum $name {
            $( $(#[$doc])* $variant, )*
        }

        impl $crate::syntax::Word for $name {
            const ARTICLE: &'static str = stringify!($article);
            const WHAT: &'static str = $what;
            const WORDS: &'static [(&'static str, Self)] = &[$( ($word, Self::$variant) ),*];
            // A value by itself has none.
            const HAS_OPTIONS: bool = concat!($($example)?).is_empty();
            const FOREIGN: &'static [(&'static str, &'static str)] = &[$( $($( ($foreign, $word), )+)? )*];
        }

        $(
            impl $crate::syntax::OptionValue for $name {
                const FORM: $crate::syntax::Form = $crate::syntax::Form::Value($example);

                fn read(input: ::syn::parse::ParseStream<'_>, _: &$crate::diagnostic::Sink) -> ::syn::Result<Self> {
                    $crate::syntax::choice(input).map(|(choice, _)| choice)
                }
            }
        )?

        $(
            impl ::quote::ToTokens for $name {
                fn to_tokens(&self, tokens: &mut ::proc_macro2::TokenStream) {
                    let variant = ::quote::format_ident!("{self:?}");
                    tokens.extend(::quote::quote!($($path)* #variant));
                }
            }
        )?
    };
}

pub(crate) type Method = Chosen<MethodKind>;
pub(crate) type Disposition = Chosen<DispositionKind>;
pub(crate) type EpochFormat = Chosen<Epoch>;
pub(crate) type Deleted = Chosen<DeletedKind>;
pub(crate) type MissingCursor = Chosen<MissingCursorKind>;

words! {
    /// The method of a request.
    MethodKind is a "method" such as "GET" in [__private::Method::] {
        Get = "GET",
        Post = "POST",
    }
}

words! {
    /// What a sync does with rows that exist already.
    DispositionKind is a "write disposition" such as "merge" in [__private::WriteDisposition::] {
        Merge = "merge" instead of "upsert", "delete-insert",
        Append = "append" instead of "insert",
        Replace = "replace" instead of "overwrite", "truncate", "full_refresh",
    }
}

words! {
    /// What happens to rows that do not come any more.
    DeletedKind is a "choice" such as "mark" in [__private::Deleted::] {
        Keep = "keep",
        Mark = "mark",
        Remove = "remove",
    }
}

words! {
    /// What it means when a page has `null` or nothing at the selector.
    MissingRows is a "choice" such as "empty" in [__private::MissingRows::] {
        Error = "error",
        Null = "null",
        Empty = "empty",
    }
}

words! {
    /// How the rows are written in a body.
    BodyFormatKind is a "format" {
        Json = "json",
        JsonLines = "json_lines" instead of "jsonl", "ndjson", "jsonlines", "JsonlDecoder",
        Csv = "csv" instead of "CsvDecoder",
    }
}

words! {
    /// What happens to rows without a cursor.
    MissingCursorKind is a "choice" such as "keep" in [__private::MissingCursor::] {
        Error = "error",
        Keep = "keep",
        Drop = "drop",
    }
}

words! {
    /// Whether the end of a range is in it.
    RangeEnd is a "choice" such as "closed" in [__private::RangeEnd::] {
        Open = "open",
        Closed = "closed",
    }
}

words! {
    /// Where the fields of a struct come from that are not written.
    FieldsFrom is a "choice" such as "rest" {
        /// From nowhere: all that there are have been written.
        Written = "written",
        /// From the sample or the OpenAPI file.
        Rest = "rest",
    }
}

words! {
    /// That the OpenAPI file is not used for something.
    NoOpenapi is a "choice" {
        None = "none",
    }
}

words! {
    /// In which order the API lists rows.
    Order is an "order" such as "descending" in [__private::Order::] {
        Descending = "descending",
    }
}

words! {
    /// Whose a position is, of a resource that is read for the rows of a parent or for partitions.
    PositionOf is a "position" such as "shared" {
        Each = "each",
        Shared = "shared" instead of "global",
    }
}

words! {
    /// What is done with rows that cannot be read.
    OnBadRow is a "choice" such as "quarantine" in [__private::OnBadRow::] {
        Fail = "fail",
        Quarantine = "quarantine",
    }
}

words! {
    /// What is done with a response.
    Action is an "action" in [__private::Action::] {
        Ignore = "ignore",
        Retry = "retry",
        Fail = "fail",
        Renew = "renew",
    }
}

words! {
    /// How several values of one param are sent: `params(ids: Vec<u64> (style = csv))`.
    Style is a "style" such as "csv" {
        /// `?id=1&id=2`
        Repeat = "repeat",
        /// `?id=1,2`
        Csv = "csv",
    }
}

words! {
    /// The unit of a time that is written as a number.
    Epoch is a "format" such as "epoch_seconds" {
        Seconds = "epoch_seconds",
        Millis = "epoch_millis",
        Micros = "epoch_micros",
    }
}

words! {
    /// How requests are authorized.
    AuthKind is an "auth scheme" {
        Bearer = "bearer" instead of "token", "bearer_token",
        HttpBasic = "http_basic" instead of "basic",
        ApiKey = "api_key" instead of "apikey",
        OAuth2 = "oauth2_client_credentials" instead of "oauth2",
        RefreshToken = "oauth2_refresh_token" instead of "oauth2_refresh", "refresh_token",
        Password = "oauth2_password",
        JwtBearer = "oauth2_jwt_bearer" instead of "jwt", "jwt_bearer", "service_account",
        SessionToken = "session_token" instead of "session", "login",
        OneOf = "one_of" instead of "selective", "any_of",
        Custom = "custom",
        None = "none",
    }
}

words! {
    /// Where an API key goes, in OpenAPI files too.
    Location is a "location" such as "header" in [__private::ApiKeyLocation::] {
        Header = "header",
        Query = "query",
        Cookie = "cookie",
    }
}

words! {
    /// Where a request for a token holds the client's own credentials.
    ClientAuth is a "place" such as "header" in [__private::ClientAuth::] {
        Body = "body",
        Header = "header",
    }
}

words! {
    /// How a JSON web token is signed (RFC 7518, section 3.1).
    Algorithm is an "algorithm" such as "RS256" in [__private::Algorithm::] {
        Rs256 = "RS256",
        Rs384 = "RS384",
        Rs512 = "RS512",
        Es256 = "ES256",
        Es384 = "ES384",
        Hs256 = "HS256",
        Hs384 = "HS384",
        Hs512 = "HS512",
    }
}

words! {
    /// How the fields of a request for a token are written.
    RequestFormat is a "format" such as "json" in [__private::RequestFormat::] {
        Form = "form",
        Json = "json",
    }
}

words! {
    /// How the next page is found.
    PaginatorKind is a "paginator" in [] {
        PageNumber = "page_number" instead of "page", "page_increment",
        Offset = "offset" instead of "offset_increment",
        Cursor = "cursor" instead of "json_response_cursor", "cursor_pagination",
        HeaderCursor = "header_cursor",
        HeaderLink = "header_link" instead of "link_header",
        JsonLink = "json_link" instead of "json_response", "next_url",
        SinglePage = "single_page" instead of "none", "no_pagination",
        Auto = "auto",
        Custom = "custom",
    }
}

words! {
    /// By how much an offset grows from page to page.
    Advance is a "choice" such as "limit" in [__private::Advance::] {
        Rows = "rows",
        Limit = "limit",
    }
}

words! {
    /// What a cursor or a link means that was seen before.
    Repeated is a "choice" such as "end" in [__private::Repeated::] {
        Error = "error",
        End = "end",
    }
}

words! {
    /// What it means that a page lacks its flag.
    MissingFlag is a "choice" such as "end" in [__private::MissingFlag::] {
        Error = "error",
        Null = "null",
        End = "end",
        Ignore = "ignore",
    }
}

words! {
    /// What is legal, and hardly meant: each is a warning, but for a secret that stands in source code.
    Lint is a "lint" {
        /// A page size is sent, and no paginator reads the other pages.
        FixedPageSize = "fixed_page_size",
        /// The number of a page is sent, always the same.
        FixedPage = "fixed_page",
        /// A page's number is sent as an offset, or an offset as a page's number.
        PageOrOffset = "page_or_offset",
        /// Rows that change are appended.
        AppendedUpdates = "appended_updates",
        /// All rows are appended by each run, though they have a key.
        UnusedKey = "unused_key",
        /// Failures are taken for empty tables.
        IgnoredFailures = "ignored_failures",
        /// An action throws away a page that has rows.
        IgnoredRows = "ignored_rows",
        /// A param is sent under the name of a secret.
        SecretParam = "secret_param",
        /// The path begins as the base URL ends.
        RepeatedPath = "repeated_path",
        /// A URL of another origin is sent no credentials, though the resource has some.
        UnsentCredentials = "unsent_credentials",
        /// The name of a param stands in quotes, and is a text.
        QuotedParam = "quoted_param",
        /// What the paginator sends in the query is in the body, too.
        PagingInJson = "paging_in_json",
        /// A field is stored that serde does not read or write.
        SerdeSkip = "serde_skip",
        /// A cursor is read as a link, or a link as a cursor.
        CursorOrLink = "cursor_or_link",
        /// One cursor is the first, and means that there is no next page.
        SameCursor = "same_cursor",
        /// The walk begins one page after the first.
        SkippedFirstPage = "skipped_first_page",
        /// The key of a merge changes when its row does.
        ChangingKey = "changing_key",
        /// A text under the name of a secret: an error.
        LiteralSecret = "literal_secret",
    }
}
