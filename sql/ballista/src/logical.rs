//! Tables of declared APIs in logical plans.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, Extension, HigherOrderUDF, LogicalPlan, ScalarUDF, WindowUDF};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use declarest_datafusion::{ResourceTable, TableSpec};

use crate::named_table::NamedTable;
use crate::node::Node;
use crate::node_error::NodeError;
use crate::seal;

/// Reads and writes tables of declared APIs, and leaves all else to another codec.
#[derive(Debug)]
pub(crate) struct Logical {
    node: Node,
    inner: Arc<dyn LogicalExtensionCodec>,
}

impl Logical {
    pub(crate) fn new(node: Node, inner: Arc<dyn LogicalExtensionCodec>) -> Self {
        Self { node, inner }
    }

    fn write(&self, table: &ResourceTable, bytes: &mut Vec<u8>) -> Result<(), NodeError> {
        let seal = self.node.seal(table.client())?;
        seal::write(seal, table.spec(), bytes).map_err(|error| self.node.error(&error))
    }

    /// The table in these bytes, if they are of this crate.
    fn read(&self, bytes: &[u8]) -> Option<Result<ResourceTable, NodeError>> {
        let read = seal::read::<TableSpec>(bytes)?;
        Some(read.map_err(|error| self.node.error(&error)).and_then(|(seal, spec)| {
            let client = self.node.client(&seal)?;
            ResourceTable::from_spec(client, &spec).map_err(|error| self.node.error(&error))
        }))
    }
}

impl LogicalExtensionCodec for Logical {
    fn try_decode_table_provider(
        &self,
        bytes: &[u8],
        name: &TableReference,
        schema: SchemaRef,
        context: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        match self.read(bytes) {
            Some(table) => {
                let table = table.map_err(NodeError::into_datafusion)?;
                Ok(Arc::new(NamedTable::new(&self.node.name, table)))
            }
            None => self.inner.try_decode_table_provider(bytes, name, schema, context),
        }
    }

    fn try_encode_table_provider(
        &self,
        name: &TableReference,
        table: Arc<dyn TableProvider>,
        bytes: &mut Vec<u8>,
    ) -> Result<()> {
        let planned = table.downcast_ref::<NamedTable>().map(|named| &named.table);
        match planned.or_else(|| table.downcast_ref()) {
            Some(table) => self.write(table, bytes).map_err(NodeError::into_datafusion),
            None => self.inner.try_encode_table_provider(name, table, bytes),
        }
    }

    fn try_decode(&self, bytes: &[u8], inputs: &[LogicalPlan], context: &TaskContext) -> Result<Extension> {
        self.inner.try_decode(bytes, inputs, context)
    }

    fn try_encode(&self, node: &Extension, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode(node, bytes)
    }

    fn try_decode_file_format(&self, bytes: &[u8], context: &TaskContext) -> Result<Arc<dyn FileFormatFactory>> {
        self.inner.try_decode_file_format(bytes, context)
    }

    fn try_encode_file_format(&self, bytes: &mut Vec<u8>, format: Arc<dyn FileFormatFactory>) -> Result<()> {
        self.inner.try_encode_file_format(bytes, format)
    }

    fn try_decode_udf(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.inner.try_decode_udf(name, bytes)
    }

    fn try_encode_udf(&self, function: &ScalarUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udf(function, bytes)
    }

    fn try_decode_higher_order_function(&self, name: &str, bytes: &[u8]) -> Result<Arc<HigherOrderUDF>> {
        self.inner.try_decode_higher_order_function(name, bytes)
    }

    fn try_encode_higher_order_function(&self, function: &HigherOrderUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_higher_order_function(function, bytes)
    }

    fn try_decode_udaf(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.inner.try_decode_udaf(name, bytes)
    }

    fn try_encode_udaf(&self, function: &AggregateUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udaf(function, bytes)
    }

    fn try_decode_udwf(&self, name: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        self.inner.try_decode_udwf(name, bytes)
    }

    fn try_encode_udwf(&self, function: &WindowUDF, bytes: &mut Vec<u8>) -> Result<()> {
        self.inner.try_encode_udwf(function, bytes)
    }
}
