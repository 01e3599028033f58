//! Resources that a sync has no values for are left out, and so are those that are read for their rows.

use declarest::ErrorKind;
use declarest_tests::{Database, Reply, Server};
use serde_json::json;

/// Boards of a team that the caller names, with cards and comments on these; and teams, which nothing is needed for.
#[declarest::source(base_url = "http://127.0.0.1:9", auth = none, resource_defaults(paginator = single_page))]
mod office {
    #[resource(name = boards, path = "/teams/{team}/boards", params(team: String))]
    pub struct Board {
        pub id: u64,
    }

    #[resource(name = cards, path = "/boards/{resources.boards.id}/cards")]
    pub struct Card {
        pub id: u64,
    }

    #[resource(name = comments, path = "/cards/{resources.cards.id}/comments")]
    pub struct Comment {
        pub id: u64,
    }

    #[resource(name = teams, path = "/teams")]
    pub struct Team {
        pub id: u64,
    }
}

#[tokio::test]
async fn children_are_left_out_as_their_parent_is() {
    let server = Server::start(|_| Reply::json(json!([{ "id": 1 }])));
    let database = Database::new();
    let client = office::Client::builder().base_url(server.base_url()).build().expect("a client");
    let report = client.sync(&mut database.open()).await.expect("a report");
    let names: Vec<_> = report.resources.iter().map(|resource| resource.name.as_str()).collect();
    assert_eq!(names, ["teams"]);
    assert_eq!((server.count(), database.count("teams")), (1, 1));
    let left_out: Vec<_> =
        report.left_out.iter().map(|out| (out.name.as_str(), out.params.concat(), out.params_of.as_str())).collect();
    let team = |name| (name, "team".to_owned(), "boards");
    assert_eq!(left_out, [team("boards"), team("cards"), team("comments")]);
    let line = "left out, for want of values for their params: boards (team), cards (team of boards), comments (team of boards)";
    assert_eq!(report.to_string().lines().last(), Some(line), "{report}");
    // What is left out can be fetched.
    assert_eq!(client.boards("red").await.expect("boards").len(), 1);
    assert_eq!(client.comments(7).await.expect("comments").len(), 1);
}

#[tokio::test]
async fn what_is_not_named_is_not_told() {
    let server = Server::start(|_| Reply::json(json!([{ "id": 1 }])));
    let database = Database::new();
    let client = office::Client::builder().base_url(server.base_url()).build().expect("a client");
    let report = client.sync(&mut database.open()).only(["teams"]).await.expect("a report");
    assert_eq!((&report.left_out[..], report.to_string().contains("left out")), (&[][..], false));
}

#[tokio::test]
async fn a_child_that_is_named_is_refused_with_the_params_of_its_parent() {
    let server = Server::start(|_| Reply::json(json!([])));
    let database = Database::new();
    let client = office::Client::builder().base_url(server.base_url()).build().expect("a client");
    let error = client.sync(&mut database.open()).only(["comments"]).await.expect_err("no team");
    let text = format!("{error}; {}", error.help().unwrap_or_default());
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(text.contains("`boards`") && text.contains("team") && text.contains("by its method"), "{text}");
    assert_eq!(server.count(), 0);
}
