//! A source as a schema of `DataFusion`.

use std::pin::Pin;
use std::sync::Arc;

use datafusion::catalog::{SchemaProvider, TableProvider};
use datafusion::common::{DataFusionError, Result};
use declarest::Source;

use crate::table::ResourceTable;

/// A source as a schema: a [table](ResourceTable) for each of its resources. [`register`](crate::register) makes one.
#[derive(Debug)]
pub struct SourceSchema {
    tables: Vec<(&'static str, Arc<ResourceTable>)>,
}

impl SourceSchema {
    /// The schema of a source. Sends nothing.
    ///
    /// # Errors
    /// [`Config`](declarest::ErrorKind::Config) where a resource cannot be read, which is a bug.
    pub fn new(source: &dyn Source) -> declarest::Result<Self> {
        let table = |name: &'static str| Ok((name, Arc::new(ResourceTable::new(source, name)?)));
        let tables = source.resources().into_iter().map(|name| table(name.as_str()));
        Ok(Self { tables: tables.collect::<declarest::Result<_>>()? })
    }

    /// The tables, with their names.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (&'static str, Arc<dyn TableProvider>)> {
        self.tables.iter().map(|(name, table)| (*name, Arc::clone(table) as _))
    }

    fn find(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        self.tables.iter().find(|(known, _)| *known == name).map(|(_, table)| Arc::clone(table) as _)
    }
}

impl SchemaProvider for SourceSchema {
    fn table_names(&self) -> Vec<String> {
        self.tables.iter().map(|(name, _)| (*name).to_owned()).collect()
    }

    fn table<'a, 'b, 'async_trait>(
        &'a self,
        name: &'b str,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Arc<dyn TableProvider>>, DataFusionError>> + Send + 'async_trait>>
    where
        'a: 'async_trait,
        'b: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(std::future::ready(Ok(self.find(name))))
    }

    fn table_exist(&self, name: &str) -> bool {
        self.tables.iter().any(|(known, _)| *known == name)
    }
}
