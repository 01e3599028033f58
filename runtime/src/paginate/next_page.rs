//! The request for the next page, as a paginator of the user's makes it.

use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::next_link::resolve;
use super::{PageRequest, ResponseView};
use crate::error::Result;
use crate::json::path::BodyStep;
use crate::params::param::Param;
use crate::text::url::{display_url, remove_query_param};

/// The request for the next page: the resource's own with these parameters and headers, or a link.
#[derive(Debug, Clone, Default)]
#[must_use = "it must be returned"]
pub struct NextPage {
    /// As the paginator gives it, absolute or relative.
    link: Option<String>,
    request: NextRequest,
}

/// What is requested next, and saved where the paginator can resume.
#[derive(Debug, Clone, Default, Hash, Serialize, Deserialize)]
pub(super) struct NextRequest {
    /// The link, with the parameters.
    url: Option<Url>,
    params: Vec<(String, String)>,
    json: Vec<(String, Value)>,
    headers: Vec<(String, String)>,
}

impl NextPage {
    /// The resource's own request.
    pub fn new() -> Self {
        Self::default()
    }

    /// A link, absolute or relative to the page. One out of HTTP, or from https to http, is refused.
    pub fn url(link: impl Into<String>) -> Self {
        Self { link: Some(link.into()), request: NextRequest::default() }
    }

    /// With a query parameter, instead of all of its name.
    pub fn param(mut self, name: impl Into<String>, value: impl Param) -> Self {
        let name = name.into();
        self.request.params.retain(|(known, _)| *known != name);
        self.request.params.push((name, value.to_text()));
        self
    }

    /// With a value in the JSON body of a POST: `path` is keys joined by dots.
    pub fn json(mut self, path: impl Into<String>, value: impl Param) -> Self {
        self.request.json.push((path.into(), value.to_json()));
        self
    }

    /// With a header, instead of the declared one of its name, in this request alone.
    ///
    /// It is sent wherever the request goes, as declared headers are: to the origin of a link, too, and after redirects.
    /// So it cannot be a credential: `Authorization`, `Proxy-Authorization`, `Cookie` and the header of `auth = api_key(…)`
    /// are [`Config`](crate::ErrorKind::Config) errors of the read, and so are a name that is not valid and headers that
    /// the client sets itself, such as `Host`. A value that cannot be sent, with a line break for instance, is a
    /// [`Decode`](crate::ErrorKind::Decode) error.
    pub fn header(mut self, name: impl Into<String>, value: impl Param) -> Self {
        self.request.headers.push((name.into(), value.to_text()));
        self
    }

    /// With the link resolved.
    pub(super) fn after(self, page: &ResponseView<'_>) -> Result<NextRequest> {
        let Self { link, mut request } = self;
        if let Some(link) = link {
            let mut url = resolve(page.url, &link)?;
            for (name, value) in request.params.drain(..) {
                remove_query_param(&mut url, &name);
                url.query_pairs_mut().append_pair(&name, &value);
            }
            request.url = Some(url);
        }
        Ok(request)
    }
}

impl NextRequest {
    pub(super) fn page(&self, number: u64) -> Result<PageRequest> {
        let mut page = PageRequest::new(number);
        page.url.clone_from(&self.url);
        page.query = self.params.iter().map(|(name, value)| (name.clone().into(), value.clone())).collect();
        let keys = |path: &str| path.split('.').map(|key| BodyStep::Key(key.to_owned().into())).collect();
        page.body = self.json.iter().map(|(path, value)| (keys(path), value.clone())).collect();
        for (name, value) in &self.headers {
            page.set_header(name, value)?;
        }
        Ok(page)
    }

    pub(super) fn strip_credentials(&mut self, credentials: &dyn Fn(&mut Url)) {
        if let Some(url) = &mut self.url {
            credentials(url);
        }
    }

    /// Whether its link holds a credential of another kind than those of `auth`.
    pub(super) fn holds_credential(&self) -> bool {
        self.url.as_ref().is_some_and(|url| display_url(url) != url.as_str())
    }
}
