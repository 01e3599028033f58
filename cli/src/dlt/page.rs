//! What a page says besides its dictionary: the fields of resources, and how requests are retried.

use crate::declaration::{Entry, Value, snake};

/// What is written on a page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// The fields of a resource, by the name that its heading has: each with what is said of it.
    fields: Vec<(String, Vec<(String, String)>)>,
    /// Options of `retry`.
    pub(super) retry: Vec<Entry>,
}

impl Page {
    /// Reads the lists below headings.
    pub(super) fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut headings: Vec<(usize, String)> = Vec::new();
        let mut in_code = false;
        for line in text.lines() {
            if line.trim_start().starts_with("```") {
                in_code = !in_code;
            }
            if in_code {
                continue;
            }
            let level = line.bytes().take_while(|byte| *byte == b'#').count();
            if level > 0 {
                headings.retain(|(outer, _)| *outer < level);
                headings.push((level, line.trim_matches(['#', ' ', '`']).to_lowercase()));
                continue;
            }
            let Some(item) = line.trim_start().strip_prefix(['-', '*']).map(str::trim) else { continue };
            let above =
                |wanted: &[&str]| headings.iter().any(|(_, heading)| wanted.iter().any(|word| heading.contains(word)));
            if above(&["schema", "fields", "columns"]) {
                page.field(headings.last().map(|(_, heading)| heading.as_str()).unwrap_or_default(), item);
            } else if above(&["error", "retr"]) {
                page.option(item);
            }
        }
        page
    }

    /// A line such as "`key`: Unique identifier".
    fn field(&mut self, heading: &str, item: &str) {
        let Some((name, docs)) = item.strip_prefix('`').and_then(|rest| rest.split_once('`')) else { return };
        let docs = docs.trim_start_matches([':', ' ', '-', '–', '—']).trim();
        let docs = if docs.is_empty() || docs.ends_with('.') { docs.to_owned() } else { format!("{docs}.") };
        let resource = snake(heading);
        let index = self.fields.iter().position(|(known, _)| *known == resource).unwrap_or_else(|| {
            self.fields.push((resource, Vec::new()));
            self.fields.len() - 1
        });
        if let Some((_, fields)) = self.fields.get_mut(index)
            && !fields.iter().any(|(known, _)| known == name)
        {
            fields.push((name.to_owned(), docs));
        }
    }

    /// A line such as "**Max Retries**: 3".
    fn option(&mut self, item: &str) {
        let Some((name, value)) = item.split_once(':') else { return };
        let name = name.replace(['*', '`'], "").trim().to_lowercase();
        let number = value.trim().parse::<u32>().ok();
        let mut put = |name: &str, value: Value| {
            let is_known = self.retry.iter().any(|entry| matches!(entry, Entry::Named(known, _) if known == name));
            if !is_known {
                self.retry.push(Entry::Named(name.to_owned(), value));
            }
        };
        match (name.as_str(), number) {
            ("max retries" | "maximum retries", Some(number)) => put("max_retries", Value::word(number)),
            ("backoff factor", Some(number)) => put("backoff_factor", Value::word(number)),
            (name, _) if name.contains("status code") => {
                let codes: Option<Vec<u16>> = value.split(',').map(|code| code.trim().parse().ok()).collect();
                if let Some(codes) = codes.filter(|codes| codes.iter().all(|code| (300..600).contains(code))) {
                    put("statuses", Value::List(codes.into_iter().map(Value::word).collect()));
                }
            }
            _ => {}
        }
    }

    /// The fields that the page lists for a resource.
    pub(super) fn fields(&self, resource: &str) -> &[(String, String)] {
        let found = self.fields.iter().find(|(known, _)| *known == snake(resource));
        found.map_or(&[], |(_, fields)| fields)
    }

    /// The one field that the page calls the identifier of a resource.
    pub(super) fn identifier(&self, resource: &str) -> Option<&(String, String)> {
        let says = |docs: &str| {
            let docs = docs.to_lowercase();
            ["unique identifier", "unique key", "unique id"].iter().any(|words| docs.starts_with(words))
        };
        let mut found = self.fields(resource).iter().filter(|(_, docs)| says(docs));
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }
}
