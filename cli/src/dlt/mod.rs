//! Dictionaries of dlt's `rest_api` source, in Python or on a page about one.

mod auth;
mod client;
mod endpoint;
mod find;
mod incremental;
mod page;
mod paginator;
mod parents;
mod request;
mod resource;
mod rows;
mod settings;
mod source;
mod text;
mod value;

use crate::declaration::{Names, Source, snake};
use crate::yaml::Fault;

/// Reads the dictionaries of a file: each is a source. `name` names the module where the file does not.
pub(crate) fn read(text: &str, name: &str, is_page: bool) -> Result<Vec<Source>, Fault> {
    let page = if is_page { page::Page::read(text) } else { page::Page::default() };
    let mut names = Names::new(&["self", "super", "crate"]);
    let mut sources = Vec::new();
    for module in find::modules(text, is_page)? {
        let mut reader = value::Reader::new(&module);
        for found in find::dictionaries(&mut reader)? {
            let name = names.take(&snake(found.name.as_deref().unwrap_or(name)));
            // Each source has settings of its own.
            let mut reader = value::Reader::new(&module);
            let again = find::dictionaries(&mut reader)?;
            let Some(found) = again.into_iter().find(|again| again.value.line == found.value.line) else { continue };
            sources.push(source::read(reader, &found, &name, &page)?);
        }
    }
    if sources.is_empty() {
        let message = "there is no dictionary of dlt's `rest_api` here: neither `rest_api_source({…})` nor \
                       `config: RESTAPIConfig = {…}`";
        return Err(Fault::new(1, message));
    }
    Ok(sources)
}
