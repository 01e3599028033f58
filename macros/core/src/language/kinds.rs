//! The options of paginators and of lists: contexts within those of the vocabulary.

use syn::LitBool;

use super::body_format::CsvQuote;
use super::cursor_value::{EndAttribute, EndCursor, InitialCursor};
use super::filter::Filters;
use super::options_macro::{options, settings};
use super::page_size::{Limit, LimitParam};
use super::paginator::Setting;
use super::words::{Advance, MissingFlag, NoOpenapi, Repeated, Style};
use crate::literal::{BodyPath, CsvSign, EnvName, FieldName, HeaderName, Steps, WireName};
use crate::syntax::{Chosen, Int, Text};

options! {
    /// The options after the type or the value of a param: `params(ids: Vec<u64> (…))`.
    ParamOptions in "params" {
        "style" style: Chosen<Style>, "How several values are sent.";
        "filters" filters: Filters, "The field whose values the param narrows the rows to.";
        "inexact" inexact: (), "The API returns the rows that match, and maybe others.";
        "openapi" openapi: NoOpenapi, "That the source's OpenAPI file is not used for this param.";
        "env" env: Text<EnvName>, "The environment variable that a client-wide param is read from where the builder does not set it.";
    }
}

settings! {
    /// `page_number(…)`
    PageNumberOptions in "page_number" {
        "page_param" page_param: Text<WireName> = default, "The query parameter of the page's number.";
        "base_page" base_page: Int<u64> = default, "The number of the first page.";
        "send_first" send_first: LitBool = default, "Whether the first request has the page's number.";
        "page_body_path" page_body_path: Text<BodyPath>, "Where the page's number goes in the body of a POST.";
        "limit_param" limit_param: LimitParam, "The query parameter of the page's size.";
        "limit_body_path" limit_body_path: Text<BodyPath>, "Where the page's size goes in the body of a POST.";
        "limit" limit: Limit, "How many rows to request per page.";
        "total_path" total_path: Text<Steps>, "Where the body says how many rows there are.";
        "total_pages_path" total_pages_path: Text<Steps>, "Where the body says how many pages there are.";
        "total_header" total_header: Text<FieldName>, "The header that says how many rows there are.";
        "maximum_page" maximum_page: Int<u64>, "The number of the first page that is not requested.";
        "has_more_path" has_more_path: Text<Steps>, "Where the body says whether more pages follow.";
        "is_last_path" is_last_path: Text<Steps>, "Where the body says whether this is the last page.";
        "missing_flag" missing_flag: Chosen<MissingFlag> = default, "What it means that a page lacks its flag.";
        "stop_after_empty_page" stop_after_empty_page: LitBool, "Whether an empty page is the last, whatever a flag says.";
        "stop_after_short_page" stop_after_short_page: LitBool = default, "Whether a page with fewer rows than `limit` is the last.";
    }
}

settings! {
    /// `offset(…)`
    OffsetOptions in "offset" {
        "limit" limit: Limit, "How many rows to request per page.";
        "offset" offset: Int<u64> = default, "The offset of the first page.";
        "send_first" send_first: LitBool = default, "Whether the first request has the offset.";
        "offset_param" offset_param: Text<WireName> = default, "The query parameter of the offset.";
        "limit_param" limit_param: LimitParam, "The query parameter of the page's size.";
        "offset_body_path" offset_body_path: Text<BodyPath>, "Where the offset goes in the body of a POST.";
        "limit_body_path" limit_body_path: Text<BodyPath>, "Where the page's size goes in the body of a POST.";
        "total_path" total_path: Text<Steps>, "Where the body says how many rows there are.";
        "total_header" total_header: Text<FieldName>, "The header that says how many rows there are.";
        "maximum_offset" maximum_offset: Int<u64>, "The first offset that is not requested.";
        "has_more_path" has_more_path: Text<Steps>, "Where the body says whether more pages follow.";
        "is_last_path" is_last_path: Text<Steps>, "Where the body says whether this is the last page.";
        "missing_flag" missing_flag: Chosen<MissingFlag> = default, "What it means that a page lacks its flag.";
        "stop_after_empty_page" stop_after_empty_page: LitBool, "Whether an empty page is the last, whatever a flag says.";
        "stop_after_short_page" stop_after_short_page: LitBool = default, "Whether a page with fewer rows than `limit` is the last.";
        "advance" advance: Chosen<Advance> = default, "By how much the offset grows: the rows received, or `limit`.";
    }
}

settings! {
    /// `cursor(…)`
    CursorOptions in "cursor" {
        "cursor_path" cursor_path: Text<Steps> = default, "Where the body names the next page.";
        "cursor_param" cursor_param: Text<WireName> = default, "The query parameter of the cursor.";
        "cursor_body_path" cursor_body_path: Text<BodyPath>, "Where the cursor goes in the body of a POST.";
        "cursor_header" cursor_header: Text<HeaderName>, "The header of the request that takes the cursor.";
        "initial_cursor" initial_cursor: InitialCursor, "The cursor of the first page.";
        "end_cursor" end_cursor: EndCursor, "The cursor that says that no page follows.";
        "limit_param" limit_param: Text<WireName>, "The query parameter of the page's size.";
        "limit_body_path" limit_body_path: Text<BodyPath>, "Where the page's size goes in the body of a POST.";
        "limit" limit: Limit, "How many rows to request per page.";
        "has_more_path" has_more_path: Text<Steps>, "Where the body says whether more pages follow.";
        "is_last_path" is_last_path: Text<Steps>, "Where the body says whether this is the last page.";
        "missing_flag" missing_flag: Chosen<MissingFlag> = default, "What it means that a page lacks its flag.";
        "repeated" repeated: Chosen<Repeated> = default, "What the same cursor or link means when it comes again.";
        "stop_after_empty_page" stop_after_empty_page: LitBool = default, "Whether an empty page is the last.";
        "stop_after_short_page" stop_after_short_page: LitBool = default, "Whether a page with fewer rows than `limit` is the last.";
    }
}

settings! {
    /// `header_cursor(…)`
    HeaderCursorOptions in "header_cursor" {
        "cursor_key" cursor_key: Text<FieldName> = default, "The header that names the next page.";
        "cursor_param" cursor_param: Text<WireName> = default, "The query parameter of the cursor.";
        "cursor_body_path" cursor_body_path: Text<BodyPath>, "Where the cursor goes in the body of a POST.";
        "cursor_header" cursor_header: Text<HeaderName>, "The header of the request that takes the cursor.";
        "initial_cursor" initial_cursor: InitialCursor, "The cursor of the first page.";
        "end_cursor" end_cursor: EndCursor, "The cursor that says that no page follows.";
        "limit_param" limit_param: Text<WireName>, "The query parameter of the page's size.";
        "limit_body_path" limit_body_path: Text<BodyPath>, "Where the page's size goes in the body of a POST.";
        "limit" limit: Limit, "How many rows to request per page.";
        "has_more_path" has_more_path: Text<Steps>, "Where the body says whether more pages follow.";
        "is_last_path" is_last_path: Text<Steps>, "Where the body says whether this is the last page.";
        "missing_flag" missing_flag: Chosen<MissingFlag> = default, "What it means that a page lacks its flag.";
        "repeated" repeated: Chosen<Repeated> = default, "What the same cursor or link means when it comes again.";
        "stop_after_empty_page" stop_after_empty_page: LitBool = default, "Whether an empty page is the last.";
        "stop_after_short_page" stop_after_short_page: LitBool = default, "Whether a page with fewer rows than `limit` is the last.";
    }
}

settings! {
    /// `header_link(…)`
    HeaderLinkOptions in "header_link" {
        "links_next_key" links_next_key: Text<WireName> = default, "The relation of the link to the next page.";
        "end_attribute" end_attribute: EndAttribute, "The attribute of that link which says that no page follows.";
        "limit_param" limit_param: Text<WireName>, "The query parameter of the page's size.";
        "limit_body_path" limit_body_path: Text<BodyPath>, "Where the page's size goes in the body of a POST.";
        "limit" limit: Limit, "How many rows to request per page.";
        "resend_params" resend_params: LitBool = default, "Whether a link that lacks the params of the first request is sent them.";
        "has_more_path" has_more_path: Text<Steps>, "Where the body says whether more pages follow.";
        "is_last_path" is_last_path: Text<Steps>, "Where the body says whether this is the last page.";
        "missing_flag" missing_flag: Chosen<MissingFlag> = default, "What it means that a page lacks its flag.";
        "repeated" repeated: Chosen<Repeated> = default, "What the same cursor or link means when it comes again.";
        "stop_after_empty_page" stop_after_empty_page: LitBool = default, "Whether an empty page is the last.";
        "stop_after_short_page" stop_after_short_page: LitBool = default, "Whether a page with fewer rows than `limit` is the last.";
    }
}

settings! {
    /// `json_link(…)`
    JsonLinkOptions in "json_link" {
        "next_url_path" next_url_path: Text<Steps> = default, "Where the body holds the URL of the next page.";
        "base_path" base_path: Text<Steps>, "Where the body holds the URL that such links are below.";
        "limit_param" limit_param: Text<WireName>, "The query parameter of the page's size.";
        "limit_body_path" limit_body_path: Text<BodyPath>, "Where the page's size goes in the body of a POST.";
        "limit" limit: Limit, "How many rows to request per page.";
        "resend_params" resend_params: LitBool = default, "Whether a link that lacks the params of the first request is sent them.";
        "has_more_path" has_more_path: Text<Steps>, "Where the body says whether more pages follow.";
        "is_last_path" is_last_path: Text<Steps>, "Where the body says whether this is the last page.";
        "missing_flag" missing_flag: Chosen<MissingFlag> = default, "What it means that a page lacks its flag.";
        "repeated" repeated: Chosen<Repeated> = default, "What the same cursor or link means when it comes again.";
        "stop_after_empty_page" stop_after_empty_page: LitBool = default, "Whether an empty page is the last.";
        "stop_after_short_page" stop_after_short_page: LitBool = default, "Whether a page with fewer rows than `limit` is the last.";
    }
}

settings! {
    /// `auto`
    AutoOptions in "auto" {}
}

settings! {
    /// `single_page`
    SinglePageOptions in "single_page" {}
}

options! {
    /// `csv(…)`
    CsvOptions in "csv" {
        "delimiter" delimiter: Text<CsvSign>, "What stands between two cells. Default: a comma.";
        "quote" quote: CsvQuote, "What stands around a cell, or `none`. Default: a double quote.";
        "comment" comment: Text<CsvSign>, "What a line begins with that is no row.";
        "header" header: LitBool, "Whether the first line names the columns. Without it, they are the fields in their order.";
    }
}
