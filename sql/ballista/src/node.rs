//! A node of the cluster: its name, and its clients.

use std::sync::Arc;

use declarest::{Client, ErrorKind};

use crate::node_error::NodeError;
use crate::seal::Seal;

/// A node of the cluster. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) name: Arc<str>,
    clients: Arc<[Client]>,
    /// How many parts of queries it works on at a time.
    pub(crate) parts: usize,
}

impl Node {
    /// # Errors
    /// [`Config`](ErrorKind::Config) where there is no client, or two have the same name.
    pub(crate) fn new(name: &str, clients: Vec<Client>) -> declarest::Result<Self> {
        let twice = clients
            .iter()
            .enumerate()
            .find(|(at, client)| clients[..*at].iter().any(|known| known.name() == client.name()));
        let problem = match (clients.as_slice(), twice) {
            ([], _) => "has no source".to_owned(),
            (_, Some((_, client))) => format!("has two sources of the name `{}`", client.name()),
            _ => return Ok(Self { name: name.into(), clients: clients.into(), parts: 1 }),
        };
        let error = declarest::Error::new(ErrorKind::Config, format!("`{name}` {problem}"));
        Err(error.with_help("give it the client of each source once: `.source(&client)`"))
    }

    /// With no more parts at a time than any client allows pages, of this many.
    pub(crate) fn of_parts(self, most: usize) -> Self {
        let pages = self.clients.iter().map(Client::concurrency);
        Self { parts: pages.chain([most]).min().unwrap_or(most).max(1), ..self }
    }

    pub(crate) fn clients(&self) -> &[Client] {
        &self.clients
    }

    /// The seal of what is of this client.
    pub(crate) fn seal(&self, client: &Client) -> Result<Seal, NodeError> {
        Seal::new(client, &self.name).map_err(|error| self.error(&error))
    }

    /// The client that a plan is of.
    ///
    /// # Errors
    /// There is none, or it would send other requests than the plan says.
    pub(crate) fn client(&self, theirs: &Seal) -> Result<&Client, NodeError> {
        let Some(client) = self.clients.iter().find(|client| client.name() == theirs.source) else {
            let known: Vec<_> = self.clients.iter().map(|client| format!("`{}`", client.name())).collect();
            return Err(self.refused(format!(
                "the plan of {} reads the source `{}`, and `{}` has {}; help: give it the client: `.source(&client)`",
                theirs.by,
                theirs.source,
                self.name,
                known.join(", "),
            )));
        };
        let ours = self.seal(client)?;
        let (what, here, there, help) = if ours.declaration != theirs.declaration {
            let help =
                "build all nodes from the same declaration and the same version of declarest, and start them again";
            ("declaration", &ours.declaration, &theirs.declaration, help)
        } else if ours.settings != theirs.settings {
            let help = "build the clients of all nodes with the same base URL and params, and start them again";
            ("base URL, or other params,", &ours.settings, &theirs.settings, help)
        } else {
            return Ok(client);
        };
        Err(self.refused(format!(
            "`{}` has another {what} on `{}` (fingerprint {here}) than in the plan by `{}` ({there}); help: {help}",
            theirs.source, self.name, theirs.by
        )))
    }

    /// An error that happened here.
    pub(crate) fn error(&self, error: &declarest::Error) -> NodeError {
        NodeError::new(error.kind(), &self.name, format!("{error:#}"))
    }

    fn refused(&self, message: String) -> NodeError {
        NodeError::new(ErrorKind::Config, &self.name, message)
    }
}
