//! Ten sources as their APIs document them, each of another style: declarations to begin your own with.
//!
//! Without arguments, it lists them and their resources. With a name, it compares that declaration with the API, by the
//! first page of each resource. Secrets and params are read from the environment.
#![expect(unreachable_pub, reason = "rows are declared as they are in a library")]
#![expect(clippy::struct_field_names, reason = "fields have the names that the APIs give them")]

use std::process::ExitCode;

use clap::Parser;
use declarest::auth::FileTokenStore;
use declarest::{Client, Result, Source as _};

mod frankfurter;
mod github;
mod jira;
mod okta;
mod pagerduty;
mod shopify;
mod slack;
mod stripe;
mod xero;
mod zendesk;

/// Lists ten sources, or compares one with its API.
#[derive(Parser)]
struct Args {
    /// The source to compare.
    source: Option<String>,
}

/// Makes a client of what the environment says.
type MakeClient = fn() -> Result<Client>;

/// All sources.
const SOURCES: [(&str, MakeClient); 10] = [
    ("frankfurter", || Ok(frankfurter::frankfurter::Client::builder().build()?.client().clone())),
    ("github", || Ok(github::github::Client::builder().build()?.client().clone())),
    ("jira", || Ok(jira::jira::Client::builder().build()?.client().clone())),
    ("okta", || Ok(okta::okta::Client::builder().build()?.client().clone())),
    ("pagerduty", || Ok(pagerduty::pagerduty::Client::builder().build()?.client().clone())),
    ("shopify", || Ok(shopify::shopify::Client::builder().build()?.client().clone())),
    ("slack", || Ok(slack::slack::Client::builder().build()?.client().clone())),
    ("stripe", || Ok(stripe::stripe::Client::builder().build()?.client().clone())),
    ("xero", || {
        let store = FileTokenStore::new("xero-tokens.json");
        Ok(xero::xero::Client::builder().token_store(store).build()?.client().clone())
    }),
    ("zendesk", || Ok(zendesk::zendesk::Client::builder().build()?.client().clone())),
];

#[tokio::main]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args) -> Result<()> {
    let Some(name) = &args.source else {
        for (name, client) in SOURCES {
            match client() {
                Ok(client) => {
                    let resources: Vec<_> = client.resources().iter().map(ToString::to_string).collect();
                    println!("{name}: {}", resources.join(", "));
                }
                Err(error) => println!("{name}: {error}"),
            }
        }
        return Ok(());
    };
    match SOURCES.iter().find(|(known, _)| known == name) {
        Some((_, client)) => println!("{}", client()?.verify().await?),
        None => eprintln!("there is no source `{name}`; run it without arguments for a list"),
    }
    Ok(())
}
