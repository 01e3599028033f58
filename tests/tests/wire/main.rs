//! What is sent, and when: pages, params, bodies, retries and limits, over real HTTP.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]

mod base_urls;
mod bodies;
mod chained;
mod client_params;
#[cfg(target_os = "linux")]
mod connecting;
mod continuation;
mod counted;
mod cursors;
mod empty_bodies;
mod ends;
mod first_page;
mod fixture;
mod injection;
mod loops;
mod more;
mod page;
mod page_sizes;
mod paginators;
mod paging;
mod placeholders;
mod request;
mod response_headers;
mod retry;
mod step_params;
mod templates;
mod throttle;
mod vocabulary;
mod walks;
