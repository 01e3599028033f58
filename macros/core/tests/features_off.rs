//! What is said where a feature that the declaration needs is off: `cargo test -p declarest-macros-core`, which turns none on.
#![cfg(not(any(feature = "jsonpath", feature = "jwt", feature = "openapi", feature = "sample")))]

use declarest_macros_core::source;

/// What the macro writes for a resource with this option, of a source with these.
fn expand(source_options: &str, resource_option: &str) -> String {
    let args = format!(r#"base_url = "https://api.example.com", {source_options}"#);
    let item = format!(
        r#"pub mod demo {{
            #[resource(name = issues, path = "/issues", paginator = single_page, {resource_option})]
            pub struct Issue {{ pub key: String }}
        }}"#
    );
    let parsed = |text: &str| text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    source(parsed(&args), parsed(&item)).to_string()
}

/// One error, which says this, beside the user's struct.
fn assert_refused(written: &str, says: &[&str]) {
    assert_eq!(written.matches("compile_error").count(), 1, "{written}");
    assert!(written.contains("pub struct Issue { pub key : String }"), "{written}");
    for part in says {
        assert!(written.contains(part), "{part} in: {written}");
    }
}

#[test]
fn a_query_asks_for_the_feature_that_reads_it() {
    let written = expand("", r#"data_selector = "$.issues[?@.open]""#);
    assert_refused(&written, &["the feature `jsonpath` of `declarest` is off", "help: turn it on in `Cargo.toml`"]);
    // A plain path is none.
    assert!(!expand("", r#"data_selector = "$.issues[*]""#).contains("compile_error"));
}

#[test]
fn an_openapi_file_asks_for_the_feature_that_reads_it() {
    for file in ["tests/openapi.json", "tests/openapi.yaml"] {
        let written = expand(&format!(r#"openapi = "{file}""#), r#"data_selector = "issues""#);
        assert_refused(&written, &["the feature `openapi` of `declarest` is off", "help: turn it on in `Cargo.toml`"]);
    }
}

#[test]
fn a_signed_token_asks_for_the_feature_that_signs() {
    let auth = r#"auth = oauth2_jwt_bearer(access_token_url = "/token", issuer = "me", private_key = secret(key))"#;
    let written = expand(auth, r#"data_selector = "issues""#);
    assert_refused(&written, &["the feature `jwt` of `declarest` is off", "help: turn it on in `Cargo.toml`"]);
}

#[test]
fn a_sample_asks_for_the_feature_that_reads_it() {
    let written = expand("", r#"data_selector = "issues", sample = "tests/sample.json""#);
    assert_refused(&written, &["the feature `sample` of `declarest` is off", "help: turn it on in `Cargo.toml`"]);
}
