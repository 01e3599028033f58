//! Half-typed and garbled declarations: whatever the tokens, the macro neither panics nor writes what cannot be read.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

const ARGS: &str = r#"
    base_url = "https://api.example.com/v2",
    auth = bearer(token = secret(user_token)),
    headers("Accept-Language" = "en" (openapi = none), "X-App" = secret(app, prefix = "Token ", suffix = "/x"), "X-Region" = "{{{region}}}"),
    retry(max_retries = 3, backoff_factor = 1.5, statuses = [429, 503], max_wait = "5m"),
    timeout = "30s",
    concurrency = 8,
    rate_limit = "600/min",
    params(size: u32 = 50, lookback: Duration = "1h", tenant: String, region: Option<u32>, start: Timestamp = "2024-01-31", until: Timestamp = now, week: Date = "{now-7d}", kinds: Vec<String> = ["a"], symbols: Vec<String>),
    max_page_bytes = "64MiB",
    trust = ["https://cdn.example.com"],
    openapi = "tests/openapi.json",
    crate = ::declarest,
    allow(fixed_page_size, literal_secret),
    resource_defaults(
        primary_key = (key, id),
        write_disposition = merge,
        rename_all = "camelCase",
        params(all as "_all" = true),
        paginator = page_number(page_param = "p", base_page = 1, limit_param = "ps", limit = 100 (openapi = none), total_path = "$.paging[0]['total']", stop_after_short_page = true),
        fields = written,
    )
"#;

const MODULE: &str = r#"
    /// Docs.
    pub mod demo {
        //! More docs.
        #![allow(dead_code)]
        use std::collections::BTreeMap;

        #[resource(
            name = branches,
            path = "/v1/{tenant}/{project}/{kind}/branches",
            headers("X-Tenant" = "{tenant}/{since} {resources.rule.key}"),
            params(project: String, kind = "git-{tenant}", since: Option<u32>, type as "t": Option<String>, depth = -1, ids: Option<Vec<u64>> (style = csv), tags: Vec<String> (style = csv, openapi = none)),
            data_selector = "data[*].branches",
            paginator = single_page,
            primary_key = key,
            selected = false,
            allow(fixed_page, unused_key),
        )]
        #[derive(Debug, Clone)]
        pub struct Branch {
            #[column(openapi = none)]
            pub key: String,
            #[cfg(feature = "x")]
            pub id: Option<u64>,
            #[column(json, name = "links_json")]
            pub r#type: Vec<Box<Self>>,
            #[column(skip)]
            kind: Kind,
            #[column(child_table, name = "parts")]
            shapes: Option<Vec<Shape>>,
            #[serde(flatten)]
            rest: Extra,
        }

        #[resource(
            path = "/v1/rules",
            auth = http_basic(username = "me", password = secret(password)),
            method = POST,
            params(q: String, state: Option<String>, size = 7, expand as "e[]" = ["a", "{tenant}"] (style = csv)),
            json = { "q": q, "in": [state, -1, 2.5, null, true], "deep": { "size": size, "text": "{{ {q} }} {state}" } },
            paginator = offset(limit = size, offset_body_path = "paging.from", limit_body_path = "paging.size", total_path = "n", advance = limit, is_last_path = "last", missing_flag = ignore),
            missing_rows = empty,
            rate_limit = "1/s",
            response_actions(404 = ignore, "text" = retry, (403, "x") = fail, body("ok" = false) = fail, body("e[-1]") = retry),
            filter = helper::keep,
            map = change,
            yield_map = split,
            on_bad_row = quarantine,
            write_disposition = append,
            incremental(cursor = at, start_body_path = "range.from", end_param = "to", initial_value = -1, end_value = "x", format = "%F", step = "1mo"),
            include_range(start, end),
            result_window = 100,
        )]
        #[serde(deny_unknown_fields)]
        struct Rule {
            #[serde(rename = "id")]
            key: String,
            at: jiff::Timestamp,
        }

        #[resource(
            path = "/v1/notes",
            method = POST,
            params(q: String, key = secret(app)),
            headers("X-Key" = secret(app) (openapi = none)),
            data = { "k": secret(app), "q": q, "n": -1, "x": "{resources.rule.key}" },
            auth = oauth2_client_credentials(
                access_token_url = "/token", client_id = "app", client_secret = secret(app), scopes = ["a", "b"],
                access_token_request_data("audience" = "x"), client_auth = header, default_token_expiration = "1h",
            ),
            paginator = custom(super::Pages<u8>),
        )]
        pub struct Note { id: u64 }

        #[resource(path = "/v1/linked", paginator = header_link(end_attribute("results" = "false"), limit_param = "n", limit = 5, repeated = end))]
        pub struct Linked { id: u64 }

        #[resource(path = "/v1/ranged", params(week = week), incremental(cursor = at, start_param = "from", initial_value = start, end_param = "to", end_value = until))]
        pub struct Ranged { id: u64, at: Timestamp, kinds: Vec<String> }

        #[resource(path = "/v1/recent", incremental(cursor = at, start_param = "from", initial_value = "{now-90d}", end_param = "to", end_value = "{now-1d}"))]
        pub struct Recent { id: u64, at: Timestamp }

        #[resource(
            path = "/v1/marks",
            paginator = cursor(cursor_path = "next", cursor_header = "X-After", initial_cursor = -1, end_cursor = "*", is_last_path = "last", stop_after_empty_page = true),
        )]
        pub struct Mark { id: u64 }

        #[declarest::resource(path = "/v1/signed", data_selector = "$.items[?@.open == 'é'][0:2]..x", auth = custom(crate::Signed, secret(key), secret(other)))]
        pub struct Signed { id: u64 }

        #[resource(
            path = "/v1/chosen",
            auth = one_of(
                oauth2_refresh_token(
                    access_token_url = "/token", client_id = "app", refresh_token = secret(refresh), rotating = true,
                    refresh_token_path = "next.token",
                ),
                oauth2_password(
                    access_token_url = "/token", username = "me", password = secret(user_password, suffix = "/x"),
                ),
                oauth2_jwt_bearer(
                    access_token_url = "/token", issuer = "me", subject = secret(subject), audience = "x", key_id = "k",
                    private_key = secret(signing_key), algorithm = ES256, claims("a" = "b"), lifetime = "5m",
                ),
                session_token(
                    path = "/login", method = POST, json = { "u": "{tenant}", "p": [tenant, secret(login, prefix = "a")] },
                    headers("X-A" = secret(login), "X-B" = "{tenant}"), auth = http_basic(username = "u", password = ""),
                    token_path = "a.b", header = "X-Session", prefix = "Token ", expires_in_path = "c", expires_in = "1h",
                ),
                session_token(url = "https://l.example.com/", data = { "p": secret(form) }, param = "t", token_path = "t"),
            ),
        )]
        pub struct Chosen { id: u64 }

        #[resource(
            path = "/v1/{resources.branches.key}/{state}/commits",
            params(state: String, rule = "{resources.branches.key}", year = "{year}"),
            include_from_parent(key, branches.type),
            partition_by(zone in ["DE", "FR"], year in [2023, -1.5], symbol in symbols),
            include_partition(zone, symbol),
            headers("X-Zone" = "{zone} {symbol}"),
            primary_key = (_branches_key, hash, _zone),
        )]
        struct Commit {
            #[serde(rename = "sha", alias = "id", default)]
            hash: String,
            #[cfg_attr(all(), serde(skip_deserializing))]
            number: u64,
        }

        #[resource(
            path = "/v1/hits", sample = "tests/sample.json", data_selector = "hits[*].rows", primary_key = id,
            paginator = cursor(cursor_path = "next", has_more_path = "more"),
        )]
        struct Hit { id: u8, kind: Kind, title: Option<String>, places: Vec<Place>, at: jiff::Timestamp }

        #[nested]
        struct Place { x: i64, odd: Json }

        #[resource(path = "{resources.branches.key}/x/{id}", params(id: u8))]
        struct Whole { key: String }

        #[resource(path = "https://other.example.com/v1/{zone}", params(zone: String))]
        struct Elsewhere { key: String }

        #[resource(
            path = "/v1/rest" (openapi = none), sample = ["tests/sample.json"], data_selector = "hits[*].rows" (openapi = none),
            fields = rest, openapi = none,
        )]
        struct Rest { #[column(skip)] id: _, #[serde(rename = "kind")] sort: Option<String> }

        #[resource(path = "/v1/found", sample = "tests/sample.json", data_selector = "$.hits[0].rows[?@.id]")]
        #[derive(PartialEq)]
        pub struct Found;

        #[resource(path = "/v1/found", data_selector = "hits.rows", paginator = json_link(next_url_path = "next", base_path = "base", repeated = error), auth = none)]
        struct Described;

        #[resource(path = "/v1/lines", format = json_lines, paginator = cursor(cursor_path = "[-1].id"))]
        struct Line { id: u64 }

        #[resource(path = "/v1/cells", format = csv(delimiter = ";", quote = "'", comment = "%", header = false), rename_all = "camelCase")]
        struct Cells { id: u64, #[column(format = epoch_seconds)] at: Option<jiff::Timestamp>, #[column(skip)] odd: Odd, #[serde(flatten)] rest: Extra }

        #[resource(path = "/v1/made", rows = helper::made)]
        struct Made { id: u64 }

        #[resource(path = "/v1/tags", primary_key = value)]
        struct Tag(#[column(name = "tag")] String);

        #[nested(rename_all = "kebab-case")]
        pub enum Kind {
            LongLived,
            #[serde(rename = "short")]
            Short,
            #[other]
            Other(String),
        }

        #[nested]
        enum Shape { Empty, Line { length: u32 }, Pair(u8, u8) }

        #[nested]
        pub struct Range<T: Copy> where T: Clone { start: T }

        pub fn helper(x: u32) -> u32 { x + 1 }
        struct Plain;
        struct Tuple(u32, #[column(json)] u32);
        union Bits { a: u32, b: f32 }
        macro_rules! nothing { () => {}; }
    }
"#;

/// Small, seeded, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below.max(1)).expect("a small number")).expect("a small number")
    }
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("tokens")
}

fn count(stream: &TokenStream) -> usize {
    stream
        .clone()
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => 1 + count(&group.stream()),
            _ => 1,
        })
        .sum()
}

/// Changes the token with the number `target`, counted depth first.
fn mutate(stream: TokenStream, target: &mut usize, dice: &mut Dice) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    let mut rest = stream.into_iter().peekable();
    while let Some(token) = rest.next() {
        let hit = *target == 0;
        *target = target.wrapping_sub(1);
        if hit {
            match dice.roll(8) {
                0 => {}
                1 => out.extend([token.clone(), token]),
                2 => {
                    out.extend(rest.next());
                    out.push(token);
                }
                3 => out.extend([stray(dice), token]),
                4 => out.push(stray(dice)),
                5 => {
                    if let TokenTree::Group(group) = token {
                        out.extend(group.stream());
                    } else {
                        out.push(Group::new(delimiter(dice), token.into()).into());
                    }
                }
                6 => {
                    if let TokenTree::Group(group) = &token {
                        out.push(Group::new(delimiter(dice), group.stream()).into());
                    } else {
                        out.push(garbled(&token, dice));
                    }
                }
                _ => {
                    // The rest of the list is not typed yet.
                    rest.by_ref().for_each(drop);
                    out.push(token);
                }
            }
        } else if let TokenTree::Group(group) = token {
            out.push(Group::new(group.delimiter(), mutate(group.stream(), target, dice)).into());
        } else {
            out.push(token);
        }
    }
    out.into_iter().collect()
}

fn delimiter(dice: &mut Dice) -> Delimiter {
    [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None][dice.roll(4)]
}

fn stray(dice: &mut Dice) -> TokenTree {
    const WORDS: &[&str] = &[
        "name",
        "path",
        "key",
        "secret",
        "self",
        "Self",
        "crate",
        "_",
        "type",
        "resource",
        "column",
        "paginator",
        "offset",
        "Option",
        "String",
        "merge",
        "csv",
        "json_lines",
        "rows",
        "bearer",
        "None",
        "True",
        "now",
        "params",
        "env",
        "r#in",
        "été",
        "Crate",
        "_1",
        "__",
        "allow",
        "cursor_path",
        "declarest",
        "serde",
        "flatten",
        "usize",
    ];
    const STRINGS: &[&str] = &[
        "",
        "{",
        "}",
        "{}",
        "/{a}",
        "é[",
        "$..",
        "[\"",
        "0s",
        "-1",
        "\\",
        "://",
        "/é?",
        "a.[*]",
        "/{resources.rule.key}",
        "{resources.",
        "tests/sample.json",
        "tests/openapi.json",
        "tests",
        "hits",
        "404",
        "/:id/%s",
        "a/0::b",
        "Bearer x",
        "https://{a}.b/{c}",
        "{a}",
        "\t",
        ";",
    ];
    match dice.roll(5) {
        0 => Punct::new([',', '=', ':', ';', '<', '>', '#', '-'][dice.roll(8)], Spacing::Alone).into(),
        1 => Literal::string(STRINGS[dice.roll(STRINGS.len())]).into(),
        2 => Literal::u128_unsuffixed([0, 1, 200, 99_999, u128::MAX][dice.roll(5)]).into(),
        3 => {
            let number = ["1.5", "1e999", "7u8", "0x_f"][dice.roll(4)].to_owned();
            let number = if dice.roll(4) == 0 { "9".repeat(400) } else { number };
            number.parse::<Literal>().expect("a literal").into()
        }
        _ => tokens(WORDS[dice.roll(WORDS.len())]).into_iter().next().expect("a word"),
    }
}

fn garbled(token: &TokenTree, dice: &mut Dice) -> TokenTree {
    match token {
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            let mut letters: Vec<char> = text.trim_matches('"').chars().collect();
            let at = dice.roll(letters.len());
            if at < letters.len() {
                letters.remove(at);
            }
            letters.insert(at.min(letters.len()), ['{', '}', '[', '.', 'é', '"', ' ', '\0'][dice.roll(8)]);
            Literal::string(&letters.into_iter().collect::<String>()).into()
        }
        TokenTree::Ident(name) => {
            let name = name.to_string().replace("r#", "");
            let garbled = [format!("{name}x"), format!("_{name}"), "Crate".to_owned(), "_1".to_owned()];
            Ident::new(&garbled[dice.roll(garbled.len())], Span::call_site()).into()
        }
        other => other.clone(),
    }
}

#[test]
fn mutated_declarations_never_panic() {
    let (args, module) = (tokens(ARGS), tokens(MODULE));
    let (args_count, module_count) = (count(&args), count(&module));
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    for round in 0..2_500 {
        let (mut args, mut module) = (args.clone(), module.clone());
        for _ in 0..=dice.roll(3) {
            if dice.roll(3) == 0 {
                args = mutate(args, &mut dice.roll(args_count), &mut dice);
            } else {
                module = mutate(module, &mut dice.roll(module_count), &mut dice);
            }
        }
        let output = declarest_macros_core::source(args.clone(), module.clone());
        let reports = output.to_string().contains("compile_error");
        assert!(
            reports || syn::parse2::<syn::File>(output.clone()).is_ok(),
            "round {round}:\n#[source({args})]\n{module}\n=>\n{output}"
        );
    }
}

#[test]
fn what_parses_still_parses_with_errors_beside_it() {
    let (args, module) = (tokens(ARGS), tokens(MODULE));
    let args_count = count(&args);
    let mut dice = Dice(42);
    for _ in 0..800 {
        let args = mutate(args.clone(), &mut dice.roll(args_count), &mut dice);
        let output = declarest_macros_core::source(args.clone(), module.clone());
        assert!(syn::parse2::<syn::File>(output.clone()).is_ok(), "#[source({args})]\n=>\n{output}");
    }
}

#[test]
fn items_outlive_every_mistake_in_the_attributes() {
    let (args, module) = (tokens(ARGS), tokens(MODULE));
    let args_count = count(&args);
    let mut dice = Dice(7);
    for _ in 0..200 {
        let args = mutate(args.clone(), &mut dice.roll(args_count), &mut dice);
        let output = declarest_macros_core::source(args, module.clone()).to_string();
        for item in
            ["struct Branch", "struct Rule", "enum Kind", "enum Shape", "struct Range", "fn helper", "union Bits"]
        {
            assert!(output.contains(item), "{item} is gone");
        }
        for name in ["struct Client", "struct ClientBuilder", "fn branches", "fn rule", "struct RuleRequest"] {
            assert!(output.contains(name), "{name} is gone");
        }
    }
}
