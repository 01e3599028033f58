//! Credentials of manifests, and what the macro says of what is written of them.

mod common;
mod support;

use common::{check, imported, manifest};

#[test]
fn signed_and_joined_credentials() {
    let jwt = |more: &str| {
        format!(
            "path: /rows
authenticator:
  type: OAuthAuthenticator
  token_refresh_endpoint: https://login.example.com/token
  use_profile_assertion: true
  profile_assertion:
    type: JwtAuthenticator
    secret_key: \"{{{{ json_loads(config['account_file']).private_key }}}}\"
    algorithm: RS256
    jwt_payload: {{iss: \"{{{{ config['account'] }}}}\", aud: https://login.example.com}}
    additional_jwt_payload: {{scope: read write, tenant: x}}
{more}"
        )
    };
    let expected = "oauth2_jwt_bearer(access_token_url = \"https://login.example.com/token\", issuer = \"{account}\", private_key = secret(private_key), audience = \"https://login.example.com\", scopes = [\"read\", \"write\"], claims(\"tenant\" = \"x\"), lifetime = \"20m\")";
    check("signed", &manifest(&jwt(""), "", ""), Ok(expected));
    check("signed", &manifest(&jwt(""), "", ""), Ok("// Needs the feature `jwt` of declarest."));
    let encoded = manifest(&jwt("    base64_encode_secret_key: true"), "", "");
    check("signed", &encoded, Err("a signed token (JWT)"));
    // One that is sent as it is signed is no access token.
    check(
        "signed",
        &manifest("path: /rows\nauthenticator: {type: JwtAuthenticator}", "", ""),
        Err("a signed token (JWT)"),
    );
    let joined = "path: /rows\nauthenticator: {type: ApiKeyAuthenticator, inject_into: {field_name: X-Auth, inject_into: header}, api_token: \"Key {{ config['key'] }}:{{ config['pin'] }}\"}";
    check("joined", &manifest(joined, "", ""), Ok("secret(credentials, prefix = \"Key \")"));
    check("joined", &manifest(joined, "", ""), Ok("`credentials` is the text `{key}:{pin}`, with the values in it."));
}

#[test]
fn kinds_that_can_give_no_token_are_left_out() {
    let auth = |refresh: &str| {
        format!(
            "path: /rows
authenticator:
  type: SelectiveAuthenticator
  authenticator_selection_path: [kind]
  authenticators:
    token: {{type: BearerAuthenticator, api_token: \"{{{{ config['key'] }}}}\"}}
    login: {{type: OAuthAuthenticator, token_refresh_endpoint: https://login.example.com/token, refresh_token: {refresh}}}"
        )
    };
    let empty = manifest(&auth("''"), "", "");
    check("impossible", &empty, Ok("auth = bearer(token = secret(key))"));
    check("impossible", &empty, Ok("// Without `login` of the manifest: its OAuth has no refresh token to send."));
    check("impossible", &manifest(&auth("\"{{ config['live'] }}\""), "", ""), Ok("oauth2_refresh_token("));
}

#[test]
fn the_macro_takes_credentials_as_they_are_written() {
    let login = "path: /rows
authenticator:
  type: SessionTokenAuthenticator
  login_requester: {type: HttpRequester, url_base: https://api.example.com, path: /login, http_method: POST}
  session_token_path: [token]
  request_authentication: {type: ApiKey, inject_into: {inject_into: header, field_name: Authorization}}";
    let basic =
        "path: /rows\nauthenticator: {type: BasicHttpAuthenticator, username: \"{{ config['key'] }}\", password: x}";
    let header = "path: /rows\nrequest_headers: {Authorization: \"Shop {{ config['account'] }}\"}";
    for (request, expected) in [
        (login, "header = \"Authorization\""),
        (basic, "http_basic(username = secret(key), password = \"x\")"),
        (header, "api_key(name = \"Authorization\", api_key = secret(account, prefix = \"Shop \"))"),
    ] {
        let text = manifest(request, "", "");
        check("credentials", &text, Ok(expected));
        let (module, _) = imported("credentials", &text);
        assert_eq!(support::macro_errors(&module, ""), Vec::<String>::new(), "{module}");
    }
}

#[test]
fn params_of_what_is_left_out_are_left_out_too() {
    let text = manifest(
        "path: \"/{{ config['account'] }}\"\nauthenticator: {type: CustomAuthenticator, class_name: a.B}",
        "",
        "",
    );
    let output = common::run(&["import", "airbyte", &common::file("pruned", &text), "--skip-incomplete"]);
    assert!(!common::stdout(&output).contains("account"), "{}", common::stdout(&output));
}
