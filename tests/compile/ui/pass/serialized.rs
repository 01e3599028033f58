//! Rows that their users serialize: under the names that they are read from.
#![deny(warnings)]

#[declarest::source(
    base_url = "https://api.example.com",
    resource_defaults(paginator = single_page, rename_all = "camelCase"),
)]
pub mod demo {
    #[resource(name = issues, path = "/v1/issues")]
    #[derive(serde::Serialize)]
    pub struct Issue {
        pub issue_key: String,
        pub text_range: Range,
        pub kind: Kind,
    }

    #[resource(name = notes, path = "/v1/notes")]
    #[derive(serde::Serialize)]
    pub struct Note {
        #[serde(rename = "id")]
        pub note_key: String,
        pub created_at: u64,
    }

    #[resource(name = rules, path = "/v1/rules")]
    #[derive(serde::Serialize)]
    #[serde(rename_all = "kebab-case")]
    pub struct Rule {
        pub rule_key: String,
    }

    #[resource(name = tags, path = "/v1/tags")]
    #[derive(serde::Serialize)]
    pub struct Tag(pub String);

    #[nested]
    #[derive(serde::Serialize)]
    pub struct Range {
        pub start_line: u32,
    }

    #[nested]
    #[derive(serde::Serialize)]
    pub enum Kind {
        CodeSmell,
    }
}

fn main() {
    let client = demo::Client::builder().build().unwrap();
    let _ = (client.issues().stream(), client.notes().stream(), client.rules().stream(), client.tags().stream());

    let range = demo::Range { start_line: 1 };
    let issue = demo::Issue { issue_key: "a".to_owned(), text_range: range, kind: demo::Kind::CodeSmell };
    let written = serde_json::to_string(&issue).unwrap();
    assert_eq!(written, r#"{"issueKey":"a","textRange":{"startLine":1},"kind":"codeSmell"}"#);
    let note = demo::Note { note_key: "a".to_owned(), created_at: 1 };
    assert_eq!(serde_json::to_string(&note).unwrap(), r#"{"id":"a","createdAt":1}"#);
    assert_eq!(serde_json::to_string(&demo::Rule { rule_key: "a".to_owned() }).unwrap(), r#"{"rule-key":"a"}"#);
    assert_eq!(serde_json::to_string(&demo::Tag("a".to_owned())).unwrap(), r#""a""#);
}
